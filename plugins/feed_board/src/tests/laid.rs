use super::*;
use crate::shapes::{Told, ToldShape, Tracks, features, missions, requests, shown, warnings};
use crate::signs::signs;
use city::{DistrictCode, LonLat};
use feeds::cap::WarningState;
use feeds::told::{Track, TrackKind, TrackMission, Warned};
use overlays::shapes::{Form, Lie, Shape};
use shell::signs::{Signs, Standing};
use shell::{LabelKind, StaticCity, Theme, ToldId, Words};
use std::sync::Arc;

struct Town {
    city: StaticCity,
    words: Words,
    theme: Theme,
}

impl Town {
    fn new() -> Self {
        let layers = Arc::new(layers::StaticLayers::shipped().unwrap());
        Self { city: StaticCity { layers }, words: Words::shipped(), theme: Theme::shipped() }
    }

    fn told<'a>(&'a self, sources: &'a [CitySource]) -> Told<'a> {
        Told { sources, city: &self.city, words: &self.words, theme: &self.theme, now: NOW }
    }
}

fn bare(shapes: Vec<ToldShape>) -> Vec<Shape> {
    shapes.into_iter().map(|(shape, _)| shape).collect()
}

fn warned(status: &str, where_: &str, state: WarningState) -> Warned {
    let text = format!(
        "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>1</identifier><sender>cqqx</sender>\
         <sent>2026-07-01T08:00:00+08:00</sent><status>{status}</status><msgType>Alert</msgType><scope>Public</scope>\
         <info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency>\
         <severity>Severe</severity><certainty>Likely</certainty><area><areaDesc>area</areaDesc>{where_}</area></info>\
         </alert>"
    );
    let (alert, _) = feeds::cap::read_alert(text.as_bytes()).unwrap();
    let colour = alert.colour();
    let (is_end_assumed, is_contested, ended_by) = (false, false, None);
    Warned {
        alert,
        colour,
        state,
        from: NOW,
        until: NOW.plus_s(3_600.0),
        is_end_assumed,
        is_contested,
        ended_by,
    }
}

fn of_warnings(all: Vec<Warned>) -> Vec<Shape> {
    let town = Town::new();
    let told = [telling("met", News { warnings: Some(all.into()), ..News::default() })];
    bare(warnings(&shown(town.told(&told)), town.told(&told)))
}

/// The signs of warnings, the gravest last.
fn signs_of(all: Vec<Warned>) -> Signs {
    let town = Town::new();
    let told = [telling("met", News { warnings: Some(all.into()), ..News::default() })];
    let mut signs_in = Signs::default();
    signs_in.follow(signs(&shown(town.told(&told)), town.told(&told)));
    signs_in
}

#[test]
fn a_warning_that_two_sources_pass_on_is_laid_once() {
    let (town, all) = (Town::new(), vec![warned("Actual", CIRCLE, WarningState::InForce)]);
    let told = |name: &str| telling(name, News { warnings: Some(all.clone().into()), ..News::default() });
    assert_eq!(shown(town.told(&[told("met"), told("relay")])).len(), 1);
}

#[test]
fn a_warning_that_one_source_ended_is_not_held_up_by_the_copy_of_another() {
    let town = Town::new();
    let told = |name: &str, state| {
        let all = vec![warned("Actual", CIRCLE, state)];
        telling(name, News { warnings: Some(all.into()), ..News::default() })
    };
    for over in [WarningState::Cancelled, WarningState::Superseded] {
        assert!(shown(town.told(&[told("relay", WarningState::InForce), told("met", over)])).is_empty());
    }
}

#[test]
fn a_sign_stays_where_it_stood_when_other_warnings_change() {
    let town = Town::new();
    let all = |more: Option<Warned>| {
        let all: Vec<_> = more.into_iter().chain([warned("Actual", CIRCLE, WarningState::InForce)]).collect();
        [telling("met", News { warnings: Some(all.into()), ..News::default() })]
    };
    let mut standing = Signs::default();
    let one = all(None);
    standing.follow(signs(&shown(town.told(&one)), town.told(&one)));
    let stood = LonLat::new(106.58, 29.57);
    let (east_north, height_m) = (geodesy::to_city_frame(stood), 0.0);
    standing.standing = vec![Standing { at: stood, east_north, height_m }];
    let mut exercise = warned("Exercise", CIRCLE, WarningState::InForce);
    exercise.alert.identifier = "2".to_owned();
    let two = all(Some(exercise));
    standing.follow(signs(&shown(town.told(&two)), town.told(&two)));
    assert_eq!(standing.stood, [None, Some(stood)]);
}

const CIRCLE: &str = "<circle>29.56,106.55 10</circle>";

#[test]
fn a_warning_lies_on_its_area_in_its_colour_and_is_named_once() {
    let all = vec![warned("Actual", &CIRCLE.repeat(2), WarningState::InForce)];
    let shapes = of_warnings(all.clone());
    assert_eq!(shapes.len(), 1);
    let signs = signs_of(all);
    assert_eq!((signs.all.len(), signs.all[0].name.as_str()), (1, "暴雨橙色预警"));
    assert_eq!(signs.all[0].label(), LabelKind::Warning);
    assert!(signs.all[0].middle.distance_m(LonLat::new(106.55, 29.56)) < 50.0);
    let Form::Area(area) = &shapes[0].form else { panic!("{:?}", shapes[0].form) };
    assert_eq!(area.0.len(), 2);
    // Ten kilometres to every side.
    let ring = &area.0[0].exterior().0;
    for at in ring {
        let far_m = LonLat::new(at.x, at.y).distance_m(LonLat::new(106.55, 29.56));
        assert!((far_m - 10_000.0).abs() < 60.0, "{far_m}");
    }
}

#[test]
fn an_exercise_is_dashed_and_says_so_and_a_test_or_what_has_ended_is_not_laid() {
    let shapes = of_warnings(vec![warned("Exercise", CIRCLE, WarningState::InForce)]);
    assert!(shapes[0].style.stroke.unwrap().dash_pt.is_some());
    let signs = signs_of(vec![warned("Exercise", CIRCLE, WarningState::InForce)]);
    assert_eq!(
        (signs.all[0].name.as_str(), signs.all[0].label()),
        ("【演练】暴雨橙色预警", LabelKind::Exercise)
    );
    let actual = signs_of(vec![warned("Actual", CIRCLE, WarningState::InForce)]);
    assert!(signs.all[0].priority() < actual.all[0].priority());
    let others = [
        warned("Test", CIRCLE, WarningState::InForce),
        warned("Draft", CIRCLE, WarningState::InForce),
        warned("Actual", CIRCLE, WarningState::Cancelled),
        warned("Actual", CIRCLE, WarningState::Expired),
        warned("Actual", CIRCLE, WarningState::AllClear),
    ];
    assert_eq!(of_warnings(others.into()), Vec::new());
    let over = Warned { until: NOW, ..warned("Actual", CIRCLE, WarningState::InForce) };
    assert_eq!(of_warnings(vec![over]), Vec::new(), "its source fell silent before it ended");
    let begun = warned("Actual", CIRCLE, WarningState::NotYetEffective);
    assert_eq!(of_warnings(vec![begun]).len(), 1, "its time has come");
}

#[test]
fn a_warning_that_names_districts_lies_on_them() {
    let code = "<geocode><valueName>GB/T 2260</valueName><value>500103</value></geocode>";
    let shapes = of_warnings(vec![warned("Actual", code, WarningState::InForce)]);
    let town = Town::new();
    let yuzhong = town.city.layers.district(DistrictCode(500_103)).unwrap();
    assert!(matches!(&shapes[0].form, Form::Area(area) if *area == yuzhong.polygons));
    // All of the city.
    let shapes =
        of_warnings(vec![warned("Actual", &code.replace("500103", "500000"), WarningState::InForce)]);
    assert!(matches!(&shapes[0].form, Form::Area(area) if area.0.len() >= town.city.layers.districts.len()));
    // Districts elsewhere are not ours to draw.
    assert!(
        of_warnings(vec![warned("Actual", &code.replace("500103", "510100"), WarningState::InForce)])
            .is_empty()
    );
}

#[test]
fn a_drone_is_named_with_its_age_once_it_is_old_and_its_mission_is_a_line() {
    let town = Town::new();
    let track = |id: &str, seen_s: f64| Track {
        id: id.to_owned(),
        kind: TrackKind::Aircraft,
        name: format!("drone {id}"),
        at: LonLat::new(106.5, 29.5),
        model: String::new(),
        height: None,
        above_home_m: None,
        attitude: None,
        in_the_air: None,
        heading_deg: None,
        speed_mps: None,
        battery_pct: None,
        doing: String::new(),
        seen: NOW.plus_s(-seen_s),
        stale_at: None,
    };
    let item = |number: u16, lon: f64| feeds::mavlink::MissionItem {
        number,
        command: 16,
        at: Some(LonLat::new(lon, 29.5)),
        height_m: Some(80.0),
        above: feeds::mavlink::HeightAbove::Home,
        parameters: [0.0; 4],
    };
    let mission = TrackMission {
        track: "1".to_owned(),
        home: Some((LonLat::new(106.5, 29.5), 240.0)),
        items: vec![item(1, 106.5), item(2, 106.6)],
        is_complete: true,
        current: Some(1),
    };
    let news =
        News { tracks: vec![track("1", 1.0), track("2", 300.0)], missions: vec![mission], ..News::default() };
    let sources = [telling("drones", news)];
    let routes = missions(town.told(&sources));
    assert!(
        matches!(&routes[0].0.form, Form::Line { lie: Lie::Heights(heights), .. } if *heights == [320.0, 320.0])
    );
    assert_eq!(routes[0].1.id, ToldId::Track("1".to_owned()), "a click on it selects the drone");
    let mut tracks = Tracks::of(town.told(&sources));
    let name = |tracks: &Tracks, n: usize| tracks.shapes()[n].0.name.clone().unwrap();
    assert_eq!(name(&tracks, 0), "drone 1");
    assert_eq!(name(&tracks, 1), "drone 2 · 5 分钟前");
    // Nothing is made anew until something else is to be read: the first grows old before the second's sixth minute.
    let later = |s: f64| Told { now: NOW.plus_s(s), ..town.told(&sources) };
    assert_eq!(tracks.age(later(58.0)), 0);
    assert_eq!(tracks.next_due(), NOW.plus_s(59.001));
    assert_eq!((tracks.age(later(59.5)), name(&tracks, 0)), (1, "drone 1 · 60 秒前".to_owned()));
    assert_eq!((tracks.age(later(60.2)), name(&tracks, 1)), (2, "drone 2 · 6 分钟前".to_owned()));
    // What a source told that is switched off is not shown.
    let mut off = sources;
    off[0].is_on = false;
    assert!(Tracks::of(town.told(&off)).shapes().is_empty());
}

#[test]
fn open_requests_are_marked_and_closed_ones_are_not() {
    let town = Town::new();
    let json = r#"[
        {"service_request_id": "1", "status": "open", "service_name": "井盖缺失", "lat": 29.5, "long": 106.5},
        {"service_request_id": "2", "status": "closed", "service_name": "路灯", "lat": 29.5, "long": 106.5},
        {"service_request_id": "3", "status": "open", "service_name": "没有位置"}]"#;
    let (list, _) = feeds::open311::read_requests(json.as_bytes()).unwrap();
    let told = telling("12345", News { requests: list, ..News::default() });
    let made = requests(town.told(&[told]));
    assert_eq!(made[0].1.id, ToldId::Request("1".to_owned()));
    let shapes = bare(made);
    assert_eq!(shapes.iter().filter_map(|shape| shape.name.as_deref()).collect::<Vec<_>>(), ["井盖缺失"]);
}

#[test]
fn features_of_every_kind_are_drawn_and_named() {
    let town = Town::new();
    let page = r#"{"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "a", "geometry": {"type": "Point", "coordinates": [106.5, 29.5]},
         "properties": {"name": "水位站"}},
        {"type": "Feature", "id": "b", "properties": {},
         "geometry": {"type": "LineString", "coordinates": [[106.5, 29.5], [106.6, 29.5]]}},
        {"type": "Feature", "id": "c", "properties": {"名称": "库区"},
         "geometry": {"type": "Polygon", "coordinates": [[[106.5, 29.5], [106.6, 29.5], [106.6, 29.6], [106.5, 29.5]]]}},
        {"type": "Feature", "id": "d", "properties": {}, "geometry": null}]}"#;
    let page = feeds::ogc_features::read_items(page.as_bytes(), None).unwrap();
    let set = feeds::told::FeatureSet { id: "x".to_owned(), title: "x".to_owned(), features: page.features };
    let told = telling("planning", News { collections: vec![Arc::new(set)], ..News::default() });
    let made = features(town.told(&[told]));
    let third = ToldId::Feature { collection: "x".to_owned(), row: 2, id: Some("c".to_owned()) };
    assert_eq!(made[2].1.id, third);
    let shapes = bare(made);
    let kinds: Vec<_> = shapes
        .iter()
        .map(|shape| match shape.form {
            Form::Place(_) => "place",
            Form::Line { .. } => "line",
            Form::Area(_) => "area",
        })
        .collect();
    assert_eq!(kinds, ["place", "line", "area"]);
    assert_eq!(shapes[2].name.as_deref(), Some("库区"));
}
