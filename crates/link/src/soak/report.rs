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

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SoakReport {
    /// Observations that the broker has acknowledged.
    pub sent: u64,
    /// Observations that the source received.
    pub received: u64,
    /// Values that got into the console's state.
    pub applied: u64,
    /// Values that newer ones replaced before a frame took them.
    pub superseded: u64,
    /// Numbers of publishers that did not come.
    pub missing: u64,
    /// What could not be read.
    pub problems: u64,
    /// How the phases went.
    pub phases: Vec<PhaseReport>,
    /// What a frame spent taking news, milliseconds, 99 in a hundred less.
    pub frame_p99_ms: f64,
    /// The processes.
    pub processes: Vec<ProcessReport>,
}

impl SoakReport {
    /// True where every observation that was sent is in the console's state, or was replaced by a newer one.
    pub fn is_whole(&self) -> bool {
        self.missing == 0
            && self.problems == 0
            && self.sent == self.received
            && self.received == self.applied + self.superseded
    }

    /// The figures by name, with their units.
    pub fn figures(&self) -> Vec<(String, f64, &'static str)> {
        let counts = [
            ("sent", self.sent),
            ("received", self.received),
            ("applied", self.applied),
            ("superseded", self.superseded),
            ("missing in the publishers' numbers", self.missing),
            ("unreadable", self.problems),
        ];
        let mut all: Vec<_> = counts.map(|(name, count)| (name.to_owned(), count as f64, "")).to_vec();
        for phase in &self.phases {
            let asked = format!("at {:.0}/s", phase.asked_per_s);
            all.extend([
                (format!("{asked}: received"), phase.received_per_s, "/s"),
                (format!("{asked}: sent to state, median"), phase.p50_ms, "ms"),
                (format!("{asked}: sent to state, p99"), phase.p99_ms, "ms"),
                (format!("{asked}: sent to state, longest"), phase.max_ms, "ms"),
            ]);
        }
        all.push(("taking the news in a frame, p99".to_owned(), self.frame_p99_ms, "ms"));
        for one in &self.processes {
            all.extend([
                (format!("{}: of one core", one.name), one.cpu_pct, "%"),
                (format!("{}: memory at a tenth of the time", one.name), one.early_mb, "MB"),
                (format!("{}: memory at the end", one.name), one.late_mb, "MB"),
                (format!("{}: most memory", one.name), one.most_mb, "MB"),
            ]);
        }
        all
    }
}
