//! Wrong words and unreadable files: one clear line, exit code 1 or 2.

use crate::running::{errors, json, run};

#[test]
fn wrong_words_end_with_2_and_say_what_is_right() {
    let home = tempfile::tempdir().unwrap();
    for (words, says) in [
        (&["snapshot", "--out", "x.png", "--view", "moon"][..], "yuzhong"),
        (&["snapshot", "--out", "x.png", "--size", "5x5"], "64 to 8192"),
        (&["snapshot", "--out", "x.png", "--layers", "dragons"], "districts"),
        (&["snapshot", "--out", "x.png", "--look-at", "200,10"], "longitude first"),
        (&["snapshot", "--out", "x.png", "--at", "yesterday"], "RFC 3339"),
        (&["terrain", "height", "--at", "x"], "longitude and latitude"),
        (&["terrain", "height"], "--at"),
        (&["terrain"], "--help"),
        (&["terrain", "slope", "--at", "106.5,29.5", "--spacing", "nan"], "nan"),
        (&["terrain", "profile", "--along", "106.5,29.5"], "2 to 10000 places"),
        (&["terrain", "profile", "--from", "106.5,29.5"], "--to"),
        (&["terrain", "profile", "--along", "106,29 107,30", "--step", "0.1"], "take steps of"),
        (&["terrain", "sight", "--from", "106.5,29.5,x", "--to", "106.6,29.5"], "106.5878,29.5657,30"),
        (&["terrain", "sight", "--from", "106.5,29.5", "--to", "106.6,29.5", "--absolute"], "--absolute"),
        (&["terrain", "viewshed", "--from", "106.5,29.5", "--radius", "1e9"], "300000 m"),
        (&["terrain", "viewshed", "--from", "106.5,29.5", "--radius", "99", "--out", "x.gif"], "x.gif"),
        (&["terrain", "water", "--level", "180"], "--bbox"),
        (&["terrain", "water", "--level", "180", "--within", "500"], "--at"),
        (
            &["terrain", "water", "--level", "180", "--at", "106.5,29.5", "--bbox", "106.6,29.5,106.7,29.6"],
            "outside the region",
        ),
        (&["terrain", "fetch", "--bbox", "107,29,106,30", "--out", "x"], "west before east"),
        (&["terrain", "fetch", "--bbox", "106,29,107,30", "--out", "x", "--resolution", "60"], "30 or 90"),
        (&["terrain", "fetch", "--bbox", "106,29,107,30", "--out", "x", "--source", "moon"], "https://"),
        (&["snapshot", "--out", "x.png", "--seed", "-1"], "-1"),
        (&["--offscreen", "-1"], "0 to 86400"),
        (&["city", "serve", "--speed", "0"], "0.1 to 600"),
        (&["city", "serve", "--observations", "v1.1/Observations"], "--broker"),
        (&["city", "serve", "--broker", "mqtt://127.0.0.1:1", "--observations", "a/#/b"], "a/#/b"),
        (&["city", "token", "--name", "x", "--role", "king"], "dutyOfficer"),
        (&["city", "token", "--name", "x", "--role", "observer", "--jurisdiction", "999999"], "500103"),
        (&["city", "token", "--name", " ", "--role", "observer"], "--name"),
        (&["city", "token", "--name", "li\u{202e}gnaw", "--role", "observer"], "none of them hidden"),
        (&["city", "token", "--name", "x", "--role", "observer", "--department", " "], "--department"),
        (&["bench", "nothing"], "frame"),
        (&["--seed", "7", "snapshot", "--out", "x.png"], "--seed stands before `snapshot`"),
        (&["fly"], "unrecognized subcommand"),
        (&["roads", "route", "--from", "106.5,29.5", "--to", "200,2"], "longitude first"),
        (&["snapshot", "--out", "x.png", "--route", "106.5,29.5"], "two places"),
        (&["snapshot", "--out", "x.png", "--profile", "foot"], "--route"),
        (
            &["roads", "route", "--from", "106.5,29.5", "--to", "106.6,29.6", "--vehicle", "ship"],
            "fireEngine",
        ),
        (&["roads", "isochrone", "--from", "106.5,29.5", "--minutes", "0"], "600 minutes"),
        (&["follow", "--backend", "moon"], "http://"),
        (&["--offscreen", "0", "--backend", "moon"], "http://"),
        (&["snapshot", "--out", "/nowhere/a.png", "--backend", "moon"], "http://"),
    ] {
        let out = run(home.path(), words);
        assert_eq!(out.status.code(), Some(2), "{words:?}: {}", errors(&out));
        let said = errors(&out);
        let said: Vec<_> = said.lines().collect();
        let one_line = said.len() == 1 && said[0].starts_with("shancheng: ") && said[0].contains(says);
        assert!(one_line, "{words:?}: {said:?}");
        assert!(out.stdout.is_empty(), "{words:?}");
    }
}

#[test]
fn work_that_fails_ends_with_1_and_names_what_and_where() {
    let home = tempfile::tempdir().unwrap();
    let garbage = home.path().join("garbage.tif");
    std::fs::write(&garbage, b"not a picture of the ground").unwrap();
    let garbage = garbage.to_str().unwrap();
    let out_dir = home.path().join("out");
    let out_dir = out_dir.to_str().unwrap();
    for (words, says) in [
        (&["terrain", "import", garbage, "--out", out_dir][..], "garbage.tif"),
        (&["terrain", "import", "/nowhere.hgt", "--out", out_dir], "/nowhere.hgt"),
        (&["terrain", "info", "--terrain", "/nowhere"], "/nowhere"),
        (&["terrain", "slope", "--at", "100,29"], "outside the ground"),
        (&["terrain", "sight", "--from", "106.5,29.5", "--to", "100,29"], "the target at 100"),
        (&["terrain", "viewshed", "--from", "100,29", "--radius", "500"], "the observer at 100"),
        (&["terrain", "fetch", "--bbox", "106,29,107,30", "--out", "/proc/nothing"], "/proc/nothing"),
        (&["roads", "import", garbage, "--out", out_dir], "garbage.tif"),
        (&["roads", "info", "/nowhere.roads"], "/nowhere.roads"),
        (&["act", "/nowhere.json", "--backend", "http://127.0.0.1:1"], "/nowhere.json"),
        (&["city", "serve", "--data", "/proc/nothing"], "/proc/nothing"),
        (&["snapshot", "--out", "/nowhere/x.png", "--layers", "none", "--size", "64x64"], "/nowhere/x.png"),
    ] {
        let out = run(home.path(), words);
        assert_eq!(out.status.code(), Some(1), "{words:?}: {}", errors(&out));
        let said = errors(&out);
        let last = said.lines().last().unwrap_or_default();
        assert!(last.starts_with("shancheng: ") && last.contains(says), "{words:?}: {said}");
    }
    assert!(!std::path::Path::new(out_dir).exists(), "nothing half-made is left");
}

#[test]
fn a_command_file_with_one_wrong_command_sends_none() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("orders.json");
    std::fs::write(&file, r#"[{"type":"acknowledge","incidentId":"I-1"},{"type":"sing"}]"#).unwrap();
    let out = run(home.path(), &["act", file.to_str().unwrap(), "--backend", "http://127.0.0.1:1"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(errors(&out).contains("orders.json") && errors(&out).contains("sing"), "{}", errors(&out));
}

#[test]
fn a_backend_that_is_not_there_is_named_and_the_order_kept() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("order.json");
    std::fs::write(&file, r#"{"type":"acknowledge","incidentId":"I-1"}"#).unwrap();
    let words = ["act", file.to_str().unwrap(), "--backend", "http://127.0.0.1:1", "--seconds", "1"];
    let out = run(home.path(), &words);
    assert_eq!(out.status.code(), Some(1));
    assert!(
        errors(&out).contains("http://127.0.0.1:1") && errors(&out).contains("outbox"),
        "{}",
        errors(&out)
    );
    let again = run(home.path(), &words);
    assert!(errors(&again).contains("2 command(s)"), "the first is still there: {}", errors(&again));
}

#[test]
fn the_ground_answers_a_thousand_places_and_says_what_it_is() {
    let home = tempfile::tempdir().unwrap();
    let info = json(&run(home.path(), &["--json", "terrain", "info"]));
    assert_eq!(info["kind"], "reconstruction");
    let mut words = vec!["terrain", "height", "--json"];
    for _ in 0..1000 {
        words.extend(["--at", "106.577,29.557"]);
    }
    words.extend(["--at", "0,0"]);
    let answer = json(&run(home.path(), &words));
    let heights = answer["heights"].as_array().unwrap();
    assert_eq!(heights.len(), 1001);
    let jiefangbei = heights[0]["height_m"].as_f64().unwrap();
    assert!((220.0..300.0).contains(&jiefangbei), "{jiefangbei}");
    assert!(heights[1000]["height_m"].is_null());
}

#[test]
fn the_ground_answers_questions() {
    let home = tempfile::tempdir().unwrap();
    let ask = |words: &[&str]| {
        let out = run(home.path(), &[&["--json", "terrain"][..], words].concat());
        assert_eq!(out.status.code(), Some(0), "{words:?}: {}", errors(&out));
        json(&out)
    };
    let slopes = ask(&["slope", "--at", "106.61,29.55"]);
    let slope = &slopes["slopes"][0];
    assert!(slope["slope_deg"].as_f64().unwrap() > 0.5 && slope["aspect_deg"].is_number(), "{slope}");
    let profile = ask(&["profile", "--along", "106.577,29.557 106.61,29.55", "--step", "50"]);
    let samples = profile["samples"].as_array().unwrap();
    assert_eq!(samples.last().unwrap()["distance_m"], profile["length_m"]);
    assert!((3290.0..3292.0).contains(&profile["length_m"].as_f64().unwrap()), "{}", profile["length_m"]);
    let sight = ask(&["sight", "--from", "106.61,29.55,600", "--to", "106.577,29.557,300", "--absolute"]);
    assert!(
        sight["visible"] == true && sight["obstacle"].is_null() && sight["from"]["height_m"] == 600.0,
        "{sight}"
    );
    let map = home.path().join("view.png");
    let view =
        ask(&["viewshed", "--from", "106.61,29.55,20", "--radius", "2000", "--out", map.to_str().unwrap()]);
    assert!(view["visible_m2"].as_f64().unwrap() > 1e5 && map.is_file(), "{view}");
    let water = ask(&["water", "--level", "185", "--at", "106.588,29.570", "--within", "2000"]);
    assert!(water["area_m2"].as_f64().unwrap() > 1e5 && water["connected"] == true, "{water}");
}
