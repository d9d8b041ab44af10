//! The network side of a console, and its only door out.
//!
//! [`Link`] runs on a thread of its own: it follows one city backend (snapshot, events without gap or repeat,
//! telemetry) and sends what the operator does, each command written to disk before it leaves.
//! Whoever draws takes [`LinkMessage`]s without ever waiting. [`fetch`] brings elevation models, [`imagery`]
//! tiles of map imagery, [`models`] the files of tilesets, [`Pulse`] the vital signs that are looked at. [`sources`] reads other systems of the city. Deliberately absent: drawing, and rules of the city.

mod act;
mod answer;
mod backoff;
mod certificate;
mod config;
mod credentials;
mod error;
mod events;
pub mod fetch;
mod gauges;
mod http;
pub mod imagery;
mod mailbox;
mod message;
pub mod models;
mod outbox;
mod pulse;
mod risk_points;
mod sender;
pub mod soak;
pub mod sources;
mod state_dir;
mod telemetry;
mod thread;

pub use act::{Acted, act};
pub use config::{LinkConfig, Pace, StateDir};
pub use credentials::{Credentials, Token};
pub use error::LinkError;
pub use message::{CommandKey, LinkMessage, Outcome, Problem};
pub use pulse::{Felt, Pulse, Wish};
pub use thread::Link;
