//! The schematic network that ships, as light as the training city needs it at its start.

mod network;
mod route;
mod snap;

pub(crate) use network::Schematic;
