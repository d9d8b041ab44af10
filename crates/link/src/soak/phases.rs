//! How old values are when they reach the console's state, phase by phase.

use super::latency::Latencies;
use super::report::PhaseReport;
use super::{Phase, now};
use city::CityTime;

/// The phases under way.
#[derive(Default)]
pub(super) struct Phases(Vec<Running>);

struct Running {
    phase: Phase,
    /// Until when it sends.
    until: CityTime,
    /// How long its values took to the console's state.
    latencies: Latencies,
    /// How many had been received when it ended.
    received: Option<u64>,
}

impl Phases {
    /// They begin at this instant.
    pub(super) fn begin(at_ms: i64, phases: &[Phase]) -> Self {
        let mut until = CityTime(at_ms);
        let running = phases.iter().map(|phase| {
            until = until.plus_s(phase.seconds);
            Running { phase: *phase, until, latencies: Latencies::default(), received: None }
        });
        Self(running.collect())
    }

    /// A value that was sent at one instant got into the state at another.
    pub(super) fn add(&mut self, sent: CityTime, applied: CityTime) {
        let late_ms = applied.0.saturating_sub(sent.0).max(0) as u64;
        if let Some(running) = self.0.iter_mut().find(|running| sent < running.until) {
            running.latencies.add(late_ms);
        }
    }

    /// Notes how many were received so far, where a phase has ended.
    pub(super) fn note(&mut self, received: u64) {
        let now = now();
        for running in self.0.iter_mut().filter(|running| running.until <= now) {
            running.received.get_or_insert(received);
        }
    }

    /// How they went, where so many were received in all.
    pub(super) fn report(&self, received: u64) -> Vec<PhaseReport> {
        let mut before = 0;
        let reports = self.0.iter().map(|running| {
            let until = running.received.unwrap_or(received);
            let of_phase = until.saturating_sub(std::mem::replace(&mut before, until));
            PhaseReport {
                asked_per_s: running.phase.rate,
                received_per_s: of_phase as f64 / running.phase.seconds,
                p50_ms: running.latencies.quantile(0.5),
                p99_ms: running.latencies.quantile(0.99),
                max_ms: running.latencies.longest(),
            }
        });
        reports.collect()
    }
}
