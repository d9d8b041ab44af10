//! Tiles from PMTiles files: ours, those of the Python package, and such as are none.

use super::imagery_files::{data, open};
use super::imagery_web::{BLUE, RED, at, came, colour};
use super::tile_server::png;
use flate2::{Compression, write::GzEncoder};
use overlays::imagery::Store;
use std::io::Write;
use std::path::Path;

/// An entry of a directory: number of the tile, run, length, offset.
type Entry = (u64, u64, u64, u64);

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn directory(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut put = |mut number: u64| loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        bytes.push(if number == 0 { low } else { low | 0x80 });
        if number == 0 {
            break;
        }
    };
    put(entries.len() as u64);
    let mut before = 0;
    for entry in entries {
        put(entry.0 - before);
        before = entry.0;
    }
    entries.iter().for_each(|entry| put(entry.1));
    entries.iter().for_each(|entry| put(entry.2));
    entries.iter().for_each(|entry| put(entry.3 + 1));
    bytes
}

/// A file of three tiles at zoom 1, two of them the same: packed directories, a leaf under the root, packed tiles.
fn small(packed_tiles: bool, kind: u8) -> Vec<u8> {
    let pack = |bytes: Vec<u8>| if packed_tiles { gzip(&bytes) } else { bytes };
    let (red, blue) = (pack(png(RED)), pack(png(BLUE)));
    let (red_length, blue_length) = (red.len() as u64, blue.len() as u64);
    // Numbers 1 to 3: the north-west and the two in the south; the north-east, 4, is missing.
    let leaf = gzip(&directory(&[(1, 1, blue_length, red_length), (2, 2, red_length, 0)]));
    let root = gzip(&directory(&[(1, 0, leaf.len() as u64, 0)]));
    let metadata = gzip(br#"{"name":"three tiles","attribution":"nobody"}"#);
    let tiles = [red, blue].concat();
    let mut bytes = b"PMTiles\x03".to_vec();
    let mut offset = 127;
    for length in [root.len(), metadata.len(), leaf.len(), tiles.len()] {
        bytes.extend([(offset as u64).to_le_bytes(), (length as u64).to_le_bytes()].concat());
        offset += length;
    }
    bytes.extend([0; 24]);
    bytes.extend([1, 2, if packed_tiles { 2 } else { 1 }, kind, 1, 1]);
    for degrees in [-180, -85, 180, 85] {
        bytes.extend((degrees * 10_000_000_i32).to_le_bytes());
    }
    bytes.extend([0; 9]);
    assert_eq!(bytes.len(), 127);
    bytes.extend([root, metadata, leaf, tiles].concat());
    bytes
}

fn written(path: &Path, bytes: &[u8]) -> String {
    std::fs::write(path, bytes).unwrap();
    path.display().to_string()
}

#[test]
fn pmtiles_are_read_through_leaves_packed_and_not() {
    let dir = tempfile::tempdir().unwrap();
    for packed in [false, true] {
        let loader = open(&written(&dir.path().join("a.pmtiles"), &small(packed, 2))).unwrap();
        let health = loader.health();
        assert_eq!((health.name.as_str(), health.attribution.as_deref()), ("three tiles", Some("nobody")));
        assert_eq!((loader.source().tiles.min_zoom, loader.source().tiles.max_zoom), (1, 1));
        let colours = [(0, 0), (0, 1), (1, 1), (1, 0)].map(|(column, row)| came(&loader, at(1, column, row)));
        assert_eq!(colours, [colour(BLUE), colour(RED), colour(RED), "Absent".to_owned()]);
    }
}

#[test]
fn a_file_of_the_python_package_is_read_whole() {
    let loader = open(&data("python.pmtiles")).unwrap();
    let health = loader.health();
    assert_eq!((health.name.as_str(), health.attribution.as_deref()), ("colours by address", Some("nobody")));
    let set = &loader.source().tiles;
    assert_eq!((set.min_zoom, set.max_zoom, set.side_px), (10, 13, 256));
    let bounds = set.bounds.unwrap();
    assert_eq!((bounds.west, bounds.south, bounds.east, bounds.north), (105.0, 29.0, 108.0, 30.5));
    let mut tiles = 0;
    for zoom in 10..=13 {
        let middle = overlays::imagery::TileAddress::containing(
            zoom,
            overlays::imagery::WorldFraction::of(city::LonLat { lon: 106.5878, lat: 29.5657 }),
        );
        for column in middle.column - 2..=middle.column + 2 {
            for row in middle.row - 2..=middle.row + 2 {
                let near = column.abs_diff(middle.column) < 2 && row.abs_diff(middle.row) < 2;
                let expected =
                    if near { colour([column as u8, row as u8, zoom * 8]) } else { "Absent".to_owned() };
                assert_eq!(came(&loader, at(zoom, column, row)), expected, "{zoom}/{column}/{row}");
                tiles += usize::from(near);
            }
        }
    }
    assert_eq!(tiles, 36);
}

#[test]
fn what_is_no_pmtiles_file_of_pictures_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tiles.pmtiles");
    let changed = |at: usize, byte: u8| {
        let mut bytes = small(false, 2);
        bytes[at] = byte;
        bytes
    };
    for (bytes, words) in [
        (vec![], "is no PMTiles file (it does not begin as one does)"),
        (vec![9; 5000], "is no PMTiles file"),
        (small(false, 2)[..100].to_vec(), "header is cut off"),
        (small(false, 2)[..140].to_vec(), "beyond its end"),
        (changed(7, 2), "version 2"),
        (changed(97, 3), "Brotli"),
        (changed(97, 4), "Zstandard"),
        (changed(97, 1), "a directory is cut off or holds nonsense"),
        (changed(101, 40), "zooms are 1 to 40"),
        (small(false, 1), "holds vector tiles"),
        (small(false, 5), "holds AVIF pictures"),
        (changed(15, 255), "beyond its end"),
    ] {
        let why = open(&written(&path, &bytes)).err().unwrap();
        assert!(
            why.contains(words) && why.contains("tiles.pmtiles") && !why.contains('\n'),
            "{words}: {why}"
        );
    }
}

#[test]
fn cut_anywhere_and_changed_anywhere_it_neither_panics_nor_hangs() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tiles.pmtiles");
    let whole = small(true, 2);
    let look = |bytes: &[u8]| {
        if let Ok(loader) = open(&written(&path, bytes)) {
            for (column, row) in [(0, 0), (1, 0), (0, 1)] {
                came(&loader, at(1, column, row));
            }
        }
    };
    for end in (0..whole.len()).step_by(7) {
        look(&whole[..end]);
    }
    // Every byte of the header, and many of all the rest.
    for at in (0..127).chain((127..whole.len()).step_by(3)) {
        for byte in [0, 0xff, whole[at] ^ 1] {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            look(&bytes);
        }
    }
}
