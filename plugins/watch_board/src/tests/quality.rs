//! The page of data quality: scores, why, and the way to the worst devices.

use super::town::{Desk, NOW};
use crate::action::Action;
use crate::board::Page;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use serde_json::json;
use shell::Selected;
use shell::words::Language;
use std::sync::Arc;

fn open(language: Language) -> Harness<'static, Desk> {
    let told = json!({"now": NOW, "sources": [
        {"id": "gauges", "name": {"zh": "水位站", "en": "Gauges"}, "score": 83.25, "reports": 120,
         "from": NOW.plus_s(-86_400.0), "until": NOW,
         "parts": [{"key": "completeness", "bad": 5, "of": 50, "points": 27, "most": 30},
                   {"key": "positions", "bad": 0, "of": 0, "points": 0, "most": 0}],
         "reasons": [{"lost": 3.0, "zh": "缺报 5 条", "en": "5 reports are missing"}],
         "worst": [{"deviceId": "D-9", "faults": 2, "missing": 5}], "delayS": [2, 10, 30],
         "weeks": [{"from": NOW.plus_s(-1e6), "score": 90}, {"from": NOW.plus_s(-5e5)}],
         "course": "falling", "pointsAWeek": -1.5},
        {"id": "quiet"}]});
    let mut desk = Desk::empty();
    desk.words.language = language;
    desk.board.page = Page::Quality;
    desk.vitals.quality = Some(Arc::new(serde_json::from_value(told).unwrap()));
    let mut window = desk.open();
    window.run_steps(2);
    window
}

fn says(window: &Harness<Desk>, words: &str) -> bool {
    window.query_all_by_label_contains(words).next().is_some()
}

#[test]
fn a_source_says_in_the_language_shown_why_it_has_its_score() {
    for (language, name, expected) in [
        (Language::Chinese, "水位站 83.2", ["83.2 / 100", "缺报 5 条", "完整性 5/50 差", "无法评判", "−1.5"]),
        (
            Language::English,
            "Gauges 83.2",
            ["83.2 / 100", "5 reports are missing", "Completeness 5/50 bad", "cannot be judged", "-1.5"],
        ),
    ] {
        let mut window = open(language);
        window.get_by_label(name).click();
        window.run_steps(3);
        for words in expected.map(|words| words.replace('−', "-")) {
            assert!(says(&window, &words), "{words}");
        }
        assert!(says(&window, "quiet —"), "a source of which nothing can be judged has no score");
    }
}

#[test]
fn a_click_on_a_bad_device_selects_it_and_flies_there() {
    let mut window = open(Language::Chinese);
    window.get_by_label("水位站 83.2").click();
    window.run_steps(3);
    window.get_by_label("D-9 2 条无效或错位 · 缺 5 条").click();
    window.run_steps(3);
    let device = "D-9".into();
    let done = &window.state().done;
    assert!(done.contains(&Action::Select(Selected::Device("D-9".into()))), "{done:?}");
    assert!(done.contains(&Action::FlyToDevice(device)));
}
