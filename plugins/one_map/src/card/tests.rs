//! Cards of what other systems told, by what is read on them.

#![allow(clippy::unwrap_used)]

use super::*;
use bevy_egui::egui;
use egui_kittest::{Harness, kittest::Queryable};
use feeds::cap::{MessageType, Reference, WarningState, read_alert};
use feeds::told::{
    EndedBy, FeatureSet, News, Reading, Track, TrackAttitude, TrackHeight, TrackKind, TrackMission, Warned,
};
use feeds::{FeedHealth, FeedState};
use shell::{CitySource, PointSets, ToldId, ToldThing};
use std::sync::Arc;

/// Noon of a day in Chongqing.
const NOW: CityTime = CityTime(1_790_136_000_000);

struct Town {
    city: City,
    risk_points: RiskPoints,
    layers: StaticLayers,
    devices: DeviceTable,
    movers: MoverTable,
    sources: CitySources,
    words: Words,
    theme: Theme,
}

impl Town {
    fn told(mut news: News) -> Self {
        let mut source = CitySource {
            name: "气象预警".to_owned(),
            department: "气象局".to_owned(),
            url: String::new(),
            is_on: true,
            health: FeedHealth {
                state: FeedState::Live,
                ..feeds::FeedMeter::new("a", "CAP", feeds::HealthRule::EVENTS, 0.0).health(0.0)
            },
            heard: Default::default(),
            held: Default::default(),
        };
        assert!(source.held.take_in(&mut news, usize::MAX));
        Self {
            city: City::default(),
            risk_points: RiskPoints::default(),
            layers: StaticLayers::shipped().unwrap(),
            devices: DeviceTable::default(),
            movers: MoverTable::default(),
            sources: CitySources { all: vec![source] },
            words: Words::shipped(),
            theme: Theme::shipped(),
        }
    }

    fn card(&self, id: ToldId, now: CityTime) -> Option<Card> {
        let sources = CardSources {
            city: &self.city,
            received: true,
            risk_points: &self.risk_points,
            layers: &self.layers,
            devices: &self.devices,
            movers: &self.movers,
            sources: &self.sources,
            points: &PointSets::default(),
            events_lost: false,
            now,
            words: &self.words,
            theme: &self.theme,
        };
        sources.card(&Selected::Told(ToldThing { source: "气象预警".to_owned(), id }))
    }
}

/// What stands under a heading, in the lines for all or for who asks.
fn under<'a>(card: &'a Card, heading: &str) -> &'a str {
    let lines = card.lines.iter().chain(&card.more).chain(&card.texts);
    lines.into_iter().find(|(name, _)| name == heading).map_or("", |(_, told)| told)
}

fn warned(status: &str, message: &str, references: &str) -> Warned {
    let text = format!(
        "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>1</identifier><sender>cqqx</sender>\
         <sent>2026-09-23T11:00:00+08:00</sent><status>{status}</status><msgType>{message}</msgType>\
         <scope>Public</scope>{references}\
         <info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency>\
         <severity>Extreme</severity><certainty>Likely</certainty><senderName>重庆市气象台</senderName>\
         <headline>暴雨红色预警</headline><description>三小时内一百毫米。</description>\
         <instruction>临江人员转移。</instruction><area><areaDesc>渝中区</areaDesc></area></info></alert>"
    );
    let (alert, _) = read_alert(text.as_bytes()).unwrap();
    let (from, until) = (NOW.plus_s(-3_600.0), NOW.plus_s(7_500.0));
    Warned {
        colour: alert.colour(),
        alert,
        state: WarningState::InForce,
        from,
        until,
        is_end_assumed: false,
        is_contested: false,
        ended_by: None,
    }
}

fn told_of(warned: &Warned) -> (Town, ToldId) {
    let news = News { warnings: Some([warned.clone()].into()), ..News::default() };
    (Town::told(news), ToldId::Warning(warned.alert.reference()))
}

#[test]
fn a_warning_says_how_grave_until_when_by_whom_where_and_what_to_do() {
    let references = "<references>cqqx,0,2026-09-23T09:00:00+08:00</references>";
    let (town, id) = told_of(&warned("Actual", "Update", references));
    let card = town.card(id.clone(), NOW).unwrap();
    assert_eq!((card.title.as_str(), card.mark), ("暴雨红色预警", town.theme.map.grade[0]));
    assert_eq!(under(&card, "有效期"), "还剩 2 小时 5 分 · 11:00 – 14:05");
    assert_eq!(under(&card, "程度"), "特别严重 · 立即行动 · 很可能");
    assert_eq!(under(&card, "发布"), "重庆市气象台 · 11:00");
    assert_eq!((under(&card, "范围"), under(&card, "来源")), ("渝中区", "气象预警 · 气象局"));
    assert_eq!(under(&card, "更新自"), "0 · 09:00");
    assert_eq!((under(&card, "内容"), under(&card, "防御指南")), ("三小时内一百毫米。", "临江人员转移。"));
    assert!(card.band.is_none() && card.notes.is_empty());
    // By the one clock, whether or not its source says more.
    let over = town.card(id, NOW.plus_s(7_500.0)).unwrap();
    assert_eq!(over.notes, ["已过期"]);
    assert_eq!(under(&over, "有效期"), "11:00 – 14:05");
}

#[test]
fn what_is_no_truth_says_so_in_a_band_over_all() {
    for (status, band) in [("Exercise", "演练:并非真实情况"), ("Test", "测试:并非真实情况")] {
        let (town, id) = told_of(&warned(status, "Alert", ""));
        let card = town.card(id, NOW).unwrap();
        assert_eq!(card.band.as_deref(), Some(band));
        assert!(card.title.starts_with(&format!("【{}】", &band[..6])), "{}", card.title);
    }
}

#[test]
fn one_that_was_cancelled_says_when_and_one_that_is_gone_has_no_card() {
    let message = Reference { sender: "cqqx".into(), identifier: "2".into(), sent: Some(NOW.plus_s(-60.0)) };
    let ended_by = Some(EndedBy { message, does: MessageType::Cancel });
    let ended = Warned { state: WarningState::Cancelled, ended_by, ..warned("Actual", "Alert", "") };
    let (mut town, id) = told_of(&ended);
    assert_eq!(town.card(id.clone(), NOW).unwrap().notes, ["已取消 · 11:59 取消"]);
    town.sources.all[0].is_on = false;
    assert!(town.card(id.clone(), NOW).unwrap().notes[1].contains("停用"));
    town.sources.all[0].held = Default::default();
    assert_eq!(town.card(id, NOW), None);
}

#[test]
fn a_drone_tells_its_height_with_what_it_is_counted_from_and_how_far_its_mission_is() {
    let track = Track {
        id: "mavlink:7".to_owned(),
        kind: TrackKind::Aircraft,
        name: "quadrotor 7".to_owned(),
        at: city::LonLat::new(106.5878, 29.5657),
        model: "quadrotor".to_owned(),
        height: Some(TrackHeight::SeaLevel(312.5)),
        above_home_m: Some(60.2),
        attitude: Some(TrackAttitude { roll_deg: -3.2, pitch_deg: 1.6, yaw_deg: 90.0 }),
        in_the_air: Some(true),
        heading_deg: Some(53.1),
        speed_mps: Some(5.0),
        battery_pct: Some(77.0),
        doing: "mission".to_owned(),
        seen: NOW.plus_s(-2.0),
        stale_at: None,
    };
    let item = |number| feeds::mavlink::MissionItem {
        number,
        command: 16,
        at: None,
        height_m: None,
        above: feeds::mavlink::HeightAbove::Home,
        parameters: [0.0; 4],
    };
    let mission = TrackMission {
        track: track.id.clone(),
        home: Some((track.at, 252.5)),
        items: vec![item(0), item(1), item(2)],
        is_complete: true,
        current: Some(1),
    };
    let team = Track {
        id: "cot:x".to_owned(),
        kind: TrackKind::Ground,
        model: "a-f-G-U-C".to_owned(),
        height: Some(TrackHeight::Ellipsoid(231.0)),
        stale_at: Some(NOW.plus_s(90.0)),
        ..track.clone()
    };
    let town = Town::told(News { tracks: vec![track, team], missions: vec![mission], ..News::default() });
    let card = town.card(ToldId::Track("mavlink:7".to_owned()), NOW).unwrap();
    assert_eq!((under(&card, "类型"), under(&card, "状态")), ("航空器 · 四旋翼", "mission · 飞行中"));
    assert_eq!((under(&card, "海拔高度"), under(&card, "离返航点高度")), ("312 m", "60 m"));
    assert_eq!(under(&card, "姿态"), "横滚 -3° · 俯仰 2° · 机头 90°");
    assert_eq!((under(&card, "任务"), under(&card, "更新")), ("第 1 项,共 3 项", "2 秒前"));
    assert!(under(&card, "返航点").ends_with("252 m"), "{}", under(&card, "返航点"));
    assert!(
        !card.stale && town.card(ToldId::Track("mavlink:7".to_owned()), NOW.plus_s(100.0)).unwrap().stale
    );
    let team = |now| town.card(ToldId::Track("cot:x".to_owned()), now).unwrap();
    assert_eq!((under(&team(NOW), "时效"), under(&team(NOW), "椭球高度")), ("1 分钟后失效", "231 m"));
    assert_eq!(under(&team(NOW.plus_s(135.0)), "时效"), "已失效 45 秒");
}

#[test]
fn a_device_tells_its_newest_values_with_unit_and_age_and_a_feature_its_properties() {
    let row = feeds::sensorthings::CatalogueRow {
        datastream: "d1".to_owned(),
        property: "水位".to_owned(),
        unit: feeds::sensorthings::Unit {
            name: "metre".to_owned(),
            symbol: "m".to_owned(),
            definition: String::new(),
        },
        thing: "t1".to_owned(),
        thing_name: "朝天门水位站".to_owned(),
        ..Default::default()
    };
    let reading = Reading { datastream: "d1".to_owned(), at: NOW.plus_s(-30.0), value: 178.26 };
    let page = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "a", "geometry": null,
        "properties": {"name": "避难场所", "人数": 5200, "空": null}}]}"#;
    let features = feeds::ogc_features::read_items(page.as_bytes(), None).unwrap().features;
    let set = FeatureSet { id: "c".to_owned(), title: "规划".to_owned(), features };
    let news = News {
        devices: vec![row],
        readings: vec![reading],
        collections: vec![Arc::new(set)],
        ..News::default()
    };
    let town = Town::told(news);
    let card = town.card(ToldId::Device("t1".to_owned()), NOW).unwrap();
    assert_eq!(
        (card.title.as_str(), under(&card, "水位"), card.stale),
        ("朝天门水位站", "178.3 m · 30 秒前", false)
    );
    assert!(town.card(ToldId::Device("t1".to_owned()), NOW.plus_s(601.0)).unwrap().stale);
    // Read anew, the feature may stand elsewhere; without its id nothing else is shown for it.
    let feature =
        |row, id: &str| ToldId::Feature { collection: "c".to_owned(), row, id: Some(id.to_owned()) };
    let card = town.card(feature(9, "a"), NOW).unwrap();
    assert_eq!(
        (card.title.as_str(), under(&card, "人数"), under(&card, "图层")),
        ("避难场所", "5200", "规划")
    );
    assert!(under(&card, "空").is_empty());
    assert_eq!(town.card(feature(0, "b"), NOW), None);
}

#[test]
fn a_whole_card_says_long_texts_to_their_end_and_a_short_one_leaves_them_out() {
    let long = "受持续降雨影响,山洪、滑坡的风险极高。".repeat(40);
    let mut told = warned("Exercise", "Alert", "");
    told.alert.infos[0].description = long.clone();
    let (town, id) = told_of(&told);
    let shown = town.card(id, NOW).unwrap();
    for (depth, says) in [(Depth::Line, false), (Depth::Short, false), (Depth::Whole(300.0), true)] {
        let (theme, words, shown) = (town.theme.clone(), town.words.clone(), shown.clone());
        let mut harness = Harness::builder()
            .with_size(egui::vec2(420.0, 500.0))
            .build_ui(move |ui| card(ui, &theme, &words, &shown, depth));
        harness.run();
        assert_eq!(harness.query_by_label(&long).is_some(), says, "{depth:?}");
        assert!(harness.query_by_label("【演练】暴雨红色预警").is_some());
        assert!(harness.query_by_label("演练:并非真实情况").is_some());
    }
}
