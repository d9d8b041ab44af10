//! How well an algorithm did on recorded data; that it was not evaluated is said as well.

use crate::facts::{fact, remark};
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui::Ui;
use city::Algorithm;
use shell::Words;
use shell::saying::keyed;
use shell::widgets::heading;

/// Precision and recall in a few words.
pub fn in_short(words: &Words, entry: &Algorithm) -> String {
    let Some(evaluation) = entry.evaluation.as_ref().filter(|_| entry.is_evaluated()) else {
        return words.get("watch.notEvaluated").to_owned();
    };
    let percent = |share: city::Share| {
        share.value().map_or_else(|| "—".to_owned(), |value| format!("{:.0} %", 100.0 * value))
    };
    let (precision, recall) = (percent(evaluation.precision), percent(evaluation.recall));
    let key = if evaluation.made_up { "watch.precisionRecallMadeUp" } else { "watch.precisionRecall" };
    words.fill(key, &[("p", &precision), ("r", &recall)])
}

/// Draws the last evaluation with its intervals.
pub fn evaluation(ui: &mut Ui, view: &WatchView, entry: &Algorithm) {
    let (theme, words) = (view.theme, view.words);
    heading(ui, theme, words.get("watch.evaluation"));
    let Some(evaluation) = &entry.evaluation else {
        remark(ui, theme, words.get("watch.notEvaluatedWhy"), theme.panel.attention);
        return;
    };
    if !entry.is_evaluated() {
        let version = words.fill("watch.evaluatedOther", &[("v", &evaluation.version)]);
        remark(ui, theme, &version, theme.panel.attention);
    }
    if evaluation.made_up {
        remark(ui, theme, words.get("watch.madeUpData"), theme.panel.attention);
    }
    let say = |key: &str| keyed(words, "watch", key);
    fact(ui, theme, &say("precision"), &saying::share(words, evaluation.precision));
    fact(ui, theme, &say("recall"), &saying::share(words, evaluation.recall));
    fact(ui, theme, &say("falseAlarms"), &saying::rate(words, evaluation.false_alarms));
    if let Some(delay_s) = evaluation.delay_s {
        let key = if delay_s < 0.0 { "watch.delayBefore" } else { "watch.delayAfter" };
        let told = words.fill(key, &[("t", &words.lasting(delay_s.abs()))]);
        fact(ui, theme, &say("delay"), &told);
    }
    fact(ui, theme, &say("unjudgedCases"), &evaluation.unjudged.to_string());
    fact(ui, theme, &say("data"), &evaluation.data);
    let (from, until) = (evaluation.from.shanghai_date_clock(), evaluation.until.shanghai_date_clock());
    let day = |text: &str| text.get(..10).unwrap_or(text).to_owned();
    fact(ui, theme, &say("period"), &format!("{} – {}", day(&from), day(&until)));
    fact(ui, theme, &say("evaluatedAt"), &saying::moment(evaluation.at, view.now));
}
