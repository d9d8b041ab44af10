//! What a vehicle says in words (STATUSTEXT): parts of up to 50 bytes put together.

use super::message::StatusTextPart;
use city::CityTime;

/// How severe a text is: MAV_SEVERITY, 0 the worst, 7 the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Severity(pub u8);

impl Severity {
    /// Its key.
    pub fn key(self) -> &'static str {
        match self.0 {
            0 => "emergency",
            1 => "alert",
            2 => "critical",
            3 => "error",
            4 => "warning",
            5 => "notice",
            6 => "info",
            _ => "debug",
        }
    }
}

/// A text, with all parts that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusText {
    /// When its last part came.
    pub at: CityTime,
    /// How severe.
    pub severity: Severity,
    /// What it says; `…` stands for a part that is missing.
    pub text: String,
}

/// A part that follows later than this begins another text, milliseconds: ids are used again.
const LONGEST_PAUSE_MS: i64 = 10_000;
/// Texts of several parts that are open at once; the protocol sends one after the other.
const MOST_OPEN: usize = 4;
/// Parts of one text.
const MOST_PARTS: u8 = 32;

/// Puts parts together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TextParts {
    open: Vec<Open>,
}

#[derive(Clone, Debug, PartialEq)]
struct Open {
    id: u16,
    severity: Severity,
    at: CityTime,
    next: u8,
    text: Vec<u8>,
}

impl TextParts {
    /// Takes a part that came at `at`; returns the texts that are complete with it.
    pub(super) fn take(&mut self, part: &StatusTextPart, at: CityTime) -> Vec<StatusText> {
        let mut done = self.close_old(at);
        if part.id == 0 {
            done.push(finish(part.severity, at, &part.text));
            return done;
        }
        let place = self.open.iter().position(|open| open.id == part.id).filter(|place| {
            // The first part again: a new text under the same id.
            part.part > 0 || self.open.get(*place).is_some_and(|open| open.next == 0)
        });
        let place = place.unwrap_or_else(|| {
            if let Some(old) = self.open.iter().position(|open| open.id == part.id) {
                done.push(self.open.remove(old).close());
            }
            if self.open.len() >= MOST_OPEN {
                done.push(self.open.remove(0).close());
            }
            let text = Vec::new();
            self.open.push(Open { id: part.id, severity: part.severity, at, next: 0, text });
            self.open.len() - 1
        });
        let Some(open) = self.open.get_mut(place) else { return done };
        if part.part < open.next {
            return done;
        }
        if part.part > open.next {
            open.text.extend_from_slice("…".as_bytes());
        }
        open.text.extend_from_slice(&part.text);
        open.next = part.part.saturating_add(1);
        open.at = at;
        // A part that does not fill its 50 bytes is the last.
        if part.text.len() < 50 || open.next >= MOST_PARTS {
            done.push(self.open.remove(place).close());
        }
        done
    }

    /// The texts whose last part did not come in time.
    pub(super) fn close_old(&mut self, now: CityTime) -> Vec<StatusText> {
        let is_old = |open: &Open| now.0.saturating_sub(open.at.0) > LONGEST_PAUSE_MS;
        let (old, open) = std::mem::take(&mut self.open).into_iter().partition::<Vec<_>, _>(is_old);
        self.open = open;
        old.into_iter()
            .map(|open| Open { text: [open.text.as_slice(), "…".as_bytes()].concat(), ..open }.close())
            .collect()
    }
}

impl Open {
    fn close(self) -> StatusText {
        finish(self.severity, self.at, &self.text)
    }
}

/// Bytes that are no text are shown as such, and control characters would spoil a panel.
fn finish(severity: Severity, at: CityTime, text: &[u8]) -> StatusText {
    let text = String::from_utf8_lossy(text);
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    StatusText { at, severity, text: text.trim_end().to_owned() }
}
