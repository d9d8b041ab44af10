//! The board in a window of its own, without the engine.

#![allow(clippy::unwrap_used)]

mod listing;
mod map;
mod notices;
mod plot;
mod quality;
mod register;
mod town;
mod vitals;
mod warnings;
mod words;
