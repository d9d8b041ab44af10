//! GCJ-02 by mistake is recognised, and nothing else is taken for it.

use super::{CITY, imported};
use city::{LonLat, Place, RiskClass};
use layers::points::import::{Datum, Gcj02Suspicion, ImportOptions};
use std::fmt::Write;

/// A seeded sequence (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.share() * count as f64) as usize % count.max(1)
    }
}

struct Point {
    at: LonLat,
    class: RiskClass,
    place: Option<Place>,
}

/// A third on bridges, a third of gauges at shores, a third with a claimed place near a border.
fn planted(count: usize, dice: &mut Dice) -> Vec<Point> {
    let (layers, gazetteer) = &*CITY;
    let mut points = Vec::new();
    while points.len() < count {
        match points.len() % 3 {
            0 => {
                let bridge = &layers.bridges[dice.below(layers.bridges.len())];
                let (share, [a, b]) = (dice.share(), bridge.ends);
                let at = LonLat::new(a.lon + share * (b.lon - a.lon), a.lat + share * (b.lat - a.lat));
                points.push(Point { at, class: RiskClass::Bridge, place: None });
            }
            1 => {
                let river = &layers.rivers()[dice.below(layers.rivers().len())];
                let middle = river.centreline[dice.below(river.centreline.len())];
                let east_deg = (middle.width_m / 2.0 + 300.0) * (dice.share() - 0.5) * 2.0 / 96_000.0;
                let at = LonLat::new(middle.at.lon + east_deg, middle.at.lat);
                let shore_m = layers.waters.nearest(at).map_or(f64::MAX, |near| near.shore_m);
                if (0.0..50.0).contains(&shore_m) && gazetteer.place(at).is_some() {
                    let class = if dice.share() < 0.5 { RiskClass::Flood } else { RiskClass::WaterQuality };
                    points.push(Point { at, class, place: None });
                }
            }
            _ => {
                let district = &layers.districts[dice.below(layers.districts.len())];
                let ring = &district.polygons.0[0].exterior().0;
                let edge = ring[dice.below(ring.len())];
                let near = || 0.012;
                let at = LonLat::new(
                    edge.x + near() * (dice.share() - 0.5),
                    edge.y + near() * (dice.share() - 0.5),
                );
                if let Some(place) = gazetteer.place(at) {
                    points.push(Point { at, class: RiskClass::Traffic, place: Some(place) });
                }
            }
        }
    }
    points
}

/// Anywhere people live, on land, of all classes, with claims of which `wrong` are another place's.
fn scattered(count: usize, wrong: f64, dice: &mut Dice) -> Vec<Point> {
    let (layers, gazetteer) = &*CITY;
    let mut points = Vec::new();
    while points.len() < count {
        let township = &layers.townships[dice.below(layers.townships.len())];
        let off = |dice: &mut Dice| 0.03 * (dice.share() + dice.share() - 1.0);
        let at = LonLat::new(township.at.lon + off(dice), township.at.lat + off(dice));
        let Some(place) = gazetteer.place(at).filter(|_| !layers.waters.is_wet(at)) else { continue };
        let township = &layers.townships[dice.below(layers.townships.len())].code;
        let lie = Place { district: township.district(), township: *township };
        let place = if dice.share() < wrong { lie } else { place };
        let class = RiskClass::KNOWN[dice.below(RiskClass::KNOWN.len())].clone();
        points.push(Point { at, class, place: Some(place) });
    }
    points
}

/// On land within a kilometre of water, which a shift would often put into it: gauges in streets, smoke detectors.
fn along_water(count: usize, dice: &mut Dice) -> Vec<Point> {
    let (layers, gazetteer) = &*CITY;
    let mut points = Vec::new();
    while points.len() < count {
        let river = &layers.rivers()[dice.below(layers.rivers().len())];
        let middle = river.centreline[dice.below(river.centreline.len())].at;
        let off = |dice: &mut Dice| 0.04 * (dice.share() - 0.5);
        let at = LonLat::new(middle.lon + off(dice), middle.lat + off(dice));
        let shore_m = layers.waters.nearest(at).map_or(f64::MAX, |near| near.shore_m);
        if (0.0..1_000.0).contains(&shore_m) && gazetteer.place(at).is_some() {
            let classes = [RiskClass::Flood, RiskClass::WaterQuality, RiskClass::Fire, RiskClass::Bridge];
            points.push(Point { at, class: classes[dice.below(4)].clone(), place: None });
        }
    }
    points
}

fn suspicion(points: &[Point], datum: Datum, shift: impl Fn(LonLat) -> LonLat) -> Option<Gcj02Suspicion> {
    let mut text = "id,lon,lat,class,district_code,township_code\n".to_owned();
    for (n, point) in points.iter().enumerate() {
        let at = shift(point.at);
        let codes =
            point.place.map(|p| format!("{},{}", p.district.0, p.township.0)).unwrap_or(",".to_owned());
        writeln!(text, "{n},{:.7},{:.7},{},{codes}", at.lon, at.lat, point.class.key()).unwrap();
    }
    let options = ImportOptions { datum, ..ImportOptions::default() };
    let (taken, report) = imported(&[text.as_bytes()], &options).unwrap();
    assert_eq!(taken.len(), points.len());
    let text = report.to_string();
    assert_eq!(report.gcj02_suspected.is_some(), text.contains("looks like GCJ-02"), "{text}");
    report.gcj02_suspected
}

#[test]
fn a_planted_shift_is_recognised() {
    let mut recognised = 0;
    for seed in 0..50 {
        let points = planted(210, &mut Dice(seed));
        let found = suspicion(&points, Datum::Wgs84, geodesy::wgs84_to_gcj02);
        recognised += usize::from(found.is_some_and(|s| s.share_after > s.share_before && s.p < 1e-4));
        if seed == 0 {
            println!("{found:?}");
        }
        // Who says so is not asked again.
        assert_eq!(suspicion(&points, Datum::Gcj02, geodesy::wgs84_to_gcj02), None);
    }
    println!("recognised {recognised} of 50");
    assert_eq!(recognised, 50);
}

#[test]
fn no_false_alarm_without_a_shift() {
    let mut alarms = [0; 5];
    for seed in 0..200 {
        let dice = &mut Dice(1_000 + seed);
        let sets = [
            planted(210, dice),
            scattered(400, 0.0, dice),
            scattered(400, 0.3, dice),
            scattered(400, 1.0, dice),
            along_water(3_000, dice),
        ];
        for (alarms, points) in alarms.iter_mut().zip(&sets) {
            *alarms += usize::from(suspicion(points, Datum::Wgs84, |at| at).is_some());
        }
    }
    println!("false alarms {alarms:?} of 200 each");
    assert_eq!(alarms, [0; 5]);
}

#[test]
fn a_shift_of_ordinary_devices_is_recognised_where_there_are_enough() {
    let counts = [500, 2_000, 10_000];
    let found = counts.map(|count| {
        let points = scattered(count, 0.05, &mut Dice(7));
        suspicion(&points, Datum::Wgs84, geodesy::wgs84_to_gcj02)
    });
    println!("{found:?}");
    assert!(found[2].is_some_and(|s| s.p < 1e-6));
}
