//! Words of `points`.

use clap::Subcommand;
use std::path::PathBuf;

/// Points at scale: devices by the million, in a file the console opens in seconds.
#[derive(Subcommand, Debug)]
pub enum Points {
    /// Make up devices of a city, dense where people live, to try the console at scale.
    Make {
        /// How many.
        #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
        count: u32,
        /// The same seed makes the same devices.
        #[arg(long, allow_negative_numbers = true, value_name = "N", default_value_t = super::DEFAULT_SEED)]
        seed: u64,
        /// The file to make: an Arrow IPC file (Feather).
        #[arg(long, value_name = "FILE.arrow")]
        out: PathBuf,
    },
    /// Say what a file of points holds.
    Info {
        /// The file.
        file: PathBuf,
    },
}
