//! How often and after which waits a file is tried again.

use super::error::{Fault, Then};
use super::patience::Patience;
use super::progress::Board;
use crate::backoff::{Again, Backoff};
use crate::config::Pace;
use std::time::{Duration, Instant};

/// A source that cuts every connection after a few bytes is tried no more often than this for one file.
const MOST_TRIES: u32 = 2_000;

/// The tries of one file.
pub(crate) struct Tries {
    patience: Patience,
    backoff: Backoff,
    /// Tries in a row that did not come further.
    in_vain: u32,
    all: u32,
    damaged: u32,
    /// The most bytes any try came to.
    furthest: u64,
    failing_since: Instant,
}

impl Tries {
    pub(crate) fn new(patience: Patience) -> Self {
        let pace =
            Pace { first_wait: patience.first_wait, longest_wait: patience.longest_wait, ..Pace::default() };
        Self {
            patience,
            backoff: Backoff::new(pace),
            in_vain: 0,
            all: 0,
            damaged: 0,
            furthest: 0,
            failing_since: Instant::now(),
        }
    }

    /// After a fault of a try that came to `reached` bytes: how long to wait before the next, or that there is none.
    pub(crate) fn after(&mut self, fault: Fault, reached: u64, board: &Board) -> Result<Duration, Fault> {
        self.all += 1;
        if reached > self.furthest {
            self.furthest = reached;
            self.in_vain = 0;
            self.backoff.reset();
        }
        if self.in_vain == 0 {
            self.failing_since = Instant::now();
        }
        self.in_vain += 1;
        match fault.then {
            Then::Leave | Then::Stop => Err(fault),
            Then::Afresh => {
                self.damaged += 1;
                if self.damaged >= self.patience.damaged {
                    let why = format!(
                        "{}; so it came {} times: the source or a proxy on the way damages it, try another --source",
                        fault.why, self.damaged
                    );
                    return Err(Fault::new(Then::Leave, why));
                }
                Ok(self.backoff.wait(Again::Doubling))
            }
            Then::Again(Some(asked)) if asked > self.patience.longest_asked => {
                let why = format!("{} and asks to come back in {} s", fault.why, asked.as_secs());
                Err(Fault::new(self.given_up(board), why))
            }
            Then::Again(_) if self.in_vain >= self.patience.tries || self.all >= MOST_TRIES => {
                let times = if self.all >= MOST_TRIES { self.all } else { self.in_vain };
                Err(Fault::new(self.given_up(board), format!("{}, given up after {times} tries", fault.why)))
            }
            Then::Again(Some(asked)) => Ok(asked.max(self.backoff.wait(Again::Doubling))),
            Then::Again(None) => Ok(self.backoff.wait(Again::Doubling)),
        }
    }

    /// Where nothing came for any file while this one was tried, others would be tried in vain as well.
    fn given_up(&self, board: &Board) -> Then {
        if board.came_since(self.failing_since) { Then::Leave } else { Then::Stop }
    }
}
