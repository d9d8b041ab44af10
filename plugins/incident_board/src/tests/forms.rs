//! The close form and the report form.

use super::town::Desk;
use crate::board::Tab;
use bevy_egui::egui::{Key, accesskit::Role};
use city::*;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use shell::Selected;

fn press(window: &mut Harness<Desk>, key: Key) {
    window.key_press(key);
    window.run_steps(2);
}

fn handled() -> Desk {
    let mut desk = Desk::new();
    let incident_id = desk.report("gas", 106.58);
    desk.selected = Selected::Incident(incident_id.clone());
    desk.dispatch(&incident_id, "U-3");
    let unit_id = UnitId::from("U-3");
    desk.act(Command::Arrive { incident_id: incident_id.clone(), unit_id: unit_id.clone() });
    desk.act(Command::ReportBack { incident_id, unit_id, text: "阀门已关".to_owned() });
    desk
}

fn close(rating: u8, note: &str) -> Command {
    Command::Close { incident_id: "I-000001".into(), rating, note: note.to_owned() }
}

#[test]
fn closing_needs_a_rating_and_then_one_enter() {
    let mut window = handled().open(1280.0, 720.0);
    press(&mut window, Key::C);
    assert!(window.ctx.egui_wants_keyboard_input(), "digits must not move the camera");
    press(&mut window, Key::Enter);
    assert!(window.state().commands().is_empty(), "no rating, no closing");
    assert!(window.get_by_label("确定").accesskit_node().is_disabled());
    assert!(window.query_by_label("请先评分(1 差 – 5 优)").is_some());
    press(&mut window, Key::Num4);
    press(&mut window, Key::Enter);
    assert_eq!(window.state().commands(), [&close(4, "")]);
    assert!(window.state().board.close.is_none());
    window.run_steps(2);
    assert!(!window.ctx.egui_wants_keyboard_input(), "the keyboard is the map's again");
}

#[test]
fn closing_by_the_mouse_and_leaving_by_escape() {
    let mut window = handled().open(1280.0, 720.0);
    press(&mut window, Key::C);
    press(&mut window, Key::Escape);
    assert!(window.state().board.close.is_none());
    assert_ne!(window.state().selected, Selected::Nothing, "Escape leaves the form, not the incident");
    window.get_by_label("办结").click();
    window.run_steps(2);
    window.get_by_label("评分 5").click();
    window.run_steps(2);
    window.get_by_label("确定").click();
    window.run_steps(2);
    assert_eq!(window.state().commands(), [&close(5, "")]);
}

#[test]
fn keys_typed_into_the_note_are_words_not_acts() {
    let mut desk = Desk::new();
    let id = desk.report("gas", 106.58);
    desk.selected = Selected::Incident(id);
    let mut window = desk.open(1280.0, 720.0);
    press(&mut window, Key::C);
    press(&mut window, Key::Num2);
    assert!(
        window.query_by_label_contains("说明须填写").is_some(),
        "nobody was there, so a note must say why"
    );
    window.get_by_role(Role::TextInput).click();
    window.run_steps(2);
    for key in [Key::D, Key::A, Key::N, Key::Num5] {
        press(&mut window, key);
    }
    window.event(bevy_egui::egui::Event::Text("false alarm".to_owned()));
    window.run_steps(2);
    press(&mut window, Key::Enter);
    assert_eq!(window.state().commands(), [&close(2, "false alarm")]);
}

#[test]
fn a_report_is_checked_before_it_is_sent() {
    let mut desk = Desk::new();
    desk.board.tab = Tab::Report;
    let mut window = desk.open(1280.0, 720.0);
    window.run_steps(2);
    assert!(window.query_by_label_contains("经度须为").is_some());
    assert!(window.get_by_label("上报").accesskit_node().is_disabled());
    window.state_mut().picked = Some(LonLat::new(106.5771234, 29.5571));
    window.run_steps(2);
    window.state_mut().picked = None;
    window.run_steps(2);
    assert!(window.query_by_label_contains("请用几句话").is_some());
    window.state_mut().board.report.text = "路面积水".to_owned();
    window.state_mut().board.report.class = RiskClass::Flood;
    window.run_steps(2);
    window.get_by_label("上报").click();
    window.run_steps(2);
    let report = Command::Report {
        risk_class: RiskClass::Flood,
        lon: 106.57712,
        lat: 29.5571,
        text: "路面积水".to_owned(),
    };
    assert_eq!(window.state().commands(), [&report]);
    let words = &window.state().words;
    for (lon, lat) in [("", "29"), ("x", "29"), ("181", "29"), ("106", "NaN"), ("106", "inf"), ("1e999", "1")]
    {
        let form = crate::report_form::ReportForm { lon: lon.into(), lat: lat.into(), ..Default::default() };
        assert!(form.command(words).is_err(), "{lon}, {lat}");
    }
}
