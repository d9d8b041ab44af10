//! The thread that takes in what is told: whoever tells it, the owner of the city before all, hands over and goes on, and
//! never waits for somebody who reads the signs.

use super::Shared;
use crate::telemetry::Told;
use city::CityTime;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

/// How many batches may wait: minutes' worth of them.
const WAITING: usize = 256;

/// What is handed over.
enum Fed {
    /// A batch.
    Told(Told),
    /// Nothing but the city's time.
    Time(CityTime),
}

/// The thread; dropping it ends it, once all that was handed over is taken in.
pub struct Feeder {
    to: Option<SyncSender<Fed>>,
    lost: AtomicU64,
    thread: Option<JoinHandle<()>>,
}

impl Feeder {
    /// Starts the thread.
    pub fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let (to, from) = sync_channel(WAITING);
        let thread = std::thread::Builder::new().name("city-signs".to_owned());
        let thread = thread.spawn(move || feed(&shared, &from))?;
        Ok(Self { to: Some(to), lost: AtomicU64::new(0), thread: Some(thread) })
    }

    /// Hands a batch over.
    pub fn told(&self, told: Told) {
        if !self.hand(Fed::Told(told)) && self.lost.fetch_add(1, Ordering::Relaxed).is_power_of_two() {
            tracing::warn!("batches come faster than the vital signs take them in; some are left out");
        }
    }

    /// Says what time it is in the city.
    pub fn time(&self, now: CityTime) {
        // Where batches wait a later one says it.
        self.hand(Fed::Time(now));
    }

    fn hand(&self, fed: Fed) -> bool {
        let handed = self.to.as_ref().map(|to| to.try_send(fed));
        !matches!(handed, Some(Err(TrySendError::Full(_))))
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        drop(self.to.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that feeds the vital signs failed");
        }
    }
}

fn feed(shared: &Shared, from: &Receiver<Fed>) {
    for fed in from {
        match fed {
            Fed::Told(told) => {
                shared.take(&told.made_up, told.at);
                shared.published(&told.published, told.at);
                shared.tick(told.at);
            }
            Fed::Time(now) => shared.tick(now),
        }
    }
}
