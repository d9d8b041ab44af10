//! Buildings in the picture: they show where they stand, and nowhere else.

use crate::running::{errors, json, run};
use std::path::Path;

const HOUSES: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"height":90},"geometry":{"type":"Polygon",
 "coordinates":[[[106.5768,29.5568],[106.5772,29.5568],[106.5772,29.5572],[106.5768,29.5572],[106.5768,29.5568]]]}},
{"type":"Feature","properties":{"floors":12},"geometry":{"type":"Polygon",
 "coordinates":[[[106.5790,29.5568],[106.5796,29.5568],[106.5796,29.5572],[106.5790,29.5572],[106.5790,29.5568]]]}}]}"#;

/// Looks straight down on the first house, from 1,500 m, north being up.
fn draw(home: &Path, name: &str, words: &[&str]) -> image::RgbImage {
    let file = home.join(name);
    let mut all = vec!["snapshot", "--json", "--out", file.to_str().unwrap(), "--size", "640x360", "--bare"];
    all.extend(["--look-at", "106.577,29.557", "--distance", "1500", "--pitch", "90"]);
    all.extend(words);
    let out = run(home, &all);
    assert!(out.status.success(), "{}", errors(&out));
    assert_eq!(json(&out)["width"].as_u64(), Some(640));
    image::open(file).unwrap().into_rgb8()
}

#[test]
fn a_picture_with_two_houses_differs_exactly_where_they_stand() {
    let home = tempfile::tempdir().unwrap();
    let houses = home.path().join("houses.geojson");
    std::fs::write(&houses, HOUSES).unwrap();
    let given = ["--buildings", houses.to_str().unwrap()];
    let layers = ["--layers", "terrain.contours,buildings"];
    let bare = draw(home.path(), "a.png", &layers);
    let built = draw(home.path(), "b.png", &[&layers[..], &given].concat());
    assert!(built == draw(home.path(), "c.png", &[&layers[..], &given].concat()), "two runs differ");
    assert!(bare == draw(home.path(), "d.png", &[&["--layers", "terrain.contours"], &given[..]].concat()));
    // 2 × 1500 m × tan 22.5° are 360 pixels; the second house stands 223 m east of the first.
    let pixels_a_metre = 360.0 / (2.0 * 1500.0 * 22.5_f64.to_radians().tan());
    let boxes = [(320.0, 20.0), (320.0 + 223.0 * pixels_a_metre, 30.0)];
    let mut within = [0; 2];
    for ((x, y, pixel), before) in built.enumerate_pixels().zip(bare.pixels()) {
        if pixel != before {
            let near = |(middle, reach): &(f64, f64)| {
                (f64::from(x) - middle).abs() < *reach && (f64::from(y) - 180.0).abs() < 20.0
            };
            let house = boxes.iter().position(near);
            within
                [house.unwrap_or_else(|| panic!("the picture changed at {x}, {y}, where nothing stands"))] +=
                1;
        }
    }
    assert!(within.iter().all(|pixels| *pixels > 80), "{within:?}");
}

#[test]
fn what_is_wrong_with_a_file_is_told_on_one_line() {
    let home = tempfile::tempdir().unwrap();
    let (bad, odd) = (home.path().join("bad.fgb"), home.path().join("odd.geojson"));
    std::fs::write(&bad, b"\x00\x01 no such thing").unwrap();
    std::fs::write(&odd, HOUSES.replace("\"floors\":12", "\"floors\":-2")).unwrap();
    let picture = home.path().join("x.png");
    let words = |file: &Path| {
        let words = ["snapshot", "--out", picture.to_str().unwrap(), "--size", "320x200", "--buildings"];
        run(home.path(), &[&words[..], &[file.to_str().unwrap()]].concat())
    };
    for file in [bad.as_path(), Path::new("/nowhere/x.geojson")] {
        let out = words(file);
        let said = errors(&out);
        assert!(out.status.code() == Some(1) && said.lines().count() == 1, "{said}");
        assert!(said.contains(file.to_str().unwrap()) && !picture.exists(), "{said}");
    }
    let out = words(&odd);
    let said = errors(&out);
    assert!(out.status.success() && said.lines().count() == 1 && picture.exists(), "{said}");
    assert!(said.contains("odd.geojson: 1 buildings without a height") && said.contains("-6 m"), "{said}");
}
