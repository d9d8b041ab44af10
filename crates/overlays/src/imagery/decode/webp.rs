//! WebP pictures, lossy and lossless.

use super::{PictureError, Pixels, damaged, sized, whole, with_opacity};
use image_webp::WebPDecoder;
use std::io::Cursor;

const KIND: &str = "WebP";
/// The most the decoder takes at once, bytes.
const MOST_BYTES: usize = 128 * 1024 * 1024;
/// The file's own head: RIFF, its length, WEBP.
const HEAD: usize = 12;

pub(super) fn unpack(bytes: &[u8], largest: u32) -> Result<Pixels, PictureError> {
    let (width, height) = inner_sides(bytes).unwrap_or((1, 1));
    sized(KIND, width, height, largest)?;
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|e| damaged(KIND, e))?;
    decoder.set_memory_limit(MOST_BYTES);
    let (width, height) = decoder.dimensions();
    let sides = sized(KIND, width as usize, height as usize, largest)?;
    if decoder.is_animated() {
        return Err(damaged(KIND, "it moves, as no tile does"));
    }
    let length = decoder.output_buffer_size().ok_or_else(|| damaged(KIND, "its size overflows"))?;
    let mut pixels = vec![0; length];
    decoder.read_image(&mut pixels).map_err(|e| damaged(KIND, e))?;
    let rgba = if decoder.has_alpha() { pixels } else { with_opacity(&pixels) };
    whole(KIND, sides, rgba)
}

/// The sides that a lossy frame gives itself, which may be others than those of the canvas the file names first;
/// the decoder takes memory for the frame. See RFC 9649, section 2.5, and RFC 6386, section 9.1.
fn inner_sides(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut at = HEAD;
    loop {
        let head = bytes.get(at..at.checked_add(8)?)?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        if head.starts_with(b"VP8 ") {
            let frame = bytes.get(at + 14..at + 18)?;
            let side = |low: u8, high: u8| usize::from(u16::from_le_bytes([low, high]) & 0x3fff);
            return Some((side(frame[0], frame[1]), side(frame[2], frame[3])));
        }
        at = at.checked_add(8)?.checked_add(length)?.checked_add(length % 2)?;
    }
}
