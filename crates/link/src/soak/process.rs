//! Memory and work of processes, as Linux tells them under `/proc`; elsewhere they are 0.

use super::ProcessReport;
use std::time::Instant;

/// Ticks a second in which Linux counts the work of processes, on every system it runs on.
const TICKS_PER_S: f64 = 100.0;
/// From which share of the time on memory is taken for settled.
const EARLY: f64 = 0.1;

/// A process that is looked at from time to time.
pub(super) struct Watched {
    id: u32,
    begun: Option<(Instant, f64)>,
    report: ProcessReport,
}

impl Watched {
    pub(super) fn new(name: &'static str, id: u32) -> Self {
        Self { id, begun: None, report: ProcessReport { name, ..ProcessReport::default() } }
    }

    /// From now on its work counts.
    pub(super) fn begin(&mut self) {
        self.begun = Some((Instant::now(), work_s(self.id)));
    }

    /// What it does after this does not count.
    pub(super) fn end(&mut self) {
        if let Some((begin, before_s)) = self.begun {
            let worked_s = (work_s(self.id) - before_s).max(0.0);
            // One that is gone has done what was seen of it last.
            if worked_s > 0.0 {
                self.report.cpu_pct = 100.0 * worked_s / begin.elapsed().as_secs_f64();
            }
        }
    }

    /// Looks at its memory, at this share of the whole time.
    pub(super) fn look(&mut self, share: f64) {
        let now_mb = memory_mb(self.id);
        if now_mb == 0.0 {
            return;
        }
        self.end();
        self.report.most_mb = self.report.most_mb.max(now_mb);
        self.report.late_mb = now_mb;
        if share < EARLY || self.report.early_mb == 0.0 {
            self.report.early_mb = now_mb;
        }
    }

    pub(super) fn report(&self) -> ProcessReport {
        self.report.clone()
    }
}

/// Resident memory, MB.
fn memory_mb(id: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() * 1_024.0 / 1e6
}

/// What it has worked so far, seconds of one core.
fn work_s(id: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // The name before the bracket may hold spaces; behind it the 12th and 13th are user and system time.
    let fields = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS_PER_S
}
