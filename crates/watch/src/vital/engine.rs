//! The signs of a city while they run.

use super::cell::Cell;
use super::definition::{Definitions, VitalSign};
use super::devices::Hot;
use super::history::History;
use super::observe::Refusals;
use super::places::Places;
use super::profile::Profiles;
use super::reading::{Reading, Validity};
use super::wheel::Wheel;
use city::{CityTime, Jurisdiction};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A sign of the definitions, by its place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SignHandle(pub u16);

/// Vital signs that run. Readings are those of the newest [`VitalSigns::tick`] at which their sign was due.
#[derive(Debug)]
pub struct VitalSigns {
    pub(super) definitions: Definitions,
    pub(super) places: Places,
    pub(super) now: CityTime,
    pub(super) hot: Vec<Hot>,
    pub(super) enrolled: usize,
    pub(super) profiles: Profiles,
    /// By sign, then by area.
    pub(super) cells: Vec<Vec<Cell>>,
    pub(super) readings: Vec<Vec<Reading>>,
    /// When each sign is computed next.
    pub(super) due: Vec<i64>,
    pub(super) history: History,
    pub(super) wheel: Wheel,
    /// Devices to be looked at before the wheel would, soonest first.
    pub(super) early: BinaryHeap<Reverse<(i64, u32)>>,
    pub(super) refusals: Refusals,
}

impl VitalSigns {
    /// Signs without devices, over the areas of `places`.
    pub fn new(definitions: Definitions, places: Places, now: CityTime) -> Self {
        let (signs, areas) = (definitions.signs.len(), places.len());
        Self {
            cells: vec![vec![Cell::new(); areas]; signs],
            readings: vec![vec![Reading::nothing(Validity::NoDevices); areas]; signs],
            due: vec![i64::MIN; signs],
            history: History::new(signs, areas),
            definitions,
            places,
            now,
            hot: Vec::new(),
            enrolled: 0,
            profiles: Profiles::default(),
            wheel: Wheel::new(),
            early: BinaryHeap::new(),
            refusals: Refusals::default(),
        }
    }

    /// The definitions it runs by.
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// The places it runs over.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The time of the newest tick.
    pub fn now(&self) -> CityTime {
        self.now
    }

    /// How many devices are enrolled.
    pub fn len(&self) -> usize {
        self.enrolled
    }

    /// True when no device is enrolled.
    pub fn is_empty(&self) -> bool {
        self.enrolled == 0
    }

    /// The sign `id`.
    pub fn sign(&self, id: &str) -> Option<SignHandle> {
        let place = self.definitions.signs.iter().position(|sign| &*sign.id == id)?;
        Some(SignHandle(place as u16))
    }

    /// What a sign is; `None` for a handle of other definitions.
    pub fn definition(&self, sign: SignHandle) -> Option<&VitalSign> {
        self.definitions.signs.get(usize::from(sign.0))
    }

    /// What a sign says of an area.
    pub fn value(&self, sign: SignHandle, area: Jurisdiction) -> Reading {
        let known = self.find(sign, area).map(|(sign, area)| self.readings[sign][area]);
        known.unwrap_or(Reading::nothing(Validity::NoSuchArea))
    }

    pub(super) fn find(&self, sign: SignHandle, area: Jurisdiction) -> Option<(usize, usize)> {
        let sign = usize::from(sign.0);
        (sign < self.cells.len()).then_some(())?;
        Some((sign, self.places.number(area)?))
    }
}
