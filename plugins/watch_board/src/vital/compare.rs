//! A sign beside its own past: yesterday, the usual of this weekday and hour, the same month of last year.

use super::row::spreads;
use super::words::with_unit;
use crate::facts::fact;
use crate::view::WatchView;
use bevy_egui::egui::Ui;
use shell::saying::{figure, keyed};
use shell::widgets::{faint, heading};
use watch::vital::told::SignInDepth;

/// Draws what is known of the past; what is not says so.
pub fn compare(ui: &mut Ui, view: &WatchView, told: &SignInDepth) {
    let (theme, words, unit) = (view.theme, view.words, &*told.sign.unit);
    heading(ui, theme, words.get("vital.compared"));
    let Some(found) = told.comparison else {
        faint(ui, theme, words.get("vital.notCompared"));
        return;
    };
    let say = |key: &str| keyed(words, "vital", key);
    let difference = |by: f64| {
        let sign = if by > 0.0 { "+" } else { "" };
        words.fill("vital.difference", &[("d", &format!("{sign}{}", figure(by)))])
    };
    if let Some(yesterday) = found.yesterday {
        let by = found.since_yesterday.map(difference).unwrap_or_default();
        fact(ui, theme, &say("yesterday"), &format!("{} {by}", with_unit(yesterday, unit)));
    }
    if let Some(usual) = found.usual {
        let (median, spread) = (with_unit(usual.median, unit), figure(usual.spread));
        let weeks = usual.weeks.to_string();
        let parts = [("m", &*median), ("s", &*spread), ("n", &*weeks)];
        let by = match usual.z {
            Some(z) if z.is_finite() => words.fill("vital.vsUsual", &[("z", &spreads(z))]),
            _ => say("tooFewWeeks"),
        };
        fact(ui, theme, &say("usualHere"), &format!("{} · {by}", words.fill("vital.usualOf", &parts)));
    }
    if let Some(year) = found.last_year {
        let (this, that) = (with_unit(year.this_month, unit), with_unit(year.that_month, unit));
        let parts = [("this", &*this), ("that", &*that), ("n", &*year.days.to_string())];
        fact(ui, theme, &say("lastYear"), &words.fill("vital.lastYearOf", &parts));
    }
    if found.yesterday.is_none() && found.usual.is_none() && found.last_year.is_none() {
        faint(ui, theme, words.get("vital.notCompared"));
    }
}
