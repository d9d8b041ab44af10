//! The line to one host, which all threads share: when one finds it cut or is asked for patience, the others know.

use super::patience::ImageryPatience;
use crate::backoff::{Again, Backoff};
use crate::config::Pace;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The waits before a host that cannot be reached is tried again, as multiples of the waits for one tile.
const OFFLINE_TIMES: u32 = 4;

pub(super) struct Line {
    state: Mutex<State>,
}

struct State {
    /// Until then nothing is asked.
    closed_until: Option<Instant>,
    offline: Backoff,
}

impl Line {
    pub(super) fn new(patience: &ImageryPatience) -> Self {
        let pace = Pace {
            first_wait: patience.first_wait * OFFLINE_TIMES,
            longest_wait: patience.longest_wait * OFFLINE_TIMES,
            ..Pace::default()
        };
        Self { state: Mutex::new(State { closed_until: None, offline: Backoff::new(pace) }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long nothing is to be asked.
    pub(super) fn closed_for(&self) -> Option<Duration> {
        let closed = self.state().closed_until?.saturating_duration_since(Instant::now());
        (!closed.is_zero()).then_some(closed)
    }

    /// The host answers; after it was away everybody may ask again.
    pub(super) fn answers(&self, was_away: bool) {
        let mut state = self.state();
        state.offline.reset();
        if was_away {
            state.closed_until = None;
        }
    }

    /// The host asks for patience.
    pub(super) fn close_for(&self, wait: Duration) {
        let mut state = self.state();
        let until = Instant::now() + wait;
        state.closed_until = state.closed_until.filter(|closed| *closed > until).or(Some(until));
    }

    /// The host cannot be reached: how long nothing is to be asked. Threads that find out together wait once.
    pub(super) fn is_cut(&self) -> Duration {
        if let Some(closed) = self.closed_for() {
            return closed;
        }
        let wait = self.state().offline.wait(Again::Doubling);
        self.close_for(wait);
        wait
    }
}
