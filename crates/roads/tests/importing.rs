//! Extracts as they come: stacked roads, limits, closures, and files that are not what they should be.

#![allow(clippy::unwrap_used)]

use city::LonLat;
use roads::synthetic::{Extract, Tags, city};
use roads::{
    Closed, Closure, Mode, Profile, RoadError, Router, Size, Stop, StreetClass, Streets, import,
    read_closures,
};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use terrain::Ground;

fn ground() -> &'static Ground {
    static GROUND: OnceLock<Ground> = OnceLock::new();
    GROUND.get_or_init(|| Ground::shipped().unwrap())
}

/// A place `x` and `y` metres east and north of one in the city.
fn at(x: f64, y: f64) -> LonLat {
    LonLat::new(106.55 + x / 96_700.0, 29.57 + y / 111_195.0)
}

fn node(id: i64, x: f64, y: f64) -> (i64, f64, f64, Tags) {
    (id, at(x, y).lon, at(x, y).lat, Vec::new())
}

fn written(name: &str, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(name);
    std::fs::write(&file, content).unwrap();
    (dir, file)
}

fn read(name: &str, content: &[u8]) -> Result<(Arc<Streets>, roads::ImportReport), RoadError> {
    let (_dir, file) = written(name, content);
    import(&[file], ground(), None, &mut |_| {}).map(|(streets, report)| (Arc::new(streets), report))
}

fn pbf(extract: &Extract) -> Arc<Streets> {
    read("some.osm.pbf", &extract.to_pbf()).unwrap().0
}

fn geojson(features: &str) -> Arc<Streets> {
    let text = format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
    read("some.geojson", text.as_bytes()).unwrap().0
}

/// A GeoJSON line through places in metres.
fn line(properties: &str, places: &[(f64, f64)]) -> String {
    let places: Vec<String> =
        places.iter().map(|&(x, y)| format!("[{:.7},{:.7}]", at(x, y).lon, at(x, y).lat)).collect();
    feature(properties, "LineString", &places.join(","))
}

fn line_3d(properties: &str, places: &[(f64, f64, f64)]) -> String {
    let places: Vec<String> =
        places.iter().map(|&(x, y, z)| format!("[{:.7},{:.7},{z}]", at(x, y).lon, at(x, y).lat)).collect();
    feature(properties, "LineString", &places.join(","))
}

fn feature(properties: &str, kind: &str, coordinates: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"{kind}","coordinates":[{coordinates}]}}}}"#
    )
}

fn router(streets: &Arc<Streets>, mode: Mode) -> Router {
    Router::new(streets.clone(), Profile::of(mode))
}

#[test]
fn a_bridge_over_a_road_and_a_tunnel_under_it_do_not_meet_it() {
    // A street west–east; over its middle a bridge south–north, under it a tunnel. Both have a vertex right there.
    let mut extract = Extract {
        nodes: vec![
            node(1, -300.0, 0.0),
            node(2, 0.0, 0.0),
            node(3, 300.0, 0.0),
            node(4, 0.0, -300.0),
            node(5, 0.0, 0.0),
            node(6, 0.0, 300.0),
            node(7, 0.0, 0.0),
        ],
        ..Extract::default()
    };
    extract.ways = vec![
        (10, vec![1, 2, 3], vec![("highway", "secondary"), ("name", "下层")]),
        (11, vec![4, 5, 6], vec![("highway", "secondary"), ("bridge", "yes"), ("layer", "1")]),
        (
            12,
            vec![4, 7, 6],
            vec![("highway", "secondary"), ("tunnel", "yes"), ("layer", "-1"), ("oneway", "yes")],
        ),
    ];
    let car = router(&pbf(&extract), Mode::Car);
    assert!(car.route(at(-300.0, 0.0), at(300.0, 0.0)).is_ok());
    let error = car.route(at(-290.0, 0.0), at(0.0, 290.0)).unwrap_err();
    assert!(matches!(error, RoadError::NoWay { .. }), "{error}");
    // The same as GeoJSON with layers.
    let streets = geojson(
        &[
            line(r#""class":"secondary""#, &[(-300.0, 0.0), (0.0, 0.0), (300.0, 0.0)]),
            line(
                r#""class":"secondary","bridge":"yes","layer":1"#,
                &[(0.0, -300.0), (0.0, 0.0), (0.0, 300.0)],
            ),
        ]
        .join(","),
    );
    assert!(router(&streets, Mode::Car).route(at(-290.0, 0.0), at(0.0, 290.0)).is_err());
}

#[test]
fn a_bridge_spans_evenly_and_a_street_follows_the_ground() {
    let street = r#""class":"tertiary""#;
    let streets = geojson(
        &[
            line(street, &[(-2_000.0, 0.0), (-1_000.0, 0.0)]),
            line(
                r#""class":"tertiary","bridge":true,"layer":1"#,
                &[(-1_000.0, 0.0), (0.0, 0.0), (1_000.0, 0.0)],
            ),
            line(street, &[(1_000.0, 0.0), (2_000.0, 0.0)]),
        ]
        .join(","),
    );
    let route = router(&streets, Mode::Car).route(at(-2_000.0, 0.0), at(2_000.0, 0.0)).unwrap();
    assert!((route.length_m - 4_000.0).abs() < 20.0, "{}", route.length_m);
    let bridge = (0..3).map(|edge| streets.edge(edge)).find(|edge| edge.layer() == 1).unwrap();
    let heights: Vec<f64> = bridge.line().map(|(_, height)| height).collect();
    assert!((heights[1] - (heights[0] + heights[2]) / 2.0).abs() < 0.1, "{heights:?}");
    let off = |edge: u32| {
        streets.edge(edge).line().map(|(p, h)| (h - ground().height_m(p).unwrap()).abs()).fold(0.0, f64::max)
    };
    let streets_off = (0..3).filter(|&e| streets.edge(e).layer() == 0).map(off).fold(0.0, f64::max);
    assert!(streets_off < 8.0, "{streets_off}");
}

#[test]
fn stacked_roads_of_the_same_line_meet_only_where_something_joins_them() {
    let below = line(r#""class":"residential","layer":0"#, &[(0.0, 0.0), (200.0, 0.0)]);
    let above = line(r#""class":"residential","layer":1"#, &[(0.0, 0.0), (200.0, 0.0)]);
    let away = line(r#""class":"residential","layer":1"#, &[(200.0, 0.0), (200.0, 200.0)]);
    let far = line(r#""class":"residential""#, &[(0.0, 0.0), (-200.0, 0.0)]);
    let streets = geojson(&[below.clone(), above.clone(), away.clone(), far.clone()].join(","));
    let foot = router(&streets, Mode::Foot);
    assert!(matches!(foot.route(at(-190.0, 0.0), at(200.0, 190.0)), Err(RoadError::NoWay { .. })));
    // A lift where both pass: now on foot, but not by car.
    let point = format!("{:.7},{:.7}", at(200.0, 0.0).lon, at(200.0, 0.0).lat);
    let lift = feature(r#""class":"elevator""#, "Point", &point);
    let streets = geojson(&[below, above, away, far, lift].join(","));
    let route = router(&streets, Mode::Foot).route(at(-190.0, 0.0), at(200.0, 190.0)).unwrap();
    let ride = route.steps.iter().find(|step| step.class == "elevator").unwrap();
    assert!((30.0..120.0).contains(&ride.duration_s), "{ride:?}");
    assert!(router(&streets, Mode::Car).route(at(-190.0, 0.0), at(200.0, 190.0)).is_err());
    assert!(router(&streets, Mode::Wheelchair).route(at(-190.0, 0.0), at(200.0, 190.0)).is_ok());
}

#[test]
fn lines_that_name_another_level_do_not_meet_but_a_bridge_comes_down() {
    let lower = line(r#""class":"residential","layer":0"#, &[(-200.0, 0.0), (0.0, 0.0)]);
    let ends = |properties: &str| {
        let streets = geojson(&[lower.clone(), line(properties, &[(0.0, 0.0), (0.0, 200.0)])].join(","));
        router(&streets, Mode::Foot).route(at(-190.0, 0.0), at(0.0, 190.0)).is_ok()
    };
    assert!(!ends(r#""class":"residential","layer":1"#));
    assert!(ends(r#""class":"residential","layer":0"#) && ends(r#""class":"residential""#));
    assert!(ends(r#""class":"residential","layer":1,"bridge":"yes""#));
    assert!(ends(r#""class":"steps","layer":"1""#));
}

#[test]
fn given_heights_part_and_join_levels() {
    // The eighth and the first storey of 白象居, joined by a lift and by stairs.
    let streets = geojson(
        &[
            line_3d(r#""class":"footway","name":"一层""#, &[(-100.0, 0.0, 200.0), (0.0, 0.0, 200.0)]),
            line_3d(r#""class":"footway","name":"八层""#, &[(0.0, 0.0, 224.0), (100.0, 0.0, 224.0)]),
            line_3d(r#""class":"elevator""#, &[(0.0, 0.0, 200.0), (0.0, 0.0, 224.0)]),
            line_3d(r#""class":"steps""#, &[(-50.0, 0.0, 200.0), (-50.0, 40.0, 224.0), (0.0, 0.0, 224.0)]),
        ]
        .join(","),
    );
    let foot = router(&streets, Mode::Foot);
    let low = Stop { at: at(-100.0, 0.0), height_m: Some(200.0) };
    let high = Stop { at: at(100.0, 0.0), height_m: Some(224.0) };
    let route = foot.route(low, high).unwrap();
    assert!(route.steps.iter().any(|step| step.class == "elevator"), "{:?}", route.steps);
    assert!((route.ascent_m - 24.0).abs() < 0.1 && route.descent_m < 0.1, "{}", route.ascent_m);
    // The same place, by height: at the foot of the lift or at its head.
    let here = |height_m| Stop { at: at(0.0, 0.0), height_m: Some(height_m) };
    let up = foot.route(here(200.0), here(224.0)).unwrap();
    assert!((up.duration_s - 56.0).abs() < 3.0, "{}", up.duration_s);
    assert!(foot.route(here(224.0), high).unwrap().duration_s < 90.0);
}

#[test]
fn one_way_streets_bind_cars_and_not_walkers() {
    let streets = geojson(
        &[
            line(r#""class":"residential","oneway":"yes""#, &[(0.0, 0.0), (100.0, 0.0)]),
            line(r#""class":"residential""#, &[(100.0, 0.0), (100.0, 300.0), (0.0, 300.0), (0.0, 0.0)]),
        ]
        .join(","),
    );
    let length_m = |mode, from, to| router(&streets, mode).route(from, to).unwrap().length_m;
    assert!(length_m(Mode::Car, at(0.0, 0.0), at(100.0, 0.0)) < 110.0);
    assert!(length_m(Mode::Car, at(100.0, 0.0), at(0.0, 0.0)) > 690.0);
    assert!(length_m(Mode::Foot, at(100.0, 0.0), at(0.0, 0.0)) < 110.0);
}

#[test]
fn a_fire_engine_goes_round_what_is_too_low_narrow_or_weak() {
    let short = [(0.0, 0.0), (200.0, 0.0)];
    let round = line(r#""class":"residential""#, &[(0.0, 0.0), (0.0, 400.0), (200.0, 400.0), (200.0, 0.0)]);
    let signs = [
        r#""maxheight":"3.5 m""#,
        r#""maxheight":"11'6\"""#,
        r#""maxwidth":2.4"#,
        r#""maxweight":"15""#,
        r#""width":2"#,
    ];
    for sign in signs {
        let streets =
            geojson(&format!("{},{round}", line(&format!(r#""class":"residential",{sign}"#), &short)));
        let engine = router(&streets, Mode::FireEngine).route(at(0.0, 0.0), at(200.0, 0.0)).unwrap();
        assert!(engine.length_m > 900.0, "{sign}: {}", engine.length_m);
        let car = router(&streets, Mode::Car).route(at(0.0, 0.0), at(200.0, 0.0)).unwrap();
        assert!(car.length_m < 220.0, "{sign}: {}", car.length_m);
        let small =
            Profile::of(Mode::FireEngine).sized(Size { height_m: 3.0, width_m: 1.9, weight_t: 7.0 }).unwrap();
        let small = Router::new(streets, small).route(at(0.0, 0.0), at(200.0, 0.0)).unwrap();
        assert!(small.length_m < 220.0, "{sign}");
    }
    // Exactly as high as the sign passes; without any other way the reason is told.
    let exact = geojson(&line(r#""class":"residential","maxheight":"3.6""#, &short));
    assert!(router(&exact, Mode::FireEngine).route(at(0.0, 0.0), at(200.0, 0.0)).is_ok());
    let low = [(0.0, 0.0), (200.0, 0.0), (400.0, 0.0)];
    let streets = geojson(
        &[
            line(r#""class":"residential""#, &low[..2]),
            line(r#""class":"residential","maxheight":"2.5""#, &low[1..]),
            line(r#""class":"residential""#, &[(400.0, 0.0), (600.0, 0.0)]),
        ]
        .join(","),
    );
    let error = router(&streets, Mode::FireEngine).route(at(0.0, 0.0), at(600.0, 0.0)).unwrap_err();
    assert!(matches!(error, RoadError::TooBig { .. }), "{error}");
}

#[test]
fn bollards_stop_cars_and_restrictions_turns() {
    let mut extract = Extract {
        nodes: vec![node(1, 0.0, 0.0), node(2, 100.0, 0.0), node(3, 200.0, 0.0), node(4, 100.0, 100.0)],
        ..Extract::default()
    };
    extract.nodes[1].3 = vec![("barrier", "bollard")];
    extract.ways = vec![(10, vec![1, 2, 3], vec![("highway", "residential")])];
    let streets = pbf(&extract);
    assert!(router(&streets, Mode::Car).route(at(10.0, 0.0), at(190.0, 0.0)).is_err());
    assert!(router(&streets, Mode::Foot).route(at(10.0, 0.0), at(190.0, 0.0)).is_ok());
    // A T: from the west one may not turn north; the way round leads over the east.
    extract.nodes[1].3 = Vec::new();
    extract.nodes.extend([node(5, 200.0, 100.0)]);
    extract.ways = vec![
        (10, vec![1, 2], vec![("highway", "residential")]),
        (11, vec![2, 3], vec![("highway", "residential")]),
        (12, vec![2, 4], vec![("highway", "residential")]),
        (13, vec![3, 5, 4], vec![("highway", "residential")]),
    ];
    for (kind, to) in [("no_left_turn", 12), ("only_straight_on", 11)] {
        extract.relations = vec![(
            1,
            vec![(1, 10, "from"), (0, 2, "via"), (1, to, "to")],
            vec![("type", "restriction"), ("restriction", kind)],
        )];
        let (streets, report) = read("some.osm.pbf", &extract.to_pbf()).unwrap();
        assert_eq!(report.turn_restrictions, 1);
        let length_m = |mode, from, to| router(&streets, mode).route(from, to).unwrap().length_m;
        assert!((length_m(Mode::Car, at(0.0, 0.0), at(100.0, 100.0)) - 400.0).abs() < 10.0, "{kind}");
        assert!((length_m(Mode::Foot, at(0.0, 0.0), at(100.0, 100.0)) - 200.0).abs() < 5.0, "{kind}");
        assert!((length_m(Mode::Car, at(100.0, 100.0), at(0.0, 0.0)) - 200.0).abs() < 5.0, "{kind}");
        assert!((length_m(Mode::Car, at(0.0, 0.0), at(200.0, 0.0)) - 200.0).abs() < 5.0, "{kind}");
    }
}

#[test]
fn a_lift_on_a_node_joins_the_storeys_that_meet_there() {
    let mut extract = Extract {
        nodes: vec![node(1, 0.0, 0.0), node(2, 100.0, 0.0), node(3, 200.0, 0.0)],
        ..Extract::default()
    };
    extract.nodes[1].3 = vec![("highway", "elevator")];
    extract.ways = vec![
        (10, vec![1, 2], vec![("highway", "footway"), ("level", "0")]),
        (11, vec![2, 3], vec![("highway", "footway"), ("level", "3")]),
    ];
    let streets = pbf(&extract);
    let route = router(&streets, Mode::Foot).route(at(0.0, 0.0), at(200.0, 0.0)).unwrap();
    let ride = route.steps.iter().find(|step| step.class == "elevator").unwrap();
    assert!((ride.duration_s - 48.0).abs() < 1.0, "{ride:?}");
}

#[test]
fn closed_roads_are_never_used_and_the_answer_says_so() {
    let straight = line(r#""class":"residential","id":"way/77""#, &[(0.0, 0.0), (400.0, 0.0)]);
    let round = line(r#""class":"residential""#, &[(0.0, 0.0), (0.0, 300.0), (400.0, 300.0), (400.0, 0.0)]);
    let out = line(r#""class":"residential""#, &[(400.0, 0.0), (900.0, 0.0)]);
    let streets = geojson(&[straight, round, out].join(","));
    let mut car = router(&streets, Mode::Car);
    let mut once = Router::for_one(streets.clone(), Profile::of(Mode::Car));
    let (from, to) = (at(0.0, -5.0), at(800.0, 0.0));
    let square = r#"{"type":"Feature","properties":{"vehicles":"car"},"geometry":{"type":"Polygon","coordinates":
        [[[106.5515,29.5695],[106.5525,29.5695],[106.5525,29.5705],[106.5515,29.5705],[106.5515,29.5695]]]}}"#;
    let (area, problems) = read_closures(square).unwrap();
    assert!(problems.is_empty());
    let about = Closure::to_all(Closed::About { at: at(200.0, 10.0), radius_m: 30.0 });
    for closures in [vec![Closure::to_all(Closed::Way(77))], vec![about], area] {
        car.close(&closures);
        once.close(&closures);
        let route = car.route(from, to).unwrap();
        assert!(route.length_m > 1_300.0 && route.edges.iter().all(|edge| !car.closed().contains(edge)));
        assert_eq!(route, once.route(from, to).unwrap());
        // To all or to cars: a walker heeds only the former.
        let mut foot = router(&streets, Mode::Foot);
        foot.close(&closures);
        let short = foot.route(from, to).unwrap().length_m < 900.0;
        assert_eq!(short, !closures[0].to.is_empty());
    }
    car.close(&[Closure::to_all(Closed::About { at: at(400.0, 0.0), radius_m: 5.0 })]);
    let error = car.route(from, to).unwrap_err();
    assert!(matches!(error, RoadError::Closed { .. }) && error.to_string().contains("closed"), "{error}");
    car.close(&[]);
    assert!(car.route(from, to).unwrap().length_m < 820.0, "what is open again is used again");
}

#[test]
fn walking_takes_as_long_as_tobler_says_and_stairs_longer() {
    let flat = line_3d(r#""class":"footway""#, &[(0.0, 0.0, 200.0), (1_000.0, 0.0, 200.0)]);
    let foot = router(&geojson(&flat), Mode::Foot);
    let (a, b) = (at(0.0, 0.0), at(1_000.0, 0.0));
    let speed_kmh = |from, to| foot.route(from, to).map(|r| r.length_m / r.duration_s * 3.6).unwrap();
    assert!((speed_kmh(a, b) - 5.037).abs() < 0.01, "{}", speed_kmh(a, b));
    let falling = line_3d(r#""class":"footway""#, &[(0.0, 0.0, 250.0), (1_000.0, 0.0, 200.0)]);
    let foot = router(&geojson(&falling), Mode::Foot);
    let speed_kmh = |from, to| foot.route(from, to).map(|r| r.length_m / r.duration_s * 3.6).unwrap();
    assert!((speed_kmh(a, b) - 6.0).abs() < 0.02 && speed_kmh(b, a) < 4.3, "{}", speed_kmh(b, a));
    let stairs = line_3d(r#""class":"steps""#, &[(0.0, 0.0, 200.0), (60.0, 0.0, 230.0)]);
    let foot = router(&geojson(&stairs), Mode::Foot);
    let up = foot.route(at(0.0, 0.0), at(60.0, 0.0)).unwrap();
    let down = foot.route(at(60.0, 0.0), at(0.0, 0.0)).unwrap();
    assert!((up.duration_s - 98.4).abs() < 1.0 && down.duration_s < up.duration_s, "{}", up.duration_s);
}

#[test]
fn records_that_are_wrong_cost_themselves_only() {
    let mut extract = Extract {
        nodes: vec![
            node(1, 0.0, 0.0),
            node(2, 100.0, 0.0),
            node(2, 900.0, 0.0),
            (3, 200.0, 95.0, Vec::new()),
        ],
        ..Extract::default()
    };
    extract.ways = vec![
        (
            10,
            vec![1, 2],
            vec![("highway", "residential"), ("maxheight", "default"), ("maxspeed", "CN:urban")],
        ),
        (10, vec![1, 2], vec![("highway", "residential")]),
        (11, vec![1, 3], vec![("highway", "residential")]),
        (12, vec![1, 99], vec![("highway", "residential")]),
        (13, vec![1, 2], vec![("building", "yes")]),
    ];
    let (streets, report) = read("some.osm.pbf", &extract.to_pbf()).unwrap();
    assert_eq!((streets.edge_count(), report.ways), (1, 1), "{report:?}");
    assert!(report.problems.len() >= 4, "{:?}", report.problems);
    let lines = [
        line(r#""class":"residential","name":"甲","oneway":false,"maxspeed":30"#, &[(0.0, 0.0), (100.0, 0.0)]),
        "{ this is no JSON".to_owned(),
        r#"{"type":"Feature","properties":{"class":"residential"},"geometry":null}"#.to_owned(),
        r#"{"type":"Feature","properties":{"class":"residential"},"geometry":{"type":"LineString","coordinates":[[999,0],[106,29]]}}"#.to_owned(),
        line(r#""class":"tertiary""#, &[(100.0, 0.0), (200.0, 0.0)]),
    ];
    let (streets, report) = read("some.geojsonl", lines.join("\n").as_bytes()).unwrap();
    assert_eq!(streets.edge_count(), 2, "{report:?}");
    assert_eq!(report.problems.iter().map(|problem| problem.count).sum::<u64>(), 4, "{:?}", report.problems);
    assert_eq!(streets.edge(0).class(), StreetClass::Residential);
}

#[test]
fn files_that_are_none_are_refused_in_words() {
    let whole = city(300, 1).to_pbf();
    let told = |name: &str, content: &[u8]| {
        let error = read(name, content).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
        error
    };
    assert!(told("cut.osm.pbf", &whole[..whole.len() - 100]).contains("fetch the file again"));
    assert!(told("cut.osm.pbf", &whole[..40]).contains("fetch"));
    let mut tail = whole.clone();
    tail.extend([0, 0]);
    assert!(told("tail.osm.pbf", &tail).contains("in the middle of a block"));
    assert!(told("empty.osm.pbf", b"").contains("empty"));
    assert!(told("noise.osm.pbf", &[7; 5_000]).contains("does not begin"));
    assert!(told("noise.bin", b"\x89PNG\r\n").contains("neither"));
    assert!(
        told("cut.geojson", br#"{"type":"FeatureCollection","features":[{"type":"Feature","#).contains("EOF")
    );
    assert!(told("other.geojson", br#"{"type":"Topology"}"#).contains("FeatureCollection"));
    assert!(told("no-roads.geojson", br#"{"type":"FeatureCollection","features":[]}"#).contains("no road"));
    let missing = import(&[PathBuf::from("/no/such.pbf")], ground(), None, &mut |_| {}).unwrap_err();
    assert!(missing.to_string().contains("/no/such.pbf"));
    // Garbage in the middle: a message, never a panic.
    for place in (60..whole.len()).step_by(whole.len() / 40) {
        let mut bad = whole.clone();
        bad[place..(place + 16).min(whole.len())].fill(0xff);
        let _ = read("bad.osm.pbf", &bad);
    }
}

#[test]
fn a_network_file_comes_back_as_it_went_and_others_are_refused() {
    let (streets, _) = read("some.osm.pbf", &city(3_000, 3).to_pbf()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("city.roads");
    streets.save(&file).unwrap();
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else is left behind");
    let again = Arc::new(Streets::open(&file).unwrap());
    assert_eq!(again.info(), streets.info());
    let (a, b) = (at(-900.0, -900.0), at(900.0, 800.0));
    assert_eq!(
        router(&again, Mode::Car).route(a, b).unwrap(),
        router(&streets, Mode::Car).route(a, b).unwrap()
    );
    let bytes = std::fs::read(&file).unwrap();
    let told = |content: &[u8]| {
        std::fs::write(&file, content).unwrap();
        let error = Streets::open(&file).unwrap_err().to_string();
        assert!(error.contains("city.roads") && error.contains("roads import"), "{error}");
        error
    };
    assert!(told(&bytes[..bytes.len() - 1]).contains("cut off"));
    assert!(told(&bytes[..18]).contains("cut off"));
    assert!(told(b"").contains("no road network"));
    let mut other = bytes.clone();
    other[bytes.len() / 2] ^= 1;
    assert!(told(&other).contains("damaged"));
    other.clone_from(&bytes);
    other[16] = 9;
    assert!(told(&other).contains("version 9"));
}

#[test]
fn a_box_cuts_and_two_extracts_that_overlap_are_one() {
    let dir = tempfile::tempdir().unwrap();
    let whole = city(3_000, 5);
    let half = |keep: fn(usize) -> bool| {
        let ways =
            whole.ways.iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, way)| way.clone()).collect();
        Extract { ways, ..whole.clone() }
    };
    let files: Vec<PathBuf> =
        ["all", "even", "odd"].iter().map(|name| dir.path().join(format!("{name}.pbf"))).collect();
    for (file, extract) in files.iter().zip([whole.clone(), half(|i| i % 3 < 2), half(|i| i % 3 > 0)]) {
        std::fs::write(file, extract.to_pbf()).unwrap();
    }
    let import = |files: &[PathBuf], bbox| import(files, ground(), bbox, &mut |_| {}).unwrap();
    let (all, _) = import(&files[..1], None);
    let (both, report) = import(&files[1..], None);
    assert_eq!((all.edge_count(), all.arc_count()), (both.edge_count(), both.arc_count()));
    assert!((all.length_m() - both.length_m()).abs() < 1.0);
    assert!(report.problems.iter().any(|problem| problem.what.contains("already")), "{:?}", report.problems);
    let [w, s, e, n] = all.info().bounds;
    let (part, _) = import(&files[..1], Some([w, s, (w + e) / 2.0, n]));
    let share = part.length_m() / all.length_m();
    assert!((0.45..0.56).contains(&share), "{share}");
}
