//! How the numbers of a GeoTIFF's tiles and strips are packed, and their unpacking.
//!
//! By hand, because the decoder that reads the directories stumbles over LZW in tiles that hang over the raster's edge,
//! cannot read a few rows of a long strip, and keeps a file open for each sheet.

use libdeflater::Decompressor;
use ruzstd::decoding::FrameDecoder;
use std::io::{Read, Seek};
use tiff::{decoder::Decoder, tags::Tag};
use weezl::{BitOrder, decode};

/// How numbers are packed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Packing {
    is_big_endian: bool,
    compression: Compression,
    predictor: Predictor,
    kind: Kind,
    /// Bytes of a number.
    size: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Compression {
    None,
    Lzw,
    Deflate,
    PackBits,
    Zstd,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Predictor {
    None,
    /// Each number less the one before it.
    Difference,
    /// Adobe TIFF Technical Note 3: the bytes of one place of a row together, the highest first, and their differences.
    Float,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Unsigned,
    Signed,
    Float,
}

impl Packing {
    /// Reads how the numbers are packed, or says why they cannot be read here.
    pub fn of<R: Read + Seek>(decoder: &mut Decoder<R>, is_big_endian: bool) -> Result<Self, String> {
        let mut number = |tag, or: u16| decoder.find_tag_unsigned(tag).ok().flatten().unwrap_or(or);
        let bands = number(Tag::SamplesPerPixel, 1);
        if bands != 1 {
            return Err(format!("it has {bands} bands; extract the band of heights"));
        }
        let compression = match number(Tag::Compression, 1) {
            1 => Compression::None,
            5 => Compression::Lzw,
            8 | 32946 => Compression::Deflate,
            32773 => Compression::PackBits,
            50000 => Compression::Zstd,
            other => {
                let name = match other {
                    7 => "JPEG",
                    34887 => "LERC",
                    34925 => "LZMA",
                    _ => "a code not known",
                };
                return Err(format!(
                    "it is packed by {name} ({other}), which is not read; write it anew with gdal_translate -co COMPRESS=DEFLATE"
                ));
            }
        };
        let predictor = match number(Tag::Predictor, 1) {
            2 => Predictor::Difference,
            3 => Predictor::Float,
            _ => Predictor::None,
        };
        let (format, bits) = (number(Tag::SampleFormat, 1), number(Tag::BitsPerSample, 1));
        let kind = match (format, bits) {
            (1 | 4, 8 | 16 | 32 | 64) => Kind::Unsigned,
            (2, 8 | 16 | 32 | 64) => Kind::Signed,
            (3, 16 | 32 | 64) => Kind::Float,
            _ => {
                return Err(format!(
                    "its numbers (format {format}, {bits} bits) are no heights; write it anew with gdal_translate -ot Float32"
                ));
            }
        };
        Ok(Self { is_big_endian, compression, predictor, kind, size: usize::from(bits / 8) })
    }

    /// True where rows can be read one by one.
    pub fn is_plain(&self) -> bool {
        self.compression == Compression::None
    }

    /// Bytes of so many numbers, unpacked.
    pub fn bytes(&self, numbers: usize) -> usize {
        numbers * self.size
    }

    /// The numbers of packed rows of a width: `rows` of them, or at least `needed`; none when they are damaged.
    pub fn unpack(&self, packed: Vec<u8>, width: usize, rows: usize, needed: usize) -> Option<Vec<f32>> {
        let row_bytes = self.bytes(width);
        let mut plain = self.plain(packed, row_bytes * rows)?;
        if plain.len() < row_bytes * needed {
            return None;
        }
        let mut numbers = Vec::with_capacity(width * rows);
        for row in plain.chunks_exact_mut(row_bytes) {
            if self.predictor == Predictor::Float {
                let mut sum = 0_u8;
                row.iter_mut().for_each(|byte| {
                    sum = sum.wrapping_add(*byte);
                    *byte = sum;
                });
            }
            let mut before = 0_u64;
            for i in 0..width {
                let word = self.word(row, i, width);
                before =
                    if self.predictor == Predictor::Difference { before.wrapping_add(word) } else { word };
                numbers.push(self.number(before));
            }
        }
        Some(numbers)
    }

    fn plain(&self, packed: Vec<u8>, length: usize) -> Option<Vec<u8>> {
        if self.compression == Compression::None {
            return Some(packed);
        }
        let mut plain = vec![0; length];
        let unpacked = match self.compression {
            Compression::Deflate => Decompressor::new().zlib_decompress(&packed, &mut plain).ok()?,
            Compression::Lzw => lzw(&packed, &mut plain)?,
            Compression::Zstd => FrameDecoder::new().decode_all(&packed, &mut plain).ok()?,
            Compression::None | Compression::PackBits => pack_bits(&packed, &mut plain)?,
        };
        plain.truncate(unpacked);
        Some(plain)
    }

    /// The bits of a number of a row.
    #[inline]
    fn word(&self, row: &[u8], i: usize, width: usize) -> u64 {
        let join = |word: u64, byte: &u8| word << 8 | u64::from(*byte);
        if self.predictor == Predictor::Float {
            return row[i..].iter().step_by(width).take(self.size).fold(0, join);
        }
        let bytes = &row[i * self.size..(i + 1) * self.size];
        if self.is_big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) }
    }

    #[inline]
    fn number(&self, word: u64) -> f32 {
        // Bits above the number's own are left from the differences, and cut off.
        match (self.kind, self.size) {
            (Kind::Unsigned, 1) => f32::from(word as u8),
            (Kind::Unsigned, 2) => f32::from(word as u16),
            (Kind::Unsigned, 4) => word as u32 as f32,
            (Kind::Unsigned, _) => word as f32,
            (Kind::Signed, 1) => f32::from(word as u8 as i8),
            (Kind::Signed, 2) => f32::from(word as u16 as i16),
            (Kind::Signed, 4) => word as u32 as i32 as f32,
            (Kind::Signed, _) => word as i64 as f32,
            (Kind::Float, 2) => half(word as u16),
            (Kind::Float, 4) => f32::from_bits(word as u32),
            (Kind::Float, _) => f64::from_bits(word) as f32,
        }
    }
}

/// A number of 16-bit floating point (IEEE 754 binary16).
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023) / 1024.0);
    match exponent {
        0 => sign * fraction * 2_f32.powi(-14),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1.0 + fraction) * 2_f32.powi(exponent - 15),
    }
}

fn lzw(packed: &[u8], plain: &mut [u8]) -> Option<usize> {
    let mut decoder = decode::Decoder::with_tiff_size_switch(BitOrder::Msb, 8);
    let (mut read, mut written) = (0, 0);
    while written < plain.len() {
        let step = decoder.decode_bytes(&packed[read..], &mut plain[written..]);
        (read, written) = (read + step.consumed_in, written + step.consumed_out);
        match step.status.ok()? {
            weezl::LzwStatus::Ok if step.consumed_in + step.consumed_out > 0 => {}
            _ => break,
        }
    }
    Some(written)
}

fn pack_bits(packed: &[u8], plain: &mut [u8]) -> Option<usize> {
    let (mut rest, mut written) = (packed, 0);
    while let (Some((&head, after)), true) = (rest.split_first(), written < plain.len()) {
        let count = match head as i8 {
            -128 => 0,
            repeated if repeated < 0 => 1 - isize::from(repeated),
            literal => isize::from(literal) + 1,
        } as usize;
        let is_literal = head < 128;
        let taken = if is_literal { count } else { usize::from(count > 0) };
        let (bytes, after) = after.split_at_checked(taken)?;
        let room = plain.get_mut(written..written + count)?;
        if is_literal {
            room.copy_from_slice(bytes)
        } else {
            room.fill(bytes.first().copied().unwrap_or(0))
        }
        (rest, written) = (after, written + count);
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_that_are_packed_come_back_and_damage_is_noticed() {
        // Apple's own example of PackBits.
        let packed =
            [0xFE, 0xAA, 0x02, 0x80, 0x00, 0x2A, 0xFD, 0xAA, 0x03, 0x80, 0x00, 0x2A, 0x22, 0xF7, 0xAA];
        let mut plain = [0; 24];
        assert_eq!(pack_bits(&packed, &mut plain), Some(24));
        assert_eq!(plain[..7], [0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0xAA]);
        assert_eq!(pack_bits(&packed[..11], &mut plain), None);
        assert_eq!(half(0x3C00), 1.0);
        assert_eq!(half(0xC000), -2.0);
        assert_eq!(half(0x5640), 100.0);
        assert!(half(0x7E00).is_nan());
    }
}
