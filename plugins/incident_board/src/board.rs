//! What the board itself remembers between frames: order, offers, what was sent, which forms are open.

use crate::close_form::CloseForm;
use crate::offered::Offered;
use crate::order::IncidentOrder;
use crate::report_form::ReportForm;
use crate::sent::Sent;
use crate::unit_list::UnitRows;
use crate::view::BoardView;
use bevy::prelude::Resource;
use city::Command;
use shell::Selected;

use crate::action::Action;

/// What the right side shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Incidents.
    #[default]
    Incidents,
    /// Units.
    Units,
    /// The report form.
    Report,
}

/// Which list the bottom strip has open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StripList {
    /// Commands not yet answered.
    Pending,
    /// Refusals.
    Refused,
    /// Notices.
    Notices,
}

/// What the board remembers.
#[derive(Resource, Debug, Default)]
pub struct Board {
    /// Which incidents are listed, in which order.
    pub order: IncidentOrder,
    /// Units offered for the selected incident.
    pub offered: Offered,
    /// What was sent.
    pub sent: Sent,
    /// What the right side shows.
    pub tab: Tab,
    /// The close form, while it is open.
    pub close: Option<CloseForm>,
    /// The report form.
    pub report: ReportForm,
    /// The list of units.
    pub units: UnitRows,
    /// The list the strip has open.
    pub strip: Option<StripList>,
    /// True when more units are listed than those to send first, unsuited ones among them.
    pub all_units: bool,
    /// True when the list shall scroll to the selected row.
    pub reveal: bool,
    /// True when the detail shares the right side with the list. It opens a moment after the click that asks for
    /// it, so that the second click of two still meets the row.
    pub split: bool,
    /// Sorting took place this often; a measure of work for tests and benches.
    pub sorted: u64,
    shown: Selected,
}

impl Board {
    /// Brings everything derived up to date; cheap when nothing changed. `time_s` is the screen's clock.
    pub fn refresh(&mut self, view: &BoardView, time_s: f64) {
        self.sorted += u64::from(self.order.refresh(view.city, view.now, time_s));
        self.sent.refresh(view, time_s);
        if self.shown != *view.selected {
            self.shown = view.selected.clone();
            self.close = None;
            self.all_units = false;
            self.reveal = true;
            match view.selected {
                Selected::Incident(_) if self.tab == Tab::Units => self.tab = Tab::Incidents,
                Selected::Unit(_) if self.tab == Tab::Incidents => self.tab = Tab::Units,
                _ => {}
            }
        }
        if view.incident().is_none() || !self.order.is_held(time_s) {
            self.split = view.incident().is_some();
        }
        if let Some(incident) = view.incident() {
            self.offered.refresh(view, incident, self.all_units);
        }
    }

    /// Gives `command`: it is on its way from now on.
    pub fn give(&mut self, view: &BoardView, command: Command, time_s: f64, actions: &mut Vec<Action>) {
        self.sent.press(view, &command, time_s);
        actions.push(Action::Do(command));
    }
}
