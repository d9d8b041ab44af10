use super::*;
use crate::panel::board;
use crate::table::{Column, cell, summary};
use egui_kittest::{Harness, kittest::Queryable};
use feeds::told::Heard;
use shell::{Language, SwitchSource, Theme, Words};

struct Shown {
    words: Words,
    sources: Vec<CitySource>,
    switched: Vec<SwitchSource>,
}

fn window(width: f32, sources: Vec<CitySource>) -> Harness<'static, Shown> {
    let mut words = Words::shipped();
    words.language = Language::English;
    let shown = Shown { words, sources, switched: Vec::new() };
    Harness::builder().with_size([width, 700.0]).build_ui_state(
        |ui, shown: &mut Shown| {
            let pressed = board(ui, &shown.words, &Theme::shipped(), &shown.sources, NOW);
            shown.switched.extend(pressed);
        },
        shown,
    )
}

#[test]
fn twenty_three_departments_are_seen_at_once_and_one_is_switched_off_by_its_name() {
    let sources = (1..=23).map(|n| source(&format!("source {n}"), FeedState::Live)).collect();
    let mut window = window(800.0, sources);
    window.run();
    for n in [1, 12, 23] {
        let name = format!("source {n}");
        let row = window.get_by_label(&name);
        assert!(row.rect().max.y < 700.0, "source {n} is out of sight");
    }
    window.get_by_label("Switch source 7 off").click();
    window.run();
    let switched: Vec<_> = window.state().switched.iter().map(|s| (s.name.as_str(), s.on)).collect();
    assert_eq!(switched, [("source 7", false)]);
}

#[test]
fn a_row_says_how_a_source_does() {
    let words = Words::shipped();
    let mut told = source("rain", FeedState::Live);
    told.heard = Heard { known: 3_000, online: 2_999, reporting: 3_000 };
    let cells: Vec<_> = Column::ALL.iter().map(|column| cell(*column, &told, NOW, &words)).collect();
    assert_eq!(cells, ["rain", "气象局", "CAP", "7 s", "1234", "0.2 s", "3", "99.9 %", "100.0 %", "启用"]);
    told.health.missing = 12;
    assert_eq!(cell(Column::Problems, &told, NOW, &words), "3 · 缺 12");
    told.health.problems = 0;
    assert_eq!(cell(Column::Problems, &told, NOW, &words), "缺 12");
    // What is switched off tells nothing, and a source without devices has no share of them.
    (told.is_on, told.health.state) = (false, FeedState::Off);
    assert_eq!(cell(Column::Age, &told, NOW, &words), "—");
    assert_eq!(cell(Column::Online, &source("a", FeedState::Live), NOW, &words), "—");
}

#[test]
fn the_summary_counts_states_and_devices_of_what_is_read() {
    let mut words = Words::shipped();
    words.language = Language::English;
    let mut sources = vec![source("a", FeedState::Lost), source("b", FeedState::Live)];
    sources[0].heard = Heard { known: 10, online: 0, reporting: 5 };
    sources[1].heard = Heard { known: 30, online: 30, reporting: 30 };
    let said = summary(&sources, &words);
    assert_eq!(said, "2 sources · lost 1 · live 1 · 40 devices · 75.0 % online · 87.5 % reporting");
    sources[0].is_on = false;
    assert!(summary(&sources, &words).contains("30 devices · 100.0 % online"));
}

#[test]
fn where_there_is_little_room_what_matters_most_stays() {
    assert_eq!(Column::fitting(900.0), Column::ALL);
    for width in [300.0, 420.0, 560.0] {
        let columns = Column::fitting(width);
        let kept = [Column::Name, Column::Age, Column::Problems, Column::Online, Column::Switch];
        assert!(kept.iter().all(|column| columns.contains(column)), "{width}: {columns:?}");
    }
    let has_only = |width| {
        (Column::fitting(width).contains(&Column::Department), Column::fitting(width).contains(&Column::Lag))
    };
    assert_eq!(has_only(660.0), (true, false), "whose it is says more than how late");
    let mut narrow = window(420.0, vec![source("an agency of a very long name indeed", FeedState::Late)]);
    narrow.run();
    assert!(narrow.query_by_label("an agency of a very long name indeed").is_some());
}

#[test]
fn every_cause_and_colour_has_words_in_both_languages() {
    let words = Words::shipped();
    assert_eq!(words.gaps(), Vec::<String>::new());
    let causes = feeds::Cause::ALL.map(|cause| format!("sourceCause.{}", cause.key()));
    let colours = city::WarningColour::ALL.map(|colour| format!("warningColour.{}", colour.key()));
    let columns = Column::ALL.map(|column| format!("source.{}", column.key()));
    for key in causes.iter().chain(&colours).chain(&columns) {
        assert_ne!(words.get(key), key, "no words for {key}");
    }
}
