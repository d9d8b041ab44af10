//! What is in memory and what is wished for, shared by whoever asks and by the threads that bring.

mod state;

use super::patience::ImageryPatience;
use super::supply::Brought;
use overlays::imagery::{ImageryHealth, Lookup, Picture, TileAddress};
use state::State;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(super) struct Shelf {
    state: Mutex<State>,
    wished: Condvar,
    arrived: Condvar,
    most_waiting: usize,
}

impl Shelf {
    pub(super) fn new(patience: &ImageryPatience, health: ImageryHealth) -> Self {
        let state = State::new(patience, health);
        let most_waiting = patience.most_waiting.max(1);
        Self { state: Mutex::new(state), wished: Condvar::new(), arrived: Condvar::new(), most_waiting }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn at_hand(&self, address: TileAddress) -> Option<Arc<Picture>> {
        self.state().pictures.get(&address).cloned()
    }

    /// What is known of a tile; an unknown one is wished for, before all others.
    pub(super) fn lookup(&self, address: TileAddress) -> Lookup {
        let mut state = self.state();
        if let Some(picture) = state.pictures.get(&address) {
            return Lookup::Ready(picture.clone());
        }
        if state.absent.get(&address).is_some() {
            return Lookup::Absent;
        }
        if state.failed.get(&address).is_some_and(|until| Instant::now() < *until) {
            return Lookup::Failed;
        }
        let State { queue, coming, .. } = &mut *state;
        if coming.insert(address) {
            queue.push_back(address);
            self.wished.notify_one();
        } else if let Some(index) = queue.iter().rposition(|waiting| *waiting == address) {
            queue.remove(index);
            queue.push_back(address);
        }
        while queue.len() > self.most_waiting {
            queue.pop_front().map(|oldest| coming.remove(&oldest));
        }
        Lookup::Coming
    }

    /// The next tile to bring; none when it is over. Waits for one.
    pub(super) fn take(&self) -> Option<TileAddress> {
        let mut state = self.state();
        loop {
            if state.stopped {
                return None;
            }
            if let Some(address) = state.queue.pop_back() {
                return Some(address);
            }
            let wait = state.forgive(Instant::now());
            if wait.is_some_and(|wait| wait.is_zero()) {
                self.arrived.notify_all();
                continue;
            }
            // At most a minute: nothing is lost by looking once too often.
            let wait = wait.unwrap_or(Duration::from_secs(60));
            state = self.wished.wait_timeout(state, wait).map_or_else(|e| e.into_inner().0, |woken| woken.0);
        }
    }

    /// Takes what was brought for a tile.
    pub(super) fn put(&self, address: TileAddress, brought: Brought) {
        let mut state = self.state();
        state.coming.remove(&address);
        state.failed.remove(&address);
        match brought {
            Brought::Picture(picture) => {
                state.health.loaded += 1;
                // One larger than the whole budget is not kept; no budget is as small as a tile.
                let _ = state.pictures.put_with_weight(address, Arc::new(picture));
            }
            Brought::Absent => drop(state.absent.put(address, ())),
            Brought::Failed { why, again_after } => {
                tracing::debug!("{address:?}: {why}");
                state.health.failed += 1;
                state.health.problem = Some(why);
                state.fails(address, Instant::now() + again_after);
            }
            Brought::Nothing => {}
        }
        state.forgive(Instant::now());
        state.generation += 1;
        self.arrived.notify_all();
    }

    /// Something is wrong, or was: whether the source can be reached, and in words what the trouble is.
    pub(super) fn note(&self, offline: bool, problem: Option<String>) {
        let mut state = self.state();
        let back = state.health.offline && !offline;
        state.health.offline = offline;
        state.health.problem = problem.or(state.health.problem.take().filter(|_| !back));
    }

    /// Waits until none of the tiles is coming any more; false where the time is over before.
    pub(super) fn wait(&self, addresses: &[TileAddress], timeout: Duration) -> bool {
        let end = Instant::now() + timeout;
        let mut left = addresses.to_vec();
        loop {
            let generation = self.generation();
            // All of them, because to look is to wish.
            left.retain(|address| self.lookup(*address) == Lookup::Coming);
            if left.is_empty() {
                return true;
            }
            let mut state = self.state();
            while state.generation == generation {
                let time = end.saturating_duration_since(Instant::now());
                if time.is_zero() || state.stopped {
                    return false;
                }
                state =
                    self.arrived.wait_timeout(state, time).map_or_else(|e| e.into_inner().0, |woken| woken.0);
            }
        }
    }

    pub(super) fn generation(&self) -> u64 {
        self.state().generation
    }

    pub(super) fn health(&self) -> ImageryHealth {
        let state = self.state();
        ImageryHealth { waiting: state.coming.len(), ..state.health.clone() }
    }

    pub(super) fn stop(&self) {
        self.state().stopped = true;
        self.wished.notify_all();
        self.arrived.notify_all();
    }
}
