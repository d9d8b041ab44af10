//! Layers by OGC API – Features: pages, changes, servers that refuse, stop, break off or call themselves otherwise.

use super::fault_server::{FaultServer, JSON, Reply};
use super::sources_web::{start, told, until_health, until_says};
use feeds::{Cause, FeedState};
use link::sources::FeatureSet;
use std::sync::Arc;

pub const ASKED: &str = "bbox=105.28%2C28.15%2C110.2%2C32.21&limit=1000";
const OFTEN: &str = "every_s = 0.1";

fn items(collection: &str) -> String {
    format!("/collections/{collection}/items?{ASKED}")
}

fn feature(id: u32, lon: f64, lat: f64) -> String {
    format!(
        r#"{{"type":"Feature","id":{id},"geometry":{{"type":"Point","coordinates":[{lon},{lat}]}},"properties":{{"名称":"避难所{id}"}}}}"#
    )
}

fn page(features: &[String], next: &str) -> String {
    let next = if next.is_empty() { String::new() } else { format!(r#"{{"rel":"next","href":"{next}"}}"#) };
    format!(r#"{{"type":"FeatureCollection","features":[{}],"links":[{next}]}}"#, features.join(","))
}

fn json(text: impl Into<String>) -> Reply {
    Reply::Whole(200, JSON, text.into())
}

/// A server in the shape of pygeoapi, with these collections.
fn server(collections: &[&str]) -> FaultServer {
    let server = FaultServer::of_city(0);
    let link =
        |rel: &str, href: String| format!(r#"{{"rel":"{rel}","type":"application/json","href":"{href}"}}"#);
    let landing =
        format!(r#"{{"title":"t","links":[{}]}}"#, link("data", format!("{}/collections", server.address())));
    server.script("/", [json(landing)]);
    let each = |id: &&str| {
        let items = link("items", format!("{}/collections/{id}/items", server.address()));
        format!(r#"{{"id":"{id}","title":"{id} 标题","itemType":"feature","links":[{items}]}}"#)
    };
    let all: Vec<_> = collections.iter().map(each).collect();
    server.script("/collections", [json(format!(r#"{{"collections":[{}],"links":[]}}"#, all.join(",")))]);
    server
}

fn ids(set: &FeatureSet) -> Vec<&str> {
    set.features.iter().filter_map(|feature| feature.id.as_deref()).collect()
}

fn set_of(sources: &link::sources::Sources, id: &str) -> Arc<FeatureSet> {
    told(sources, 0, |news| news.collections.into_iter().find(|set| set.id == id))
}

#[test]
fn every_page_of_every_collection_is_read_within_the_city() {
    let server = server(&["shelters", "rivers"]);
    let next = |offset: u32| format!("{}/collections/shelters/items?offset={offset}", server.address());
    server.script(
        &items("shelters"),
        [json(page(&[feature(1, 106.5, 29.5), feature(2, 106.6, 29.5)], &next(2)))],
    );
    server.script(
        "/collections/shelters/items?offset=2",
        [Reply::ByteByByte(200, JSON, page(&[feature(3, 106.7, 29.5)], ""))],
    );
    server.script(&items("rivers"), [json(page(&[], ""))]);
    let sources = start(&[("ogc-features", &server.address(), "")]);
    let set = set_of(&sources, "shelters");
    assert_eq!((ids(&set), set.title.as_str()), (vec!["1", "2", "3"], "shelters 标题"));
    let health = until_health(&sources, 0, |health| health.cause.is_none() && health.received == 3);
    assert_eq!((health.state, health.problems), (FeedState::Live, 0));
    assert!(server.asked(&items("rivers"))[0].headers["accept"].starts_with("application/geo+json"));
}

#[test]
fn only_what_changed_is_read_again_and_told() {
    let server = server(&["a"]);
    let tagged = |tag: &str, body: String| Reply::With(200, JSON, format!("etag: \"{tag}\"\r\n"), body);
    let same = Reply::With(304, JSON, String::new(), String::new());
    let first = page(&[feature(1, 106.5, 29.5)], "/two");
    server.script(&items("a"), [tagged("x", first), same.clone()]);
    let second = |id| page(&[feature(id, 106.6, 29.5)], "");
    server.script(
        "/two",
        [tagged("y", second(2)), same.clone(), same, tagged("z", second(3)), json(second(3))],
    );
    let sources = start(&[("ogc-features", &server.address(), OFTEN)]);
    assert_eq!(ids(&set_of(&sources, "a")), ["1", "2"]);
    assert_eq!(ids(&set_of(&sources, "a")), ["1", "3"], "the first page stays what it was");
    let asked = server.until_asked("/two", 6);
    assert_eq!(asked[0].headers.get("if-none-match"), None);
    assert_eq!(asked[1].headers["if-none-match"], "\"y\"");
    assert_eq!(asked[4].headers["if-none-match"], "\"z\"");
    assert!(sources.take().is_empty(), "the same features are no news");
}

#[test]
fn a_collection_that_is_not_there_is_told_with_those_that_are() {
    let server = server(&["shelters", "rivers"]);
    server.script(&items("rivers"), [json(page(&[feature(7, 106.5, 29.5)], ""))]);
    let wanted = "collections = ['rivers', 'roads']";
    let sources = start(&[("ogc-features", &server.address(), wanted)]);
    assert_eq!(ids(&set_of(&sources, "rivers")), ["7"]);
    let said = until_says(&sources, 0, "`roads`");
    assert!(said.message.contains("shelters, rivers") && said.cause == Some(Cause::Stranger), "{said:?}");
    server.until_asked("/", 4);
    assert_eq!(server.asked(&items("rivers")).len(), 1, "what was read well is not asked again for that");
    assert!(server.asked(&items("shelters")).is_empty());
}

#[test]
fn a_page_that_is_cut_off_is_no_last_page() {
    let server = server(&["a", "b"]);
    let whole = page(&[feature(1, 106.5, 29.5), feature(2, 106.5, 29.5)], "/two");
    let cut = whole[..whole.len() - 40].to_owned();
    server.script(&items("a"), [json(cut.clone()), json(cut.clone()), json(cut), json(whole)]);
    server.script("/two", [json(page(&[feature(3, 106.5, 29.5)], ""))]);
    server.script(&items("b"), [json(page(&[feature(9, 106.5, 29.5)], ""))]);
    let sources = start(&[("ogc-features", &server.address(), "")]);
    until_says(&sources, 0, "cut off");
    let mut seen = Vec::new();
    told(&sources, 0, |news| {
        seen.extend(news.collections.iter().map(|set| ids(set).join(",")));
        (seen.len() == 2).then_some(())
    });
    seen.sort();
    assert_eq!(seen, ["1,2,3", "9"]);
    // A record that is no JSON costs itself, and the page has its end.
    server.script("/", [Reply::Hangup]);
    let garbled = server_of_one(page(&["{\"geometry\":NaN}".into(), feature(4, 106.5, 29.5)], ""));
    let sources = start(&[("ogc-features", &garbled.address(), "")]);
    assert_eq!(ids(&set_of(&sources, "a")), ["4"]);
    assert!(until_health(&sources, 0, |health| health.problems > 0).sample.is_some());
}

fn server_of_one(page: String) -> FaultServer {
    let server = server(&["a"]);
    server.script(&items("a"), [json(page)]);
    server
}

#[test]
fn positions_come_in_wgs84_whatever_the_page_is_in() {
    let server = server(&["a"]);
    let crs = "content-crs: <http://www.opengis.net/def/crs/EPSG/0/4544>\r\n".to_owned();
    let body = page(&[feature(1, 3_273_023.961_7, 653_873.769_2), feature(2, 9e30, 9e30)], "");
    server.script(&items("a"), [Reply::With(200, JSON, crs, body)]);
    let sources = start(&[("ogc-features", &server.address(), "")]);
    let set = set_of(&sources, "a");
    let at = set.features[0].geometry.as_ref().unwrap().first().unwrap();
    assert!((at.first - 106.5878).abs() < 1e-6 && (at.second - 29.5657).abs() < 1e-6, "{at:?}");
    assert_eq!(set.features.len(), 1);
    let shifted = geodesy::wgs84_to_gcj02(city::LonLat::new(106.5878, 29.5657));
    let web_map = server_of_one(page(&[feature(1, shifted.lon, shifted.lat)], ""));
    let sources = start(&[("ogc-features", &web_map.address(), "datum = 'gcj02'")]);
    let at = set_of(&sources, "a").features[0].geometry.as_ref().unwrap().first().unwrap();
    assert!((at.first - 106.5878).abs() < 1e-6 && (at.second - 29.5657).abs() < 1e-6, "{at:?}");
}

#[test]
fn a_server_that_refuses_limits_or_boxes_is_asked_plainly() {
    let server = server(&["a"]);
    let refusal = Reply::Whole(400, JSON, r#"{"code":"InvalidParameterValue","description":"limit"}"#.into());
    server.script(&items("a"), [refusal.clone()]);
    server.script("/collections/a/items?bbox=105.28%2C28.15%2C110.2%2C32.21", [refusal]);
    server.script("/collections/a/items", [json(page(&[feature(1, 106.5, 29.5)], ""))]);
    let sources = start(&[("ogc-features", &server.address(), "")]);
    assert_eq!(ids(&set_of(&sources, "a")), ["1"]);
}

#[test]
fn servers_that_know_no_accept_or_not_their_own_name_are_read() {
    let server = FaultServer::of_city(0);
    server.script("/", [Reply::Whole(200, "text/html", "<!DOCTYPE html><title>hi</title>".into())]);
    let inside = |path: &str| format!(r#"{{"rel":"data","href":"http://inside.invalid:5000/{path}"}}"#);
    server.script("/?f=json", [json(format!(r#"{{"links":[{}]}}"#, inside("collections")))]);
    let items_link = inside("collections/a/items").replace("data", "items");
    let list = format!(r#"{{"collections":[{{"id":"a","links":[{items_link}]}}]}}"#);
    server.script("/collections?f=json", [json(list)]);
    let next = "http://inside.invalid:5000/collections/a/items?offset=1";
    server.script(
        &format!("/collections/a/items?f=json&{ASKED}"),
        [json(page(&[feature(1, 106.5, 29.5)], next))],
    );
    server.script("/collections/a/items?offset=1&f=json", [json(page(&[feature(2, 106.5, 29.5)], ""))]);
    let sources = start(&[("ogc-features", &server.address(), "")]);
    assert_eq!(ids(&set_of(&sources, "a")), ["1", "2"]);
}

#[test]
fn links_are_relative_to_the_page_they_stand_on_and_the_query_of_the_address_is_kept() {
    let server = FaultServer::of_city(0);
    let key = "token=s%C3%A9same";
    let link = |rel: &str, href: &str| format!(r#"{{"links":[{{"rel":"{rel}","href":"{href}"}}]}}"#);
    // Moved, and only there with its last slash.
    let moved = Reply::With(302, JSON, format!("location: /geo/ogc/?{key}\r\n"), String::new());
    server.script(&format!("/ogc/?{key}"), [moved]);
    server.script(&format!("/geo/ogc/?{key}"), [json(link("data", "lists/all"))]);
    let moved = Reply::With(302, JSON, "location: /geo/ogc/lists/v2/all\r\n".to_owned(), String::new());
    server.script(&format!("/geo/ogc/lists/all?{key}"), [moved]);
    let a = link("items", "a/items").replacen('{', r#"{"id":"a","#, 1);
    let b = link("items", "../b/items").replacen('{', r#"{"id":"b","#, 1);
    server.script("/geo/ogc/lists/v2/all", [json(format!(r#"{{"collections":[{a},{b}]}}"#))]);
    server.script(
        &format!("/geo/ogc/lists/v2/a/items?{key}&{ASKED}"),
        [json(page(&[feature(1, 106.5, 29.5)], "items?offset=1"))],
    );
    let second = page(&[feature(2, 106.5, 29.5)], "");
    server.script(&format!("/geo/ogc/lists/v2/a/items?offset=1&{key}"), [json(second)]);
    let other = page(&[feature(7, 106.5, 29.5)], "");
    server.script(&format!("/geo/ogc/lists/b/items?{key}&{ASKED}"), [json(other)]);
    let sources = start(&[("ogc-features", &format!("{}/ogc/?{key}", server.address()), "")]);
    let mut told_of = std::collections::BTreeMap::new();
    told(&sources, 0, |news| {
        told_of.extend(news.collections.into_iter().map(|set| (set.id.clone(), set)));
        (told_of.len() == 2).then_some(())
    });
    assert_eq!((ids(&told_of["a"]), ids(&told_of["b"])), (vec!["1", "2"], vec!["7"]));
    assert_eq!(until_health(&sources, 0, |health| health.received == 3).cause, None);
}

#[test]
fn a_feature_that_stands_on_two_pages_counts_once() {
    let tagged = |tag: &str, body: String| Reply::With(200, JSON, format!("etag: \"{tag}\"\r\n"), body);
    let server = server(&["a"]);
    let first =
        |ids: &[u32]| page(&ids.iter().map(|id| feature(*id, 106.5, 29.5)).collect::<Vec<_>>(), "/two");
    server.script(&items("a"), [tagged("x", first(&[1, 2])), tagged("z", first(&[1]))]);
    let second = page(&[feature(2, 106.5, 29.5), feature(3, 106.5, 29.5)], "");
    server.script("/two", [tagged("y", second)]);
    let sources = start(&[("ogc-features", &server.address(), OFTEN)]);
    assert_eq!(ids(&set_of(&sources, "a")), ["1", "2", "3"]);
    server.until_asked("/two", 3);
    let asked = server.asked("/two");
    assert_eq!(asked[1].headers.get("if-none-match"), None, "a page that was kept in part is read whole");
    assert_eq!(asked[2].headers["if-none-match"], "\"y\"");
    assert!(sources.take().is_empty(), "it went from the first page to the second");
}

#[test]
fn pages_elsewhere_or_in_a_circle_and_other_protocols_are_told() {
    let steals = server_of_one(page(&[feature(1, 106.5, 29.5)], "http://192.0.2.1/steal"));
    let circle = server_of_one(page(&[feature(1, 106.5, 29.5)], &items("a")));
    let other = FaultServer::of_city(0);
    other.script("/", [json(r#"{"value":[{"name":"Datastreams","url":"x"}]}"#)]);
    let garbage = FaultServer::of_city(0);
    garbage.script("/", [Reply::Raw(vec![0xff; 4096])]);
    let [steals_at, circle_at, other_at, garbage_at] =
        [&steals, &circle, &other, &garbage].map(FaultServer::address);
    let features = |url| ("ogc-features", url, "");
    let all = [&steals_at, &circle_at, &other_at, &garbage_at].map(|url| features(url.as_str()));
    let sources = start(&all);
    until_says(&sources, 0, "192.0.2.1");
    until_says(&sources, 1, "go round");
    let said = until_says(&sources, 2, "sensorthings");
    assert_eq!(said.cause, Some(Cause::Stranger));
    until_health(&sources, 3, |health| health.cause == Some(Cause::Unreachable));
    assert!(sources.take().is_empty());
}

#[test]
fn a_source_that_stalls_floods_or_hangs_up_costs_another_nothing() {
    let stalls = server(&["a"]);
    stalls.script(&items("a"), [Reply::StreamThenSilence("{\"features\":[".into())]);
    let floods = FaultServer::of_city(0);
    floods.script("/", [Reply::Whole(200, JSON, " ".repeat(65 << 20))]);
    let hangs_up = FaultServer::of_city(0);
    hangs_up.script("/", [Reply::Hangup]);
    let well = server_of_one(page(&[feature(1, 106.5, 29.5)], ""));
    let all = [&well, &stalls, &floods, &hangs_up].map(FaultServer::address);
    let sources = start(&[0, 1, 2, 3].map(|place| ("ogc-features", all[place].as_str(), "")));
    assert_eq!(ids(&set_of(&sources, "a")), ["1"]);
    until_health(&sources, 1, |health| health.cause == Some(Cause::Silent));
    until_says(&sources, 2, "longer than");
    until_health(&sources, 3, |health| health.cause == Some(Cause::Unreachable));
    assert_eq!(until_health(&sources, 0, |_| true).cause, None);
}

#[test]
fn a_secret_goes_to_the_source_alone_and_is_never_told() {
    let server = server_of_one(page(&[feature(1, 106.5, 29.5)], ""));
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("token");
    std::fs::write(&file, "sesame-7\n").unwrap();
    server.script("/", [Reply::Whole(401, JSON, r#"{"title":"no"}"#.into())]);
    let more = format!("secret_file = '{}'", file.display());
    let sources = start(&[("ogc-features", &server.address(), &more)]);
    let said = until_health(&sources, 0, |health| health.cause == Some(Cause::Token));
    assert!(said.message.contains("401") && !format!("{said:?}").contains("sesame"), "{said:?}");
    assert_eq!(server.asked("/")[0].headers["authorization"], "Bearer sesame-7");
}
