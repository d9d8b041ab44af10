//! From messages to the newest values of devices, and what is counted on the way.

use crate::clock::{CityClock, wall_clock};
use crate::telemetry::{Arrival, Reading, Telemetry, WrongClock};
use crate::vitals::{Heard, Vitals};
use city::Device;
use feeds::Problems;
use feeds::sensorthings::{Observation, Observations, Sequences, read_message};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What is counted of observations since the backend started.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counted {
    /// Those that could be read.
    received: u64,
    /// Older than what was known, or replaced by a newer one before it was told.
    superseded: u64,
    /// Of no device of this city.
    unknown: u64,
    /// What could not be read, has no number as its result, or is of a clock that is hours off.
    problems: u64,
    /// How many did not come, by the numbers that their publishers gave them.
    missing: u64,
    /// The last that was wrong with one, which may hold its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
    /// Why none come at present.
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
}

impl Counted {
    /// True where the broker tells them.
    pub fn is_heard(&self) -> bool {
        self.trouble.is_none()
    }
}

/// Where observations are counted.
pub struct Ledger {
    telemetry: Arc<Telemetry>,
    lines: Mutex<Lines>,
}

#[derive(Default)]
struct Lines {
    received: u64,
    unknown: u64,
    problems: u64,
    sample: Option<String>,
    trouble: Option<String>,
    sequences: Sequences,
}

impl Ledger {
    /// Nothing has been counted yet, and nothing been subscribed to.
    pub fn new(telemetry: Arc<Telemetry>) -> Self {
        let trouble = Some("not subscribed yet".to_owned());
        Self { telemetry, lines: Mutex::new(Lines { trouble, ..Lines::default() }) }
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has been counted.
    pub fn counted(&self) -> Counted {
        let superseded = self.telemetry.observed().superseded();
        let lines = self.lines();
        let numbers = lines.sequences.all();
        Counted {
            received: lines.received,
            superseded,
            unknown: lines.unknown,
            problems: lines.problems,
            missing: numbers.lost + numbers.awaited,
            sample: lines.sample.clone(),
            trouble: lines.trouble.clone(),
        }
    }

    /// Why none come at present; `None` where they do. True where that is news.
    pub fn say(&self, trouble: Option<&str>) -> bool {
        let mut lines = self.lines();
        let is_news = lines.trouble.as_deref() != trouble;
        lines.trouble = trouble.map(str::to_owned);
        is_news
    }
}

impl Lines {
    fn problems(&mut self, problems: Problems) {
        self.problems += problems.count;
        self.sample = problems.sample.or(self.sample.take());
    }
}

/// Takes messages in.
pub struct Reader {
    /// The row of each device.
    rows: HashMap<Arc<str>, usize>,
    telemetry: Arc<Telemetry>,
    vitals: Arc<Vitals>,
    clock: CityClock,
    ledger: Arc<Ledger>,
}

impl Reader {
    /// Of the city whose devices these are.
    pub fn new(
        devices: &[Device],
        telemetry: Arc<Telemetry>,
        vitals: Arc<Vitals>,
        clock: CityClock,
        ledger: Arc<Ledger>,
    ) -> Self {
        let rows = devices.iter().map(|device| device.id.0.clone()).zip(0..).collect();
        Self { rows, telemetry, vitals, clock, ledger }
    }

    /// Takes in what a message tells; on return its values are in the telemetry.
    pub fn take(&self, topic: &str, payload: &[u8]) {
        if let Err(why) = read_message(topic, payload, |read| self.observe(read)) {
            let mut problems = Problems::default();
            problems.add(why, topic);
            self.ledger.lines().problems(problems);
        }
    }

    fn observe(&self, mut read: Observations<'_>) {
        let arrival = Arrival { when: Instant::now(), wall: wall_clock(), city: self.clock.now() };
        let mut problems = read.take_problems();
        let mut unknown = Problems::default();
        let mut heard = Vec::with_capacity(read.rows.len());
        let mut observed = self.telemetry.observed();
        for row in &read.rows {
            let Some(datastream) = &row.datastream else { continue };
            let Some(device) = self.rows.get(datastream.as_ref()) else {
                unknown.add("an observation of a Datastream that this city does not have", datastream);
                continue;
            };
            let (value, measured) = (row.value(), row.time().unwrap_or(arrival.wall));
            heard.push(Heard { device: *device, value, measured, received: arrival.wall });
            let Some(reading) = reading(row, *device, &arrival) else { continue };
            if let Err(WrongClock { ahead_s }) = observed.take(reading, &arrival) {
                let (hours, side) =
                    (ahead_s.abs() / 3_600.0, if ahead_s > 0.0 { "ahead of" } else { "behind" });
                let why = format_args!("an observation {hours:.1} h {side} the clock here, of");
                problems.add(why, datastream);
            }
        }
        drop(observed);
        self.vitals.heard(&heard);
        let mut lines = self.ledger.lines();
        lines.received += read.rows.len() as u64;
        lines.unknown += unknown.count;
        lines.sample = unknown.sample.or(lines.sample.take());
        lines.problems(problems);
        for row in &read.rows {
            if let (Some(datastream), Some(number)) = (&row.datastream, row.sequence) {
                lines.sequences.take(row.publisher.as_ref().unwrap_or(datastream), number);
            }
        }
    }
}

/// The value of an observation, where it has one; without a time it is of the moment it came.
fn reading(row: &Observation<'_>, device: usize, arrival: &Arrival) -> Option<Reading> {
    Some(Reading { device, value: row.value()?, at: row.time().unwrap_or(arrival.wall) })
}
