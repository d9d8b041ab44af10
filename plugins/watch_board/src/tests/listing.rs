//! The order of the warnings, their filters, and what a list costs.

use super::town::{Desk, NOW, grouped, warning};
use crate::warnings::{WarningFilter, WarningRows};
use city::*;
use egui_kittest::kittest::Queryable;

fn ids(rows: &WarningRows) -> Vec<&str> {
    rows.rows().iter().map(WarningId::as_str).collect()
}

fn four() -> Desk {
    let mut over = warning("over", WarningColour::Red, 900.0);
    over.ended = Some(WarningEnd { at: NOW.plus_s(-60.0), why: WhyEnded::Over });
    let mut elsewhere = warning("yellow", WarningColour::Yellow, 10.0);
    elsewhere.place = Some(Place { district: DistrictCode(500_108), township: TownshipCode(500_108_001) });
    elsewhere.system = "fire".to_owned();
    let all = [
        over,
        elsewhere,
        warning("old", WarningColour::Orange, 500.0),
        warning("new", WarningColour::Orange, 5.0),
    ];
    Desk::warned(all.into_iter().chain([grouped("storm", 12)]))
}

#[test]
fn what_is_in_force_comes_first_then_the_gravest_then_the_newest() {
    let desk = four();
    let mut rows = WarningRows::default();
    rows.refresh(&desk.view(), 0.0);
    assert_eq!(ids(&rows), ["storm", "new", "old", "yellow", "over"]);
    assert_eq!(rows.counts(), [1, 2, 1, 0], "what ended is not counted");
}

#[test]
fn filters_admit_what_they_say() {
    let desk = four();
    let nanan = Some(DistrictCode(500_108));
    let text = |text: &str| WarningFilter { text: text.to_owned(), ..Default::default() };
    let cases = [
        (WarningFilter { colour: Some(WarningColour::Orange), ..Default::default() }, vec!["new", "old"]),
        (WarningFilter { system: Some("fire".to_owned()), ..Default::default() }, vec!["yellow"]),
        (WarningFilter { district: nanan, ..Default::default() }, vec!["storm", "yellow"]),
        (text(" GAS LEAK old"), vec!["old"]),
        (text("南岸"), vec!["yellow"]),
        (text("nothing of the kind"), vec![]),
    ];
    for (filter, expected) in cases {
        let mut rows = WarningRows::default();
        rows.filter = filter.clone();
        rows.refresh(&desk.view(), 0.0);
        assert_eq!(ids(&rows), expected, "{filter:?}");
    }
}

#[test]
fn ten_thousand_warnings_cost_the_rows_that_are_seen() {
    let colours = WarningColour::ALL;
    let all = (0..10_000).map(|n| warning(&format!("W-{n:05}"), colours[n % 4], n as f64));
    let mut window = Desk::warned(all).open();
    window.run_steps(3);
    let (laid_out, sorted) = (window.state().board.laid_out, window.state().board.warnings.sorted);
    assert!((5..20).contains(&laid_out), "{laid_out} rows laid out");
    window.run_steps(30);
    assert_eq!(window.state().board.warnings.sorted, sorted, "nothing changed, nothing is sorted");
    window.state_mut().city.sequence += 1;
    window.run_steps(2);
    assert_eq!(window.state().board.warnings.sorted, sorted + 1);
    assert_eq!(window.state().title, "预警 红 2500  橙 2500  黄 2500  蓝 2500 · 提示单 0");
    assert!(window.query_by_label_contains("地图上只标出 10000 条中最重的 300 条").is_some());
}

#[test]
fn rows_stay_under_a_pressing_hand() {
    let mut desk = four();
    let mut rows = WarningRows::default();
    rows.refresh(&desk.view(), 0.0);
    desk.city.warnings.insert("red".into(), warning("red", WarningColour::Red, 0.0));
    desk.city.sequence += 1;
    rows.pressed(3.0);
    rows.refresh(&desk.view(), 3.3);
    assert_eq!(rows.rows().len(), 5);
    rows.refresh(&desk.view(), 3.5);
    assert_eq!(ids(&rows)[0], "red");
}

#[test]
fn a_press_on_a_colour_shows_only_these_and_another_all() {
    let mut window = four().open();
    window.run_steps(2);
    for expected in [2, 5] {
        window.get_by_label("橙色 2").click();
        window.run_steps(3);
        assert_eq!(window.state().board.warnings.rows().len(), expected);
    }
}
