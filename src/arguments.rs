//! The command line.

mod ask;
mod laid;

pub use ask::{Asked, End, Map, Profile, Sight, Slope, Viewshed, Water};
pub use laid::Laid;

use city::LonLat;
use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use link::fetch::Resolution;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Shancheng 山城: a digital-twin command console for the hilly city of Chongqing.
///
/// Without a command it opens the console on an embedded training city.
/// Exit codes: 0 done, 1 the work failed, 2 the words were wrong.
#[derive(Parser, Debug)]
#[command(version, propagate_version = true)]
pub struct Arguments {
    /// What to do instead of opening the console.
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub console: Console,
    /// Print one JSON object on standard output, and nothing else there.
    #[arg(long, global = true)]
    pub json: bool,
}

impl Arguments {
    /// Reads the command line. Words of the console before another command would be ignored, so they are refused.
    pub fn read() -> Self {
        let mut words = Self::command();
        let given = words.try_get_matches_from_mut(std::env::args_os()).unwrap_or_else(|e| refuse(&e));
        if let Some(command) = given.subcommand_name() {
            let stray = words.get_arguments().map(clap::Arg::get_id).find(|id| {
                id.as_str() != "json" && given.value_source(id.as_str()) == Some(ValueSource::CommandLine)
            });
            if let Some(stray) = stray {
                let message =
                    format!("--{stray} stands before `{command}`: put it after, if `{command}` takes it");
                refuse(&words.error(clap::error::ErrorKind::ArgumentConflict, message));
            }
        }
        Self::from_arg_matches(&given).unwrap_or_else(|e| refuse(&e))
    }
}

/// Ends with help or the version where those were asked for, else with one line that says what is wrong.
fn refuse(error: &clap::Error) -> ! {
    if !error.use_stderr() {
        error.exit();
    }
    let told = match error.kind() {
        clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a word is missing: the same with --help lists what there is".to_owned()
        }
        _ => in_one_line(&error.to_string()),
    };
    eprintln!("shancheng: {told}");
    std::process::exit(error.exit_code());
}

/// Clap's report without its heading, usage and empty lines.
fn in_one_line(report: &str) -> String {
    let told = report.split("\nUsage:").next().unwrap_or(report);
    let told = told.split("\nFor more information").next().unwrap_or(told);
    let words: Vec<&str> = told.trim_start_matches("error: ").split_whitespace().collect();
    words.join(" ")
}

/// Which city, and on which ground.
#[derive(Args, Debug, Clone, Default)]
pub struct Source {
    /// The city backend, such as http://127.0.0.1:8087; without it a training city is embedded.
    #[arg(long, value_name = "URL")]
    pub backend: Option<String>,
    /// The bearer token for the backend; SHANCHENG_TOKEN in the environment serves too, and is not seen by others.
    #[arg(long, value_name = "TOKEN", env = "SHANCHENG_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
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

/// The console with a window.
#[derive(Args, Debug, Clone, Default)]
pub struct Console {
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub ground: Ground,
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

/// What to do instead of opening the console.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Draw one picture without a window.
    Snapshot(Box<Snapshot>),
    /// Ask the ground, or fetch and import an elevation model.
    #[command(subcommand)]
    Terrain(Terrain),
    /// Import a road network, and ask it for routes and isochrones.
    #[command(subcommand)]
    Roads(Roads),
    /// Run the city backend, or issue a token for it.
    #[command(subcommand)]
    City(City),
    /// A console without a window: print each event as a line.
    Follow(Follow),
    /// Send commands from a file through the outbox and print each answer.
    Act(Act),
    /// Run a benchmark and print its figures.
    Bench(Bench),
}

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
    /// Show only these layers, such as districts,risk.flood,incidents; `none` for the bare ground.
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
}

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
        from: roads::Stop,
        /// Where to.
        #[arg(long, value_name = "LON,LAT[,HEIGHT_M]", value_parser = stop, allow_hyphen_values = true)]
        to: roads::Stop,
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
        from: Vec<roads::Stop>,
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
    pub vehicle: roads::Mode,
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
    pub closed: Vec<roads::Closed>,
    /// What is closed, as GeoJSON: polygons, points with radius_m, features with a way or edge; `vehicles` says to whom.
    #[arg(long, value_name = "FILE.geojson")]
    pub closures: Option<PathBuf>,
}

/// Run the city backend, or issue a token for it.
#[derive(Subcommand, Debug)]
pub enum City {
    /// Run the backend with the training city alone.
    Serve {
        /// The address to listen on.
        #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8087")]
        listen: SocketAddr,
        /// The folder of its database.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// The seed of the training city.
        #[arg(long, allow_negative_numbers = true, value_name = "N", default_value_t = DEFAULT_SEED)]
        seed: u64,
        /// How many times faster than the clock it lives.
        #[arg(long, allow_negative_numbers = true, value_name = "X", default_value_t = 1.0)]
        speed: f64,
        /// What shall happen, a TOML file.
        #[arg(long, value_name = "FILE")]
        scenario: Option<PathBuf>,
        /// Admit nobody without a token, not even on loopback.
        #[arg(long)]
        require_token: bool,
        /// Stand on an imported elevation model.
        #[arg(long, value_name = "DIR")]
        terrain: Option<PathBuf>,
        /// Let units move on an imported road network.
        #[arg(long, value_name = "FILE")]
        roads: Option<PathBuf>,
    },
    /// Issue a token.
    Token {
        /// The folder of the backend's database, where its key lies.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// observer, dutyOfficer, commander, planner, auditor.
        #[arg(long, default_value = "dutyOfficer")]
        role: String,
        /// city, a district's six-digit or a township's nine-digit code.
        #[arg(long, default_value = "city")]
        jurisdiction: String,
        /// Whose it is, for the journal.
        #[arg(long)]
        name: String,
        /// How long it is valid, hours.
        #[arg(long, allow_negative_numbers = true, default_value_t = 12.0)]
        hours: f64,
    },
}

/// A console without a window.
#[derive(Args, Debug)]
pub struct Follow {
    /// The city backend, such as http://127.0.0.1:8087.
    #[arg(long, value_name = "URL")]
    pub backend: String,
    /// The bearer token; SHANCHENG_TOKEN in the environment serves too.
    #[arg(long, value_name = "TOKEN", env = "SHANCHENG_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// End after this many events.
    #[arg(long, allow_negative_numbers = true, value_name = "N")]
    pub count: Option<u64>,
    /// End after this many seconds.
    #[arg(long, allow_negative_numbers = true, value_name = "SECONDS")]
    pub seconds: Option<f64>,
    /// This console's own folder.
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
}

/// Send commands from a file through the outbox.
#[derive(Args, Debug)]
pub struct Act {
    /// A file with one command or an array of them; `-` reads standard input, a command a line.
    pub file: PathBuf,
    /// The city backend, such as http://127.0.0.1:8087.
    #[arg(long, value_name = "URL")]
    pub backend: String,
    /// The bearer token; SHANCHENG_TOKEN in the environment serves too.
    #[arg(long, value_name = "TOKEN", env = "SHANCHENG_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// This console's own folder: its outbox keeps what was accepted and not yet answered.
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Give up waiting after this many seconds; what was accepted stays in the outbox and goes out next time.
    #[arg(long, allow_negative_numbers = true, value_name = "SECONDS")]
    pub seconds: Option<f64>,
}

/// Run a benchmark.
#[derive(Args, Debug)]
pub struct Bench {
    /// Which one; `all` runs each.
    #[arg(required_unless_present = "list")]
    pub name: Option<String>,
    /// Name them.
    #[arg(long)]
    pub list: bool,
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let bad = || format!("`{text}` is not a size such as 1280x720, each side 64 to 8192");
    let (w, h) = text.split_once(['x', 'X']).ok_or_else(bad)?;
    let side = |t: &str| t.parse().ok().filter(|n| (64..=8192).contains(n)).ok_or_else(bad);
    Ok((side(w)?, side(h)?))
}

fn numbers<const N: usize>(text: &str, like: &str) -> Result<[f64; N], String> {
    let bad = || format!("`{text}` is not {like}");
    let parts: Vec<f64> =
        text.split(',').map(|t| t.trim().parse::<f64>()).collect::<Result<_, _>>().map_err(|_| bad())?;
    parts.try_into().map_err(|_| bad())
}

fn colouring(text: &str) -> Result<shell::GroundColouring, String> {
    let known = shell::GroundColouring::ALL;
    let names = || known.map(|(name, _)| name).join(", ");
    let found = known.iter().find(|(name, _)| *name == text);
    found.map(|(_, colouring)| *colouring).ok_or_else(|| format!("`{text}` is none of {}", names()))
}

fn within(text: &str, range: std::ops::RangeInclusive<f64>) -> Result<f64, String> {
    let number = text.trim().parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("`{text}` is not a number from {} to {}", range.start(), range.end()))
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

fn lon_lat(text: &str) -> Result<LonLat, String> {
    let [lon, lat] = numbers(text, "a longitude and latitude such as 106.5878,29.5657")?;
    let at = LonLat::new(lon, lat);
    at.is_valid()
        .then_some(at)
        .ok_or_else(|| format!("`{text}` lies off the globe: longitude first, degrees"))
}

fn resolution(text: &str) -> Result<Resolution, String> {
    let metres = text.parse().ok();
    metres
        .and_then(Resolution::of_metres)
        .ok_or_else(|| format!("`{text}` is not a resolution: 30 or 90 metres"))
}

fn stop(text: &str) -> Result<roads::Stop, String> {
    let parts: Vec<&str> = text.splitn(3, ',').collect();
    let at = lon_lat(&parts[..parts.len().min(2)].join(","))?;
    let height = parts.get(2).map(|height| height.trim().parse::<f64>());
    match height {
        None => Ok(at.into()),
        Some(Ok(height)) if height.is_finite() => Ok(roads::Stop { at, height_m: Some(height) }),
        Some(_) => Err(format!("`{text}`: the height is no number of metres")),
    }
}

fn minutes(text: &str) -> Result<f64, String> {
    let given = text.trim().parse().ok().filter(|minutes: &f64| *minutes > 0.0 && *minutes <= 600.0);
    given.ok_or_else(|| format!("`{text}`: more than 0, at most 600 minutes"))
}

fn closed(text: &str) -> Result<roads::Closed, String> {
    let number = |digits: &str| digits.trim().parse::<i64>().map_err(|_| format!("`{digits}` is no number"));
    if let Some(edge) = text.strip_prefix("edge:") {
        let edge = u32::try_from(number(edge)?).map_err(|_| format!("`{edge}` is no edge"))?;
        return Ok(roads::Closed::Edge(edge));
    }
    if let Some(way) = text.strip_prefix("way:") {
        return Ok(roads::Closed::Way(number(way)?));
    }
    let [lon, lat, radius_m] =
        numbers(text, "edge:NUMBER, way:NUMBER, or a place and radius LON,LAT,METRES")?;
    let at = LonLat::new(lon, lat);
    if at.is_valid() && (0.0..=100_000.0).contains(&radius_m) {
        return Ok(roads::Closed::About { at, radius_m });
    }
    Err(format!("`{text}` is no longitude, latitude and radius of 0 to 100000 metres"))
}

fn bbox(text: &str) -> Result<[f64; 4], String> {
    let [w, s, e, n] = numbers(text, "a box W,S,E,N such as 106.0,29.0,107.2,30.2")?;
    if LonLat::new(w, s).is_valid() && LonLat::new(e, n).is_valid() && w < e && s < n {
        return Ok([w, s, e, n]);
    }
    Err(format!("`{text}` is not a box: west before east, south before north, degrees"))
}
