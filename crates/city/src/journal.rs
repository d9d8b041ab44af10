//! The journal (日志): every command, event and refusal with who, when and where from, in a chain of hashes.
//!
//! Each entry's hash is made from the one before and from all it says, so that nothing can be changed, put in or taken
//! out in the middle unseen. What is cut off at the end is seen by whoever noted an earlier [`Head`].
//! Deliberately absent: where the journal lies.

use crate::CityTime;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use thiserror::Error;

/// What an entry is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EntryKind {
    /// A change of the city.
    Event,
    /// What somebody asked for, and the answer.
    Command,
    /// A request that was turned away before it was read: no token, a wrong one, too many.
    Refusal,
    /// What the backend itself did: a start, a token issued, a rule changed.
    Service,
}

impl EntryKind {
    /// The key, camelCase, as it is kept.
    pub fn key(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Command => "command",
            Self::Refusal => "refusal",
            Self::Service => "service",
        }
    }

    /// The kind of that key.
    pub fn of_key(key: &str) -> Option<Self> {
        [Self::Event, Self::Command, Self::Refusal, Self::Service].into_iter().find(|kind| kind.key() == key)
    }
}

/// What one line of the journal says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalEntry {
    /// Its place: 1, 2, 3 …
    pub number: u64,
    /// When, in the city's time.
    pub at: CityTime,
    /// When, by the backend's wall clock, which may step.
    pub written: CityTime,
    /// What it is of.
    pub kind: EntryKind,
    /// The type of the event or command, or the reason of the refusal.
    pub what: String,
    /// Who asked or caused it, such as `officer:li`; empty where nobody is known.
    pub who: String,
    /// Where from: the console's name and address; empty for the backend itself.
    pub origin: String,
    /// An event's sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// A command's idempotency key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The HTTP status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The event, command or request as JSON text.
    pub body: String,
    /// The answer as JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// The SHA-256 of an entry and of all before it; as text in lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainHash([u8; 32]);

impl ChainHash {
    /// The hash before the first entry: zeros.
    pub const NONE: Self = Self([0; 32]);

    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        let mut bytes = [0; 32];
        if digits.len() != 64 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |d: u8| char::from(d).to_digit(16);
            *byte = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl JournalEntry {
    /// Its hash after the entry whose hash is `before`: SHA-256 of the compact JSON array
    /// `[before, number, at, written, kind, what, who, origin, sequence, key, status, body, answer]` in UTF-8, times in
    /// milliseconds since 1970.
    pub fn hash_after(&self, before: ChainHash) -> ChainHash {
        let told = serde_json::json!([
            before.to_string(),
            self.number,
            self.at.0,
            self.written.0,
            self.kind.key(),
            self.what,
            self.who,
            self.origin,
            self.sequence,
            self.key,
            self.status,
            self.body,
            self.answer,
        ]);
        ChainHash(Sha256::digest(told.to_string().as_bytes()).into())
    }
}

/// How far a journal goes. Noted elsewhere, it shows later that nothing was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of the last entry; 0 in an empty journal.
    pub number: u64,
    /// Its hash.
    pub hash: ChainHash,
}

impl Head {
    /// The head of an empty journal.
    pub const EMPTY: Self = Self { number: 0, hash: ChainHash::NONE };

    /// Reads `NUMBER:HASH`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no head of a journal such as 1207:9f86d081… (64 digits)");
        let (number, hash) = text.split_once(':').ok_or_else(wrong)?;
        let number = number.trim().parse().map_err(|_| wrong())?;
        Ok(Self { number, hash: ChainHash::parse(hash.trim()).ok_or_else(wrong)? })
    }

    /// The head after `entry`, which takes the next number.
    pub fn after(self, entry: &JournalEntry) -> Self {
        Self { number: entry.number, hash: entry.hash_after(self.hash) }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

/// Where a journal is not what was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JournalFault {
    /// Entries are missing, twice there, or in another order.
    #[error("entry {found} stands where {expected} should: entries were taken out, put in or moved")]
    Numbers {
        /// The number that should stand there.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// An entry is not the one that was written, or one before it is not.
    #[error("entry {number} is not what was written: its hash is {found}, not {expected}")]
    Changed {
        /// Its number.
        number: u64,
        /// What its hash should be by what it says.
        expected: ChainHash,
        /// What is kept.
        found: ChainHash,
    },
    /// Events are missing, though the entries are numbered through.
    #[error("entry {number} holds event {found}, after event {before}")]
    Sequence {
        /// The entry's number.
        number: u64,
        /// The event before.
        before: u64,
        /// The event in it.
        found: u64,
    },
    /// The journal is shorter than it was when its head was noted, or another one.
    #[error("the head that was noted, {noted}, is not in this journal, which ends at {end}")]
    NotThere {
        /// The noted head.
        noted: Head,
        /// How far the journal goes.
        end: Head,
    },
}

/// Checks a journal entry by entry, in the order of their numbers.
#[derive(Clone, Debug)]
pub struct Verifier {
    head: Head,
    last_event: Option<u64>,
    noted: Option<Head>,
    was_met: bool,
}

impl Verifier {
    /// A check from the beginning; `noted` is a head that must be met on the way.
    pub fn new(noted: Option<Head>) -> Self {
        let was_met = noted.is_none_or(|noted| noted == Head::EMPTY);
        Self { head: Head::EMPTY, last_event: None, noted, was_met }
    }

    /// Checks the next entry against the hash that is kept with it.
    pub fn check(&mut self, entry: &JournalEntry, kept: ChainHash) -> Result<(), JournalFault> {
        let expected = self.head.number + 1;
        if entry.number != expected {
            return Err(JournalFault::Numbers { expected, found: entry.number });
        }
        let next = self.head.after(entry);
        if next.hash != kept {
            return Err(JournalFault::Changed { number: entry.number, expected: next.hash, found: kept });
        }
        if let Some(sequence) = entry.sequence {
            if let Some(before) = self.last_event.filter(|before| sequence != before + 1) {
                return Err(JournalFault::Sequence { number: entry.number, before, found: sequence });
            }
            self.last_event = Some(sequence);
        }
        self.was_met |= self.noted == Some(next);
        self.head = next;
        Ok(())
    }

    /// How far the journal goes, once every entry was checked.
    pub fn end(self) -> Result<Head, JournalFault> {
        match self.noted {
            Some(noted) if !self.was_met => Err(JournalFault::NotThere { noted, end: self.head }),
            _ => Ok(self.head),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn entry(number: u64) -> JournalEntry {
        JournalEntry {
            number,
            at: CityTime(1_000 * number as i64),
            written: CityTime(7),
            kind: EntryKind::Event,
            what: "unitArrived".to_owned(),
            who: "officer:李".to_owned(),
            origin: "desk-3 127.0.0.1".to_owned(),
            sequence: Some(number),
            key: None,
            status: None,
            body: "{}".to_owned(),
            answer: None,
        }
    }

    fn journal() -> Vec<(JournalEntry, ChainHash)> {
        let mut head = Head::EMPTY;
        (1..=5)
            .map(|number| {
                head = head.after(&entry(number));
                (entry(number), head.hash)
            })
            .collect()
    }

    fn verify(journal: &[(JournalEntry, ChainHash)], noted: Option<Head>) -> Result<Head, JournalFault> {
        let mut verifier = Verifier::new(noted);
        for (entry, kept) in journal {
            verifier.check(entry, *kept)?;
        }
        verifier.end()
    }

    #[test]
    fn a_whole_journal_holds_and_its_hash_is_that_of_the_written_rule() {
        let head = verify(&journal(), None).unwrap();
        assert_eq!(head.number, 5);
        assert_eq!(Head::parse(&head.to_string()).unwrap(), head);
        // python3: hashlib.sha256(json.dumps([…], separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
        assert_eq!(
            journal()[0].1.to_string(),
            "1e4d0d4c3142148854792453b4d5077fafadbd6862f4fa103b867e8ab123ea14"
        );
    }

    #[test]
    fn whatever_is_changed_is_found() {
        let changes: [fn(&mut JournalEntry); 11] = [
            |e| e.at.0 += 1,
            |e| e.written.0 += 1,
            |e| e.kind = EntryKind::Service,
            |e| e.what.push('x'),
            |e| e.who.push('x'),
            |e| e.origin.clear(),
            |e| e.sequence = None,
            |e| e.key = Some(String::new()),
            |e| e.status = Some(200),
            |e| e.body.push(' '),
            |e| e.answer = Some("{}".to_owned()),
        ];
        for change in changes {
            let mut changed = journal();
            change(&mut changed[2].0);
            assert!(matches!(verify(&changed, None), Err(JournalFault::Changed { number: 3, .. })));
            // Whoever writes a new hash for it has to write all that follow.
            changed[2].1 = changed[2].0.hash_after(changed[1].1);
            assert!(matches!(verify(&changed, None), Err(JournalFault::Changed { number: 4, .. })));
        }
        let mut missing = journal();
        missing.remove(1);
        assert_eq!(verify(&missing, None), Err(JournalFault::Numbers { expected: 2, found: 3 }));
        let mut swapped = journal();
        swapped.swap(1, 2);
        assert!(verify(&swapped, None).is_err());
    }

    #[test]
    fn an_end_that_was_cut_off_is_seen_by_a_noted_head() {
        let whole = journal();
        let noted = Head { number: 4, hash: whole[3].1 };
        assert!(verify(&whole, Some(noted)).is_ok() && verify(&whole[..4], Some(noted)).is_ok());
        assert!(matches!(verify(&whole[..3], Some(noted)), Err(JournalFault::NotThere { .. })));
        assert!(verify(&[], Some(Head::EMPTY)).is_ok());
        for wrong in ["", "7", "x:00", "7:00", "7:zz"] {
            assert!(Head::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Head::parse(&format!("1:{}é", "0".repeat(62))).is_err());
    }

    #[test]
    fn an_event_that_is_missing_is_seen_though_the_entries_are_numbered_through() {
        let mut head = Head::EMPTY;
        let gap: Vec<_> = [1, 2, 4]
            .into_iter()
            .zip(1..)
            .map(|(sequence, number)| {
                let entry = JournalEntry { sequence: Some(sequence), ..entry(number) };
                head = head.after(&entry);
                (entry, head.hash)
            })
            .collect();
        assert_eq!(verify(&gap, None), Err(JournalFault::Sequence { number: 3, before: 2, found: 4 }));
    }
}
