//! What a soak found.

/// How one phase went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhaseReport {
    /// What was asked for, observations a second.
    pub asked_per_s: f64,
    /// What was received over the time of the phase, observations a second.
    pub received_per_s: f64,
    /// From sending to the console's state, of the values that got there: half are faster, milliseconds.
    pub p50_ms: f64,
    /// The same of ninety-nine in a hundred.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
}

/// Memory and work of a process.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProcessReport {
    /// Which.
    pub name: &'static str,
    /// Of one core, percent.
    pub cpu_pct: f64,
    /// Resident memory at a tenth of the time, MB.
    pub early_mb: f64,
    /// At the end.
    pub late_mb: f64,
    /// The most.
    pub most_mb: f64,
}

/// What is counted of observations on their way into the console's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that came, at the source or at the backend.
    pub received: u64,
    /// Values that got into the console's state.
    pub applied: u64,
    /// Values that newer ones replaced before.
    pub superseded: u64,
    /// Numbers of publishers that did not come.
    pub missing: u64,
    /// What could not be read, or was of no device.
    pub problems: u64,
}

impl Counts {
    /// What was counted since.
    pub(super) fn since(&self, before: &Self) -> Self {
        Self {
            received: self.received.saturating_sub(before.received),
            applied: self.applied.saturating_sub(before.applied),
            superseded: self.superseded.saturating_sub(before.superseded),
            missing: self.missing.saturating_sub(before.missing),
            problems: self.problems.saturating_sub(before.problems),
        }
    }
}

/// How it went by one way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PathReport {
    /// Which.
    pub name: &'static str,
    /// Observations that the broker has acknowledged.
    pub sent: u64,
    /// What came of them.
    pub counts: Counts,
    /// How the phases went.
    pub phases: Vec<PhaseReport>,
}

impl PathReport {
    /// True where every observation that was sent is in the console's state, or was replaced by a newer one.
    pub fn is_whole(&self) -> bool {
        let Counts { received, applied, superseded, missing, problems } = self.counts;
        missing == 0 && problems == 0 && self.sent == received && received == applied + superseded
    }
}

/// How the console came back after it had been cut off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutageReport {
    /// How many observations it missed.
    pub missed: u64,
    /// How long it was away, seconds.
    pub away_s: f64,
    /// By each way: from its return until the state held the newest value of every device, seconds.
    pub held_after_s: Vec<(&'static str, f64)>,
    /// By each way: how many observations came in all, of those that were missed.
    pub received: Vec<(&'static str, u64)>,
    /// Numbers of publishers that did not come, by either way.
    pub missing: u64,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SoakReport {
    /// By each way.
    pub paths: Vec<PathReport>,
    /// How far the publisher was behind its pace at most, milliseconds.
    pub behind_ms: u64,
    /// What a frame spent taking news, milliseconds, 99 in a hundred less.
    pub frame_p99_ms: f64,
    /// The processes.
    pub processes: Vec<ProcessReport>,
    /// How the console came back, where it was cut off.
    pub outage: Option<OutageReport>,
}

impl SoakReport {
    /// True where nothing was lost by any way.
    pub fn is_whole(&self) -> bool {
        let is_all = |outage: &OutageReport| {
            outage.missing == 0 && outage.received.iter().all(|(_, count)| *count == outage.missed)
        };
        self.paths.iter().all(PathReport::is_whole) && self.outage.as_ref().is_none_or(is_all)
    }

    /// The figures by name, with their units.
    pub fn figures(&self) -> Vec<(String, f64, &'static str)> {
        let mut all: Vec<_> = self.paths.iter().flat_map(of_path).collect();
        all.push(("the publisher was behind its pace at most".to_owned(), self.behind_ms as f64, "ms"));
        all.push(("taking the news in a frame, p99".to_owned(), self.frame_p99_ms, "ms"));
        all.extend(self.processes.iter().flat_map(of_process));
        all.extend(self.outage.iter().flat_map(of_outage));
        all
    }
}

type Figure = (String, f64, &'static str);

fn of_path(path: &PathReport) -> Vec<Figure> {
    let Counts { received, applied, superseded, missing, problems } = path.counts;
    let counts = [
        ("sent", path.sent),
        ("received", received),
        ("applied", applied),
        ("superseded", superseded),
        ("missing in the publishers' numbers", missing),
        ("unreadable or of no device", problems),
    ];
    let name = path.name;
    let mut all: Vec<Figure> =
        counts.map(|(what, count)| (format!("{name}: {what}"), count as f64, "")).to_vec();
    for phase in &path.phases {
        let asked = format!("{name}, at {:.0}/s", phase.asked_per_s);
        all.extend([
            (format!("{asked}: received"), phase.received_per_s, "/s"),
            (format!("{asked}: sent to state, median"), phase.p50_ms, "ms"),
            (format!("{asked}: sent to state, p99"), phase.p99_ms, "ms"),
            (format!("{asked}: sent to state, longest"), phase.max_ms, "ms"),
        ]);
    }
    all
}

fn of_process(one: &ProcessReport) -> [Figure; 4] {
    [
        (format!("{}: of one core", one.name), one.cpu_pct, "%"),
        (format!("{}: memory at a tenth of the time", one.name), one.early_mb, "MB"),
        (format!("{}: memory at the end", one.name), one.late_mb, "MB"),
        (format!("{}: most memory", one.name), one.most_mb, "MB"),
    ]
}

fn of_outage(outage: &OutageReport) -> Vec<Figure> {
    let mut all = vec![
        ("cut off: observations missed".to_owned(), outage.missed as f64, ""),
        ("cut off: for".to_owned(), outage.away_s, "s"),
    ];
    for (name, after_s) in &outage.held_after_s {
        all.push((format!("cut off: back to the newest of every device, {name}"), *after_s, "s"));
    }
    for (name, count) in &outage.received {
        all.push((format!("cut off: received in the end, {name}"), *count as f64, ""));
    }
    all.push(("cut off: missing in the publishers' numbers".to_owned(), outage.missing as f64, ""));
    all
}
