#![allow(clippy::unwrap_used)]

use super::super::Version;
use super::*;

const THINGS: &str = r#"{"@iot.count":2,"@iot.nextLink":"https://a/v1.1/Things?$skip=1","value":[
    {"@iot.id":1,"@iot.selfLink":"https://a/v1.1/Things(1)","name":"Oven","description":"d","properties":{"owner":"x"},
     "Locations":[{"@iot.id":"L'1","name":"l","encodingType":"application/geo+json","location":{"type":"Point","coordinates":[106.5,29.5,250.5]}}],
     "Locations@iot.count":1,"Locations@iot.nextLink":"n","Datastreams@iot.navigationLink":"https://a/v1.1/Things(1)/Datastreams"},
    {"name":"nobody"},7,
    {"@iot.selfLink":"https://a/v1.1/Things('b')","extra":[1]}]}"#;

#[test]
fn pages_hold_entities_what_is_within_them_and_their_links() {
    let page = read_page(Kind::Thing, THINGS.as_bytes()).unwrap();
    assert_eq!((page.entities.len(), page.count, page.problems.count), (2, Some(2), 2));
    let oven = &page.entities[0];
    assert_eq!((oven.id.as_str(), oven.name(), oven.properties().unwrap().len()), ("1", "Oven", 1));
    let place = oven.related("Locations")[0].position().unwrap();
    assert_eq!((place.at, place.above_ellipsoid_m), (LonLat::new(106.5, 29.5), Some(250.5)));
    assert_eq!(
        (oven.related["Locations"].next.as_deref(), oven.related["Locations"].count),
        (Some("n"), Some(1))
    );
    assert!(oven.related["Datastreams"].link.as_deref().unwrap().ends_with("/Datastreams"));
    assert_eq!((page.entities[1].id.as_str(), page.entities[1].fields.len()), ("b", 1));
    assert_eq!(page.next.as_deref(), Some("https://a/v1.1/Things?$skip=1"));
}

#[test]
fn the_newer_version_is_read_with_the_same_words() {
    let text = r#"{"@context":"c","@count":36,"@nextLink":"n","value":[{"@id":"https://a/v2.0/Datastreams(4)","id":4,"name":"t",
        "resultType":{"type":"Quantity","label":"T","definition":"ObservedProperties(1)","uom":{"code":"Cel","label":"degree Celsius","symbol":"°C"}},
        "ObservedProperties":[{"id":1,"name":"T","definition":"http://x"}],"Thing@navigationLink":"Datastreams(4)/Thing"}]}"#;
    let page = read_page(Kind::Datastream, text.as_bytes()).unwrap();
    let series = &page.entities[0];
    assert_eq!((page.count, page.next.as_deref(), series.id.as_str()), (Some(36), Some("n"), "4"));
    let unit = series.unit().unwrap();
    assert_eq!(
        (unit.name.as_str(), unit.symbol.as_str(), unit.definition.as_str()),
        ("degree Celsius", "°C", "Cel")
    );
    assert_eq!(series.related("ObservedProperties")[0].text("definition"), "http://x");
    assert!(Version::V2_0 > Version::V1_1);
}

#[test]
fn one_entity_alone_is_a_page_and_an_error_is_none() {
    let one = read_page(
        Kind::Sensor,
        br#"{"@iot.id":"s","name":"x","encodingType":"application/pdf","metadata":"http://x"}"#,
    )
    .unwrap();
    assert_eq!((one.entities[0].id.as_str(), one.entities[0].position()), ("s", None));
    for bad in ["", "{}", "7", "[", "{\"value\":7}", "{\"code\":404,\"message\":\"x\"}", "<html>", "null"] {
        assert!(read_page(Kind::Thing, bad.as_bytes()).is_err(), "{bad}");
    }
    assert!(read_page(Kind::Thing, b"\xff").is_err());
    assert!(read_page(Kind::Thing, b"{\"value\":[]}").unwrap().entities.is_empty());
}

#[test]
fn what_is_cut_or_garbled_costs_only_itself() {
    for end in 0..THINGS.len() {
        let _ = read_page(Kind::Thing, &THINGS.as_bytes()[..end]);
    }
    let garbled = THINGS.replace(r#"{"name":"nobody"}"#, r#"{"@iot.id":9,"x":NaN}"#);
    let page = read_page(Kind::Thing, garbled.as_bytes()).unwrap();
    assert_eq!((page.entities.len(), page.problems.count), (2, 3));
    assert_eq!(page.next.as_deref(), Some("https://a/v1.1/Things?$skip=1"));
}

#[test]
fn positions_are_taken_from_any_geometry_or_not_at_all() {
    let of = |location: &str, encoding: &str| {
        let text = format!(r#"{{"@iot.id":1,"encodingType":"{encoding}","location":{location}}}"#);
        read_page(Kind::Location, text.as_bytes()).unwrap().entities[0].position().map(|place| place.at)
    };
    let here = Some(LonLat::new(106.5, 29.5));
    for shape in [
        r#"{"type":"Point","coordinates":[106.5,29.5]}"#,
        r#"{"type":"Point","coordinates":["106.5"," 29.5 "]}"#,
        r#"{"type":"Polygon","coordinates":[[[106.5,29.5],[107,29],[107,30],[106.5,29.5]]]}"#,
        r#"{"type":"Feature","geometry":{"type":"LineString","coordinates":[[106.5,29.5],[1,1]]},"properties":{}}"#,
        r#"{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[106.5,29.5]]}]}"#,
    ] {
        for encoding in ["application/geo+json", "application/vnd.geo+json", "application/json", ""] {
            assert_eq!(of(shape, encoding), here, "{shape}");
        }
        assert_eq!(of(shape, "application/x-room"), None);
    }
    for shape in [
        r#"{"type":"Point","coordinates":[0,0]}"#,
        r#"{"type":"Point","coordinates":[0.0,0.0,12]}"#,
        r#"{"type":"Point","coordinates":[29.5,106.5]}"#,
        r#"{"type":"Point","coordinates":[1e300,29.5]}"#,
        r#"{"type":"Point","coordinates":["east","29.5"]}"#,
        r#"{"type":"Point","coordinates":[106.5]}"#,
        r#"{"type":"Point","coordinates":[]}"#,
        r#"{"type":"Feature","geometry":null}"#,
        r#""Room 5""#,
        "null",
    ] {
        assert_eq!(of(shape, "application/geo+json"), None, "{shape}");
    }
    let nested =
        format!(r#"{{"@iot.id":1,"location":{{"coordinates":{}1{}}}}}"#, "[".repeat(100), "]".repeat(100));
    assert!(
        read_page(Kind::Location, nested.as_bytes()).is_ok_and(|page| page.entities[0].position().is_none())
    );
}
