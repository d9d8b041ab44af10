//! A training city's devices as a recorded day, with the excursions that were planted as what was true.
//!
//! Deliberately absent: files; and what only looks planted, for an excursion is all that passes an alarm here. What is
//! found on such a record shows that rules work as they were written, not how often they are right in a city.

use super::chance::Chance;
use super::excursions::Excursions;
use super::perception::Perception;
use super::{INCIDENTS_PER_MINUTE, LEADS_TO_INCIDENT, SEEN_BY_DEVICES, residents};
use crate::Surroundings;
use city::{AlgorithmId, CityTime, RiskClass};
use std::collections::BTreeSet;
use std::io::{Result, Write};
use watch::recorded::About;

/// Which algorithms should tell of an excursion of a class.
const SHOWS: [(RiskClass, &[&str]); 10] = [
    (RiskClass::Traffic, &["congestion"]),
    (RiskClass::Fire, &["smoke"]),
    (RiskClass::Gas, &["gas-leak"]),
    (RiskClass::SepticGas, &["septic-gas"]),
    (RiskClass::Crowd, &["crowd-density"]),
    (RiskClass::Flood, &["flood-level", "flood-rise"]),
    (RiskClass::WaterQuality, &["water-oxygen"]),
    (RiskClass::Landslide, &["slope-displacement"]),
    (RiskClass::Bridge, &["bridge-strain"]),
    (RiskClass::ForestFire, &["hot-spot"]),
];

/// What of a city is recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recording {
    /// The city's seed.
    pub seed: u64,
    /// From when on.
    pub from: CityTime,
    /// For how long, seconds.
    pub for_s: u32,
    /// Of so many devices one.
    pub one_in: usize,
}

/// Where the tables of a record are written to.
pub struct Tables<W> {
    /// `devices.csv`.
    pub devices: W,
    /// `truth.csv`.
    pub truth: W,
    /// `observations.csv`.
    pub observations: W,
}

/// How much was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Devices.
    pub devices: u64,
    /// Observations.
    pub observations: u64,
    /// Excursions.
    pub truths: u64,
}

impl Recording {
    /// What the record says of itself.
    pub fn about(&self) -> About {
        let Self { seed, from, for_s, one_in } = *self;
        let name = format!("演练数据:种子 {seed},每 {one_in} 台设备取 1 台,数值与险情均为编造");
        let ids = SHOWS.iter().flat_map(|(_, ids)| ids.iter());
        let judges = ids.map(|id| AlgorithmId::from(*id)).collect();
        About { name, from, until: from.plus_s(f64::from(for_s)), made_up: true, judges }
    }

    /// Lives through the span second by second and writes what devices told and what was planted.
    pub fn write<W: Write>(
        &self,
        surroundings: &Surroundings,
        mut to: Tables<W>,
        mut tell: impl FnMut(u32),
    ) -> Result<Recorded> {
        let devices = &surroundings.devices;
        let is_taken = |row: usize| row.is_multiple_of(self.one_in.max(1));
        let mut recorded = Recorded::default();
        writeln!(to.devices, "id,class,lon,lat,township")?;
        for (_, device) in devices.iter().enumerate().filter(|(row, _)| is_taken(*row)) {
            let (at, place) = (device.at, device.place.township.0);
            writeln!(to.devices, "{},{},{},{},{place}", device.id, device.class, at.lon, at.lat)?;
            recorded.devices += 1;
        }
        writeln!(to.truth, "algorithms,from,until,device")?;
        writeln!(to.observations, "at,device,value")?;
        let chance = Chance::new(self.seed);
        let per_s = INCIDENTS_PER_MINUTE / 60.0 * SEEN_BY_DEVICES / LEADS_TO_INCIDENT;
        let excursions = Excursions::new(chance, per_s, devices, &residents(surroundings));
        let mut perception = Perception::new(chance, excursions, devices);
        for second in 0..self.for_s {
            let at = self.from.plus_s(f64::from(second));
            perception.step(at, &BTreeSet::new());
            for (row, until) in perception.planted(at).filter(|(row, _)| is_taken(*row)) {
                let device = &devices[row];
                let Some((_, ids)) = SHOWS.iter().find(|(class, _)| *class == device.class) else { continue };
                writeln!(to.truth, "{},{at},{until},{}", ids.join(";"), device.id)?;
                recorded.truths += 1;
            }
            let (_, measured) = perception.tell(|row| !is_taken(row));
            for reading in measured {
                let device = &devices[reading.device].id;
                writeln!(to.observations, "{},{device},{}", reading.at.0, reading.value)?;
                recorded.observations += 1;
            }
            tell(second);
        }
        for table in [&mut to.devices, &mut to.truth, &mut to.observations] {
            table.flush()?;
        }
        Ok(recorded)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use watch::recorded::{Observations, Record, replay};
    use watch::register::Register;
    use watch::rules::shipped;

    #[test]
    fn a_recorded_hour_is_read_back_and_judges_its_algorithms() {
        let ground = terrain::Ground::shipped().unwrap();
        let surroundings = Surroundings::make(&ground, None, 7).unwrap();
        let from = CityTime::parse("2026-07-01T02:00:00Z").unwrap();
        let recording = Recording { seed: 7, from, for_s: 3_600, one_in: 6 };
        let (mut devices, mut truth, mut told) = (Vec::new(), Vec::new(), Vec::new());
        let to = Tables { devices: &mut devices, truth: &mut truth, observations: &mut told };
        let recorded = recording.write(&surroundings, to, |_| {}).unwrap();
        assert!(recorded.truths > 40 && recorded.observations > 500_000, "{recorded:?}");

        let register = Register::shipped().unwrap();
        let about = toml::to_string(&recording.about()).unwrap();
        let record = Record::read(&about, &*devices, &*truth).unwrap();
        assert_eq!(record.about, recording.about());
        let rows = Observations::open(&*told, &record).unwrap();
        let replayed = replay(shipped().unwrap(), &record, rows).unwrap();
        assert_eq!((replayed.observations, replayed.late), (recorded.observations, 0));
        let all = record.evaluate(&replayed, &register, from);
        assert_eq!(all.len(), record.about.judges.len(), "every one stands in the register");
        for (id, e) in &all {
            println!("{id}: {:?} {:?} {:?} {:?}", e.precision, e.recall, e.false_alarms, e.delay_s);
            assert!(e.fault().is_none() && e.made_up);
        }
        // A level that is passed for minutes is told by a rule that asks for no more than that.
        for id in ["gas-leak", "smoke", "septic-gas"] {
            let (_, e) = all.iter().find(|(known, _)| known.as_str() == id).unwrap();
            assert!(e.recall.hits > 0 && e.recall.hits == e.recall.of, "{id}: {e:?}");
        }
    }
}
