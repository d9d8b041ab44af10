//! The risk points of the one-map: page by page, tried again, and never from elsewhere.

use super::fault_server::{FaultServer, JSON, Reply};
use super::{config, hurried, until};
use link::{Link, LinkConfig, LinkMessage};

const FIRST: &str = "/collections/risk-points/items?limit=10000";

fn page(ids: &[&str], next: &str) -> Reply {
    let feature = |id: &&str| {
        format!(
            r#"{{"type":"Feature","id":"{id}","geometry":{{"type":"Point","coordinates":[106.5,29.5]}},"properties":
            {{"name":"甲","class":"flood","grade":"major","segment":"monitor","layer":"surface",
            "districtCode":500103,"townshipCode":500103001}}}}"#
        )
    };
    let features: Vec<_> = ids.iter().map(feature).collect();
    let next = if next.is_empty() { String::new() } else { format!(r#"{{"rel":"next","href":"{next}"}}"#) };
    Reply::Whole(200, JSON, format!(r#"{{"features":[{}],"links":[{next}]}}"#, features.join(",")))
}

fn follow(server: &FaultServer, dir: &tempfile::TempDir) -> Link {
    let config = LinkConfig { map: true, ..config(server, dir.path().to_path_buf()) };
    Link::start_at(config, hurried()).unwrap()
}

fn told(link: &Link) -> Vec<String> {
    until(link, "risk points", |message| match message {
        LinkMessage::RiskPoints(points) => Some(points.into_iter().map(|p| p.id.to_string()).collect()),
        _ => None,
    })
}

#[test]
fn all_pages_are_read_and_a_failure_is_tried_again() {
    let server = FaultServer::of_city(7);
    let failure = Reply::Whole(503, "text/plain", "busy".into());
    server.script(FIRST, [failure, Reply::Hangup, page(&["R-1", "R-2"], "/second?page=2")]);
    server.script("/second?page=2", [page(&["R-3"], &format!("{}/third", server.address()))]);
    server.script("/third", [page(&["R-4"], "")]);
    let dir = tempfile::tempdir().unwrap();
    let link = follow(&server, &dir);
    assert_eq!(told(&link), ["R-1", "R-2", "R-3", "R-4"]);
    assert_eq!(server.asked(FIRST).len(), 3);
}

#[test]
fn a_page_elsewhere_is_not_asked_for_and_the_trouble_is_told_with_the_feed() {
    let server = FaultServer::of_city(7);
    server.script(FIRST, [page(&["R-1"], "http://192.0.2.1/steal"), page(&["R-9"], "")]);
    let dir = tempfile::tempdir().unwrap();
    let link = follow(&server, &dir);
    let sample = until(&link, "a problem", |message| match message {
        LinkMessage::Health(health) => health.into_iter().find_map(|feed| feed.sample),
        _ => None,
    });
    assert!(sample.contains("elsewhere") && sample.contains("192.0.2.1"), "{sample}");
    assert_eq!(told(&link), ["R-9"]);
}
