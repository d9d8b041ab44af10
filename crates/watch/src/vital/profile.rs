//! What devices that are alike share: their kind, their unit, their station, and the signs they belong to.

use super::cell::Share;
use super::definition::Definitions;
use super::gather::Gather;
use super::level::{Datum, Reference};
use crate::rules::Unit;
use std::collections::HashMap;

/// What makes devices alike: kind, unit of their values, station and datum.
pub(super) type Key = (u16, Unit, Option<(u16, Datum)>);

/// A sign that a device belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub sign: u16,
    unit: Unit,
    shift: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Profile {
    told_in: Unit,
    unit: Unit,
    /// Added to a told value, in the unit of the kind: turns a level into metres above the warning level.
    shift: f64,
    pub valid: (f64, f64),
    pub stale_ms: i64,
    pub members: Vec<Member>,
}

impl Profile {
    /// A told value in the unit of the kind; NaN when it cannot be turned into it.
    pub fn value(&self, told: f64) -> f64 {
        self.told_in.convert(told, self.unit).unwrap_or(f64::NAN) + self.shift
    }

    /// A device's share of a sign.
    pub fn share(&self, member: &Member, online: bool, value: Option<f64>) -> Share {
        let turn = |value: f64| self.unit.convert(value, member.unit).unwrap_or(value) + member.shift;
        Share { online, value: value.map(turn) }
    }
}

/// All profiles, each once.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    pub all: Vec<Profile>,
    by_key: HashMap<Key, u16>,
}

impl Profiles {
    /// The profile of `key`; `None` when there are more than 65,535, or a level cannot be turned into its station's datum.
    pub fn of(&mut self, key: Key, definitions: &Definitions) -> Option<u16> {
        if let Some(found) = self.by_key.get(&key) {
            return Some(*found);
        }
        let number = u16::try_from(self.all.len()).ok()?;
        let kind = &definitions.kinds[usize::from(key.0)];
        let station = key.2.map(|(station, datum)| (&definitions.stations[usize::from(station)], datum));
        let shift = match station {
            Some((station, datum)) => station.standing(0.0, datum)?.above_warning_m,
            None => 0.0,
        };
        let mut members = Vec::new();
        for (n, sign) in definitions.signs.iter().enumerate() {
            let shift = match (sign.reference, station) {
                (Some(Reference::Guarantee), Some((station, _))) => {
                    station.guarantee_m.map(|guarantee| station.warning_m - guarantee)
                }
                (Some(Reference::Guarantee), None) => None,
                _ => Some(0.0),
            };
            if let (true, Some(shift)) = (sign.kinds.contains(&key.0), shift) {
                let counted = !sign.gather.asks_values() || matches!(sign.gather, Gather::Share(..));
                let unit = if counted { kind.unit } else { sign.unit };
                members.push(Member { sign: n as u16, unit, shift });
            }
        }
        let valid = (kind.min, kind.max);
        let stale_ms = kind.stale_ms;
        self.all.push(Profile { told_in: key.1, unit: kind.unit, shift, valid, stale_ms, members });
        self.by_key.insert(key, number);
        Some(number)
    }
}
