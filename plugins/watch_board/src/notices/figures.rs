//! The figures of a notice: what was seen against what was to be expected, and how sure that is.

use crate::facts::fact;
use crate::saying::{chance, computed, figure};
use crate::view::WatchView;
use bevy_egui::egui::Ui;
use city::{Interval, RiskNotice};
use shell::saying::keyed;
use shell::widgets::heading;

/// Draws observed and expected, the ratio, the statistic and what it rests on.
pub fn figures(ui: &mut Ui, view: &WatchView, notice: &RiskNotice) {
    let (theme, words, statistic) = (view.theme, view.words, &notice.statistic);
    heading(ui, theme, words.get("watch.figures"));
    let say = |key: &str| keyed(words, "watch", key);
    let with = |value: f64, interval: Interval| {
        let [value, low, high] = [value, interval.low, interval.high].map(figure);
        words.fill("watch.withInterval", &[("v", &value), ("low", &low), ("high", &high)])
    };
    let days = notice.until.seconds_since(notice.from) / 86_400.0;
    let observed =
        words.fill("watch.observedIn", &[("n", &notice.observed.to_string()), ("d", &figure(days))]);
    fact(ui, theme, &say("observed"), &observed);
    fact(ui, theme, &say("expected"), &with(notice.expected, notice.expected95));
    fact(ui, theme, &say("ratio"), &with(notice.ratio, notice.ratio95));
    fact(
        ui,
        theme,
        &say("statistic"),
        &format!("{} = {}", keyed(words, "statistic", &statistic.name), figure(statistic.value)),
    );
    fact(
        ui,
        theme,
        &say("pValue"),
        &format!("{} · {}", chance(statistic.p_value), computed(words, &statistic.p_method)),
    );
    let recurrence = words.fill("watch.days", &[("n", &figure(statistic.recurrence_days))]);
    fact(ui, theme, &say("recurrence"), &recurrence);
    fact(ui, theme, &say("overdispersion"), &figure(statistic.overdispersion));
    fact(ui, theme, &say("seed"), &notice.seed.to_string());
    let (kept, total) = (notice.evidence_at.len().to_string(), notice.evidence_total.to_string());
    fact(ui, theme, &say("evidence"), &words.fill("watch.evidenceOf", &[("n", &total), ("m", &kept)]));
}
