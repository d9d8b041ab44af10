//! What sources tell, and the basket in which it waits for the console: the newest of each, never more.

use city::{CityTime, LonLat};
use feeds::cap::{Alert, Colour, Standing, WarningState};
use feeds::mavlink::MissionItem;
use feeds::open311::ServiceRequest;
use feeds::sensorthings::CatalogueRow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// What a source told since it was last asked. Lists that hold whole states are `None` where nothing changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct News {
    /// All warnings that are listed, whatever their state.
    pub warnings: Option<Arc<[Warned]>>,
    /// All features of each collection that was read anew, by its id.
    pub collections: Vec<Arc<FeatureSet>>,
    /// Requests that are new or changed.
    pub requests: Vec<ServiceRequest>,
    /// Drones and teams that are new or moved.
    pub tracks: Vec<Track>,
    /// Drones and teams that are gone, by their id.
    pub gone: Vec<String>,
    /// Missions and homes of drones that are new or changed.
    pub missions: Vec<TrackMission>,
    /// Devices that are new or were described anew.
    pub devices: Vec<CatalogueRow>,
    /// The newest value of each datastream that has one since.
    pub readings: Vec<Reading>,
}

/// A warning and how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Warned {
    /// The message: an Alert or an Update.
    pub alert: Alert,
    /// Its colour, and the rule that gave it.
    pub colour: Colour,
    /// How it stands.
    pub state: WarningState,
    /// From when it holds.
    pub from: CityTime,
    /// Until when it holds.
    pub until: CityTime,
    /// True where the message says no end, so that a usual one stands for it.
    pub is_end_assumed: bool,
    /// True where the same message came with other words too.
    pub is_contested: bool,
}

impl From<&Standing<'_>> for Warned {
    fn from(standing: &Standing<'_>) -> Self {
        Self {
            alert: standing.alert.clone(),
            colour: standing.alert.colour(),
            state: standing.state,
            from: standing.from,
            until: standing.until,
            is_end_assumed: standing.is_end_assumed,
            is_contested: standing.is_contested,
        }
    }
}

/// A collection of features as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureSet {
    /// The collection's id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its features as GeoJSON, longitude and latitude in WGS-84.
    pub features: Vec<feeds::ogc_features::Feature>,
}

/// A drone, a vehicle or a team that tells where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// What the source knows it by.
    pub id: String,
    /// What it is.
    pub kind: TrackKind,
    /// What people call it.
    pub name: String,
    /// Where it is, WGS-84.
    pub at: LonLat,
    /// How high, where it says it.
    pub height: Option<TrackHeight>,
    /// Course over ground, degrees clockwise from north.
    pub heading_deg: Option<f64>,
    /// Over ground, metres a second.
    pub speed_mps: Option<f64>,
    /// Battery left, percent.
    pub battery_pct: Option<f64>,
    /// What it does, in the protocol's words: a mode, a role.
    pub doing: String,
    /// When it was there.
    pub seen: CityTime,
    /// From when on it no longer holds; `None` where the source does not say.
    pub stale_at: Option<CityTime>,
}

/// What a track is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrackKind {
    /// A drone or another aircraft.
    Aircraft,
    /// On the ground or on water: people and vehicles.
    Ground,
    /// Somebody calls for help.
    Emergency,
    /// Anything else.
    Other,
}

/// A height, and above what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TrackHeight {
    /// Above mean sea level, metres.
    SeaLevel(f64),
    /// Above the ellipsoid of WGS-84, metres.
    Ellipsoid(f64),
}

/// Where a drone is going to fly, and where it returns to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrackMission {
    /// The id of its track.
    pub track: String,
    /// Where it returns to, and how high that is above mean sea level, metres.
    pub home: Option<(LonLat, f64)>,
    /// The items that came, by number; their places are WGS-84.
    pub items: Vec<MissionItem>,
    /// True where all of them came.
    pub is_complete: bool,
    /// The number of the item that it goes for.
    pub current: Option<u16>,
}

/// A value of a datastream.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Which datastream.
    pub datastream: String,
    /// When it was measured.
    pub at: CityTime,
    /// The value, in the datastream's unit.
    pub value: f64,
}

/// What waits for the console.
#[derive(Debug, Default)]
pub(crate) struct Basket {
    warnings: Option<Arc<[Warned]>>,
    collections: HashMap<String, Arc<FeatureSet>>,
    requests: HashMap<String, ServiceRequest>,
    tracks: HashMap<String, Option<Track>>,
    missions: HashMap<String, TrackMission>,
    devices: HashMap<String, CatalogueRow>,
    readings: HashMap<String, Reading>,
}

/// How many ids of one kind may wait: what is beyond is dropped, and counted as superseded.
pub(crate) const MOST: usize = 2_000_000;

impl Basket {
    /// Adds news; returns how many values that waited were replaced, or found no room.
    pub(crate) fn put(&mut self, news: News) -> u64 {
        let mut superseded = 0;
        if news.warnings.is_some() {
            superseded += u64::from(self.warnings.is_some());
            self.warnings = news.warnings;
        }
        for set in news.collections {
            superseded += u64::from(put(&mut self.collections, set.id.clone(), set));
        }
        for request in news.requests {
            superseded += u64::from(put(&mut self.requests, request.service_request_id.clone(), request));
        }
        for track in news.tracks {
            superseded += u64::from(put(&mut self.tracks, track.id.clone(), Some(track)));
        }
        for mission in news.missions {
            superseded += u64::from(put(&mut self.missions, mission.track.clone(), mission));
        }
        for id in news.gone {
            self.missions.remove(&id);
            superseded += u64::from(put(&mut self.tracks, id, None));
        }
        for device in news.devices {
            superseded += u64::from(put(&mut self.devices, device.datastream.clone(), device));
        }
        for reading in news.readings {
            superseded += u64::from(match self.readings.get_mut(&reading.datastream) {
                Some(waits) => {
                    // A late one is as good as replaced by the newer that waits.
                    if waits.at <= reading.at {
                        *waits = reading;
                    }
                    true
                }
                None => put(&mut self.readings, reading.datastream.clone(), reading),
            });
        }
        superseded
    }

    /// Takes all that waits.
    pub(crate) fn take(&mut self) -> Option<News> {
        let Self { warnings, collections, requests, tracks, missions, devices, readings } =
            std::mem::take(self);
        let (mut moved, mut gone) = (Vec::new(), Vec::new());
        for (id, track) in tracks {
            match track {
                Some(track) => moved.push(track),
                None => gone.push(id),
            }
        }
        let news = News {
            warnings,
            collections: collections.into_values().collect(),
            requests: requests.into_values().collect(),
            tracks: moved,
            gone,
            missions: missions.into_values().collect(),
            devices: devices.into_values().collect(),
            readings: readings.into_values().collect(),
        };
        (news != News::default()).then_some(news)
    }
}

/// True where something was replaced or found no room.
fn put<K: Eq + Hash, V>(waiting: &mut HashMap<K, V>, key: K, value: V) -> bool {
    if waiting.len() >= MOST && !waiting.contains_key(&key) {
        return true;
    }
    waiting.insert(key, value).is_some()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn reading(datastream: &str, at: i64, value: f64) -> Reading {
        Reading { datastream: datastream.to_owned(), at: CityTime(at), value }
    }

    #[test]
    fn the_newest_of_each_waits_and_every_value_is_taken_or_superseded() {
        let mut basket = Basket::default();
        let readings =
            vec![reading("a", 1, 1.0), reading("b", 1, 1.0), reading("a", 3, 3.0), reading("a", 2, 2.0)];
        assert_eq!(basket.put(News { readings, ..News::default() }), 2);
        let mut taken = basket.take().unwrap().readings;
        taken.sort_by(|a, b| a.datastream.cmp(&b.datastream));
        assert_eq!(taken, vec![reading("a", 3, 3.0), reading("b", 1, 1.0)]);
        assert!(basket.take().is_none());
    }
}
