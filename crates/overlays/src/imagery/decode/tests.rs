use super::*;

fn png_of(width: u32, height: u32, kind: ::png::ColorType, depth: ::png::BitDepth, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(kind);
    encoder.set_depth(depth);
    if kind == ::png::ColorType::Indexed {
        encoder.set_palette(vec![1, 2, 3, 4, 5, 6]);
        encoder.set_trns(vec![0]);
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    bytes
}

fn webp_of(width: u32, height: u32, rgba: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image_webp::WebPEncoder::new(&mut bytes);
    encoder.encode(rgba, width, height, image_webp::ColorType::Rgba8).unwrap();
    bytes
}

/// 16 × 8 pixels, the western half red and the eastern blue, by GDAL 3.6's JPEG driver in quality 95.
const JPEG: &[u8] = include_bytes!("halves.jpg");
/// The same by GDAL's WebP driver in quality 95.
const WEBP: &[u8] = include_bytes!("halves.webp");

#[test]
fn every_kind_of_png_is_read() {
    use ::png::{BitDepth, ColorType};
    for (kind, depth, data, first) in [
        (ColorType::Rgba, BitDepth::Eight, &[9, 8, 7, 255, 1, 1, 1, 1][..], [9, 8, 7, 255]),
        (ColorType::Rgb, BitDepth::Eight, &[9, 8, 7, 1, 1, 1], [9, 8, 7, 255]),
        (ColorType::Rgb, BitDepth::Sixteen, &[9, 0, 8, 0, 7, 0, 1, 0, 1, 0, 1, 0], [9, 8, 7, 255]),
        (ColorType::Grayscale, BitDepth::One, &[0b1000_0000], [255; 4]),
        (ColorType::Grayscale, BitDepth::Eight, &[5, 6], [5, 5, 5, 255]),
        (ColorType::GrayscaleAlpha, BitDepth::Eight, &[100, 51, 7, 8], [20, 20, 20, 51]),
        (ColorType::Indexed, BitDepth::Eight, &[1, 0], [4, 5, 6, 255]),
        (ColorType::Indexed, BitDepth::Eight, &[0, 1], [0; 4]),
    ] {
        let picture = decode(&png_of(2, 1, kind, depth, data)).unwrap();
        assert_eq!((picture.width(), picture.height()), (2, 1));
        assert_eq!(picture.premultiplied()[0], first, "{kind:?} {depth:?}");
    }
}

#[test]
fn jpeg_and_webp_are_read() {
    for bytes in [JPEG, WEBP] {
        let picture = decode(bytes).unwrap();
        assert_eq!((picture.width(), picture.height(), picture.bytes()), (16, 8, 512));
        let pixel = |x: usize| picture.premultiplied()[x];
        assert!(pixel(1)[0] > 230 && pixel(1)[2] < 25, "{:?}", pixel(1));
        assert!(pixel(14)[0] < 25 && pixel(14)[2] > 230, "{:?}", pixel(14));
    }
    let rgba = [100, 200, 0, 51, 5, 6, 7, 255];
    let picture = decode(&webp_of(2, 1, &rgba)).unwrap();
    assert_eq!(picture.premultiplied(), [[20, 40, 0, 51], [5, 6, 7, 255]]);
}

#[test]
fn what_is_larger_than_any_tile_is_refused_before_it_is_unpacked() {
    let mut png = png_of(1, 1, ::png::ColorType::Grayscale, ::png::BitDepth::Eight, &[0]);
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    let checksum = {
        let mut crc = flate_crc(&png[12..29]);
        crc.reverse();
        crc
    };
    png[29..33].copy_from_slice(&checksum);
    assert_eq!(decode(&png), Err(PictureError::TooLarge { width: 60_000, height: 1, largest: 2048 }));
    let mut jpeg = JPEG.to_vec();
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_eq!(decode(&jpeg), Err(PictureError::TooLarge { width: 65_535, height: 65_535, largest: 2048 }));
    let mut webp = WEBP.to_vec();
    let frame = webp.windows(4).position(|four| four == b"VP8 ").unwrap();
    webp[frame + 14..frame + 18].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    assert_eq!(decode(&webp), Err(PictureError::TooLarge { width: 16_383, height: 16_383, largest: 2048 }));
    let largest = decode(&webp_of(2048, 2, &vec![9; 2048 * 8])).unwrap();
    assert_eq!(largest.width(), LARGEST_SIDE_PX);
}

/// The checksum of a chunk of a PNG, least byte first.
fn flate_crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    (!crc).to_le_bytes()
}

#[test]
fn what_is_no_picture_is_named() {
    for (bytes, word) in [
        (&b""[..], "not one byte"),
        (b"\x1f\x8b\x08rest", "vector tiles"),
        (b" \n<html>", "page"),
        (b"{\"error\":1}", "JSON"),
        (b"GIF89a..", "GIF"),
        (b"\0\0\0\x20ftypavif", "AVIF"),
        (b"\x01\x02", "[01, 02]"),
    ] {
        let why = decode(bytes).unwrap_err().to_string();
        assert!(why.contains(word), "{why}");
    }
}

#[test]
fn cut_anywhere_and_changed_anywhere_it_never_panics() {
    let png = png_of(2, 1, ::png::ColorType::Rgba, ::png::BitDepth::Eight, &[9, 8, 7, 6, 1, 1, 1, 1]);
    for whole in [&png[..], JPEG, WEBP, &webp_of(2, 1, &[1, 2, 3, 4, 5, 6, 7, 8])] {
        for end in 0..whole.len() / 2 {
            assert!(decode(&whole[..end]).is_err(), "{end} of {}", whole.len());
        }
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut changed = whole.to_vec();
                changed[at] ^= 1 << bit;
                let _ = decode(&changed);
            }
        }
    }
}
