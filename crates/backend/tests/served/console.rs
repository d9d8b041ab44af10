//! A console without a window on a served backend.

use link::{Credentials, Link, LinkConfig, LinkMessage, Pace, StateDir, Token};
use std::path::Path;
use std::time::{Duration, Instant};

/// In a hurry, so that waiting takes no time of the tests.
pub fn hurried() -> Pace {
    Pace {
        first_wait: Duration::from_millis(20),
        longest_wait: Duration::from_millis(200),
        refused_wait: Duration::from_millis(200),
        health_every: Duration::from_millis(50),
        ..Pace::default()
    }
}

pub fn console(backend: &str, credentials: Credentials, state: &Path) -> Link {
    let config = LinkConfig {
        backend: backend.to_owned(),
        credentials,
        state_dir: StateDir::Own(state.join("console")),
        console: "desk".to_owned(),
        map: false,
    };
    Link::start_at(config, hurried()).unwrap()
}

pub fn with_token(token: &str) -> Credentials {
    Credentials { token: Token::Given(token.to_owned()), ..Credentials::default() }
}

/// Takes messages until `take` returns something.
pub fn until<T>(link: &Link, what: &str, mut take: impl FnMut(LinkMessage) -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(60);
    while Instant::now() < end {
        if let Some(found) = link.wait(Duration::from_millis(100)).and_then(&mut take) {
            return found;
        }
    }
    panic!("no {what}");
}

/// What the feed of events says once it is not well because of `cause`.
pub fn said(link: &Link, cause: feeds::Cause) -> String {
    until(link, cause.key(), |message| match message {
        LinkMessage::Health(health) => {
            let events = health.into_iter().find(|feed| feed.name == "events")?;
            (events.cause == Some(cause)).then_some(events.message)
        }
        _ => None,
    })
}
