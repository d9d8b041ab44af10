#![allow(clippy::unwrap_used)]

use super::super::{read_observations, read_options, read_page, read_root};
use super::*;

fn series() -> Entity {
    let place = json!({"type": "Point", "coordinates": [106.6, 29.6]});
    let location = Entity::new(Kind::Location, "L-1")
        .with("name", "l")
        .with("encodingType", "application/geo+json")
        .with("location", place);
    let thing = Entity::new(Kind::Thing, "T-1")
        .with("name", "寸滩")
        .with("description", "d")
        .with_related("Locations", vec![location]);
    Entity::new(Kind::Datastream, "10")
        .with("name", "水位")
        .with("unitOfMeasurement", json!({"name": "metre", "symbol": "m", "definition": "x"}))
        .with_related("Thing", vec![thing])
}

#[test]
fn what_is_written_is_read_again_in_every_version() {
    for version in Version::ALL {
        let service = Service::new("https://a/sta/", version);
        let wanted = read_options("$expand=Thing($expand=Locations)&$count=true&$top=1").unwrap();
        let page = service.page(
            &[series()],
            &service.set_address(Kind::Datastream),
            "$top=1&$count=true",
            &wanted,
            2,
        );
        let text = page.to_string();
        let read = read_page(Kind::Datastream, text.as_bytes()).unwrap();
        assert_eq!((read.count, read.problems.count), (Some(2), 0), "{text}");
        let next = format!("https://a/sta/{}/Datastreams?$top=1&$count=true&$skip=1", version.path());
        assert_eq!(read.next.as_deref(), Some(next.as_str()));
        let row = &read.entities[0];
        assert_eq!((row.id.as_str(), row.name(), row.unit()), ("10", "水位", series().unit()));
        assert_eq!(row.self_link.as_deref(), Some(service.entity_address(Kind::Datastream, "10").as_str()));
        let place = row.related("Thing")[0].related("Locations")[0].position().unwrap();
        assert_eq!(place.at, city::LonLat::new(106.6, 29.6));
        assert!(
            row.related["Observations"].link.as_deref().unwrap().ends_with("/Datastreams(10)/Observations")
        );
        let links = row.related["Thing"].entities[0].related["Datastreams"].link.clone().unwrap();
        assert!(links.ends_with("/Things('T-1')/Datastreams"), "{links}");
    }
}

#[test]
fn only_what_is_selected_is_written() {
    let service = Service::new("https://a", Version::V1_1);
    let written = service.entity(&series(), &read_options("$select=name,id").unwrap());
    assert_eq!(written, json!({"@iot.id": 10, "name": "水位"}));
    let inner = read_options("$select=name&$expand=Thing($select=name)").unwrap();
    assert_eq!(service.entity(&series(), &inner), json!({"name": "水位", "Thing": {"name": "寸滩"}}));
    let thing = Entity::new(Kind::Thing, "1").with_related(
        "Datastreams",
        (0..5).map(|n| Entity::new(Kind::Datastream, n.to_string()).with("n", n)).collect(),
    );
    let wanted = read_options(
        "$select=id&$expand=Datastreams($select=n;$filter=n ge 1;$orderby=n desc;$top=2;$count=true)",
    )
    .unwrap();
    assert_eq!(
        service.entity(&thing, &wanted),
        json!({"@iot.id": 1, "Datastreams": [{"n": 4}, {"n": 3}], "Datastreams@iot.count": 4,
            "Datastreams@iot.nextLink": "https://a/v1.1/Things(1)/Datastreams?$skip=2"})
    );
}

#[test]
fn observations_go_out_and_come_back() {
    let text = r#"[{"@iot.id":1,"phenomenonTime":"2026-11-22T08:00:00Z/2026-11-22T09:00:00Z","resultTime":"2026-11-22T09:00:01Z","result":1.5,
        "resultQuality":{"a":1},"parameters":{"sequence":9,"publisher":"p"},"Datastream":{"@iot.id":"D-1"}},
        {"result":{"b":[true,null]}},{"result":"x"},{"result":null},{"result":false}]"#;
    let rows = read_observations(text.as_bytes(), Some("D-1")).unwrap().rows;
    for version in Version::ALL {
        let service = Service::new("https://a", version);
        let wanted = read_options("$expand=Datastream").unwrap();
        let written: Vec<Value> =
            rows.iter().map(|row| service.entity(&service.observation(row), &wanted)).collect();
        let text = service.page_of(written, "x", "", &wanted, 5).to_string();
        let mut read = read_observations(text.as_bytes(), None).unwrap();
        assert_eq!(read.problems.count, 0, "{text}");
        for row in &mut read.rows {
            row.id = row.id.take().filter(|id| !id.is_empty());
        }
        assert_eq!(read.rows, rows, "{text}");
        assert_eq!(text.contains("\"start\""), version == Version::V2_0);
    }
    let service = Service::new("https://a", Version::V1_1);
    let block =
        service.page_of(vec![service.data_array("D-1", &rows)], "x", "", &Options::default(), 1).to_string();
    let read = read_observations(block.as_bytes(), None).unwrap();
    assert_eq!((read.rows.len(), read.problems.count), (5, 0), "{block}");
    assert!(read.rows.iter().zip(&rows).all(|(one, other)| one.result == other.result
        && one.phenomenon == other.phenomenon
        && one.datastream == other.datastream));
}

#[test]
fn the_root_is_read_again() {
    for version in Version::ALL {
        let class = match version {
            Version::V2_0 => "http://www.opengis.net/spec/sensorthings/2.0/req-class/api/read",
            Version::V1_1 => "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel",
            Version::V1_0 => "http://www.opengis.net/spec/iot_sensing/1.0/req/datamodel",
        };
        let written = Service::new("https://a", version).root(&Kind::ALL, &[class], &["mqtt://a:1883"]);
        let root = read_root(written.to_string().as_bytes()).unwrap();
        assert_eq!((root.version(), root.kinds().count(), root.brokers.len()), (Some(version), 8, 1));
    }
}

#[test]
fn the_last_page_has_no_next_and_a_skip_is_replaced() {
    let service = Service::new("https://a", Version::V1_1);
    let wanted = read_options("$skip=4&$top=1").unwrap();
    let next = service.page(&[series()], "https://a/x", "%24skip=4&$top=1&f=a", &wanted, 9);
    assert_eq!(next["@iot.nextLink"], "https://a/x?$top=1&f=a&$skip=5");
    let last = service.page(&[series()], "https://a/x", "$skip=4", &wanted, 5);
    assert!(last.get("@iot.nextLink").is_none() && last.get("@iot.count").is_none());
    let none = service.page(&[], "https://a/x", "$skip=99", &read_options("$skip=99").unwrap(), 500);
    assert!(none.get("@iot.nextLink").is_none(), "an empty page leads nowhere");
}
