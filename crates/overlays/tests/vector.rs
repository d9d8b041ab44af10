//! Files of features: what is right is read, what is wrong is told, and nothing stops the program.
#![allow(clippy::unwrap_used)]

use geo::{BoundingRect, Geometry};
use overlays::vector::{Feature, Value, VectorError, read};
use overlays::{Problem, Problems};
use std::path::{Path, PathBuf};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn read_text(text: &[u8]) -> Result<(Vec<Feature>, Problems), VectorError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("given.geojson");
    std::fs::write(&file, text).unwrap();
    read(&file, None)
}

/// Reads a text: how many features come out, and what is said of the others.
#[track_caller]
fn check(text: &str, features: usize, told: &[&str]) -> Vec<Feature> {
    let (read, problems) = read_text(text.as_bytes()).unwrap();
    let list = problems.list();
    assert_eq!((read.len(), list.len()), (features, told.len()), "{problems}");
    for (problem, told) in list.iter().zip(told) {
        let Problem { what, sample, .. } = problem;
        assert!(what.contains(told) || sample.contains(told), "{problem:?} does not tell of {told}");
    }
    read
}

const PLACE: &str = r#"{"type":"Feature","properties":{"a":"x","b":2,"c":true,"d":null,"e":[1]},
    "geometry":{"type":"Point","coordinates":[106.5,29.5,300]}}"#;

fn collection(features: &[&str]) -> String {
    format!(
        r#"{{"name":"x","type":"FeatureCollection","crs":{{"a":[1]}},"features":[{}]}}"#,
        features.join(",")
    )
}

#[test]
fn every_form_of_geojson_is_read() {
    let all = check(&collection(&[PLACE, PLACE]), 2, &[]);
    let said = &all[1].properties;
    assert_eq!(said.get("a"), Some(&Value::Text("x".to_owned())));
    assert_eq!((said.number("b"), said.get("c")), (Some(2.0), Some(&Value::Bool(true))));
    assert!(said.get("d").is_none() && said.get("e").is_none() && all[1].number == 2);
    assert_eq!(all[0].heights_m, Some(vec![300.0]));
    check(PLACE, 1, &[]);
    check(r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#, 1, &[]);
    check(r#"{"coordinates":[[[0,0],[1,0],[1,1],[0,0]]],"type":"Polygon"}"#, 1, &[]);
    check(&PLACE.replace('\n', " "), 1, &[]);
    let one = PLACE.replace('\n', " ");
    check(&format!("\u{feff}{one}\r\n\n{one}\n{one}"), 3, &[]);
    check(&format!("\u{1e}{PLACE}\n\u{1e}{PLACE}\n"), 2, &[]);
    let parts = r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},
        {"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]},
        {"type":"MultiLineString","coordinates":[[[0,0],[1,1]]]},{"type":"MultiPoint","coordinates":[[0,0]]}]}"#;
    let parts = check(parts, 1, &[]);
    assert!(matches!(&parts[0].geometry, Geometry::GeometryCollection(parts) if parts.0.len() == 4));
    check(&collection(&[]), 0, &[]);
}

#[test]
fn one_bad_feature_costs_itself_alone() {
    let geometry =
        |geometry: &str| format!(r#"{{"type":"Feature","properties":{{}},"geometry":{geometry}}}"#);
    for (geometry_given, told) in [
        ("null", "without a geometry"),
        (r#"{"type":"Point","coordinates":[654000,3270000]}"#, "feature 2: 654000, 3270000 is no place"),
        (r#"{"type":"Point","coordinates":[106.5]}"#, "no place"),
        (r#"{"type":"Point","coordinates":["a","b"]}"#, "no place"),
        (r#"{"type":"Point"}"#, "no place"),
        (r#"{"type":"LineString","coordinates":[[1,2]]}"#, "a line of 1 places"),
        (r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}"#, "a ring of 3 places"),
        (r#"{"type":"Polygon","coordinates":[]}"#, "without a ring"),
        (r#"{"type":"Circle","coordinates":[]}"#, "`Circle`"),
        ("7", "no type"),
    ] {
        check(&collection(&[PLACE, &geometry(geometry_given), PLACE]), 2, &[told]);
    }
    check(&collection(&[PLACE, "7", PLACE]), 2, &["feature 2"]);
    let one = PLACE.replace('\n', " ");
    check(&format!("{one}\n{{\"type\":\n{one}\n"), 2, &["no JSON"]);
    let cut = collection(&[PLACE, PLACE, PLACE]);
    check(&cut[..cut.len() - 40], 2, &["breaks off"]);
}

#[test]
fn what_is_no_such_file_is_one_clear_error() {
    for (text, says) in [
        (&b""[..], "it is empty"),
        (b"   \n\n", "it is empty"),
        (b"{}", "no feature"),
        (b"[1,2]", "GeoJSON"),
        (b"lon,lat\n1,2\n", "expected"),
        (b"\x89PNG\r\n\x1a\n\0\0", "expected"),
        (b"fgb", "breaks off"),
        (b"fgb\x02fgb\0abcd", "version"),
        (b"fgb\x03fgb\0\xff\xff\xff\xff", "damaged"),
        (b"fgb\x03fgb\0\x10\0\0\0abcdefghijklmnop", "damaged"),
        (br#"{"type":"FeatureCollection","features":7}"#, "a list of features"),
    ] {
        let error = read_text(text).unwrap_err().to_string();
        assert!(error.contains("given.geojson is neither") && error.contains(says), "{error}");
        assert!(error.contains("ogr2ogr") && !error.contains('\n'), "{error}");
    }
    let missing = read(Path::new("/nowhere/x.fgb"), None).unwrap_err().to_string();
    assert!(missing.contains("/nowhere/x.fgb cannot be read"), "{missing}");
}

#[test]
fn flatgeobufs_of_gdal_are_read_in_degrees_and_in_metres() {
    let (mut degrees, told) = read(&data("houses-4326.fgb"), None).unwrap();
    let (mut metres, told_too) = read(&data("houses-4544.fgb"), None).unwrap();
    assert!(told.is_empty() && told_too.is_empty());
    let name = |feature: &Feature| feature.properties.text("name").unwrap().to_owned();
    degrees.sort_by_key(name);
    metres.sort_by_key(name);
    assert_eq!(degrees.iter().map(name).collect::<Vec<_>>(), ["合院", "塔楼", "平房", "朝天门"]);
    assert_eq!(degrees[1].properties.number("height"), Some(99.0));
    assert_eq!(degrees[3].properties.number("floors"), Some(60.0));
    assert!(matches!(&degrees[0].geometry, Geometry::Polygon(area) if area.interiors().len() == 1));
    for (a, b) in degrees.iter().zip(&metres) {
        let (a, b) = (a.geometry.bounding_rect().unwrap(), b.geometry.bounding_rect().unwrap());
        let off = (a.min() - b.min()).x.abs().max((a.max() - b.max()).y.abs());
        assert!(off < 1e-7, "{off}");
    }
}

#[test]
fn the_index_finds_what_lies_in_a_box() {
    for name in ["houses-4326.fgb", "houses-4544.fgb"] {
        let (found, told) = read(&data(name), Some([106.5865, 29.565, 106.59, 29.57])).unwrap();
        let names: Vec<_> = found.iter().map(|feature| feature.properties.text("name").unwrap()).collect();
        assert!(names == ["朝天门"] && told.is_empty(), "{names:?}");
    }
    let all = read(&data("places.fgb"), None).unwrap().0;
    assert_eq!(all.len(), 60);
    let bounds = [106.4999, 29.5399, 106.5041, 29.5601];
    let inside = |feature: &&Feature| {
        let at = feature.geometry.bounding_rect().unwrap().min();
        at.x >= bounds[0] && at.x <= bounds[2] && at.y >= bounds[1] && at.y <= bounds[3]
    };
    let expected: Vec<_> = all.iter().filter(inside).cloned().collect();
    let (found, told) = read(&data("places.fgb"), Some(bounds)).unwrap();
    assert!(
        !expected.is_empty() && found == expected && told.is_empty(),
        "{} {}",
        found.len(),
        expected.len()
    );
    assert!(read(&data("places.fgb"), Some([0.0, 0.0, 1.0, 1.0])).unwrap().0.is_empty());
    let (inside, _) = read_text(collection(&[PLACE]).as_bytes()).unwrap();
    assert_eq!(inside.len(), 1);
}

#[test]
fn a_flatgeobuf_that_breaks_off_gives_what_is_there() {
    let whole = std::fs::read(data("houses-4326.fgb")).unwrap();
    let mut most = 0;
    for length in 0..whole.len() {
        if let Ok((features, problems)) = read_text(&whole[..length]) {
            assert!(
                features.len() < 4 && problems.count() == 1 && problems.to_string().contains("breaks off")
            );
            most = most.max(features.len());
        }
    }
    assert_eq!(most, 3);
}

#[test]
fn damaged_bytes_never_stop_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x");
    let mut seed = 7_u64;
    let mut dice = |most: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % most
    };
    for name in ["houses-4326.fgb", "places.fgb"] {
        let whole = std::fs::read(data(name)).unwrap();
        for round in 0..1_500 {
            let mut bytes = whole.clone();
            for _ in 0..=dice(4) {
                let at = dice(bytes.len());
                bytes[at] = [0, 0xff, dice(256) as u8][dice(3)];
            }
            std::fs::write(&file, &bytes).unwrap();
            let bounds = (round % 2 == 1).then_some([106.0, 29.0, 106.52, 29.56]);
            if let Ok((features, _)) = read(&file, bounds) {
                assert!(
                    features.iter().all(|f| f.geometry.bounding_rect().is_none_or(|r| r.max().x <= 180.0))
                );
            }
        }
    }
    for _ in 0..1_500 {
        let mut text = collection(&[PLACE, PLACE]).into_bytes();
        let at = dice(text.len());
        text[at] = dice(256) as u8;
        let _ = read_text(&text);
    }
}
