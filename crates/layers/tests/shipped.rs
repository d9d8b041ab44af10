//! The layers that ship agree with one another: borders, townships, rivers, roads, bridges, training data.

#![allow(clippy::unwrap_used)]

use city::{DistrictCode, LonLat, RiskClass, UnitKind};
use layers::{
    Gazetteer, LayerError, RoadClass, StaticLayers, Structure, collections, features, training_devices,
    training_risk_points, training_stations,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;
use terrain::{Ground, TileKey, TileSamples};

fn shipped() -> StaticLayers {
    StaticLayers::shipped().unwrap()
}

fn ground() -> Ground {
    Ground::shipped().unwrap()
}

#[test]
fn every_layer_is_there() {
    let start = Instant::now();
    let layers = shipped();
    println!("layers ready in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    assert_eq!(layers.districts.len(), 38);
    assert_eq!(layers.townships.len(), 1_031);
    assert_eq!(layers.drone_routes.len(), 13);
    let areas: BTreeSet<_> = layers.drone_routes.iter().map(|route| &route.area).collect();
    assert_eq!(areas.len(), 5);
    assert!(layers.drone_routes.iter().all(|route| (80.0..=120.0).contains(&route.above_ground_m)));
    assert!((120..200).contains(&layers.shelters.len()), "{}", layers.shelters.len());
    assert!(layers.bridges.len() >= 30);
    let population: u32 = layers.districts.iter().map(|d| d.population).sum();
    assert!((31_500_000..32_500_000).contains(&population), "{population}");
    for class in RoadClass::ALL {
        let of_class = layers.roads.iter().filter(|road| road.class == class);
        println!("{}: {} pieces", class.key(), of_class.count());
    }
    assert_eq!(layers.district(DistrictCode(500_103)).unwrap().zh, "渝中区");
    assert!(layers.district(DistrictCode(110_000)).is_none());
}

#[test]
fn the_gazetteer_knows_places_quickly() {
    let layers = shipped();
    let start = Instant::now();
    let gazetteer = Gazetteer::new(&layers);
    println!("gazetteer ready in {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    for township in &layers.townships {
        let place = gazetteer.place(township.at).unwrap();
        assert_eq!(place.township, township.code, "{}", township.zh);
        assert_eq!(place.district, township.code.district());
    }
    for district in &layers.districts {
        assert_eq!(gazetteer.place(district.label).unwrap().district, district.code, "{}", district.zh);
        assert_eq!(gazetteer.place(district.seat).unwrap().district, district.code, "{}", district.zh);
    }
    let known = [(106.577, 29.557, 500_103), (106.484, 29.670, 500_112), (106.565, 29.530, 500_108)];
    for (lon, lat, code) in known {
        assert_eq!(gazetteer.place(LonLat::new(lon, lat)).unwrap().district.0, code);
    }
    assert_eq!(gazetteer.place(LonLat::new(106.577, 29.557)).unwrap().township.0, 500_103_003, "解放碑街道");
    for (lon, lat) in [(104.06, 30.66), (116.4, 39.9), (0.0, 0.0), (f64::NAN, 29.5), (106.0, 28.1)] {
        assert_eq!(gazetteer.place(LonLat::new(lon, lat)), None, "{lon}, {lat}");
    }
    let (mut inside, mut asked) = (0, 0);
    let start = Instant::now();
    for x in 0..500 {
        for y in 0..400 {
            let at = LonLat::new(105.2 + f64::from(x) * 0.01013, 28.1 + f64::from(y) * 0.01037);
            asked += 1;
            inside += usize::from(gazetteer.place(at).is_some());
        }
    }
    let each_us = start.elapsed().as_secs_f64() * 1e6 / f64::from(asked);
    // 82,400 km² of the grid's cells of 1.13 km², and 2 km around the border.
    println!("{each_us:.2} µs a place; {inside} of {asked} inside");
    assert!((72_000..80_000).contains(&inside), "{inside}");
}

#[test]
fn bridges_stand_on_both_banks() {
    let layers = shipped();
    for bridge in &layers.bridges {
        let [a, b] = bridge.ends;
        let crossed = layers.waters.crossings(a, b);
        let names = |index: usize| layers.rivers()[index].name_zh.contains(&bridge.river);
        assert!(crossed.iter().any(|c| names(c.1)), "{} does not cross {}", bridge.zh, bridge.river);
        assert!(!layers.waters.is_wet(a) && !layers.waters.is_wet(b), "{} ends in the water", bridge.zh);
        assert!(a.distance_m(b) < 2_000.0, "{} is {:.0} m long", bridge.zh, a.distance_m(b));
    }
}

#[test]
fn only_bridges_touch_the_water() {
    let layers = shipped();
    let mut wet = Vec::new();
    for road in layers.roads.iter().filter(|road| road.structure != Structure::Bridge) {
        for pair in road.path.windows(2) {
            if layers.waters.touches(pair[0], pair[1]) {
                wet.push(format!("{} {} {:?}", road.class.key(), road.zh, pair[0]));
            }
        }
    }
    assert!(wet.is_empty(), "{} pieces touch water: {:#?}", wet.len(), &wet[..wet.len().min(12)]);
}

/// How deep in the water the terrain itself takes a position to be: metres from the shore, negative on land.
fn shore_m(ground: &Ground, tiles: &mut HashMap<TileKey, TileSamples>, at: LonLat) -> f32 {
    let at = geodesy::to_city_frame(at);
    let key = TileKey::containing(7, at).unwrap();
    let tile = tiles.entry(key).or_insert_with(|| ground.tile(key, 257));
    let (corner, step_m) = (key.south_west(), key.width_m() / 256.0);
    let x = ((at.east_m - corner.east_m) / step_m).round() as usize;
    let y = ((at.north_m - corner.north_m) / step_m).round() as usize;
    tile.shore_m[y * 257 + x]
}

#[test]
fn roads_and_bridges_agree_with_the_drawn_shores_in_the_centre() {
    let (layers, ground) = (shipped(), ground());
    let mut tiles = HashMap::new();
    let central = |at: LonLat| (106.46..106.60).contains(&at.lon) && (29.52..29.62).contains(&at.lat);
    let mut asked = 0;
    for road in layers.roads.iter().filter(|road| road.structure != Structure::Bridge) {
        for pair in road.path.windows(2).filter(|pair| central(pair[0]) && central(pair[1])) {
            for i in 0..8 {
                let share = f64::from(i) / 8.0;
                let at = LonLat::new(
                    pair[0].lon + (pair[1].lon - pair[0].lon) * share,
                    pair[0].lat + (pair[1].lat - pair[0].lat) * share,
                );
                let shore_m = shore_m(&ground, &mut tiles, at);
                assert!(shore_m <= 0.0, "{} is {shore_m:.0} m in the water at {at:?}", road.zh);
                asked += 1;
            }
        }
    }
    for bridge in layers.bridges.iter().filter(|bridge| central(bridge.at)) {
        assert!(shore_m(&ground, &mut tiles, bridge.at) > 0.0, "{} is not over water", bridge.zh);
    }
    println!("{asked} positions on roads are dry");
    assert!(asked > 5_000);
}

#[test]
fn the_training_city_is_plausible_and_the_same_each_time() {
    let (layers, ground) = (shipped(), ground());
    let gazetteer = Gazetteer::new(&layers);
    let start = Instant::now();
    let points = training_risk_points(&layers, &gazetteer, &ground, 1);
    println!("{} risk points in {:.0} ms", points.len(), start.elapsed().as_secs_f64() * 1e3);
    let start = Instant::now();
    let devices = training_devices(&layers, &gazetteer, &ground, 1);
    println!("{} devices in {:.0} ms", devices.len(), start.elapsed().as_secs_f64() * 1e3);
    let start = Instant::now();
    let stations = training_stations(&layers, &gazetteer, &ground, 1);
    println!("{} stations in {:.0} ms", stations.len(), start.elapsed().as_secs_f64() * 1e3);
    assert_eq!(points, training_risk_points(&layers, &gazetteer, &ground, 1));
    assert_ne!(points, training_risk_points(&layers, &gazetteer, &ground, 2));
    assert!((3_000..=5_000).contains(&points.len()));
    let mut mix: BTreeMap<&RiskClass, usize> = BTreeMap::new();
    devices.iter().for_each(|device| *mix.entry(&device.class).or_default() += 1);
    assert_eq!(devices.len(), 17_000, "{mix:?}");
    assert_eq!((mix[&RiskClass::Traffic], mix[&RiskClass::ForestFire]), (4_000, 200));
    assert!((600..=800).contains(&stations.len()), "{}", stations.len());

    let mut classes: BTreeMap<&RiskClass, usize> = BTreeMap::new();
    let mut grades = BTreeMap::new();
    for point in &points {
        *classes.entry(&point.class).or_default() += 1;
        *grades.entry(point.grade).or_insert(0) += 1;
        let near = layers.waters.nearest(point.at);
        let wet = near.is_some_and(|near| near.shore_m < 0.0);
        match point.class {
            RiskClass::WaterQuality => assert!(wet, "{}", point.name),
            RiskClass::Flood => assert!(near.is_some_and(|near| near.shore_m < 320.0), "{}", point.name),
            RiskClass::Bridge | RiskClass::Traffic | RiskClass::MuckTruck => {}
            _ => assert!(!wet, "{} is in the water", point.name),
        }
    }
    println!("{classes:?} {grades:?}");
    let known = RiskClass::KNOWN.iter().filter(|class| **class != RiskClass::Complaint);
    assert!(known.clone().all(|class| classes.contains_key(class)));
    for district in &layers.districts {
        let own: Vec<_> = stations.iter().filter(|s| s.place.district == district.code).collect();
        assert!((12..=26).contains(&own.len()), "{}: {}", district.zh, own.len());
        for kind in UnitKind::ALL.iter().filter(|kind| **kind != UnitKind::Drone) {
            assert!(own.iter().any(|s| s.kind == *kind), "{} has no {kind:?}", district.zh);
        }
    }
    let centre = LonLat::new(106.577, 29.557);
    assert!(devices.iter().any(|device| device.at.distance_m(centre) < 500.0));
}

#[test]
fn pages_of_features_count_what_matches() {
    let (layers, ground) = (shipped(), ground());
    let points = training_risk_points(&layers, &Gazetteer::new(&layers), &ground, 1);
    let yuzhong = Some([106.50, 29.53, 106.60, 29.58]);
    for collection in collections() {
        let page = features(&layers, &points, collection.id, None, 0, 5).unwrap();
        assert_eq!(page.features.len(), 5.min(page.number_matched), "{}", collection.id);
        let some = features(&layers, &points, collection.id, yuzhong, 0, usize::MAX).unwrap();
        assert_eq!(some.features.len(), some.number_matched, "{}", collection.id);
        assert!(some.number_matched < page.number_matched || page.number_matched == 0, "{}", collection.id);
        let past = features(&layers, &points, collection.id, None, page.number_matched, 5).unwrap();
        assert!(past.features.is_empty());
    }
    let unknown = features(&layers, &points, "castles", None, 0, 5).unwrap_err();
    assert!(matches!(unknown, LayerError::UnknownCollection { .. }));
    assert!(unknown.to_string().contains("drone-routes"), "{unknown}");
    assert!(features(&layers, &points, "roads", Some([107.0, 29.0, 106.0, 30.0]), 0, 5).is_err());
}

#[test]
fn bad_layers_cost_only_their_bad_records() {
    let roads = layers::read_roads(
        "class,zh,en,speed_kmh,structure,path\nartery,路,Road,50,ground,106.5 29.5;106.6 29.5\nlane,a,b,50,ground,1 2;3 4\nartery,a,b,fast,ground,1 2;3 4\nartery,a,b,50,ground,1 2\n",
    );
    assert_eq!((roads.read.len(), roads.problems.len()), (1, 3));
    assert_eq!(roads.problems[0].record, 3);
    assert!(roads.problems[0].what.contains("lane"), "{:?}", roads.problems);
    for text in ["", "{", "[]", "{\"features\": 3}", "\u{0}\u{1}"] {
        assert_eq!(layers::District::read(text).problems.len(), 1, "{text}");
        assert_eq!(layers::read_roads(text).problems.len(), 1, "{text}");
    }
    let half = r#"{"features":[{"properties":{"id":"S-1","zh":"a","en":"a","capacity":10},"geometry":{"coordinates":[106.5,29.5]}},{"properties":{},"geometry":null},7]}"#;
    let shelters = layers::Shelter::read(half);
    assert_eq!((shelters.read.len(), shelters.problems.len()), (1, 2));
}
