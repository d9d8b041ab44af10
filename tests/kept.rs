//! What a backend kept, and what other systems of the city tell: `journal` and `feed` as processes.

use crate::running::{Backend, errors, json, run};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn text(home: &Path, name: &str) -> String {
    home.join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_journal_holds_after_a_kill_and_shows_what_was_cut_off() {
    let home = tempfile::tempdir().unwrap();
    let (city, copy) = (text(home.path(), "city"), text(home.path(), "journal.jsonl"));
    let mut backend = Backend::start(home.path(), &["--speed", "20"]);
    let events = |least: u64| {
        let began = Instant::now();
        loop {
            let told = json(&run(home.path(), &["--json", "journal", "verify", &city]));
            if told["events"].as_u64().unwrap() >= least {
                return told;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "only {told}");
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    // A journal can be checked while it is written.
    let noted = events(5)["head"].as_str().unwrap().to_owned();
    backend.process.kill();
    let held = run(home.path(), &["journal", "verify", &city, "--noted", &noted]);
    assert!(held.status.success(), "{}", errors(&held));

    let exported = run(home.path(), &["--json", "journal", "export", &city, "--out", &copy]);
    let entries = json(&exported)["entries"].as_u64().unwrap();
    let lines = std::fs::read_to_string(&copy).unwrap();
    assert_eq!(lines.lines().count() as u64, entries);
    let beginning: Vec<&str> = lines.lines().take(3).collect();
    std::fs::write(&copy, beginning.join("\n")).unwrap();
    let cut = run(home.path(), &["journal", "verify", &copy, "--noted", &noted]);
    assert!(cut.status.code() == Some(1) && errors(&cut).contains("noted"), "{}", errors(&cut));
    std::fs::write(&copy, lines.replacen("training", "nobody", 1)).unwrap();
    let changed = run(home.path(), &["journal", "verify", &copy]);
    assert!(errors(&changed).contains("is not what was written"), "{}", errors(&changed));
    for (words, code, said) in [
        (&["journal", "verify", "nowhere.sqlite"][..], 1, "nowhere.sqlite"),
        (&["journal", "verify", &copy, "--noted", "7"], 2, "no head of a journal"),
    ] {
        let out = run(home.path(), words);
        assert!(out.status.code() == Some(code) && errors(&out).contains(said), "{}", errors(&out));
    }
}

/// Which warnings are in force, and whether one ended because nobody saw it any more.
fn in_force(snapshot: &serde_json::Value) -> (BTreeSet<String>, bool) {
    let all = snapshot["warnings"].as_array().unwrap();
    let up = all.iter().filter(|warning| warning["ended"].is_null());
    let unseen = all.iter().any(|warning| warning["ended"]["why"] == "unseen");
    (up.map(|warning| warning["id"].as_str().unwrap().to_owned()).collect(), unseen)
}

#[test]
fn rules_go_on_over_a_restart_and_a_damaged_memory_costs_only_itself() {
    let home = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(home.path(), &["--speed", "30"]);
    let long = Duration::from_secs(180);
    let (before, _) = in_force(&backend.wait(long, "forty warnings", |city| in_force(city).0.len() > 40));
    let pid = backend.process.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(backend.process.0.wait().unwrap().success());
    let file = home.path().join("city").join("watch.memory");
    assert!(std::fs::metadata(&file).unwrap().len() > 1_000_000);

    backend.restart(&["--speed", "30"]);
    let (again, _) = in_force(&backend.snapshot());
    let same = before.intersection(&again).count();
    assert!(2 * same > before.len(), "{same} of {} have the names they had", before.len());
    // Eleven minutes of city time are longer than a warning is carried that nobody sees.
    let now = |city: &serde_json::Value| city::CityTime::parse(city["now"].as_str().unwrap()).unwrap();
    let until = now(&backend.snapshot()).plus_s(700.0);
    let after = backend.wait(long, "eleven minutes", |city| now(city) > until);
    assert!(!in_force(&after).1, "the rules know of every warning that was in force");

    backend.process.kill();
    std::fs::write(&file, b"SCWATCH1 and then something else, long enough to have a hash at its end")
        .unwrap();
    backend.restart(&["--speed", "30"]);
    backend.wait(long, "warnings", |city| in_force(city).0.len() > 10);
    assert_eq!(backend.get("/health").0, 200);
}

/// Answers every request by its path, for as long as the test lives.
fn serve(answer: impl Fn(&str) -> Option<String> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let asked = lines.next().unwrap_or_default();
            lines.find(String::is_empty);
            let path = asked.split(' ').nth(1).unwrap_or_default();
            let (status, body) = match answer(path) {
                Some(body) => ("200 OK", body),
                None => ("404 Not Found", "nothing here".to_owned()),
            };
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = (&stream).write_all((head + &body).as_bytes());
        }
    });
    format!("http://{address}")
}

/// An orange warning of rain that holds from an hour ago to tomorrow.
fn rain(sent: city::CityTime) -> String {
    let time =
        |at: city::CityTime| serde_json::to_string(&at).unwrap().trim_matches('"').replace(".000Z", "-00:00");
    let sent = city::CityTime(sent.0.div_euclid(1_000) * 1_000);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
        <identifier>rain-1</identifier><sender>weather@example.org</sender><sent>{}</sent><status>Actual</status>
        <msgType>Alert</msgType><scope>Public</scope><info><language>zh-CN</language><category>Met</category>
        <event>暴雨</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>
        <expires>{}</expires><headline>暴雨橙色预警</headline><area><areaDesc>渝中区</areaDesc>
        <polygon>29.5,106.5 29.6,106.5 29.6,106.6 29.5,106.5</polygon></area></info></alert>"#,
        time(sent),
        time(sent.plus_s(86_400.0)),
    )
}

#[test]
fn a_source_is_tried_and_says_what_it_brings_or_why_not() {
    let home = tempfile::tempdir().unwrap();
    let began =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
    let alert = rain(city::CityTime(began - 3_600_000));
    let warnings = serve(move |path| {
        match path {
        "/list.atom" => Some(
            r#"<feed xmlns="http://www.w3.org/2005/Atom"><id>a</id><title>t</title><updated>2026-11-22T00:00:00Z</updated>
            <entry><id>1</id><title>rain</title><updated>2026-11-22T00:00:00Z</updated><link href="alert.xml"/></entry>
            <entry><id>2</id><title>gone</title><updated>2026-11-22T00:00:00Z</updated><link href="gone.xml"/></entry></feed>"#
                .to_owned(),
        ),
        "/alert.xml" => Some(alert.clone()),
        _ => None,
    }
    });
    let file = text(home.path(), "sources.toml");
    let named = format!(
        "[[source]]\nname = \"预警\"\nprotocol = \"cap\"\nurl = \"{warnings}/list.atom\"\nenabled = false\n\
         [[source]]\nname = \"nothing\"\nprotocol = \"cap\"\nurl = \"{warnings}/none\"\n"
    );
    std::fs::write(&file, named).unwrap();
    let listed = json(&run(home.path(), &["--json", "feed", "list", "--sources", &file]));
    assert_eq!(
        (listed["sources"][0]["name"].as_str(), listed["sources"][0]["enabled"].as_bool()),
        (Some("预警"), Some(false))
    );

    let out = run(home.path(), &["--json", "feed", "check", "预警", "--sources", &file]);
    assert!(out.status.success(), "{}", errors(&out));
    let said = json(&out);
    assert_eq!(
        (
            said["state"].as_str(),
            said["warnings"].as_u64(),
            said["received"].as_u64(),
            said["problems"].as_u64()
        ),
        (Some("live"), Some(1), Some(1), Some(1)),
        "{said}"
    );
    assert!(said["sample"].as_str().unwrap().contains("404"), "{said}");
    let warning = &said["brought"]["warnings"][0];
    let area = &warning["infos"][0]["areas"][0];
    assert_eq!(warning["status"], "Actual", "{said}");
    assert!(warning["colour"].is_string() && area["description"].is_string(), "{said}");
    let words = run(home.path(), &["feed", "check", "预警", "--sources", &file]);
    let told = String::from_utf8_lossy(&words.stdout).into_owned();
    assert!(told.contains("warnings: 1\n    ") && told.contains("Actual"), "{told}");

    for (words, code, told) in [
        (["feed", "check", "nothing", "--seconds", "2"], 1, "404"),
        (["feed", "check", "who", "--seconds", "2"], 2, "预警, nothing"),
    ] {
        let out = run(home.path(), &[&words[..], &["--sources", &file]].concat());
        assert!(out.status.code() == Some(code) && errors(&out).contains(told), "{}", errors(&out));
    }
    std::fs::write(&file, "[[source]]\nname = 'a'\nprotocol = 'cap'\nurl = 'file:///etc'\n").unwrap();
    let wrong = run(home.path(), &["feed", "list", "--sources", &file]);
    assert!(wrong.status.code() == Some(2) && errors(&wrong).contains("line 4"), "{}", errors(&wrong));
}
