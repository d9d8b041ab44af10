//! The program `shancheng`: command line → one file a command → the console, or a command without a window.
#![allow(clippy::multiple_crate_versions, reason = "the engine decides which versions it brings")]

mod app;
mod arguments;
mod commands;
mod failure;
mod features;
mod training_picture;

use std::process::ExitCode;

fn main() -> ExitCode {
    let started = std::time::Instant::now();
    let arguments = arguments::Arguments::read();
    failure::answer(commands::run(arguments, started))
}
