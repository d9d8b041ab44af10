//! Gauges that stand beside the training city's devices and measure what the 17,000 do not: rain, speed, gas pressure,
//! ammonia, air, parking, and river levels above a datum.
//!
//! A gauge tells whenever its host tells, so a class that is switched off silences them too. Its value follows from the
//! seed, the instant and, for speed, the host's own value. They feed the vital signs alone: telemetry and incidents are
//! those of the devices.

use super::chance::{About, Chance};
use super::devices::smooth;
use city::{CityTime, Device, DeviceId, LonLat, Place, RiskClass};
use std::collections::BTreeSet;
use watch::vital::Station;

/// The free speed of a main road, km/h: the congestion index divides it.
const FREE_SPEED: f64 = 45.0;
const HOUR_MS: i64 = 3_600_000;
/// Where the stations of the shipped definitions stand.
const STATIONS: [(&str, LonLat); 5] = [
    ("cuntan", LonLat::new(106.603, 29.617)),
    ("beibei-3", LonLat::new(106.432, 29.826)),
    ("wulong", LonLat::new(107.757, 29.327)),
    ("ciqikou", LonLat::new(106.449, 29.582)),
    ("chaotianmen", LonLat::new(106.588, 29.567)),
];

/// What a gauge measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measured {
    /// Mean speed of a road section, km/h.
    Speed,
    /// Rain of the last hour, mm.
    RainOneHour,
    /// Rain of the last three hours, mm.
    RainThreeHours,
    /// Pressure of the gas network, kPa.
    Pressure,
    /// Ammonia nitrogen of a river section, mg/L.
    Ammonia,
    /// Air quality index.
    Air,
    /// Share of parking places taken, per cent.
    Parking,
    /// A river level in metres above its station's datum, whose warning level this is.
    Level(f64),
}

impl Measured {
    /// What it is called by the definitions of vital signs: the class, and the property that is not the class's own.
    pub fn named(self) -> (RiskClass, Option<&'static str>) {
        match self {
            Self::Speed => (RiskClass::Traffic, Some("speed")),
            Self::RainOneHour => (RiskClass::Flood, Some("rainfall1h")),
            Self::RainThreeHours => (RiskClass::Flood, Some("rainfall3h")),
            Self::Pressure => (RiskClass::Gas, Some("pressure")),
            Self::Ammonia => (RiskClass::WaterQuality, Some("ammonia")),
            Self::Air => (RiskClass::from("ambientAir"), Some("aqi")),
            Self::Parking => (RiskClass::from("parking"), None),
            Self::Level(_) => (RiskClass::Flood, None),
        }
    }
}

/// A gauge.
#[derive(Clone, Debug)]
pub struct Gauge {
    /// Its identifier: that of its host and what it measures.
    pub id: DeviceId,
    /// Where it stands.
    pub at: LonLat,
    /// Whose it is.
    pub place: Place,
    /// What it measures.
    pub measured: Measured,
    /// The row of the device beside which it stands.
    pub host: usize,
    /// Its weight in weighted means: kilometres of road, places of a car park.
    pub weight: f32,
    /// The station whose level it tells.
    pub station: Option<String>,
}

/// The gauges of a city: every n-th device of a class has one, a district has one for its air.
pub fn gauges(
    devices: &[Device],
    stations: &[Station],
    chance: Chance,
    place: impl Fn(LonLat) -> Option<Place>,
) -> Vec<Gauge> {
    let (mut gauges, mut of_class) = (Vec::new(), std::collections::BTreeMap::<RiskClass, usize>::new());
    let mut aired = BTreeSet::new();
    for (host, device) in devices.iter().enumerate() {
        let number = of_class.entry(device.class.clone()).or_default();
        let here: &[(usize, &str, Measured)] = match device.class {
            RiskClass::Traffic => &[(4, "speed", Measured::Speed)],
            RiskClass::Flood => {
                &[(4, "rain-1h", Measured::RainOneHour), (4, "rain-3h", Measured::RainThreeHours)]
            }
            RiskClass::Gas => &[(6, "pressure", Measured::Pressure)],
            RiskClass::WaterQuality => &[(2, "ammonia", Measured::Ammonia)],
            RiskClass::Crowd => &[(4, "parking", Measured::Parking)],
            RiskClass::Fire if aired.insert(device.place.district) => &[(1, "air", Measured::Air)],
            _ => &[],
        };
        for (_, name, measured) in here.iter().filter(|(every, ..)| number.is_multiple_of(*every)) {
            let id = DeviceId::from(format!("{}/{name}", device.id));
            let own = chance.of(id.as_str());
            let weight = match measured {
                Measured::Speed => own.between(0, 0.3, 4.0),
                Measured::Parking => own.between(0, 40.0, 900.0).round(),
                _ => 1.0,
            };
            let (at, place, measured) = (device.at, device.place, *measured);
            gauges.push(Gauge { id, at, place, measured, host, weight: weight as f32, station: None });
        }
        *number += 1;
    }
    gauges.extend(stations.iter().filter_map(|station| {
        let (_, at) = STATIONS.iter().find(|(id, _)| *id == &*station.id)?;
        let rivers = devices.iter().enumerate().filter(|(_, device)| device.class == RiskClass::Flood);
        let nearest = rivers.min_by(|a, b| a.1.at.distance_m(*at).total_cmp(&b.1.at.distance_m(*at)));
        let host = nearest?.0;
        let (id, measured) =
            (DeviceId::from(format!("station/{}", station.id)), Measured::Level(station.warning_m));
        let (place, station) = (place(*at)?, Some(station.id.to_string()));
        Some(Gauge { id, at: *at, place, measured, host, weight: 1.0, station })
    }));
    gauges
}

impl Gauge {
    /// What it measures at `at`, while its host measures `beside`.
    pub fn value(&self, chance: Chance, at: CityTime, beside: f64) -> f64 {
        let own = chance.of(self.id.as_str());
        let character = own.share(1) - 0.5;
        let noise = |step_ms| smooth(own.about(About::Noise, 2), at, step_ms);
        let hour = ((at.0 + 8 * HOUR_MS).rem_euclid(24 * HOUR_MS)) as f64 / HOUR_MS as f64;
        let bump = |centre: f64, width: f64| (-((hour - centre) / width).powi(2)).exp();
        let value = match self.measured {
            Measured::Speed => FREE_SPEED / beside.max(0.5),
            Measured::RainOneHour => self.rain(chance, at, 1),
            Measured::RainThreeHours => self.rain(chance, at, 3),
            Measured::Pressure => {
                let drawn = bump(7.2, 1.2) + bump(12.0, 1.2) + 1.3 * bump(18.8, 1.5);
                150.0 - 22.0 * drawn + 24.0 * character + 3.0 * noise(600_000)
            }
            Measured::Ammonia => {
                (0.4 + 0.4 * character + 0.15 * noise(8 * HOUR_MS) + 0.05 * bump(9.0, 3.0)).max(0.02)
            }
            Measured::Air => {
                let city = smooth(chance.about(About::Noise, 7), at, 30 * HOUR_MS);
                (68.0 + 30.0 * city + 20.0 * character + 8.0 * bump(9.0, 2.5) + 5.0 * noise(HOUR_MS)).round()
            }
            Measured::Parking => {
                let day = 0.8 * bump(11.0, 3.5) + bump(19.5, 2.5);
                (52.0 + 30.0 * character + 20.0 * day + 4.0 * noise(900_000)).clamp(0.0, 100.0)
            }
            Measured::Level(warning_m) => {
                warning_m - 4.0
                    + 2.0 * character
                    + 1.2 * noise(40 * HOUR_MS)
                    + 0.05 * self.rain(chance, at, 3)
            }
        };
        (value * 100.0).round() / 100.0
    }

    /// Rain of so many hours up to `at`, mm: spells of half a day over the city, cells of some 25 km in them.
    fn rain(&self, chance: Chance, at: CityTime, hours: i64) -> f64 {
        let (x, y) = ((self.at.lon * 4.0).floor() as i64, (self.at.lat * 4.0).floor() as i64);
        let cell = chance.about(About::Noise, 9).about(About::Noise, (x * 10_000 + y) as u64);
        let rate = |at| {
            let city = smooth(chance.about(About::Noise, 8), at, 14 * HOUR_MS);
            (0.65 * city + 0.35 * smooth(cell, at, 3 * HOUR_MS) - 0.45).max(0.0) * 60.0
        };
        let (steps, step_ms) = (2 * hours, HOUR_MS / 2);
        let fallen = (0..steps).map(|step| rate(at.plus_ms(-step * step_ms - step_ms / 2)));
        fallen.sum::<f64>() / 2.0
    }
}
