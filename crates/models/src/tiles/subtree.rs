//! A subtree of an implicit tiling: bits that say which tiles, contents and further subtrees there are.

use super::json::{AvailabilityJson, OneOrMany, SubtreeJson};
use crate::ModelError;
use crate::files::{Fetch, data_uri, join};
use crate::gltf_text as text;

/// What a subtree says.
#[derive(Clone, Debug, PartialEq)]
pub struct Subtree {
    children: u64,
    tiles: Bits,
    contents: Vec<Bits>,
    below: Bits,
}

/// Bits, or the same bit everywhere. Where there are too few, the rest is 0.
#[derive(Clone, Debug, PartialEq)]
enum Bits {
    All(bool),
    Of(Vec<u8>),
}

impl Bits {
    fn get(&self, index: u64) -> bool {
        match self {
            Self::All(value) => *value,
            Self::Of(bytes) => {
                let byte = usize::try_from(index / 8).ok().and_then(|byte| bytes.get(byte));
                byte.is_some_and(|byte| byte >> (index % 8) & 1 == 1)
            }
        }
    }
}

impl Subtree {
    /// Reads a subtree, binary or JSON.
    pub(crate) fn read(
        bytes: &[u8],
        address: &str,
        fetch: &dyn Fetch,
        is_octree: bool,
    ) -> Result<Self, ModelError> {
        let cut = || ModelError::damaged("it ends before its own end");
        let (json, inner) = match bytes {
            [b's', b'u', b'b', b't', ..] => {
                let long = |at: usize| {
                    let eight = bytes.get(at..at + 8)?.first_chunk::<8>()?;
                    usize::try_from(u64::from_le_bytes(*eight)).ok()
                };
                let (json, inner) = (long(8).ok_or_else(cut)?, long(16).ok_or_else(cut)?);
                let rest = bytes.get(24..).ok_or_else(cut)?;
                let json_bytes = rest.get(..json).ok_or_else(cut)?;
                let end = json.checked_add(inner).ok_or_else(cut)?;
                (json_bytes, rest.get(json..end).ok_or_else(cut)?)
            }
            _ if text(bytes).starts_with(b"{") => (text(bytes), &[][..]),
            _ => return Err(ModelError::Strange { expected: "subtree", found: crate::gltf_begin(bytes) }),
        };
        let json: SubtreeJson =
            serde_json::from_slice(json).map_err(|why| ModelError::damaged(format!("its JSON: {why}")))?;
        let buffer = |index: usize| -> Result<Vec<u8>, ModelError> {
            let buffer = json.buffers.get(index);
            let buffer = buffer.ok_or_else(|| ModelError::damaged(format!("there is no buffer {index}")))?;
            match &buffer.uri {
                None => Ok(inner.to_vec()),
                Some(uri) => match data_uri(uri) {
                    Some(bytes) => bytes,
                    None => {
                        let file = join(address, uri)?;
                        fetch.fetch(&file).map_err(|why| why.within(&file))
                    }
                },
            }
        };
        let bits = |told: &AvailabilityJson| -> Result<Bits, ModelError> {
            let Some(index) = told.bitstream else { return Ok(Bits::All(told.constant == Some(1))) };
            let view = json.buffer_views.get(index);
            let view = view.ok_or_else(|| ModelError::damaged(format!("there is no buffer view {index}")))?;
            let bytes = buffer(view.buffer)?;
            let end = view.byte_offset.checked_add(view.byte_length);
            let part = end.and_then(|end| bytes.get(view.byte_offset..end)).ok_or_else(cut)?;
            Ok(Bits::Of(part.to_vec()))
        };
        let contents = match (&json.extensions.multiple, &json.content_availability) {
            (Some(multiple), _) => {
                multiple.content_availability.iter().map(bits).collect::<Result<_, _>>()?
            }
            (None, OneOrMany::Many(many)) => many.iter().map(bits).collect::<Result<_, _>>()?,
            (None, OneOrMany::One(one)) => vec![bits(one)?],
        };
        Ok(Self {
            children: if is_octree { 8 } else { 4 },
            tiles: bits(&json.tile_availability)?,
            contents,
            below: bits(&json.child_subtree_availability)?,
        })
    }

    /// Whether there is a tile, by its level in the subtree and its number in Morton's order.
    pub(crate) fn has_tile(&self, level: u32, number: u64) -> bool {
        self.tiles.get(self.before(level) + number)
    }

    /// Whether a tile has the `n`th content.
    pub(crate) fn has_content(&self, n: usize, level: u32, number: u64) -> bool {
        self.contents.get(n).is_some_and(|bits| bits.get(self.before(level) + number))
    }

    /// Whether a further subtree begins below the last level.
    pub(crate) fn has_child(&self, number: u64) -> bool {
        self.below.get(number)
    }

    /// How many tiles lie on the levels above one.
    fn before(&self, level: u32) -> u64 {
        (self.children.pow(level) - 1) / (self.children - 1)
    }
}
