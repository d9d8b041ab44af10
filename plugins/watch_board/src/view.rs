//! Everything the panel reads, borrowed for one frame, so that it is a function and a test can call it.

use city::{City, CityTime, Command, NoticeId, RiskNotice, Warning, WarningId};
use shell::{OnDuty, PlaceNames, Selected, Theme, Vitals, Words};

/// What the panel reads.
#[derive(Clone, Copy)]
pub struct WatchView<'a> {
    /// The state of the city.
    pub city: &'a City,
    /// The one clock.
    pub now: CityTime,
    /// Whoever works at this console.
    pub on_duty: &'a OnDuty,
    /// Commands not yet answered, oldest first, by their key.
    pub pending: &'a [(String, Command)],
    /// The last refusals, newest last.
    pub refused: &'a [(Command, String)],
    /// The newest vital signs and the quality of data.
    pub vitals: &'a Vitals,
    /// What is selected.
    pub selected: &'a Selected,
    /// Colours and sizes.
    pub theme: &'a Theme,
    /// Words.
    pub words: &'a Words,
    /// Names of districts and townships.
    pub places: &'a PlaceNames,
}

impl<'a> WatchView<'a> {
    /// The selected warning, if one is selected and known.
    pub fn warning(&self) -> Option<&'a Warning> {
        self.selected.city_warning().and_then(|id: &WarningId| self.city.warnings.get(id))
    }

    /// The selected notice, if one is selected and known.
    pub fn notice(&self) -> Option<&'a RiskNotice> {
        self.selected.risk_notice().and_then(|id: &NoticeId| self.city.notices.get(id))
    }
}
