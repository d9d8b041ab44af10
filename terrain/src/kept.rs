//! What was read last, kept within a budget of memory.

use clru::{CLruCache, CLruCacheConfig, WeightScale};
use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hash},
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
pub(crate) struct Kept<K, V: Weighs> {
    values: Mutex<CLruCache<K, Arc<V>, RandomState, Scale>>,
    /// Held while a value is made, one for some of the keys each.
    making: Box<[Mutex<()>; 32]>,
    hasher: RandomState,
}

impl<K: Clone + Eq + Hash, V: Weighs> Kept<K, V> {
    /// Nothing kept yet, within a budget of bytes.
    pub fn within(budget: NonZeroUsize) -> Self {
        let values = CLruCache::with_config(CLruCacheConfig::new(budget).with_scale(Scale));
        Self {
            values: Mutex::new(values),
            making: Box::new([const { Mutex::new(()) }; 32]),
            hasher: RandomState::new(),
        }
    }

    /// The value of a key, made where it is not kept: by one thread, while those that ask for the same wait.
    pub fn get_or<E>(&self, key: K, make: impl FnOnce() -> Result<V, E>) -> Result<Arc<V>, E> {
        let lock = || self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = || lock().get(&key).cloned();
        if let Some(value) = kept() {
            return Ok(value);
        }
        let of_key = self.hasher.hash_one(&key) as usize % self.making.len();
        let _making = self.making[of_key].lock().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have made it meanwhile.
        if let Some(value) = kept() {
            return Ok(value);
        }
        let value = Arc::new(make()?);
        // A value larger than the whole budget is used, and not kept.
        let _ = lock().put_with_weight(key, value.clone());
        Ok(value)
    }
}
