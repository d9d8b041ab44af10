//! Words of `terrain`.

use super::{Profile, Sight, Slope, Viewshed, Water, bbox, lon_lat};
use city::LonLat;
use clap::{Args, Subcommand};
use link::fetch::Resolution;
use std::path::PathBuf;

/// Ask the ground, or fetch and import an elevation model.
#[derive(Subcommand, Debug)]
pub enum Terrain {
    /// Import elevation models (GeoTIFF in any reference system, HGT, 16-bit PNG with world file) into a folder.
    ///
    /// An import that was interrupted goes on where it stopped when the same words are given again.
    Import {
        /// Files, or folders of them; where several know a place, the one named first is taken.
        #[arg(required = true)]
        source: Vec<PathBuf>,
        /// The folder to make.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// The reference system of sources that do not name theirs.
        #[arg(long, value_name = "EPSG:CODE")]
        crs: Option<String>,
        /// The value that stands for "no height" in sources that do not name theirs.
        #[arg(long, value_name = "VALUE", allow_negative_numbers = true)]
        no_data: Option<f64>,
        /// Over how many samples one source passes into the next along its edges, 0 to 64.
        #[arg(long, value_name = "SAMPLES", default_value_t = 16, value_parser = clap::value_parser!(u16).range(0..=64))]
        feather: u16,
    },
    /// Download the Copernicus elevation model of a box into a folder, which import then reads. What breaks off goes
    /// on with the same words.
    Fetch(Fetch),
    /// Say what the ground is made of.
    Info {
        /// A folder made by import; without it the relief that ships.
        #[arg(long, value_name = "DIR")]
        terrain: Option<PathBuf>,
    },
    /// The height of places, metres above mean sea level; on a river the water's surface.
    Height {
        /// A place; may be given a thousand times and more.
        #[arg(long, value_name = "LON,LAT", value_parser = lon_lat, required = true, allow_hyphen_values = true)]
        at: Vec<LonLat>,
        /// A folder made by import; without it the relief that ships.
        #[arg(long, value_name = "DIR")]
        terrain: Option<PathBuf>,
    },
    /// How steep the ground is at places, and where it falls to.
    Slope(Slope),
    /// The ground along a path: heights, climbs, the steepest piece.
    Profile(Profile),
    /// Whether one place can be seen from another over the bare ground.
    Sight(Sight),
    /// What can be seen from a place over the bare ground.
    Viewshed(Viewshed),
    /// What lies under a level of water: area and volume.
    Water(Water),
    /// Compare the ground with an elevation model: correlation, root mean square error, bias.
    Compare {
        /// A folder made by import, taken for the truth.
        #[arg(long, value_name = "DIR")]
        reference: PathBuf,
        /// The box compared, degrees.
        #[arg(long, value_name = "W,S,E,N", value_parser = bbox, allow_hyphen_values = true)]
        bbox: [f64; 4],
        /// A folder made by import; without it the relief that ships.
        #[arg(long, value_name = "DIR")]
        terrain: Option<PathBuf>,
    },
}

/// Download the elevation model of a box.
#[derive(Args, Debug)]
pub struct Fetch {
    /// The box, degrees; the one-degree tiles it shares ground with are fetched.
    #[arg(long, value_name = "W,S,E,N", value_parser = bbox, allow_hyphen_values = true)]
    pub bbox: [f64; 4],
    /// The folder to fetch into; what is there already and undamaged is kept.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// A mirror of the same layout, instead of the public bucket.
    #[arg(long, value_name = "URL")]
    pub source: Option<String>,
    /// Metres between samples: 30 or 90.
    #[arg(long, value_name = "M", default_value = "30", value_parser = resolution)]
    pub resolution: Resolution,
}

fn resolution(text: &str) -> Result<Resolution, String> {
    let metres = text.parse().ok();
    metres
        .and_then(Resolution::of_metres)
        .ok_or_else(|| format!("`{text}` is not a resolution: 30 or 90 metres"))
}
