//! JPEG pictures, baseline and progressive.

use super::{PictureError, Pixels, damaged, sized, whole, with_opacity};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

const KIND: &str = "JPEG";
/// JPEG's own largest side; ours is looked at before the pixels are unpacked.
const LARGEST: usize = 65_535;

pub(super) fn unpack(bytes: &[u8], largest: u32) -> Result<Pixels, PictureError> {
    let options = DecoderOptions::default()
        .set_max_width(LARGEST)
        .set_max_height(LARGEST)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|e| damaged(KIND, e))?;
    let info = decoder.info().ok_or_else(|| damaged(KIND, "it has no header"))?;
    let sides = sized(KIND, usize::from(info.width), usize::from(info.height), largest)?;
    // The decoder fills what is missing with grey, which would be taken for ground.
    let end = bytes.windows(2).rposition(|pair| pair == [0xff, 0xd9]);
    if end.is_none_or(|end| end < bytes.len() / 2) {
        return Err(damaged(KIND, "its end is missing"));
    }
    let pixels = decoder.decode().map_err(|e| damaged(KIND, e))?;
    whole(KIND, sides, with_opacity(&pixels))
}
