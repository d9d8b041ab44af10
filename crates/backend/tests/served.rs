//! The backend over HTTP: what a console and a script see of it.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "served/authority.rs"]
mod authority;
#[path = "served/bad_input.rs"]
mod bad_input;
#[path = "served/client.rs"]
mod client;
#[path = "served/clocks.rs"]
mod clocks;
#[path = "served/commands.rs"]
mod commands;
#[path = "served/console.rs"]
mod console;
#[path = "served/console_clock.rs"]
mod console_clock;
#[path = "served/durability.rs"]
mod durability;
#[path = "served/expiry.rs"]
mod expiry;
#[path = "served/issuers.rs"]
mod issuers;
#[path = "served/journal.rs"]
mod journal;
#[path = "served/sqlite.rs"]
mod kept;
#[path = "served/limits.rs"]
mod limits;
#[path = "served/mosquitto.rs"]
mod mosquitto;
#[path = "served/observations.rs"]
mod observations;
#[path = "served/sight.rs"]
mod sight;
#[path = "served/standards.rs"]
mod standards;
#[path = "served/streams.rs"]
mod streams;
#[path = "served/tls.rs"]
mod tls;
#[path = "served/tokens.rs"]
mod tokens;
#[path = "served/vitals.rs"]
mod vitals;
#[path = "../../link/tests/link/wall_clock.rs"]
mod wall_clock;
#[path = "served/watching.rs"]
mod watching;
#[path = "served/withheld.rs"]
mod withheld;
