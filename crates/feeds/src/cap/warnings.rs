//! The register of warnings: takes alerts in any order and says which are in force at a time.
//!
//! What an alert does to others is worked out anew from all that is known, so the order of arrival changes nothing:
//! an update may come before what it replaces, a cancel before what it ends. The rules:
//!
//! - An Update replaces and a Cancel ends what it references: the sender's own earlier messages of the same status.
//!   Another sender's only where [`WarningRule::acts_for`] says so; what is refused for that is counted. So an
//!   exercise never ends a real warning, nor the other way round. Senders are not proven, only compared.
//! - A message sent again later under its own identifier replaces its earlier self, or ends it if it is a Cancel.
//! - A Cancel that is cancelled ends nothing: what it had ended stands again. What an Update replaced stays replaced
//!   when the Update is cancelled: the event is over.
//! - A reference whose time names no known message means the newest earlier one of that sender and identifier.
//! - Two differing messages under one sender, identifier, status and time: the graver is kept and marked contested.
//! - Acknowledgements and errors change nothing and are not kept.
//!
//! Deliberately absent: a clock, and what to do about a warning.

mod forget;
mod standing;

use super::alert::Alert;
use super::words::{MessageStatus, MessageType};
use super::write::write_alert;
use city::CityTime;
use std::cmp::Reverse;
use std::collections::BTreeMap;

pub use standing::{Standing, WarningState};

/// What the register assumes and how long it remembers.
#[derive(Clone, Debug, PartialEq)]
pub struct WarningRule {
    /// For how long an information without `expires` holds, in seconds from when it takes effect.
    pub default_validity_s: i64,
    /// For how long a warning is listed after it ended, in seconds.
    pub forget_after_s: i64,
    /// For how long it is remembered after its sending what a message replaced or ended, in seconds: so long a
    /// service may still deliver what was ended without its standing again.
    pub remember_acts_s: i64,
    /// The most messages kept. Above that, those that ended longest ago go first, and what is real goes last.
    pub most_kept: usize,
    /// Who may replace and end the warnings of another: pairs of senders, the acting one first.
    pub acts_for: Vec<(String, String)>,
}

impl Default for WarningRule {
    /// A day without `expires`; ended warnings listed for two days, acts remembered for thirty; 10,000 messages.
    fn default() -> Self {
        const DAY_S: i64 = 86_400;
        Self {
            default_validity_s: DAY_S,
            forget_after_s: 2 * DAY_S,
            remember_acts_s: 30 * DAY_S,
            most_kept: 10_000,
            acts_for: Vec::new(),
        }
    }
}

/// What became of an alert that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Taken {
    /// It is new.
    New,
    /// The same was known.
    Known,
    /// Another of its sender, identifier, status and time was known, and says something else.
    Contested,
    /// It acknowledges or rejects; such messages are not kept.
    NoWarning,
}

/// Sender, identifier, status and time of a message; messages that differ only in time stand side by side.
type Key = (String, String, MessageStatus, CityTime);

#[derive(Clone, Debug)]
struct Record {
    alert: Alert,
    is_contested: bool,
    /// Where only what it replaced or ended is remembered: the hash of what it said.
    forgotten: Option<u64>,
}

/// All warnings that are known.
#[derive(Clone, Debug, Default)]
pub struct Warnings {
    rule: WarningRule,
    records: BTreeMap<Key, Record>,
    dropped: u64,
}

impl Warnings {
    /// An empty register.
    pub fn new(rule: WarningRule) -> Self {
        Self { rule, ..Self::default() }
    }

    /// Takes an alert; `now` matters only where too many are kept and the oldest have to go.
    pub fn take(&mut self, alert: Alert, now: CityTime) -> Taken {
        if matches!(alert.message_type, MessageType::Ack | MessageType::Error) {
            return Taken::NoWarning;
        }
        let key = (alert.sender.clone(), alert.identifier.clone(), alert.status, alert.sent);
        if let Some(known) = self.records.get_mut(&key) {
            if known.is_same(&alert) {
                return Taken::Known;
            }
            known.is_contested = true;
            if known.forgotten.is_some() || precedence(&alert) < precedence(&known.alert) {
                known.alert = alert;
                known.forgotten = None;
            }
            return Taken::Contested;
        }
        self.records.insert(key, Record { alert, is_contested: false, forgotten: None });
        if self.records.len() > self.rule.most_kept {
            self.forget(now);
        }
        Taken::New
    }

    /// True where that message is known, so that it need not be fetched again.
    pub fn knows(&self, sender: &str, identifier: &str, sent: CityTime) -> bool {
        use MessageStatus::{Actual, Draft, Exercise, System, Test};
        [Actual, Exercise, System, Test, Draft].into_iter().any(|status| {
            self.records.contains_key(&(sender.to_owned(), identifier.to_owned(), status, sent))
        })
    }

    /// How many messages are kept, with those of which only the effect is remembered.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// True when none is kept.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// How many messages had to go because there were too many, since the start.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Record {
    fn is_same(&self, alert: &Alert) -> bool {
        self.forgotten.map_or_else(|| self.alert == *alert, |hash| hash == hash_of(alert))
    }
}

/// The order of differing messages under one name, the graver first: a false duplicate must not weaken a warning,
/// and the order in which the two arrive must not matter.
fn precedence(alert: &Alert) -> impl Ord + use<> {
    let colour = alert.colour().colour.map_or(5, |colour| colour.level());
    let expires = alert.infos.iter().filter_map(|info| info.expires).max();
    (alert.message_type == MessageType::Cancel, colour, Reverse(expires), write_alert(alert))
}

fn hash_of(alert: &Alert) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    write_alert(alert).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
