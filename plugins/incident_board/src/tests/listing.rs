//! The order of the list, its filters, and its cost.

use super::town::{Desk, START};
use crate::action::Action;
use crate::order::{Counts, IncidentFilter, IncidentOrder};
use city::*;
use egui_kittest::kittest::Queryable;
use shell::Selected;

fn ids(order: &IncidentOrder) -> Vec<&str> {
    order.rows().iter().map(IncidentId::as_str).collect()
}

/// Gas (level 2), fire (3) in Yuzhong; a complaint (4), a flood (2) in Nan'an, handled already.
fn four() -> Desk {
    let mut desk = Desk::new();
    for (class, lon) in [("complaint", 106.61), ("fire", 106.58), ("gas", 106.57), ("flood", 106.62)] {
        desk.report(class, lon);
    }
    desk.dispatch(&"I-000004".into(), "U-6");
    desk
}

#[test]
fn what_waits_comes_first_then_the_grave_and_overdue_before_all() {
    let desk = four();
    let mut order = IncidentOrder::default();
    assert!(order.refresh(&desk.city, START, 0.0));
    assert_eq!(ids(&order), ["I-000003", "I-000002", "I-000001", "I-000004"]);
    assert_eq!(order.counts(), Counts { waiting: 3, handling: 1, overdue: 0 });
    assert!(!order.refresh(&desk.city, START.plus_s(61.0), 0.8), "an order stands for most of a second");
    order.refresh(&desk.city, START.plus_s(61.0), 0.9);
    assert_eq!(order.counts().overdue, 3);
    let most_urgent = |city: &City, now| {
        let mut all: Vec<_> =
            city.incidents.values().map(|i| (urgency(city, i, now), i.id.clone())).collect();
        all.sort();
        all.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
    };
    for seconds in [0.0, 61.0, 181.0, 2_000.0] {
        let mut order = IncidentOrder::default();
        order.refresh(&desk.city, START, 0.0);
        order.refresh(&desk.city, START.plus_s(seconds), 5.0);
        assert_eq!(order.rows(), most_urgent(&desk.city, START.plus_s(seconds)), "after {seconds} s");
    }
}

#[test]
fn filters_admit_what_they_say_at_once() {
    let desk = four();
    let mut order = IncidentOrder::default();
    order.refresh(&desk.city, START, 0.0);
    let cases = [
        (IncidentFilter { district: Some(DistrictCode(500_108)), ..Default::default() }, 2),
        (IncidentFilter { level: Some(2), ..Default::default() }, 2),
        (IncidentFilter { stage: Some(Stage::Decide), ..Default::default() }, 1),
        (IncidentFilter { stage: Some(Stage::Review), ..Default::default() }, 0),
        (IncidentFilter { class: Some(RiskClass::Gas), level: Some(2), ..Default::default() }, 1),
        (IncidentFilter::default(), 4),
    ];
    for (filter, n) in cases {
        order.filter = filter.clone();
        assert!(order.refresh(&desk.city, START, 0.01));
        assert_eq!(order.rows().len(), n, "{filter:?}");
    }
}

#[test]
fn rows_stay_under_a_pressing_hand() {
    let mut desk = four();
    let mut order = IncidentOrder::default();
    order.refresh(&desk.city, START, 0.0);
    let before: Vec<IncidentId> = order.rows().to_vec();
    desk.report("gas", 106.58);
    order.pressed(3.0);
    assert!(!order.refresh(&desk.city, START, 3.4));
    assert_eq!(order.rows(), before);
    assert!(order.refresh(&desk.city, START, 3.5));
    assert_eq!(order.rows().len(), 5);
}

#[test]
fn a_click_selects_and_a_double_click_flies_there() {
    let mut window = four().open_at(1280.0, 720.0, 0.02);
    window.get_by_label_contains("I-000002 ").click();
    window.run_steps(60);
    assert_eq!(window.state().done, [Action::Select(Selected::Incident("I-000002".into()))]);
    for _ in 0..2 {
        window.get_by_label_contains("I-000001 ").click();
        window.step();
    }
    window.run_steps(2);
    let flown = Action::fly_near(window.state().city.incidents[&"I-000001".into()].at);
    assert!(window.state().done.contains(&flown), "{:?}", window.state().done);
}

#[test]
fn the_next_key_walks_down_the_list_and_begins_anew() {
    let mut window = four().open(1280.0, 720.0);
    let mut walked = Vec::new();
    for _ in 0..5 {
        window.key_press(bevy_egui::egui::Key::N);
        window.run_steps(2);
        if let Selected::Incident(id) = &window.state().selected {
            walked.push(id.to_string());
        }
    }
    assert_eq!(walked, ["I-000003", "I-000002", "I-000001", "I-000004", "I-000003"]);
}

#[test]
fn ten_thousand_incidents_cost_what_is_visible() {
    let mut desk = Desk::new();
    for n in 0..10_000 {
        desk.report(["gas", "fire", "complaint", "hailOfFrogs"][n % 4], 106.55 + (n % 100) as f64 * 0.001);
    }
    let mut window = desk.open(1280.0, 720.0);
    window.run_steps(3);
    let rows = window.query_all_by_label_contains("I-0").count();
    assert!((5..60).contains(&rows), "{rows} rows drawn");
    let (sorted, began) = (window.state().board.sorted, std::time::Instant::now());
    window.run_steps(30);
    assert!(window.state().board.sorted - sorted <= 4, "sorted at most once a second");
    let frame_ms = began.elapsed().as_secs_f64() * 1e3 / 30.0;
    assert!(frame_ms < 60.0, "{frame_ms} ms a frame");
}
