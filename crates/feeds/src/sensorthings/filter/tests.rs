#![allow(clippy::unwrap_used)]

use super::super::{Entity, Kind};
use super::*;
use serde_json::json;

fn entity() -> Entity {
    let place = json!({"type": "Point", "coordinates": [106.577, 29.557]});
    let location = Entity::new(Kind::Location, "1").with("location", place);
    let thing = Entity::new(Kind::Thing, "T-1")
        .with("name", "寸滩 station")
        .with_related("Locations", vec![location]);
    Entity::new(Kind::Observation, "12")
        .with("result", 5.5)
        .with("name", "It's HOT")
        .with("phenomenonTime", "2026-11-22T08:00:00Z/2026-11-22T09:00:00Z")
        .with("resultTime", json!(null))
        .with(
            "properties",
            json!({"a-b": 3, "on": true, "since": "2026-01-01T00:00:00Z", "deep": {"er": "x"}}),
        )
        .with_related(
            "Datastream",
            vec![Entity::new(Kind::Datastream, "d").with_related("Thing", vec![thing])],
        )
}

#[test]
fn filters_hold_as_the_standard_says() {
    let entity = entity();
    for (text, expected) in [
        ("result gt 5", true),
        ("result le 5.5 and result ge 5.5 and result eq 5.5", true),
        ("result ne 5.5 or result lt -1e3", false),
        ("not (result gt 6)", true),
        ("not properties/on", false),
        ("properties/on", true),
        ("properties/on eq true and properties/a-b eq 3", true),
        ("properties/deep/er eq 'x'", true),
        ("properties/none eq null", true),
        ("properties/none ne null or properties/none gt 1", false),
        ("result eq 'x'", false),
        ("result ne 'x'", true),
        ("name eq 'It''s HOT'", true),
        (
            "substringof('HOT',name) and contains(name,'s H') and startswith(name,'It') and endswith(name,'HOT')",
            true,
        ),
        ("tolower(name) eq 'it''s hot' and toupper(name) ne name and length(trim(name)) eq 8", true),
        ("startswith(name,'it') eq false", true),
        ("id eq 12 and @iot.id ge 12", true),
        ("Datastream/Thing/name eq '寸滩 station'", true),
        ("Datastream/id eq 'd' and Datastream/Thing/id eq 'T-1'", true),
        ("phenomenonTime gt 2026-11-22T07:59:59Z", true),
        ("phenomenonTime gt 2026-11-22T08:00:00Z", false),
        ("phenomenonTime ge 2026-11-22T08:00:00Z", true),
        ("phenomenonTime lt 2026-11-22T09:00:00Z", true),
        ("phenomenonTime lt 2026-11-22T08:30:00Z", false),
        ("phenomenonTime eq 2026-11-22T16:00:00+08:00/2026-11-22T17:00:00 08:00", true),
        ("phenomenonTime/start eq 2026-11-22T08:00:00Z and phenomenonTime/end eq 2026-11-22T09:00:00Z", true),
        ("resultTime eq null", true),
        ("properties/since lt 2026-11-22T16:00:00 08:00", true),
        ("2026-11-22T16:00:00Z gt properties/since", true),
        ("geo.distance(Datastream/Thing/Locations/location,geography'POINT (106.588 29.566)') lt 1500", true),
        (
            "geo.distance(Datastream/Thing/Locations/location,geography'SRID=4326;POINT(106.588 29.566)') lt 1400",
            false,
        ),
        (
            "st_within(Datastream/Thing/Locations/location,geography'POLYGON ((106 29,107 29,107 30,106 30,106 29))')",
            true,
        ),
        (
            "st_within(Datastream/Thing/Locations/location,geography'POLYGON((106 29,107 29,107 30,106 30,106 29),(106.5 29.5,106.6 29.5,106.6 29.6,106.5 29.6,106.5 29.5))')",
            false,
        ),
        ("geo.intersects(Datastream/Thing/Locations/location,geography'POINT(1 1)')", false),
        ("false or true and false", false),
        ("(false or true) and not false", true),
        ("length(result) gt 0", false),
        ("nothing", false),
    ] {
        let filter = read_filter(text).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!(filter.holds(&entity), expected, "{text}");
    }
}

#[test]
fn an_error_names_the_place_and_what_to_do() {
    for (text, at, why) in [
        ("", 1, "missing at the end"),
        ("result gt", 10, "missing at the end"),
        ("result gt 5 and", 16, "missing at the end"),
        ("寸滩 = 5", 4, "does not belong"),
        ("result gt 5)", 12, "does not belong"),
        ("(result gt 5", 13, "`)` is missing"),
        ("name eq 'abc", 9, "quote is not closed"),
        ("foo(name) eq 1", 1, "no function that is known here; these are: substringof"),
        ("contains(name) ", 1, "takes 2 arguments and has 1"),
        ("result add 2 gt 5", 8, "arithmetic is not supported"),
        ("5 and true", 1, "no condition"),
        ("tolower(name)", 1, "no condition"),
        ("result eq 2026-11-22", 11, "no time"),
        ("t gt 2026-11-22T08:00:00", 6, "no time"),
        ("t gt 2026-13-22T08:00:00Z", 6, "no time"),
        ("t gt datetime'2026-11-22T08:00:00Z'", 6, "bare"),
        ("x eq 5x", 6, "no number"),
        ("x eq 1e999", 6, "no number"),
        ("x eq -", 6, "no number"),
        ("and true", 1, "something is missing before `and`"),
        ("a//b eq 1", 3, "name is missing"),
        ("st_within(l,geography'CIRCLE(1 2)')", 13, "only POINT and POLYGON"),
        ("st_within(l,geography'POLYGON((1 2,3 4,1 2))')", 13, "four places"),
        ("st_within(l,geography'POINT(200 4)')", 13, "longitude"),
        ("st_within(l,geography'SRID=3857;POINT(2 4)')", 13, "4326"),
        ("x eq #", 6, "cannot stand here"),
    ] {
        let error = read_filter(text).unwrap_err();
        assert!(error.at == at && error.why.contains(why), "{text}: {error}");
    }
}

#[test]
fn depth_and_length_are_bounded() {
    for deep in ["(".repeat(5_000), "not ".repeat(3_000), "tolower(".repeat(1_500)] {
        assert!(read_filter(&deep).unwrap_err().why.contains("deep"));
    }
    assert!(read_filter(&"a/".repeat(100)).unwrap_err().why.contains("names"));
    assert!(read_filter(&"a".repeat(100_000)).unwrap_err().why.contains("longer"));
    let wide = vec!["a eq 1"; 1_500].join(" or ");
    assert!(!read_filter(&wide).unwrap().holds(&entity()));
    let garbage = "result gt 5 and geo.distance(a,geography'POINT (1 2)') lt 3 or '山''' ne \u{0}";
    for (end, _) in garbage.char_indices() {
        let _ = read_filter(&garbage[..end]);
        let _ = read_filter(&garbage[end..]);
    }
}

#[test]
fn order_puts_nothing_first() {
    let values = [Value::Nothing, Value::Number(-1.0), Value::Number(2.0), Value::Text("a".into())];
    for (at, one) in values.iter().enumerate() {
        for (other_at, other) in values.iter().enumerate() {
            assert_eq!(compare(one, other), at.cmp(&other_at));
        }
    }
}
