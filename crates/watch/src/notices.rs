//! Risk notices (风险预警提示单): from the individual the common, from the sign the trend.
//!
//! [`find`] runs every analysis on small events and gives the [`city::RiskNotice`]s that stay when all tests of the run
//! are judged together: [`scan`] for clusters in space and time, [`trend`] for rising counts, [`recurring`] for what comes
//! back. [`Guide`] holds as data who acts, by when and what is said; [`judge`] and [`HitRate`] say later whether a notice
//! was right. Deliberately absent: answers of officers, which `city` checks, and incidents, which they make.

mod candidates;
mod chance;
mod discovery;
mod draw_up;
mod event;
mod find;
mod guide;
#[cfg(test)]
pub(crate) mod made_up;
mod names;
mod outcome;
pub mod recurring;
pub mod scan;
pub(crate) mod tails;
pub mod trend;
#[cfg(test)]
mod trial;

pub(crate) use chance::number_of;
pub use discovery::threshold;
pub use event::{Problem, ProblemKind, SmallEvent};
pub use find::{Analysis, Findings, NoticeSettings, continues, find};
pub use guide::{Acting, Guide, Right, Severity};
pub use names::Names;
pub use outcome::{HitRate, LaterIncident, judge};

/// The algorithms that notices name, with the version that runs.
pub const ALGORITHMS: [(&str, &str); 5] = [
    ("notices.cluster", "1"),
    ("notices.trend", "1"),
    ("notices.recurringPlace", "1"),
    ("notices.recurringCause", "1"),
    ("notices.outcome", "1"),
];
