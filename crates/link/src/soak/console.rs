//! The console of a soak: both ways by which it is told, and the frames in which it takes that in.

use super::by_backend::ByBackend;
use super::latency::Latencies;
use super::phases::Phases;
use super::report::{Counts, PathReport};
use super::straight::Straight;
use super::{Phase, SoakError};
use std::time::Instant;

/// What the ways are called.
const STRAIGHT: &str = "straight from the broker";
const BY_BACKEND: &str = "by the backend";

pub(super) struct Console {
    pub(super) straight: Straight,
    pub(super) by_backend: Option<ByBackend>,
    frames: Latencies,
}

/// What had been counted by each way at some instant.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    straight: Counts,
    by_backend: Counts,
}

impl Console {
    pub(super) fn new(straight: Straight, by_backend: Option<ByBackend>) -> Self {
        Self { straight, by_backend, frames: Latencies::default() }
    }

    /// The phases begin at this instant.
    pub(super) fn begin(&mut self, at_ms: i64, phases: &[Phase]) {
        self.frames = Latencies::default();
        self.straight.phases = Phases::begin(at_ms, phases);
        if let Some(by_backend) = &mut self.by_backend {
            by_backend.phases = Phases::begin(at_ms, phases);
        }
    }

    /// One frame: takes in what came by each way.
    pub(super) fn frame(&mut self) {
        let begin = Instant::now();
        self.straight.frame();
        self.by_backend.iter_mut().for_each(ByBackend::frame);
        self.frames.add(begin.elapsed().as_micros() as u64);
    }

    /// How many came by each way since `base`; notes it where a phase has ended.
    pub(super) fn received(&mut self, base: &Tally) -> Vec<(&'static str, u64)> {
        let straight = self.straight.counts().received.saturating_sub(base.straight.received);
        self.straight.phases.note(straight);
        let mut received = vec![(STRAIGHT, straight)];
        if let Some(by_backend) = &mut self.by_backend {
            let before = base.by_backend.applied + base.by_backend.superseded;
            let told = by_backend.told().saturating_sub(before);
            by_backend.phases.note(told);
            received.push((BY_BACKEND, told));
        }
        received
    }

    /// True where all that was received straight is in the state, or was replaced.
    pub(super) fn is_drained(&self) -> bool {
        let counts = self.straight.counts();
        counts.applied + counts.superseded + counts.problems >= counts.received
    }

    /// Which ways have brought these values of these devices into the state.
    pub(super) fn holds(&self, devices: &[String], values: &[f64]) -> Vec<(&'static str, bool)> {
        let mut holds = vec![(STRAIGHT, self.straight.holds(devices, values))];
        holds.extend(self.by_backend.iter().map(|way| (BY_BACKEND, way.holds(devices, values))));
        holds
    }

    /// Cuts it off by every way, or lets it come back.
    pub(super) fn switch(&mut self, on: bool) -> Result<(), SoakError> {
        self.straight.switch(on);
        self.by_backend.iter_mut().try_for_each(|way| way.switch(on))
    }

    /// What has been counted.
    pub(super) fn tally(&self) -> Result<Tally, SoakError> {
        let by_backend = self.by_backend.as_ref().map(ByBackend::counts).transpose()?.unwrap_or_default();
        Ok(Tally { straight: self.straight.counts(), by_backend })
    }

    /// What came of `sent` observations since `base`, by each way.
    pub(super) fn report(&self, sent: u64, base: &Tally) -> Result<Vec<PathReport>, SoakError> {
        let now = self.tally()?;
        let straight = now.straight.since(&base.straight);
        let phases = self.straight.phases.report(straight.received);
        let mut paths = vec![PathReport { name: STRAIGHT, sent, counts: straight, phases }];
        if let Some(by_backend) = &self.by_backend {
            let counts = now.by_backend.since(&base.by_backend);
            let phases = by_backend.phases.report(counts.applied + counts.superseded);
            paths.push(PathReport { name: BY_BACKEND, sent, counts, phases });
        }
        Ok(paths)
    }

    /// What a frame spent taking news, milliseconds; ninety-nine in a hundred took less.
    pub(super) fn frame_p99_ms(&self) -> f64 {
        self.frames.quantile(0.99) / 1e3
    }
}
