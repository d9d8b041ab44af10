//! One tile of heights as it lies in the file: 32-bit floats with TIFF's floating-point predictor (Adobe TIFF
//! Technical Note 3), then deflate (zlib).

use libdeflater::{CompressionLvl, Compressor, Decompressor};

/// Samples along a side of a tile.
pub(crate) const TILE: usize = 256;
/// Samples of a tile.
pub(crate) const SAMPLES: usize = TILE * TILE;
const BYTES: usize = SAMPLES * 4;
/// How hard bytes are packed, of 12: more takes far longer for a few hundredths.
const LEVEL: i32 = 2;
/// Heights are kept to this part of a metre: finer than any survey, and the rest of the bits pack to nothing.
const STEPS_A_METRE: f32 = 32.0;

/// A height as it is kept: to the nearest 1/32 m.
pub(crate) fn kept(height_m: f32) -> f32 {
    (height_m * STEPS_A_METRE).round() / STEPS_A_METRE
}

/// Packs heights in metres, north row first.
pub(crate) fn encode(heights_m: &[f32]) -> Vec<u8> {
    debug_assert_eq!(heights_m.len(), SAMPLES);
    let mut plain = vec![0_u8; BYTES];
    for (row, out) in heights_m.chunks_exact(TILE).zip(plain.chunks_exact_mut(TILE * 4)) {
        // The bytes of one place stand together, the highest first; then each byte less the one before it.
        for (column, height_m) in row.iter().enumerate() {
            for (plane, byte) in kept(*height_m).to_be_bytes().into_iter().enumerate() {
                out[plane * TILE + column] = byte;
            }
        }
        for i in (1..out.len()).rev() {
            out[i] = out[i].wrapping_sub(out[i - 1]);
        }
    }
    let mut compressor = Compressor::new(CompressionLvl::new(LEVEL).unwrap_or_default());
    let mut packed = vec![0; compressor.zlib_compress_bound(BYTES)];
    // The bound is the library's own, so there is room.
    let length = compressor.zlib_compress(&plain, &mut packed).unwrap_or(0);
    packed.truncate(length);
    packed
}

/// Unpacks a tile; none when it is damaged.
pub(crate) fn decode(packed: &[u8]) -> Option<Vec<f32>> {
    let mut plain = vec![0_u8; BYTES];
    let length = Decompressor::new().zlib_decompress(packed, &mut plain).ok()?;
    if length != BYTES {
        return None;
    }
    let mut heights_m = vec![0.0; SAMPLES];
    for (row, out) in plain.chunks_exact_mut(TILE * 4).zip(heights_m.chunks_exact_mut(TILE)) {
        let mut sum = 0_u8;
        for byte in row.iter_mut() {
            sum = sum.wrapping_add(*byte);
            *byte = sum;
        }
        let (a, rest) = row.split_at(TILE);
        let (b, rest) = rest.split_at(TILE);
        let (c, d) = rest.split_at(TILE);
        for (i, height_m) in out.iter_mut().enumerate() {
            *height_m = f32::from_be_bytes([a[i], b[i], c[i], d[i]]);
        }
    }
    Some(heights_m)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn heights_come_back_to_a_32nd_of_a_metre_and_damage_is_noticed() {
        let mut heights_m: Vec<f32> =
            (0..SAMPLES).map(|i| 400.0 + 300.0 * (i as f32 * 0.01).sin() + (i % 7) as f32 * 0.013).collect();
        heights_m[700] = f32::NAN;
        let packed = encode(&heights_m);
        assert!(packed.len() < BYTES / 2, "{}", packed.len());
        let back = decode(&packed).unwrap();
        for (a, b) in heights_m.iter().zip(&back) {
            assert!(a.is_nan() == b.is_nan() && (a.is_nan() || (a - b).abs() <= 1.0 / 64.0), "{a} {b}");
        }
        assert_eq!(encode(&back), packed);
        assert!(decode(&packed[..packed.len() / 2]).is_none() && decode(&[]).is_none());
    }
}
