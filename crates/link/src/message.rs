//! What a link tells the console.

use city::{
    Actor, Appears, CityTime, Command, Disappears, Event, Passes, Refusal, RiskPoint, Snapshot,
    TelemetryBatch, Withheld,
};
use feeds::FeedHealth;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// Names one command for ever: repeated with the same key it is done once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandKey(pub uuid::Uuid);

impl CommandKey {
    /// A key that nobody else has (UUID version 4).
    pub fn fresh() -> Self {
        Self(uuid::Uuid::new_v4())
    }
}

impl Serialize for CommandKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for CommandKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// News for the console, in the order in which it must apply them.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkMessage {
    /// The backend answers, speaks our version, and its clock shows `now`.
    Connected {
        /// The city's time.
        now: CityTime,
        /// City seconds a second.
        speed: f64,
        /// Whom the backend takes this console for, where it says it.
        actor: Option<Actor>,
        /// Which fields the backend withholds from them, and why.
        withheld: Vec<Withheld>,
    },
    /// The risk points of the one-map, or why they could not be read: they replace those the console held.
    RiskPoints(Result<Vec<RiskPoint>, String>),
    /// The whole state: it replaces what the console held.
    Snapshot(Box<Snapshot>),
    /// The next event: its sequence is one more than that of the snapshot or event before, or more where a newer
    /// backend told of things this program does not know.
    Event(Event),
    /// Events that are not for this console's sight: nothing is missing up to and with this sequence.
    Passes(Passes),
    /// Things come into sight by the event that follows, as they were before it.
    Appears(Box<Appears>),
    /// Things leave the sight by the event that follows.
    Disappears(Disappears),
    /// The newest values since the batch before.
    Telemetry(TelemetryBatch),
    /// How every feed does, told about twice a second.
    Health(Vec<FeedHealth>),
    /// A command is on disk and will be sent until it is answered.
    Pending {
        /// Its key.
        key: CommandKey,
        /// The command.
        command: Command,
    },
    /// A command was answered, or not accepted at all.
    Answered {
        /// Its key.
        key: CommandKey,
        /// The command.
        command: Command,
        /// What came of it.
        outcome: Outcome,
    },
}

/// What came of a command. As JSON `{"result": "done", "events": […]}` or
/// `{"result": "refused", "status": 409, "problem": {…}}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "result", rename_all = "camelCase")]
pub enum Outcome {
    /// It was done.
    Done {
        /// The events it caused.
        events: Vec<Event>,
    },
    /// It was not done.
    Refused {
        /// The HTTP status; 0 when it never left: it could not be written to disk.
        status: u16,
        /// Why.
        problem: Problem,
    },
}

impl Outcome {
    /// True when it was done.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }

    /// One line for people.
    pub fn in_words(&self) -> String {
        match self {
            Self::Done { events } => {
                let kinds: Vec<_> =
                    events.iter().map(|e| format!("{} ({})", e.body.key(), e.sequence)).collect();
                format!(
                    "done: {}",
                    if kinds.is_empty() { "nothing changed".to_owned() } else { kinds.join(", ") }
                )
            }
            Self::Refused { status: 0, problem } => problem.to_string(),
            Self::Refused { status, problem } => format!("refused ({status}): {problem}"),
        }
    }
}

/// Why a command was refused: RFC 9457 problem details.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Problem {
    /// The kind, as a URI; `about:blank` where there is none.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// What is wrong with this very command, in words.
    pub detail: String,
    /// The rule that refused it, by [`Refusal::key`], where a rule did.
    pub reason: Option<String>,
    /// The rule with what it names, where this program knows it.
    #[serde(skip)]
    pub refusal: Option<Refusal>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.title.is_empty(), self.detail.is_empty()) {
            (false, false) => write!(f, "{}: {}", self.title, self.detail),
            (false, true) => f.write_str(&self.title),
            _ => f.write_str(&self.detail),
        }
    }
}
