//! Acknowledge, dispatch, recall: by button and by key, each exactly one command.

use super::town::Desk;
use crate::action::Action;
use bevy_egui::egui::Key;
use city::*;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use shell::Selected;

fn selected(class: &str) -> Desk {
    let mut desk = Desk::new();
    let id = desk.report(class, 106.58);
    desk.selected = Selected::Incident(id);
    desk
}

fn press(window: &mut Harness<Desk>, key: Key) {
    window.key_press(key);
    window.run_steps(2);
}

/// The link takes what was given to its outbox; the backend has not answered yet.
fn accept(desk: &mut Desk) {
    let given: Vec<_> = desk.commands().into_iter().cloned().collect();
    desk.pending = given.into_iter().enumerate().map(|(n, c)| (format!("key-{n}"), c)).collect();
}

fn dispatch(unit: &str) -> Command {
    Command::Dispatch { incident_id: "I-000001".into(), unit_id: unit.into() }
}

fn recall(unit: &str) -> Command {
    Command::Recall { incident_id: "I-000001".into(), unit_id: unit.into() }
}

#[test]
fn one_key_sends_the_first_suited_unit_once() {
    let mut window = selected("gas").open(1280.0, 720.0);
    press(&mut window, Key::D);
    assert_eq!(window.state().commands(), [&dispatch("U-3")], "U-3 is the gas squad");
    press(&mut window, Key::D);
    accept(window.state_mut());
    window.run_steps(40);
    press(&mut window, Key::D);
    assert_eq!(window.state().commands().len(), 1, "no second press while one is on its way");
    window.state_mut().pending.clear();
    window.state_mut().dispatch(&"I-000001".into(), "U-3");
    window.run_steps(30);
    press(&mut window, Key::D);
    assert_eq!(window.state().commands().len(), 2, "a second unit may follow once the first is out");
    assert_eq!(window.state().commands()[1], &dispatch("U-1"), "the fire engine is the nearest that helps");
}

#[test]
fn the_buttons_do_the_same_and_show_that_they_did() {
    let mut window = selected("gas").open(1280.0, 720.0);
    window.get_by_label("派出 渝中gas3队").click();
    window.run_steps(2);
    assert_eq!(window.state().commands(), [&dispatch("U-3")]);
    assert!(window.query_all_by_label("发送中…").count() >= 2, "the big button and the unit's own");
    window.get_by_label("确认").click();
    window.run_steps(2);
    let acknowledge = Command::Acknowledge { incident_id: "I-000001".into() };
    assert_eq!(window.state().commands()[1], &acknowledge);
    assert_eq!(window.state().commands().len(), 2);
}

#[test]
fn who_is_there_first_is_offered_first_and_who_finds_no_way_or_is_unsuited_only_when_all_are_asked_for() {
    let mut desk = selected("fire");
    // U-1 is the fire engine; a second one stands nearer as the crow flies, and one more across the river.
    let add = |desk: &mut Desk, id: &str, lon: f64| {
        let unit =
            Unit { id: id.into(), at: LonLat::new(lon, 29.56), ..desk.city.units[&"U-1".into()].clone() };
        desk.city.units.insert(id.into(), Unit { name: id.to_owned(), ..unit });
    };
    add(&mut desk, "U-near", 106.5803);
    add(&mut desk, "U-cut", 106.5801);
    desk.cut_off.push("U-cut".into());
    let mut window = desk.open(1280.0, 1080.0);
    window.run_steps(3);
    let offered = |window: &Harness<Desk>| -> Vec<String> {
        let units = window.state().board.offered.units().iter();
        units.filter(|unit| unit.is_suited()).map(|unit| unit.id.to_string()).collect()
    };
    assert_eq!(offered(&window)[..2], ["U-near", "U-1"]);
    assert!(!offered(&window).contains(&"U-cut".to_owned()), "{:?}", offered(&window));
    let shown = |window: &Harness<Desk>, name: &str| {
        window.query_all_by_label_contains(name).any(|node| node.value().is_none_or(|text| text.len() < 200))
    };
    assert!(shown(&window, "U-near ") && !shown(&window, "U-cut ") && !shown(&window, "渝中gas3队 "));
    let all = window.query_all_by_label_contains("更多力量").next().unwrap();
    all.scroll_to_me();
    window.run_steps(20);
    window.get_by_label_contains("更多力量").click();
    window.run_steps(20);
    assert!(shown(&window, "U-cut ") && shown(&window, "渝中gas3队 "), "all are asked for");
    press(&mut window, Key::D);
    assert_eq!(window.state().commands(), [&dispatch("U-near")]);
}

#[test]
fn a_wrong_key_is_undone_by_one_press_even_before_the_answer() {
    let mut window = selected("gas").open(1280.0, 720.0);
    press(&mut window, Key::D);
    press(&mut window, Key::U);
    assert_eq!(window.state().commands(), [&dispatch("U-3"), &recall("U-3")]);
    press(&mut window, Key::U);
    assert_eq!(window.state().commands().len(), 2);
    assert!(matches!(window.state().done.last(), Some(Action::Explain(_))));
}

#[test]
fn a_unit_out_can_be_recalled_by_its_button() {
    let mut desk = selected("gas");
    desk.dispatch(&"I-000001".into(), "U-1");
    desk.dispatch(&"I-000001".into(), "U-3");
    let mut window = desk.open(1280.0, 1080.0);
    window.get_all_by_label("撤回").next().unwrap().scroll_to_me();
    window.run_steps(20);
    window.get_all_by_label("撤回").next().unwrap().click();
    window.run_steps(2);
    assert_eq!(window.state().commands(), [&recall("U-1")]);
}

#[test]
fn a_refused_act_says_why_on_its_button_and_by_its_key() {
    let mut desk = selected("gas");
    desk.act(Command::Acknowledge { incident_id: "I-000001".into() });
    let mut window = desk.open(1280.0, 720.0);
    let button = window.get_by_label("确认");
    assert!(button.accesskit_node().is_disabled());
    button.hover();
    window.run_steps(20);
    let reason = "I-000001 处于决策处置阶段,不能确认";
    assert!(window.query_by_label(reason).is_some());
    press(&mut window, Key::A);
    assert_eq!(window.state().done, [Action::Explain(reason.to_owned())]);
}

#[test]
fn an_observer_may_press_nothing() {
    let mut desk = selected("gas");
    desk.on_duty.actor.role = Role::Observer;
    let mut window = desk.open(1280.0, 720.0);
    assert!(window.query_by_label("li · 观察员 · 全市").is_some(), "the strip says who is on duty");
    for key in [Key::A, Key::D, Key::C] {
        press(&mut window, key);
    }
    assert!(window.state().commands().is_empty());
    let last = window.state().done.last();
    assert_eq!(last, Some(&Action::Explain("观察员无权办结".to_owned())));
}

#[test]
fn a_refusal_from_the_backend_frees_the_button() {
    let mut window = selected("gas").open(1280.0, 720.0);
    press(&mut window, Key::A);
    let command = window.state().commands()[0].clone();
    window.state_mut().refused.push((command, "no".to_owned()));
    window.run_steps(2);
    press(&mut window, Key::A);
    assert_eq!(window.state().commands().len(), 2);
}

#[test]
fn held_keys_and_keys_with_ctrl_do_nothing() {
    let mut window = selected("gas").open(1280.0, 720.0);
    window.key_press_modifiers(bevy_egui::egui::Modifiers::CTRL, Key::D);
    window.run_steps(2);
    assert!(window.state().commands().is_empty());
    for _ in 0..3 {
        window.key_down(Key::N);
        window.run_steps(2);
    }
    window.key_up(Key::N);
    let flights = window.state().done.iter().filter(|a| matches!(a, Action::FlyTo { .. })).count();
    assert_eq!(flights, 1, "a key held down acts once");
    press(&mut window, Key::Escape);
    assert_eq!(window.state().selected, Selected::Nothing);
}
