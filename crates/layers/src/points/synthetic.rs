//! A made-up city of devices, as many as asked for: dense where people live, sparse in the hills.

use super::{Given, Kind, PointsBuilder};
use crate::StaticLayers;
use crate::seeded::Seeded;
use city::{CityTime, LonLat, Measure, Place, RiskClass};

/// How the devices of a real city are shared out among classes is not published; these are training shares.
const SHARES: [(RiskClass, f64); 10] = [
    (RiskClass::Fire, 0.34),
    (RiskClass::Gas, 0.25),
    (RiskClass::Crowd, 0.12),
    (RiskClass::Traffic, 0.12),
    (RiskClass::SepticGas, 0.06),
    (RiskClass::Flood, 0.04),
    (RiskClass::Landslide, 0.03),
    (RiskClass::WaterQuality, 0.02),
    (RiskClass::Bridge, 0.01),
    (RiskClass::ForestFire, 0.01),
];

/// Adds `count` made-up devices around the townships of `layers`, the same for the same seed. Each has a value about as
/// usual, measured at most ten seconds before `now`.
pub fn synthetic(builder: &mut PointsBuilder, layers: &StaticLayers, count: usize, seed: u64, now: CityTime) {
    let mut random = Seeded::new(seed, "devices at scale");
    let mut running = 0.0;
    let shares = SHARES.each_ref().map(|(_, share)| {
        running += share;
        running
    });
    // A few townships hold most of the people: weights fall with the rank in a seeded order.
    let mut weights = Vec::with_capacity(layers.townships.len());
    let mut total = 0.0;
    for _ in &layers.townships {
        total += 0.05 + random.share().powi(4);
        weights.push(total);
    }
    if layers.townships.is_empty() {
        return;
    }
    let (mut id, mut name) = (String::new(), String::new());
    for n in 0..count {
        use std::fmt::Write;
        let township = &layers.townships[random.weighted(&weights)];
        let class = SHARES[random.weighted(&shares)].0.clone();
        let spread_deg = if random.share() < 0.8 { 0.008 } else { 0.03 };
        let at = LonLat::new(
            township.at.lon + spread_deg * random.bell(),
            township.at.lat + 0.87 * spread_deg * random.bell(),
        );
        let usual = Measure::of(&class).map_or(0.0, |m| m.usual) as f32;
        id.clear();
        name.clear();
        // Writing into a string cannot fail.
        let _ = write!(id, "{}-{n:08}", township.code.0);
        let _ = write!(name, "{}{}{}", township.zh, class.zh(), n % 10_000);
        let place = Some(Place { district: township.code.district(), township: township.code });
        builder.push(&Given {
            id: &id,
            name: &name,
            at,
            kind: Kind::device(class),
            place,
            value: usual * (1.0 + 0.1 * random.bell() as f32),
            measured: Some(now.plus_s(-10.0 * random.share())),
        });
    }
}
