//! Models and tilesets in the picture: where they stand and nowhere else, turned as they should be, and what is told of
//! those that cannot be read.

use crate::running::{errors, json, run};
use std::path::Path;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/models/tests/data");

/// Looks straight down on the place, from 600 m, north being up; 360 pixels are 497 m on the ground there.
fn draw(home: &Path, name: &str, words: &[&str]) -> image::RgbImage {
    let file = home.join(name);
    let mut all = vec!["snapshot", "--json", "--out", file.to_str().unwrap(), "--size", "640x360", "--bare"];
    all.extend(["--look-at", "106.577,29.557", "--distance", "600"]);
    if !words.contains(&"--layers") {
        all.extend(["--layers", "terrain.contours,models"]);
    }
    all.extend(words);
    let out = run(home, &all);
    assert!(out.status.success(), "{}", errors(&out));
    assert_eq!((json(&out)["width"].as_u64(), errors(&out).as_str()), (Some(640), ""));
    image::open(file).unwrap().into_rgb8()
}

/// Draws models of which some cannot be read; the one line that says so.
fn draw_in_part(picture: &Path, words: &[&str], models: &Path) -> String {
    let (picture, models) = (picture.to_str().unwrap(), models.to_str().unwrap());
    let mut all = vec!["snapshot", "--json", "--out", picture, "--size", "640x360", "--bare"];
    all.extend([
        "--layers",
        "models",
        "--look-at",
        "106.577,29.557",
        "--distance",
        "600",
        "--models",
        models,
    ]);
    all.extend(words);
    let out = run(Path::new(picture).parent().unwrap(), &all);
    let said = errors(&out);
    assert!(out.status.success() && said.lines().count() == 1, "{said}");
    said
}

/// The middle of all pixels of a colour, and how many they are.
fn middle(picture: &image::RgbImage, is: impl Fn([i32; 3]) -> bool) -> (f64, f64, usize) {
    let all: Vec<_> = picture.enumerate_pixels().filter(|(.., p)| is(p.0.map(i32::from))).collect();
    let sum = all.iter().fold((0.0, 0.0), |(x, y), pixel| (x + f64::from(pixel.0), y + f64::from(pixel.1)));
    let count = all.len().max(1) as f64;
    (sum.0 / count, sum.1 / count, all.len())
}

fn red([r, g, b]: [i32; 3]) -> bool {
    r > 90 && r > 3 * g.max(b)
}

fn green([r, g, b]: [i32; 3]) -> bool {
    g > 50 && g > 2 * r.max(b)
}

#[test]
fn a_model_changes_the_picture_where_it_stands_and_is_turned_clockwise() {
    let home = tempfile::tempdir().unwrap();
    let bare = draw(home.path(), "a.png", &["--pitch", "90"]);
    let model = format!("{DATA}/north.glb#at=106.577,29.557");
    let stands = draw(home.path(), "b.png", &["--pitch", "90", "--models", &model]);
    assert!(stands == draw(home.path(), "c.png", &["--pitch", "90", "--models", &model]), "two runs differ");
    let changed: Vec<_> =
        bare.enumerate_pixels().filter(|(x, y, pixel)| stands.get_pixel(*x, *y) != *pixel).collect();
    assert!(changed.len() > 600, "{} pixels", changed.len());
    // Its roof is 60 m nearer, so it is a little larger than the 29 pixels of its foot. What it is owed to stands below.
    // The middle of the map lies below that of the picture, because of the band above it.
    let far = |(x, y, _): &(u32, u32, _)| x.abs_diff(320).max(y.abs_diff(190)) > 26;
    let far: Vec<_> = changed.iter().filter(|at| far(at) && at.1 < 300).collect();
    assert!(far.is_empty(), "the picture changed where nothing stands: {:?}", far[0]);
    // From the north the red side is seen, the green one to its left; turned by 90° the red one looks east.
    let from_north = ["--heading", "180", "--pitch", "20"];
    let seen = draw(home.path(), "d.png", &[&from_north[..], &["--models", &model]].concat());
    assert!(middle(&seen, red).2 > 800 && middle(&seen, green).2 < 60, "{:?}", middle(&seen, red));
    let from_east = ["--heading", "270", "--pitch", "20"];
    let turned = format!("{model}&heading=90");
    let seen = draw(home.path(), "e.png", &[&from_east[..], &["--models", &turned]].concat());
    assert!(middle(&seen, red).2 > 800, "{:?}", middle(&seen, red));
    let off =
        draw(home.path(), "f.png", &["--pitch", "90", "--layers", "terrain.contours", "--models", &model]);
    let same = off.enumerate_pixels().filter(|(x, y, p)| *y < 300 && bare.get_pixel(*x, *y) != *p).count();
    assert_eq!(same, 0, "the layer stays on");
}

#[test]
fn a_file_of_places_sets_one_model_in_many_places() {
    let home = tempfile::tempdir().unwrap();
    std::fs::copy(format!("{DATA}/north.glb"), home.path().join("box.glb")).unwrap();
    let place = |lon: f64, more: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"model":"box.glb"{more}}},"geometry":{{"type":"Point","coordinates":[{lon},29.557]}}}}"#
        )
    };
    let places = [
        place(106.576, ""),
        place(106.578, r#","scale":0.5,"heading":45"#),
        place(106.5775, r#","model":"no.glb""#),
    ];
    let file = home.path().join("places.geojson");
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, places.join(","));
    std::fs::write(&file, text.replace(r#""model":"box.glb","model":"no.glb""#, r#""model":"no.glb""#))
        .unwrap();
    let picture = home.path().join("a.png");
    let south = ["--pitch", "30", "--heading", "180"];
    let said = draw_in_part(&picture, &south, &file);
    assert!(said.contains("1 models that cannot be read") && said.contains("no.glb"), "{said}");
    let picture = image::open(&picture).unwrap().into_rgb8();
    // Looking south, what is east is on the left, and half as large.
    let (left, right) = (picture.view_of(0..320), picture.view_of(320..640));
    assert!(right > 2 * left && left > 100, "{left} {right}");
}

trait RedIn {
    fn view_of(&self, columns: std::ops::Range<u32>) -> usize;
}

impl RedIn for image::RgbImage {
    fn view_of(&self, columns: std::ops::Range<u32>) -> usize {
        self.enumerate_pixels().filter(|(x, _, p)| columns.contains(x) && red(p.0.map(i32::from))).count()
    }
}

#[test]
fn tilesets_stand_in_their_place_and_what_is_missing_costs_no_other_tile() {
    let home = tempfile::tempdir().unwrap();
    let north = ["--heading", "180", "--pitch", "20"];
    for name in ["tileset/tileset.json", "implicit/tileset.json", "implicit/tileset.json#ground=clamp&lift=3"]
    {
        let tiles = format!("{DATA}/{name}");
        let seen = draw(home.path(), "t.png", &[&north[..], &["--models", &tiles]].concat());
        let (x, _, count) = middle(&seen, red);
        assert!(count > 800 && (x - 320.0).abs() < 320.0, "{name}: {x} {count}");
    }
    // Without one of its two tiles the other is there, and one line says what is missing.
    let folder = home.path().join("tiles");
    std::fs::create_dir(&folder).unwrap();
    for file in ["tileset.json", "north.b3dm", "coarse.glb"] {
        std::fs::copy(format!("{DATA}/tileset/{file}"), folder.join(file)).unwrap();
    }
    let picture = home.path().join("m.png");
    let tiles = folder.join("tileset.json");
    let said = draw_in_part(&picture, &north, &tiles);
    assert!(said.contains("1 tiles that cannot be read") && said.contains("more/tileset.json"), "{said}");
    assert!(middle(&image::open(&picture).unwrap().into_rgb8(), red).2 > 400);
}

#[test]
fn what_cannot_be_read_at_all_is_told_on_one_line() {
    let home = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let file = home.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let cut = put("cut.glb", &std::fs::read(format!("{DATA}/north.glb")).unwrap()[..900]);
    let bad = put("tileset.json", b"{\"root\":7}");
    let page = put("page.json", b"<html>");
    let picture = home.path().join("x.png");
    for (source, code, word) in [
        (format!("{cut}#at=106.5,29.5"), 1, "cut.glb: is damaged"),
        (format!("{DATA}/draco.glb#at=106.5,29.5"), 1, "without Draco"),
        (bad, 1, "its JSON"),
        (page, 1, "page.json"),
        ("/nowhere/a.glb#at=106.5,29.5".to_owned(), 1, "/nowhere/a.glb"),
        ("/nowhere/tileset.json".to_owned(), 1, "/nowhere/tileset.json"),
        ("a.glb".to_owned(), 2, "#at=LON,LAT"),
        ("a.obj".to_owned(), 2, "names no models"),
    ] {
        let out = run(home.path(), &["snapshot", "--out", picture.to_str().unwrap(), "--models", &source]);
        let said = errors(&out);
        assert!(
            out.status.code() == Some(code) && said.contains(word) && !picture.exists(),
            "{source}: {said}"
        );
        assert!(code == 2 || said.lines().count() == 1, "{said}");
    }
}

/// How much red a console shows for a moment without a window, and what it says.
fn red_on_a_console(home: &Path, words: &[&str]) -> (usize, String) {
    let file = home.join("console.png");
    let all =
        ["--offscreen", "0.1", "--size", "640x360", "--view", "jiefangbei", "--out", file.to_str().unwrap()];
    let out = run(home, &[&all[..], words].concat());
    assert!(out.status.success(), "{}", errors(&out));
    let picture = image::open(&file).unwrap().into_rgb8();
    let map = picture.enumerate_pixels().filter(|(x, y, _)| (0..258).contains(x) && (60..320).contains(y));
    (map.filter(|(.., p)| red(p.0.map(i32::from))).count(), errors(&out))
}

#[test]
fn models_on_a_console_are_remembered_until_they_are_taken_away() {
    let home = tempfile::tempdir().unwrap();
    let (bare, _) = red_on_a_console(home.path(), &[]);
    let file = home.path().join("tower.glb");
    std::fs::copy(format!("{DATA}/north.glb"), &file).unwrap();
    let model = format!("{}#at=106.577,29.557&scale=20&heading=180", file.display());
    let (red, said) = red_on_a_console(home.path(), &["--models", &model]);
    assert!(red > bare + 1_000, "{red} red pixels with the words, {bare} without: {said}");
    let (again, said) = red_on_a_console(home.path(), &[]);
    assert!(again > bare + 1_000, "{again} red pixels from memory: {said}");
    std::fs::remove_file(&file).unwrap();
    let (red, said) = red_on_a_console(home.path(), &[]);
    assert!(red < bare + 1_000 && said.contains("tower.glb"), "{red}: {said}");
    let settings = home.path().join("config/shancheng/settings.toml");
    assert!(std::fs::read_to_string(&settings).unwrap().contains("tower.glb#at="));
    let (_, said) = red_on_a_console(home.path(), &["--models", "none"]);
    let kept = std::fs::read_to_string(&settings).unwrap();
    assert!(!said.contains("tower.glb") && !kept.contains("tower.glb"), "{said} {kept}");
}
