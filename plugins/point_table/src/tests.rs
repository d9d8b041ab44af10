#![allow(clippy::unwrap_used)]

use crate::cells::Told;
use crate::listing::Listing;
use crate::table::table;
use bevy_egui::egui;
use city::{CityTime, LonLat, RiskClass, RiskGrade};
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
        let mut kind = Kind::device(if n.is_multiple_of(2) { RiskClass::Gas } else { RiskClass::Flood });
        kind.grade = (n % 5 == 0).then_some(RiskGrade::Major);
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
