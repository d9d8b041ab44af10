//! The page of vital signs: rows, ways down and up, and what is asked for.

use super::town::{Desk, NOW};
use crate::action::{Action, Where};
use crate::board::Page;
use crate::vital::validity;
use city::*;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use serde_json::{Value, json};
use shell::words::Language;
use shell::{Selected, Words};
use std::sync::Arc;
use watch::vital::told::{SignInDepth, SignTold, SignsTold, Span, ValidityTold};

fn sign(id: &str, validity: &str, value: Option<f64>) -> Value {
    json!({"id": id, "zh": format!("体征 {id}"), "en": format!("Sign {id}"), "unit": "mm", "value": value,
        "definition": {"zh": "一小时雨量", "en": "Rain of an hour"}, "source": "GB/T 28592", "usualZ": 2.5,
        "grades": {"red": 60, "orange": 40, "side": "above"}, "algorithm": "rain", "version": "1.0.0",
        "colour": value.map(|_| "orange"), "validity": validity, "least": 3, "devices": 9, "reporting": 2,
        "at": NOW, "baseline": {"value": 12.5, "source": "年鉴"}})
}

fn signs(area: &str) -> SignsTold {
    let all = json!({"now": NOW, "area": area, "past": "training", "pastReady": true, "signs": [
        sign("b-rain", "valid", Some(41.5)), sign("a-gas", "tooFew", None), sign("c-none", "noDevices", None)]});
    serde_json::from_value(all).unwrap()
}

fn depth(area: &str, parts: Value) -> SignInDepth {
    let trend: Vec<Value> = (1..24)
        .map(|n| json!({"at": NOW.plus_ms(-n * 3_600_000), "spanMs": 3_600_000, "value": n, "low": n, "high": n + 2}))
        .collect();
    let told = json!({"now": NOW, "area": area, "past": "training", "pastReady": true, "span": "day",
        "sign": sign("b-rain", "valid", Some(41.5)), "trend": trend, "parts": parts,
        "comparison": {"now": 41.5, "yesterday": 40.0, "sinceYesterday": 1.5,
            "usual": {"weeks": 4, "median": 20.0, "spread": 4.0, "z": 5.4},
            "lastYear": {"thisMonth": 9.0, "thatMonth": 8.0, "days": 30}}});
    serde_json::from_value(told).unwrap()
}

fn part(kind: &str, id: &str, zh: &str) -> Value {
    json!({"kind": kind, "id": id, "zh": zh, "en": zh, "value": 4.0, "devices": 2, "reporting": 1,
        "lon": 106.57, "lat": 29.55})
}

/// A desk on the page, told the signs of the city.
fn open() -> Harness<'static, Desk> {
    let mut desk = Desk::empty();
    desk.board.page = Page::Vitals;
    desk.vitals.signs = Some(Arc::new(signs("city")));
    let mut window = desk.open();
    window.run_steps(2);
    window
}

fn wish(window: &Harness<Desk>) -> (String, Option<String>, Span) {
    let wish = window.state().vitals.wish.clone().unwrap();
    (wish.area, wish.sign, wish.span)
}

fn says(window: &Harness<Desk>, words: &str) -> bool {
    window.query_all_by_label_contains(words).next().is_some()
}

/// Answers as the backend would.
fn answer(window: &mut Harness<Desk>, area: &str, parts: Value) {
    let vitals = &mut window.state_mut().vitals;
    vitals.signs = Some(Arc::new(signs(area)));
    vitals.sign = Some(Arc::new(depth(area, parts)));
    window.run_steps(3);
}

#[test]
fn signs_stand_in_their_order_with_value_and_why_there_is_none() {
    let window = open();
    let y = |label: &str| window.get_by_label_contains(label).rect().top();
    assert!(y("体征 b-rain 41.5 mm") < y("体征 a-gas — 仅 2 台上报,少于所需 3 台"));
    assert!(y("体征 a-gas") < y("体征 c-none — 此区域没有该体征的设备"));
    assert!(says(&window, "训练城市"), "the past is marked as an exercise");
    assert_eq!(wish(&window), ("city".to_owned(), None, Span::Day));
}

#[test]
fn nothing_is_asked_for_while_another_page_is_open() {
    let mut window = open();
    window.state_mut().board.open(Page::Warnings);
    window.run_steps(2);
    assert_eq!(window.state().vitals.wish, None);
    window.state_mut().board.open(Page::Quality);
    window.run_steps(2);
    assert!(window.state().vitals.wish.as_ref().unwrap().quality);
}

#[test]
fn three_clicks_lead_from_the_city_to_a_device() {
    let mut window = open();
    window.get_by_label_contains("体征 b-rain").click();
    window.run_steps(3);
    assert_eq!(wish(&window).1.as_deref(), Some("b-rain"));
    answer(&mut window, "city", json!([part("district", "500103", "渝中区")]));
    window.state_mut().done.clear();
    for (area, parts, label) in [
        ("500103", json!([part("township", "500103001", "解放碑街道")]), "渝中区 4 mm"),
        ("500103001", json!([part("device", "D-7", "")]), "解放碑街道 4 mm"),
    ] {
        reveal(&mut window, label);
        window.get_by_label(label).click();
        window.run_steps(3);
        assert_eq!(wish(&window).0, area);
        answer(&mut window, area, parts);
    }
    reveal(&mut window, "D-7 4 mm");
    window.get_by_label("D-7 4 mm").click();
    window.run_steps(3);
    let done = &window.state().done;
    assert!(done.contains(&Action::Select(Selected::Device("D-7".into()))));
    assert!(matches!(done.last(), Some(Action::Fly(Where::Place(at, _))) if at.lon == 106.57), "{done:?}");
    assert_eq!(done.iter().filter(|action| matches!(action, Action::Fly(_))).count(), 3);
    // And back up.
    window.get_by_label("渝中区").click();
    window.run_steps(3);
    assert_eq!(wish(&window).0, "500103");
}

/// Scrolls the detail until a row is seen whole.
fn reveal(window: &mut Harness<Desk>, label: &str) {
    use bevy_egui::egui::{Event, Modifiers, MouseWheelUnit, pos2, vec2};
    for _ in 0..40 {
        let seen = window.query_by_label(label).map(|node| node.rect());
        if seen.is_some_and(|rect| rect.bottom() < 600.0) {
            return;
        }
        window.event(Event::PointerMoved(pos2(200.0, 560.0)));
        window.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, -60.0),
            modifiers: Modifiers::NONE,
            phase: bevy_egui::egui::TouchPhase::Move,
        });
        window.run_steps(8);
    }
    panic!("{label} is never seen");
}

#[test]
fn a_sign_in_depth_says_what_it_rests_on() {
    let mut window = open();
    window.get_by_label_contains("体征 b-rain").click();
    window.run_steps(2);
    answer(&mut window, "city", json!([]));
    for words in ["2/9 台上报", "走势图,23 点", "中位数 20 mm,离差 4,近 4 周", "较常态 +5.4σ"]
    {
        assert!(says(&window, words), "{words}");
    }
    for words in ["一小时雨量", "红色 ≥ 60 mm", "GB/T 28592", "12.5 mm · 年鉴", "rain 1.0.0", "去年同月 8 mm"]
    {
        assert!(says(&window, words), "{words}");
    }
    window.get_by_label("五周").click();
    window.run_steps(2);
    assert_eq!(wish(&window).2, Span::FiveWeeks);
}

#[test]
fn a_thousand_devices_cost_the_rows_that_are_seen() {
    let mut window = open();
    window.get_by_label_contains("体征 b-rain").click();
    window.run_steps(2);
    let devices: Vec<Value> = (0..1_000).map(|n| part("device", &format!("D-{n}"), "")).collect();
    answer(&mut window, "city", json!(devices));
    let laid_out = window.state().board.laid_out;
    assert!(laid_out < 40, "{laid_out} rows laid out");
}

#[test]
fn an_officer_of_a_district_begins_at_home_and_trouble_says_what_to_do() {
    let mut desk = Desk::empty();
    desk.board.page = Page::Vitals;
    desk.on_duty.actor.jurisdiction = Jurisdiction::District(DistrictCode(500_103));
    desk.vitals.trouble = Some("403".to_owned());
    let mut window = desk.open();
    window.run_steps(2);
    assert_eq!(wish(&window).0, "500103");
    assert!(says(&window, "取不到数据"));
    window.state_mut().vitals.signs = Some(Arc::new(signs("500103")));
    window.run_steps(2);
    assert!(says(&window, "旧值") && says(&window, "体征 b-rain 41.5 mm"), "the last good answer stays");
}

#[test]
fn whether_a_sign_may_be_believed_is_said_in_both_languages() {
    let mut words = Words::shipped();
    for language in [Language::Chinese, Language::English] {
        words.language = language;
        let mut said = Vec::new();
        for validity_told in [
            ValidityTold::Valid,
            ValidityTold::NoDevices,
            ValidityTold::TooFew,
            ValidityTold::BeyondScale,
            ValidityTold::NoSuchArea,
        ] {
            let sign = SignTold { validity: validity_told, ..SignTold::default() };
            let told = validity(&words, &sign);
            assert!(!told.is_empty() && !told.contains("vital.") && !said.contains(&told), "{told}");
            said.push(told);
        }
        let sign = SignTold { validity: ValidityTold::Valid, value: Some(1.0), ..SignTold::default() };
        assert_eq!(validity(&words, &sign), "");
    }
}
