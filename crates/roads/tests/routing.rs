//! Routes and isochrones on a made-up city with decks, stairs and lifts.

#![allow(clippy::unwrap_used)]

use city::LonLat;
use roads::synthetic::city;
use roads::{Closed, Closure, Isochrone, Mode, Profile, RoadError, Router, Size, Streets, import};
use std::sync::{Arc, OnceLock};
use terrain::Ground;

fn streets() -> Arc<Streets> {
    static STREETS: OnceLock<Arc<Streets>> = OnceLock::new();
    let make = || {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("city.osm.pbf");
        std::fs::write(&file, city(12_000, 11).to_pbf()).unwrap();
        Arc::new(import(&[file], &Ground::shipped().unwrap(), None, &mut |_| {}).unwrap().0)
    };
    STREETS.get_or_init(make).clone()
}

/// Places scattered over the network, always the same.
fn places(count: u32) -> Vec<LonLat> {
    let [west, south, east, north] = streets().info().bounds;
    let share = |n: u32, step: f64| (f64::from(n) * step).fract();
    let at = |n| (west + (east - west) * share(n, 0.618_034), south + (north - south) * share(n, 0.754_878));
    (1..=count).map(at).map(|(lon, lat)| LonLat::new(lon, lat)).collect()
}

fn closures() -> Vec<Closure> {
    let some = places(40);
    let ring = [(0.0, 0.0), (0.004, 0.001), (0.003, 0.004), (0.0, 0.0)];
    let area = ring.map(|(x, y)| LonLat::new(some[7].lon + x, some[7].lat + y)).to_vec();
    (0..6)
        .map(|n| Closed::About { at: some[n * 3], radius_m: 60.0 + 40.0 * n as f64 })
        .chain([Closed::Area(vec![area]), Closed::Way(17), Closed::Way(400)])
        .map(Closure::to_all)
        .collect()
}

#[test]
fn the_quick_router_and_the_plain_one_always_agree() {
    let engine =
        Profile::of(Mode::FireEngine).sized(Size { height_m: 3.4, width_m: 2.5, weight_t: 12.0 }).unwrap();
    let profiles = Mode::ALL.map(|(mode, _)| Profile::of(mode)).into_iter().chain([engine]);
    for profile in profiles {
        let mut quick = Router::new(streets(), profile);
        let mut plain = Router::for_one(streets(), profile);
        for closures in [Vec::new(), closures(), closures()[..2].to_vec()] {
            quick.close(&closures);
            plain.close(&closures);
            for pair in places(60).windows(2) {
                match (quick.route(pair[0], pair[1]), plain.route(pair[0], pair[1])) {
                    (Ok(a), Ok(b)) => {
                        assert!((a.duration_s - b.duration_s).abs() < 1e-6, "{profile:?} {pair:?}");
                        assert!(a.edges.iter().all(|edge| quick.closed().binary_search(edge).is_err()));
                        let first_on = a.edges.iter().map(|&e| {
                            streets().edge(e).admits(profile.mode, false)
                                || streets().edge(e).admits(profile.mode, true)
                        });
                        assert!(first_on.into_iter().all(|admitted| admitted));
                    }
                    (Err(a), Err(b)) => assert_eq!(a.to_string(), b.to_string()),
                    (a, b) => panic!("{a:?} {b:?}"),
                }
            }
        }
    }
}

#[test]
fn the_parts_of_a_route_make_up_the_whole() {
    let router = Router::new(streets(), Profile::of(Mode::Foot));
    for pair in places(30).windows(2) {
        let route = router.route(pair[0], pair[1]).unwrap();
        let on_m: f64 = route.steps.iter().map(|step| step.length_m).sum();
        let beside_m = route.joins.beside_m + route.leaves.beside_m;
        assert!((route.length_m - on_m - 1.3 * beside_m).abs() < 0.01);
        let line_m = roads::path_length_m(&route.line());
        assert!((line_m - on_m - beside_m).abs() < 2.5 + on_m * 0.001, "{line_m} {on_m} {beside_m}");
        let heights: Vec<f64> = route.path.iter().filter_map(|point| point.height_m).collect();
        let rise_m = heights[heights.len() - 1] - heights[0];
        assert!((route.ascent_m - route.descent_m - rise_m).abs() < 0.1, "{rise_m}");
        let on_s: f64 = route.steps.iter().map(|step| step.duration_s).sum();
        assert!((1.6..6.5).contains(&(on_m / on_s * 3.6)), "{} km/h", on_m / on_s * 3.6);
    }
}

fn inside(isochrone: &Isochrone, at: LonLat) -> bool {
    let crosses = |pair: &&[LonLat]| {
        let (a, b) = (pair[0], pair[1]);
        (a.lat > at.lat) != (b.lat > at.lat)
            && at.lon < a.lon + (at.lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon)
    };
    isochrone.polygons.iter().flatten().map(|ring| ring.windows(2).filter(crosses).count()).sum::<usize>() % 2
        == 1
}

#[test]
fn isochrones_hold_what_is_reached_in_time_and_nothing_far_from_it() {
    let mut router = Router::new(streets(), Profile::of(Mode::Car));
    router.close(&closures());
    let from = places(9)[8];
    let reach = router.reach(&[from.into()], 240.0).unwrap();
    let found = router.isochrones(&reach, &[1.0, 2.0, 4.0]);
    assert!(found.iter().all(|isochrone| inside(isochrone, from)));
    assert!(found[0].length_m < found[1].length_m && found[1].length_m < found[2].length_m);
    let mut counts = [0; 2];
    for at in places(600) {
        // The smaller lies in the larger.
        assert!(!inside(&found[0], at) || inside(&found[1], at), "{at:?}");
        assert!(!inside(&found[1], at) || inside(&found[2], at), "{at:?}");
        let Ok(route) = router.route(from, at) else { continue };
        let on_road = LonLat::new(route.leaves.at.lon, route.leaves.at.lat);
        let Ok(exact) = router.route(from, on_road) else { continue };
        for isochrone in &found {
            let spare_s = isochrone.minutes * 60.0 - exact.duration_s;
            if spare_s > 1.0 {
                counts[0] += 1;
                assert!(inside(isochrone, on_road), "{} min, {} s", isochrone.minutes, exact.duration_s);
            }
            // Farther than a minute beyond is not inside, however the streets lie.
            if spare_s < -60.0 && !inside(isochrone, on_road) {
                counts[1] += 1;
            }
        }
    }
    assert!(counts[0] > 50 && counts[1] > 50, "{counts:?}");
    for isochrone in &found {
        for ring in isochrone.polygons.iter().flatten() {
            assert!(ring.len() > 3 && ring.first() == ring.last(), "rings are closed");
        }
        assert_eq!(isochrone.to_geojson()["geometry"]["type"], "MultiPolygon");
    }
    let times: Vec<_> = reach.edges.iter().map(|part| (part.from_s, part.to_s)).collect();
    assert!(times.iter().all(|&(from, to)| from <= to && to <= 240.0 + 1e-6));
}

#[test]
fn what_lies_across_a_river_is_not_near() {
    // Two banks 300 m apart; the bridge is 3 km away.
    let at = |x: f64, y: f64| format!("[{:.7},{:.7}]", 106.55 + x / 96_700.0, 29.57 + y / 111_195.0);
    let line = |class: &str, from: (f64, f64), to: (f64, f64)| {
        format!(
            r#"{{"type":"Feature","properties":{{"class":"{class}"}},"geometry":{{"type":"LineString","coordinates":[{},{}]}}}}"#,
            at(from.0, from.1),
            at(to.0, to.1)
        )
    };
    let lines = [
        line("tertiary", (0.0, 0.0), (3_000.0, 0.0)),
        line("tertiary", (3_000.0, 0.0), (3_000.0, 300.0)),
        line("tertiary", (3_000.0, 300.0), (0.0, 300.0)),
    ];
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("banks.geojsonl");
    std::fs::write(&file, lines.join("\n")).unwrap();
    let (streets, _) = import(&[file], &Ground::shipped().unwrap(), None, &mut |_| {}).unwrap();
    let router = Router::new(Arc::new(streets), Profile::of(Mode::Foot));
    let place = |x: f64, y: f64| LonLat::new(106.55 + x / 96_700.0, 29.57 + y / 111_195.0);
    let reach = router.reach(&[place(0.0, 0.0).into()], 1_200.0).unwrap();
    let found = router.isochrones(&reach, &[10.0, 20.0]);
    assert!(inside(&found[1], place(500.0, 0.0)) && inside(&found[0], place(300.0, 20.0)));
    for x in [0.0, 200.0, 500.0, 900.0] {
        assert!(!inside(&found[1], place(x, 300.0)), "{x}");
    }
}

#[test]
fn places_that_are_none_and_far_off_are_told() {
    let router = Router::for_one(streets(), Profile::of(Mode::Car));
    let here = places(1)[0];
    let nowhere = LonLat::new(f64::NAN, 29.5);
    assert!(matches!(router.route(here, nowhere), Err(RoadError::NoPosition { .. })));
    assert!(matches!(router.route(LonLat::new(116.4, 39.9), here), Err(RoadError::NoRoad { .. })));
    let same = router.route(here, here).unwrap();
    assert!(same.duration_s < 120.0 && same.path.len() >= 2, "{same:?}");
}
