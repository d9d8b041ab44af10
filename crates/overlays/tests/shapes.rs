//! Shapes of features by their style.
#![allow(clippy::unwrap_used)]

use overlays::Problems;
use overlays::shapes::{Form, Lie, Rgba, Shape, of_features};
use overlays::vector::read;

fn shapes(features: &str) -> (Vec<Shape>, Problems) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.geojson");
    std::fs::write(&file, format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)).unwrap();
    let (features, mut problems) = read(&file, None).unwrap();
    (of_features(features, &mut problems), problems)
}

fn line(properties: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"LineString",
        "coordinates":[[106,29,200],[106.1,29,210]]}}}}"#
    )
}

#[test]
fn without_a_style_it_is_simplestyles_own() {
    let area = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#;
    let area = format!(r#"{{"type":"Feature","properties":null,"geometry":{area}}}"#);
    let place =
        r#"{"type":"Feature","properties":{"title":"门"},"geometry":{"type":"Point","coordinates":[1,2]}}"#;
    let (shapes, problems) = shapes(&format!("{},{area},{place}", line("")));
    assert!(problems.is_empty());
    let stroke = shapes[0].style.stroke.unwrap();
    assert_eq!((stroke.colour, stroke.width_pt), (Rgba([0x55, 0x55, 0x55, 255]), 2.0));
    assert!(stroke.casing.is_none() && stroke.dash_pt.is_none() && !stroke.arrows);
    assert!(matches!(&shapes[0].form, Form::Line { path, lie: Lie::AboveGround(0.0) } if path.len() == 2));
    assert_eq!(shapes[1].style.fill, Some(Rgba([0x55, 0x55, 0x55, 153])));
    assert_eq!(shapes[2].style.fill, Some(Rgba([0x7e, 0x7e, 0x7e, 255])));
    assert_eq!(shapes[2].name.as_deref(), Some("门"));
}

#[test]
fn a_style_is_taken_as_it_is_said() {
    let (found, problems) = shapes(&line(
        r##""stroke":"#f80","stroke-width":4.5,"stroke-opacity":0.5,"casing":"000000","casing-width":"1.5",
        "stroke-dash":6,"arrows":true,"height":30"##,
    ));
    let stroke = found[0].style.stroke.unwrap();
    assert!(problems.is_empty(), "{problems}");
    assert_eq!((stroke.colour, stroke.width_pt), (Rgba([255, 0x88, 0, 128]), 4.5));
    assert_eq!(stroke.casing, Some((Rgba([0, 0, 0, 128]), 1.5)));
    assert!(stroke.dash_pt == Some(6.0) && stroke.arrows);
    assert!(matches!(found[0].form, Form::Line { lie: Lie::AboveGround(30.0), .. }));
    let (found, _) = shapes(&line(r#""lie":"absolute""#));
    assert!(matches!(&found[0].form, Form::Line { lie: Lie::Heights(m), .. } if *m == [200.0, 210.0]));
}

#[test]
fn what_is_wrong_in_a_style_is_told_and_the_usual_taken() {
    for (properties, told) in [
        (r##""stroke":"#12345""##, "colours that are none"),
        (r#""fill":"reddish""#, "colours that are none"),
        (r#""marker-color":7"#, "colours that are none"),
        (r#""stroke-opacity":3"#, "numbers that cannot be"),
        (r#""stroke-width":-2"#, "numbers that cannot be"),
        (r#""height":"high""#, "numbers that cannot be"),
    ] {
        let (found, problems) = shapes(&line(properties));
        assert!(problems.count() == 1 && problems.to_string().contains(told), "{properties}: {problems}");
        assert!(problems.to_string().contains("feature 1"));
        assert_eq!(found, shapes(&line("")).0);
    }
    let flat = line(r#""lie":"absolute""#).replace(",200]", "]");
    let (found, problems) = shapes(&flat);
    assert!(problems.to_string().contains("heights") && found.len() == 1);
}

#[test]
fn each_line_of_several_has_its_own_heights() {
    let lines = r#"{"type":"Feature","properties":{"lie":"absolute"},"geometry":{"type":"MultiLineString",
        "coordinates":[[[1,1,1],[2,2,2]],[[3,3,3],[4,4,4],[5,5,5]]]}}"#;
    let (found, _) = shapes(lines);
    assert!(matches!(&found[1].form, Form::Line { lie: Lie::Heights(m), .. } if *m == [3.0, 4.0, 5.0]));
}

#[test]
fn areas_that_tell_floors_are_buildings_and_what_has_colours_is_drawn() {
    use overlays::either::{Either, read};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.geojson");
    let area = |properties: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{{properties}}},
            "geometry":{{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}}}"#
        )
    };
    let check = |features: &[String], buildings: usize, drawn: usize| {
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        std::fs::write(&file, text).unwrap();
        let found = match read(&file).unwrap() {
            Either::Buildings(raised) => (raised.footprints.len(), 0),
            Either::Shapes(shapes, _) => (0, shapes.len()),
            Either::Models => (0, 0),
        };
        assert_eq!(found, (buildings, drawn));
    };
    let (house, plain) = (area(r#""building:levels":6"#), area(r#""name":"x""#));
    check(&[house.clone(), house.clone(), plain.clone()], 3, 0);
    check(&[house.clone(), plain.clone(), plain], 0, 3);
    check(&[area(r##""height":20,"fill":"#f00""##)], 0, 1);
    check(&[line(r#""height":20"#)], 0, 1);
    check(&[], 0, 0);
    let place = |model: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"model":"{model}"}},"geometry":{{"type":"Point","coordinates":[0,0]}}}}"#
        )
    };
    let (tower, car) = (place("a/Tower.GLB"), place("V60"));
    check(&[tower.clone(), tower.clone(), car.clone()], 0, 0);
    assert!(matches!(read(&file).unwrap(), Either::Models));
    check(&[tower, car.clone(), car], 0, 3);
}
