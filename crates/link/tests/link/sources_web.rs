//! What the tests of sources share: one source or several at servers of the test, and what they told.

use super::hurried;
use feeds::FeedHealth;
use link::sources::{News, Sources, read_text};
use std::time::{Duration, Instant};

/// Sources named `a`, `b`, … of these protocols at these addresses, `more` fields to each.
pub fn start(all: &[(&str, &str, &str)]) -> Sources {
    let text: String = all
        .iter()
        .zip('a'..)
        .map(|((protocol, url, more), name)| {
            format!("[[source]]\nname = '{name}'\nprotocol = '{protocol}'\nurl = '{url}'\n{more}\n")
        })
        .collect();
    Sources::start_at(read_text(&text).unwrap(), hurried()).unwrap()
}

/// Takes what a source tells until `enough` finds what it looks for in it.
pub fn told<T>(sources: &Sources, place: usize, mut enough: impl FnMut(News) -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(60);
    while Instant::now() < end {
        for (_, news) in sources.take().into_iter().filter(|(from, _)| *from == place) {
            if let Some(found) = enough(news) {
                return found;
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("not told; {:#?}", sources.health());
}

/// Waits until the health of a source is as `is` wants it.
pub fn until_health(sources: &Sources, place: usize, is: impl Fn(&FeedHealth) -> bool) -> FeedHealth {
    let end = Instant::now() + Duration::from_secs(60);
    while Instant::now() < end {
        let health = sources.health().swap_remove(place);
        if is(&health) {
            return health;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    panic!("{:#?}", sources.health());
}

/// Waits until a source says `words`.
pub fn until_says(sources: &Sources, place: usize, words: &str) -> FeedHealth {
    until_health(sources, place, |health| health.message.contains(words))
}
