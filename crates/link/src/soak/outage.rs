//! The console is cut off while much is published, and comes back.

use super::course::{Course, wait};
use super::report::OutageReport;
use super::{Phase, SoakError};
use std::time::{Duration, Instant};

/// How long the console may take to catch up.
const LONGEST: Duration = Duration::from_secs(600);

impl<T: FnMut(&[(&'static str, u64)])> Course<T> {
    /// Cuts the console off by either way while `missed` observations are published at this rate, and lets it come back
    /// when the broker has the last of them.
    pub(super) fn outage(&mut self, missed: u64, rate: f64) -> Result<OutageReport, SoakError> {
        let base = self.console.tally()?;
        let gone = Instant::now();
        self.console.switch(false)?;
        let missed = self.publish(Phase { rate, seconds: missed as f64 / rate })?;
        let away_s = gone.elapsed().as_secs_f64();
        let (devices, newest) = (&self.devices, self.publishing.newest());
        let mut held_after_s: Vec<(&'static str, f64)> = Vec::new();
        let back = Instant::now();
        self.console.switch(true)?;
        wait("the newest value of every device", LONGEST, &mut self.console, |console| {
            let holds = console.holds(devices, &newest);
            for (name, _) in holds.iter().filter(|(_, holds)| *holds) {
                if held_after_s.iter().all(|(known, _)| known != name) {
                    held_after_s.push((name, back.elapsed().as_secs_f64()));
                }
            }
            Ok(held_after_s.len() == holds.len())
        })?;
        let paths = self.console.report(missed, &base)?;
        Ok(OutageReport {
            missed,
            away_s,
            held_after_s,
            received: paths.iter().map(|path| (path.name, path.counts.received)).collect(),
            missing: paths.iter().map(|path| path.counts.missing).sum(),
        })
    }
}
