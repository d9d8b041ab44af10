//! The register: what an entry says, and who may change it.

use super::town::{Desk, NOW, algorithm, warning};
use crate::board::Page;
use bevy_egui::egui::{Event, Key};
use city::*;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

fn open(entry: Algorithm) -> Harness<'static, Desk> {
    let mut desk = Desk::warned([warning("W-1", WarningColour::Red, 60.0)]);
    (desk.board.page, desk.board.algorithm) = (Page::Register, Some(entry.id.clone()));
    desk.city.algorithms.insert(entry.id.clone(), entry);
    let mut window = desk.open();
    window.run_steps(2);
    window
}

fn says(window: &Harness<Desk>, words: &str) -> bool {
    window.query_all_by_label_contains(words).next().is_some()
}

#[test]
fn an_entry_says_what_names_it_and_that_it_was_not_evaluated() {
    let window = open(algorithm("gas-leak", AlgorithmState::Trial));
    for words in
        ["现有预警 1 条、提示单 0 张", "未评估", "燃气管理部门", "methane", "按 GB 15322", "备案以来未变更"]
    {
        assert!(says(&window, words), "{words}");
    }
}

#[test]
fn an_evaluation_is_told_with_its_intervals_and_its_version() {
    let mut entry = algorithm("gas-leak", AlgorithmState::InUse);
    entry.evaluation = Some(Evaluation {
        at: NOW,
        version: "0.9.0".to_owned(),
        data: "2025 年记录".to_owned(),
        from: CityTime(0),
        until: NOW,
        precision: Share::new(81, 263),
        recall: Share::new(15, 148),
        false_alarms: DailyRate { count: 10, days: 5.0 },
        unjudged: 3,
        delay_s: Some(90.0),
        made_up: true,
    });
    entry.changes.push(StateChange {
        algorithm: "gas-leak".into(),
        from: AlgorithmState::Trial,
        to: AlgorithmState::InUse,
        by: "officer:wang".to_owned(),
        at: NOW,
        reason: "评估通过".to_owned(),
    });
    let window = open(entry);
    for words in [
        "31%(95%:26–37%),263 中 81",
        "每天 2(95%:1.09–3.68)",
        "0.9.0",
        "评估通过",
        "2025 年记录",
        "事发后 1 分钟",
        "演练数据:只说明",
    ] {
        assert!(says(&window, words), "{words}");
    }
}

#[test]
fn the_commander_of_the_city_withdraws_it_with_a_reason() {
    let mut window = open(algorithm("gas-leak", AlgorithmState::InUse));
    window.get_by_label("停用…").click();
    window.run_steps(3);
    window.event(Event::Text("误报过多".to_owned()));
    window.run_steps(2);
    window.key_press(Key::Enter);
    window.run_steps(2);
    let change = Command::ChangeAlgorithm {
        algorithm_id: "gas-leak".into(),
        state: AlgorithmState::Withdrawn,
        reason: "误报过多".to_owned(),
    };
    assert_eq!(window.state().commands(), [&change]);
}

#[test]
fn others_see_why_they_may_not() {
    let mut window = open(algorithm("gas-leak", AlgorithmState::InUse));
    window.state_mut().on_duty.actor.role = Role::DutyOfficer;
    window.run_steps(2);
    for label in ["停用…", "转试运行…"] {
        assert!(window.get_by_label(label).accesskit_node().is_disabled(), "{label}");
    }
    assert!(says(&window, "无权变更算法状态"));
    window.state_mut().on_duty.actor.role = Role::Commander;
    window.state_mut().on_duty.actor.jurisdiction = Jurisdiction::District(DistrictCode(500_103));
    window.run_steps(2);
    assert!(says(&window, "管辖范围"));
}
