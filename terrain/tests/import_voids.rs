//! Voids: counted to the sample, filled as a smooth skin over the hole, and left where nothing near is known.
#![allow(clippy::unwrap_used)]

mod making;

use making::{Raster, heights_m, imported, relief_m};

const STEP: f64 = 1.0 / 1200.0;

/// A raster with voids where `is_void` says so of a column and row; and how many they are.
fn holed(
    size: (usize, usize),
    is_void: impl Fn(i64, i64) -> bool,
    height_m: impl Fn(f64, f64) -> f64,
) -> (Raster, u64) {
    let mut raster = Raster::new((106.0, 30.0), STEP, size, height_m);
    let mut count = 0;
    for (i, value) in raster.values.iter_mut().enumerate() {
        if is_void((i % size.0) as i64, (i / size.0) as i64) {
            *value = f64::NAN;
            count += 1;
        }
    }
    (raster, count)
}

/// The largest and the root mean square error in the voids, metres.
fn errors_m(folder: &std::path::Path, holed: &Raster, truth: &Raster) -> (f64, f64) {
    let (_, _, heights) = heights_m(&folder.join("terrain"));
    let errors = holed.values.iter().zip(&heights).zip(&truth.values).filter(|((v, _), _)| v.is_nan());
    let errors: Vec<f64> = errors.map(|((_, made), truth)| f64::from(*made) - truth).collect();
    let squares: f64 = errors.iter().map(|e| e * e).sum();
    (errors.iter().fold(0.0, |worst, e| e.abs().max(worst)), (squares / errors.len() as f64).sqrt())
}

#[test]
fn a_hole_in_a_plane_is_filled_by_the_plane_and_one_in_hills_by_something_near() {
    let plane_m = |lon: f64, lat: f64| 300.0 + 1200.0 * (lon - 106.0) - 700.0 * (lat - 30.0);
    for (name, radius, bar_m, height_m) in [
        ("plane, small", 6.0, 0.1, &plane_m as &dyn Fn(f64, f64) -> f64),
        ("plane, across tiles", 60.0, 0.5, &plane_m),
        ("hills, small", 6.0, 0.2, &relief_m),
        ("hills, across tiles", 60.0, 10.5, &relief_m),
    ] {
        let disc = |x: i64, y: i64| ((x - 250) as f64).hypot((y - 260) as f64) < radius;
        let (raster, count) = holed((520, 530), disc, height_m);
        let truth = Raster::new((106.0, 30.0), STEP, (520, 530), height_m);
        let (folder, report) = imported(std::slice::from_ref(&raster));
        assert_eq!((report.voids_filled, report.voids_left), (count, 0), "{name}");
        let (worst_m, rms_m) = errors_m(folder.path(), &raster, &truth);
        // On the plane the skin is exact but for where it began; over hills this is what the equation itself misses.
        assert!(worst_m < bar_m, "{name}: {worst_m} m, {rms_m} m");
        // The skin meets its rim: no step half as steep again as the truth.
        let (columns, _, heights) = heights_m(&folder.path().join("terrain"));
        let steps = |heights: &[f32]| {
            let pairs = heights.chunks(columns).flat_map(|row| row.windows(2));
            pairs.map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
        };
        let of_truth: Vec<f32> = truth.values.iter().map(|v| *v as f32).collect();
        assert!(steps(&heights) < 1.5 * steps(&of_truth) + 0.1, "{name}: {}", steps(&heights));
    }
}

#[test]
fn voids_are_filled_some_128_samples_deep_and_counted_to_the_sample() {
    // Half of it void: what is farther than 128 samples from the rest stays unknown, outside is no void at all.
    let (raster, count) = holed((900, 300), |x, _| x >= 300, |_, _| 250.0);
    let (folder, report) = imported(std::slice::from_ref(&raster));
    assert_eq!(report.voids_filled + report.voids_left, count);
    let (columns, _, heights) = heights_m(&folder.path().join("terrain"));
    let known = heights.iter().filter(|h| h.is_finite()).count() as u64;
    assert_eq!(known, report.voids_filled + 300 * 300);
    let deep = heights[150 * columns..151 * columns].iter().filter(|h| h.is_finite()).count() as i64 - 300;
    assert!((110..=260).contains(&deep), "{deep}");
    assert!(heights.iter().all(|h| h.is_nan() || *h == 250.0));
}

#[test]
fn a_fine_sheet_beside_a_coarse_model_does_not_shorten_how_far_the_model_s_voids_are_filled() {
    let hole = |x: i64, y: i64| (x - 300).abs() < 60 && (y - 300).abs() < 60;
    let (coarse, count) = holed((600, 600), hole, relief_m);
    let fine = Raster::new((106.02, 29.98), STEP / 16.0, (300, 300), relief_m);
    let (_folder, report) = imported(&[fine, coarse]);
    assert_eq!(report.voids_left, 0, "{report:?} {count}");
}

#[test]
fn a_source_without_any_height_is_refused_and_beside_another_it_does_no_harm() {
    let (void, _) = holed((100, 100), |_, _| true, relief_m);
    let folder = tempfile::tempdir().unwrap();
    void.write(&folder.path().join("a.tif"));
    let error =
        making::import(&folder.path().join("a.tif"), &folder.path().join("t")).unwrap_err().to_string();
    assert!(error.contains("no height at all"), "{error}");
    assert_eq!(making::names(folder.path()), ["a.tif"]);
    let whole = Raster::new((106.0, 30.0), STEP, (100, 100), relief_m);
    let (folder, report) = imported(&[void, whole.clone()]);
    assert_eq!((report.voids_filled, report.voids_left), (0, 0));
    assert!(making::largest_difference_m(&folder.path().join("terrain"), &whole) < 1.0 / 64.0 + 1e-4);
}
