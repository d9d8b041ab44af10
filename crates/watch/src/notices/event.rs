//! Small events, and which of them cannot be used and why: said, never silently dropped.

use city::{CityTime, LonLat, Place, RiskClass, SmallEventId};
use geodesy::EastNorth;
use std::collections::HashSet;
use std::sync::Arc;

/// West, south, east, north of everything in the municipality, degrees, with a margin.
const BOX: [f64; 4] = [105.0, 28.0, 110.5, 32.5];
/// Examples kept of each problem.
const EXAMPLES: usize = 5;

/// One small event: a complaint, a report, an incident that was handled.
#[derive(Clone, Debug, PartialEq)]
pub struct SmallEvent {
    /// Its identifier.
    pub id: SmallEventId,
    /// Its class.
    pub class: RiskClass,
    /// The key of its cause, where one is registered.
    pub cause: Option<Arc<str>>,
    /// Where it was; NaN where that is withheld or unknown.
    pub at: LonLat,
    /// When it was reported.
    pub time: CityTime,
    /// When it was handled, if it was.
    pub handled: Option<CityTime>,
    /// Whose it is, where that is known.
    pub place: Option<Place>,
}

/// What is wrong with events, or why an analysis says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// No position: counted in trends by its district, in no cluster.
    NoPosition,
    /// A position outside the municipality: counted in trends by its district, in no cluster.
    OutsideCity,
    /// A district is not known: in no analysis.
    NoDistrict,
    /// A time after the end of the analysis: in no analysis.
    InFuture,
    /// An identifier that came before: only the first is used.
    Duplicate,
    /// Handled before it was reported: taken as not handled.
    HandledBefore,
    /// Too few events for an analysis.
    TooFew,
    /// Events that an analysis cannot compare: all at one place or of one day.
    NothingToCompare,
    /// More events than one analysis holds.
    TooMany,
    /// An algorithm that the register does not let run.
    NotAllowed,
    /// A setting that cannot be.
    Setting,
}

/// What could not be used or judged: how many, with examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// What it concerns, such as `gas in 500103`; empty for events.
    pub of: String,
    /// In words.
    pub what: String,
    /// How many events it concerns.
    pub count: u64,
    /// Some of them.
    pub examples: Vec<SmallEventId>,
}

/// Problems by kind and subject.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub fn add(&mut self, kind: ProblemKind, of: &str, what: &str, id: Option<&SmallEventId>) {
        let known = self.0.iter().position(|p| p.kind == kind && p.of == of);
        let at = known.unwrap_or_else(|| {
            let (of, what) = (of.to_owned(), what.to_owned());
            self.0.push(Problem { kind, of, what, count: 0, examples: Vec::new() });
            self.0.len() - 1
        });
        let problem = &mut self.0[at];
        problem.count += 1;
        if problem.examples.len() < EXAMPLES {
            problem.examples.extend(id.cloned());
        }
    }

    pub fn into_sorted(mut self) -> Vec<Problem> {
        self.0.sort_by(|a, b| (a.kind, &a.of).cmp(&(b.kind, &b.of)));
        self.0
    }
}

/// An event that can be used, with its place on the city frame where it has one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usable<'a> {
    pub event: &'a SmallEvent,
    pub place: Place,
    pub at: Option<EastNorth>,
    pub handled: Option<CityTime>,
}

/// The events that can be used at `until`, and what is wrong with the others.
pub(super) fn usable<'a>(
    events: &'a [SmallEvent],
    until: CityTime,
    problems: &mut Problems,
) -> Vec<Usable<'a>> {
    let mut seen: HashSet<&str> = HashSet::with_capacity(events.len());
    let mut kept = Vec::with_capacity(events.len());
    for event in events {
        let mut refuse = |kind, what| problems.add(kind, "", what, Some(&event.id));
        if !seen.insert(event.id.as_str()) {
            refuse(ProblemKind::Duplicate, "an identifier that came before: only the first is used");
            continue;
        }
        if event.time > until {
            refuse(ProblemKind::InFuture, "a time after the end of the analysis: not used");
            continue;
        }
        let Some(place) = event.place else {
            refuse(ProblemKind::NoDistrict, "no district: not used");
            continue;
        };
        let at = event.at;
        let inside = (BOX[0]..=BOX[2]).contains(&at.lon) && (BOX[1]..=BOX[3]).contains(&at.lat);
        if !at.is_valid() {
            refuse(ProblemKind::NoPosition, "no position: counted by its district, in no cluster");
        } else if !inside {
            refuse(
                ProblemKind::OutsideCity,
                "a position outside the city: counted by its district, in no cluster",
            );
        }
        let handled = event.handled.filter(|handled| *handled >= event.time);
        if handled.is_none() && event.handled.is_some() {
            refuse(ProblemKind::HandledBefore, "handled before it was reported: taken as not handled");
        }
        let at = inside.then(|| geodesy::to_city_frame(at));
        kept.push(Usable { event, place, at, handled });
    }
    kept
}
