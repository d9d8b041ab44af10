//! When and where a device rises past its alarm: seldom, where people live, and for minutes.

use super::chance::{About, Chance};
use city::{CityTime, Device, DistrictCode, RiskClass};
use std::collections::{BTreeMap, HashMap};

/// The longest an excursion lasts, seconds: how far a start looks back.
pub const LONGEST_S: i64 = 1_500;

/// How often each class rises, relative to the others.
const SHARES: [(RiskClass, f64); 10] = [
    (RiskClass::Traffic, 30.0),
    (RiskClass::Fire, 16.0),
    (RiskClass::Gas, 13.0),
    (RiskClass::SepticGas, 12.0),
    (RiskClass::Crowd, 12.0),
    (RiskClass::Flood, 6.0),
    (RiskClass::WaterQuality, 4.0),
    (RiskClass::Landslide, 3.0),
    (RiskClass::Bridge, 3.0),
    (RiskClass::ForestFire, 1.0),
];

/// A value's way past the alarm and back: it rises, holds and falls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excursion {
    /// When it begins.
    pub began: CityTime,
    /// How long it rises, seconds.
    pub rise_s: f64,
    /// How long it holds, seconds.
    pub hold_s: f64,
    /// How long it falls, seconds.
    pub fall_s: f64,
    /// How far past the alarm it goes, as a share of the way from usual to alarm.
    pub past: f64,
}

impl Excursion {
    /// How high it stands at `at`: 0 before and after, 1 while it holds.
    pub fn height(&self, at: CityTime) -> f64 {
        let t = at.seconds_since(self.began);
        let falling = t - self.rise_s - self.hold_s;
        (t / self.rise_s).min(1.0 - falling / self.fall_s).clamp(0.0, 1.0)
    }

    fn ends(&self) -> CityTime {
        self.began.plus_s(self.rise_s + self.hold_s + self.fall_s)
    }
}

/// All excursions that are under way.
pub struct Excursions {
    chance: Chance,
    per_s: f64,
    districts: Vec<(DistrictCode, f64)>,
    rows: HashMap<(DistrictCode, RiskClass), Vec<usize>>,
    risen: BTreeMap<usize, Excursion>,
}

impl Excursions {
    /// Excursions among `devices`, `per_s` a second over the city, by the `residents` of each district.
    pub fn new(chance: Chance, per_s: f64, devices: &[Device], residents: &[(DistrictCode, f64)]) -> Self {
        let mut rows: HashMap<_, Vec<usize>> = HashMap::new();
        for (row, device) in devices.iter().enumerate() {
            rows.entry((device.place.district, device.class.clone())).or_default().push(row);
        }
        Self { chance, per_s, districts: residents.to_vec(), rows, risen: BTreeMap::new() }
    }

    /// Takes up those that were under way before `at` in a city that began at `began`: a restart goes on with them,
    /// and a new city begins with none, not with as many alarms as come in minutes.
    pub fn catch_up(&mut self, began: CityTime, at: CityTime) {
        let before = (1..=LONGEST_S).rev().map(|back| at.plus_s(-(back as f64)));
        before.filter(|second| *second > began).for_each(|second| self.step(second));
    }

    /// Begins and ends what begins and ends in the second of `at`.
    pub fn step(&mut self, at: CityTime) {
        self.risen.retain(|_, excursion| excursion.ends() > at);
        let second = self.chance.about(About::Excursion, at.0.div_euclid(1_000) as u64);
        let count = self.per_s.floor() as u64 + u64::from(second.share(0) < self.per_s.fract());
        for n in 0..count {
            let one = second.about(About::Excursion, n);
            if let Some(row) = self.pick(one) {
                self.risen.entry(row).or_insert_with(|| Excursion {
                    began: at,
                    rise_s: one.between(3, 40.0, 150.0),
                    hold_s: one.between(4, 120.0, 540.0),
                    fall_s: one.between(5, 90.0, 300.0),
                    past: one.between(6, 0.04, 0.45),
                });
            }
        }
    }

    /// What began at `at`: rows, and when each is over.
    pub fn begun(&self, at: CityTime) -> impl Iterator<Item = (usize, CityTime)> + '_ {
        let begun = self.risen.iter().filter(move |(_, excursion)| excursion.began == at);
        begun.map(|(row, excursion)| (*row, excursion.ends()))
    }

    /// The excursion of the device in `row`, if it is on one.
    pub fn of(&self, row: usize) -> Option<&Excursion> {
        self.risen.get(&row)
    }

    /// Where people live, by what rises there, a device of it. A district without that class draws again.
    fn pick(&self, one: Chance) -> Option<usize> {
        let district = self.districts.get(one.weighted(0, self.districts.iter().map(|d| d.1)))?.0;
        let owned = SHARES
            .iter()
            .filter_map(|(class, share)| Some((self.rows.get(&(district, class.clone()))?, *share)));
        let (rows, _) = owned.clone().nth(one.weighted(1, owned.map(|(_, share)| share)))?;
        rows.get(one.pick(2, rows.len())).copied()
    }
}
