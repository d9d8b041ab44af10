//! What is laid on the map.

use super::town::{Desk, grouped, notice, warning};
use crate::map;
use bevy::prelude::World;
use city::{
    City, CityTime, DistrictCode, LonLat, NoticeArea, NoticeState, RiskNotice, WarningColour, WarningEnd,
    WhyEnded,
};
use overlays::shapes::Form;
use shell::{
    CityClock, CityState, MapShapes, MapSigns, OnScreenLayers, Selected, Selection, StaticCity, Theme,
    ToldThing, Words,
};
use std::sync::Arc;

/// A world in which the map is laid for the city of a desk.
fn laid(city: City, selected: Selected) -> World {
    let mut world = World::new();
    world.insert_resource(CityState { city, received: true });
    world.insert_resource(StaticCity { layers: Arc::new(layers::StaticLayers::shipped().unwrap()) });
    world.insert_resource(Selection { selected });
    world.insert_resource(Theme::shipped());
    world.insert_resource(Words::shipped());
    world.init_resource::<CityClock>();
    world.init_resource::<MapShapes>();
    world.init_resource::<OnScreenLayers>();
    world.init_resource::<MapSigns>();
    for system in [world.register_system(map::lay), world.register_system(map::lay_evidence)] {
        world.run_system(system).unwrap();
    }
    world
}

#[test]
fn warnings_with_a_place_have_signs_the_gravest_last_and_grouped_ones_a_box() {
    let mut nowhere = warning("nowhere", WarningColour::Red, 1.0);
    nowhere.at = None;
    let mut over = warning("over", WarningColour::Red, 1.0);
    over.ended = Some(WarningEnd { at: CityTime(0), why: WhyEnded::Over });
    let all = [warning("blue", WarningColour::Blue, 9.0), grouped("storm", 12), nowhere, over];
    let world = laid(Desk::warned(all).city, Selected::Nothing);
    let signs = world.resource::<MapSigns>().get("watch.warnings").unwrap();
    let said: Vec<_> = signs.all.iter().map(|sign| (sign.level, sign.count, sign.is_exercise)).collect();
    assert_eq!(said, [(4, 1, true), (1, 12, true)], "the city of a desk is an exercise");
    let boxes = world.resource::<MapShapes>().get("watch.groups").unwrap();
    assert_eq!((boxes.shapes.len(), &boxes.things[0]), (1, &ToldThing::city_warning(&"storm".into())));
    assert!(boxes.shapes[0].style.stroke.unwrap().dash_pt.is_some());
}

#[test]
fn of_many_warnings_the_gravest_are_on_the_map() {
    let many = (0..1_000).map(|n| {
        let colour = if n % 100 == 0 { WarningColour::Red } else { WarningColour::Blue };
        warning(&format!("W-{n:04}"), colour, n as f64)
    });
    let world = laid(Desk::warned(many).city, Selected::Nothing);
    let signs = world.resource::<MapSigns>().get("watch.warnings").unwrap();
    assert_eq!(signs.all.len(), map::MOST);
    assert_eq!(signs.all.iter().filter(|sign| sign.level == 1).count(), 10);
}

#[test]
fn open_notices_have_their_area_and_the_selected_one_its_evidence() {
    let mut desk = Desk::empty();
    let of_district =
        RiskNotice { area: NoticeArea::District { code: DistrictCode(500_103) }, ..notice("d", 9.0) };
    let settled = RiskNotice { state: NoticeState::Expired { at: CityTime(0) }, ..notice("e", 9.0) };
    for told in [notice("c", 9.0), of_district, settled] {
        desk.city.notices.insert(told.id.clone(), told);
    }
    let world = laid(desk.city, Selected::Told(ToldThing::risk_notice(&"c".into())));
    let shapes = world.resource::<MapShapes>();
    let areas = shapes.get("watch.areas").unwrap();
    let things: Vec<_> = ["d", "c"].map(|id| ToldThing::risk_notice(&id.into())).into();
    assert_eq!(*areas.things, things, "a circle lies on the district it is in");
    assert!(
        areas.shapes.iter().all(|shape| shape.name.as_deref() == Some("燃气 · 聚集")),
        "{:?}",
        areas.shapes[1].name
    );
    let Form::Area(circle) = &areas.shapes[1].form else { panic!("{:?}", areas.shapes[1].form) };
    for at in &circle.0[0].exterior().0 {
        let far_m = LonLat::new(at.x, at.y).distance_m(LonLat::new(106.57, 29.55));
        assert!((far_m - 300.0).abs() < 2.0, "{far_m}");
    }
    assert_eq!(shapes.get("watch.evidence").unwrap().shapes.len(), 2);
}
