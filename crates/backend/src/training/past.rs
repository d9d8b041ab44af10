//! What the devices of a training city would have shown before it began: as made up as its present, by the same functions.

use super::chance::Chance;
use super::devices::Kind;
use super::excursions::{self, Excursions};
use super::{INCIDENTS_PER_MINUTE, LEADS_TO_INCIDENT, SEEN_BY_DEVICES};
use crate::Surroundings;
use city::{CityTime, Measure, RiskClass};

/// The past of a city, asked instant by instant, in their order.
pub struct Past {
    chance: Chance,
    excursions: Excursions,
    kinds: Vec<Kind>,
    /// The kind of each device, as a place in `kinds`.
    kind_of: Vec<Option<usize>>,
}

impl Past {
    /// The past of the city of `seed` in which so many incidents arise a minute, or as many as usual.
    pub fn new(surroundings: &Surroundings, seed: u64, incidents_per_minute: Option<f64>) -> Self {
        let (chance, devices) = (Chance::new(seed), &surroundings.devices);
        let districts = surroundings.layers.districts.iter();
        let residents: Vec<_> = districts.map(|d| (d.code, f64::from(d.population))).collect();
        let seen_s =
            incidents_per_minute.unwrap_or(INCIDENTS_PER_MINUTE) / 60.0 * SEEN_BY_DEVICES / LEADS_TO_INCIDENT;
        let kinds: Vec<Kind> = RiskClass::KNOWN
            .iter()
            .filter_map(|class| Some(Kind { class: class.clone(), measure: Measure::of(class)? }))
            .collect();
        let kind_of = |device: &city::Device| kinds.iter().position(|kind| kind.class == device.class);
        Self {
            chance,
            excursions: Excursions::new(chance, seen_s, devices, &residents),
            kind_of: devices.iter().map(kind_of).collect(),
            kinds,
        }
    }

    /// What every device shows at `at`, as rows and values.
    pub fn at(&mut self, at: CityTime) -> Vec<(usize, f64)> {
        let seconds = (1..=excursions::LONGEST_S).rev().map(|back| at.plus_s(-(back as f64)));
        seconds.for_each(|second| self.excursions.step(second));
        let rhythms: Vec<f64> = self.kinds.iter().map(|kind| kind.rhythm(at)).collect();
        let shown = |(row, kind): (usize, &Option<usize>)| {
            let kind = (*kind)?;
            let risen = self.excursions.of(row);
            Some((row, self.kinds[kind].value(self.chance, row, at, rhythms[kind], risen)))
        };
        self.kind_of.iter().enumerate().filter_map(shown).collect()
    }
}
