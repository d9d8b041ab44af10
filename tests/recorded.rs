//! Rules tried on a recorded day, and what came of it kept in the register of a backend.

use crate::running::{Backend, errors, json, run};

#[test]
fn a_recorded_day_is_evaluated_and_its_figures_stand_in_the_register() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let (day, figures) = (path("day"), path("figures.json"));
    let out = run(home.path(), &["rules", "record", &day, "--hours", "1", "--one-in", "20", "--json"]);
    assert!(out.status.success(), "{}", errors(&out));
    let recorded = json(&out);
    assert!(recorded["truths"].as_u64().unwrap() > 5, "{recorded}");

    let out = run(home.path(), &["rules", "evaluate", &day, "--out", &figures, "--json"]);
    assert!(out.status.success(), "{}", errors(&out));
    let told = json(&out);
    assert_eq!(told["observations"], recorded["observations"]);
    assert_eq!((told["used"].as_u64(), &told["madeUp"]), (told["observations"].as_u64(), &true.into()));
    let list = told["list"].as_array().unwrap();
    let of = |id: &str| list.iter().find(|one| one["algorithm"] == id).unwrap()["evaluation"].clone();
    assert_eq!(of("smoke")["recall"]["hits"], of("smoke")["recall"]["of"], "{told}");

    let backend = Backend::start(home.path(), &[]);
    let out = run(home.path(), &["act", &figures, "--backend", &backend.url, "--seconds", "60"]);
    assert!(out.status.success(), "{}", errors(&out));
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert_eq!(text.matches("done: algorithmEvaluated").count(), list.len(), "{text}");
}

#[test]
fn what_is_wrong_with_a_record_is_one_line_that_names_file_and_line() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let day = path("day");
    let out = run(home.path(), &["rules", "evaluate", &day]);
    assert!(out.status.code() == Some(1) && errors(&out).contains("record.toml"), "{}", errors(&out));
    let out = run(home.path(), &["rules", "record", &day, "--hours", "0.1", "--one-in", "500"]);
    assert!(out.status.success(), "{}", errors(&out));
    let out = run(home.path(), &["rules", "record", &day]);
    assert!(out.status.code() == Some(1) && errors(&out).contains("without a record"), "{}", errors(&out));
    for (name, text, needle) in [
        (
            "observations.csv",
            "at,device,value\n1768472400000,nobody,1\n",
            "observations.csv line 2, column `device`",
        ),
        ("truth.csv", "algorithms,from,until\nsmoke,never,never\n", "truth.csv line 2, column `from`"),
        ("devices.csv", "\u{0}\u{0}", "devices.csv line 1, column `id`: is missing"),
        ("record.toml", "name = 3", "record.toml line 1, `name`"),
    ] {
        std::fs::write(home.path().join("day").join(name), text).unwrap();
        let out = run(home.path(), &["rules", "evaluate", &day]);
        let said = errors(&out);
        assert!(
            out.status.code() == Some(1) && said.contains(needle) && said.trim().lines().count() == 1,
            "{said}"
        );
    }
}
