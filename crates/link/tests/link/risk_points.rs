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

/// The identifiers told, after why they could not be read, as often as that was told.
fn told(link: &Link) -> (Vec<String>, Vec<String>) {
    let mut whys = Vec::new();
    let ids = until(link, "risk points", |message| match message {
        LinkMessage::RiskPoints(Ok(points)) => Some(points.into_iter().map(|p| p.id.to_string()).collect()),
        LinkMessage::RiskPoints(Err(why)) => {
            whys.push(why);
            None
        }
        _ => None,
    });
    (ids, whys)
}

#[test]
fn all_pages_are_read_and_a_failure_is_told_once_and_tried_again() {
    let server = FaultServer::of_city(7);
    let failure = Reply::Whole(503, "text/plain", "busy".into());
    server
        .script(FIRST, [failure.clone(), failure.clone(), failure, page(&["R-1", "R-2"], "/second?page=2")]);
    server.script("/second?page=2", [page(&["R-3"], &format!("{}/third", server.address()))]);
    server.script("/third", [page(&["R-4"], "")]);
    let dir = tempfile::tempdir().unwrap();
    let link = follow(&server, &dir);
    let (ids, whys) = told(&link);
    assert_eq!(ids, ["R-1", "R-2", "R-3", "R-4"]);
    assert!(whys.len() == 1 && whys[0].contains("503"), "{whys:?}");
    assert_eq!(server.asked(FIRST).len(), 4);
}

#[test]
fn pages_elsewhere_and_pages_in_a_circle_are_refused() {
    let server = FaultServer::of_city(7);
    let circle = page(&["R-2"], FIRST);
    server.script(FIRST, [page(&["R-1"], "http://192.0.2.1/steal"), circle, page(&["R-9"], "")]);
    let dir = tempfile::tempdir().unwrap();
    let link = follow(&server, &dir);
    let (ids, whys) = told(&link);
    assert_eq!(ids, ["R-9"]);
    assert!(whys[0].contains("elsewhere") && whys[0].contains("192.0.2.1"), "{whys:?}");
    assert!(whys[1].contains("never end"), "{whys:?}");
}
