//! `shancheng roads`: an extract becomes a network that answers.

use crate::running::{errors, json, run};
use roads::synthetic::city;

#[test]
fn an_extract_is_imported_and_asked() {
    let home = tempfile::tempdir().unwrap();
    let (extract, network) = (home.path().join("city.osm.pbf"), home.path().join("city.roads"));
    std::fs::write(&extract, city(3_000, 1).to_pbf()).unwrap();
    let (extract, network) = (extract.to_str().unwrap(), network.to_str().unwrap());
    let made = run(home.path(), &["roads", "import", extract, "--out", network, "--json"]);
    assert_eq!(made.status.code(), Some(0), "{}", errors(&made));
    assert!(json(&made)["edges"].as_u64().unwrap() > 2_500);
    let told = json(&run(home.path(), &["roads", "info", network, "--json"]));
    assert_eq!(told["sources"][0], "city.osm.pbf");

    let between = ["--from", "106.545,29.567", "--to", "106.555,29.573", "--network", network, "--json"];
    let route = |more: &[&str]| run(home.path(), &[&["roads", "route"][..], &between[..], more].concat());
    let found = route(&["--vehicle", "fireEngine", "--height-m", "3.1"]);
    assert_eq!(found.status.code(), Some(0), "{}", errors(&found));
    let found = json(&found);
    assert!(found["length_m"].as_f64().unwrap() > 1_100.0 && found["path"][1]["height_m"].is_number());
    let closed = route(&["--closed", "106.545,29.567,400"]);
    assert_eq!(closed.status.code(), Some(1), "{}", errors(&closed));
    assert!(errors(&closed).contains("closed"), "{}", errors(&closed));

    let from = ["--from", "106.55,29.57", "--minutes", "1,2", "--network", network, "--json"];
    let areas = json(&run(home.path(), &[&["roads", "isochrone"][..], &from[..]].concat()));
    assert_eq!(areas["features"].as_array().unwrap().len(), 2);
    assert_eq!(areas["features"][1]["properties"]["minutes"], 2.0);
}

#[test]
fn the_schematic_network_answers_where_none_is_named() {
    let home = tempfile::tempdir().unwrap();
    let words = ["roads", "route", "--from", "106.577,29.557", "--to", "106.484,29.670", "--json"];
    let found = run(home.path(), &words);
    assert_eq!(found.status.code(), Some(0), "{}", errors(&found));
    let km = json(&found)["length_m"].as_f64().unwrap() / 1e3;
    assert!((15.0..25.0).contains(&km), "{km}");
}

#[test]
fn a_route_is_laid_on_a_picture() {
    let home = tempfile::tempdir().unwrap();
    let (extract, network) = (home.path().join("city.osm.pbf"), home.path().join("city.roads"));
    std::fs::write(&extract, city(3_000, 1).to_pbf()).unwrap();
    let (extract, network) = (extract.to_str().unwrap(), network.to_str().unwrap());
    let made = run(home.path(), &["roads", "import", extract, "--out", network]);
    assert_eq!(made.status.code(), Some(0), "{}", errors(&made));
    let place = ["--look-at", "106.55,29.57", "--distance", "4000", "--size", "320x200"];
    let picture = |more: &[&str]| {
        let words = [&["snapshot", "--json", "--out", "a.png"][..], &place[..], more].concat();
        let out =
            crate::running::shancheng(home.path()).args(words).current_dir(home.path()).output().unwrap();
        assert_eq!(out.status.code(), Some(0), "{}", errors(&out));
        json(&out)
    };
    let between = ["--route", "106.545,29.567/106.555,29.573", "--profile", "car"];
    assert!(picture(&[])["route"].is_null());
    let found = picture(&[&between[..], &["--roads", network]].concat());
    let asked = ["roads", "route", "--from", "106.545,29.567", "--to", "106.555,29.573", "--json"];
    let told = json(&run(home.path(), &[&asked[..], &["--vehicle", "car", "--network", network]].concat()));
    assert_eq!(found["route"]["length_m"], told["length_m"]);
    assert!(
        picture(&between)["route"]["duration_s"] != found["route"]["duration_s"],
        "the schematic network"
    );
}
