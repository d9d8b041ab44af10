#![allow(clippy::unwrap_used)]

use super::super::*;
use super::*;

/// In the shape of pygeoapi.
const PYGEOAPI: &str = include_str!("../../../tests/ogc_features/pygeoapi-items.json");
/// In the shape of ldproxy.
const LDPROXY: &str = include_str!("../../../tests/ogc_features/ldproxy-items.json");
/// In the shape of GeoServer, with the old member `crs`.
const GEOSERVER: &str = include_str!("../../../tests/ogc_features/geoserver-items.json");
/// In the shape of QGIS.
const QGIS: &str = include_str!("../../../tests/ogc_features/qgis-items.json");
/// In the shape of deegree.
const DEEGREE: &str = include_str!("../../../tests/ogc_features/deegree-items.json");

#[test]
fn pages_of_five_servers_are_read() {
    for (name, text, features, matched, next) in [
        ("pygeoapi", PYGEOAPI, 2, Some(5), Some("https://a.example/collections/obs/items?offset=2&limit=2")),
        (
            "ldproxy",
            LDPROXY,
            1,
            Some(1204),
            Some("https://a.example/vineyards/collections/vineyards/items?f=json&limit=1&offset=1"),
        ),
        (
            "GeoServer",
            GEOSERVER,
            1,
            Some(49),
            Some(
                "http://a.example/geoserver/ogc/features/v1/collections/topp%3Astates/items?startIndex=1&limit=1",
            ),
        ),
        (
            "QGIS",
            QGIS,
            1,
            Some(17),
            Some("http://a.example/wfs3/collections/points/items.json?offset=1&limit=1"),
        ),
        ("deegree", DEEGREE, 1, Some(3), None),
    ] {
        let page = read_items(text.as_bytes(), None).unwrap();
        assert_eq!(
            (page.features.len(), page.number_matched, page.next()),
            (features, matched, next),
            "{name}"
        );
        assert_eq!(page.problems.count, 0, "{name}: {:?}", page.problems);
        assert!(page.crs.is_lon_lat() && page.features.iter().all(|feature| feature.id.is_some()), "{name}");
        for end in 0..text.len() {
            let _ = read_items(text.as_bytes().get(..end).unwrap(), None);
        }
    }
}

#[test]
fn every_geometry_is_read_as_it_stands() {
    let of = |geometry: &str, crs: Option<&str>| {
        let text = format!(r#"{{"features":[{{"id":1,"geometry":{geometry},"properties":null}}]}}"#);
        read_items(text.as_bytes(), crs)
    };
    for (text, positions) in [
        (r#"{"type":"Point","coordinates":[1,2,3]}"#, 1),
        (r#"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#, 2),
        (r#"{"type":"LineString","coordinates":[[1,2],[3,4,5,6]]}"#, 2),
        (r#"{"coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]],"type":"MultiLineString"}"#, 4),
        (r#"{"type":"Polygon","coordinates":[[[1,2],[3,4],[5,6],[1,2]]]}"#, 4),
        (r#"{"type":"MultiPolygon","coordinates":[[[[1,2],[3,4],[5,6],[1,2]]]]}"#, 4),
        (
            r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"Point","coordinates":[]}]}"#,
            1,
        ),
    ] {
        let page = of(text, None).unwrap();
        let geometry = page.features[0].geometry.as_ref().unwrap();
        let mut count = 0;
        geometry.each(&mut |_| count += 1);
        assert_eq!(
            (count, geometry.first().map(|it| (it.first, it.second))),
            (positions, Some((1.0, 2.0))),
            "{text}"
        );
    }
    for none in [
        "null",
        r#"{"type":"Point","coordinates":[]}"#,
        r#"{"type":"Polygon","coordinates":[]}"#,
        r#"{"type":"GeometryCollection","geometries":[]}"#,
    ] {
        assert_eq!(of(none, None).unwrap().features[0].geometry, None, "{none}");
    }
    let deep =
        format!("{}null{}", r#"{"type":"GeometryCollection","geometries":["#.repeat(20), "]}".repeat(20));
    for bad in [
        r#"{"type":"Point","coordinates":[1]}"#,
        r#"{"type":"Point","coordinates":["1","2"]}"#,
        r#"{"type":"Point","coordinates":[1e999,2]}"#,
        r#"{"type":"Point","coordinates":[181,2]}"#,
        r#"{"type":"Point"}"#,
        r#"{"type":"Circle","coordinates":[1,2]}"#,
        r#"{"type":"LineString","coordinates":[1,2]}"#,
        "7",
        &deep,
    ] {
        let page = of(bad, None).unwrap();
        assert_eq!((page.features.len(), page.problems.count), (0, 1), "{bad}");
    }
    let north = of(
        r#"{"type":"Point","coordinates":[29.5,106.5]}"#,
        Some("<http://www.opengis.net/def/crs/EPSG/0/4490>"),
    )
    .unwrap();
    assert_eq!(
        (north.features.len(), north.crs.axes),
        (1, AxisOrder::NorthFirst),
        "what is not CRS84 stays as it came"
    );
}

#[test]
fn one_bad_feature_costs_only_itself_even_where_it_is_no_json() {
    let good = r#"{"type":"Feature","id":"a","geometry":null,"properties":{"x":1}}"#;
    for bad in ["7", "NaN", r#"{"geometry":{"type":"Point","coordinates":[NaN,1]}}"#, r#"{"properties":7}"#] {
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{good},{bad},{good}],"links":[{{"rel":"next","href":"/b"}}]}}"#
        );
        let page = read_items(text.as_bytes(), None).unwrap();
        assert_eq!((page.features.len(), page.next()), (2, Some("/b")), "{bad}");
        assert!(page.problems.count >= 1);
    }
    let short = format!(
        r#"{{"features":[{good}],"numberReturned":5,"numberMatched":"unknown","links":[{{"rel":"x"}},7]}}"#
    );
    let page = read_items(short.as_bytes(), None).unwrap();
    assert_eq!((page.number_matched, page.problems.count), (None, 3));
}

#[test]
fn what_is_no_page_is_told_apart() {
    let refused =
        read_items(br#"{"code":"NotFound","description":"Collection not found"}"#, None).unwrap_err();
    assert!(refused.to_string().contains("NotFound: Collection not found"), "{refused}");
    let html = read_items(b"<!doctype html><html><title>Log in</title>", None).unwrap_err();
    assert!(matches!(&html, FeaturesError::NoJson { format: "HTML", title } if title == "Log in"), "{html}");
    for bad in ["", "{}", "[]", "null", "{\"features\":7}", "山", "<xml/>"] {
        assert!(read_items(bad.as_bytes(), None).is_err(), "{bad}");
    }
    assert!(read_items(b"\xff", None).is_err());
    let (feature, crs) = read_feature(
        br#"{"type":"Feature","id":5,"geometry":{"type":"Point","coordinates":[1,2]},"properties":{}}"#,
        None,
    )
    .unwrap();
    assert_eq!((feature.id.as_deref(), crs.is_lon_lat()), (Some("5"), true));
    assert!(
        read_feature(b"{}", None).is_err()
            && read_feature(br#"{"type":"Feature","geometry":7}"#, None).is_err()
    );
}

#[test]
fn landing_pages_conformance_and_collections_are_read() {
    let landing = include_str!("../../../tests/ogc_features/ldproxy-landing.json");
    let read = read_landing(landing.as_bytes()).unwrap();
    assert_eq!(read.data(), Some("https://a.example/vineyards/collections?f=json"));
    assert_eq!(read.conformance(), Some("https://a.example/vineyards/conformance?f=json"));
    assert_eq!(read.api(), Some("https://a.example/vineyards/api?f=json"));
    let conformance = read_conformance(br#"{"conformsTo":["http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core","http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson","http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",7]}"#).unwrap();
    assert!(conformance.core() && conformance.geojson() && conformance.crs() && !conformance.filter());
    let collections = include_str!("../../../tests/ogc_features/deegree-collections.json");
    let read = read_collections(collections.as_bytes()).unwrap();
    assert_eq!((read.collections.len(), read.problems.count), (2, 2), "{:?}", read.problems);
    let first = &read.collections[0];
    assert_eq!((first.id.as_str(), first.title.as_str(), first.has_features()), ("staedte", "Städte", true));
    assert_eq!(first.extent.bbox_deg, Some([8.4, 53.3, 10.4, 54.0]));
    assert_eq!(first.extent.interval, Some((Some("2020-01-01T00:00:00Z".into()), None)));
    assert_eq!(first.items(), Some("https://a.example/datasets/orte/collections/staedte/items"));
    let codes: Vec<_> = first.crs.iter().map(|crs| crs.epsg_code()).collect();
    assert_eq!(codes, [None, Some(25832), Some(4326)]);
    assert_eq!(first.storage_crs.as_ref().and_then(CrsUri::epsg_code), Some(25832));
    assert_eq!((read.collections[1].crs[0].is_crs84(), read.collections[1].extent.bbox_deg), (true, None));
    for text in [landing, collections] {
        for end in 0..text.trim_end().len() {
            let part = text.as_bytes().get(..end).unwrap();
            assert!(
                read_landing(part).is_err()
                    && read_collections(part).is_err()
                    && read_conformance(part).is_err()
            );
        }
    }
    assert!(read_collection(br#"{"id":"x","links":[]}"#).unwrap().0.has_features());
    assert!(read_collection(b"{}").is_err());
}
