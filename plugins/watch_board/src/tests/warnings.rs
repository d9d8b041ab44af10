//! A warning selected: what is said of it, and what can be done.

use super::town::{Desk, NOW, grouped, warning};
use crate::action::{Action, Where};
use bevy_egui::egui::Key;
use city::*;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use shell::{Selected, ToldThing};

fn selected(warning: Warning) -> Harness<'static, Desk> {
    let id = warning.id.clone();
    let mut desk = Desk::warned([warning]);
    desk.selected = Selected::Told(ToldThing::city_warning(&id));
    let mut window = desk.open();
    window.run_steps(2);
    window
}

fn note(id: &str) -> Command {
    Command::NoteWarning { warning_id: id.into() }
}

fn says(window: &Harness<Desk>, words: &str) -> bool {
    window.query_all_by_label_contains(words).next().is_some()
}

#[test]
fn a_press_on_a_row_selects_and_flies_there() {
    let mut window = Desk::warned([warning("W-1", WarningColour::Red, 60.0)]).open();
    window.run_steps(2);
    window.get_by_label("红 燃气泄漏 W-1").click();
    window.run_steps(2);
    let select = Action::Select(Selected::Told(ToldThing::city_warning(&"W-1".into())));
    let fly = Action::Fly(Where::Place(LonLat::new(106.577, 29.557), 4_000.0));
    assert_eq!(window.state().done, [select, fly]);
}

#[test]
fn the_detail_says_why_and_what_answers_for_it() {
    let mut told = warning("W-1", WarningColour::Red, 90.0);
    (told.on_trial, told.flapping, told.times) = (true, true, 7);
    let window = selected(told);
    for words in [
        "甲烷 25 %LEL,限值 20",
        "25 %LEL(限值 20 %LEL)",
        "疏散并关阀",
        "应急管理局、经济和信息化委员会",
        "渝中区 · 解放碑街道",
        "未备案 · gas-leak 1.0.0",
        "GB 15322",
        "来自试运行的算法",
        "时有时无:已发 7 次",
    ] {
        assert!(says(&window, words), "{words}");
    }
}

#[test]
fn a_grouped_one_says_what_it_is_made_of() {
    let window = selected(grouped("storm", 12));
    for words in ["2 个区县共 12 条预警", "同一场暴雨", "flood.level", "南岸区"] {
        assert!(says(&window, words), "{words}");
    }
}

#[test]
fn note_is_sent_once_by_button_or_key() {
    let mut window = selected(warning("W-1", WarningColour::Red, 60.0));
    window.get_by_label("知悉").click();
    window.run_steps(2);
    window.key_press(Key::M);
    window.run_steps(2);
    assert_eq!(window.state().commands(), [&note("W-1")], "what is on its way is not sent again");
}

#[test]
fn who_may_not_note_is_told_why() {
    let mut window = selected(warning("W-1", WarningColour::Red, 60.0));
    window.state_mut().on_duty.actor.role = Role::Observer;
    window.run_steps(2);
    assert!(window.get_by_label("知悉").accesskit_node().is_disabled());
    window.key_press(Key::M);
    window.run_steps(2);
    let explained = window.state().done.last().cloned();
    assert!(matches!(explained, Some(Action::Explain(why)) if why.contains("知悉预警")));
    let mut ended = warning("W-2", WarningColour::Red, 60.0);
    ended.ended = Some(WarningEnd { at: NOW, why: WhyEnded::Over });
    let window = selected(ended);
    assert!(window.get_by_label("知悉").accesskit_node().is_disabled(), "what ended needs no note");
}

#[test]
fn the_incident_it_raised_is_a_press_away() {
    let mut raised = warning("W-1", WarningColour::Red, 60.0);
    raised.incident_id = Some("I-000001".into());
    let mut window = selected(raised);
    assert!(window.get_by_label("看事件").accesskit_node().is_disabled(), "the city knows no such incident");
    let report = Event {
        sequence: 2,
        at: NOW,
        status: Status::Exercise,
        body: EventBody::IncidentReported {
            incident_id: "I-000001".into(),
            risk_class: RiskClass::Gas,
            level: IncidentLevel::new(2).unwrap(),
            lon: 106.57,
            lat: 29.55,
            district_code: DistrictCode(500_103),
            township_code: TownshipCode(500_103_001),
            text: "x".to_owned(),
            source: Source::Unsaid,
        },
    };
    window.state_mut().city.apply(&report);
    window.run_steps(2);
    window.get_by_label("看事件").click();
    window.run_steps(2);
    assert_eq!(window.state().done, [Action::Select(Selected::Incident("I-000001".into()))]);
}

#[test]
fn the_next_key_walks_over_what_nobody_noted() {
    let mut noted = warning("b", WarningColour::Red, 20.0);
    noted.noted = Some(Noted { by: "officer:wang".to_owned(), at: NOW });
    let all = [warning("a", WarningColour::Red, 10.0), noted, warning("c", WarningColour::Blue, 5.0)];
    let mut window = Desk::warned(all).open();
    let mut walked = Vec::new();
    for _ in 0..3 {
        window.key_press(Key::J);
        window.run_steps(2);
        walked.push(window.state().selected.city_warning().map(ToString::to_string).unwrap());
    }
    assert_eq!(walked, ["a", "c", "a"]);
}

#[test]
fn what_is_withheld_is_not_taken_for_nothing() {
    let mut window = selected(Warning {
        reason: TwoTongues::default(),
        value: None,
        ..warning("W-1", WarningColour::Red, 60.0)
    });
    let reason = "个人隐私".to_owned();
    window.state_mut().on_duty.withheld = vec![Withheld { what: Field::DeviceValue, reason }];
    window.run_steps(2);
    assert!(says(&window, "不予共享:个人隐私"));
}
