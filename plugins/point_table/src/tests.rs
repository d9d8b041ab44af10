#![allow(clippy::unwrap_used)]

use crate::cells::Told;
use crate::listing::Listing;
use crate::table::table;
use bevy_egui::egui;
use city::{CityTime, LonLat, RiskClass};
use egui_kittest::{Harness, kittest::Queryable};
use layers::points::{Bits, Given, Kind, PointsBuilder, Sort, order};
use shell::{PlaceNames, PointSet, SetOf, Theme, Words};
use std::sync::Arc;

struct Shown {
    set: PointSet,
    listing: Listing,
    selected: Option<usize>,
    pressed: Option<usize>,
}

fn set(count: u32) -> PointSet {
    let mut builder = PointsBuilder::default();
    for n in 0..count {
        let kind = Kind::device(if n.is_multiple_of(2) { RiskClass::Gas } else { RiskClass::Flood });
        let at = LonLat::new(106.0 + f64::from(n % 1_000) * 1e-3, 29.0 + f64::from(n / 1_000) * 1e-4);
        let (id, measured) = (format!("D-{n}"), Some(CityTime(1_800_000_000_000)));
        builder.push(&Given { id: &id, name: "", at, kind, place: None, value: n as f32, measured });
    }
    PointSet::new(SetOf::Laid, "a", "a", Arc::new(builder.finish().0))
}

fn window(count: u32) -> Harness<'static, Shown> {
    let set = set(count);
    let rows = order(&set.points, &Bits::all(set.points.len()), None, Sort::Value, true);
    let mut listing = Listing::default();
    (listing.rows, listing.sort, listing.descending) = (rows, Sort::Value, true);
    let shown = Shown { set, listing, selected: None, pressed: None };
    let (words, theme, names) = (Words::shipped(), Theme::shipped(), PlaceNames::default());
    Harness::builder().with_size([720.0, 400.0]).build_ui_state(
        move |ui, s: &mut Shown| {
            let now = CityTime(1_800_000_010_000);
            let told = Told { set: &s.set, names: &names, words: &words, theme: &theme, now };
            s.pressed = table(ui, &told, &mut s.listing, s.selected, 12).or(s.pressed);
        },
        shown,
    )
}

#[test]
fn a_press_on_a_row_selects_it_and_the_arrow_goes_to_the_next() {
    let mut window = window(1_000);
    window.run();
    window.get_by_label("D-997").click();
    window.run();
    let row = |window: &Harness<Shown>, id: &str| window.state().set.points.row(id);
    assert_eq!(window.state().pressed, row(&window, "D-997"));
    window.state_mut().selected = window.state().pressed;
    window.key_press(egui::Key::ArrowDown);
    window.run();
    assert_eq!(window.state().pressed, row(&window, "D-996"));
}

#[test]
fn a_heading_sorts_and_turns_round() {
    let mut window = window(100);
    window.run();
    let words = Words::shipped();
    window.get_by_label(words.get("pointTable.age")).click();
    window.run();
    assert_eq!((window.state().listing.sort, window.state().listing.descending), (Sort::Measured, false));
    window.get_by_label(words.get("pointTable.age")).click();
    window.run();
    assert!(window.state().listing.descending);
}

#[test]
fn a_million_rows_scroll_to_their_last_and_lay_out_what_is_seen() {
    let mut window = window(1_000_000);
    window.run();
    assert!(window.query_by_label("D-999999").is_some() && window.query_by_label("D-999900").is_none());
    window.state_mut().listing.scroll_to(f64::INFINITY);
    window.run();
    assert!(window.query_by_label("D-0").is_some(), "the last row is there");
    // A wheel turned by a part of a row moves by that part, however long the list is.
    window.state_mut().listing.scroll_to(700_000.25);
    window.run();
    assert!(window.query_by_label("D-299999").is_some());
    assert_eq!(window.state().listing.top, 700_000.25);
}

#[test]
fn what_is_typed_is_found_among_places_and_points_and_what_is_gone_is_found_no_more() {
    use bevy::prelude::*;
    use shell::{Notice, PointSearch, PointSets, Repaint, Selected, StaticCity};
    let mut app = App::new();
    app.add_plugins((TaskPoolPlugin::default(), bevy::time::TimePlugin)).add_message::<Notice>();
    app.init_resource::<PointSearch>().init_resource::<PointSets>().init_resource::<Repaint>();
    let layers = Arc::new(layers::StaticLayers::shipped().unwrap());
    app.insert_resource(PlaceNames::of(&layers)).insert_resource(StaticCity { layers });
    app.insert_resource(Words::shipped()).add_systems(Update, crate::search::search);
    app.world_mut().resource_mut::<PointSets>().put(set(1_000));
    let mut typed = |text: &str| {
        app.world_mut().resource_mut::<PointSearch>().text = text.to_owned();
        for _ in 0..2_000 {
            app.update();
            std::thread::sleep(std::time::Duration::from_millis(1));
            let search = app.world().resource::<PointSearch>();
            if search.share.is_none() && !search.found.is_empty() {
                break;
            }
            if text.is_empty() || search.hits.len() > 1 && text == "yzq" {
                break;
            }
        }
        let search = app.world().resource::<PointSearch>();
        (
            search.count(),
            search.hits.iter().map(|hit| hit.name.clone()).collect::<Vec<_>>(),
            search.hits.first().map(|hit| hit.selects.clone()),
        )
    };
    let (count, names, first) = typed("yzq");
    assert!(names.contains(&"渝中区".to_owned()) && count == 0, "{names:?}");
    assert!(matches!(first, Some(Selected::District(_))));
    let (count, names, first) = typed("d-77");
    assert_eq!((count, names.len()), (11, 6), "D-77 and D-770 to D-779; six are named");
    assert!(matches!(first, Some(Selected::Point(_))));
    assert_eq!(typed("").0, 0);
}
