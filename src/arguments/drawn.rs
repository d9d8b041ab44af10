//! The console and the picture: which city, on which ground, how it looks.

use super::{Credentials, Laid, lon_lat, numbers, within};
use city::LonLat;
use clap::Args;
use shell::ThemeName;
use std::path::PathBuf;

/// Which city, and on which ground.
#[derive(Args, Debug, Clone, Default)]
pub struct Source {
    /// The city backend, such as http://127.0.0.1:8087; without it a training city is embedded.
    #[arg(long, value_name = "URL")]
    pub backend: Option<String>,
    #[command(flatten)]
    pub credentials: Credentials,
    /// Stand on an imported elevation model instead of the relief that ships. The console remembers it;
    /// `--terrain shipped` returns.
    #[arg(long, value_name = "DIR")]
    pub terrain: Option<PathBuf>,
}

/// How the ground looks.
#[derive(Args, Debug, Clone, Default)]
pub struct Ground {
    /// What the ground's colours tell: height, slope, aspect, plain.
    #[arg(long, value_name = "NAME", value_parser = colouring)]
    pub colouring: Option<shell::GroundColouring>,
    /// How many times heights are drawn, 1 to 3.
    #[arg(long, value_name = "X", value_parser = exaggeration)]
    pub exaggeration: Option<f64>,
    /// Where the light comes from (degrees clockwise from north) and how high it stands (5 to 90).
    #[arg(long, value_name = "DEG,DEG", value_parser = sun)]
    pub sun: Option<[f64; 2]>,
    /// By how much the rivers stand above low level, metres, 0 to 200.
    #[arg(long, value_name = "M", value_parser = water_rise)]
    pub water_rise: Option<f64>,
}

fn theme(text: &str) -> Result<ThemeName, String> {
    let found = ThemeName::ALL.iter().find(|(name, _)| *name == text);
    found.map(|(_, theme)| *theme).ok_or_else(|| format!("`{text}` is neither night nor day"))
}

/// The console with a window.
#[derive(Args, Debug, Clone, Default)]
pub struct Console {
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub ground: Ground,
    /// The settings file (TOML) of the other systems the city is read from; without it, sources.toml in the user's
    /// settings where there is one. `--sources none` reads none.
    #[arg(long, value_name = "FILE.toml")]
    pub sources: Option<PathBuf>,
    /// This console's own folder: outbox and lock. A second console of the same user takes another by itself.
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Where the embedded training city keeps its database.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Let units move on an imported road network instead of the schematic one that ships.
    #[arg(long, value_name = "FILE")]
    pub roads: Option<PathBuf>,
    #[command(flatten)]
    pub laid: Laid,
    /// The seed of the embedded training city; a city behind --backend has its own.
    #[arg(long, allow_negative_numbers = true, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub seed: u64,
    /// How many times faster than the clock the embedded training city lives.
    #[arg(long, allow_negative_numbers = true, value_name = "X", default_value_t = 1.0)]
    pub speed: f64,
    /// The view to begin with: city, centre, yuzhong, jiefangbei, lijia.
    #[arg(long, value_name = "NAME", default_value = "centre")]
    pub view: String,
    /// Begin in English.
    #[arg(long)]
    pub english: bool,
    /// The colours: night (dark) or day (pale). The console remembers them.
    #[arg(long, value_name = "NAME", value_parser = theme)]
    pub theme: Option<ThemeName>,
    /// The window's size in pixels.
    #[arg(long, value_name = "WxH", default_value = "1600x900", value_parser = size)]
    pub size: (u32, u32),
    /// Run without a window for this many seconds, save the picture, and end; so it does by itself where there
    /// is no display.
    #[arg(long, allow_negative_numbers = true, value_name = "SECONDS")]
    pub offscreen: Option<f64>,
    /// Where the picture of an offscreen run goes.
    #[arg(long, value_name = "FILE.png", default_value = "shancheng.png")]
    pub out: PathBuf,
}

/// The seed of everything that is made up, where none is given.
pub const DEFAULT_SEED: u64 = 2026;

/// Draw one picture without a window. The same words draw the same bytes, unless --backend is given.
#[derive(Args, Debug)]
pub struct Snapshot {
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub ground: Ground,
    /// Where the picture goes.
    #[arg(long, value_name = "FILE.png")]
    pub out: PathBuf,
    /// Its size in pixels.
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = size)]
    pub size: (u32, u32),
    /// A named view: city, centre, yuzhong, jiefangbei, lijia.
    #[arg(long, value_name = "NAME", conflicts_with = "look_at")]
    pub view: Option<String>,
    /// What to look at, degrees.
    #[arg(long, value_name = "LON,LAT", value_parser = lon_lat, allow_hyphen_values = true)]
    pub look_at: Option<LonLat>,
    /// From how far, metres: 50 to 900000.
    #[arg(long, value_name = "M", requires = "look_at")]
    pub distance: Option<f64>,
    /// In which direction, degrees clockwise from north.
    #[arg(long, value_name = "DEG", requires = "look_at", allow_hyphen_values = true)]
    pub heading: Option<f64>,
    /// How far down, degrees: 5 to 90.
    #[arg(long, value_name = "DEG", requires = "look_at")]
    pub pitch: Option<f64>,
    /// Show only these layers, such as districts,risk.flood,incidents; `none` for the bare ground; `@NAME` for a set of
    /// layers that was saved in the console.
    #[arg(long, value_name = "a,b", value_delimiter = ',')]
    pub layers: Option<Vec<String>>,
    /// Draw an imported road network, and take the route over it.
    #[arg(long, value_name = "FILE")]
    pub roads: Option<PathBuf>,
    #[command(flatten)]
    pub laid: Laid,
    /// The instant drawn, RFC 3339; the seeded city has lived 20 minutes by then.
    #[arg(long, value_name = "TIME", value_parser = city::CityTime::parse, conflicts_with = "backend")]
    pub at: Option<city::CityTime>,
    /// The seed of the city drawn; a city behind --backend has its own.
    #[arg(long, allow_negative_numbers = true, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub seed: u64,
    /// Draw the map only, without panels; the band that says EXERCISE stays.
    #[arg(long)]
    pub bare: bool,
    /// Words in English.
    #[arg(long)]
    pub english: bool,
    /// The colours: night (dark) or day (pale).
    #[arg(long, value_name = "NAME", default_value = "night", value_parser = theme)]
    pub theme: ThemeName,
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let bad = || format!("`{text}` is not a size such as 1280x720, each side 64 to 8192");
    let (w, h) = text.split_once(['x', 'X']).ok_or_else(bad)?;
    let side = |t: &str| t.parse().ok().filter(|n| (64..=8192).contains(n)).ok_or_else(bad);
    Ok((side(w)?, side(h)?))
}

fn colouring(text: &str) -> Result<shell::GroundColouring, String> {
    let known = shell::GroundColouring::ALL;
    let names = || known.map(|(name, _)| name).join(", ");
    let found = known.iter().find(|(name, _)| *name == text);
    found.map(|(_, colouring)| *colouring).ok_or_else(|| format!("`{text}` is none of {}", names()))
}

fn exaggeration(text: &str) -> Result<f64, String> {
    within(text, 1.0..=3.0)
}

fn water_rise(text: &str) -> Result<f64, String> {
    within(text, 0.0..=200.0)
}

fn sun(text: &str) -> Result<[f64; 2], String> {
    let [azimuth, altitude] = numbers(text, "two angles such as 315,45")?;
    let sane = (0.0..=360.0).contains(&azimuth) && (5.0..=90.0).contains(&altitude);
    sane.then_some([azimuth, altitude])
        .ok_or_else(|| format!("`{text}` is not a direction from 0 to 360 and a height from 5 to 90 degrees"))
}
