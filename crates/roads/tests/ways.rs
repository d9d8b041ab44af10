//! Ways through the city: they exist, take believable times, and cross rivers on bridges only.

#![allow(clippy::unwrap_used)]

use city::{LonLat, UnitKind};
use layers::{Gazetteer, StaticLayers, training_stations};
use roads::{RoadError, RoadNetwork, Vehicle};
use std::time::Instant;
use terrain::Ground;

struct City {
    layers: StaticLayers,
    ground: Ground,
    network: RoadNetwork,
}

fn city() -> City {
    let (layers, ground) = (StaticLayers::shipped().unwrap(), Ground::shipped().unwrap());
    let start = Instant::now();
    let network = RoadNetwork::from_layers(&layers, &ground);
    println!(
        "{} corners, {} pieces in {:.0} ms",
        network.corner_count(),
        network.piece_count(),
        start.elapsed().as_secs_f64() * 1e3,
    );
    City { layers, ground, network }
}

const JIEFANGBEI: LonLat = LonLat::new(106.577, 29.557);
const GUANYINQIAO: LonLat = LonLat::new(106.530, 29.577);
const AIRPORT: LonLat = LonLat::new(106.638, 29.717);
const LIJIA: LonLat = LonLat::new(106.484, 29.670);
const NANPING: LonLat = LonLat::new(106.565, 29.530);
const SHAPINGBA: LonLat = LonLat::new(106.456, 29.559);

#[test]
fn every_seat_reaches_every_other() {
    let city = city();
    let seats: Vec<_> = city.layers.districts.iter().map(|d| (d.zh.as_str(), d.seat)).collect();
    let (mut slowest_ms, mut total_ms, mut count) = (0.0_f64, 0.0, 0);
    for (from_zh, from) in &seats {
        for (to_zh, to) in &seats {
            let start = Instant::now();
            let way = city.network.route(*from, *to, Vehicle::Emergency);
            let took_ms = start.elapsed().as_secs_f64() * 1e3;
            slowest_ms = slowest_ms.max(took_ms);
            total_ms += took_ms;
            count += 1;
            let way = way.unwrap_or_else(|e| panic!("{from_zh} → {to_zh}: {e}"));
            let straight_m = from.distance_m(*to);
            assert!(way.length_m >= straight_m * 0.99, "{from_zh} → {to_zh}");
            assert!(
                way.length_m < straight_m * 2.6 + 6_000.0,
                "{from_zh} → {to_zh}: {:.0} m for {straight_m:.0}",
                way.length_m
            );
            if straight_m > 1_000.0 {
                let mps = way.length_m / way.duration_s;
                assert!((4.0..25.0).contains(&mps), "{from_zh} → {to_zh}: {mps:.1} m/s");
            }
        }
    }
    println!("{count} ways: {:.2} ms on average, {slowest_ms:.1} ms at most", total_ms / f64::from(count));
}

#[test]
fn trips_in_the_centre_are_believable() {
    let city = city();
    let trips = [
        ("解放碑→观音桥", JIEFANGBEI, GUANYINQIAO, 5.0..8.5, 8.0..17.0),
        ("解放碑→江北机场", JIEFANGBEI, AIRPORT, 18.0..27.0, 20.0..45.0),
        ("解放碑→礼嘉", JIEFANGBEI, LIJIA, 15.0..25.0, 18.0..45.0),
        ("解放碑→南坪", JIEFANGBEI, NANPING, 3.5..8.0, 6.0..16.0),
        ("南坪→沙坪坝", NANPING, SHAPINGBA, 11.0..20.0, 15.0..38.0),
    ];
    for (name, from, to, km, minutes) in trips {
        let way = city.network.route(from, to, Vehicle::Emergency).unwrap();
        let (length_km, min) = (way.length_m / 1e3, way.duration_s / 60.0);
        println!("{name}: {length_km:.1} km, {min:.1} min, {:.0} km/h", length_km / min * 60.0);
        assert!(km.contains(&length_km), "{name}: {length_km:.1} km");
        assert!(minutes.contains(&min), "{name}: {min:.1} min");
        let slower = city.network.route(from, to, Vehicle::Ordinary).unwrap();
        assert!(slower.duration_s > way.duration_s, "{name}");
        assert_eq!(
            way,
            city.network.route(from, to, Vehicle::Emergency).unwrap(),
            "{name} is the same twice"
        );
    }
}

#[test]
fn rivers_are_crossed_on_bridges_only() {
    let city = city();
    let stations = training_stations(&city.layers, &Gazetteer::new(&city.layers), &city.ground, 1);
    let central = |at: LonLat| (106.40..106.66).contains(&at.lon) && (29.42..29.74).contains(&at.lat);
    let homes: Vec<LonLat> = stations.iter().map(|s| s.at).filter(|&at| central(at)).collect();
    assert!(homes.len() > 60, "{}", homes.len());
    let (mut crossings, mut slowest_ms) = (0, 0.0_f64);
    for pair in homes.windows(8) {
        let start = Instant::now();
        let way = city.network.route(pair[0], pair[7], Vehicle::Emergency).unwrap();
        slowest_ms = slowest_ms.max(start.elapsed().as_secs_f64() * 1e3);
        // The ends beside the network are as the crow flies, so they are left out.
        let on_road = &way.path[1..way.path.len() - 1];
        for step in on_road.windows(2) {
            for (share, ..) in city.layers.waters.crossings(step[0], step[1]) {
                crossings += 1;
                let at = LonLat::new(
                    step[0].lon + (step[1].lon - step[0].lon) * share,
                    step[0].lat + (step[1].lat - step[0].lat) * share,
                );
                let named = city.layers.bridges.iter().map(|b| at.distance_m(b.at)).fold(f64::MAX, f64::min);
                assert!(named < 900.0, "crosses at {at:?}, {named:.0} m from any named bridge");
            }
        }
    }
    println!("{crossings} crossings, the slowest way took {slowest_ms:.1} ms");
    assert!(crossings > 20);
}

#[test]
fn a_unit_goes_as_its_kind_does_and_a_drone_no_farther_than_it_flies() {
    let city = city();
    let way = |kind, to| city.network.way(kind, JIEFANGBEI, to);
    let (fire, grid) = (way(UnitKind::Fire, LIJIA).unwrap(), way(UnitKind::GridWorker, LIJIA).unwrap());
    assert!(fire.duration_s < grid.duration_s, "with right of way it is quicker");
    assert_eq!(fire, city.network.route(JIEFANGBEI, LIJIA, Vehicle::Emergency).unwrap());
    let drone = way(UnitKind::Drone, SHAPINGBA).unwrap();
    assert_eq!(drone.path, [JIEFANGBEI, SHAPINGBA]);
    let error = way(UnitKind::Drone, LIJIA).unwrap_err();
    assert!(matches!(error, RoadError::TooFar { .. }) && error.to_string().contains("15 km"), "{error}");
}

#[test]
fn no_way_is_a_clear_error() {
    let city = city();
    let beijing = LonLat::new(116.4, 39.9);
    let error = city.network.route(JIEFANGBEI, beijing, Vehicle::Emergency).unwrap_err();
    assert!(matches!(error, RoadError::NoRoad { .. }) && error.to_string().contains("116.4"), "{error}");
    let error = city.network.route(LonLat::new(f64::NAN, 29.5), JIEFANGBEI, Vehicle::Emergency).unwrap_err();
    assert!(matches!(error, RoadError::NoPosition { .. }), "{error}");
    let here = city.network.route(JIEFANGBEI, JIEFANGBEI, Vehicle::Emergency).unwrap();
    assert!(here.duration_s < 300.0 && here.path.len() >= 2, "{here:?}");
}
