//! What a grouped warning is made of: why, how many by each rule and in each district, the most first.

use crate::facts::fact;
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui::Ui;
use city::Members;
use shell::widgets::{faint, heading};

/// More lines than this are summed up: whoever asks for all has the filter.
const MOST: usize = 8;

/// Draws cause, rules and districts.
pub fn members(ui: &mut Ui, view: &WatchView, members: &Members) {
    let (theme, words) = (view.theme, view.words);
    let (count, up) = (members.count.to_string(), members.up.to_string());
    heading(ui, theme, &words.fill("watch.madeOf", &[("n", &count), ("up", &up)]));
    fact(ui, theme, words.get("watch.cause"), saying::told(words, &members.cause));
    let rules = members.rules.iter().map(|(rule, n)| (rule.clone(), *n)).collect();
    table(ui, view, "watch.byRule", rules);
    let name = |code| view.places.district(words, code);
    let districts = members.districts.iter().map(|(code, n)| (name(*code), *n)).collect();
    table(ui, view, "watch.byDistrict", districts);
}

fn table(ui: &mut Ui, view: &WatchView, key: &str, mut rows: Vec<(String, u32)>) {
    if rows.is_empty() {
        return;
    }
    rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    faint(ui, view.theme, view.words.get(key));
    for (name, count) in rows.iter().take(MOST) {
        fact(ui, view.theme, &count.to_string(), name);
    }
    if rows.len() > MOST {
        let (more, sum) = (rows.len() - MOST, rows.iter().skip(MOST).map(|row| row.1).sum::<u32>());
        let words = view.words.fill("watch.andMore", &[("n", &more.to_string())]);
        fact(ui, view.theme, &sum.to_string(), &words);
    }
}
