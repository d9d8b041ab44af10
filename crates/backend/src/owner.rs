//! The one owner of the city's state: a thread that decides, commits, applies and only then tells.
//!
//! Everybody else asks by messages on a bounded queue. State and database never diverge: what a failed write would have
//! changed is not changed in memory either, and what other backends wrote is taken up before anything is decided.

mod living;
mod watch;

pub use living::Living;

use crate::broker::Broker;
use crate::clock::CityClock;
use crate::http::problem::{Problem, Reason};
use crate::journal::Journal;
use crate::store::{Answered, Cause, Missed, Note, Recorded, Store};
use crate::telemetry::{Changes, Telemetry};
use crate::vitals::Vitals;
use crate::watching::RulesHealth;
use crate::{BackendError, Surroundings};
use city::{Actor, City, CityTime, Command, Event, Jurisdiction, Snapshot};
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
/// How often while observations of publishers come.
const TELL_OBSERVED: Duration = Duration::from_millis(500);
/// How often the owner looks whether others have written, should word of it not come, and who leads.
const KEEP_UP: Duration = Duration::from_millis(1_000);
/// How many lines of refusals wait while the journal takes none.
const MOST_UNWRITTEN: usize = 10_000;
/// After so many events the whole state is written, which bounds the time of the next start.
const CHECKPOINT_EVERY: u64 = 2_000;

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
    Note(Vec<Note>),
    /// Somebody wants to know how it is.
    Health {
        /// Where the answer goes.
        answer: oneshot::Sender<Health>,
    },
    /// Another backend has written events up to this sequence.
    Others(u64),
    /// The watch says something that took its time: risk notices.
    Said(Vec<city::Said>),
    /// The backend that leads the training city tells what changed in it.
    Told(Changes),
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
    /// Why it is refused, where the journal does not hold that.
    pub unrecorded: Option<Reason>,
}

impl Answer {
    /// An answer of which the journal holds nothing.
    fn unrecorded(problem: &Problem) -> Self {
        let unrecorded = Some(problem.reason());
        Self { status: problem.status, body: problem.to_json(), is_repeat: false, unrecorded }
    }
}

/// How a backend is.
#[derive(Clone, Debug)]
pub struct Health {
    /// The sequence of the last event.
    pub sequence: u64,
    /// The city's time.
    pub now: CityTime,
    /// Whether it leads the training city.
    pub leads: bool,
    /// What is the matter with the database.
    pub trouble: Option<String>,
    /// What is the matter with the broker.
    pub broker: Option<String>,
    /// How the rules do.
    pub rules: RulesHealth,
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
    pub living: Living,
    /// The clock.
    pub clock: CityClock,
    /// Where events are told.
    pub journal: Arc<Journal>,
    /// Where values and positions are told.
    pub telemetry: Arc<Telemetry>,
    /// What is made of values.
    pub vitals: Arc<Vitals>,
    /// Where backends tell one another of values and positions.
    pub broker: Option<Broker>,
    /// What is the matter with the database.
    pub trouble: Option<String>,
    /// Why what was to be written last could not be, until something is written again by this backend or another.
    pub unkept: Option<String>,
    /// The sequence of the last checkpoint.
    pub checkpointed: u64,
    /// Lines that the journal could not take yet.
    pub unwritten: Vec<Note>,
}

impl Owner {
    /// Lives until it is told to stop or nobody is left to ask.
    pub fn run(mut self, asks: &Receiver<Ask>) {
        self.tell();
        let (mut told, mut kept_up) = (Instant::now(), Instant::now());
        let mut next_tick = Instant::now();
        loop {
            match asks.recv_timeout(next_tick.saturating_duration_since(Instant::now())) {
                Ok(Ask::Command { actor, origin, key, command, answer }) => {
                    // Who hung up does not hear the answer; it is kept under the key.
                    let _ = answer.send(self.command(&actor, &origin, &key, &command));
                }
                Ok(Ask::Note(notes)) => self.note(notes),
                Ok(Ask::Snapshot { answer }) => {
                    let snapshot = Snapshot { now: self.clock.now(), ..Snapshot::from(&self.city) };
                    let _ = answer.send(snapshot);
                }
                Ok(Ask::Health { answer }) => drop(answer.send(self.health())),
                Ok(Ask::Others(sequence)) if sequence > self.city.sequence => self.catch_up(),
                Ok(Ask::Others(_)) => {}
                Ok(Ask::Said(said)) => self.hear_said(said),
                Ok(Ask::Told(changes)) => self.hear(changes),
                Ok(Ask::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if Instant::now() >= next_tick {
                next_tick = Instant::now() + TICK;
                let before = std::mem::replace(&mut self.trouble, self.store.trouble());
                if before.is_some() && self.trouble.is_none() {
                    self.unkept = None;
                }
                if kept_up.elapsed() >= KEEP_UP && self.trouble.is_none() {
                    kept_up = Instant::now();
                    self.catch_up();
                    self.note(Vec::new());
                    self.lead();
                }
                self.live();
                if self.telemetry.observed().is_waiting() {
                    self.watch();
                }
                let pause = if self.telemetry.observed().is_waiting() { TELL_OBSERVED } else { TELL };
                if told.elapsed() >= pause {
                    told = Instant::now();
                    self.tell();
                }
            }
        }
        self.note(Vec::new());
        if !self.unwritten.is_empty() {
            tracing::error!("{} lines of refusals are lost: the journal takes none", self.unwritten.len());
        }
        if self.store.leads() {
            self.checkpoint();
            self.living.remember(true);
        }
    }

    fn health(&self) -> Health {
        Health {
            sequence: self.city.sequence,
            now: self.clock.now(),
            leads: self.store.leads(),
            trouble: self.trouble.clone().or_else(|| self.unkept.clone()),
            broker: self.broker.as_ref().and_then(Broker::trouble),
            rules: RulesHealth::of(
                &self.living.rules,
                self.living.watching.as_ref().filter(|_| self.store.leads()),
                &self.living.rate,
            ),
        }
    }

    /// Takes up what others have written.
    fn catch_up(&mut self) {
        loop {
            match self.store.missed(self.city.sequence) {
                Ok(missed) if missed.is_empty() => return,
                Ok(missed) => {
                    self.unkept = None;
                    take_up(&mut self.city, &self.journal, &self.clock, missed);
                }
                Err(error) => return tracing::warn!(%error, "what others wrote cannot be read"),
            }
        }
    }

    fn command(&mut self, actor: &Actor, origin: &str, key: &str, command: &Command) -> Answer {
        match self.decide(actor, origin, key, command) {
            Ok(answer) => {
                self.unkept = None;
                answer
            }
            Err(error) => {
                tracing::warn!(%error, "a command could not be written");
                self.unkept = Some(error.to_string());
                let problem = Problem::unwritten(&error);
                Answer::unrecorded(&problem)
            }
        }
    }

    /// Writes down what was refused, with what could not be written before.
    fn note(&mut self, notes: Vec<Note>) {
        let room = MOST_UNWRITTEN.saturating_sub(self.unwritten.len());
        if notes.len() > room {
            tracing::warn!("{} lines of refusals are lost: the journal takes none", notes.len() - room);
        }
        self.unwritten.extend(notes.into_iter().take(room));
        if self.unwritten.is_empty() {
            return;
        }
        let at = self.clock.now().max(self.city.now);
        let written = self.store.turn(self.city.sequence).and_then(|(turn, missed)| {
            take_up(&mut self.city, &self.journal, &self.clock, missed);
            turn.note(at, &self.unwritten)
        });
        match written {
            Ok(()) => {
                self.unwritten.clear();
                self.unkept = None;
            }
            Err(error) => {
                if self.unkept.is_none() {
                    tracing::warn!(%error, "what was refused waits to be written down");
                }
                self.unkept = Some(error.to_string());
            }
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
        let (mut turn, missed) = self.store.turn(self.city.sequence)?;
        take_up(&mut self.city, &self.journal, &self.clock, missed);
        if let Some(first) = turn.answer(key)? {
            // Another's answer is told to those alone who see all that can stand in it: so does a console that took
            // over what a dead one had left unanswered.
            let takes_over = actor.jurisdiction == Jurisdiction::City && actor.role.may(command);
            if !(first.who == actor.name || takes_over) || first.body != body {
                return Ok(Answer::unrecorded(&Problem::key_reused(key)));
            }
            let (status, body) = (first.status, first.answer);
            return Ok(Answer { status, body, is_repeat: true, unrecorded: None });
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
        let lines = turn.commit(&cause, Some(answered), &events)?;
        self.journal.tell(&mut self.city, events.iter().zip(lines));
        Ok(Answer { status, body: recorded.answer, is_repeat: false, unrecorded: None })
    }

    fn checkpoint(&mut self) {
        let written = self.store.turn(self.city.sequence).and_then(|(turn, missed)| {
            take_up(&mut self.city, &self.journal, &self.clock, missed);
            turn.checkpoint(&self.city, self.clock.now().max(self.city.now))
        });
        match written {
            Ok(()) => self.checkpointed = self.city.sequence,
            Err(error) => tracing::warn!(%error, "no checkpoint: the journal holds everything all the same"),
        }
    }
}

/// What others wrote becomes true here, and is told.
fn take_up(city: &mut City, journal: &Journal, clock: &CityClock, missed: Vec<Missed>) {
    journal.tell(city, missed.iter().map(|(event, line)| (event, line.clone())));
    clock.not_before(city.now);
}
