//! An event as it is told: whom it concerns, and what those of a sight hear of it.

use city::{Concern, Disappears, Fields, Look, Passes, Sight, Telling};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};

/// One message of a stream, as those of one sight get it.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Things come into sight by the event that follows: [`city::Appears`] without what is withheld.
    Appears(Value),
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
    /// The line without what is withheld, for each set of fields that was asked for.
    without: Mutex<Vec<(Fields, Arc<str>)>>,
}

impl Told {
    /// An event as written, and whom it concerns.
    pub fn new(sequence: u64, line: Arc<str>, concern: Concern) -> Self {
        Self { sequence, line, concern, without: Mutex::default() }
    }

    /// Its sequence.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The event as those of `sight` see it.
    fn seen(&self, sight: Sight) -> serde_json::Result<Message> {
        let fields = sight.withheld_of(&self.concern);
        if !sight.sees_a_part(&self.concern) {
            return self.event(fields);
        }
        let mut event = serde_json::from_str(&self.line)?;
        sight.part_of(&mut event);
        let part: Arc<str> = serde_json::to_string(&event)?.into();
        Ok(Message::Event { sequence: self.sequence, line: without(fields, &part)? })
    }

    /// The event without `fields`; made once for all who lack the same.
    fn event(&self, fields: Fields) -> serde_json::Result<Message> {
        let sequence = self.sequence;
        if fields.is_empty() {
            return Ok(Message::Event { sequence, line: self.line.clone() });
        }
        let mut made = self.without.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, line)) = made.iter().find(|(of, _)| *of == fields) {
            return Ok(Message::Event { sequence, line: line.clone() });
        }
        let line = without(fields, &self.line)?;
        made.push((fields, line.clone()));
        Ok(Message::Event { sequence, line })
    }
}

/// The JSON of an event without `fields`.
pub fn without(fields: Fields, line: &Arc<str>) -> serde_json::Result<Arc<str>> {
    if fields.is_empty() {
        return Ok(line.clone());
    }
    let mut event = serde_json::from_str(line)?;
    city::withhold(fields, Telling::Event, &mut event);
    Ok(event.to_string().into())
}

/// What those of `sight` are told of events that follow one another; of what they do not see, only how far it goes.
pub fn messages(told: &[Arc<Told>], sight: Sight) -> serde_json::Result<Vec<Message>> {
    let mut messages = Vec::with_capacity(told.len());
    for told in told {
        let passes = Passes { sequence: told.sequence };
        match sight.of_event(told.sequence, &told.concern) {
            Look::Unseen => match messages.last_mut() {
                Some(Message::Passes(before)) => *before = passes,
                _ => messages.push(Message::Passes(passes)),
            },
            Look::Seen => messages.push(told.seen(sight)?),
            Look::Crosses(appears, disappears) => {
                if !appears.is_empty() {
                    let mut appears = serde_json::to_value(appears)?;
                    city::withhold(sight.withheld, Telling::State, &mut appears);
                    messages.push(Message::Appears(appears));
                }
                if !disappears.is_empty() {
                    messages.push(Message::Disappears(disappears));
                }
                messages.push(told.seen(sight)?);
            }
        }
    }
    Ok(messages)
}
