//! What stands in a row of the board, and which columns find room.

use city::CityTime;
use feeds::told::Heard;
use feeds::{FeedHealth, FeedState};
use shell::{CitySource, Words, span};

/// A column of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// State and name.
    Name,
    /// Whose it is.
    Department,
    /// By which protocol.
    Protocol,
    /// How old its newest value is.
    Age,
    /// Records a second.
    Rate,
    /// How late its values come.
    Lag,
    /// How many records could not be read, and how many are missing.
    Problems,
    /// The share of its devices that is online.
    Online,
    /// The share that reported in the last day.
    Reporting,
    /// On or off.
    Switch,
}

impl Column {
    /// All, in their order.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Department,
        Self::Protocol,
        Self::Age,
        Self::Rate,
        Self::Lag,
        Self::Problems,
        Self::Online,
        Self::Reporting,
        Self::Switch,
    ];
    /// Which go first where there is no room for all.
    const DISPENSABLE: [Self; 5] = [Self::Protocol, Self::Lag, Self::Department, Self::Reporting, Self::Rate];

    /// The key of its heading, below `source.`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Department => "department",
            Self::Protocol => "protocol",
            Self::Age => "age",
            Self::Rate => "rate",
            Self::Lag => "lag",
            Self::Problems => "problems",
            Self::Online => "online",
            Self::Reporting => "reporting",
            Self::Switch => "switch",
        }
    }

    /// How wide it is at least, points; the name takes what is left.
    pub fn width(self) -> f32 {
        match self {
            Self::Name => 140.0,
            Self::Department => 110.0,
            Self::Protocol => 130.0,
            Self::Switch => 34.0,
            Self::Age | Self::Lag => 58.0,
            Self::Rate | Self::Online | Self::Reporting => 62.0,
            Self::Problems => 82.0,
        }
    }

    /// The columns that find room in `width` points.
    pub fn fitting(width: f32) -> Vec<Self> {
        let mut columns = Self::ALL.to_vec();
        for gone in Self::DISPENSABLE {
            if columns.iter().map(|column| column.width()).sum::<f32>() <= width {
                break;
            }
            columns.retain(|column| *column != gone);
        }
        columns
    }
}

/// What stands in one column of the row of `source`.
pub fn cell(column: Column, source: &CitySource, now: CityTime, words: &Words) -> String {
    let health = &source.health;
    let is_off = health.state == FeedState::Off;
    let told = |text: Option<String>| text.filter(|_| !is_off).unwrap_or_else(|| "—".to_owned());
    match column {
        Column::Name => source.name.clone(),
        Column::Department => source.department.clone(),
        Column::Protocol => health.protocol.clone(),
        // The one clock says how old a value is; what tells of no time is as old as its coming.
        Column::Age => told(health.newest.map(|at| now.seconds_since(at)).or(health.age_s).map(span)),
        Column::Rate => told(Some(rate(health.rate_per_s))),
        Column::Lag => told(health.lag_s.map(span)),
        Column::Problems => problems(health, words),
        Column::Online => told(source.heard.shares().map(|(online, _)| percent(online))),
        Column::Reporting => told(source.heard.shares().map(|(_, reporting)| percent(reporting))),
        Column::Switch => words.get(if source.is_on { "source.on" } else { "source.off" }).to_owned(),
    }
}

/// How many are in each state, worst first, and how many of all devices are heard from.
pub fn summary(sources: &[CitySource], words: &Words) -> String {
    let mut parts = vec![words.fill("source.count", &[("n", &sources.len().to_string())])];
    for state in [FeedState::Lost, FeedState::Late, FeedState::Live, FeedState::Off] {
        let count = sources.iter().filter(|source| source.health.state == state).count();
        if count > 0 {
            parts.push(format!("{} {count}", words.get(&format!("feed.{}", state.key()))));
        }
    }
    let heard = sources.iter().filter(|source| source.is_on).map(|source| source.heard);
    let heard = heard.fold(Heard::default(), Heard::and);
    if let Some((online, reporting)) = heard.shares() {
        let (known, online, reporting) = (heard.known.to_string(), percent(online), percent(reporting));
        let shares = [("known", &*known), ("online", &*online), ("reporting", &*reporting)];
        parts.push(words.fill("source.heard", &shares));
    }
    parts.join(" · ")
}

/// What could not be read and what did not come; nothing where all did.
fn problems(health: &FeedHealth, words: &Words) -> String {
    let unread = (health.problems > 0).then(|| health.problems.to_string());
    let missing = || words.fill("source.missing", &[("n", &health.missing.to_string())]);
    let missing = (health.missing > 0).then(missing);
    unread.into_iter().chain(missing).collect::<Vec<_>>().join(" · ")
}

fn rate(per_s: f64) -> String {
    match per_s {
        r if r < 9.95 => format!("{r:.1}"),
        r if r < 99_500.0 => format!("{r:.0}"),
        r => format!("{:.0}k", r / 1_000.0),
    }
}

/// A share in percent; all but not quite all is never 100.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if (99.95..100.0).contains(&percent) { "99.9 %".to_owned() } else { format!("{percent:.1} %") }
}
