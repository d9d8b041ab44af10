//! Words of `rules`.

use clap::Subcommand;
use std::path::PathBuf;

/// The rules that watch the city: check a folder of them, or write out those that ship to change them.
#[derive(Subcommand, Debug)]
pub enum Rules {
    /// Say whether the files of a folder hold, every fault with its line; without a folder, list the rules that ship.
    Check {
        /// The folder.
        folder: Option<PathBuf>,
    },
    /// Write the files that ship into a folder, which is made.
    Copy {
        /// The folder; files that are there already are left alone.
        folder: PathBuf,
    },
}
