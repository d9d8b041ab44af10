//! What residents and grid workers report: where people live, in their words.

use super::act::Act;
use super::chance::{About, Chance};
use super::words::Words;
use crate::surroundings::rounded;
use city::{CityTime, Command, DistrictCode, LonLat, Source, World};
use layers::Township;
use std::collections::HashMap;

/// Residents and grid workers of the whole city.
pub struct Reporters {
    chance: Chance,
    per_s: f64,
    districts: Vec<(DistrictCode, f64)>,
    townships: HashMap<DistrictCode, Vec<LonLat>>,
}

impl Reporters {
    /// Reporters among `townships`, who report `per_s` a second over the city by the `residents` of each
    /// district.
    pub fn new(
        chance: Chance,
        per_s: f64,
        townships: &[Township],
        residents: &[(DistrictCode, f64)],
    ) -> Self {
        let mut of: HashMap<_, Vec<_>> = HashMap::new();
        for township in townships {
            of.entry(township.code.district()).or_default().push(township.at);
        }
        Self { chance, per_s, districts: residents.to_vec(), townships: of }
    }

    /// What is reported in the second of `at`.
    pub fn step(&self, at: CityTime, words: &Words, world: &dyn World) -> Vec<Act> {
        let second = self.chance.about(About::Report, at.0.div_euclid(1_000) as u64);
        let count = self.per_s.floor() as u64 + u64::from(second.share(0) < self.per_s.fract());
        (0..count).filter_map(|n| self.one(second.about(About::Report, n), words, world)).collect()
    }

    fn one(&self, one: Chance, words: &Words, world: &dyn World) -> Option<Act> {
        let (district, _) = *self.districts.get(one.weighted(0, self.districts.iter().map(|d| d.1)))?;
        let reported = words.reported.get(one.weighted(1, words.reported.iter().map(|r| r.share)))?;
        let text = reported.texts.get(one.pick(2, reported.texts.len()))?.clone();
        let at = self.place(one, district, world)?;
        let surname = words.surnames().get(one.pick(3, words.surnames().len())).map_or("", String::as_str);
        // Residents are pseudonyms from the start: a training city must not teach to show telephone numbers.
        let (name, source) = if one.share(4) < 0.6 {
            let name = format!("市民{surname}**");
            (format!("resident:{name}"), Source::Resident { name })
        } else {
            let name = format!("网格员{surname}**");
            (format!("grid:{name}"), Source::GridWorker { name })
        };
        let (risk_class, lon, lat) = (reported.class.clone(), at.lon, at.lat);
        Some(Act::report(&name, source, Command::Report { risk_class, lon, lat, text }))
    }

    /// Within a few hundred metres of a township's point and still in the district.
    fn place(&self, one: Chance, district: DistrictCode, world: &dyn World) -> Option<LonLat> {
        let points = self.townships.get(&district)?;
        (0..12).find_map(|n| {
            let draw = one.about(About::Report, 100 + n);
            let near = points.get(draw.pick(0, points.len()))?;
            let lon = near.lon + draw.between(1, -0.006, 0.006);
            let lat = near.lat + draw.between(2, -0.005, 0.005);
            let at = rounded(LonLat::new(lon, lat));
            world.place(at).is_some_and(|place| place.district == district).then_some(at)
        })
    }
}
