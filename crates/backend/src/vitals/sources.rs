//! The quality of what devices tell, a source at a time: the training city, in the city's time, and the devices' own
//! publishers, by the clocks of the world.

use crate::Surroundings;
use crate::clock::wall_clock;
use crate::telemetry::{FED_FOR, Reading, is_believed};
use crate::training::devices::PERIOD_S;
use city::{CityTime, Jurisdiction, TwoTongues};
use layers::Waters;
use std::collections::BTreeMap;
use watch::quality::told::{SourceTold, WeekTold};
use watch::quality::{self, Book, Declared, Report, Standards, WeekScore};

/// The training city as a source.
const TRAINING: &str = "training-city";
/// The devices' own publishers as a source.
const PUBLISHERS: &str = "mqtt-publishers";
/// Of a report that its publisher tells with its age, seconds: gauges wait in brokers.
const PUBLISHED_WITHIN_S: f64 = 60.0;
const WEEK_MS: i64 = 7 * 86_400_000;
/// From 1970 in UTC to the first Monday 00:00 in Asia/Shanghai after it.
const FIRST_MONDAY_MS: i64 = 4 * 86_400_000 - 8 * 3_600_000;

/// A report of a device's own publisher.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heard {
    /// The row of the device.
    pub device: usize,
    /// What was measured; `None` where a number is missing.
    pub value: Option<f64>,
    /// When, by the clock of the device.
    pub measured: CityTime,
    /// When it came, by the wall clock.
    pub received: CityTime,
}

/// The sources, and what positions are held against.
pub struct Sources {
    /// In the city's time.
    training: Book,
    training_from: CityTime,
    /// By the wall clock.
    published: Book,
    published_from: CityTime,
    waters: Waters,
    /// The devices that publishers feed, by row, and when each was last heard of: nothing is expected of the training city
    /// for them, which tells them again when nobody has fed them for long.
    fed: BTreeMap<usize, CityTime>,
    /// How long the training city leaves between two reports of a device, seconds.
    between_s: u32,
    /// When it was last looked who is fed no more, by the wall clock.
    looked: CityTime,
}

impl Sources {
    /// Sources from `now` on, in a city that runs at `speed`.
    pub fn new(standards: Standards, surroundings: &Surroundings, speed: f64, now: CityTime) -> Self {
        let wall = wall_clock();
        let (mut training, published) = (Book::new(standards.clone(), now), Book::new(standards, wall));
        // Values are told once a second: a city that runs faster tells the newest of several periods.
        let between_s = (PERIOD_S as f64).max(1.5 * speed).ceil() as u32;
        let max_delay_s = 5.0 * speed.max(1.0);
        training.declare_source(TRAINING, Declared { max_delay_s, tells_positions: true, on_land: true });
        training.reserve(TRAINING, surroundings.devices.len());
        for device in &surroundings.devices {
            training.declare_device(TRAINING, device.id.as_str(), between_s, now);
        }
        Self {
            training,
            training_from: now,
            published,
            published_from: wall,
            waters: Waters::shipped(),
            fed: BTreeMap::new(),
            between_s,
            looked: wall,
        }
    }

    /// Takes up weeks of earlier runs.
    pub fn remember(&mut self, weeks: BTreeMap<String, Vec<WeekTold>>) {
        for (source, weeks) in weeks {
            let book = if source == TRAINING { &mut self.training } else { &mut self.published };
            if source == PUBLISHERS {
                declare_publishers(book);
            }
            for WeekTold { from, score } in weeks {
                book.remember_week(&source, WeekScore { from, score });
            }
        }
    }

    /// The weeks that are over, source by source.
    pub fn weeks(&self) -> BTreeMap<String, Vec<WeekTold>> {
        let of = |book: &Book, source: &str| -> Option<Vec<WeekTold>> {
            let weeks = book.history(source)?.weeks();
            Some(weeks.map(|week| WeekTold { from: week.from, score: week.score }).collect())
        };
        let both = [(&self.training, TRAINING), (&self.published, PUBLISHERS)];
        both.into_iter().filter_map(|(book, source)| Some((source.to_owned(), of(book, source)?))).collect()
    }

    /// Judges what the training city told at `now`.
    pub fn take(&mut self, surroundings: &Surroundings, readings: &[Reading], now: CityTime) {
        let around = quality::Surroundings { gazetteer: surroundings.gazetteer(), waters: &self.waters };
        for reading in readings {
            let Some(device) = surroundings.devices.get(reading.device) else { continue };
            let report = report(device, Some(reading.value), reading.at, now);
            self.training.take(TRAINING, &report, &around);
        }
    }

    /// Judges what publishers told.
    pub fn heard(&mut self, surroundings: &Surroundings, reports: &[Heard]) {
        declare_publishers(&mut self.published);
        let around = quality::Surroundings { gazetteer: surroundings.gazetteer(), waters: &self.waters };
        for heard in reports {
            let Some(device) = surroundings.devices.get(heard.device) else { continue };
            let report = report(device, heard.value, heard.measured, heard.received);
            self.published.take(PUBLISHERS, &report, &around);
            let is_fed = self.fed.contains_key(&heard.device);
            let ahead_ms = heard.measured.0.saturating_sub(heard.received.0);
            // What is not taken in feeds nothing: the training city goes on telling such a device.
            if heard.value.is_none() || !is_believed(ahead_ms, is_fed) {
                continue;
            }
            if self.fed.insert(heard.device, heard.received).is_none() {
                self.training.declare_device(TRAINING, device.id.as_str(), 0, self.training_from);
            }
        }
    }

    /// The devices that publishers feed, by row.
    #[cfg(test)]
    pub fn fed_rows(&self) -> Vec<usize> {
        self.fed.keys().copied().collect()
    }

    /// Ends weeks that are over, and expects again of the training city what nobody feeds any more.
    pub fn tick(&mut self, surroundings: &Surroundings, now: CityTime, wall: CityTime) {
        if wall.seconds_since(self.looked).abs() >= LOOK_S {
            self.looked = wall;
            let is_over = |_: &usize, last: &mut CityTime| wall.seconds_since(*last) >= FED_FOR.as_secs_f64();
            for (row, _) in self.fed.extract_if(.., is_over) {
                if let Some(device) = surroundings.devices.get(row) {
                    self.training.declare_device(TRAINING, device.id.as_str(), self.between_s, now);
                }
            }
        }
        let week = |at: CityTime| at.0.saturating_sub(FIRST_MONDAY_MS).div_euclid(WEEK_MS);
        if week(now) > week(self.training_from) {
            self.training_from = now;
            self.training.close_week(now);
        }
        if week(wall) > week(self.published_from) {
            self.published_from = wall;
            self.published.close_week(wall);
        }
    }

    /// What is told of the sources to those of a jurisdiction, at `now` in the city's time.
    pub fn told(&self, surroundings: &Surroundings, whose: Jurisdiction, now: CityTime) -> Vec<SourceTold> {
        let wall = wall_clock();
        let name = |zh: &str, en: &str| TwoTongues { zh: zh.to_owned(), en: en.to_owned() };
        let sources = [
            (&self.training, TRAINING, name("演练城市设备", "Devices of the training city"), now),
            (&self.published, PUBLISHERS, name("MQTT 发布者", "MQTT publishers"), wall),
        ];
        let told = sources.into_iter().filter_map(|(book, source, name, now)| {
            let mut score = book.score(source, now)?;
            // The score is of all of it; who sees a part is told the worst of that part.
            let sees = |device: &&city::Device| whose.covers(device.place);
            let own = || surroundings.devices.iter().filter(sees).map(|device| &device.id);
            if whose != Jurisdiction::City {
                score.worst = book.worst(source, own());
            }
            let silent = book.most_silent(source, own(), now, MOST_SILENT);
            Some(SourceTold::of(source, name, score, silent, book.history(source)?))
        });
        told.collect()
    }
}

/// How often it is looked who is fed no more, seconds.
const LOOK_S: f64 = 60.0;
/// Devices named that lack most reports.
const MOST_SILENT: usize = 10;

fn declare_publishers(book: &mut Book) {
    let declared = Declared { max_delay_s: PUBLISHED_WITHIN_S, tells_positions: false, on_land: false };
    book.declare_source(PUBLISHERS, declared);
}

fn report(device: &city::Device, value: Option<f64>, at: CityTime, received: CityTime) -> Report<'_> {
    Report {
        device: device.id.as_str(),
        id: None,
        class: Some(&device.class),
        at,
        received,
        value,
        unit: None,
        position: Some(device.at),
        told: Some(device.place),
        reference: None,
    }
}
