//! A city kept in PostgreSQL: it behaves as one in a file does, and several backends share it.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "served/authority.rs"]
#[allow(dead_code, reason = "clients of the backend itself are tried elsewhere")]
mod authority;
#[path = "served/bad_input.rs"]
mod bad_input;
#[path = "postgresql/broker.rs"]
mod broker;
#[path = "served/client.rs"]
mod client;
#[path = "postgresql/clocks.rs"]
mod clocks;
#[path = "postgresql/cluster.rs"]
mod cluster;
#[path = "served/commands.rs"]
mod commands;
#[path = "postgresql/full_disk.rs"]
mod full_disk;
#[path = "postgresql/kept.rs"]
mod kept;
#[path = "postgresql/killed.rs"]
mod killed;
#[path = "served/mosquitto.rs"]
mod mosquitto;
#[path = "served/observations.rs"]
mod observations;
#[path = "postgresql/outage.rs"]
mod outage;
#[path = "postgresql/reading.rs"]
mod reading;
#[path = "postgresql/several.rs"]
mod several;
#[path = "postgresql/several_observe.rs"]
mod several_observe;
#[path = "served/sight.rs"]
mod sight;
#[path = "served/streams.rs"]
mod streams;
#[path = "postgresql/tls.rs"]
mod tls;
#[path = "../../link/tests/link/wall_clock.rs"]
mod wall_clock;
