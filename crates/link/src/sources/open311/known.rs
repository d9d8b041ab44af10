//! Which requests were told, and in which words, so that only what changed is told.

use city::CityTime;
use feeds::open311::ServiceRequest;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// How many requests are remembered; of more, those that changed longest ago are forgotten and told again.
const MOST: usize = 400_000;

#[derive(Default)]
pub(super) struct Known {
    told: HashMap<String, Told>,
    hash: RandomState,
}

struct Told {
    updated: Option<CityTime>,
    words: u64,
}

impl Known {
    /// True where a request is new, or was changed and not before what is known of it.
    pub(super) fn take(&mut self, request: &ServiceRequest) -> bool {
        let words = self.hash.hash_one(format!("{request:?}"));
        let told = self.told.get(&request.service_request_id);
        // One without a time cannot be called older.
        let is_older = told.is_some_and(|told| request.updated.is_some() && request.updated < told.updated);
        if is_older || told.is_some_and(|told| told.words == words) {
            return false;
        }
        let updated = request.updated.max(told.and_then(|told| told.updated));
        self.told.insert(request.service_request_id.clone(), Told { updated, words });
        if self.told.len() > MOST {
            self.forget();
        }
        true
    }

    fn forget(&mut self) {
        let mut times: Vec<_> = self.told.values().map(|told| told.updated).collect();
        let middle = times.len() / 2;
        let (_, middle, _) = times.select_nth_unstable(middle);
        let middle = *middle;
        self.told.retain(|_, told| told.updated > middle);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_newest_words_win_and_the_same_are_no_news() {
        let request = |updated: Option<i64>, notes: &str| ServiceRequest {
            service_request_id: "7".to_owned(),
            status_notes: notes.to_owned(),
            updated: updated.map(CityTime),
            ..ServiceRequest::default()
        };
        let mut known = Known::default();
        assert!(known.take(&request(Some(5), "a")));
        assert!(!known.take(&request(Some(5), "a")));
        assert!(!known.take(&request(Some(4), "older")));
        assert!(known.take(&request(Some(5), "b")));
        assert!(known.take(&request(Some(6), "b")));
        assert!(known.take(&request(None, "c")));
        assert!(!known.take(&request(Some(5), "older")));
    }
}
