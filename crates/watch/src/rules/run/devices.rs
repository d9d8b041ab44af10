//! The devices, in columns: what is asked with every reading in one, what is seldom asked in others.

use super::cause::{Population, Trait, Traits};
use super::recent::{Recent, Track};
use super::slope::Window;
use crate::rules::observation::difference;
use crate::rules::{DeviceHandle, DeviceInfo, EnrolError};
use city::{DeviceId, Place, RiskClass};
use std::collections::HashMap;

/// No place in a column.
pub(super) const NOWHERE: u32 = u32::MAX;

/// What is asked of a device with every reading.
#[derive(Clone, Debug)]
pub(super) struct Hot {
    /// The time of its newest reading; `i64::MIN` before the first.
    pub newest_at: i64,
    /// Its newest value, in its own unit.
    pub newest: f64,
    /// When it was last heard, by its own times but never after the engine's.
    pub heard: i64,
    pub profile: u32,
    /// The first slot of its chain.
    pub chain: u32,
    /// Its places in the columns below, or [`NOWHERE`].
    pub recent: u32,
    pub track: u32,
    pub windows: u32,
    /// True when a silence of it will be looked at.
    pub timed: bool,
    /// True when it is silent by some rule.
    pub silent: bool,
}

/// All devices.
#[derive(Debug, Default)]
pub(super) struct Devices {
    pub hot: Vec<Hot>,
    pub info: Vec<DeviceInfo>,
    pub recent: Vec<Recent>,
    pub tracks: Vec<Track>,
    pub windows: Vec<Window>,
    /// Whose the place is where a moving thing was at its newest reading.
    pub roaming: HashMap<u32, Place>,
    by_id: HashMap<DeviceId, u32>,
    classes: Vec<RiskClass>,
}

impl Devices {
    pub fn find(&self, id: &DeviceId) -> Option<DeviceHandle> {
        self.by_id.get(id).copied().map(DeviceHandle)
    }

    /// Adds a device; the one that has its id when that is the same in all else.
    pub fn add(&mut self, info: DeviceInfo, now: i64) -> Result<(DeviceHandle, bool), EnrolError> {
        if !info.at.is_valid() {
            return Err(EnrolError::Position);
        }
        if let Some(by) = self.find(&info.id) {
            return match difference(&self.info[by.0 as usize], &info) {
                None => Ok((by, false)),
                Some(differs) => Err(EnrolError::Taken { by, differs }),
            };
        }
        let handle = self.hot.len() as u32;
        self.by_id.insert(info.id.clone(), handle);
        self.hot.push(Hot {
            newest_at: i64::MIN,
            newest: f64::NAN,
            heard: now,
            profile: 0,
            chain: NOWHERE,
            recent: NOWHERE,
            track: NOWHERE,
            windows: NOWHERE,
            timed: false,
            silent: false,
        });
        self.info.push(info);
        Ok((DeviceHandle(handle), true))
    }

    /// Whose the place is where a device is.
    pub fn place(&self, device: u32) -> Place {
        let home = self.info[device as usize].place;
        if self.roaming.is_empty() { home } else { self.roaming.get(&device).copied().unwrap_or(home) }
    }

    /// The number of a class; the same class always has the same.
    pub fn class(&mut self, class: &RiskClass) -> u16 {
        let found = self.classes.iter().position(|known| known == class);
        let place = found.unwrap_or_else(|| {
            self.classes.push(class.clone());
            self.classes.len() - 1
        });
        place as u16
    }

    /// The classes, by their numbers.
    pub fn classes(&self) -> &[RiskClass] {
        &self.classes
    }

    /// What a device has in common with others.
    pub fn traits(&self, device: u32) -> Traits {
        let info = &self.info[device as usize];
        let class = self.classes.iter().position(|known| *known == info.class);
        let place = self.place(device);
        let info = DeviceInfo { place, ..info.clone() };
        Traits { of: traits(&info).to_vec(), class: class.map(|n| n as u16) }
    }

    /// Counts a device among those that have its traits, or no longer.
    pub fn count(&mut self, device: u32, population: &mut Population, there: bool) {
        let info = &self.info[device as usize];
        let (of, class) = (traits(info), info.class.clone());
        let class = self.class(&class);
        for found in of {
            if there {
                population.add(found, class);
            } else {
                population.remove(found, class);
            }
        }
    }
}

fn traits(info: &DeviceInfo) -> [Trait; 4] {
    [
        Trait::Gateway(info.gateway),
        Trait::Source(info.source),
        Trait::Township(info.place.township.0),
        Trait::District(info.place.district.0),
    ]
}
