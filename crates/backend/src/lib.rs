//! The city backend that ships: HTTP interface, database, training city.
//!
//! One owner thread holds the state of the city; every change is decided by the rules of `city`,
//! committed to the database, and only then answered and streamed. HTTP handlers ask the owner by messages.
//! The training city is a pure part of its own ([`training`]): a test runs an hour of it without HTTP.

pub mod archive;
mod beside;
mod broker;
mod clock;
mod config;
mod error;
mod http;
mod journal;
pub mod limits;
mod lived;
mod noticing;
mod observations;
mod owner;
mod running;
mod served;
mod store;
mod surroundings;
mod telemetry;
pub mod tokens;
pub mod training;
mod trusted;
mod vitals;
pub mod watching;
mod withhold;

pub use broker::BrokerAddress;
pub use config::{Config, IssuerConfig, TlsFiles};
pub use error::BackendError;
pub use lived::lived_until;
pub use observations::ObservedTopics;
pub use running::{Backend, Running};
pub use store::Database;
pub use surroundings::Surroundings;
