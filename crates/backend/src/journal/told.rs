//! An event as it is told: whom it concerns, and what those of a sight hear of it.

use city::{Appears, Concern, Disappears, Look, Passes, Sight};
use std::sync::Arc;

/// One message of a stream, as those of one sight get it.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Things come into sight by the event that follows.
    Appears(Appears),
    /// Things leave the sight by the event that follows.
    Disappears(Disappears),
    /// An event.
    Event {
        /// Its sequence.
        sequence: u64,
        /// Its JSON.
        line: Arc<str>,
    },
    /// Events that are not for this sight: how far the journal has come.
    Passes(Passes),
}

impl Message {
    /// How far the journal has come with it; `None` for what belongs to the event that follows.
    pub fn sequence(&self) -> Option<u64> {
        match self {
            Self::Event { sequence, .. } | Self::Passes(Passes { sequence }) => Some(*sequence),
            Self::Appears(_) | Self::Disappears(_) => None,
        }
    }
}

/// An event in the tail.
pub struct Told {
    sequence: u64,
    line: Arc<str>,
    concern: Concern,
}

impl Told {
    /// An event as written, and whom it concerns.
    pub fn new(sequence: u64, line: Arc<str>, concern: Concern) -> Self {
        Self { sequence, line, concern }
    }

    /// Its sequence.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    fn event(&self) -> Message {
        Message::Event { sequence: self.sequence, line: self.line.clone() }
    }
}

/// What those of `sight` are told of events that follow one another; of what they do not see, only how far it goes.
pub fn messages(told: &[Arc<Told>], sight: Sight) -> Vec<Message> {
    let mut messages = Vec::with_capacity(told.len());
    for told in told {
        let passes = Passes { sequence: told.sequence };
        match sight.of_event(told.sequence, &told.concern) {
            Look::Unseen => match messages.last_mut() {
                Some(Message::Passes(before)) => *before = passes,
                _ => messages.push(Message::Passes(passes)),
            },
            Look::Seen => messages.push(told.event()),
            Look::Crosses(appears, disappears) => {
                if !appears.is_empty() {
                    messages.push(Message::Appears(appears));
                }
                if !disappears.is_empty() {
                    messages.push(Message::Disappears(disappears));
                }
                messages.push(told.event());
            }
        }
    }
    messages
}
