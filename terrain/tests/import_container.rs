//! The container is a cloud optimized GeoTIFF by the rules of GDAL's validator: every directory before the pixels,
//! overviews each half as fine after the one before, coarse pixels before fine ones, all tiled.
#![allow(clippy::unwrap_used)]

mod making;

use making::{Raster, imported, relief_m};
use std::{fs::File, io::BufReader};
use tiff::{decoder::Decoder, tags::Tag};

#[test]
fn the_container_keeps_the_rules_of_a_cloud_optimized_geotiff() {
    let (folder, report) = imported(&[Raster::new((106.0, 30.0), 1.0 / 1200.0, (1100, 900), relief_m)]);
    let path = folder.path().join("terrain/terrain.tif");
    let mut decoder = Decoder::new(BufReader::new(File::open(&path).unwrap())).unwrap();
    let mut images = Vec::new();
    let mut last_directory = 0;
    loop {
        let pointer = decoder.ifd_pointer().unwrap().0;
        assert!(pointer > last_directory && pointer.is_multiple_of(2), "directories lie one after the other");
        last_directory = pointer;
        let mut numbers = |tag| decoder.get_tag_u64_vec(tag).unwrap();
        let (offsets, lengths) = (numbers(Tag::TileOffsets), numbers(Tag::TileByteCounts));
        assert_eq!((numbers(Tag::TileWidth), numbers(Tag::TileLength)), (vec![256], vec![256]));
        assert_eq!(numbers(Tag::NewSubfileType), [u64::from(!images.is_empty())]);
        images.push((decoder.dimensions().unwrap(), offsets, lengths));
        if !decoder.more_images() {
            break;
        }
        decoder.next_image().unwrap();
    }
    assert_eq!(images.len(), usize::from(report.levels));
    assert_eq!(images[0].0, (1100, 900));
    assert!(images.last().unwrap().0.0 <= 256 && images.last().unwrap().0.1 <= 256);
    for pair in images.windows(2) {
        let ((columns, rows), offsets, _) = &pair[0];
        assert_eq!(pair[1].0, (columns.div_ceil(2), rows.div_ceil(2)));
        assert!(pair[1].1.iter().max() < offsets.iter().min(), "coarse pixels come before fine ones");
    }
    let mut spans: Vec<(u64, u64)> =
        images.iter().flat_map(|(_, o, l)| o.iter().copied().zip(l.iter().copied())).collect();
    spans.sort_unstable();
    assert!(spans[0].0 > last_directory);
    assert!(
        spans.windows(2).all(|pair| pair[0].0 + pair[0].1 == pair[1].0),
        "no tile overlaps another, no gaps"
    );
    let (last, length) = (spans.last().unwrap(), std::fs::metadata(&path).unwrap().len());
    assert_eq!(last.0 + last.1, length);
    // Each level is the mean of the four samples below it, to what a height is kept to.
    let mut level = |index: usize| {
        decoder.seek_to_image(index).unwrap();
        match decoder.read_image().unwrap() {
            tiff::decoder::DecodingResult::F32(heights) => heights,
            other => panic!("{other:?}"),
        }
    };
    let (fine, coarse) = (level(0), level(1));
    for (x, y) in [(0, 0), (300, 200), (549, 449)] {
        let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| fine[(2 * y + dy) * 1100 + 2 * x + dx]);
        assert!((coarse[y * 550 + x] - four.iter().sum::<f32>() / 4.0).abs() <= 1.0 / 64.0);
    }
}
