//! The basket in which what a source tells waits for the console: the newest of each, never more. Of one kind as many
//! ids wait as [`MOST`] says; what is beyond is dropped, and counted as superseded.

use feeds::open311::ServiceRequest;
use feeds::sensorthings::CatalogueRow;
use feeds::told::{FeatureSet, MOST, News, Reading, Track, TrackMission, Warned};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

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
    use city::CityTime;

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
