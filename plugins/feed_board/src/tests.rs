//! The board by its labels, and the shapes of what sources told.

#![allow(clippy::unwrap_used)]

mod board;
mod laid;

use city::CityTime;
use feeds::told::News;
use feeds::{FeedHealth, FeedState};
use shell::CitySource;

/// Noon of a day, city time.
const NOW: CityTime = CityTime(1_790_000_000_000);

fn source(name: &str, state: FeedState) -> CitySource {
    let health = FeedHealth {
        name: name.to_owned(),
        protocol: "CAP".to_owned(),
        state,
        newest: Some(NOW.plus_s(-7.0)),
        age_s: Some(1.0),
        lag_s: Some(0.25),
        rate_per_s: 1_234.0,
        received: 99_000,
        superseded: 1_000,
        missing: 0,
        problems: 3,
        sample: Some("no number: {".to_owned()),
        cause: None,
        message: String::new(),
        since_s: 61.0,
    };
    CitySource {
        name: name.to_owned(),
        department: "气象局".to_owned(),
        url: "https://cap.example/feed".to_owned(),
        is_on: true,
        health,
        heard: Default::default(),
        held: Default::default(),
    }
}

fn telling(name: &str, mut news: News) -> CitySource {
    let mut source = source(name, FeedState::Live);
    assert!(source.held.take_in(&mut news, usize::MAX));
    source
}
