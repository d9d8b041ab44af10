//! Everything the panels read, borrowed for one frame, so that a panel is a function and a test can call it.

use city::{City, CityTime, Command, Incident, LonLat, Status, Unit};
use feeds::FeedHealth;
use shell::PlaceNames;
use shell::{NoticeKind, OnDuty, Selected, Theme, Words};

/// A notice that was shown, kept for the list.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptNotice {
    /// When, city time.
    pub at: CityTime,
    /// How it looks.
    pub kind: NoticeKind,
    /// What it says.
    pub text: String,
}

/// What the panels read.
#[derive(Clone, Copy)]
pub struct BoardView<'a> {
    /// The state of the city.
    pub city: &'a City,
    /// True once a snapshot came.
    pub received: bool,
    /// The one clock.
    pub now: CityTime,
    /// Whoever works at this console.
    pub on_duty: &'a OnDuty,
    /// The health of every feed.
    pub feeds: &'a [FeedHealth],
    /// Commands not yet answered, oldest first, by their key.
    pub pending: &'a [(String, Command)],
    /// The last refusals, newest last.
    pub refused: &'a [(Command, String)],
    /// The last notices, newest last; empty while their list is closed.
    pub notices: &'a [KeptNotice],
    /// How many notices were given.
    pub notices_given: usize,
    /// What is selected.
    pub selected: &'a Selected,
    /// The place the pointer clicked on the map in this frame.
    pub picked: Option<LonLat>,
    /// Colours and sizes.
    pub theme: &'a Theme,
    /// Words.
    pub words: &'a Words,
    /// Names of districts and townships.
    pub places: &'a PlaceNames,
}

impl<'a> BoardView<'a> {
    /// The selected incident, if one is selected and known.
    pub fn incident(&self) -> Option<&'a Incident> {
        match self.selected {
            Selected::Incident(id) => self.city.incidents.get(id),
            _ => None,
        }
    }

    /// The selected unit, if one is selected and known.
    pub fn unit(&self) -> Option<&'a Unit> {
        match self.selected {
            Selected::Unit(id) => self.city.units.get(id),
            _ => None,
        }
    }

    /// What the band must say: the city's status, or that of the selected incident where the city is actual.
    pub fn status(&self) -> Status {
        match (self.city.status, self.incident()) {
            (Status::Actual, Some(incident)) => incident.status,
            (status, _) => status,
        }
    }
}
