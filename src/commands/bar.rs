//! A progress bar on standard error: drawn over itself on a terminal, a line every tenth elsewhere.

use std::io::{IsTerminal, Write, stderr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// A progress bar. Any thread may show how far the work is.
pub struct Bar {
    doing: &'static str,
    began: Instant,
    /// What was shown last, thousandths.
    shown: Mutex<Option<u32>>,
    over_itself: bool,
}

impl Bar {
    /// A bar for work that `doing` names, such as "importing".
    pub fn new(doing: &'static str) -> Self {
        Self { doing, began: Instant::now(), shown: Mutex::new(None), over_itself: stderr().is_terminal() }
    }

    /// Shows how much is done, from 0 to 1.
    pub fn show(&self, share: f64) {
        let step = if self.over_itself { 1 } else { 100 };
        let now = (share.clamp(0.0, 1.0) * 1000.0) as u32 / step * step;
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.is_some_and(|shown| shown >= now) {
            return;
        }
        *shown = Some(now);
        let full = (now / 50) as usize;
        let left_s = self.began.elapsed().as_secs_f64() * (1.0 / share.max(1e-3) - 1.0);
        let line = format!(
            "{} [{}{}] {:3} %, {left_s:.0} s left",
            self.doing,
            "█".repeat(full),
            "·".repeat(20 - full),
            now / 10
        );
        // A line that nobody can read is no reason to stop the work.
        let _ = if self.over_itself { write!(stderr(), "\r{line}   ") } else { writeln!(stderr(), "{line}") };
    }

    /// Ends the line.
    pub fn end(&self) {
        if self.over_itself {
            let _ = writeln!(stderr());
        }
    }
}
