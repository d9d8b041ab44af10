//! What is looked at of the city's pulse: an area, a sign of it, how far back, a source of data.

use crate::view::WatchView;
use city::Jurisdiction;
use shell::VitalsWish;
use std::sync::Arc;
use watch::vital::told::{SignInDepth, SignsTold, Span, area_key};

/// What is looked at; a click changes it, and what is asked for follows.
#[derive(Debug, Default)]
pub struct Looking {
    /// The area somebody went to; the operator's own until then.
    area: Option<Jurisdiction>,
    /// The sign that is open.
    pub sign: Option<String>,
    /// How far its trend reaches back.
    pub span: Span,
    /// The source of data that is open.
    pub source: Option<String>,
    /// The sign in depth that came last: a trend stays until that of another span is there.
    depth: Option<Arc<SignInDepth>>,
}

impl Looking {
    /// Keeps what came.
    pub fn refresh(&mut self, view: &WatchView) {
        if let Some(depth) = &view.vitals.sign {
            self.depth = Some(Arc::clone(depth));
        }
    }

    /// The area that is looked at: the one somebody went to, where the operator answers for it, else their own; `None`
    /// until the backend said who they are.
    pub fn area(&self, view: &WatchView) -> Option<Jurisdiction> {
        let own = view.on_duty.told.then_some(view.on_duty.actor.jurisdiction);
        let gone = self.area.filter(|area| own.is_none_or(|own| own.covers_centre(*area)));
        gone.or(own)
    }

    /// Goes to an area.
    pub fn go(&mut self, area: Jurisdiction) {
        self.area = Some(area);
    }

    /// The area by which it is asked for; empty for the operator's own while that is not known.
    fn asked(&self, view: &WatchView) -> String {
        self.area(view).map(area_key).unwrap_or_default()
    }

    /// The signs of the area, where they came.
    pub fn signs<'a>(&self, view: &WatchView<'a>) -> Option<&'a SignsTold> {
        let asked = self.asked(view);
        view.vitals.signs.as_deref().filter(|told| asked.is_empty() || told.area == asked)
    }

    /// The open sign in depth, where it came; of another span while that which is asked for is on its way.
    pub fn depth(&self, view: &WatchView) -> Option<Arc<SignInDepth>> {
        let (asked, sign) = (self.asked(view), self.sign.as_deref()?);
        let is_it =
            |told: &&Arc<SignInDepth>| told.sign.id == sign && (asked.is_empty() || told.area == asked);
        self.depth.as_ref().filter(is_it).cloned()
    }

    /// What to ask for.
    pub fn wish(&self, view: &WatchView, quality: bool) -> VitalsWish {
        let sign = self.sign.clone().filter(|_| !quality);
        VitalsWish { area: self.asked(view), sign, span: self.span, quality }
    }
}
