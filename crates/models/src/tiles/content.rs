//! The formats of a tile's content: glTF, and the wrappings of 3D Tiles 1.0 around it.

use crate::Model;
use crate::ModelError;
use crate::files::Fetch;
use crate::gltf::{Stand, read_bytes};
use flate2::read::GzDecoder;
use glam::{DMat4, DVec3};
use std::borrow::Cow;
use std::io::Read;

/// The most a packed tile unpacks to, and how deep composites may lie in one another.
const LARGEST_UNPACKED: u64 = 1 << 30;
const DEEPEST: usize = 8;

/// What a content is.
pub(crate) enum Content<'b> {
    /// A tileset's JSON.
    Tileset(Cow<'b, [u8]>),
    /// Anything else.
    Model(Cow<'b, [u8]>),
}

/// Unpacks what is packed, and tells tilesets from models by what is in them.
pub(crate) fn open(bytes: &[u8]) -> Result<Content<'_>, ModelError> {
    let bytes = match bytes {
        [0x1f, 0x8b, ..] => {
            let mut out = Vec::new();
            let packed = GzDecoder::new(bytes).take(LARGEST_UNPACKED + 1).read_to_end(&mut out);
            packed.map_err(|why| ModelError::damaged(format!("its gzip: {why}")))?;
            if out.len() as u64 > LARGEST_UNPACKED {
                return Err(ModelError::TooLarge { bytes: out.len() as u64, most: LARGEST_UNPACKED });
            }
            Cow::Owned(out)
        }
        _ => Cow::Borrowed(bytes),
    };
    #[derive(serde::Deserialize)]
    struct Root {
        #[allow(dead_code, reason = "only that it is there is looked for")]
        root: serde::de::IgnoredAny,
    }
    let json = crate::gltf_text(&bytes);
    match json.starts_with(b"{") && serde_json::from_slice::<Root>(json).is_ok() {
        true => Ok(Content::Tileset(bytes)),
        false => Ok(Content::Model(bytes)),
    }
}

/// Reads a model out of its wrapping into `model`.
pub(crate) fn read(
    bytes: &[u8],
    address: &str,
    fetch: &dyn Fetch,
    stand: &Stand<'_>,
    model: &mut Model,
    depth: usize,
) -> Result<(), ModelError> {
    match bytes {
        [b'b', b'3', b'd', b'm', ..] => {
            let (centre, inner) = batched(bytes)?;
            let matrix = stand.matrix * DMat4::from_translation(centre);
            add(model, read_bytes(inner, address, fetch, &Stand { matrix, ..*stand })?);
        }
        [b'c', b'm', b'p', b't', ..] if depth < DEEPEST => {
            let count = word(bytes, 12)?;
            let mut at = 16;
            for _ in 0..count {
                let length = word(bytes, at + 8)?;
                let part = bytes
                    .get(at..at.saturating_add(length))
                    .filter(|part| part.len() >= 12)
                    .ok_or_else(cut)?;
                read(part, address, fetch, stand, model, depth + 1)?;
                at += part.len();
            }
        }
        [b'i', b'3', b'd', b'm', ..] => {
            return Err(kind("i3dm (instances of 3D Tiles 1.0)"));
        }
        [b'p', b'n', b't', b's', ..] => {
            return Err(ModelError::Kind {
                kind: "pnts (a cloud of points)".to_owned(),
                remedy: "points are not drawn",
            });
        }
        [b'v', b'c', b't', b'r', ..] | [b'g', b'e', b'o', b'm', ..] => return Err(kind("a vector tile")),
        _ => add(model, read_bytes(bytes, address, fetch, stand)?),
    }
    Ok(())
}

fn kind(kind: &str) -> ModelError {
    ModelError::Kind {
        kind: kind.to_owned(),
        remedy: "`3d-tiles-tools upgrade --targetVersion 1.1` makes glTF of it",
    }
}

fn add(model: &mut Model, more: Model) {
    model.parts.extend(more.parts);
    model.problems.merge(more.problems);
    model.copyright = model.copyright.take().or(more.copyright);
}

fn cut() -> ModelError {
    ModelError::damaged("it ends before its own end")
}

fn word(bytes: &[u8], at: usize) -> Result<usize, ModelError> {
    let four = at.checked_add(4).and_then(|end| bytes.get(at..end)).ok_or_else(cut)?;
    Ok(u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize)
}

/// The middle a b3dm is relative to, and the glTF in it. Two older layouts of its head are still met with.
fn batched(bytes: &[u8]) -> Result<(DVec3, &[u8]), ModelError> {
    let table = |n: usize| word(bytes, 12 + 4 * n);
    let (mut head, mut lengths) = (28_usize, [table(0)?, table(1)?, table(2)?, table(3)?]);
    // In their place stand the first characters of a batch table or of the glTF: no length is so great.
    if lengths[2] >= 570_425_344 {
        (head, lengths) = (20, [0, 0, lengths[0], 0]);
    } else if lengths[3] >= 570_425_344 {
        (head, lengths) = (24, [0, 0, lengths[1], lengths[0]]);
    }
    let whole = word(bytes, 8)?;
    let bytes = bytes.get(..whole).ok_or_else(cut)?;
    let features = bytes.get(head..head.saturating_add(lengths[0])).ok_or_else(cut)?;
    let begin =
        lengths.iter().try_fold(head, |sum: usize, length| sum.checked_add(*length)).ok_or_else(cut)?;
    let inner = bytes.get(begin..).ok_or_else(cut)?;
    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Features {
        #[serde(rename = "RTC_CENTER")]
        centre: Option<Centre>,
    }
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Centre {
        Here([f64; 3]),
        There {
            #[serde(rename = "byteOffset")]
            at: usize,
        },
    }
    let features = features.trim_ascii();
    let told: Features = match features.is_empty() {
        true => Features::default(),
        false => serde_json::from_slice(features)
            .map_err(|why| ModelError::damaged(format!("its feature table: {why}")))?,
    };
    let centre = match told.centre {
        None => DVec3::ZERO,
        Some(Centre::Here(centre)) => DVec3::from(centre),
        Some(Centre::There { at }) => {
            let at = (head + lengths[0]).checked_add(at).ok_or_else(cut)?;
            let one = |n: usize| word(bytes, at + 4 * n).map(|bits| f64::from(f32::from_bits(bits as u32)));
            DVec3::new(one(0)?, one(1)?, one(2)?)
        }
    };
    Ok((centre, inner))
}
