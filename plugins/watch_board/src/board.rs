//! What the board itself remembers between frames: which page is open, orders and filters, what was sent, a form.

use crate::action::Action;
use crate::looking::Looking;
use crate::notices::NoticeRows;
use crate::reason_form::ReasonForm;
use crate::register::RegisterRows;
use crate::sent::Sent;
use crate::view::WatchView;
use crate::warnings::WarningRows;
use bevy::prelude::Resource;
use city::{AlgorithmId, Command};
use shell::{Selected, VitalsWish};

/// A page of the panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// 预警.
    #[default]
    Warnings,
    /// 风险预警提示单.
    Notices,
    /// 算法备案.
    Register,
    /// 体征.
    Vitals,
    /// 数据质量.
    Quality,
}

/// What the board remembers.
#[derive(Resource, Debug, Default)]
pub struct Board {
    /// The page that is open.
    pub page: Page,
    /// The warnings listed.
    pub warnings: WarningRows,
    /// The notices listed.
    pub notices: NoticeRows,
    /// The algorithms, and what names each.
    pub register: RegisterRows,
    /// The algorithm whose entry is open.
    pub algorithm: Option<AlgorithmId>,
    /// What is looked at of the vital signs and the quality of data.
    pub looking: Looking,
    /// What was sent.
    pub sent: Sent,
    /// The form that asks for a reason, while it is open.
    pub form: Option<ReasonForm>,
    /// True when the list shall scroll to the selected row.
    pub reveal: bool,
    /// How many rows the last frame laid out; a measure of work for tests.
    pub laid_out: usize,
    shown: Selected,
}

impl Board {
    /// Brings everything derived up to date; cheap when nothing changed. `time_s` is the screen's clock.
    pub fn refresh(&mut self, view: &WatchView, time_s: f64) {
        self.laid_out = 0;
        self.sent.refresh(view, time_s);
        self.warnings.refresh(view, time_s);
        self.notices.refresh(view);
        self.register.refresh(view);
        self.looking.refresh(view);
        if self.shown != *view.selected {
            self.shown = view.selected.clone();
            self.form = None;
            self.reveal = true;
            if view.selected.city_warning().is_some() {
                self.page = Page::Warnings;
            } else if view.selected.risk_notice().is_some() {
                self.page = Page::Notices;
            }
        }
    }

    /// The vital signs to ask for: none while no page shows them.
    pub fn wish(&self, view: &WatchView) -> Option<VitalsWish> {
        match self.page {
            Page::Warnings | Page::Notices | Page::Register => None,
            Page::Vitals => Some(self.looking.wish(view, false)),
            Page::Quality => Some(self.looking.wish(view, true)),
        }
    }

    /// Opens a page; a form belongs to the page it was opened on.
    pub fn open(&mut self, page: Page) {
        if self.page != page {
            (self.page, self.form, self.reveal) = (page, None, true);
        }
    }

    /// Opens the entry of an algorithm.
    pub fn open_entry(&mut self, id: &AlgorithmId) {
        self.open(Page::Register);
        (self.algorithm, self.form, self.reveal) = (Some(id.clone()), None, true);
    }

    /// Gives `command`: it is on its way from now on.
    pub fn give(&mut self, view: &WatchView, command: Command, time_s: f64, actions: &mut Vec<Action>) {
        self.sent.press(view, &command, time_s);
        actions.push(Action::Do(command));
    }
}
