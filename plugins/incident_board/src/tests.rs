//! The panels pressed by label and by key, without an engine.
#![allow(clippy::unwrap_used)]

mod dispatching;
mod forms;
mod listing;
mod showing;
pub(crate) mod town;
