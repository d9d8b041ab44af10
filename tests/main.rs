//! Whole-program tests in one binary: the rooms, the licences, the program against its real backend process.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod alerts;
mod architecture;
mod bad_line;
mod buildings;
mod clocks;
mod closed_loop;
mod corpus;
mod crashes;
mod full_disk;
mod gdal;
mod kept;
mod laid;
mod licences;
mod models;
mod pictures;
mod points;
mod recorded;
mod roads;
mod running;
mod schemathesis;
mod sources;
mod starts;
mod two_consoles;
mod vital;
#[path = "../crates/link/tests/link/wall_clock.rs"]
mod wall_clock;
mod window;
mod words;
