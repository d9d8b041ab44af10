//! Words of the journal and of the systems the city is read from: `journal`, `feed`.

use city::Head;
use clap::Subcommand;
use std::path::PathBuf;

/// Check or export the journal of a backend.
#[derive(Subcommand, Debug)]
pub enum Journal {
    /// Check that nothing in a journal was changed, put in or taken out.
    Verify {
        /// The backend's database (city.sqlite, or postgres://…), its folder, or an exported journal.
        file: PathBuf,
        /// A head that was noted before, NUMBER:HASH: it must be in the journal, so that nothing was cut off since.
        #[arg(long, value_name = "NUMBER:HASH", value_parser = Head::parse)]
        noted: Option<Head>,
        /// Whom to believe who the database is: certificates of its authority, PEM.
        #[arg(long, value_name = "FILE")]
        database_ca: Option<PathBuf>,
    },
    /// Write a journal as JSON lines, an entry a line.
    Export {
        /// The backend's database (city.sqlite, or postgres://…), or its folder.
        file: PathBuf,
        /// Where to; standard output without it.
        #[arg(long, value_name = "FILE.jsonl")]
        out: Option<PathBuf>,
        /// Whom to believe who the database is: certificates of its authority, PEM.
        #[arg(long, value_name = "FILE")]
        database_ca: Option<PathBuf>,
    },
}

/// Look at the systems the city is read from.
#[derive(Subcommand, Debug)]
pub enum Feed {
    /// Read the settings file, and name every source in it.
    List {
        /// The settings file (TOML); without it, sources.toml in the user's settings.
        #[arg(long, value_name = "FILE.toml")]
        sources: Option<PathBuf>,
    },
    /// Connect to one source, and tell what it brings.
    Check {
        /// Its name in the settings file.
        name: String,
        /// The settings file (TOML); without it, sources.toml in the user's settings.
        #[arg(long, value_name = "FILE.toml")]
        sources: Option<PathBuf>,
        /// How long to wait for it, seconds.
        #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = |text: &str| super::within(text, 1.0..=86_400.0))]
        seconds: f64,
    },
}
