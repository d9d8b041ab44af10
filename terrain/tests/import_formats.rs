//! Every way a survey may pack its heights: what comes out of the import is what went in, sample for sample.
#![allow(clippy::unwrap_used)]

mod making;

use city::LonLat;
use making::{Kind, Layout, Raster, degrees, heights_m, import, imported, largest_difference_m, relief_m};
use rayon::prelude::*;
use std::fs;
use terrain::Ground;

/// Half a step of the heights that are kept.
const EXACT_M: f64 = 1.0 / 64.0 + 1e-4;
const STEP: f64 = 1.0 / 1200.0;

fn sheet(columns: usize, rows: usize) -> Raster {
    Raster::new((106.0, 30.0), STEP, (columns, rows), |lon, lat| relief_m(lon, lat).round())
}

#[test]
fn every_packing_of_a_geotiff_comes_back_to_the_64th_of_a_metre() {
    let plain = sheet(301, 130);
    let layouts = [
        Layout::Tiles(256, 256),
        Layout::Tiles(512, 512),
        Layout::Tiles(48, 16),
        Layout::Strips(1),
        Layout::Strips(100),
        Layout::Strips(130),
    ];
    let kinds = [
        (Kind::I16, (1, 1)),
        (Kind::I16, (5, 2)),
        (Kind::I16, (8, 2)),
        (Kind::U16, (8, 1)),
        (Kind::I32, (5, 1)),
        (Kind::F32, (1, 1)),
        (Kind::F32, (8, 3)),
        (Kind::F32, (5, 3)),
        (Kind::F64, (8, 3)),
        (Kind::F64, (8, 1)),
    ];
    layouts.into_iter().flat_map(|layout| kinds.map(|kind| (layout, kind))).par_bridge().for_each(
        |(layout, kind)| {
            let (kind, packing) = kind;
            // The order of the bytes is another matter than the layout: one kind of tile and one of strip will do.
            let is_tried_whole = matches!(layout, Layout::Tiles(48, _) | Layout::Strips(100));
            if !is_tried_whole
                && !matches!((kind, packing), (Kind::I16, (5, 2)) | (Kind::F32, (1, 1) | (8, 3)))
            {
                return;
            }
            for (is_big_endian, is_big_tiff) in [(false, false), (true, true)] {
                let raster = Raster { kind, layout, packing, is_big_endian, is_big_tiff, ..plain.clone() };
                let (folder, report) = imported(std::slice::from_ref(&raster));
                let difference_m = largest_difference_m(&folder.path().join("terrain"), &raster);
                let words = format!("{kind:?} {layout:?} {packing:?} {is_big_endian} {is_big_tiff}");
                assert!(difference_m < EXACT_M && report.voids_filled == 0, "{words}: {difference_m}");
            }
        },
    );
}

#[test]
fn rasters_of_any_size_keep_their_size_and_samples() {
    for size in [(2, 2), (3, 2), (2, 700), (255, 257), (256, 256), (257, 513)] {
        let raster = sheet(size.0, size.1);
        let (folder, report) = imported(std::slice::from_ref(&raster));
        assert_eq!((report.columns, report.rows), size);
        assert!(largest_difference_m(&folder.path().join("terrain"), &raster) < EXACT_M, "{size:?}");
    }
}

#[test]
fn pixels_that_are_points_lie_half_a_pixel_elsewhere_and_turned_rasters_where_their_matrix_says() {
    let (folder, _) = imported(&[Raster { keys: degrees(2), ..sheet(100, 100) }]);
    let ground = Ground::open(&folder.path().join("terrain")).unwrap();
    // The first value, made for the middle of the pixel, now lies at its tie point.
    let height_m = ground.height_m(LonLat::new(106.0, 30.0)).unwrap();
    assert!((height_m - relief_m(106.0 + STEP / 2.0, 30.0 - STEP / 2.0).round()).abs() < EXACT_M);

    let ([a, b, c], [d, e, f]) = ([0.0008, 0.0002, 106.0], [0.000_15, -0.0007, 30.0]);
    let at = |i: usize, j: usize| {
        let (i, j) = (i as f64 + 0.5, j as f64 + 0.5);
        (a * i + b * j + c, d * i + e * j + f)
    };
    let mut turned = sheet(300, 280);
    turned.values =
        (0..300 * 280).map(|k| at(k % 300, k / 300)).map(|(lon, lat)| relief_m(lon, lat)).collect();
    turned.place = vec![(34264, vec![a, b, 0.0, c, d, e, 0.0, f, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0])];
    let (folder, report) = imported(&[turned]);
    assert_eq!((report.voids_filled, report.voids_left), (0, 0));
    let ground = Ground::open(&folder.path().join("terrain")).unwrap();
    for (i, j) in [(5, 5), (150, 140), (290, 20), (33, 270)] {
        let (lon, lat) = at(i, j);
        let height_m = ground.height_m(LonLat::new(lon, lat)).unwrap();
        assert!((height_m - relief_m(lon, lat)).abs() < 0.05, "{i} {j}: {height_m}");
    }
    // The corner of its bounds is no part of it.
    assert_eq!(ground.height_m(LonLat::new(106.001, 29.81)), None);
}

#[test]
fn scale_offset_and_every_way_to_say_no_height_are_understood() {
    let metadata = concat!(
        "<GDALMetadata>\n  <Item name=\"OFFSET\" sample=\"0\" role=\"offset\">-100</Item>\n",
        "  <Item name=\"SCALE\" sample=\"0\" role=\"scale\">0.5</Item>\n</GDALMetadata>"
    );
    let scaled = Raster { kind: Kind::U16, metadata: Some(metadata), ..sheet(60, 50) };
    let (folder, _) = imported(std::slice::from_ref(&scaled));
    let (_, _, heights) = heights_m(&folder.path().join("terrain"));
    assert!(heights.iter().zip(&scaled.values).all(|(h, v)| f64::from(*h) == v * 0.5 - 100.0));

    for (kind, value, no_data) in [
        (Kind::F32, f64::NAN, Some("nan")),
        (Kind::F32, f64::from(f32::MIN), Some("-3.4028234663852886e+38")),
        (Kind::F32, -9999.0, None),
        (Kind::F32, 333.0, Some("333")),
        (Kind::I16, -32767.0, Some("-32767")),
        (Kind::I16, 0.0, Some("0")),
        (Kind::U16, 65535.0, Some("65535")),
        (Kind::F64, 1e20, Some("1e+20")),
    ] {
        let mut raster = Raster { kind, no_data, ..sheet(60, 50) };
        raster.values.iter_mut().for_each(|v| *v = if *v == 333.0 { 334.0 } else { *v });
        (0..40).for_each(|i| raster.values[60 * 20 + i] = value);
        let (_folder, report) = imported(&[raster]);
        assert_eq!((report.voids_filled, report.voids_left), (40, 0), "{kind:?} {value} {no_data:?}");
        assert!(report.min_m > 40.0 && report.max_m < 760.0, "{report:?}");
    }
}

#[test]
fn tiles_that_are_left_out_are_voids() {
    let mut raster = Raster { hole: Some(0.0), ..sheet(700, 300) };
    let middle = |i: usize| (256..512).contains(&(i % 700)) && i / 700 < 256;
    (0..700 * 300).filter(|i| middle(*i)).for_each(|i| raster.values[i] = 0.0);
    let (_folder, report) = imported(&[raster]);
    assert_eq!(report.voids_filled + report.voids_left, 256 * 256);
}

#[test]
fn hgt_of_one_and_three_seconds_and_pictures_lie_where_they_say() {
    for side in [1201_usize, 3601] {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("s30w071.hgt");
        let step = 1.0 / (side - 1) as f64;
        let at = |i: usize| (-71.0 + (i % side) as f64 * step, -29.0 - (i / side) as f64 * step);
        let bytes = (0..side * side).map(at).flat_map(|(lon, lat)| (relief_m(lon, lat) as i16).to_be_bytes());
        fs::write(&source, bytes.collect::<Vec<u8>>()).unwrap();
        let report = import(&source, &folder.path().join("terrain")).unwrap();
        assert_eq!(report.bounds, [-71.0, -30.0, -70.0, -29.0]);
        let ground = Ground::open(&folder.path().join("terrain")).unwrap();
        for i in [0, side + 7, side * side / 2, side * side - 1] {
            let (lon, lat) = at(i);
            let height_m = ground.height_m(LonLat::new(lon, lat)).unwrap();
            assert!((height_m - f64::from(relief_m(lon, lat) as i16)).abs() < 0.01, "{side} {i}: {height_m}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("model.png");
    let picture = image::ImageBuffer::from_fn(40, 30, |x, y| image::Luma([(500 + x * 3 + y) as u16]));
    picture.save(&source).unwrap();
    assert!(import(&source, &folder.path().join("t")).unwrap_err().to_string().contains(".pgw"));
    fs::write(folder.path().join("model.pgw"), "0.001\n0\n0\n-0.001\n106.5\n29.5\n").unwrap();
    // Of a folder, a picture without a world file is none of its elevation models.
    picture.save(folder.path().join("look.png")).unwrap();
    let report = import(folder.path(), &folder.path().join("t")).unwrap();
    assert_eq!((report.sources, report.columns, report.bounds), (1, 40, [106.5, 29.471, 106.539, 29.5]));
    let ground = Ground::open(&folder.path().join("t")).unwrap();
    let height_m = ground.height_m(LonLat::new(106.51, 29.48)).unwrap();
    assert!((height_m - 550.0).abs() < 1e-6, "{height_m}");
}
