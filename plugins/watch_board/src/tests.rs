//! The board in a window of its own, without the engine.

#![allow(clippy::unwrap_used)]

mod listing;
mod map;
mod notices;
mod register;
mod town;
mod warnings;
mod words;
