//! Which entries of a list are new since it was last read, so that only these are fetched.
//!
//! Deliberately absent: fetching. What is remembered is no more than the newest list holds.

use super::list::{AlertList, EntryBody, ListEntry};
use city::CityTime;
use std::collections::HashMap;

/// The entries of one list that were fetched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeenEntries {
    fetched: HashMap<String, Option<CityTime>>,
}

impl SeenEntries {
    /// The entries that stand behind a link and were not fetched as they are now, in the order of the list. What the
    /// list no longer holds is forgotten. An entry is given again until it is [`Self::fetched`].
    pub fn to_fetch<'a>(&mut self, list: &'a AlertList) -> Vec<&'a ListEntry> {
        let mut still = HashMap::new();
        let mut wanted = Vec::new();
        for entry in list.entries.iter().filter(|entry| !matches!(entry.body, EntryBody::Whole(_))) {
            match self.fetched.remove(&entry.id) {
                Some(when) if when == entry.updated => {
                    still.insert(entry.id.clone(), when);
                }
                _ if still.contains_key(&entry.id) => {}
                _ if entry.href.is_some() => wanted.push(entry),
                _ => {}
            }
        }
        self.fetched = still;
        wanted
    }

    /// Notes that an entry was fetched and read.
    pub fn fetched(&mut self, entry: &ListEntry) {
        self.fetched.insert(entry.id.clone(), entry.updated);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entries: &[(&str, i64)]) -> AlertList {
        let entry = |(id, at): &(&str, i64)| ListEntry {
            id: (*id).to_owned(),
            title: String::new(),
            updated: Some(CityTime(*at)),
            href: Some(format!("https://example.invalid/{id}")),
            body: EntryBody::Linked,
        };
        AlertList { entries: entries.iter().map(entry).collect(), ..AlertList::default() }
    }

    #[test]
    fn only_what_is_new_or_changed_is_fetched_and_a_failure_is_tried_again() {
        let mut seen = SeenEntries::default();
        let first = list(&[("a", 1), ("b", 1)]);
        assert_eq!(seen.to_fetch(&first).len(), 2);
        seen.fetched(&first.entries[0]);
        let again: Vec<_> = seen.to_fetch(&first).into_iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(again, ["b"]);
        seen.fetched(&first.entries[1]);
        let changed = list(&[("a", 2), ("b", 1)]);
        assert_eq!(seen.to_fetch(&changed), [&changed.entries[0]]);
        assert_eq!(seen.fetched.len(), 1);
        assert!(seen.to_fetch(&list(&[])).is_empty());
        assert!(seen.fetched.is_empty());
    }
}
