//! Words of `points`.

use city::RiskClass;
use clap::Subcommand;
use layers::points::import::Datum;
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
    /// Import points from CSV, GeoJSON or FlatGeobuf into a file the console opens; what is wrong is told and costs nothing else.
    Import {
        /// The files. A table has a header: id, lon, lat, and where it has them name, class, grade, segment, layer,
        /// district_code, township_code, value, unit, measured; Chinese names of columns are known too.
        #[arg(required = true, value_name = "FILE")]
        sources: Vec<PathBuf>,
        /// The file to make.
        #[arg(long, value_name = "FILE.arrow")]
        out: PathBuf,
        /// What positions are told in: wgs84, gcj02 or bd09. They are kept in WGS-84.
        #[arg(long, value_name = "NAME", value_parser = datum, default_value = "wgs84")]
        datum: Datum,
        /// The class of points that tell none, such as gas.
        #[arg(long, value_name = "CLASS", value_parser = class)]
        class: Option<RiskClass>,
    },
    /// Say what a file of points holds.
    Info {
        /// The file.
        file: PathBuf,
    },
}

fn datum(text: &str) -> Result<Datum, String> {
    match text {
        "wgs84" => Ok(Datum::Wgs84),
        "gcj02" => Ok(Datum::Gcj02),
        "bd09" => Ok(Datum::Bd09),
        other => Err(format!("`{other}` is none of wgs84, gcj02, bd09")),
    }
}

fn class(text: &str) -> Result<RiskClass, String> {
    let is_class = RiskClass::is_valid_key(text);
    is_class.then(|| RiskClass::from(text)).ok_or_else(|| format!("`{text}` is no class: letters and digits"))
}
