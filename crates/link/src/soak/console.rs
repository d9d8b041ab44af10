//! The console of a soak: its source, and the state that frames bring up to date.

use super::latency::Latencies;
use super::report::{PhaseReport, ProcessReport, SoakReport};
use super::{PATIENCE, Phase, SoakError, now, publisher};
use crate::config::Pace;
use crate::sources::{News, Source, Sources};
use city::CityTime;
use feeds::sensorthings::CatalogueRow;
use feeds::told::Held;
use std::time::{Duration, Instant};

/// For how long a console's frame takes in news, and how much of them at once.
const BUDGET: Duration = Duration::from_millis(1);
const AT_ONCE: usize = 500;

/// A phase under way.
struct Running {
    phase: Phase,
    /// Until when it sends.
    until: CityTime,
    /// How long its values took to the console's state.
    latencies: Latencies,
    /// How many were received when it ended.
    received: Option<u64>,
}

/// The console: its source, and the state that frames bring up to date.
pub(super) struct Console {
    pub(super) sources: Sources,
    /// What the console holds, and what no frame took into it yet.
    held: Held,
    news: News,
    applied: u64,
    phases: Vec<Running>,
    frames: Latencies,
}

impl Console {
    pub(super) fn start(settings: Vec<Source>, datastreams: u32) -> Result<Self, SoakError> {
        let sources = Sources::start_at(settings, Pace::default())?;
        let begin = Instant::now();
        loop {
            let health = sources.health().pop();
            let words = health.map(|health| health.message).unwrap_or_default();
            if words.starts_with("subscribed") {
                break;
            }
            if begin.elapsed() > PATIENCE {
                return Err(SoakError::NotSubscribed(words));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        // A city's devices are described before they tell anything.
        let described = |n: u32| CatalogueRow {
            datastream: publisher::datastream(n),
            thing: n.to_string(),
            ..CatalogueRow::default()
        };
        let devices = (0..datastreams).map(described).collect();
        let mut held = Held::default();
        held.take_in(&mut News { devices, ..News::default() }, usize::MAX);
        Ok(Self {
            sources,
            held,
            news: News::default(),
            applied: 0,
            phases: Vec::new(),
            frames: Latencies::default(),
        })
    }

    pub(super) fn begin(&mut self, at_ms: i64, phases: &[Phase]) {
        let mut until = CityTime(at_ms);
        self.phases = phases
            .iter()
            .map(|phase| {
                until = until.plus_s(phase.seconds);
                Running { phase: *phase, until, latencies: Latencies::default(), received: None }
            })
            .collect();
    }

    /// Takes into the state what a console takes in a frame; the rest waits for the next.
    pub(super) fn frame(&mut self) {
        let begin = Instant::now();
        if self.news.readings.is_empty()
            && let Some((_, news)) = self.sources.take().pop()
        {
            self.news = news;
        }
        while begin.elapsed() < BUDGET && !self.news.readings.is_empty() {
            let now = now();
            let taken = self.news.readings.len().min(AT_ONCE);
            for reading in self.news.readings.iter().take(taken) {
                let late_ms = now.0.saturating_sub(reading.at.0).max(0) as u64;
                if let Some(phase) = self.phases.iter_mut().find(|phase| reading.at < phase.until) {
                    phase.latencies.add(late_ms);
                }
            }
            self.applied += taken as u64;
            self.held.take_in(&mut self.news, AT_ONCE);
        }
        self.frames.add(begin.elapsed().as_micros() as u64);
    }

    /// Notes how many were received, where a phase has ended.
    pub(super) fn note(&mut self, received: u64) {
        let now = now();
        for phase in self.phases.iter_mut().filter(|phase| phase.until <= now) {
            phase.received.get_or_insert(received);
        }
    }

    /// True where everything that was received is in the state, or was replaced.
    pub(super) fn is_drained(&self) -> bool {
        let health = self.sources.health().pop();
        health.is_some_and(|health| self.applied + health.superseded + health.problems >= health.received)
    }

    pub(super) fn report(self, sent: u64, processes: Vec<ProcessReport>) -> SoakReport {
        let Some(health) = self.sources.health().pop() else { return SoakReport::default() };
        let mut before = 0;
        let phases = self.phases.into_iter().map(|running| {
            let received = running.received.unwrap_or(health.received);
            let of_phase = received.saturating_sub(std::mem::replace(&mut before, received));
            PhaseReport {
                asked_per_s: running.phase.rate,
                received_per_s: of_phase as f64 / running.phase.seconds,
                p50_ms: running.latencies.quantile(0.5),
                p99_ms: running.latencies.quantile(0.99),
                max_ms: running.latencies.longest(),
            }
        });
        SoakReport {
            sent,
            received: health.received,
            applied: self.applied,
            superseded: health.superseded,
            missing: health.missing,
            problems: health.problems,
            phases: phases.collect(),
            frame_p99_ms: self.frames.quantile(0.99) / 1e3,
            processes,
        }
    }
}
