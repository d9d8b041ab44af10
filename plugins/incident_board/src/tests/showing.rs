//! What the panels say: both languages, feeds, refusals, bands; and that nothing breaks them.

use super::town::{Desk, START};
use crate::bottom_strip::chip_words;
use crate::saying;
use city::*;
use egui_kittest::kittest::Queryable;
use feeds::{FeedHealth, FeedState};
use shell::{Language, Selected};

fn feed(state: FeedState) -> FeedHealth {
    FeedHealth {
        name: "events".to_owned(),
        protocol: "SSE".to_owned(),
        state,
        newest: Some(START.plus_s(-7.0)),
        age_s: Some(7.0),
        lag_s: None,
        rate_per_s: 0.42,
        received: 31,
        superseded: 0,
        missing: 0,
        problems: 2,
        sample: Some("no number: {".to_owned()),
        cause: Some(feeds::Cause::Unreachable),
        message: "http://127.0.0.1:9 refuses the connection".to_owned(),
        since_s: 1.0,
    }
}

#[test]
fn both_languages_have_all_keys() {
    assert_eq!(Desk::empty().words.gaps(), Vec::<String>::new());
}

#[test]
fn every_key_the_code_names_has_words() {
    let sources = [
        include_str!("../acts.rs"),
        include_str!("../bottom_strip.rs"),
        include_str!("../close_form.rs"),
        include_str!("../detail_parts.rs"),
        include_str!("../incident_detail.rs"),
        include_str!("../incident_list.rs"),
        include_str!("../keys.rs"),
        include_str!("../panels.rs"),
        include_str!("../report_form.rs"),
        include_str!("../saying.rs"),
        include_str!("../spans.rs"),
        include_str!("../top_band.rs"),
        include_str!("../unit_list.rs"),
    ];
    let words = Desk::empty().words;
    let groups = ["board.", "feed.", "status.", "suitability.", "command.", "refusal.", "view.", "app."];
    for quoted in sources.iter().flat_map(|source| source.split('"').skip(1).step_by(2)) {
        if groups.iter().any(|group| quoted.starts_with(group)) && !quoted.contains('{') {
            assert_ne!(words.get(quoted), quoted, "no words for {quoted}");
        }
    }
    let lists = [
        ("stage", Stage::ALL.map(Stage::key).to_vec()),
        ("cause", feeds::Cause::ALL.map(feeds::Cause::key).to_vec()),
        ("step", vec!["acknowledge", "dispatch", "arrive", "handle", "close"]),
        ("unitKind", UnitKind::ALL.map(UnitKind::key).to_vec()),
        ("unitState", vec!["patrol", "driving", "onScene", "handling", "returning"]),
        ("feed", vec!["live", "late", "lost", "off", "events", "telemetry", "commands"]),
        ("board", vec!["level1", "level2", "level3", "level4"]),
    ];
    for (group, keys) in lists {
        for key in keys {
            let full = format!("{group}.{key}");
            assert_ne!(words.get(&full), full, "no words for {full}");
        }
    }
}

#[test]
fn a_chip_says_name_state_age_rate_and_problems() {
    let mut desk = Desk::empty();
    assert_eq!(chip_words(&desk.view(), &feed(FeedState::Late)), "事件流 迟滞 · 7 s前 · 0.4/秒 · 问题 2");
    desk.words.language = Language::English;
    assert_eq!(
        chip_words(&desk.view(), &feed(FeedState::Lost)),
        "Events lost · 7 s ago · 0.4/s · 2 problems"
    );
}

#[test]
fn a_lost_connection_says_which_and_why() {
    let mut desk = Desk::new();
    desk.feeds = vec![feed(FeedState::Lost)];
    let mut window = desk.open(1280.0, 720.0);
    window.run_steps(2);
    assert!(window.query_by_label_contains("事件流中断:后端无法连接 — http://127.0.0.1:9 refuses").is_some());
}

#[test]
fn refusals_are_told_in_both_languages_with_their_fields() {
    let mut desk = Desk::new();
    let text = |text: &str| text.to_owned();
    let cases = [
        (
            Refusal::UnitTaken { unit: text("U-3"), state: text("driving"), incident: text("I-7") },
            "渝中gas3队赶赴中,已派往 I-7",
            "Yuzhong gas 3 is taken (On its way) for I-7",
        ),
        (
            Refusal::UnitsStillOut { incident: text("I-7"), units: 2 },
            "I-7 还有 2 支力量未反馈:请等待反馈或撤回",
            "I-7 still has 2 unit(s) out: wait for their report or recall them",
        ),
        (
            Refusal::Forbidden { role: text("planner"), act: text("dispatch") },
            "规划员无权派出",
            "The role of planner may not dispatch",
        ),
        (Refusal::NoSuchUnit { id: text("U-x") }, "没有力量 U-x", "There is no unit U-x"),
    ];
    for (refusal, zh, en) in cases {
        desk.words.language = Language::Chinese;
        assert_eq!(saying::refusal(&desk.view(), &refusal), zh);
        desk.words.language = Language::English;
        assert_eq!(saying::refusal(&desk.view(), &refusal), en);
    }
}

#[test]
fn the_band_is_there_while_the_city_is_not_actual() {
    for (status, words) in [
        (Status::Exercise, Some("演练 EXERCISE")),
        (Status::Simulated, Some("推演 SIMULATED")),
        (Status::Actual, None),
    ] {
        let mut desk = Desk::new();
        desk.city.status = status;
        let mut window = desk.open(1280.0, 720.0);
        window.run_steps(2);
        match words {
            Some(words) => assert!(window.query_by_label(words).is_some(), "{status:?}"),
            None => assert!(window.query_by_label_contains("EXERCISE").is_none()),
        }
    }
}

#[test]
fn an_empty_city_an_unknown_class_and_odd_selections_break_nothing() {
    for language in [Language::Chinese, Language::English] {
        for (width, height) in [(1280.0, 720.0), (3840.0, 1080.0), (640.0, 360.0)] {
            let mut desk = Desk::empty();
            desk.words.language = language;
            let mut window = desk.open(width, height);
            window.run_steps(2);
            let id = window.state_mut().report("hailOfFrogs", 106.58);
            for selected in [
                Selected::Incident(id),
                Selected::Incident("I-999999".into()),
                Selected::Unit("U-999".into()),
                Selected::Nothing,
            ] {
                window.state_mut().selected = selected;
                window.run_steps(2);
            }
            window.state_mut().board.tab = crate::board::Tab::Incidents;
            window.run_steps(12);
            assert!(
                window.query_all_by_label_contains("hailOfFrogs").next().is_some(),
                "{language:?} {width}"
            );
        }
    }
}

#[test]
fn the_map_keeps_what_the_panels_leave() {
    for (width, height, panel) in [(1280.0, 720.0, 380.0), (1920.0, 1080.0, 420.0), (3840.0, 1080.0, 420.0)] {
        let mut desk = Desk::new();
        desk.report("gas", 106.58);
        let mut window = desk.open(width, height);
        window.run_steps(2);
        let left = window.state().left_to_map;
        assert!((left.width() - (width - panel)).abs() < 40.0, "{left:?} of {width}");
        assert!(left.height() > height - 140.0, "{left:?} of {height}");
    }
}

#[test]
fn what_is_withheld_is_not_taken_for_nothing() {
    let mut desk = Desk::empty();
    let reason = |what, reason: &str| city::Withheld { what, reason: reason.to_owned() };
    desk.on_duty.withheld = vec![
        reason(city::Field::IncidentText, "个人隐私"),
        reason(city::Field::IncidentReporter, "举报人信息保护"),
    ];
    let mut window = desk.open(1280.0, 720.0);
    let id = window.state_mut().report("gas", 106.58);
    let incident = window.state_mut().city.incidents.get_mut(&id).unwrap();
    (incident.text, incident.source) = (String::new(), city::Source::Unsaid);
    window.state_mut().selected = Selected::Incident(id);
    window.run_steps(3);
    for told in ["不予共享:个人隐私", "不予共享:举报人信息保护"] {
        assert!(window.query_all_by_label_contains(told).next().is_some(), "{told}");
    }
}
