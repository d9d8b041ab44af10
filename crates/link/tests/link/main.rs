//! A link against a backend that misbehaves in every way the tests need, over real sockets.

#![allow(clippy::unwrap_used)]

mod bad_datagrams;
mod bad_network;
mod broker;
mod bucket;
mod cap;
mod commands;
mod fault_server;
mod fetching;
mod fetching_faults;
mod fetching_killed;
mod following;
mod imagery_files;
mod imagery_killed;
mod imagery_pmtiles;
mod imagery_trouble;
mod imagery_web;
mod imagery_wmts;
mod models_web;
mod ogc_features;
mod open311;
mod pulse;
mod pygeoapi;
mod risk_points;
mod sensor_service;
mod sensorthings;
mod source_cot;
mod source_mavlink;
mod source_mqtt;
mod source_streams;
mod sources_web;
mod state_folder;
mod tile_server;
mod wall_clock;

use fault_server::FaultServer;
use link::{Credentials, Link, LinkConfig, LinkMessage, Pace, StateDir};
use std::path::Path;
use std::time::{Duration, Instant};

/// In a hurry, so that backoff and stall take no time of the tests.
fn hurried() -> Pace {
    Pace {
        first_wait: Duration::from_millis(5),
        longest_wait: Duration::from_millis(40),
        refused_wait: Duration::from_millis(40),
        stalled_after: Duration::from_millis(400),
        health_every: Duration::from_millis(20),
        ..Pace::default()
    }
}

fn config(server: &FaultServer, state: impl Into<StateDir>) -> LinkConfig {
    LinkConfig {
        backend: server.address(),
        credentials: Credentials::default(),
        state_dir: state.into(),
        console: "测试台".to_owned(),
        map: false,
    }
}

fn start(server: &FaultServer, state: &Path) -> Link {
    Link::start_at(config(server, state.to_path_buf()), hurried()).unwrap()
}

/// Takes messages until `take` returns something; everything hangs together, so ten seconds are never needed.
fn until<T>(link: &Link, what: &str, mut take: impl FnMut(LinkMessage) -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(10);
    let mut seen = Vec::new();
    while Instant::now() < end {
        if let Some(message) = link.wait(Duration::from_millis(100)) {
            if !matches!(message, LinkMessage::Health(_)) {
                seen.push(format!("{message:?}").chars().take(120).collect::<String>());
            }
            if let Some(found) = take(message) {
                return found;
            }
        }
    }
    panic!("no {what} among {seen:#?}");
}

/// Waits for a word of health of `feed` that holds `words`.
fn until_said(link: &Link, feed: &str, words: &str) -> feeds::FeedHealth {
    let mut last = String::new();
    let end = Instant::now() + Duration::from_secs(10);
    while Instant::now() < end {
        if let Some(LinkMessage::Health(health)) = link.wait(Duration::from_millis(100)) {
            let health = health.into_iter().find(|h| h.name == feed).unwrap();
            // No words: that all is well, which may be said a moment after what came is handed over.
            if health.message.contains(words) && (health.message.is_empty() || !words.is_empty()) {
                return health;
            }
            last = health.message;
        }
    }
    panic!("{feed} never said `{words}`, but `{last}`");
}
