//! What a source told, as a console keeps it: the newest of each thing, and how many of its devices are heard from.

mod devices;
mod heard;
#[cfg(test)]
mod tests;

pub use devices::{Device, Devices, Series};
pub use heard::{Heard, ONLINE_WITHIN_S, REPORTING_WITHIN_S};

use super::{FeatureSet, MOST, News, Track, TrackMission, Warned};
use crate::open311::ServiceRequest;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything one source told and that still holds.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// All warnings that are listed, whatever their state.
    pub warnings: Option<Arc<[Warned]>>,
    /// Features, by the id of their collection.
    pub collections: BTreeMap<String, Arc<FeatureSet>>,
    /// Residents' requests, by their number.
    pub requests: BTreeMap<String, ServiceRequest>,
    /// Drones and teams, by their id.
    pub tracks: BTreeMap<String, Track>,
    /// Missions and homes of drones, by the id of their track.
    pub missions: BTreeMap<String, TrackMission>,
    /// Devices with the newest value of each of their series.
    pub devices: Devices,
    /// How often each kind changed.
    pub changes: Changes,
}

/// Counts the changes of each kind: who drew another number draws anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Of the warnings.
    pub warnings: u64,
    /// Of the collections.
    pub collections: u64,
    /// Of the requests.
    pub requests: u64,
    /// Of the tracks.
    pub tracks: u64,
    /// Of the missions and homes.
    pub missions: u64,
    /// Of which devices there are, and where.
    pub devices: u64,
    /// Of the values.
    pub readings: u64,
}

impl Held {
    /// Takes at most `limit` things out of `news` and keeps them; true once nothing is left in it, so that a frame may
    /// go on with the rest in the next.
    pub fn take_in(&mut self, news: &mut News, limit: usize) -> bool {
        let mut left = limit;
        if let Some(warnings) = news.warnings.take() {
            self.warnings = Some(warnings);
            self.changes.warnings += 1;
        }
        for set in news.collections.drain(..) {
            self.changes.collections += 1;
            keep(&mut self.collections, set.id.clone(), set);
        }
        self.changes.requests += count(&mut news.requests, &mut left, |request| {
            let number = if request.service_request_id.is_empty() {
                request.token.clone()
            } else {
                request.service_request_id.clone()
            };
            keep(&mut self.requests, number, request);
        });
        // What is gone is told after the tracks that were seen before it went.
        self.changes.tracks += count(&mut news.tracks, &mut left, |track| {
            keep(&mut self.tracks, track.id.clone(), track);
        });
        self.changes.missions += count(&mut news.missions, &mut left, |mission| {
            keep(&mut self.missions, mission.track.clone(), mission);
        });
        let gone = count(&mut news.gone, &mut left, |id| {
            self.tracks.remove(&id);
            self.missions.remove(&id);
        });
        (self.changes.tracks, self.changes.missions) =
            (self.changes.tracks + gone, self.changes.missions + gone);
        self.changes.devices += count(&mut news.devices, &mut left, |row| self.devices.describe(row));
        self.changes.readings +=
            count(&mut news.readings, &mut left, |reading| self.devices.measured(reading));
        is_empty(news)
    }
}

/// Hands things over while there is room in `left`; 1 where there were some, else 0.
fn count<T>(things: &mut Vec<T>, left: &mut usize, take: impl FnMut(T)) -> u64 {
    let some = things.len().min(*left);
    *left -= some;
    things.drain(..some).for_each(take);
    u64::from(some > 0)
}

/// Keeps the newest of each; what is beyond all measure finds no room.
fn keep<V>(kept: &mut BTreeMap<String, V>, key: String, value: V) {
    if kept.len() < MOST || kept.contains_key(&key) {
        kept.insert(key, value);
    }
}

fn is_empty(news: &News) -> bool {
    let News { warnings, collections, requests, tracks, gone, missions, devices, readings } = news;
    warnings.is_none()
        && collections.is_empty()
        && requests.is_empty()
        && tracks.is_empty()
        && gone.is_empty()
        && missions.is_empty()
        && devices.is_empty()
        && readings.is_empty()
}
