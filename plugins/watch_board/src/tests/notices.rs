//! Risk notices: their order, what is said of them, and what is answered.

use super::town::{Desk, NOW, notice};
use crate::board::Page;
use bevy_egui::egui::{Event, Key};
use city::*;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use shell::{Selected, ToldThing};

fn desk(notices: impl IntoIterator<Item = RiskNotice>) -> Desk {
    let mut desk = Desk::empty();
    desk.city.notices = notices.into_iter().map(|notice| (notice.id.clone(), notice)).collect();
    desk.board.page = Page::Notices;
    desk
}

fn selected(notice: RiskNotice) -> Harness<'static, Desk> {
    let id = notice.id.clone();
    let mut desk = desk([notice]);
    desk.selected = Selected::Told(ToldThing::risk_notice(&id));
    let mut window = desk.open();
    window.run_steps(2);
    window
}

#[test]
fn what_is_due_first_stands_first_and_the_hit_rate_is_told() {
    let settled = |id: &str, outcome| {
        let state = NoticeState::Expired { at: NOW };
        RiskNotice { state, outcome, ..notice(id, 9.0) }
    };
    let mut window = desk([
        notice("late", 7_000.0),
        notice("soon", 60.0),
        settled("right", Outcome::Hit),
        settled("wrong", Outcome::Miss),
    ])
    .open();
    window.run_steps(2);
    let rows = window.state().board.notices.rows().clone();
    let rows: Vec<&str> = rows.iter().map(NoticeId::as_str).collect();
    assert_eq!(rows, ["soon", "late", "right", "wrong"]);
    // Wilson's interval of one in two is 9.5 to 90.5 %.
    assert!(window.query_by_label("目前命中率 50%(95%:9–91%),2 中 1;2 张未判定").is_some());
}

#[test]
fn the_detail_says_what_was_seen_and_how_sure_that_is() {
    let window = selected(notice("N-1", 3_600.0));
    for words in [
        "渝中区燃气投诉聚集",
        "2.50(95%:0–6)",
        "3.60(95%:1.60–6.80)",
        "广义似然比的对数 = 9.10",
        "0.001 · 999 次置换中的秩",
        "1000 天",
        "1.20",
        "notices.cluster 1",
        "只在有投诉处有效",
        "剩 1 小时 0 分",
        "尚未判定",
    ] {
        assert!(window.query_all_by_label_contains(words).next().is_some(), "{words}");
    }
}

#[test]
fn it_is_accepted_or_turned_into_an_incident() {
    let mut window = selected(notice("N-1", 3_600.0));
    window.get_by_label("受理").click();
    window.run_steps(2);
    assert_eq!(window.state().commands(), [&Command::AcceptNotice { notice_id: "N-1".into() }]);
    let mut window = selected(notice("N-2", 3_600.0));
    window.get_by_label("转为事件").click();
    window.run_steps(2);
    assert_eq!(window.state().commands(), [&Command::NoticeToIncident { notice_id: "N-2".into() }]);
}

#[test]
fn it_is_rejected_with_a_reason_only() {
    let mut window = selected(notice("N-1", 3_600.0));
    window.get_by_label("退回…").click();
    window.run_steps(3);
    assert!(window.ctx.text_edit_focused(), "the reason can be written at once");
    window.key_press(Key::Enter);
    window.run_steps(2);
    assert!(window.state().commands().is_empty());
    assert!(window.query_by_label_contains("请用几句话说明原因").is_some());
    assert!(window.get_by_label("确定").accesskit_node().is_disabled());
    window.event(Event::Text("施工已报备".to_owned()));
    window.run_steps(2);
    window.key_press(Key::Enter);
    window.run_steps(2);
    let reason = "施工已报备".to_owned();
    assert_eq!(window.state().commands(), [&Command::RejectNotice { notice_id: "N-1".into(), reason }]);
    assert!(window.state().board.form.is_none());
}

#[test]
fn another_jurisdiction_is_told_why_not() {
    let mut window = selected(notice("N-1", 3_600.0));
    window.state_mut().on_duty.actor.jurisdiction = Jurisdiction::District(DistrictCode(500_108));
    window.run_steps(2);
    for label in ["受理", "退回…", "转为事件"] {
        assert!(window.get_by_label(label).accesskit_node().is_disabled(), "{label}");
    }
}

#[test]
fn escape_leaves_the_form_without_a_command() {
    let mut window = selected(notice("N-1", 3_600.0));
    window.get_by_label("退回…").click();
    window.run_steps(3);
    window.key_press(Key::Escape);
    window.run_steps(2);
    assert!(window.state().board.form.is_none() && window.state().commands().is_empty());
}
