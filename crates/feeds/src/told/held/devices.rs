//! The devices of a source in columns: a value that comes costs one look-up, and who is heard from a walk over times.

use crate::sensorthings::CatalogueRow;
use crate::told::{MOST, Reading};
use city::{CityTime, LonLat};
use std::collections::HashMap;

/// Devices and their series of observations.
#[derive(Clone, Debug, Default)]
pub struct Devices {
    things: Vec<Device>,
    series: Vec<Series>,
    by_thing: HashMap<String, u32>,
    by_datastream: HashMap<String, u32>,
    /// Values of series that are not described yet.
    early: HashMap<String, Reading>,
}

/// A device, by whatever number of series it measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// What its server knows it by.
    pub id: String,
    /// What it is called; its identifier where it has no name.
    pub name: String,
    /// Where it is, WGS-84, where that is known.
    pub at: Option<LonLat>,
    /// When its newest value of any series was measured.
    pub heard: Option<CityTime>,
    /// The series that was described last; each names the one before.
    last: Option<u32>,
}

/// A series of observations of one device.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// As the catalogue describes it.
    pub described: CatalogueRow,
    /// Its newest value, and when that was measured.
    pub newest: Option<(CityTime, f64)>,
    device: u32,
    /// The series of the same device that was described before.
    before: Option<u32>,
}

impl Devices {
    /// All devices, in the order in which they were told.
    pub fn all(&self) -> &[Device] {
        &self.things
    }

    /// How many series there are.
    pub fn series_count(&self) -> usize {
        self.series.len()
    }

    /// A device by what its server knows it by.
    pub fn find(&self, id: &str) -> Option<&Device> {
        self.by_thing.get(id).and_then(|row| self.things.get(*row as usize))
    }

    /// The series of a device, the one described last first.
    pub fn series_of<'a>(&'a self, device: &Device) -> impl Iterator<Item = &'a Series> {
        let row = |row: u32| self.series.get(row as usize);
        std::iter::successors(device.last.and_then(row), move |series| series.before.and_then(row))
    }

    /// A series by its datastream.
    pub fn series(&self, datastream: &str) -> Option<&Series> {
        self.by_datastream.get(datastream).and_then(|row| self.series.get(*row as usize))
    }

    /// Keeps what the catalogue says of a series.
    pub(crate) fn describe(&mut self, described: CatalogueRow) {
        let datastream = described.datastream.clone();
        let known = self.by_datastream.get(&datastream).copied();
        if known.is_none() && self.series.len() >= MOST {
            return;
        }
        let device = self.device_of(&described);
        let early = self.early.remove(&datastream).map(|reading| (reading.at, reading.value));
        match known.and_then(|row| self.series.get_mut(row as usize)) {
            Some(series) => {
                let was_another = std::mem::replace(&mut series.device, device) != device;
                series.described = described;
                if was_another {
                    self.chain_anew();
                }
            }
            None => {
                let row = self.series.len() as u32;
                self.by_datastream.insert(datastream, row);
                let before = self.things.get_mut(device as usize).and_then(|device| device.last.replace(row));
                self.series.push(Series { described, newest: early, device, before });
            }
        }
        if let (Some((at, _)), Some(device)) = (early, self.things.get_mut(device as usize)) {
            device.heard = device.heard.max(Some(at));
        }
    }

    /// A series that moves from one device to another is rare enough to look at all of them.
    fn chain_anew(&mut self) {
        self.things.iter_mut().for_each(|device| device.last = None);
        for (row, series) in self.series.iter_mut().enumerate() {
            let device = self.things.get_mut(series.device as usize);
            series.before = device.and_then(|device| device.last.replace(row as u32));
        }
    }

    /// Keeps a value unless a newer one is known.
    pub(crate) fn measured(&mut self, reading: Reading) {
        let Some(series) =
            self.by_datastream.get(&reading.datastream).and_then(|row| self.series.get_mut(*row as usize))
        else {
            let is_late = self.early.get(&reading.datastream).is_some_and(|known| known.at > reading.at);
            if !is_late && self.early.len() < MOST {
                self.early.insert(reading.datastream.clone(), reading);
            }
            return;
        };
        if series.newest.is_some_and(|(at, _)| at > reading.at) {
            return;
        }
        series.newest = Some((reading.at, reading.value));
        if let Some(device) = self.things.get_mut(series.device as usize) {
            device.heard = device.heard.max(Some(reading.at));
        }
    }

    /// The device a series is of, made where it is new. A series without one stands for itself.
    fn device_of(&mut self, described: &CatalogueRow) -> u32 {
        let CatalogueRow { datastream, thing, thing_name, name, position, .. } = described;
        let id = if thing.is_empty() { datastream } else { thing };
        let called = [thing_name, name].into_iter().find(|name| !name.is_empty()).unwrap_or(id).clone();
        let at = position.as_ref().map(|(position, _)| position.at);
        let next = self.things.len() as u32;
        let number = *self.by_thing.entry(id.clone()).or_insert(next);
        match self.things.get_mut(number as usize) {
            Some(device) => (device.name, device.at) = (called, at.or(device.at)),
            None => self.things.push(Device { id: id.clone(), name: called, at, heard: None, last: None }),
        }
        number
    }
}
