//! The program `shancheng`: command line → one file a command → the console, or a command without a window.
#![allow(clippy::multiple_crate_versions, reason = "the engine decides which versions it brings")]

mod app;
mod arguments;
mod colours;
mod commands;
mod failure;
mod features;
mod laid;
mod layer_sets;
mod settings;
mod spared;
mod switched;
mod training_picture;

use std::process::ExitCode;

/// Mesa looks for a Wayland display and, where this variable is not set, complains in lines of its own, which would
/// stand beside the one line that says what is wrong.
#[allow(unsafe_code, reason = "the standard library has no other way to set a variable")]
fn keep_mesa_quiet() {
    if std::env::var_os("XDG_RUNTIME_DIR").is_none() {
        // Nobody can put a socket there that the program would take for its display.
        // SAFETY: this is the first thing the program does, and no other thread runs yet that could read variables.
        unsafe { std::env::set_var("XDG_RUNTIME_DIR", "/nonexistent") };
    }
}

fn main() -> ExitCode {
    let started = std::time::Instant::now();
    keep_mesa_quiet();
    let arguments = arguments::Arguments::read();
    failure::answer(commands::run(arguments, started))
}
