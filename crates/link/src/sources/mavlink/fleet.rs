//! All vehicles of one source: what came of them since it was last told, and what is to be said to each.

use super::dealing::Dealing;
use super::track::{mission, track, track_id};
use crate::backoff::Trouble;
use crate::sources::settings::Datum;
use crate::sources::talk::{Address, Sayings};
use city::CityTime;
use feeds::mavlink::{FrameReader, GroundStation, Key, Unsigned, VehicleId, Vehicles};
use feeds::told::{News, Track, TrackMission};
use feeds::{Cause, Problems};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// As ground stations call themselves: the system that vehicles answer from the start, and a planner's component.
const STATION: (u8, u8) = (255, 190);
/// After so much silence a vehicle is gone, seconds.
const KEPT_S: f64 = 600.0;
/// Who is back at an address after no more than this speaks from two, seconds.
const TO_AND_FRO_S: f64 = 10.0;
/// How often those that are gone and frames that are missing are looked for, milliseconds.
const LOOK_MS: i64 = 1_000;
/// How often missing frames are told, milliseconds.
const QUALITY_MS: i64 = 10_000;
/// So many bytes without one frame are of something else than MAVLink.
const STRANGE_BYTES: u64 = 2_048;

pub(super) struct Fleet {
    datum: Datum,
    reader: FrameReader,
    station: GroundStation,
    vehicles: Vehicles,
    dealings: BTreeMap<VehicleId, Dealing>,
    /// Where each component spoke from last.
    places: BTreeMap<VehicleId, SocketAddr>,
    /// Where it spoke from before that, and when last.
    left: BTreeMap<VehicleId, (SocketAddr, CityTime)>,
    /// Those that are said to speak from two places.
    double: BTreeSet<VehicleId>,
    told: BTreeMap<VehicleId, (Option<Track>, Option<TrackMission>)>,
    touched: BTreeSet<VehicleId>,
    frames: u64,
    problems: Problems,
    lost_told: BTreeMap<u8, u64>,
    looked: CityTime,
    quality_looked: CityTime,
    /// Frames that were taken, and bytes that were none, before this link.
    before_link: (u64, u64),
    frame_at: Instant,
}

impl Fleet {
    pub(super) fn new(key: Option<Key>, datum: Datum) -> Self {
        let station = GroundStation::new(STATION.0, STATION.1);
        let (reader, station) = match key {
            Some(key) => (FrameReader::with_key(key.clone(), Unsigned::Refused), station.signing(key, 0)),
            None => (FrameReader::default(), station),
        };
        Self {
            datum,
            reader,
            station,
            vehicles: Vehicles::default(),
            dealings: BTreeMap::new(),
            places: BTreeMap::new(),
            left: BTreeMap::new(),
            double: BTreeSet::new(),
            told: BTreeMap::new(),
            touched: BTreeSet::new(),
            frames: 0,
            problems: Problems::default(),
            lost_told: BTreeMap::new(),
            looked: CityTime(0),
            quality_looked: CityTime(0),
            before_link: (0, 0),
            frame_at: Instant::now(),
        }
    }

    /// A new link: what vehicles were asked for on the one before does not hold on it.
    pub(super) fn begin_link(&mut self) {
        self.reader.end_of_stream();
        self.dealings.clear();
        self.places.clear();
        self.left.clear();
        self.double.clear();
        let counts = self.reader.counts();
        self.before_link = (counts.taken, counts.garbage_bytes);
        self.frame_at = Instant::now();
    }

    /// How many frames were taken on this link.
    pub(super) fn heard_on_link(&self) -> u64 {
        self.reader.counts().taken - self.before_link.0
    }

    /// For how long no frame was taken.
    pub(super) fn silent_for(&self) -> Duration {
        self.frame_at.elapsed()
    }

    /// What is wrong with a link that brings bytes and no frames.
    pub(super) fn stranger(&self, address: &Address) -> Option<Trouble> {
        let counts = self.reader.counts();
        if self.heard_on_link() > 0 {
            return None;
        }
        if counts.taken == 0 && counts.unsigned_refused + counts.forged > 0 {
            let why = format!("what comes at {address} is not signed with the key of this source");
            return Some(Trouble::lasting(Cause::Token, why));
        }
        (counts.garbage_bytes - self.before_link.1 > STRANGE_BYTES)
            .then(|| Trouble::lasting(Cause::Stranger, format!("what comes at {address} is no MAVLink")))
    }

    /// Takes bytes of the stream, or a datagram where it is known `from` whom.
    pub(super) fn take(&mut self, bytes: &[u8], from: Option<SocketAddr>, now: CityTime) {
        let frames = match from {
            Some(_) => self.reader.datagram(bytes, now),
            None => self.reader.stream(bytes, now),
        };
        for frame in &frames {
            let Some(heard) = self.vehicles.take(frame, now) else { continue };
            self.frames += 1;
            self.frame_at = Instant::now();
            if let Some(from) = from {
                self.note_place(heard.id, from, now);
            }
            let Some(vehicle) = self.vehicles.get(heard.id).filter(|vehicle| vehicle.is_vehicle()) else {
                continue;
            };
            let dealing = self.dealings.entry(heard.id).or_insert_with(|| Dealing::new(vehicle));
            // What is old must not lead a question on that something newer answered.
            if let Some(said) = heard.message.as_ref().filter(|_| !heard.is_old) {
                dealing.take(&self.station, vehicle, said);
                self.touched.insert(heard.id);
            }
        }
    }

    /// Notes where a component speaks from. One that goes to and fro is two of one number, or one by two ways.
    fn note_place(&mut self, id: VehicleId, from: SocketAddr, now: CityTime) {
        let Some(before) = self.places.insert(id, from).filter(|before| *before != from) else { return };
        let left = self.left.insert(id, (before, now));
        let is_back = left.is_some_and(|(left, at)| left == from && now.seconds_since(at) <= TO_AND_FRO_S);
        if is_back && self.double.insert(id) {
            let why = format!(
                "MAVLink system {} speaks from two addresses: two vehicles with one number, or one by two ways",
                id.system
            );
            self.problems.add(why, &format!("{before} and {from}"));
        }
    }

    /// What is new since this was last asked, of how many frames, and the newest instant in it.
    pub(super) fn news(&mut self, now: CityTime) -> (News, u64, Option<CityTime>) {
        let mut news = News::default();
        for id in std::mem::take(&mut self.touched) {
            let Some(vehicle) = self.vehicles.get(id) else { continue };
            let (track, mission) = (track(vehicle, self.datum), mission(vehicle, self.datum));
            let told = self.told.entry(id).or_default();
            if track != told.0 {
                news.tracks.extend(track.clone());
                told.0 = track;
            }
            if mission != told.1 {
                news.missions.extend(mission.clone());
                told.1 = mission;
            }
        }
        if passed(&mut self.looked, now, LOOK_MS) {
            for id in self.vehicles.forget_silent(now, KEPT_S) {
                self.dealings.remove(&id);
                self.places.remove(&id);
                self.left.remove(&id);
                self.double.remove(&id);
                news.gone.extend(self.told.remove(&id).map(|_| track_id(id)));
            }
        }
        let newest = news.tracks.iter().map(|track| track.seen).max();
        (news, std::mem::take(&mut self.frames), newest)
    }

    /// What could not be read, and frames that are missing.
    pub(super) fn problems(&mut self, now: CityTime) -> Problems {
        let mut problems = std::mem::take(&mut self.problems);
        problems.merge(self.reader.take_problems());
        problems.merge(self.vehicles.take_problems());
        if passed(&mut self.quality_looked, now, QUALITY_MS) {
            let systems: BTreeSet<u8> = self.vehicles.vehicles().map(|vehicle| vehicle.id.system).collect();
            for system in systems {
                let quality = self.vehicles.link_quality(system);
                let told = self.lost_told.entry(system).or_default();
                let lost = quality.lost.saturating_sub(*told);
                if lost > 0 {
                    *told = quality.lost;
                    let sample = format!(
                        "{lost} frames of MAVLink system {system} were lost on the way; {:.1} % of all so far, \
                         {} came twice and {} late",
                        quality.lost_pct(),
                        quality.duplicated,
                        quality.reordered
                    );
                    problems.merge(Problems { count: lost, sample: Some(sample) });
                }
            }
        }
        problems
    }

    /// Adds what is to be said: over a stream once for all, by datagrams to everybody who spoke.
    pub(super) fn due(&mut self, now: CityTime, by_datagrams: bool, say: &mut Sayings) {
        let has_somebody = !by_datagrams || !self.places.is_empty();
        if let Some(heartbeat) = has_somebody.then(|| self.station.heartbeat_if_due(now)).flatten() {
            let all: BTreeSet<_> = self.places.values().collect();
            match by_datagrams {
                true => say.extend(all.into_iter().map(|place| (Some(*place), heartbeat.clone()))),
                false => say.push((None, heartbeat)),
            }
        }
        for (id, dealing) in &mut self.dealings {
            let Some(vehicle) = self.vehicles.get(*id) else { continue };
            let mut asked = Vec::new();
            dealing.due(vehicle, &mut self.station, now, &mut asked, &mut self.problems);
            let place = self.places.get(id).copied();
            say.extend(asked.into_iter().map(|frame| (place, frame)));
        }
    }
}

/// True once in `every_ms`; a clock that was set back does not keep it waiting.
fn passed(last: &mut CityTime, now: CityTime, every_ms: i64) -> bool {
    let waits = (0..every_ms).contains(&now.0.saturating_sub(last.0));
    if !waits {
        *last = now;
    }
    !waits
}
