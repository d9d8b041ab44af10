//! Wrong requests: each is a problem document that says what is wrong.

use crate::client::*;

#[test]
fn wrong_requests_are_problems() {
    let served = serve();
    let commands = served.at("/api/v1/commands");
    let json = [("content-type", "application/json")];
    let malformed = post_with(&commands, &json, "{\"type\":\n \"acknowledge\",,}");
    assert_eq!((malformed.status, malformed.reason().as_str()), (400, "malformedJson"));
    assert_eq!(malformed.json()["line"], 2);
    for body in [
        r#"{"type":"acknowledge","incidentId":"I-1","colour":"red"}"#,
        r#"{"type":"explode"}"#,
        r#"{"type":"acknowledge"}"#,
        r#"[]"#,
        r#"{"type":"report","riskClass":"no spaces","lon":106,"lat":29,"text":"x"}"#,
    ] {
        let reply = post_with(&commands, &json, body);
        assert_eq!((reply.status, reply.reason().as_str()), (422, "badCommand"), "{body}");
    }
    let outside = r#"{"type":"report","riskClass":"gas","lon":121.47,"lat":31.23,"text":"上海"}"#;
    assert_eq!(post_with(&commands, &json, outside).reason(), "badField");
    let large = format!(r#"{{"type":"report","text":"{}"}}"#, "x".repeat(70_000));
    assert_eq!(post_with(&commands, &json, &large).status, 413);
    assert_eq!(post_with(&commands, &[("content-type", "text/plain")], "{}").status, 415);
    let long_key = "k".repeat(300);
    let reply = post_with(&commands, &[json[0], ("idempotency-key", &long_key)], "{}");
    assert_eq!((reply.status, reply.reason().as_str()), (400, "badKey"));
    assert_eq!(get(&commands).reason(), "wrongMethod");
    assert_eq!(
        (get(&served.at("/nowhere")).status, get(&served.at("/nowhere")).reason().as_str()),
        (404, "noSuchRoute")
    );
    assert_eq!(get(&served.at("/collections/%FF/items")).reason(), "badRequest");
    assert_eq!(get(&served.at("/api/v1/events?lastEventId=1&lastEventId=2")).reason(), "badRequest");
    assert_eq!(get(&served.at("/collections/moons/items")).reason(), "noSuchCollection");
    assert_eq!(get(&served.at("/collections/roads/items?bbox=1,2")).status, 400);
}

#[test]
fn features_come_in_pages_that_link_to_the_next() {
    let served = serve();
    let ids: Vec<String> = get(&served.at("/collections")).json()["collections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        ids,
        ["districts", "townships", "rivers", "roads", "bridges", "risk-points", "shelters", "drone-routes"]
    );
    for id in &ids {
        let page = get(&served.at(&format!("/collections/{id}/items?limit=3"))).json();
        assert_eq!(page["type"], "FeatureCollection", "{id}");
        assert!(page["numberMatched"].as_u64().unwrap() > 0, "{id}");
    }
    let mut address = "/collections/townships/items?limit=400".to_owned();
    let mut seen = std::collections::HashSet::new();
    loop {
        let page = get(&served.at(&address)).json();
        assert_eq!(page["numberMatched"], 1_031);
        seen.extend(page["features"].as_array().unwrap().iter().map(|f| f["id"].to_string()));
        match page["links"].as_array().unwrap().iter().find(|l| l["rel"] == "next") {
            Some(next) => address = next["href"].as_str().unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 1_031);
    let yuzhong = get(&served.at("/collections/districts/items/500103")).json();
    assert_eq!(yuzhong["properties"]["zh"], "渝中区");
}

#[test]
fn every_route_of_the_description_is_served() {
    let served = serve();
    let description = get(&served.at("/openapi.json")).json();
    let paths = description["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 24);
    for path in paths.keys() {
        let path = path.replace("{collectionId}", "roads").replace("{featureId}", "road-0");
        let path = path.replace("{set}", "Things").replace("{id}", "traffic-index");
        // Of alerts and requests there may be none yet.
        if path.contains("{number}") {
            continue;
        }
        if path.ends_with("/events") || path.ends_with("/telemetry") || path.ends_with("/commands") {
            continue;
        }
        assert_eq!(get(&served.at(&path)).status, 200, "{path}");
    }
}
