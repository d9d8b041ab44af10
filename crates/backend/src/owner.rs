//! The one owner of the city's state: a thread that decides, commits, applies and only then tells.
//!
//! Everybody else asks by messages on a bounded queue. State and database never diverge: what a failed
//! write would have changed is not changed in memory either.

use crate::clock::CityClock;
use crate::http::problem::Problem;
use crate::journal::Journal;
use crate::store::{Answered, Cause, Note, Recorded, Store};
use crate::telemetry::Telemetry;
use crate::training::TrainingCity;
use crate::{BackendError, Surroundings};
use city::{Actor, City, Command, Event, Jurisdiction, Snapshot};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How many questions may wait for the owner; more are answered 503 at once.
pub const QUEUE: usize = 256;
/// How often the owner looks whether city time has moved on.
const TICK: Duration = Duration::from_millis(100);
/// How often telemetry is told.
const TELL: Duration = Duration::from_millis(1_000);
/// How many seconds of city time one tick makes up for at most, so that questions are answered in between.
const MOST_STEPS: usize = 200;
/// After so many events the whole state is written, which bounds the time of the next start.
const CHECKPOINT_EVERY: u64 = 2_000;

/// Whom the journal names for what the training city does by itself.
const TRAINING: &str = "training";

/// A question to the owner.
pub enum Ask {
    /// Somebody wants something done.
    Command {
        /// Who.
        actor: Actor,
        /// Where from.
        origin: String,
        /// Under which idempotency key.
        key: String,
        /// What.
        command: Command,
        /// Where the answer goes.
        answer: oneshot::Sender<Answer>,
    },
    /// Somebody wants to know everything.
    Snapshot {
        /// Where the answer goes.
        answer: oneshot::Sender<Snapshot>,
    },
    /// Lines for the journal: what was refused at the door, or what the backend did.
    Note {
        /// Who, where they are known.
        who: String,
        /// Where from.
        origin: String,
        /// What.
        notes: Vec<Note>,
    },
    /// The owner shall write a checkpoint and end.
    Stop,
}

/// The answer to a command.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON; a problem document unless the status is 200.
    pub body: String,
    /// True when the key was answered before.
    pub is_repeat: bool,
}

/// The owner's belongings.
pub struct Owner {
    /// The state.
    pub city: City,
    /// The database.
    pub store: Store,
    /// What still stands.
    pub surroundings: Arc<Surroundings>,
    /// What lives.
    pub training: TrainingCity,
    /// The clock.
    pub clock: CityClock,
    /// Where events are told.
    pub journal: Arc<Journal>,
    /// Where values and positions are told.
    pub telemetry: Arc<Telemetry>,
    /// The sequence of the last checkpoint.
    pub checkpointed: u64,
}

impl Owner {
    /// Lives until it is told to stop or nobody is left to ask.
    pub fn run(mut self, asks: &Receiver<Ask>) {
        self.telemetry.publish(self.training.changes(), &self.city);
        let mut told = Instant::now();
        let mut next_tick = Instant::now();
        loop {
            match asks.recv_timeout(next_tick.saturating_duration_since(Instant::now())) {
                Ok(Ask::Command { actor, origin, key, command, answer }) => {
                    // Who hung up does not hear the answer; it is kept under the key.
                    let _ = answer.send(self.command(&actor, &origin, &key, &command));
                }
                Ok(Ask::Note { who, origin, notes }) => self.note(&who, &origin, &notes),
                Ok(Ask::Snapshot { answer }) => {
                    let snapshot = Snapshot { now: self.clock.now(), ..Snapshot::from(&self.city) };
                    let _ = answer.send(snapshot);
                }
                Ok(Ask::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if Instant::now() >= next_tick {
                next_tick = Instant::now() + TICK;
                self.live();
                if told.elapsed() >= TELL {
                    told = Instant::now();
                    self.telemetry.publish(self.training.changes(), &self.city);
                }
            }
        }
        self.checkpoint();
    }

    /// The training city lives on to the present.
    fn live(&mut self) {
        let now = self.clock.now();
        if self.training.next_step() > now {
            return;
        }
        let mut city = self.city.clone();
        let mut events = Vec::new();
        for _ in 0..MOST_STEPS {
            if self.training.next_step() > now {
                break;
            }
            events.extend(self.training.step(&mut city));
        }
        if events.is_empty() {
            self.city = city;
            return;
        }
        let cause = Cause { who: TRAINING, origin: "", at: now };
        match self.store.commit(&cause, None, &events) {
            Ok(lines) => {
                self.journal.tell(&mut self.city, events.iter().zip(lines));
                // Units also move between events.
                self.city = city;
            }
            Err(error) => tracing::warn!(%error, "what just happened could not be written and is dropped"),
        }
        if self.city.sequence >= self.checkpointed + CHECKPOINT_EVERY {
            self.checkpoint();
        }
    }

    fn command(&mut self, actor: &Actor, origin: &str, key: &str, command: &Command) -> Answer {
        match self.decide(actor, origin, key, command) {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(%error, "a command could not be written");
                let problem = Problem::unwritten(&error);
                Answer { status: problem.status, body: problem.to_json(), is_repeat: false }
            }
        }
    }

    fn note(&mut self, who: &str, origin: &str, notes: &[Note]) {
        let cause = Cause { who, origin, at: self.clock.now().max(self.city.now) };
        if let Err(error) = self.store.note(&cause, notes) {
            tracing::warn!(%error, "what was refused could not be written down");
        }
    }

    fn decide(
        &mut self,
        actor: &Actor,
        origin: &str,
        key: &str,
        command: &Command,
    ) -> Result<Answer, BackendError> {
        let body = serde_json::to_string(command).unwrap_or_default();
        if let Some(first) = self.store.answer(key)? {
            // Another's answer is told to those alone who see all that can stand in it: so does a console that took
            // over what a dead one had left unanswered.
            let is_open = first.who == actor.name || actor.jurisdiction == Jurisdiction::City;
            if !is_open || first.body != body {
                let problem = Problem::key_reused(key);
                return Ok(Answer { status: problem.status, body: problem.to_json(), is_repeat: false });
            }
            return Ok(Answer { status: first.status, body: first.answer, is_repeat: true });
        }
        let at = self.clock.now().max(self.city.now);
        let decided = self.city.decide(actor, command, None, &*self.surroundings);
        let (events, status, answer) = match decided {
            Ok(bodies) => {
                let events: Vec<Event> = (self.city.sequence + 1..)
                    .zip(bodies)
                    .map(|(sequence, body)| Event { sequence, at, status: self.city.status, body })
                    .collect();
                let answer = serde_json::json!({ "events": events }).to_string();
                (events, 200, answer)
            }
            Err(refusal) => {
                let problem = Problem::of_refusal(&refusal);
                (Vec::new(), problem.status, problem.to_json())
            }
        };
        let recorded = Recorded { who: actor.name.clone(), body, status, answer };
        let answered = Answered { key, what: command.key(), recorded: &recorded };
        let cause = Cause { who: &actor.name, origin, at };
        let lines = self.store.commit(&cause, Some(answered), &events)?;
        self.journal.tell(&mut self.city, events.iter().zip(lines));
        Ok(Answer { status, body: recorded.answer, is_repeat: false })
    }

    fn checkpoint(&mut self) {
        match self.store.checkpoint(&self.city) {
            Ok(()) => self.checkpointed = self.city.sequence,
            Err(error) => tracing::warn!(%error, "no checkpoint: the journal holds everything all the same"),
        }
    }
}
