//! From the bytes of a tile to its picture. What kind it is, is seen in the bytes: what names and headers say is
//! often wrong. Sides are looked at before anything is unpacked, so a small file cannot ask for much memory.

mod jpeg;
mod png;
mod webp;

use super::picture::{LARGEST_SIDE_PX, Picture};
use thiserror::Error;

/// Why bytes are no picture that can be laid on the ground.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PictureError {
    /// There are none.
    #[error("there is not one byte of it")]
    Empty,
    /// They are of no kind that is read.
    #[error("it is {0}: pictures are PNG, JPEG or WebP")]
    NoPicture(String),
    /// It is larger than any tile.
    #[error("the picture is {width} × {height} pixels, more than the {largest} a side that are taken")]
    TooLarge {
        /// Its width, pixels.
        width: usize,
        /// Its height, pixels.
        height: usize,
        /// The most a side may have.
        largest: u32,
    },
    /// It cannot be unpacked.
    #[error("the {kind} picture is damaged: {why}")]
    Damaged {
        /// Its kind.
        kind: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

/// The pixels of a picture: red, green, blue and opacity, sRGB, not premultiplied, row 0 at the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// How many a row.
    pub width: u32,
    /// How many rows.
    pub height: u32,
    /// Four bytes a pixel.
    pub rgba: Vec<u8>,
}

/// Unpacks a PNG, JPEG or WebP picture, whose sides are 2048 pixels at most.
pub fn decode(bytes: &[u8]) -> Result<Picture, PictureError> {
    let Pixels { width, height, rgba } = unpack(bytes, LARGEST_SIDE_PX)?;
    Picture::new(width, height, rgba)
        .ok_or_else(|| damaged("unpacked", "its pixels are not as many as it says"))
}

/// The same, with sides of `largest` pixels at most, as it is in the file.
pub fn unpack(bytes: &[u8], largest: u32) -> Result<Pixels, PictureError> {
    match bytes {
        [] => Err(PictureError::Empty),
        [0x89, b'P', b'N', b'G', ..] => png::unpack(bytes, largest),
        [0xff, 0xd8, 0xff, ..] => jpeg::unpack(bytes, largest),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp::unpack(bytes, largest),
        _ => Err(PictureError::NoPicture(guess(bytes))),
    }
}

/// What bytes that are no picture probably are.
fn guess(bytes: &[u8]) -> String {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    match bytes {
        [0x1f, 0x8b, ..] => "a gzip file, as vector tiles are".to_owned(),
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', ..] => "an AVIF picture".to_owned(),
        [b'G', b'I', b'F', b'8', ..] => "a GIF picture".to_owned(),
        [0x1a, ..] => "a vector tile".to_owned(),
        _ if text.starts_with(b"<") => "a page or message for people".to_owned(),
        _ if text.starts_with(b"{") => "a JSON message".to_owned(),
        _ => format!("no picture (it begins with {:02x?})", &bytes[..bytes.len().min(8)]),
    }
}

fn damaged(kind: &'static str, why: impl ToString) -> PictureError {
    PictureError::Damaged { kind, why: why.to_string() }
}

/// Refuses sides that are too long.
fn sized(kind: &'static str, width: usize, height: usize, largest: u32) -> Result<(u32, u32), PictureError> {
    let most = largest as usize;
    match (width, height) {
        (0, _) | (_, 0) => Err(damaged(kind, "it has no pixels")),
        (w, h) if w > most || h > most => Err(PictureError::TooLarge { width, height, largest }),
        (w, h) => Ok((w as u32, h as u32)),
    }
}

fn whole(kind: &'static str, (width, height): (u32, u32), rgba: Vec<u8>) -> Result<Pixels, PictureError> {
    let pixels = width as usize * height as usize;
    (rgba.len() == pixels * 4)
        .then_some(Pixels { width, height, rgba })
        .ok_or_else(|| damaged(kind, "its pixels are not as many as it says"))
}

/// Pixels of three bytes with an opacity of 255 added.
fn with_opacity(rgb: &[u8]) -> Vec<u8> {
    rgb.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect()
}

#[cfg(test)]
mod tests;
