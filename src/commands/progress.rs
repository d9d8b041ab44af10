//! How far a command is, on standard error: one line written over itself on a terminal, a line a milestone elsewhere.

use std::io::{IsTerminal, Write, stderr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The longest line, characters: what wraps cannot be written over.
const LONGEST: usize = 150;

/// A line that any thread may write over.
pub struct ProgressLine {
    over_itself: bool,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    text: String,
    milestone: String,
}

impl ProgressLine {
    /// A line that says nothing yet.
    pub fn new() -> Self {
        Self { over_itself: stderr().is_terminal(), shown: Mutex::default() }
    }

    /// Says `text`; where lines cannot be written over, only when another `milestone` is reached.
    pub fn tell(&self, milestone: &str, text: &str) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let text: String = text.chars().take(LONGEST).collect();
        // A line that nobody can read is no reason to stop the work.
        if !self.over_itself {
            if shown.milestone != milestone {
                let _ = writeln!(stderr(), "{text}");
            }
        } else if shown.text != text {
            let _ = write!(stderr(), "\r{text:<0$}", shown.text.chars().count());
        }
        *shown = Shown { text, milestone: milestone.to_owned() };
    }

    /// Ends the line.
    pub fn end(&self) {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if self.over_itself && !shown.text.is_empty() {
            let _ = writeln!(stderr());
        }
    }
}

/// A progress bar.
pub struct Bar {
    doing: &'static str,
    began: Instant,
    line: ProgressLine,
    /// The furthest shown, thousandths: threads may tell of it in another order.
    furthest: Mutex<u32>,
}

impl Bar {
    /// A bar for work that `doing` names, such as "importing".
    pub fn new(doing: &'static str) -> Self {
        Self { doing, began: Instant::now(), line: ProgressLine::new(), furthest: Mutex::default() }
    }

    /// Shows how much is done, from 0 to 1.
    pub fn show(&self, share: f64) {
        let now = (share.clamp(0.0, 1.0) * 1000.0) as u32;
        let mut furthest = self.furthest.lock().unwrap_or_else(PoisonError::into_inner);
        if *furthest > now {
            return;
        }
        *furthest = now;
        let full = (now / 50) as usize;
        let left_s = self.began.elapsed().as_secs_f64() * (1.0 / share.max(1e-3) - 1.0);
        let (done, open, percent) = ("█".repeat(full), "·".repeat(20 - full), now / 10);
        let text = format!("{} [{done}{open}] {percent:3} %, {left_s:.0} s left", self.doing);
        self.line.tell(&(now / 100).to_string(), &text);
    }

    /// Ends the line.
    pub fn end(&self) {
        self.line.end();
    }
}
