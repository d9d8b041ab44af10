//! A console that reads other systems of the city beside its backend: here a second backend, by every standard it serves.

use crate::running::{Backend, errors, json, shancheng};

#[test]
fn a_console_reads_another_backend_by_the_standards_it_serves() {
    let (home, other_home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backend = Backend::start(home.path(), &[]);
    let other = Backend::start(other_home.path(), &["--seed", "7"]);
    other.report("k1");
    let url = &other.url;
    let file = home.path().join("sources.toml");
    let source = |name: &str, protocol: &str, path: &str, more: &str| {
        format!(
            "[[source]]\nname = \"{name}\"\ndepartment = \"隔壁\"\nprotocol = \"{protocol}\"\nurl = \"{url}{path}\"\n{more}\n"
        )
    };
    let text = [
        source("alerts", "cap", "/cap/alerts", "every_s = 1"),
        source("layers", "ogc-features", "", "collections = [\"shelters\", \"bridges\"]"),
        source("requests", "open311", "/open311/v2", ""),
        source("devices", "sensorthings", "/sensorthings/v1.1", "every_s = 1"),
        source("gone", "cap", "/nowhere", "every_s = 1"),
    ];
    std::fs::write(&file, text.concat()).unwrap();
    let out = home.path().join("a.png");
    let run = shancheng(home.path())
        .args(["--json", "--backend", &backend.url, "--offscreen", "15", "--size", "640x480", "--sources"])
        .arg(&file)
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", errors(&run));
    let told = json(&run);
    let feed = |name: &str| {
        told["feeds"]
            .as_array()
            .unwrap()
            .iter()
            .find(|feed| feed["name"] == name)
            .cloned()
            .unwrap_or_default()
    };
    for name in ["events", "alerts", "layers", "requests", "devices"] {
        let feed = feed(name);
        assert_eq!((feed["state"].as_str(), feed["problems"].as_u64()), (Some("live"), Some(0)), "{feed}");
    }
    assert!(feed("alerts")["received"].as_u64() >= Some(1), "{}", feed("alerts"));
    assert!(feed("devices")["received"].as_u64() > Some(10_000), "{}", feed("devices"));
    // One that is not there holds up no other, and says why.
    let gone = feed("gone");
    assert!(gone["state"] == "lost" && gone["message"].as_str().unwrap().contains("404"), "{gone}");
}

#[test]
fn a_source_that_was_switched_off_stays_off_at_the_next_start() {
    let home = tempfile::tempdir().unwrap();
    let backend = Backend::start(home.path(), &[]);
    let url = crate::alerts::serve(crate::alerts::red_warning([106.55, 29.54, 106.6, 29.58]));
    let sources = home.path().join("sources.toml");
    let source = |name: &str, more: &str| {
        format!("[[source]]\nname = \"{name}\"\nprotocol = \"cap\"\nurl = \"{url}/list.atom\"\n{more}\n")
    };
    let text = [source("kept off", ""), source("on", ""), source("kept on", "enabled = false")];
    std::fs::write(&sources, text.concat()).unwrap();
    let settings = home.path().join("config/shancheng/settings.toml");
    std::fs::create_dir_all(settings.parent().unwrap()).unwrap();
    std::fs::write(&settings, "[sources]\noff = [\"kept off\"]\non = [\"kept on\"]\n").unwrap();
    let words = ["--json", "--backend", &backend.url, "--offscreen", "4", "--size", "320x240", "--sources"];
    let mut console = shancheng(home.path());
    let run = console.args(words).arg(&sources).arg("--out").arg(home.path().join("a.png")).output().unwrap();
    assert!(run.status.success(), "{}", errors(&run));
    let told = json(&run);
    let states: Vec<_> = ["kept off", "on", "kept on"]
        .iter()
        .map(|name| {
            told["feeds"].as_array().unwrap().iter().find(|feed| feed["name"] == *name).unwrap()["state"]
                .clone()
        })
        .collect();
    assert_eq!(states, ["off", "live", "live"], "{told}");
}

#[test]
fn settings_that_are_wrong_are_refused_where_named_and_told_where_they_are_the_usual_ones() {
    let home = tempfile::tempdir().unwrap();
    let backend = Backend::start(home.path(), &[]);
    let usual = home.path().join("config/shancheng/sources.toml");
    std::fs::create_dir_all(usual.parent().unwrap()).unwrap();
    std::fs::write(&usual, "[[source]]\nname = \"a\"\nprotocol = \"cap\"\nurl = \"nowhere\"\n").unwrap();
    let console = |more: &[&str]| {
        let words = ["--backend", &backend.url, "--offscreen", "0", "--size", "320x240"];
        shancheng(home.path()).current_dir(home.path()).args(words).args(more).output().unwrap()
    };
    let named = console(&["--sources", usual.to_str().unwrap()]);
    assert_eq!(named.status.code(), Some(2), "{}", errors(&named));
    assert!(errors(&named).contains("line 4: source `a`, url"), "{}", errors(&named));
    let unnamed = console(&[]);
    assert!(unnamed.status.success(), "{}", errors(&unnamed));
    assert!(errors(&unnamed).contains("line 4: source `a`, url"), "{}", errors(&unnamed));
    let none = console(&["--sources", "none"]);
    assert!(none.status.success() && !errors(&none).contains("source `a`"), "{}", errors(&none));
}
