//! A record of the journal: a tile that was written whole. 44 bytes with a checksum, so that torn ones are known.

use crate::pyramid::{Key, cog::Span};

/// Bytes of a record.
pub(in crate::import) const RECORD: usize = 44;

/// What is known of a finished tile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::import) struct Record {
    pub span: Span,
    pub checksum: u32,
    /// Heights in it or under it are unknown.
    pub has_gaps: bool,
    /// True once its voids were filled as far as they can be.
    pub is_filled: bool,
    /// Voids among its samples that were made from sources directly: before filling, then after it.
    pub voids: u32,
    /// Lowest and highest of its heights, metres; the wrong way round where it has none.
    pub range_m: (f32, f32),
}

/// The bytes of a record.
pub(in crate::import) fn bytes_of(key: Key, record: &Record) -> [u8; RECORD] {
    let mut bytes = [0; RECORD];
    let mut at = 0;
    let mut put = |value: &[u8]| {
        bytes[at..at + value.len()].copy_from_slice(value);
        at += value.len();
    };
    put(&[key.level, u8::from(record.has_gaps), u8::from(record.is_filled), 0]);
    for value in [key.x, key.y, record.span.length, record.checksum, record.voids] {
        put(&value.to_le_bytes());
    }
    put(&record.range_m.0.to_le_bytes());
    put(&record.range_m.1.to_le_bytes());
    put(&record.span.offset.to_le_bytes());
    let sum = crc32fast::hash(&bytes[..RECORD - 4]);
    bytes[RECORD - 4..].copy_from_slice(&sum.to_le_bytes());
    bytes
}

/// Reads a record; none when it is damaged.
pub(in crate::import) fn read_record(bytes: &[u8]) -> Option<(Key, Record)> {
    let four = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    let number = |at: usize| u32::from_le_bytes(four(at));
    let whole = crc32fast::hash(&bytes[..RECORD - 4]) == number(RECORD - 4);
    let offset = u64::from(number(32)) | (u64::from(number(36)) << 32);
    whole.then(|| {
        let record = Record {
            span: Span { offset, length: number(12) },
            checksum: number(16),
            has_gaps: bytes[1] != 0,
            is_filled: bytes[2] != 0,
            voids: number(20),
            range_m: (f32::from_le_bytes(four(24)), f32::from_le_bytes(four(28))),
        };
        (Key { level: bytes[0], x: number(4), y: number(8) }, record)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_and_torn_ones_do_not() {
        let key = Key { level: 3, x: 70_000, y: 5 };
        let record = Record {
            span: Span { offset: 1 << 40, length: 77 },
            checksum: 9,
            has_gaps: true,
            is_filled: false,
            voids: 12,
            range_m: (-3.5, 2797.0),
        };
        let mut bytes = bytes_of(key, &record);
        assert_eq!(read_record(&bytes), Some((key, record)));
        bytes[30] ^= 1;
        assert_eq!(read_record(&bytes), None);
    }
}
