//! Words of `roads`.

use super::{bbox, lon_lat, numbers};
use ::roads::{Closed, Mode, Stop};
use city::LonLat;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Import a road network, and ask it for routes and isochrones.
#[derive(Subcommand, Debug)]
pub enum Roads {
    /// Make a routable network of OpenStreetMap PBF or GeoJSON lines.
    Import {
        /// The files; extracts that overlap are joined.
        #[arg(required = true, value_name = "FILE")]
        sources: Vec<PathBuf>,
        /// The network file to make.
        #[arg(long, value_name = "FILE.roads")]
        out: PathBuf,
        /// Lay the roads on an imported elevation model instead of the relief that ships.
        #[arg(long, value_name = "DIR")]
        terrain: Option<PathBuf>,
        /// Take only what lies in this box, degrees.
        #[arg(long, value_name = "W,S,E,N", value_parser = bbox, allow_hyphen_values = true)]
        bbox: Option<[f64; 4]>,
    },
    /// Say what a network is made of.
    Info {
        /// A network file; without it the schematic network that ships.
        network: Option<PathBuf>,
    },
    /// The quickest route between two places.
    Route {
        #[command(flatten)]
        travel: Travel,
        /// Where from; a height above the sea tells roads over one another apart.
        #[arg(long, value_name = "LON,LAT[,HEIGHT_M]", value_parser = stop, allow_hyphen_values = true)]
        from: Stop,
        /// Where to.
        #[arg(long, value_name = "LON,LAT[,HEIGHT_M]", value_parser = stop, allow_hyphen_values = true)]
        to: Stop,
    },
    /// The areas reached within some minutes.
    Isochrone {
        #[command(flatten)]
        travel: Travel,
        /// Where from; of several places the nearest counts.
        #[arg(
            long,
            value_name = "LON,LAT[,HEIGHT_M]",
            value_parser = stop,
            required = true,
            allow_hyphen_values = true
        )]
        from: Vec<Stop>,
        /// The minutes.
        #[arg(long, value_name = "5,10,15", value_delimiter = ',', value_parser = minutes, required = true)]
        minutes: Vec<f64>,
        /// Write the areas to a GeoJSON file.
        #[arg(long, value_name = "FILE.geojson")]
        out: Option<PathBuf>,
        /// List the parts of edges reached with their times, too (with --json).
        #[arg(long)]
        edges: bool,
    },
}

/// Who moves, on which network, and what is closed.
#[derive(Args, Debug)]
pub struct Travel {
    /// A network file made by import; without it the schematic network that ships.
    #[arg(long, value_name = "FILE.roads")]
    pub network: Option<PathBuf>,
    /// car, emergency, fireEngine, foot, wheelchair.
    #[arg(long, value_name = "WHO", default_value = "car")]
    pub vehicle: Mode,
    /// How high the vehicle is, metres.
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    pub height_m: Option<f64>,
    /// How wide, metres.
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    pub width_m: Option<f64>,
    /// How heavy, tonnes.
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    pub weight_t: Option<f64>,
    /// What is closed: edge:NUMBER, way:NUMBER, or everything within RADIUS metres of LON,LAT. May be given again.
    #[arg(
        long,
        value_name = "edge:N|way:N|LON,LAT,RADIUS",
        value_parser = closed,
        allow_hyphen_values = true
    )]
    pub closed: Vec<Closed>,
    /// What is closed, as GeoJSON: polygons, points with radius_m, features with a way or edge; `vehicles` says to whom.
    #[arg(long, value_name = "FILE.geojson")]
    pub closures: Option<PathBuf>,
}

fn stop(text: &str) -> Result<Stop, String> {
    let parts: Vec<&str> = text.splitn(3, ',').collect();
    let at = lon_lat(&parts[..parts.len().min(2)].join(","))?;
    let height = parts.get(2).map(|height| height.trim().parse::<f64>());
    match height {
        None => Ok(at.into()),
        Some(Ok(height)) if height.is_finite() => Ok(Stop { at, height_m: Some(height) }),
        Some(_) => Err(format!("`{text}`: the height is no number of metres")),
    }
}

fn minutes(text: &str) -> Result<f64, String> {
    let given = text.trim().parse().ok().filter(|minutes: &f64| *minutes > 0.0 && *minutes <= 600.0);
    given.ok_or_else(|| format!("`{text}`: more than 0, at most 600 minutes"))
}

fn closed(text: &str) -> Result<Closed, String> {
    let number = |digits: &str| digits.trim().parse::<i64>().map_err(|_| format!("`{digits}` is no number"));
    if let Some(edge) = text.strip_prefix("edge:") {
        let edge = u32::try_from(number(edge)?).map_err(|_| format!("`{edge}` is no edge"))?;
        return Ok(Closed::Edge(edge));
    }
    if let Some(way) = text.strip_prefix("way:") {
        return Ok(Closed::Way(number(way)?));
    }
    let [lon, lat, radius_m] =
        numbers(text, "edge:NUMBER, way:NUMBER, or a place and radius LON,LAT,METRES")?;
    let at = LonLat::new(lon, lat);
    if at.is_valid() && (0.0..=100_000.0).contains(&radius_m) {
        return Ok(Closed::About { at, radius_m });
    }
    Err(format!("`{text}` is no longitude, latitude and radius of 0 to 100000 metres"))
}
