//! Sight lines, views and water on grounds whose answers are known, and on rough ground against brute force.
#![allow(clippy::unwrap_used)]

use city::LonLat;
use geodesy::{EastNorth, ORIGIN, to_city_frame, to_lon_lat};
use terrain::{
    CityGrid, Ground, Patch,
    ask::{
        AskError, Cell, Eye, REFRACTION, Region, Sector, SightEnd, SightLine, Spread, View, WaterLevel,
        sight, viewshed, water,
    },
};

/// Mean of the radii of curvature at Chaotianmen, metres.
const RADIUS_M: f64 = 6_367_100.0;

/// Heights in the city frame as heights by longitude and latitude.
fn by_lon_lat(height_m: impl Fn(EastNorth) -> f64) -> impl FnMut(LonLat) -> Option<f64> {
    move |at| Some(height_m(to_city_frame(at)))
}

fn at(east_m: f64, north_m: f64) -> LonLat {
    to_lon_lat(EastNorth::new(east_m, north_m))
}

fn line(from: LonLat, above_m: f64, to: LonLat, target_m: f64) -> SightLine {
    let end = |at, above_m| SightEnd { at, eye: Eye::AboveGround(above_m) };
    SightLine { from: end(from, above_m), to: end(to, target_m), refraction: REFRACTION }
}

/// Hills with noise down to 90 m, the same on every machine.
fn rough_m(p: EastNorth) -> f64 {
    let hash = |i: i64, j: i64| {
        let mut h =
            (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (j as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        h = (h ^ (h >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((h ^ (h >> 32)) & 0xffff_ffff) as f64 / 4_294_967_295.0
    };
    let (mut sum_m, mut height_m, mut wave_m) = (0.0, 300.0, 3000.0);
    for _ in 0..6 {
        let (x, y) = (p.east_m / wave_m, p.north_m / wave_m);
        let (i, j) = (x.floor(), y.floor());
        let blend = |t: f64| t * t * (3.0 - 2.0 * t);
        let (u, v) = (blend(x - i), blend(y - j));
        let (i, j) = (i as i64, j as i64);
        let mix = |a: f64, b: f64, t: f64| a + (b - a) * t;
        sum_m +=
            height_m * mix(mix(hash(i, j), hash(i + 1, j), u), mix(hash(i, j + 1), hash(i + 1, j + 1), u), v);
        height_m *= 0.5;
        wave_m *= 0.5;
    }
    sum_m
}

/// A patch around Chaotianmen with the observer in its middle.
fn around(reach: usize, spacing_m: f64, height_m: impl Fn(EastNorth) -> f64 + Sync) -> Patch {
    let (low_m, side) = (-(reach as f64) * spacing_m, 2 * reach + 1);
    let grid = CityGrid { south_west: EastNorth::new(low_m, low_m), spacing_m, columns: side, rows: side };
    Patch::sample(grid, |p| Some(height_m(p)))
}

/// The ground between the places of a patch, bilinear.
fn bilinear(patch: &Patch, p: EastNorth) -> Option<f64> {
    let grid = patch.grid;
    let x = (p.east_m - grid.south_west.east_m) / grid.spacing_m;
    let y = (p.north_m - grid.south_west.north_m) / grid.spacing_m;
    let inside = |v: f64, n: usize| v > -1e-6 && v < (n - 1) as f64 + 1e-6;
    (inside(x, grid.columns) && inside(y, grid.rows)).then(|| {
        let (i, j) = ((x.max(0.0) as usize).min(grid.columns - 2), (y.max(0.0) as usize).min(grid.rows - 2));
        let (u, v) = (x - i as f64, y - j as f64);
        let h = |i: usize, j: usize| f64::from(patch.heights_m[j * grid.columns + i]);
        let south = h(i, j) + (h(i + 1, j) - h(i, j)) * u;
        let north = h(i, j + 1) + (h(i + 1, j + 1) - h(i, j + 1)) * u;
        south + (north - south) * v
    })
}

#[test]
fn over_a_level_plain_the_horizon_is_where_the_formula_says() {
    for (eye_m, refraction) in [(1.7, 0.13), (1.7, 0.0), (30.0, 0.13), (30.0, -0.3)] {
        let horizon_m = (2.0 * RADIUS_M * eye_m / (1.0 - refraction)).sqrt();
        let seen = |distance_m: f64, target_m: f64| {
            let mut asked = line(ORIGIN, eye_m, at(distance_m * 0.8, distance_m * 0.6), target_m);
            asked.refraction = refraction;
            sight(&asked, 10.0, |_| Some(200.0)).unwrap()
        };
        assert!(seen(horizon_m * 0.995, 0.0).visible && !seen(horizon_m * 1.01, 0.0).visible, "{eye_m}");
        // A mast whose own horizon adds to the observer's.
        let mast_m = 50.0;
        let both_m = horizon_m + (2.0 * RADIUS_M * mast_m / (1.0 - refraction)).sqrt();
        assert!(seen(both_m * 0.998, mast_m).visible && !seen(both_m * 1.002, mast_m).visible);
    }
    // A ray as curved as the Earth sees over a flat one.
    let mut flat = line(ORIGIN, 1.7, at(100_000.0, 0.0), 0.0);
    flat.refraction = 1.0;
    assert!(sight(&flat, 50.0, |_| Some(200.0)).unwrap().visible);
}

#[test]
fn a_wall_is_the_obstacle_and_stands_above_the_line_by_what_it_should() {
    let wall = |p: EastNorth| if (p.east_m - 1000.0).abs() < 10.0 { 130.0 } else { 100.0 };
    let found = sight(&line(ORIGIN, 10.0, at(2000.0, 0.0), 10.0), 1.0, by_lon_lat(wall)).unwrap();
    let obstacle = found.obstacle.unwrap();
    assert!(!found.visible && (obstacle.distance_m - 990.0).abs() < 1.5, "{found:?}");
    // Half way of 2 km the line bends down by D²/8R (1 − k) = 0.068 m.
    assert!(
        (obstacle.above_m - 20.068).abs() < 0.005 && (obstacle.ground_m - 130.0).abs() < 1e-9,
        "{found:?}"
    );
    assert!((found.clearance_m.unwrap() + 20.068).abs() < 0.005 && (found.azimuth_deg - 90.0).abs() < 0.01);
    // Over it from a tower of 60 m, and from a drone at 200 m above sea level; not through it at 120.
    let over = |eye: Eye| {
        let from = SightEnd { at: ORIGIN, eye };
        let asked = SightLine { from, ..line(ORIGIN, 0.0, at(2000.0, 0.0), 10.0) };
        sight(&asked, 1.0, by_lon_lat(wall)).unwrap()
    };
    assert!(over(Eye::AboveGround(60.0)).visible && over(Eye::AboveSea(200.0)).visible);
    assert!(!over(Eye::AboveSea(120.0)).visible);
    assert!((over(Eye::AboveSea(200.0)).from_m - 200.0).abs() < 1e-12);
}

#[test]
fn from_a_pit_only_the_pit_is_seen_and_both_ways_agree() {
    let pit = |p: EastNorth| if p.east_m.hypot(p.north_m) < 50.0 { 80.0 } else { 100.0 };
    let seen = |from: LonLat, a_m: f64, to: LonLat, b_m: f64| {
        sight(&line(from, a_m, to, b_m), 1.0, by_lon_lat(pit)).unwrap().visible
    };
    assert!(seen(ORIGIN, 1.7, at(40.0, 0.0), 0.0) && !seen(ORIGIN, 1.7, at(300.0, 0.0), 0.0));
    assert!(seen(ORIGIN, 1.7, at(100.0, 0.0), 40.0));
    let patch = around(60, 30.0, rough_m);
    let ground = |p: LonLat| bilinear(&patch, to_city_frame(p));
    for k in 1..200 {
        let place = |s: f64| at(1700.0 * (f64::from(k) * s).sin(), 1700.0 * (f64::from(k) * s).cos());
        let (a, b) = (place(0.37), place(1.91));
        let one = sight(&line(a, 20.0, b, 5.0), 5.0, ground).unwrap();
        let two = sight(&line(b, 5.0, a, 20.0), 5.0, ground).unwrap();
        let close = one.clearance_m.is_none_or(|clearance_m| clearance_m.abs() < 0.05);
        assert!(one.visible == two.visible || close, "{one:?} {two:?}");
    }
}

#[test]
fn what_no_sight_line_can_be_is_said() {
    let asked = line(ORIGIN, 1.7, at(500.0, 0.0), 0.0);
    let outside = sight(&asked, 1.0, |p| (p.lon < ORIGIN.lon + 0.001).then_some(1.0)).unwrap_err();
    assert!(outside.to_string().starts_with("the target at 106.5"), "{outside}");
    let refused = |asked: SightLine, spacing_m: f64| {
        matches!(sight(&asked, spacing_m, |_| Some(1.0)), Err(AskError::Question(_)))
    };
    assert!(refused(asked, f64::NAN) && refused(asked, 0.0));
    assert!(refused(SightLine { refraction: f64::NAN, ..asked }, 1.0));
    assert!(refused(line(ORIGIN, f64::INFINITY, at(500.0, 0.0), 0.0), 1.0));
    assert!(refused(line(ORIGIN, 1.7, LonLat::new(f64::NAN, 0.0), 0.0), 1.0));
    assert!(refused(line(ORIGIN, 1.7, LonLat::new(-70.0, 0.0), 0.0), 1.0));
    // A place sees itself; a hole in the ground between is counted, not taken for an obstacle.
    assert!(sight(&line(ORIGIN, 0.0, ORIGIN, 0.0), 1.0, |_| Some(1.0)).unwrap().visible);
    let hole = |p: LonLat| (!(106.589..106.590).contains(&p.lon)).then_some(1.0);
    let found = sight(&asked, 1.0, hole).unwrap();
    assert!(found.visible && (90..105).contains(&found.outside), "{found:?}");
}

/// The share of the cells looked at (one in `every`) for which a view and a sight line of its own agree, and how many
/// they are.
fn agreement(patch: &Patch, view: &View, every: usize) -> (f64, usize) {
    let ground_m = bilinear(patch, EastNorth::default()).unwrap();
    let seen = viewshed(patch, view, ground_m).unwrap();
    let (mut same, mut all) = (0, 0);
    let looked_at = seen.mask.cells.iter().enumerate().filter(|(_, c)| **c != Cell::Outside as u8);
    for (index, &cell) in looked_at.step_by(every) {
        let (column, row) = (index % patch.grid.columns, index / patch.grid.columns);
        let to = to_lon_lat(patch.grid.at(column, row));
        let end = |at, eye| SightEnd { at, eye };
        let asked = SightLine {
            from: end(ORIGIN, view.eye),
            to: end(to, Eye::AboveGround(view.target_m)),
            refraction: view.refraction,
        };
        let ground = |p: LonLat| bilinear(patch, to_city_frame(p));
        let found = sight(&asked, patch.grid.spacing_m / 4.0, ground).unwrap();
        all += 1;
        same += usize::from(found.visible == (cell == Cell::Yes as u8));
    }
    (same as f64 / all as f64, all)
}

#[test]
fn a_view_agrees_with_a_sight_line_to_every_cell_on_rough_ground() {
    let patch = around(100, 30.0, rough_m);
    for (eye, target_m) in
        [(Eye::AboveGround(1.7), 0.0), (Eye::AboveGround(40.0), 2.0), (Eye::AboveSea(900.0), 0.0)]
    {
        let view = View { eye, target_m, ..View::all_around(ORIGIN, 3000.0) };
        // One of the views by all its cells, the others by a third of them.
        let every = if target_m > 0.0 { 1 } else { 3 };
        let (share, all) = agreement(&patch, &view, every);
        assert!(share >= 0.995 && all > 10_000, "{eye:?}: {share} of {all}");
    }
}

#[test]
fn a_view_over_a_plain_ends_at_the_horizon_and_has_its_area() {
    let eye_m = 1.7;
    let patch = around(200, 40.0, |_| 100.0);
    let view = View { eye: Eye::AboveGround(eye_m), ..View::all_around(ORIGIN, 8000.0) };
    let horizon_m = (2.0 * RADIUS_M * eye_m / (1.0 - REFRACTION)).sqrt();
    let seen = viewshed(&patch, &view, 100.0).unwrap();
    for (index, &cell) in seen.mask.cells.iter().enumerate() {
        let p = patch.grid.at(index % 401, index / 401);
        let away_m = p.east_m.hypot(p.north_m);
        // Ground a tenth of a millimetre below the horizon still counts: 40 m here, a cell.
        if (away_m - horizon_m).abs() > 80.0 {
            let expected = if away_m > 8000.5 {
                Cell::Outside
            } else if away_m > horizon_m {
                Cell::No
            } else {
                Cell::Yes
            };
            assert!(cell == expected as u8 || (away_m - 8000.0).abs() < 1.0, "{p:?} {cell}");
        }
    }
    let disc_m2 = std::f64::consts::PI * horizon_m * horizon_m;
    assert!((seen.visible_m2 / disc_m2 - 1.0).abs() < 0.02, "{} {disc_m2}", seen.visible_m2);
    assert!((seen.share - seen.visible_m2 / (std::f64::consts::PI * 64e6)).abs() < 0.002);
}

#[test]
fn a_wall_hides_what_is_behind_it_and_the_height_needed_is_the_shadow() {
    let patch = around(100, 10.0, |p| if (p.east_m - 300.0).abs() < 5.0 { 120.0 } else { 100.0 });
    let view = View {
        eye: Eye::AboveGround(10.0),
        refraction: 1.0,
        with_needed: true,
        ..View::all_around(ORIGIN, 1000.0)
    };
    let seen = viewshed(&patch, &view, 100.0).unwrap();
    let needed_m = seen.needed_m.as_ref().unwrap();
    for (index, &cell) in seen.mask.cells.iter().enumerate().filter(|(_, c)| **c != 0) {
        let p = patch.grid.at(index % 201, index / 201);
        let behind = p.east_m > 305.0;
        assert_eq!(cell == Cell::No as u8, behind, "{p:?}");
        // The ray over the wall has risen 10 m in 300 m.
        let expected_m = if behind { 10.0 + p.east_m / 30.0 } else { 0.0 };
        assert!((f64::from(needed_m[index]) - expected_m).abs() < 0.01, "{p:?}: {}", needed_m[index]);
    }
    // Without the heights needed the mask is the same, on this ground and on a rough one.
    let plain = View { with_needed: false, ..view };
    assert_eq!(viewshed(&patch, &plain, 100.0).unwrap().mask, seen.mask);
    // The heights needed are found without skipping what lies below the horizon.
    let rough = around(120, 25.0, rough_m);
    for above_m in [1.7, 25.0, 120.0, 600.0] {
        let masks = [plain, view].map(|view| {
            let view = View { eye: Eye::AboveGround(above_m), refraction: 0.0, radius_m: 3000.0, ..view };
            viewshed(&rough, &view, rough_m(EastNorth::default())).unwrap().mask
        });
        let differ = masks[0].cells.iter().zip(&masks[1].cells).filter(|(a, b)| a != b).count();
        assert!(differ <= 2, "{above_m}: {differ} cells differ by rounding");
    }
}

#[test]
fn a_camera_sees_its_sector_and_its_field() {
    let patch = around(100, 10.0, |_| 0.0);
    let base = View { eye: Eye::AboveGround(100.0), refraction: 1.0, ..View::all_around(ORIGIN, 1000.0) };
    let looked_at = |view: &View| {
        let seen = viewshed(&patch, view, 0.0).unwrap();
        (seen.visible_m2, seen.mask)
    };
    let whole_m2 = looked_at(&base).0;
    let quarter = View { sector: Some(Sector { from_deg: 315.0, to_deg: 45.0 }), ..base };
    let (quarter_m2, mask) = looked_at(&quarter);
    assert!((quarter_m2 / whole_m2 - 0.25).abs() < 0.01, "{quarter_m2} {whole_m2}");
    let cell = |east: usize, north: usize| mask.cells[north * 201 + east];
    assert!(cell(100, 150) == 2 && cell(100, 50) == 0 && cell(150, 100) == 0 && cell(100, 100) == 2);
    let round = |from_deg, to_deg| looked_at(&View { sector: Some(Sector { from_deg, to_deg }), ..base }).0;
    assert_eq!(round(0.0, 360.0), whole_m2);
    assert!((round(10.0, 350.0) / whole_m2 - 340.0 / 360.0).abs() < 0.01);
    // From 100 m a camera from 45° to 30° down sees a ring from 100 to 173 m.
    let ring = View { elevation_deg: Some((-45.0, -30.0)), ..base };
    let expected_m2 = std::f64::consts::PI * (30_000.0 - 10_000.0);
    assert!((looked_at(&ring).0 / expected_m2 - 1.0).abs() < 0.05);
    assert!(viewshed(&patch, &View { radius_m: f64::NAN, ..base }, 0.0).is_err());
    assert!(viewshed(&patch, &View { elevation_deg: Some((10.0, -10.0)), ..base }, 0.0).is_err());
}

#[test]
fn a_view_is_the_same_on_any_number_of_threads_and_says_nothing_of_what_is_outside() {
    let patch = around(80, 30.0, |p| if p.east_m > 600.0 { f64::NAN } else { rough_m(p) });
    let view = View { with_needed: true, ..View::all_around(ORIGIN, 2400.0) };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| viewshed(&patch, &view, rough_m(EastNorth::default())).unwrap())
    };
    let (one, three) = (on(1), on(3));
    assert_eq!(one.mask, three.mask);
    let bits = |seen: &terrain::ask::Viewshed| -> Vec<u32> {
        seen.needed_m.iter().flatten().map(|h| h.to_bits()).collect()
    };
    assert_eq!(bits(&one), bits(&three));
    assert!((101..161).all(|column| one.mask.cells[80 * 161 + column] == Cell::Outside as u8));
}

/// Water on a ground that is a function of the distance from Chaotianmen.
fn basin(spacing_m: f64, level_m: f64, height_m: impl Fn(f64) -> f64 + Sync) -> terrain::ask::Water {
    let reach = (1200.0 / spacing_m) as usize;
    let patch = around(reach, spacing_m, |p| height_m(p.east_m.hypot(p.north_m)));
    let region = Region::Around(ORIGIN, 1150.0);
    water(&patch, &WaterLevel { level_m, region, from: None, spread: Spread::Four }).unwrap()
}

#[test]
fn cones_and_bowls_hold_what_they_should() {
    let pi = std::f64::consts::PI;
    // A cone that rises 0.1 m a metre, filled to 80 m: radius 800 m, volume π r² h / 3.
    let cone = basin(5.0, 80.0, |r| 0.1 * r);
    assert!((cone.area_m2 / (pi * 640_000.0) - 1.0).abs() < 2e-3, "{}", cone.area_m2);
    assert!((cone.volume_m3 / (pi * 640_000.0 * 80.0 / 3.0) - 1.0).abs() < 1e-3, "{}", cone.volume_m3);
    assert!((cone.max_depth_m - 80.0).abs() < 1e-3 && (cone.mean_depth_m - 80.0 / 3.0).abs() < 0.1);
    assert!(!cone.reaches_edge && (cone.shore_m2 / (2.0 * pi * 800.0 * 5.0) - 1.0).abs() < 0.5);
    // A paraboloid r²/2000 to 180 m: radius 600 m, half the volume of its cylinder.
    let bowl = basin(5.0, 180.0, |r| r * r / 2000.0);
    assert!((bowl.area_m2 / (pi * 360_000.0) - 1.0).abs() < 2e-3);
    assert!((bowl.volume_m3 / (pi * 360_000.0 * 90.0) - 1.0).abs() < 1e-3);
    // Everything under water reaches the edge; nothing under water is nothing.
    assert!(basin(20.0, 500.0, |r| 0.1 * r).reaches_edge);
    let dry = basin(20.0, -1.0, |r| 0.1 * r);
    assert_eq!((dry.area_m2, dry.volume_m3, dry.mean_depth_m, dry.deepest), (0.0, 0.0, 0.0, None));
}

#[test]
fn a_tilted_plane_in_a_box_holds_a_wedge_also_far_from_the_meridian() {
    // A box at 110° E, where the city frame is 0.13 % too long: areas are the ellipsoid's all the same.
    let [west, south, east, north] = [110.0, 30.0, 110.02, 30.02];
    let low = to_city_frame(LonLat::new(west, south));
    let grid = CityGrid {
        south_west: EastNorth::new(low.east_m - 200.0, low.north_m - 200.0),
        spacing_m: 4.0,
        columns: 700,
        rows: 700,
    };
    let patch = Patch::sample(grid, |p| Some((to_lon_lat(p).lon - west) * 5000.0));
    let region = Region::Box([west, south, east, north]);
    let found =
        water(&patch, &WaterLevel { level_m: 50.0, region, from: None, spread: Spread::Four }).unwrap();
    // 0.01° × 0.02° of GRS80 at 30.01° N: N cos φ · M · Δλ · Δφ, with M 6,351,388 m and N 6,383,490 m.
    let area_m2 =
        6_383_490.0 * 30.01_f64.to_radians().cos() * 6_351_388.0 * 0.0002 * 1_f64.to_radians().powi(2);
    assert!((found.area_m2 / area_m2 - 1.0).abs() < 2e-3, "{} {area_m2}", found.area_m2);
    assert!((found.mean_depth_m - 25.0).abs() < 0.1 && found.reaches_edge);
}

#[test]
fn water_spreads_only_where_it_is_connected() {
    // Two basins at 0 m with a ridge of 50 m between them, broken by a gap of one place that only touches corners.
    let ridge = |p: EastNorth| if p.east_m.abs() < 5.0 { 50.0 } else { 0.0 };
    let region = Region::Around(ORIGIN, 400.0);
    let from = Some(at(-100.0, 0.0));
    let ask = |patch: &Patch, level_m: f64, spread: Spread| {
        water(patch, &WaterLevel { level_m, region: region.clone(), from, spread }).unwrap().area_m2
    };
    let patch = around(45, 10.0, ridge);
    let half_m2 = std::f64::consts::PI * 160_000.0 / 2.0;
    assert!((ask(&patch, 10.0, Spread::Eight) / half_m2 - 1.0).abs() < 0.05);
    assert!((ask(&patch, 60.0, Spread::Four) / (2.0 * half_m2) - 1.0).abs() < 0.02);
    assert_eq!(ask(&patch, -5.0, Spread::Four), 0.0);
    // A stair of walls: water passes between corners by eight, not by four.
    let stair = around(45, 10.0, |p| {
        let (x, y) = ((p.east_m / 10.0).round(), (p.north_m / 10.0).round());
        if x == y { 50.0 } else { 0.0 }
    });
    let (four, eight) = (ask(&stair, 10.0, Spread::Four), ask(&stair, 10.0, Spread::Eight));
    assert!(
        (four / half_m2 - 1.0).abs() < 0.05 && (eight / (2.0 * half_m2) - 1.0).abs() < 0.05,
        "{four} {eight}"
    );
}

#[test]
fn the_ground_that_ships_answers_every_question() {
    let ground = Ground::shipped().unwrap();
    let (nan_shan, jiefangbei) = (LonLat::new(106.61, 29.55), LonLat::new(106.577, 29.557));
    let slope = ground.slope(nan_shan, None).unwrap();
    assert!(slope.slope_deg > 0.0 && slope.slope_deg < 80.0, "{slope:?}");
    let path = ground.profile(&[jiefangbei, nan_shan], None).unwrap();
    assert!(path.samples.len() > 200 && path.min.unwrap().height_m < path.max.unwrap().height_m);
    let found = ground.sight(&SightLine::from_eyes(nan_shan, jiefangbei)).unwrap();
    let sum_m: f64 = path.length_m;
    assert!((found.distance_m - sum_m).abs() < 1e-6 && found.outside == 0);
    let view = View::all_around(nan_shan, 2000.0);
    let seen = ground.viewshed(&view, None).unwrap();
    assert!(seen.share > 0.0 && seen.share < 1.0, "{}", seen.share);
    let region = Region::Around(jiefangbei, 3000.0);
    let flood =
        WaterLevel { level_m: 185.0, region, from: Some(LonLat::new(106.588, 29.570)), spread: Spread::Four };
    let wet = ground.water(&flood, Some(20.0)).unwrap();
    assert!(wet.area_m2 > 1e6 && wet.max_depth_m < 60.0, "{wet:?}", wet = (wet.area_m2, wet.max_depth_m));
    // Words that cannot be answered are refused before any work.
    assert!(ground.viewshed(&View { radius_m: 1e7, ..view }, None).is_err());
    assert!(ground.viewshed(&view, Some(0.01)).is_err());
    assert!(ground.water(&flood, Some(0.01)).is_err() && ground.water(&flood, Some(f64::NAN)).is_err());
    assert!(matches!(ground.slope(LonLat::new(100.0, 29.0), None), Err(AskError::Outside { .. })));
    // A mask is written as a GeoTIFF.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("view.tif");
    seen.mask.write_geotiff(&path).unwrap();
    let mut back =
        tiff::decoder::Decoder::new(std::io::BufReader::new(std::fs::File::open(&path).unwrap())).unwrap();
    assert_eq!(back.dimensions().unwrap(), (seen.mask.grid.columns as u32, seen.mask.grid.rows as u32));
    let tiff::decoder::DecodingResult::U8(bytes) = back.read_image().unwrap() else { panic!("not bytes") };
    assert_eq!(
        bytes[..seen.mask.grid.columns],
        seen.mask.cells[seen.mask.cells.len() - seen.mask.grid.columns..]
    );
}
