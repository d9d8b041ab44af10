//! Places that a few share: how many somebody holds at once is counted, and bounded.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// How many places each holds.
#[derive(Debug)]
pub struct Places<K>(Arc<Mutex<HashMap<K, usize>>>);

/// A place that is held until this is dropped.
#[derive(Debug)]
pub struct Place<K: Hash + Eq> {
    of: K,
    held: Arc<Mutex<HashMap<K, usize>>>,
}

impl<K> Default for Places<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Hash + Eq + Clone> Places<K> {
    /// One more place for `who`, unless they hold `most` already.
    pub fn take(&self, who: K, most: usize) -> Option<Place<K>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(who.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { of: who, held: self.0.clone() })
    }
}

impl<K: Hash + Eq> Drop for Place<K> {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_place_given_back_is_free_for_the_next() {
        let places = Places::default();
        let held: Vec<_> = (0..3).map(|_| places.take("li", 3).unwrap()).collect();
        assert!(places.take("li", 3).is_none());
        assert!(places.take("wang", 3).is_some());
        drop(held);
        assert!(places.0.lock().unwrap().is_empty());
        assert!(places.take("li", 3).is_some());
    }
}
