//! What was read last, kept within a budget of memory.

use clru::{CLruCache, CLruCacheConfig, WeightScale};
use std::{
    collections::hash_map::RandomState,
    hash::Hash,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

/// What knows how much memory it takes.
pub(crate) trait Weighs {
    /// Bytes.
    fn bytes(&self) -> usize;
}

#[derive(Debug)]
struct Scale;

impl<K, V: Weighs> WeightScale<K, Arc<V>> for Scale {
    fn weight(&self, _: &K, value: &Arc<V>) -> usize {
        value.bytes()
    }
}

/// Values by key; when they take more than the budget, those asked for longest ago go.
#[derive(Debug)]
pub(crate) struct Kept<K, V: Weighs>(Mutex<CLruCache<K, Arc<V>, RandomState, Scale>>);

impl<K: Clone + Eq + Hash, V: Weighs> Kept<K, V> {
    /// Nothing kept yet, within a budget of bytes.
    pub fn within(budget: NonZeroUsize) -> Self {
        Self(Mutex::new(CLruCache::with_config(CLruCacheConfig::new(budget).with_scale(Scale))))
    }

    /// The value of a key, made where it is not kept. It is made without holding the others up, so two threads that
    /// ask at once may both make it.
    pub fn get_or<E>(&self, key: K, make: impl FnOnce() -> Result<V, E>) -> Result<Arc<V>, E> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = lock().get(&key) {
            return Ok(value.clone());
        }
        let value = Arc::new(make()?);
        // A value larger than the whole budget is used, and not kept.
        let _ = lock().put_with_weight(key, value.clone());
        Ok(value)
    }
}
