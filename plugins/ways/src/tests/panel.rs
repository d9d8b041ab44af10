//! The panel, pressed by label.

use crate::answer::{Answer, Asked, Question};
use crate::inquiry::{Inquiry, Stage, Tool};
use crate::panel::{Pressed, ways_panel};
use crate::told::{Row, RowName, Told};
use city::LonLat;
use egui_kittest::{Harness, kittest::Queryable};
use roads::{Mode, RoadError, Router, Streets};
use shell::{Language, Theme, Words};
use std::sync::{Arc, LazyLock};

struct Shown {
    words: Words,
    theme: Theme,
    inquiry: Inquiry,
    network: Option<bool>,
    pressed: Vec<Pressed>,
}

fn harness(language: Language, inquiry: Inquiry) -> Harness<'static, Shown> {
    let mut words = Words::shipped();
    words.language = language;
    let (theme, pressed) = (Theme::shipped(), Vec::new());
    let shown = Shown { words, theme, inquiry, network: Some(true), pressed };
    Harness::builder().with_size([280.0, 600.0]).build_ui_state(
        |ui, s: &mut Shown| {
            s.pressed.extend(ways_panel(ui, &s.words, &s.theme, &s.inquiry, s.network));
        },
        shown,
    )
}

/// A route over the schematic network that was asked and answered.
fn answered(mode: Mode) -> Inquiry {
    static STREETS: LazyLock<Arc<Streets>> = LazyLock::new(|| {
        let layers = layers::StaticLayers::shipped().unwrap();
        Arc::new(Streets::from_layers(&layers, &terrain::Ground::shipped().unwrap()))
    });
    let streets = STREETS.clone();
    let (from, to) = (LonLat::new(106.577, 29.557), LonLat::new(106.484, 29.670));
    let mut inquiry = Inquiry::default();
    inquiry.mode = mode;
    inquiry.press(Tool::Route);
    inquiry.name_place(from);
    inquiry.name_place(to);
    let asked = Asked { mode, question: Question::Route { from, to }, closed: Vec::new() };
    let answer = asked.answer(&mut Router::for_one(streets, roads::Profile::of(mode)));
    inquiry.learn(asked, answer);
    inquiry
}

fn pressed(inquiry: Inquiry, label: &str) -> Vec<Pressed> {
    let mut harness = harness(Language::English, inquiry);
    harness.get_by_label(label).click();
    harness.run();
    harness.state().pressed.clone()
}

#[test]
fn tools_profiles_and_closures_are_pressed_by_name() {
    let closed = || {
        let mut inquiry = Inquiry::default();
        inquiry.closures = vec![vec![1, 2], vec![5]];
        inquiry
    };
    assert_eq!(pressed(closed(), "Reach"), [Pressed::Tool(Tool::Reach)]);
    assert_eq!(pressed(closed(), "Wheelchair"), [Pressed::Mode(Mode::Wheelchair)]);
    assert_eq!(pressed(closed(), "Open all"), [Pressed::OpenAll]);
    assert_eq!(pressed(closed(), "Show the imported network"), [Pressed::Network(false)]);
    assert_eq!(pressed(answered(Mode::Car), "Clear"), [Pressed::Clear]);
    assert!(harness(Language::English, closed()).query_by_label("2 closed").is_some());
}

#[test]
fn it_says_what_a_click_would_do_and_what_is_being_done() {
    let mut inquiry = Inquiry::default();
    inquiry.press(Tool::Route);
    assert!(harness(Language::Chinese, inquiry).query_by_label("在地图上点起点").is_some());
    let mut preparing = answered(Mode::Car);
    preparing.stage = Stage::Preparing;
    let harness = harness(Language::English, preparing);
    assert!(harness.query_by_label("Making the roads ready…").is_some());
    assert!(harness.query_by_label("Time").is_none(), "an answer that may change is not shown");
}

#[test]
fn a_route_is_told_by_time_length_and_roads() {
    let inquiry = answered(Mode::Foot);
    let Some(Ok(Answer::Route(told))) = inquiry.answer() else { panic!("{:?}", inquiry.answer()) };
    let first = told.rows.iter().find_map(|row| match &row.name {
        RowName::Named(chinese, _) => Some(chinese.clone()),
        RowName::Kind(_) => None,
    });
    let harness = harness(Language::Chinese, inquiry);
    for label in ["用时", "里程", "升 / 降", "梯坎", "电梯 / 扶梯"] {
        assert!(harness.query_by_label(label).is_some(), "{label}");
    }
    assert!(harness.query_all_by_label(&first.unwrap()).next().is_some());
}

#[test]
fn every_reason_has_words_in_both_languages() {
    let at = LonLat::new(106.5, 29.5);
    let errors = [
        RoadError::NoRoad { at, within_km: 20.0 },
        RoadError::NoWay { from: at, to: at },
        RoadError::Closed { from: at, to: at, at: None },
        RoadError::Closed { from: at, to: at, at: Some(at) },
        RoadError::TooBig { from: at, to: at },
        RoadError::TooFar { far_km: 30.0 },
    ];
    for language in [Language::Chinese, Language::English] {
        let mut words = Words::shipped();
        words.language = language;
        for error in &errors {
            let said = crate::saying::why(&words, Mode::FireEngine, error);
            assert!(!said.contains('{') && !said.starts_with("ways."), "{said}");
        }
        for (mode, name) in Mode::ALL {
            let key = format!("wayMode.{name}");
            assert!(words.get(&key) != key, "{mode}");
        }
    }
    let words = Words::shipped();
    assert!(crate::saying::why(&words, Mode::FireEngine, &errors[4]).contains("3.6"));
    assert_eq!(crate::saying::time(&words, 3_700.0), "1 小时 2 分钟");
    assert_eq!(
        (crate::saying::length(994.0), crate::saying::length(1_250.0)),
        ("994 m".into(), "1.2 km".into())
    );
}

#[test]
fn stretches_of_one_road_are_one_row() {
    let inquiry = answered(Mode::Car);
    let Some(Ok(Answer::Route(told))) = inquiry.answer() else { panic!() };
    let Told { rows, route, .. } = &**told;
    assert!(rows.windows(2).all(|pair: &[Row]| pair[0].name != pair[1].name));
    let rows_m: f64 = rows.iter().map(|row| row.length_m).sum();
    assert!((rows_m - route.length_m).abs() < 0.1 * route.length_m);
    assert_eq!(route.edges.len(), route.edge_ends.len());
}
