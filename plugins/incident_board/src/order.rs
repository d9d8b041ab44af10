//! Which incidents the list shows and in which order, worked out at most once a second.
//!
//! An incident's next deadline changes only with its history, so it is kept; what is left to do each second
//! is to compare and sort, also for ten thousand incidents. Rows are never moved while somebody presses on them.

use bevy::platform::collections::HashMap;
use city::{City, CityTime, DistrictCode, Incident, IncidentId, RiskClass, Stage, urgency};
use std::collections::{BTreeMap, BTreeSet};

/// How long an order stands at least, seconds of the screen: less than from one second's painting to the next.
const STANDS_S: f64 = 0.9;
/// How long after a press on the list the order still stands, so that a double click hits one row, seconds.
const AFTER_PRESS_S: f64 = 0.4;

/// Which incidents are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentFilter {
    /// Only this district.
    pub district: Option<DistrictCode>,
    /// Only this level, 1 to 4.
    pub level: Option<u8>,
    /// Only this stage; without one, every open incident.
    pub stage: Option<Stage>,
    /// Only this class.
    pub class: Option<RiskClass>,
}

impl IncidentFilter {
    /// True when `incident` is shown.
    pub fn admits(&self, incident: &Incident) -> bool {
        self.stage.map_or_else(|| incident.is_open(), |stage| incident.stage == stage)
            && self.district.is_none_or(|code| incident.place.district == code)
            && self.level.is_none_or(|level| incident.level.number() == level)
            && self.class.as_ref().is_none_or(|class| incident.class == *class)
    }
}

/// What the top band counts, over the whole city.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not acknowledged.
    pub waiting: usize,
    /// Being decided and handled.
    pub handling: usize,
    /// With a step overdue.
    pub overdue: usize,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    history: usize,
    band: u8,
    due_ms: i64,
}

/// The rows of the list.
#[derive(Debug, Default)]
pub struct IncidentOrder {
    /// Which incidents are shown; a change takes effect at the next refresh.
    pub filter: IncidentFilter,
    rows: Vec<IncidentId>,
    counts: Counts,
    districts: BTreeMap<DistrictCode, usize>,
    classes: BTreeSet<RiskClass>,
    known: HashMap<IncidentId, Known>,
    sorted: Option<(f64, IncidentFilter)>,
    pressed_s: Option<f64>,
}

impl IncidentOrder {
    /// The incidents shown, most urgent first.
    pub fn rows(&self) -> &[IncidentId] {
        &self.rows
    }

    /// What the top band counts.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Districts that have open incidents, and how many.
    pub fn districts(&self) -> &BTreeMap<DistrictCode, usize> {
        &self.districts
    }

    /// Classes that incidents have.
    pub fn classes(&self) -> &BTreeSet<RiskClass> {
        &self.classes
    }

    /// Somebody pressed on the list at `time_s`: rows stay where they are.
    pub fn pressed(&mut self, time_s: f64) {
        self.pressed_s = Some(time_s);
    }

    /// True while rows must stay where they are.
    pub fn is_held(&self, time_s: f64) -> bool {
        self.pressed_s.is_some_and(|pressed| (0.0..AFTER_PRESS_S).contains(&(time_s - pressed)))
    }

    /// Sorts anew where that is due. `time_s` is the screen's clock, `now` the city's. True when it did.
    pub fn refresh(&mut self, city: &City, now: CityTime, time_s: f64) -> bool {
        let held = self.is_held(time_s);
        let due = match &self.sorted {
            None => true,
            Some((_, filter)) if *filter != self.filter => true,
            Some((at_s, _)) => !held && !(0.0..STANDS_S).contains(&(time_s - at_s)),
        };
        if due {
            self.sort(city, now);
            self.sorted = Some((time_s, self.filter.clone()));
        }
        due
    }

    fn sort(&mut self, city: &City, now: CityTime) {
        self.counts = Counts::default();
        self.districts.clear();
        self.classes.clear();
        self.known.retain(|id, _| city.incidents.contains_key(id));
        let mut keyed = Vec::new();
        for (id, incident) in &city.incidents {
            let known = self.know(city, id, incident);
            let overdue = known.band < 3 && known.due_ms < now.0;
            self.count(incident, overdue);
            if self.filter.admits(incident) {
                let band = if overdue { 0 } else { known.band };
                keyed.push((band, incident.level.number(), known.due_ms, id));
            }
        }
        // Closed ones have no deadline: the newest first.
        keyed.sort_unstable_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)).then_with(|| b.3.cmp(a.3)));
        self.rows.clear();
        self.rows.extend(keyed.into_iter().map(|(.., id)| id.clone()));
    }

    fn know(&mut self, city: &City, id: &IncidentId, incident: &Incident) -> Known {
        let history = incident.history.len();
        match self.known.get(id) {
            Some(known) if known.history == history => *known,
            _ => {
                // At the beginning of time nothing is overdue, and the time left is the deadline itself.
                let calm = urgency(city, incident, CityTime(0));
                let known = Known { history, band: calm.band, due_ms: calm.due_in_ms };
                self.known.insert(id.clone(), known);
                known
            }
        }
    }

    fn count(&mut self, incident: &Incident, overdue: bool) {
        self.counts.waiting += usize::from(incident.stage == Stage::Perceive);
        self.counts.handling += usize::from(incident.stage == Stage::Decide);
        self.counts.overdue += usize::from(overdue);
        if incident.is_open() {
            *self.districts.entry(incident.place.district).or_default() += 1;
        }
        if !self.classes.contains(&incident.class) {
            self.classes.insert(incident.class.clone());
        }
    }

    /// The next open incident in the order after `current`, beginning anew at the end.
    pub fn next(&self, city: &City, current: Option<&IncidentId>) -> Option<IncidentId> {
        let at = current.and_then(|id| self.rows.iter().position(|row| row == id));
        let start = at.map_or(0, |at| at + 1);
        let open = |id: &&IncidentId| city.incidents.get(*id).is_some_and(Incident::is_open);
        let (before, after) = self.rows.split_at(start);
        after.iter().chain(before).find(open).cloned()
    }
}
