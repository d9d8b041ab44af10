//! Pictures without a window: the same words draw the same bytes, and something is on them.

use crate::running::{Backend, errors, json, run, shancheng};
use std::collections::HashSet;
use std::path::Path;

fn draw(home: &Path, name: &str, words: &[&str]) -> Vec<u8> {
    let file = home.join(name);
    let mut all = vec!["snapshot", "--json", "--out", file.to_str().unwrap(), "--size", "640x360"];
    all.extend(words);
    let out = run(home, &all);
    assert!(out.status.success(), "{}", errors(&out));
    let said = json(&out);
    assert_eq!((said["width"].as_u64(), said["height"].as_u64()), (Some(640), Some(360)));
    assert!(said["adapter"].is_string() && said["first_picture_s"].is_number());
    std::fs::read(file).unwrap()
}

fn colours(png: &[u8]) -> usize {
    let image = image::load_from_memory(png).unwrap().into_rgb8();
    image.pixels().map(|p| p.0).collect::<HashSet<_>>().len()
}

#[test]
fn the_same_words_draw_the_same_bytes_and_other_words_others() {
    let home = tempfile::tempdir().unwrap();
    let first = draw(home.path(), "a.png", &["--view", "yuzhong"]);
    assert!(first == draw(home.path(), "b.png", &["--view", "yuzhong"]), "two runs differ");
    assert!(colours(&first) > 500, "the picture is nearly blank: {} colours", colours(&first));
    assert!(first != draw(home.path(), "c.png", &["--view", "yuzhong", "--seed", "7"]), "the seed shows");
    assert!(first != draw(home.path(), "d.png", &["--view", "lijia"]), "the view shows");
}

#[test]
fn layers_can_be_left_out() {
    let home = tempfile::tempdir().unwrap();
    let place =
        ["--look-at", "106.56,29.56", "--distance", "20000", "--heading", "30", "--pitch", "50", "--bare"];
    let all = draw(home.path(), "a.png", &place);
    let bare = draw(home.path(), "b.png", &[&place[..], &["--layers", "none"]].concat());
    assert!(all != bare && colours(&bare) > 200);
    // Where the work place stands there is ground instead: no colour of it is as common as a panel's.
    let plain_at_the_right = |png: &[u8]| {
        let image = image::load_from_memory(png).unwrap().into_rgb8();
        let mut counts = std::collections::HashMap::new();
        for pixel in (400..640).flat_map(|x| (80..320).map(move |y| (x, y))) {
            *counts.entry(image.get_pixel(pixel.0, pixel.1).0).or_insert(0) += 1;
        }
        f64::from(*counts.values().max().unwrap()) / (240.0 * 240.0)
    };
    let panels = draw(home.path(), "c.png", &[&place[..8], &["--layers", "none"]].concat());
    assert!(plain_at_the_right(&panels) > 0.2 && plain_at_the_right(&bare) < 0.1, "--bare leaves panels");
}

#[test]
fn points_are_shown_in_every_way_and_repeat() {
    let home = tempfile::tempdir().unwrap();
    let place = ["--view", "centre", "--layers", "risk", "--bare", "--display"];
    let ways = ["points", "clusters", "hexagons", "areas", "lines", "heat"];
    let one = |way: &str, name: &str| draw(home.path(), name, &[&place[..], &[way]].concat());
    let pictures: HashSet<Vec<u8>> = ways.iter().map(|way| one(way, "a.png")).collect();
    assert_eq!(pictures.len(), ways.len(), "two ways are one");
    assert!(ways.iter().all(|way| pictures.contains(&one(way, "b.png"))), "two runs differ");
}

#[test]
fn a_saved_set_of_layers_is_shown_and_one_that_is_not_there_is_named() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("config/shancheng");
    std::fs::create_dir_all(&folder).unwrap();
    let set = "[[layer_sets]]\nname = \"汛期\"\noff = [\"devices\", \"grade.low\", \"roads\"]\n";
    std::fs::write(folder.join("settings.toml"), set).unwrap();
    let place = ["--view", "yuzhong", "--bare"];
    let all = draw(home.path(), "a.png", &place);
    assert!(all != draw(home.path(), "b.png", &[&place[..], &["--layers", "@汛期"]].concat()));
    let out = run(home.path(), &["snapshot", "--layers", "@nix", "--out", "c.png"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(errors(&out).contains("@nix") && errors(&out).contains("@汛期"), "{}", errors(&out));
}

#[test]
fn the_ground_looks_as_it_is_told() {
    let home = tempfile::tempdir().unwrap();
    let place = ["--view", "yuzhong", "--layers", "terrain.water", "--bare"];
    let told: [&[&str]; 6] = [
        &[],
        &["--colouring", "slope"],
        &["--colouring", "aspect"],
        &["--sun", "135,20"],
        &["--exaggeration", "2.5"],
        &["--water-rise", "20"],
    ];
    let pictures: HashSet<Vec<u8>> = told
        .iter()
        .enumerate()
        .map(|(n, words)| draw(home.path(), &format!("{n}.png"), &[&place[..], words].concat()))
        .collect();
    assert_eq!(pictures.len(), told.len(), "two looks are one");
    for (words, message) in [
        (["--exaggeration", "7"], "from 1 to 3"),
        (["--colouring", "pink"], "height, slope, aspect, plain"),
        (["--sun", "400,20"], "from 0 to 360"),
    ] {
        let out = run(home.path(), &[&["snapshot", "--out", "x.png"][..], &words[..]].concat());
        assert!(out.status.code() == Some(2) && errors(&out).contains(message), "{}", errors(&out));
    }
}

#[test]
fn no_sky_shows_through_the_ground_from_any_height() {
    let home = tempfile::tempdir().unwrap();
    for (n, (place, distance)) in [
        ("106.61,29.53", "60"),
        ("106.60,29.54", "900"),
        ("106.43,29.60", "6000"),
        ("107.19,29.03", "20000"),
        ("107.6,30.0", "90000"),
    ]
    .into_iter()
    .enumerate()
    {
        let words = ["--look-at", place, "--distance", distance, "--pitch", "48", "--heading", "70"];
        let rest = ["--layers", "none", "--bare", "--exaggeration", "3"];
        let png = draw(home.path(), &format!("{n}.png"), &[&words[..], &rest[..]].concat());
        let image = image::load_from_memory(&png).unwrap().into_rgb8();
        // The sky's own colour, #0a1119, is no colour of ground within the municipality; the band is no ground.
        let holes = image.enumerate_pixels().filter(|(_, y, p)| *y > 30 && p.0 == [0x0a, 0x11, 0x19]).count();
        assert_eq!(holes, 0, "{place} from {distance} m: the sky shows through {holes} pixels");
    }
}

/// The mean lightness of a picture under its band, 0 to 255.
fn lightness(png: &[u8]) -> f64 {
    let image = image::load_from_memory(png).unwrap().into_luma8();
    let (sum, count) = image
        .enumerate_pixels()
        .filter(|(_, y, _)| *y > 30)
        .fold((0.0, 0.0), |(sum, count), (_, _, p)| (sum + f64::from(p.0[0]), count + 1.0));
    sum / count
}

#[test]
fn ten_views_are_legible_by_day_and_by_night() {
    let home = tempfile::tempdir().unwrap();
    let named = ["city", "centre", "yuzhong", "jiefangbei", "lijia"].map(|name| vec!["--view", name]);
    // The Wu gorge, Yintiaoling, a street corner, ridges seen flat, and the whole from 500 km.
    let places = [
        ("109.92,31.05", "9000", "30"),
        ("109.90,31.50", "15000", "45"),
        ("106.577,29.557", "120", "40"),
        ("106.43,29.70", "12000", "12"),
        ("107.8,30.1", "500000", "60"),
    ]
    .map(|(at, distance, pitch)| vec!["--look-at", at, "--distance", distance, "--pitch", pitch]);
    for (n, view) in named.into_iter().chain(places).enumerate() {
        let by = |theme| {
            draw(home.path(), &format!("{n}-{theme}.png"), &[&view, &["--theme", theme][..]].concat())
        };
        let (night, day) = (by("night"), by("day"));
        for (png, theme) in [(&night, "night"), (&day, "day")] {
            assert!(colours(png) > 500, "{view:?} by {theme} is nearly blank: {} colours", colours(png));
        }
        let (dark, pale) = (lightness(&night), lightness(&day));
        assert!(dark < 110.0 && pale > 160.0, "{view:?}: {dark:.0} by night, {pale:.0} by day");
    }
}

#[test]
fn the_console_remembers_its_theme() {
    let home = tempfile::tempdir().unwrap();
    let console = |words: &[&str]| {
        let file = home.path().join("console.png");
        let first = ["--offscreen", "0", "--size", "320x200", "--out", file.to_str().unwrap()];
        let out = run(home.path(), &[&first[..], words].concat());
        assert!(out.status.success(), "{}", errors(&out));
        lightness(&std::fs::read(file).unwrap())
    };
    assert!(console(&[]) < 110.0);
    assert!(console(&["--theme", "day"]) > 160.0);
    assert!(console(&[]) > 160.0, "it is remembered");
    let out = run(home.path(), &["--theme", "dusk"]);
    assert!(
        out.status.code() == Some(2) && errors(&out).contains("neither night nor day"),
        "{}",
        errors(&out)
    );
}

#[test]
fn the_city_stands_on_an_imported_model_too_and_remembers_it() {
    let home = tempfile::tempdir().unwrap();
    // A square degree of 3″ samples, row by row from the north: one long hill after another.
    let height_m = |i: usize| 300.0 + 250.0 * ((i % 1201) as f64 / 40.0).sin();
    let bytes: Vec<u8> = (0..1201 * 1201).flat_map(|i| (height_m(i) as i16).to_be_bytes()).collect();
    let (hgt, ground) = (home.path().join("N29E106.hgt"), home.path().join("ground"));
    std::fs::write(&hgt, bytes).unwrap();
    let (hgt, ground) = (hgt.to_str().unwrap(), ground.to_str().unwrap());
    let imported = run(home.path(), &["terrain", "import", hgt, "--out", ground]);
    assert!(imported.status.success(), "{}", errors(&imported));
    let place = ["--view", "yuzhong", "--layers", "none", "--bare"];
    let shipped = draw(home.path(), "a.png", &place);
    let model = draw(home.path(), "b.png", &[&place[..], &["--terrain", ground]].concat());
    assert!(shipped != model && colours(&model) > 200);
    let console = |words: &[&str]| {
        let file = home.path().join("console.png");
        let first = ["--json", "--offscreen", "0", "--size", "320x200", "--out", file.to_str().unwrap()];
        let out = run(home.path(), &[&first[..], words].concat());
        assert!(out.status.success(), "{}", errors(&out));
        json(&out)["terrain"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(console(&[]), "reconstruction");
    assert_eq!(console(&["--terrain", ground]), "model");
    assert_eq!(console(&[]), "model", "it is remembered");
    std::fs::rename(ground, home.path().join("gone")).unwrap();
    assert_eq!(console(&[]), "reconstruction", "a model that is gone keeps nobody out");
    assert_eq!(console(&["--terrain", "shipped"]), "reconstruction");
}

#[test]
fn a_running_city_can_be_drawn() {
    let home = tempfile::tempdir().unwrap();
    let city = Backend::start(home.path(), &[]);
    assert!(colours(&draw(home.path(), "live.png", &["--backend", &city.url])) > 500);
}

#[test]
fn without_a_display_the_console_saves_its_picture_and_says_where() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("console.png");
    let out = crate::running::shancheng(home.path())
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .args(["--size", "640x360", "--out", file.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", errors(&out));
    assert!(String::from_utf8_lossy(&out.stdout).contains("console.png"));
    assert!(colours(&std::fs::read(file).unwrap()) > 500);
}

#[test]
fn what_the_engine_is_to_leave_out_is_there_to_be_left_out() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("a.png");
    let words =
        ["snapshot", "--out", file.to_str().unwrap(), "--size", "160x90", "--bare", "--layers", "none"];
    let out = shancheng(home.path()).env("RUST_LOG", "shancheng=warn").args(words).output().unwrap();
    assert!(out.status.success(), "{}", errors(&out));
    assert!(!errors(&out).contains("the engine has nothing called"), "{}", errors(&out));
}
