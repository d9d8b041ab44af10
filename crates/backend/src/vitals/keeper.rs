//! The thread that fills in the past and writes down what was.

use super::{Shared, Vitals, kept};
use crate::training::past::Past;
use city::CityTime;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use watch::rules::DeviceHandle;
use watch::vital::{SignHandle, VitalSigns};

/// How often what was is written down.
const EVERY: Duration = Duration::from_secs(600);
/// How long the past waits for somebody to ask for it: a console that starts needs its cores itself.
const PAST_AFTER: Duration = Duration::from_secs(20);
/// How far back the past is made up.
const PAST_HOURS: i64 = 5 * 7 * 24;
const HOUR_MS: i64 = 3_600_000;

/// The thread; dropping it ends it, after a last writing.
pub struct Keeper {
    wishes: Arc<Wishes>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Wishes {
    wish: Mutex<Wish>,
    changed: Condvar,
}

#[derive(Clone, Copy, Default)]
struct Wish {
    /// Somebody asks for the past.
    past: bool,
    /// The thread is to end.
    end: bool,
}

impl Wishes {
    fn lock(&self) -> MutexGuard<'_, Wish> {
        self.wish.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The wishes, as soon as there are any or the time is over.
    fn wait(&self, longest: Duration) -> Wish {
        let wish = self.lock();
        if wish.end || wish.past {
            return *wish;
        }
        let waited = self.changed.wait_timeout(wish, longest);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Keeper {
    /// Starts the thread.
    pub fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let wishes = Arc::new(Wishes::default());
        let theirs = wishes.clone();
        let thread = std::thread::Builder::new().name("city-vitals".to_owned());
        let thread = thread.spawn(move || keep(&shared, &theirs))?;
        Ok(Self { wishes, thread: Some(thread) })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.wishes.lock().end = true;
        self.wishes.changed.notify_all();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread of the vital signs failed");
        }
    }
}

impl Vitals {
    /// Asks for the past, if it does not stand yet.
    pub(super) fn want_past(&self) {
        if !self.past_is_ready() {
            self.keeper.wishes.lock().past = true;
            self.keeper.wishes.changed.notify_all();
        }
    }
}

fn keep(shared: &Shared, wishes: &Wishes) {
    let (began, mut written) = (Instant::now(), Instant::now());
    let mut trouble = None;
    kept::take_up(shared);
    loop {
        let is_ready = shared.past_is_ready.load(Ordering::Acquire);
        if is_ready {
            // Who asked while it came has it by now.
            wishes.lock().past = false;
        }
        let next = if is_ready { EVERY } else { PAST_AFTER.saturating_sub(began.elapsed()) };
        let wish = wishes.wait(next.min(EVERY.saturating_sub(written.elapsed())));
        let mut writes = wish.end || written.elapsed() >= EVERY;
        if !is_ready && !wish.end && (wish.past || began.elapsed() >= PAST_AFTER) {
            fill(shared, || wishes.lock().end);
            writes = true;
        }
        if writes {
            written = Instant::now();
            let wrote = kept::write_down(shared).err();
            // The same trouble is told once, not every time.
            if let Some(why) = wrote.as_ref().filter(|why| Some(*why) != trouble.as_ref()) {
                tracing::warn!("{why}");
            }
            trouble = wrote;
        }
        if wish.end {
            return;
        }
    }
}

/// Makes up the past of the training city, and has the signs recall it where they know nothing themselves.
fn fill(shared: &Shared, ends: impl Fn() -> bool) {
    let began = Instant::now();
    let Some(past) = relive(shared, ends) else { return };
    let signs = 0..past.definitions().signs().len() as u16;
    // A sign at a time: what devices tell meanwhile waits for milliseconds.
    for remembered in signs.map(|sign| past.remembered(SignHandle(sign))) {
        let mut signs = shared.signs();
        for kept in &remembered {
            signs.recall(kept);
        }
    }
    shared.past_is_ready.store(true, Ordering::Release);
    tracing::info!("the past of the training city stands after {:.1} s", began.elapsed().as_secs_f64());
}

/// Five weeks of hours up to the present one, each as it was in its middle; `None` when it is to end before.
fn relive(shared: &Shared, ends: impl Fn() -> bool) -> Option<VitalSigns> {
    let (now, definitions, places) = {
        let signs = shared.signs();
        (signs.now(), signs.definitions().clone(), signs.places().clone())
    };
    let this_hour = now.0.div_euclid(HOUR_MS);
    let middle = |hour: i64| CityTime(hour * HOUR_MS + HOUR_MS / 2);
    let from = middle(this_hour - PAST_HOURS);
    let mut signs = shared.roster.enrolled(&shared.surroundings, definitions, places, from);
    let mut past =
        Past::new(&shared.surroundings, shared.training.seed, shared.training.incidents_per_minute);
    let mut told = Vec::new();
    for at in (this_hour - PAST_HOURS..this_hour).map(middle) {
        if ends() {
            return None;
        }
        told.clear();
        for (row, value) in past.at(at) {
            told.push((handle(row), value));
            let gauges = shared.roster.beside(row);
            told.extend(gauges.map(|(row, gauge)| (handle(row), gauge.value(shared.chance, at, value))));
        }
        signs.relive(at, told.iter().copied());
    }
    Some(signs)
}

fn handle(row: usize) -> DeviceHandle {
    DeviceHandle(u32::try_from(row).unwrap_or(u32::MAX))
}
