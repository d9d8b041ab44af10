//! The command line.

mod ask;
mod credentials;
mod drawn;
mod kept;
mod laid;
mod points;
mod roads;
mod rules;
mod served;
mod terrain;

pub use ask::{Asked, End, Map, Profile, Sight, Slope, Viewshed, Water};
pub use credentials::Credentials;
pub use drawn::{Console, DEFAULT_SEED, Ground, Snapshot};
pub use kept::{Feed, Journal};
pub use laid::Laid;
pub use points::Points;
pub use roads::{Roads, Travel};
pub use rules::Rules;
pub use served::{Act, City, Follow, Quality, Serve, Vital};
pub use terrain::{Fetch, Terrain};

use city::LonLat;
use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

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
    /// Import, make and look at files of points at scale.
    #[command(subcommand)]
    Points(Points),
    /// Check the rules that watch the city, copy those that ship to change them, or try them on recorded days.
    #[command(subcommand)]
    Rules(Rules),
    /// Run the city backend, or issue a token for it.
    #[command(subcommand)]
    City(City),
    /// Check or export the journal of a backend.
    #[command(subcommand)]
    Journal(Journal),
    /// Name and try the systems the city is read from.
    #[command(subcommand)]
    Feed(Feed),
    /// A console without a window: print each event as a line.
    Follow(Follow),
    /// Send commands from a file through the outbox and print each answer.
    Act(Act),
    /// How the city is: its vital signs, or one of them in depth.
    Vital(Vital),
    /// How good what the city is told is, source by source.
    Quality(Quality),
    /// Run a benchmark and print its figures.
    Bench(Bench),
    /// Publish what `bench feeds` measures.
    #[command(hide = true)]
    BenchPublisher(BenchPublisher),
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
    /// Of `feeds`: observations a second.
    #[arg(long, value_name = "OBSERVATIONS", default_value = "50000", value_parser = |text: &str| within(text, 100.0..=1e6))]
    pub rate: f64,
    /// Of `feeds`: for how long, seconds.
    #[arg(long = "for", value_name = "SECONDS", default_value = "60", value_parser = |text: &str| within(text, 1.0..=86_400.0))]
    pub seconds: f64,
    /// Of `feeds`: then ten seconds of five times as many.
    #[arg(long)]
    pub burst: bool,
    /// Of `feeds`: then cut the console off while this many observations are published, and let it come back.
    #[arg(long, value_name = "OBSERVATIONS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=1_000_000_000))]
    pub missed: u64,
}

/// Publish what `bench feeds` measures.
#[derive(Args, Debug)]
pub struct BenchPublisher {
    /// Where, and by how many, as JSON; what follows is told on standard input.
    pub orders: String,
}

fn numbers<const N: usize>(text: &str, like: &str) -> Result<[f64; N], String> {
    let bad = || format!("`{text}` is not {like}");
    let parts: Vec<f64> =
        text.split(',').map(|t| t.trim().parse::<f64>()).collect::<Result<_, _>>().map_err(|_| bad())?;
    parts.try_into().map_err(|_| bad())
}

fn within(text: &str, range: std::ops::RangeInclusive<f64>) -> Result<f64, String> {
    let number = text.trim().parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("`{text}` is not a number from {} to {}", range.start(), range.end()))
}

fn lon_lat(text: &str) -> Result<LonLat, String> {
    let [lon, lat] = numbers(text, "a longitude and latitude such as 106.5878,29.5657")?;
    let at = LonLat::new(lon, lat);
    at.is_valid()
        .then_some(at)
        .ok_or_else(|| format!("`{text}` lies off the globe: longitude first, degrees"))
}

fn bbox(text: &str) -> Result<[f64; 4], String> {
    let [w, s, e, n] = numbers(text, "a box W,S,E,N such as 106.0,29.0,107.2,30.2")?;
    if LonLat::new(w, s).is_valid() && LonLat::new(e, n).is_valid() && w < e && s < n {
        return Ok([w, s, e, n]);
    }
    Err(format!("`{text}` is not a box: west before east, south before north, degrees"))
}
