//! Threads that bring tiles, most urgent first. What is wanted is said anew as the eye moves: what nobody took yet and
//! is not wanted any more is forgotten.

use models::tiles::{Job, Loaded, TileId, load};
use models::{Fetch, ModelError};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What came of a tile.
pub(crate) type Brought = (Job, Result<Loaded, ModelError>);

/// The threads of a tileset; they end when it is dropped.
pub(crate) struct Workers {
    shared: Arc<Shared>,
    brought: Mutex<Receiver<Brought>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    wanted: Condvar,
}

#[derive(Default)]
struct State {
    /// The most urgent last.
    queue: Vec<Job>,
    on_the_way: BTreeSet<TileId>,
    over: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next to bring; none when it is over.
    fn take(&self) -> Option<Job> {
        let mut state = self.state();
        loop {
            if state.over {
                return None;
            }
            if let Some(job) = state.queue.pop() {
                state.on_the_way.insert(job.tile());
                return Some(job);
            }
            state = self.wanted.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Workers {
    /// Starts `count` threads. One that cannot be started is missing; without any, nothing comes.
    pub fn start(fetch: &Arc<dyn Fetch>, count: usize) -> Self {
        let shared = Arc::new(Shared::default());
        let (tell, brought) = channel();
        for _ in 0..count {
            let (shared, fetch, tell) = (shared.clone(), fetch.clone(), tell.clone());
            let work = move || bring(&shared, fetch.as_ref(), &tell);
            if let Err(why) = std::thread::Builder::new().name("models".to_owned()).spawn(work) {
                bevy::log::warn!("a thread for models cannot be started: {why}");
            }
        }
        Self { shared, brought: Mutex::new(brought) }
    }

    /// Says what is wanted, most urgent first; `make` is asked for those that are not on their way.
    pub fn want(&self, tiles: impl Iterator<Item = TileId>, mut make: impl FnMut(TileId) -> Option<Job>) {
        let mut state = self.shared.state();
        let on_the_way = &state.on_the_way;
        let mut queue: Vec<Job> =
            tiles.filter(|tile| !on_the_way.contains(tile)).filter_map(&mut make).collect();
        queue.reverse();
        state.queue = queue;
        drop(state);
        self.shared.wanted.notify_all();
    }

    /// The next that came, if there is one. It is on its way until this is called.
    pub fn next(&self) -> Option<Brought> {
        let brought = self.brought.lock().unwrap_or_else(PoisonError::into_inner).try_recv().ok()?;
        self.shared.state().on_the_way.remove(&brought.0.tile());
        Some(brought)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.state().over = true;
        self.shared.wanted.notify_all();
    }
}

/// Nothing that comes from outside may end a thread, so a reader that panics is a tile that cannot be read.
fn bring(shared: &Shared, fetch: &dyn Fetch, tell: &Sender<Brought>) {
    while let Some(job) = shared.take() {
        let result = catch_unwind(AssertUnwindSafe(|| load(&job, fetch)));
        let result = result.unwrap_or_else(|_| Err(ModelError::Damaged("its reader gave up".to_owned())));
        if tell.send((job, result)).is_err() {
            return;
        }
    }
}
