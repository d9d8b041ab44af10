//! The words of the questions asked of the ground.

use super::{bbox, lon_lat, numbers};
use city::LonLat;
use clap::Args;
use std::path::PathBuf;

/// Which ground is asked.
#[derive(Args, Debug)]
pub struct Asked {
    /// A folder made by import; without it the relief that ships.
    #[arg(long, value_name = "DIR")]
    pub terrain: Option<PathBuf>,
}

/// How steep the ground is at places, and where it falls to.
#[derive(Args, Debug)]
pub struct Slope {
    /// A place; may be given many times.
    #[arg(long, value_name = "LON,LAT", value_parser = lon_lat, required = true, allow_hyphen_values = true)]
    pub at: Vec<LonLat>,
    /// Distance of the samples, metres; without it the ground's own. Smaller forms are averaged.
    #[arg(long, value_name = "M", value_parser = metres, allow_negative_numbers = true)]
    pub spacing: Option<f64>,
    #[command(flatten)]
    pub asked: Asked,
}

/// The ground along a path.
#[derive(Args, Debug)]
pub struct Profile {
    /// The path's places.
    #[arg(
        long,
        value_name = "LON,LAT LON,LAT …",
        value_parser = path,
        allow_hyphen_values = true,
        required_unless_present = "from",
        conflicts_with_all = ["from", "to"]
    )]
    pub along: Option<Path>,
    /// The beginning of a straight path.
    #[arg(long, value_name = "LON,LAT", value_parser = lon_lat, allow_hyphen_values = true, requires = "to")]
    pub from: Option<LonLat>,
    /// Its end.
    #[arg(long, value_name = "LON,LAT", value_parser = lon_lat, allow_hyphen_values = true, requires = "from")]
    pub to: Option<LonLat>,
    /// Distance of the samples, metres; without it the ground's own, wider on paths of more than 10,000 samples.
    #[arg(long, value_name = "M", value_parser = metres, allow_negative_numbers = true)]
    pub step: Option<f64>,
    #[command(flatten)]
    pub asked: Asked,
}

/// Whether one place can be seen from another over the bare ground.
#[derive(Args, Debug)]
pub struct Sight {
    /// The observer's place, and height above the ground in metres (1.7 if not given).
    #[arg(long, value_name = "LON,LAT[,H]", value_parser = end, allow_hyphen_values = true)]
    pub from: End,
    /// The target's place, and height above the ground in metres (0 if not given).
    #[arg(long, value_name = "LON,LAT[,H]", value_parser = end, allow_hyphen_values = true)]
    pub to: End,
    /// Heights are above sea level; both must be given.
    #[arg(long)]
    pub absolute: bool,
    #[command(flatten)]
    pub air: Air,
    #[command(flatten)]
    pub asked: Asked,
}

/// What can be seen from a place over the bare ground.
#[derive(Args, Debug)]
pub struct Viewshed {
    /// The observer's place, and height above the ground in metres (1.7 if not given).
    #[arg(long, value_name = "LON,LAT[,H]", value_parser = end, allow_hyphen_values = true)]
    pub from: End,
    /// How far to look, metres.
    #[arg(long, value_name = "M", value_parser = metres, allow_negative_numbers = true)]
    pub radius: f64,
    /// The observer's height is above sea level; it must be given.
    #[arg(long)]
    pub absolute: bool,
    /// Height of what is looked for above the ground, metres.
    #[arg(long, value_name = "M", value_parser = number, allow_negative_numbers = true, default_value_t = 0.0)]
    pub target: f64,
    /// Look only this way: two directions clockwise from north, such as 350,20.
    #[arg(long, value_name = "FROM,TO", value_parser = pair, allow_hyphen_values = true)]
    pub sector: Option<Pair>,
    /// Look only between these angles above (negative: below) the horizontal, such as -60,-10: a camera's field.
    #[arg(long, value_name = "LOW,HIGH", value_parser = pair, allow_hyphen_values = true)]
    pub elevation: Option<Pair>,
    /// Write how high above the ground something must reach to be seen, metres: a GeoTIFF. Takes several times as long.
    #[arg(long, value_name = "FILE.tif")]
    pub needed: Option<PathBuf>,
    #[command(flatten)]
    pub air: Air,
    #[command(flatten)]
    pub map: Map,
    #[command(flatten)]
    pub asked: Asked,
}

/// What lies under a level of water.
#[derive(Args, Debug)]
pub struct Water {
    /// The level, metres above sea level.
    #[arg(long, value_name = "M", value_parser = number, allow_negative_numbers = true)]
    pub level: f64,
    /// Everything below the level in a box, degrees.
    #[arg(
        long,
        value_name = "W,S,E,N",
        value_parser = bbox,
        allow_hyphen_values = true,
        required_unless_present_any = ["polygon", "within"],
        conflicts_with_all = ["polygon", "within"]
    )]
    pub bbox: Option<[f64; 4]>,
    /// Everything below the level in a polygon.
    #[arg(
        long,
        value_name = "LON,LAT LON,LAT …",
        value_parser = path,
        allow_hyphen_values = true,
        conflicts_with = "within"
    )]
    pub polygon: Option<Path>,
    /// Only the water that is connected to this place.
    #[arg(long, value_name = "LON,LAT", value_parser = lon_lat, allow_hyphen_values = true)]
    pub at: Option<LonLat>,
    /// How far from that place to look, metres, instead of a box or polygon.
    #[arg(long, value_name = "M", value_parser = metres, allow_negative_numbers = true, requires = "at")]
    pub within: Option<f64>,
    /// Water passes between places that touch at a corner only.
    #[arg(long, requires = "at")]
    pub diagonal: bool,
    #[command(flatten)]
    pub map: Map,
    #[command(flatten)]
    pub asked: Asked,
}

/// The air a sight line passes through.
#[derive(Args, Debug)]
pub struct Air {
    /// The coefficient of refraction: the ray's curvature as a part of the Earth's.
    #[arg(
        long,
        value_name = "K",
        value_parser = number,
        allow_negative_numbers = true,
        default_value_t = terrain::ask::REFRACTION
    )]
    pub refraction: f64,
}

/// How fine an answer that is a map is, and where it goes.
#[derive(Args, Debug)]
pub struct Map {
    /// Distance of the samples, metres; without it the ground's own, or wider on a large area.
    #[arg(long, value_name = "M", value_parser = metres, allow_negative_numbers = true)]
    pub spacing: Option<f64>,
    /// Write the map: a picture (.png), or a GeoTIFF (.tif) of 2 for yes, 1 for no and 0 outside.
    #[arg(long, value_name = "FILE.png|.tif")]
    pub out: Option<PathBuf>,
}

/// Places in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Path(pub Vec<LonLat>);

/// One end of a sight line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// Where.
    pub at: LonLat,
    /// How high, metres, if said.
    pub height_m: Option<f64>,
}

/// Two numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair(pub f64, pub f64);

fn path(text: &str) -> Result<Path, String> {
    let places = text.split([' ', ';', '\n', '\t']).filter(|place| !place.is_empty());
    places.map(lon_lat).collect::<Result<_, _>>().map(Path)
}

fn end(text: &str) -> Result<End, String> {
    const LIKE: &str = "a longitude, latitude and height such as 106.5878,29.5657 or 106.5878,29.5657,30";
    if text.split(',').count() != 3 {
        return lon_lat(text).map(|at| End { at, height_m: None }).map_err(|why| match why {
            why if why.contains("off the globe") => why,
            _ => format!("`{text}` is not {LIKE}"),
        });
    }
    let [lon, lat, height_m] = numbers(text, LIKE)?;
    let at = lon_lat(&format!("{lon},{lat}"))?;
    let height_m = finite(height_m).ok_or_else(|| format!("`{text}` is not {LIKE}"))?;
    Ok(End { at, height_m: Some(height_m) })
}

fn pair(text: &str) -> Result<Pair, String> {
    let [a, b] = numbers(text, "two angles in degrees such as 350,20")?;
    let bad = || format!("`{text}` is not two angles in degrees such as 350,20");
    Ok(Pair(finite(a).ok_or_else(bad)?, finite(b).ok_or_else(bad)?))
}

fn number(text: &str) -> Result<f64, String> {
    let value = text.trim().parse().ok().and_then(finite);
    value.ok_or_else(|| format!("`{text}` is not a number"))
}

fn metres(text: &str) -> Result<f64, String> {
    let value = number(text)?;
    if value > 0.0 { Ok(value) } else { Err(format!("`{text}` is not a number of metres above 0")) }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
