//! Clicks become places and closures, these become answers, and answers become shapes.

use super::scene::{FAR, Scene, place};
use crate::{Answer, Inquiry, Tool};
use bevy::prelude::*;
use overlays::shapes::{Form, Lie};
use roads::{Mode, RoadError, Route};
use shell::{MapCamera, MapTool, OnScreenLayers, Projector, Theme};

fn middle(a: city::LonLat, b: city::LonLat) -> city::LonLat {
    city::LonLat::new((a.lon + b.lon) / 2.0, (a.lat + b.lat) / 2.0)
}

/// A scene in which a route along the south was asked for `mode`.
fn asked(mode: Mode) -> Scene {
    let mut scene = Scene::new();
    scene.inquire(|inquiry| {
        inquiry.mode = mode;
        inquiry.press(Tool::Route);
    });
    scene.click(place(0, 0));
    scene.click(place(2, 0));
    scene.settle();
    scene
}

fn route(scene: &Scene) -> &Route {
    let Some(Ok(Answer::Route(told))) = scene.get::<Inquiry>().answer() else {
        panic!("{:?}", scene.get::<Inquiry>())
    };
    &told.route
}

fn names(scene: &Scene) -> Vec<&str> {
    route(scene).steps.iter().map(|step| step.name.as_str()).collect()
}

#[test]
fn two_clicks_are_a_route_laid_along_the_ground_and_over_the_bridge() {
    let scene = asked(Mode::Car);
    assert_eq!(names(&scene), ["南路"]);
    assert_eq!(*scene.get::<MapTool>(), MapTool::Ways);
    let shapes = scene.shapes("ways.answer");
    let lies: Vec<&Lie> = shapes
        .iter()
        .filter_map(|shape| if let Form::Line { lie, .. } = &shape.form { Some(lie) } else { None })
        .collect();
    assert!(matches!(lies[..], [Lie::AboveGround(_), Lie::Heights(_)]), "{lies:?}");
    let stroke = shapes[0].style.stroke.unwrap();
    assert!(stroke.arrows && stroke.casing.is_some());
    let ends = |shape: &overlays::shapes::Shape| match &shape.form {
        Form::Line { path, .. } => (path[0], path[path.len() - 1]),
        _ => panic!(),
    };
    assert!(ends(&shapes[0]).0.distance_m(place(0, 0)) < 1.0);
    assert_eq!(ends(&shapes[0]).1, ends(&shapes[1]).0);
    assert!(ends(&shapes[1]).1.distance_m(place(2, 0)) < 1.0);
    assert_eq!(scene.shapes("ways.places").len(), 2);
}

#[test]
fn another_profile_asks_again_and_a_click_begins_another_route() {
    let mut scene = asked(Mode::Car);
    scene.inquire(|inquiry| inquiry.mode = Mode::FireEngine);
    scene.settle();
    assert_eq!(names(&scene), ["西街", "北路", "东街"], "the bridge is too low for a fire engine");
    scene.click(place(0, 2));
    assert!(scene.get::<Inquiry>().answer().is_none() && scene.get::<Inquiry>().places.len() == 1);
    assert!(scene.shapes("ways.answer").is_empty());
}

#[test]
fn a_closed_road_is_gone_round_until_a_click_opens_it() {
    let mut scene = asked(Mode::Car);
    scene.inquire(|inquiry| inquiry.press(Tool::Close));
    let there = middle(place(0, 0), place(1, 0));
    scene.click(there);
    scene.settle();
    assert_eq!(scene.get::<Inquiry>().closures.len(), 1);
    assert_eq!(names(&scene), ["西街", "北路", "东街"]);
    let closed = scene.shapes("ways.closed");
    assert!(closed.len() == 1 && closed[0].style.stroke.unwrap().dash_pt.is_some());
    assert_eq!(closed[0].style.stroke.unwrap().colour.0, Theme::shipped().ways.closed.0);
    scene.click(there);
    scene.settle();
    assert!(scene.get::<Inquiry>().closures.is_empty() && scene.shapes("ways.closed").is_empty());
    assert_eq!(names(&scene), ["南路"]);
}

#[test]
fn a_click_far_from_any_road_closes_nothing_and_says_so() {
    let mut scene = asked(Mode::Car);
    scene.inquire(|inquiry| inquiry.press(Tool::Close));
    scene.click(middle(place(0, 0), place(1, 1)));
    scene.settle();
    assert!(scene.get::<Inquiry>().closures.is_empty());
    assert_eq!(scene.get::<Messages<shell::Notice>>().len(), 1);
}

#[test]
fn a_deck_is_met_where_it_is_seen() {
    let mut scene = asked(Mode::Car);
    let Form::Line { path, lie: Lie::Heights(heights) } = &scene.shapes("ways.answer")[1].form else {
        panic!()
    };
    let middle = path.len() / 2;
    let seen = scene.get::<Projector>().project(path[middle], heights[middle]).unwrap().at;
    scene.inquire(|inquiry| inquiry.press(Tool::Close));
    scene.click_seen(seen, path[middle]);
    scene.settle();
    assert_eq!(names(&scene), ["西街", "北路", "东街"]);
}

#[test]
fn the_reason_is_kept_when_there_is_no_way() {
    let mut scene = asked(Mode::FireEngine);
    scene.inquire(|inquiry| inquiry.press(Tool::Close));
    scene.click(middle(place(0, 2), place(1, 2)));
    scene.settle();
    let answer = scene.get::<Inquiry>().answer();
    assert!(matches!(answer, Some(Err(RoadError::Closed { at: None, .. }))), "{answer:?}");
    scene.inquire(|inquiry| {
        inquiry.closures.clear();
        inquiry.press(Tool::Route);
    });
    scene.click(place(0, 0));
    scene.click(place(FAR, 1));
    scene.settle();
    let answer = scene.get::<Inquiry>().answer();
    assert!(matches!(answer, Some(Err(RoadError::TooBig { .. }))), "{answer:?}");
    scene.inquire(|inquiry| inquiry.mode = Mode::Car);
    scene.settle();
    assert_eq!(names(&scene), ["南路", "远街"]);
}

#[test]
fn on_foot_stairs_are_counted() {
    let mut scene = Scene::new();
    scene.inquire(|inquiry| {
        inquiry.mode = Mode::Foot;
        inquiry.press(Tool::Route);
    });
    scene.click(place(0, 1));
    scene.click(place(2, 1));
    scene.settle();
    let Some(Ok(Answer::Route(told))) = scene.get::<Inquiry>().answer() else { panic!() };
    assert_eq!((told.stairs, told.lifts), (1, 0));
    assert!(told.steps >= 60);
    scene.inquire(|inquiry| inquiry.mode = Mode::Wheelchair);
    scene.settle();
    if let Some(Ok(Answer::Route(told))) = scene.get::<Inquiry>().answer() {
        assert_eq!(told.stairs, 0);
    }
}

#[test]
fn one_click_is_a_reach_from_far_to_near_with_minutes_written() {
    let mut scene = Scene::new();
    scene.inquire(|inquiry| inquiry.press(Tool::Reach));
    scene.click(place(0, 0));
    scene.settle();
    let shapes = scene.shapes("ways.answer");
    let areas: Vec<_> = shapes.iter().filter(|shape| matches!(shape.form, Form::Area(_))).collect();
    assert_eq!(areas.len(), 4);
    let reach = Theme::shipped().ways.reach;
    assert_eq!(areas[3].style.fill.unwrap().0, reach[0].0, "the nearest lies on top");
    let names: Vec<&str> = shapes.iter().filter_map(|shape| shape.name.as_deref()).collect();
    assert_eq!(names, ["30 分钟", "15 分钟", "10 分钟", "5 分钟"]);
}

#[test]
fn escape_lays_the_tool_down_and_another_tool_takes_the_map() {
    let mut scene = asked(Mode::Car);
    scene.press(KeyCode::Escape);
    scene.app.update();
    assert_eq!((scene.get::<Inquiry>().tool, *scene.get::<MapTool>()), (None, MapTool::Select));
    assert!(scene.get::<Inquiry>().answer().is_some(), "the answer stays until it is cleared");
    scene.inquire(|inquiry| inquiry.press(Tool::Reach));
    scene.app.insert_resource(MapTool::Ask);
    scene.app.update();
    scene.app.update();
    assert_eq!((scene.get::<Inquiry>().tool, *scene.get::<MapTool>()), (None, MapTool::Ask));
}

#[test]
fn another_network_forgets_what_was_asked_of_the_old_one() {
    let mut scene = asked(Mode::Car);
    scene.inquire(|inquiry| inquiry.closures.push(vec![0]));
    scene.settle();
    scene.app.insert_resource(shell::GivenRoads::default());
    scene.app.update();
    assert!(scene.get::<Inquiry>().closures.is_empty() && scene.get::<Inquiry>().answer().is_none());
    scene.click(place(0, 0));
    scene.click(city::LonLat::new(106.50, 29.60));
    scene.settle();
    assert!(scene.get::<Inquiry>().network.is_some_and(|network| !network.1));
    assert!(route(&scene).length_m > 5_000.0, "the schematic network answers");
}

#[test]
fn the_imported_network_is_laid_near_the_eye_and_lifted_from_afar() {
    let mut scene = Scene::new();
    scene.settle();
    let shapes = scene.shapes("roads.imported");
    assert_eq!(shapes.len(), 10);
    let ways = Theme::shipped().ways;
    let dashed = shapes.iter().filter_map(|shape| shape.style.stroke).filter(|s| s.colour.0 == ways.steps.0);
    assert!(dashed.clone().count() == 1 && dashed.into_iter().all(|stroke| stroke.dash_pt.is_some()));
    let on_deck = |shape: &&overlays::shapes::Shape| {
        matches!(shape.form, Form::Line { lie: Lie::Heights(_), .. })
            && shape.style.stroke.unwrap().casing.is_some()
    };
    assert_eq!(shapes.iter().filter(on_deck).count(), 2);
    scene.app.world_mut().resource_mut::<OnScreenLayers>().switch("roads.imported", false);
    scene.settle();
    assert!(scene.shapes("roads.imported").is_empty());
    scene.app.world_mut().resource_mut::<OnScreenLayers>().switch("roads.imported", true);
    scene.settle();
    assert!(!scene.shapes("roads.imported").is_empty());
    scene.app.world_mut().resource_mut::<MapCamera>().distance_m = 20_000.0;
    scene.settle();
    assert!(scene.shapes("roads.imported").is_empty());
}
