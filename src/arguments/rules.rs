//! Words of `rules`.

use super::{DEFAULT_SEED, within};
use city::CityTime;
use clap::Subcommand;
use std::path::PathBuf;

/// The rules that watch the city: check a folder of them, write out those that ship to change them, or try them on
/// recorded days.
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
    /// Run rules over a recorded day and say how often each algorithm was right, how much it told, and how late.
    ///
    /// A record is a folder of record.toml, devices.csv, truth.csv and observations.csv.
    Evaluate {
        /// The folder of the record.
        record: PathBuf,
        /// The folder of the rules; without it, those that ship.
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
        /// Write the figures as commands, which `shancheng act FILE` sends into the register of a backend.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Record what the devices of a training city tell, with what was planted there as the truth.
    Record {
        /// The folder, which is made; a record that is there is left alone.
        folder: PathBuf,
        /// The seed of the city.
        #[arg(long, default_value_t = DEFAULT_SEED)]
        seed: u64,
        /// From when on, RFC 3339.
        #[arg(long, value_name = "TIME", default_value = crate::training_picture::USUAL, value_parser = CityTime::parse)]
        from: CityTime,
        /// For how long, hours.
        #[arg(long, default_value = "6", value_parser = |text: &str| within(text, 0.1..=240.0))]
        hours: f64,
        /// Of so many devices take one: all of them tell six million values an hour.
        #[arg(long, value_name = "DEVICES", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        one_in: u32,
    },
}
