use super::*;
use header::Packing;

#[test]
fn tiles_are_numbered_along_the_curve() {
    // From the specification's section 4.1, and from the `pmtiles` package of Python, version 3.8.
    let number = |z, x, y| hilbert::number(TileAddress::new(z, x, y).unwrap());
    for (z, x, y, expected) in [
        (0, 0, 0, 0),
        (1, 0, 0, 1),
        (1, 0, 1, 2),
        (1, 1, 1, 3),
        (1, 1, 0, 4),
        (2, 0, 0, 5),
        (12, 3423, 1763, 19_078_479),
        (12, 3260, 1695, 18_996_228),
        (30, 854_543_210, 444_444_444, 1_305_410_958_881_320_203),
    ] {
        assert_eq!(number(z, x, y), expected, "{z}/{x}/{y}");
    }
    // At each zoom every number once, and neighbours in number are neighbours on the map.
    let mut tiles: Vec<_> = (0..16).flat_map(|x| (0..16).map(move |y| (number(4, x, y), x, y))).collect();
    tiles.sort_unstable();
    for (a, b) in tiles.iter().zip(&tiles[1..]) {
        assert_eq!((b.0 - a.0, a.1.abs_diff(b.1) + a.2.abs_diff(b.2)), (1, 1));
    }
}

#[test]
fn directories_are_read_and_nonsense_is_refused() {
    // Two tiles in a run, one right after them in the file, and a leaf.
    let bytes = [3, 5, 2, 3, 2, 1, 0, 10, 20, 30, 101, 0, 1];
    let directory = Directory::read(&bytes).unwrap();
    let tile = |offset, length| Some(Found::Tile { offset, length });
    for (number, expected) in [
        (4, None),
        (5, tile(100, 10)),
        (6, tile(100, 10)),
        (7, tile(110, 20)),
        (8, None),
        (9, None),
        (10, Some(Found::Leaf { offset: 0, length: 30 })),
        (u64::MAX, Some(Found::Leaf { offset: 0, length: 30 })),
    ] {
        assert_eq!(directory.find(number), expected, "{number}");
    }
    for end in 0..bytes.len() {
        assert!(Directory::read(&bytes[..end]).is_err(), "{end}");
    }
    for nonsense in [
        &[255; 20][..],
        &[200, 1, 1, 1, 1],
        // Twice the same number, an offset before the first, an end beyond all numbers.
        &[2, 5, 0, 1, 1, 1, 1, 1, 1],
        &[1, 5, 1, 1, 0],
        &[
            1, 5, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 255, 255, 255, 255, 255, 255, 255, 255,
            255, 1,
        ],
    ] {
        assert!(Directory::read(nonsense).is_err(), "{nonsense:?}");
    }
}

#[test]
fn a_small_part_does_not_unpack_to_much() {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![0; 100_000]).unwrap();
    let packed = packed.finish().unwrap();
    assert!(Packing::Gzip.unpacked(packed.clone(), 99_999).is_err());
    assert_eq!(Packing::Gzip.unpacked(packed, 100_000).unwrap().len(), 100_000);
    assert!(Packing::Gzip.unpacked(b"nonsense".to_vec(), 100).is_err());
}
