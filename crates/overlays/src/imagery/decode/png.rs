//! PNG pictures of any colour type and depth.

use super::{PictureError, Pixels, damaged, sized, whole};
use std::io::Cursor;

const KIND: &str = "PNG";
/// What the decoder may hold besides the picture: a profile of colours can be a megabyte.
const MOST_BYTES: usize = 32 * 1024 * 1024;

pub(super) fn unpack(bytes: &[u8], largest: u32) -> Result<Pixels, PictureError> {
    let wrong = |error: png::DecodingError| damaged(KIND, error);
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: MOST_BYTES });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(wrong)?;
    let sides = sized(KIND, header.width as usize, header.height as usize, largest)?;
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(wrong)?;
    let length = reader.output_buffer_size().ok_or_else(|| damaged(KIND, "its size overflows"))?;
    let mut pixels = vec![0; length];
    let frame = reader.next_frame(&mut pixels).map_err(wrong)?;
    pixels.truncate(frame.buffer_size());
    let rgba = match frame.color_type {
        png::ColorType::GrayscaleAlpha => {
            pixels.as_chunks::<2>().0.iter().flat_map(|[grey, a]| [*grey, *grey, *grey, *a]).collect()
        }
        _ => pixels,
    };
    whole(KIND, sides, rgba)
}
