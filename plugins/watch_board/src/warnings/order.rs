//! Which warnings are listed and in which order: worked out anew only when the city or the filter changed, and never
//! under a pressing hand.

use crate::view::WatchView;
use city::{DistrictCode, Warning, WarningColour, WarningId};
use shell::words::Language;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long after a press on a list the order still stands, seconds.
const AFTER_PRESS_S: f64 = 0.4;

/// Which warnings are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WarningFilter {
    /// Only this colour.
    pub colour: Option<WarningColour>,
    /// Only of this system.
    pub system: Option<String>,
    /// Only with a place, or members, in this district.
    pub district: Option<DistrictCode>,
    /// Only with this in name, reason, place or identifier.
    pub text: String,
}

impl WarningFilter {
    /// True when `warning` is shown.
    pub fn admits(&self, view: &WatchView, warning: &Warning) -> bool {
        self.colour.is_none_or(|colour| warning.colour == colour)
            && self.system.as_ref().is_none_or(|system| warning.system == *system)
            && self.district.is_none_or(|code| districts(warning).any(|other| other == code))
            && self.has_text(view, warning)
    }

    fn has_text(&self, view: &WatchView, warning: &Warning) -> bool {
        let sought = self.text.trim().to_lowercase();
        let place = || warning.place.map_or_else(String::new, |place| view.places.place(view.words, place));
        let said = [&warning.name, &warning.reason].into_iter().flat_map(|both| [&both.zh, &both.en]);
        let ids = [warning.id.as_str(), warning.incident_id.as_ref().map_or("", |id| id.as_str())];
        sought.is_empty()
            || said.map(String::as_str).chain(ids).any(|text| text.to_lowercase().contains(&sought))
            || place().to_lowercase().contains(&sought)
    }
}

/// The districts a warning lies in.
fn districts(warning: &Warning) -> impl Iterator<Item = DistrictCode> + '_ {
    let members = warning.members.iter().flat_map(|members| members.districts.keys().copied());
    warning.place.map(|place| place.district).into_iter().chain(members)
}

/// Of what the rows were made.
#[derive(Clone, Debug, PartialEq)]
struct MadeOf {
    sequence: u64,
    known: usize,
    language: Language,
    filter: WarningFilter,
}

/// The rows of the list.
#[derive(Debug, Default)]
pub struct WarningRows {
    /// Which warnings are shown; a change takes effect at the next refresh.
    pub filter: WarningFilter,
    rows: Arc<[WarningId]>,
    counts: [usize; 4],
    systems: BTreeMap<String, usize>,
    districts: BTreeMap<DistrictCode, usize>,
    of: Option<MadeOf>,
    pressed_s: Option<f64>,
    /// Sorting took place this often; a measure of work for tests.
    pub sorted: u64,
}

impl WarningRows {
    /// The warnings listed: those in force above those that ended, the gravest and the newest first.
    pub fn rows(&self) -> &Arc<[WarningId]> {
        &self.rows
    }

    /// How many are in force, of each colour, whatever the filter.
    pub fn counts(&self) -> [usize; 4] {
        self.counts
    }

    /// Systems that warn, and how often.
    pub fn systems(&self) -> &BTreeMap<String, usize> {
        &self.systems
    }

    /// Districts that are warned, and how often.
    pub fn districts(&self) -> &BTreeMap<DistrictCode, usize> {
        &self.districts
    }

    /// Somebody pressed on a list at `time_s`: rows stay where they are.
    pub fn pressed(&mut self, time_s: f64) {
        self.pressed_s = Some(time_s);
    }

    /// Sorts anew where the city, the filter or the language is another.
    pub fn refresh(&mut self, view: &WatchView, time_s: f64) {
        let (city, language) = (view.city, view.words.language);
        let of = |filter: &WarningFilter| MadeOf {
            sequence: city.sequence,
            known: city.warnings.len(),
            language,
            filter: filter.clone(),
        };
        let is_same_filter = self.of.as_ref().is_some_and(|of| of.filter == self.filter);
        let held = self.pressed_s.is_some_and(|at| (0.0..AFTER_PRESS_S).contains(&(time_s - at)));
        if (held && is_same_filter) || self.of.as_ref() == Some(&of(&self.filter)) {
            return;
        }
        self.of = Some(of(&self.filter));
        self.sort(view);
    }

    fn sort(&mut self, view: &WatchView) {
        self.sorted += 1;
        (self.counts, self.systems, self.districts) = Default::default();
        for warning in view.city.warnings.values().filter(|warning| warning.is_in_force()) {
            self.counts[usize::from(warning.colour.level() - 1)] += 1;
            *self.systems.entry(warning.system.clone()).or_default() += 1;
            for district in districts(warning) {
                *self.districts.entry(district).or_default() += 1;
            }
        }
        let all = view.city.warnings.values();
        let mut shown: Vec<&Warning> = all.filter(|warning| self.filter.admits(view, warning)).collect();
        shown.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id)));
        self.rows = shown.into_iter().map(|warning| warning.id.clone()).collect();
    }
}

/// In force by colour and then the newest; of what ended the newest end, whatever its colour.
fn key(warning: &Warning) -> (bool, u8, Reverse<i64>) {
    match warning.ended {
        None => (false, warning.colour.level(), Reverse(warning.since.0)),
        Some(ended) => (true, 0, Reverse(ended.at.0)),
    }
}
