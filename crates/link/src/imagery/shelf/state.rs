//! What a shelf holds.

use crate::imagery::patience::ImageryPatience;
use clru::{CLruCache, CLruCacheConfig, WeightScale};
use overlays::imagery::ImageryHealth;
use overlays::imagery::{Picture, TileAddress};
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::RandomState;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many tiles that do not exist, or could not be had, are remembered.
const MOST_WITHOUT: NonZeroUsize = NonZeroUsize::new(65_536).expect("it is not zero");

pub(super) struct State {
    pub(super) pictures: CLruCache<TileAddress, Arc<Picture>, RandomState, Bytes>,
    pub(super) absent: CLruCache<TileAddress, ()>,
    /// When a tile that could not be had may be tried again.
    pub(super) failed: HashMap<TileAddress, Instant>,
    /// The newest wish last.
    pub(super) queue: VecDeque<TileAddress>,
    /// In the queue or being brought.
    pub(super) coming: HashSet<TileAddress>,
    pub(super) generation: u64,
    pub(super) stopped: bool,
    pub(super) health: ImageryHealth,
}

/// Pictures weigh their bytes.
pub(super) struct Bytes;

impl WeightScale<TileAddress, Arc<Picture>> for Bytes {
    fn weight(&self, _: &TileAddress, picture: &Arc<Picture>) -> usize {
        picture.bytes()
    }
}

impl State {
    pub(super) fn new(patience: &ImageryPatience, health: ImageryHealth) -> Self {
        let budget = NonZeroUsize::new(patience.memory_bytes).unwrap_or(NonZeroUsize::MIN);
        Self {
            pictures: CLruCache::with_config(CLruCacheConfig::new(budget).with_scale(Bytes)),
            absent: CLruCache::new(MOST_WITHOUT),
            failed: HashMap::new(),
            queue: VecDeque::new(),
            coming: HashSet::new(),
            generation: 0,
            stopped: false,
            health,
        }
    }

    /// A tile cannot be had until then.
    pub(super) fn fails(&mut self, address: TileAddress, until: Instant) {
        if self.failed.len() >= MOST_WITHOUT.get() {
            self.failed.clear();
        }
        self.failed.insert(address, until);
    }

    /// Forgets failures that are over, which whoever draws must learn; how long until the next is, zero for just now.
    pub(super) fn forgive(&mut self, now: Instant) -> Option<Duration> {
        let before = self.failed.len();
        self.failed.retain(|_, until| now < *until);
        if self.failed.len() < before {
            self.generation += 1;
            return Some(Duration::ZERO);
        }
        self.failed.values().min().map(|until| until.saturating_duration_since(now))
    }
}
