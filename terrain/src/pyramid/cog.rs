//! The container: a cloud optimized GeoTIFF (OGC 21-026) of 32-bit floats with its overviews, in WGS-84 degrees.
//! BigTIFF, tiles of 256 × 256, deflate, floating-point predictor; any GIS opens it.

use super::{
    codec::TILE,
    shape::{Key, Shape},
};
use std::io::{self, Write};

/// Where a tile's bytes lie in the file; none of length 0 is a tile that is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub offset: u64,
    pub length: u32,
}

/// One entry of a directory: tag, type, count, and its bytes.
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    bytes: Vec<u8>,
}

const SHORT: u16 = 3;
const LONG: u16 = 4;
const ASCII: u16 = 2;
const DOUBLE: u16 = 12;
const LONG8: u16 = 16;

fn short(tag: u16, values: &[u16]) -> Entry {
    Entry {
        tag,
        kind: SHORT,
        count: values.len() as u64,
        bytes: bytes(values.iter().map(|v| v.to_le_bytes())),
    }
}

fn long(tag: u16, values: &[u32]) -> Entry {
    Entry {
        tag,
        kind: LONG,
        count: values.len() as u64,
        bytes: bytes(values.iter().map(|v| v.to_le_bytes())),
    }
}

fn double(tag: u16, values: &[f64]) -> Entry {
    Entry {
        tag,
        kind: DOUBLE,
        count: values.len() as u64,
        bytes: bytes(values.iter().map(|v| v.to_le_bytes())),
    }
}

fn bytes<const N: usize>(values: impl Iterator<Item = [u8; N]>) -> Vec<u8> {
    values.flatten().collect()
}

/// The directory of one level.
fn directory(shape: &Shape, level: u8, spans: &[Span]) -> Vec<Entry> {
    let (columns, rows) = shape.size(level);
    let offsets = bytes(spans.iter().map(|span| span.offset.to_le_bytes()));
    let lengths: Vec<u32> = spans.iter().map(|span| span.length).collect();
    let mut entries = vec![
        long(254, &[u32::from(level > 0)]),
        long(256, &[columns as u32]),
        long(257, &[rows as u32]),
        short(258, &[32]),
        // Deflate, dark is low, one band in one plane, floating-point predictor.
        short(259, &[8]),
        short(262, &[1]),
        short(277, &[1]),
        short(284, &[1]),
        short(317, &[3]),
        short(322, &[TILE as u16]),
        short(323, &[TILE as u16]),
        Entry { tag: 324, kind: LONG8, count: spans.len() as u64, bytes: offsets },
        long(325, &lengths),
        short(339, &[3]),
    ];
    if level == 0 {
        let (lon, lat) = (shape.north_west.lon, shape.north_west.lat);
        entries.push(double(33550, &[shape.step_deg.0, shape.step_deg.1, 0.0]));
        entries.push(double(33922, &[0.0, 0.0, 0.0, lon, lat, 0.0]));
        // GeoTIFF 1.1: geographic, pixels are areas, EPSG:4326, degrees.
        entries.push(short(
            34735,
            &[1, 1, 1, 4, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326, 2054, 0, 1, 9102],
        ));
    }
    entries.push(Entry { tag: 42113, kind: ASCII, count: 4, bytes: b"nan\0".to_vec() });
    entries
}

/// Bytes of a directory with what does not fit into its entries.
fn length(entries: &[Entry]) -> u64 {
    let outside: usize =
        entries.iter().map(|e| e.bytes.len()).filter(|n| *n > 8).map(|n| n.div_ceil(8) * 8).sum();
    8 + entries.len() as u64 * 20 + 8 + outside as u64
}

/// The order of the tiles in the file: the coarsest level first, rows from the north.
pub(crate) fn order(shape: &Shape) -> impl Iterator<Item = Key> {
    let shape = *shape;
    (0..shape.levels()).rev().flat_map(move |level| {
        let (across, down) = shape.tiles(level);
        (0..down).flat_map(move |y| (0..across).map(move |x| Key { level, x, y }))
    })
}

/// Writes everything before the tiles: header and directories, the finest level first. `length_of` tells the bytes of
/// a tile, 0 for none; the tiles follow in [`order`].
pub(crate) fn write_head(
    out: &mut impl Write,
    shape: &Shape,
    length_of: impl Fn(Key) -> u32,
) -> io::Result<()> {
    let levels = shape.levels();
    let mut spans: Vec<Vec<Span>> = (0..levels)
        .map(|l| vec![Span::default(); shape.tiles(l).0 as usize * shape.tiles(l).1 as usize])
        .collect();
    let directories_bytes: u64 =
        (0..levels).map(|l| length(&directory(shape, l, &spans[usize::from(l)]))).sum();
    let mut offset = 16 + directories_bytes;
    for key in order(shape) {
        let length = length_of(key);
        if length > 0 {
            let across = shape.tiles(key.level).0;
            spans[usize::from(key.level)][(key.y * across + key.x) as usize] = Span { offset, length };
            offset += u64::from(length);
        }
    }
    out.write_all(b"II\x2b\0\x08\0\0\0")?;
    out.write_all(&16_u64.to_le_bytes())?;
    let mut at = 16;
    for level in 0..levels {
        let entries = directory(shape, level, &spans[usize::from(level)]);
        let whole = length(&entries);
        let mut outside_at = at + 8 + entries.len() as u64 * 20 + 8;
        let mut outside = Vec::new();
        out.write_all(&(entries.len() as u64).to_le_bytes())?;
        for Entry { tag, kind, count, mut bytes } in entries {
            out.write_all(&tag.to_le_bytes())?;
            out.write_all(&kind.to_le_bytes())?;
            out.write_all(&count.to_le_bytes())?;
            bytes.resize(bytes.len().div_ceil(8) * 8, 0);
            if bytes.len() > 8 {
                out.write_all(&outside_at.to_le_bytes())?;
                outside_at += bytes.len() as u64;
                outside.extend(bytes);
            } else {
                out.write_all(&bytes)?;
            }
        }
        at += whole;
        out.write_all(&if level + 1 < levels { at } else { 0 }.to_le_bytes())?;
        out.write_all(&outside)?;
    }
    Ok(())
}
