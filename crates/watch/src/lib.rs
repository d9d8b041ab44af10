//! What is about to go wrong: rules that warn, vital signs, risk notices, data quality, and the register of algorithms.
//!
//! Everything here is a function of what it is told: observations, counts, files already read, a [`city::CityTime`]
//! and a seed. Deliberately absent: files, sockets, a clock, threads, drawing, and the incidents that follow from a
//! warning, which `city` decides.

mod median;
pub mod notices;
pub mod quality;
pub mod recorded;
pub mod register;
pub mod rules;
pub mod vital;
mod wording;
