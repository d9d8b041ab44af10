#![allow(clippy::unwrap_used)]

use super::super::read_page;
use super::*;
use city::LonLat;

fn taken(catalogue: &mut Catalogue, kind: Kind, text: &str) {
    catalogue.take(read_page(kind, text.as_bytes()).unwrap().entities);
}

#[test]
fn an_expanded_page_of_series_is_a_catalogue() {
    // Shaped as FROST-Server answers `Query::catalogue`.
    let text = r#"{"value":[{"@iot.id":10,"@iot.selfLink":"https://a/v1.1/Datastreams(10)","name":"水位","properties":{"k":1},
        "unitOfMeasurement":{"name":"metre","symbol":"m","definition":"http://unit/m"},"phenomenonTime":"2026-11-01T00:00:00Z/2026-11-22T08:00:00Z",
        "observedArea":{"type":"Point","coordinates":[1,2]},"Observations@iot.navigationLink":"https://a/v1.1/Datastreams(10)/Observations",
        "ObservedProperty":{"@iot.id":3,"name":"Water level","definition":"http://def/level"},
        "Thing":{"@iot.id":"T1","name":"寸滩","properties":{"p":2},"Locations":[
            {"@iot.id":1,"encodingType":"text/plain","location":"Room 1"},
            {"@iot.id":2,"encodingType":"application/geo+json","location":{"type":"Point","coordinates":[106.6,29.6]}}]}},
        {"@iot.id":11,"name":"alone","observedArea":{"type":"Polygon","coordinates":[[[106.1,29.1],[106.2,29.1],[106.2,29.2],[106.1,29.1]]]}}]}"#;
    let mut catalogue = Catalogue::default();
    taken(&mut catalogue, Kind::Datastream, text);
    let row = catalogue.row("10").unwrap();
    assert_eq!(
        (row.name.as_str(), row.unit.symbol.as_str(), row.property.as_str()),
        ("水位", "m", "Water level")
    );
    assert_eq!((row.property_definition.as_str(), row.thing_name.as_str()), ("http://def/level", "寸滩"));
    let (position, source) = row.position.unwrap();
    assert_eq!((position.at, source), (LonLat::new(106.6, 29.6), PositionSource::Location));
    assert_eq!((row.properties.len(), row.thing_properties.len()), (1, 1));
    assert_eq!(row.observations.as_deref(), Some("https://a/v1.1/Datastreams(10)/Observations"));
    assert!(row.observed.is_some());
    let alone = catalogue.row("11").unwrap();
    let (position, source) = alone.position.unwrap();
    assert_eq!((position.at, source), (LonLat::new(106.1, 29.1), PositionSource::ObservedArea));
    assert_eq!((catalogue.len(), catalogue.rows().count()), (2, 2));
}

#[test]
fn pages_of_other_sets_complete_it_in_any_order() {
    let mut catalogue = Catalogue::default();
    taken(
        &mut catalogue,
        Kind::Location,
        r#"{"value":[{"@iot.id":5,"location":{"type":"Point","coordinates":[106.6,29.6]},"Things":[{"@iot.id":1}]}]}"#,
    );
    taken(
        &mut catalogue,
        Kind::ObservedProperty,
        r#"{"value":[{"@iot.id":3,"name":"Level","definition":"d","Datastreams":[{"@iot.id":10}]}]}"#,
    );
    taken(
        &mut catalogue,
        Kind::Thing,
        r#"{"value":[{"@iot.id":1,"name":"T","Datastreams":[{"@iot.id":10,"name":"s"}]}]}"#,
    );
    let row = catalogue.row("10").unwrap();
    assert_eq!(
        (row.thing.as_str(), row.thing_name.as_str(), row.property.as_str(), row.name.as_str()),
        ("1", "T", "Level", "s")
    );
    assert_eq!(row.position.unwrap().1, PositionSource::Location);
    taken(&mut catalogue, Kind::Thing, r#"{"value":[{"@iot.id":1,"Datastreams":[{"@iot.id":10}]}]}"#);
    assert_eq!(catalogue.row("10").unwrap().name, "s");
    assert_eq!(catalogue.row("10").unwrap().thing_name, "T", "a poorer page takes nothing away");
    taken(
        &mut catalogue,
        Kind::Datastream,
        r#"{"value":[{"@iot.id":12,"Observations":[{"@iot.id":1,"FeatureOfInterest":{"@iot.id":1,"feature":{"type":"Point","coordinates":[106.7,29.7]}}}]}]}"#,
    );
    assert_eq!(catalogue.row("12").unwrap().position.unwrap().1, PositionSource::Feature);
    assert_eq!(catalogue.row("x"), None);
}
