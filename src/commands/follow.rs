//! `shancheng follow`: a console without a window. Each event becomes a line on standard output.

use super::{log_to_standard_error, print_line};
use crate::arguments::Follow;
use crate::failure::Outcome;
use city::{City, Event};
use link::{Link, LinkConfig, LinkMessage, StateDir};
use std::time::{Duration, Instant};

/// Prints events until the count or the time is reached, or for ever.
pub fn run(words: &Follow, json: bool) -> Outcome {
    log_to_standard_error("warn");
    let link = Link::start(LinkConfig {
        backend: words.backend.clone(),
        credentials: words.credentials.read(),
        state_dir: StateDir::of_user(words.state.clone()),
        console: "follow".to_owned(),
        map: false,
    })?;
    let until = words.seconds.map(|s| Instant::now() + Duration::from_secs_f64(s.clamp(0.0, 1e9)));
    let mut left = words.count.unwrap_or(u64::MAX);
    let mut said = String::new();
    let mut city = City::default();
    while left > 0 && until.is_none_or(|end| Instant::now() < end) {
        match link.wait(Duration::from_millis(200)) {
            Some(LinkMessage::Snapshot(snapshot)) => {
                city = City::from(*snapshot);
                eprintln!("from {}: state after event {}", words.backend, city.sequence);
            }
            Some(LinkMessage::Event(event)) => {
                city.apply(&event);
                left -= 1;
                print_line(&if json { serde_json::to_string(&event)? } else { line(&event) })?;
            }
            Some(LinkMessage::Passes(passes)) => city.pass(passes),
            Some(LinkMessage::Appears(appears)) => city.appear(*appears),
            Some(LinkMessage::Disappears(disappears)) => city.disappear(&disappears),
            Some(LinkMessage::Health(feeds)) => {
                // Each change of the link's state is said once, not with every beat.
                let now = feeds.iter().map(|f| f.message.as_str()).filter(|m| !m.is_empty());
                let now = now.collect::<Vec<_>>().join("; ");
                if now != said && !now.is_empty() {
                    eprintln!("{now}");
                }
                said = now;
            }
            _ => (),
        }
    }
    Ok(())
}

fn line(event: &Event) -> String {
    let about = event.body.incident_id().map(ToString::to_string).unwrap_or_default();
    format!("{:>8}  {}  {:<22} {about}", event.sequence, event.at.shanghai_date_clock(), event.body.key())
}
