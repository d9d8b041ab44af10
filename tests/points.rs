//! Points at scale, as a user meets them: a file is made, looked at and drawn, and a bad one says what is wrong.

use crate::running::{errors, json, run};
use std::path::Path;

fn made(home: &Path, count: &str) -> String {
    let file = home.join("points.arrow").to_string_lossy().into_owned();
    let out = run(home, &["points", "make", "--count", count, "--out", &file, "--json"]);
    assert!(out.status.success(), "{}", errors(&out));
    file
}

fn drawn(home: &Path, name: &str, words: &[&str]) -> image::RgbImage {
    let file = home.join(name);
    let place = ["--view", "jiefangbei", "--bare", "--layers", "devices", "--size", "640x360", "--out"];
    let all = [&["snapshot"], &place[..], &[file.to_str().unwrap()], words].concat();
    let out = run(home, &all);
    assert!(out.status.success(), "{}", errors(&out));
    image::open(file).unwrap().into_rgb8()
}

/// How many pixels of two pictures differ.
fn differing(a: &image::RgbImage, b: &image::RgbImage) -> usize {
    a.pixels().zip(b.pixels()).filter(|(a, b)| a != b).count()
}

#[test]
fn a_file_of_points_is_made_and_says_what_it_holds() {
    let home = tempfile::tempdir().unwrap();
    let file = made(home.path(), "30000");
    let said = json(&run(home.path(), &["points", "info", &file, "--json"]));
    assert_eq!((said["points"].as_u64(), said["withoutPosition"].as_u64()), (Some(30_000), Some(0)));
    let classes = said["classes"].as_object().unwrap();
    assert_eq!(classes.values().map(|n| n.as_u64().unwrap()).sum::<u64>(), 30_000);
    assert!(said["bounds"][0].as_f64().unwrap() > 105.0 && said["bounds"][3].as_f64().unwrap() < 32.5);
}

#[test]
fn points_are_on_the_picture_and_the_same_words_draw_the_same() {
    let home = tempfile::tempdir().unwrap();
    let file = made(home.path(), "300000");
    let without = drawn(home.path(), "without.png", &[]);
    let points = ["--points", &file, "--display", "points"];
    let first = drawn(home.path(), "a.png", &points);
    assert!(differing(&without, &first) > 500, "{}", differing(&without, &first));
    assert_eq!(differing(&first, &drawn(home.path(), "b.png", &points)), 0, "two runs differ");
    for display in ["clusters", "hexagons"] {
        let gathered = drawn(home.path(), "c.png", &["--points", &file, "--display", display]);
        assert!(differing(&without, &gathered) > 500 && differing(&first, &gathered) > 500, "{display}");
    }
}

#[test]
fn what_is_no_file_of_points_is_refused_in_one_line() {
    let home = tempfile::tempdir().unwrap();
    let bad = home.path().join("bad.arrow");
    let picture = home.path().join("p.png");
    for (content, needle) in [("lon,lat\n106.5,29.5\n", "too short"), ("", "too short")] {
        std::fs::write(&bad, content).unwrap();
        for words in [
            vec!["points", "info", bad.to_str().unwrap()],
            vec!["snapshot", "--points", bad.to_str().unwrap(), "--out", picture.to_str().unwrap()],
        ] {
            let out = run(home.path(), &words);
            let said = errors(&out);
            assert_eq!(out.status.code(), Some(1), "{said}");
            assert!(said.contains("bad.arrow") && said.contains(needle), "{said}");
            assert_eq!(said.trim().lines().count(), 1, "{said}");
        }
    }
    let out = run(home.path(), &["snapshot", "--display", "balloons", "--out", picture.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(2));
    assert!(errors(&out).contains("hexagons"), "{}", errors(&out));
}

#[test]
fn a_table_is_imported_and_what_is_wrong_in_it_is_told() {
    let home = tempfile::tempdir().unwrap();
    let (table, out) = (home.path().join("devices.csv"), home.path().join("devices.arrow"));
    let text = "编号,名称,经度,纬度,分类,数值\nG-1,解放碑井盖,106.577,29.557,gas,1.5\nG-2,,106.58,29.56,燃气,NaN\n\
                G-1,,106.6,29.6,gas,1\nG-3,,29.5,106.5,gas,2\nG-4,,0,0,gas,2\n,,106.5,29.5,gas,1\n";
    std::fs::write(&table, text).unwrap();
    let words = ["points", "import", table.to_str().unwrap(), "--out", out.to_str().unwrap(), "--json"];
    let done = run(home.path(), &words);
    assert!(done.status.success(), "{}", errors(&done));
    let said = json(&done);
    assert_eq!((said["rows"].as_u64(), said["taken"].as_u64()), (Some(6), Some(4)), "{said}");
    assert_eq!(said["duplicates"].as_u64(), Some(1), "{said}");
    assert!(errors(&done).contains("devices.csv"), "{}", errors(&done));
    let info = json(&run(home.path(), &["points", "info", out.to_str().unwrap(), "--json"]));
    assert_eq!((info["points"].as_u64(), info["withoutPosition"].as_u64()), (Some(4), Some(2)), "{info}");
    let missing = run(home.path(), &["points", "import", "nothing.csv", "--out", out.to_str().unwrap()]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(errors(&missing).contains("nothing.csv"), "{}", errors(&missing));
}
