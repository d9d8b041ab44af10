//! Many sources at once: priorities, seams, sheets of another fineness, and no step where tiles end.
#![allow(clippy::unwrap_used)]

mod making;

use city::LonLat;
use making::{Raster, heights_m, imported, relief_m};
use terrain::{
    Ground,
    import::{self, Import},
};

const STEP: f64 = 1.0 / 1200.0;

#[test]
fn the_source_named_first_wins_and_passes_into_the_one_below_without_a_step() {
    let below = Raster::new((106.0, 30.0), STEP, (300, 200), |_, _| 100.0);
    // Half a sample off the grid of the other.
    let above = Raster::new((106.0 + 100.5 * STEP, 30.0 - 50.5 * STEP), STEP, (100, 100), |_, _| 180.0);
    let (folder, report) = imported(&[above.clone(), below.clone()]);
    assert_eq!((report.sources, report.columns, report.voids_filled), (2, 301, 0));
    let (columns, _, heights) = heights_m(&folder.path().join("terrain"));
    let at = |column: usize, row: usize| heights[row * columns + column];
    assert_eq!((at(40, 100), at(150, 100), at(250, 100)), (100.0, 180.0, 100.0));
    let row: Vec<f32> = (60..240).map(|column| at(column, 100)).collect();
    let steepest = row.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    // 80 m over 17 samples along a smooth step: nowhere more than half as steep again as straight.
    assert!(steepest < 80.0 / 17.0 * 1.6, "{steepest}");

    let (folder, _) = imported(&[below.clone(), above.clone()]);
    let (_, _, heights) = heights_m(&folder.path().join("terrain"));
    assert!(heights.iter().all(|h| h.is_nan() || *h == 100.0));

    let place = |name: &str| folder.path().join(name);
    let wanted = Import { feather: 0, ..Import::new([place("b.tif"), place("a.tif")], place("sharp")) };
    import::import(&wanted, &|_| {}).unwrap();
    let (_, _, heights) = heights_m(&place("sharp"));
    assert!(heights.iter().all(|h| h.is_nan() || *h == 100.0 || *h == 180.0));
}

#[test]
fn a_void_of_one_source_is_taken_from_the_next() {
    let is_void = |lon: f64, lat: f64| (lon - 106.1).abs() < 0.02 && (lat - 29.9).abs() < 0.02;
    let holed = Raster::new((106.0, 30.0), STEP, (240, 240), |lon, lat| {
        if is_void(lon, lat) { f64::NAN } else { relief_m(lon, lat) }
    });
    let whole = Raster::new((106.0, 30.0), STEP, (240, 240), |lon, lat| relief_m(lon, lat) + 0.5);
    let (folder, report) = imported(&[holed, whole]);
    assert_eq!((report.voids_filled, report.voids_left), (0, 0));
    let ground = Ground::open(&folder.path().join("terrain")).unwrap();
    let difference_m = ground.height_m(LonLat::new(106.1, 29.9)).unwrap() - relief_m(106.1, 29.9);
    assert!((difference_m - 0.5).abs() < 0.1, "{difference_m}");
}

#[test]
fn a_fine_sheet_in_a_coarse_model_makes_fine_tiles_only_where_it_lies_and_no_step_at_their_borders() {
    // Rough ground, so that the coarse model differs from the fine one by metres between its samples.
    let rough_m =
        |lon: f64, lat: f64| relief_m(lon, lat) + 40.0 * (lon * 2500.0).sin() * (lat * 2100.0).cos();
    let coarse_step = 1.0 / 3600.0;
    let coarse = Raster::new((106.0, 30.0), coarse_step, (600, 500), rough_m);
    let fine_step = coarse_step / 16.0;
    let sheet = (106.05, 29.95);
    let fine = Raster::new(sheet, fine_step, (500, 400), rough_m);
    let (folder, report) = imported(&[fine, coarse]);
    assert_eq!((report.columns, report.rows), (9600, 8000));
    assert!(report.tiles < 80, "{} tiles, where all were 1,500", report.tiles);
    let out = folder.path().join("terrain");
    assert!(std::fs::metadata(out.join("terrain.tif")).unwrap().len() < 6_000_000);
    let ground = Ground::open(&out).unwrap();
    let height_m = |lon: f64, lat: f64| ground.height_m(LonLat::new(lon, lat)).unwrap();
    for i in 20..480 {
        // Middles of pixels of the sheet.
        let (lon, lat) =
            (sheet.0 + (f64::from(i) + 0.5) * fine_step, sheet.1 - (f64::from(i) * 0.8 + 0.5) * fine_step);
        assert!((height_m(lon, lat) - rough_m(lon, lat)).abs() < 3.0, "{lon} {lat}");
    }
    let inside = (sheet.0 + 250.5 * fine_step, sheet.1 - 200.5 * fine_step);
    assert!((height_m(inside.0, inside.1) - rough_m(inside.0, inside.1)).abs() < 0.02);
    // Along lines that cross the sheet and the tiles around it, in steps of 0.2 m: nowhere a jump.
    for part in [0.1, 0.35, 0.6, 0.85] {
        let (row, column) = (sheet.1 - 400.0 * fine_step * part, sheet.0 + 500.0 * fine_step * part);
        let east = |i: i32| (106.045 + f64::from(i) * 2e-6, row);
        let south = |i: i32| (column, 29.955 - f64::from(i) * 2e-6);
        for line in [&east as &dyn Fn(i32) -> (f64, f64), &south] {
            let heights: Vec<f64> = (0..9000).map(line).map(|(lon, lat)| height_m(lon, lat)).collect();
            let jump = heights.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f64::max);
            // The steepest slope there is, 0.9 m a metre, and what the 1/32 m of a height make of it.
            assert!(jump < 0.35, "{part}: {jump}");
        }
    }
}

#[test]
fn sheets_side_by_side_leave_no_seam_and_thousands_may_be_open() {
    let folder = tempfile::tempdir().unwrap();
    let (side, across) = (16, 40);
    for i in 0..1080 {
        let (x, y) = (i % across, i / across);
        let corner = (106.0 + f64::from(x * side) * STEP, 30.0 - f64::from(y * side) * STEP);
        let sheet = Raster::new(corner, STEP, (side as usize, side as usize), relief_m);
        sheet.write(&folder.path().join(format!("{i:04}.tif")));
    }
    let out = folder.path().join("made");
    let report = import::import(&Import::new([folder.path().to_owned()], &out), &|_| {}).unwrap();
    assert_eq!((report.sources, report.columns, report.rows), (1080, 640, 432));
    assert_eq!((report.voids_filled, report.voids_left), (0, 0));
    let whole = Raster::new((106.0, 30.0), STEP, (640, 432), relief_m);
    assert!(making::largest_difference_m(&out, &whole) < 1.0 / 64.0 + 1e-4);
}
