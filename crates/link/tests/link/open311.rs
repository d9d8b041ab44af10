//! Residents' requests by Open311: pages, windows, changes, patience that is asked for, and servers that are none.

use super::fault_server::{Asked, FaultServer, JSON, Reply};
use super::sources_web::{start, told, until_health, until_says};
use feeds::Cause;
use link::sources::Sources;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;

const OFTEN: &str = "every_s = 0.1";

fn request(id: usize, updated: &str, notes: &str) -> String {
    format!(
        r#"{{"service_request_id":"{id}","status":"open","status_notes":"{notes}","service_code":"006",
        "requested_datetime":"2026-11-20T08:00:00+08:00","updated_datetime":"{updated}","lat":29.5657,"long":106.5878}}"#
    )
}

fn list(requests: &[String]) -> String {
    format!("[{}]", requests.join(","))
}

fn numbered(from: usize, to: usize) -> Vec<String> {
    (from..to).map(|id| request(id, "2026-11-20T08:00:00+08:00", "")).collect()
}

/// What a question says in its query.
fn said(asked: &Asked) -> BTreeMap<String, String> {
    let query = asked.path.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A service whose requests are all of the newest 90 days, `a_page` on each.
fn paging(all: Vec<String>, a_page: usize) -> FaultServer {
    let server = FaultServer::of_city(0);
    let mut newest = String::new();
    server.answer_by(move |asked| {
        let said = said(asked);
        let (end, page) = (said.get("end_date")?, said.get("page")?.parse::<usize>().unwrap());
        newest = newest.clone().max(end.clone());
        let from = if *end == newest { (page - 1) * a_page } else { all.len() };
        let page = all.iter().skip(from).take(a_page).cloned().collect::<Vec<_>>();
        Some(Reply::Whole(200, JSON, list(&page)))
    });
    server
}

/// The numbers of the requests that are told until there are `count`.
fn numbers(sources: &Sources, count: usize) -> Vec<usize> {
    let mut ids: Vec<usize> = Vec::new();
    told(sources, 0, |news| {
        ids.extend(news.requests.iter().map(|one| one.service_request_id.parse::<usize>().unwrap()));
        (ids.len() >= count).then_some(())
    });
    ids.sort_unstable();
    ids
}

#[test]
fn every_page_of_the_newest_window_is_read_and_a_round_later_nothing_is_new() {
    let server = paging(numbered(0, 25), 10);
    let more = format!("jurisdiction = 'cq.example'\n{OFTEN}");
    let sources = start(&[("open311", &format!("{}/open311/v2/", server.address()), &more)]);
    assert_eq!(numbers(&sources, 25), (0..25).collect::<Vec<_>>());
    // Three pages, an empty older window, and the newest once more.
    let asked = loop {
        let asked = server.all_asked();
        if asked.len() >= 8 {
            break asked;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    };
    let pages: Vec<_> = asked.iter().map(|asked| said(asked)["page"].clone()).collect();
    assert_eq!(pages[..7], ["1", "2", "3", "1", "1", "2", "3"], "{pages:?}");
    assert!(
        asked
            .iter()
            .all(|asked| asked.path.starts_with("/open311/v2/requests.json?jurisdiction_id=cq.example&"))
    );
    assert_eq!(said(&asked[3])["end_date"], said(&asked[0])["start_date"]);
    let health = until_health(&sources, 0, |health| health.cause.is_none());
    assert_eq!((health.received, health.problems), (25, 0), "unchanged requests are no news");
    assert!(sources.take().is_empty());
}

#[test]
fn a_server_that_knows_no_pages_is_read_once_and_the_newest_change_wins() {
    let server = FaultServer::of_city(0);
    let stage = Arc::new(AtomicUsize::new(0));
    let (at_stage, mut newest) = (stage.clone(), String::new());
    server.answer_by(move |asked| {
        newest = newest.clone().max(said(asked)["end_date"].clone());
        if said(asked)["end_date"] != newest {
            return Some(Reply::Whole(200, JSON, "[]".into()));
        }
        let (at, notes) = [
            ("2026-11-21T08:00:00+08:00", "seen"),
            ("2026-11-20T08:00:00+08:00", "older"),
            ("2026-11-22T08:00:00+08:00", "done"),
        ][at_stage.load(SeqCst)];
        Some(Reply::Whole(200, JSON, list(&[request(1, at, notes), request(2, at, notes)])))
    });
    let sources = start(&[("open311", &server.address(), OFTEN)]);
    let notes = |sources: &Sources| {
        told(sources, 0, |news| {
            Some(news.requests.into_iter().map(|one| one.status_notes).collect::<Vec<_>>())
        })
    };
    assert_eq!(notes(&sources), ["seen", "seen"]);
    stage.store(1, SeqCst);
    let asked = server.all_asked().len();
    while server.all_asked().len() < asked + 6 {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    stage.store(2, SeqCst);
    assert_eq!(notes(&sources), ["done", "done"]);
    assert!(server.all_asked().iter().all(|asked| said(asked)["page"].as_str() <= "2"));
}

#[test]
fn positions_in_a_shifted_datum_are_put_right() {
    let server = paging(numbered(1, 2), 10);
    let sources = start(&[("open311", &server.address(), "datum = 'gcj02'")]);
    let at = told(&sources, 0, |news| news.requests.first().and_then(|one| one.at));
    let shifted = city::LonLat::new(106.5878, 29.5657);
    assert!(at.distance_m(shifted) > 300.0 && geodesy::wgs84_to_gcj02(at).distance_m(shifted) < 0.1);
}

#[test]
fn patience_that_is_asked_for_is_had_and_the_round_goes_on() {
    let server = FaultServer::of_city(0);
    let (mut was_busy, mut ends) = (false, None);
    server.answer_by(move |asked| {
        let said = said(asked);
        let is_newest = *ends.get_or_insert_with(|| said["end_date"].clone()) == said["end_date"];
        let page: usize = said["page"].parse().unwrap();
        if page == 2 && !std::mem::replace(&mut was_busy, true) {
            let head = "retry-after: 1\r\n".to_owned();
            return Some(Reply::With(429, JSON, head, r#"[{"code":429,"description":"slowly"}]"#.into()));
        }
        let page =
            if is_newest { numbered(page * 10, page * 10 + if page < 3 { 10 } else { 1 }) } else { vec![] };
        Some(Reply::Whole(200, JSON, list(&page)))
    });
    let sources = start(&[("open311", &server.address(), "")]);
    let said_so = until_says(&sources, 0, "slowly");
    assert_eq!(said_so.cause, Some(Cause::Unable));
    let asked = server.all_asked().len();
    assert_eq!(asked, 2);
    let mut expected: Vec<_> = (10..30).collect();
    expected.push(30);
    assert_eq!(numbers(&sources, 21), expected);
    let pages: Vec<_> = server.all_asked().iter().map(|asked| said(asked)["page"].clone()).collect();
    assert_eq!(pages[..4], ["1", "2", "2", "3"], "it went on where it was");
}

#[test]
fn a_list_that_is_cut_off_is_asked_again_and_is_not_the_last_page() {
    let server = FaultServer::of_city(0);
    let mut ends = None;
    server.answer_by(move |asked| {
        let said = said(asked);
        let is_newest = *ends.get_or_insert_with(|| said["end_date"].clone()) == said["end_date"];
        let page: usize = said["page"].parse().unwrap();
        let all = list(&numbered(page * 10, page * 10 + if page < 3 { 10 } else { 1 }));
        let text = match page {
            _ if !is_newest => "[]".to_owned(),
            2 => all[..all.len() / 2].to_owned(),
            _ => all,
        };
        Some(Reply::ByteByByte(200, JSON, text))
    });
    let sources = start(&[("open311", &server.address(), "")]);
    let mut ids = Vec::new();
    while !ids.contains(&30) {
        ids.extend(numbers(&sources, 1));
    }
    assert!(ids.contains(&10) && ids.contains(&20) && !ids.contains(&29), "{ids:?}");
    assert!(until_health(&sources, 0, |health| health.problems > 0).sample.is_some());
}

#[test]
fn a_service_of_xml_alone_is_read_and_refusals_are_quoted() {
    let xml = FaultServer::of_city(0);
    xml.answer_by(|asked| {
        let body = "<?xml version='1.0'?><service_requests><request><service_request_id>5</service_request_id></request></service_requests>";
        asked.path.starts_with("/requests.xml").then(|| Reply::Whole(200, "text/xml", body.to_owned()))
    });
    let sources = start(&[("open311", &xml.address(), "")]);
    assert_eq!(numbers(&sources, 1), [5]);
    let refuses = FaultServer::of_city(0);
    let error = r#"[{"code":400,"description":"jurisdiction_id was not provided"}]"#;
    refuses.answer_by(move |_| Some(Reply::Whole(400, JSON, error.into())));
    let polite = FaultServer::of_city(0);
    polite.answer_by(move |_| Some(Reply::Whole(200, JSON, error.into())));
    let secret = FaultServer::of_city(0);
    secret.answer_by(|_| Some(Reply::Whole(403, JSON, r#"[{"code":403,"description":"bad key"}]"#.into())));
    let other = FaultServer::of_city(0);
    other.answer_by(|_| Some(Reply::Whole(200, JSON, r#"{"links":[{"href":"/collections"}]}"#.into())));
    let all = [&refuses, &polite, &secret, &other].map(FaultServer::address);
    let sources = start(&[0, 1, 2, 3].map(|place| ("open311", all[place].as_str(), "")));
    until_says(&sources, 0, "jurisdiction_id was not provided");
    until_says(&sources, 1, "jurisdiction_id was not provided");
    assert_eq!(until_says(&sources, 2, "bad key").cause, Some(Cause::Token));
    assert_eq!(until_says(&sources, 3, "ogc-features").cause, Some(Cause::Stranger));
}

#[test]
fn a_service_that_stalls_floods_or_hangs_up_costs_another_nothing() {
    let stalls = FaultServer::of_city(0);
    stalls.answer_by(|_| Some(Reply::StreamThenSilence("[{".into())));
    let floods = FaultServer::of_city(0);
    floods.answer_by(|_| Some(Reply::Whole(200, JSON, " ".repeat(65 << 20))));
    let hangs_up = FaultServer::of_city(0);
    hangs_up.answer_by(|_| Some(Reply::Hangup));
    let well = paging(numbered(0, 3), 10);
    let all = [&well, &stalls, &floods, &hangs_up].map(FaultServer::address);
    let sources = start(&[0, 1, 2, 3].map(|place| ("open311", all[place].as_str(), "")));
    assert_eq!(numbers(&sources, 3), [0, 1, 2]);
    until_health(&sources, 1, |health| health.cause == Some(Cause::Silent));
    until_says(&sources, 2, "longer than");
    until_health(&sources, 3, |health| health.cause == Some(Cause::Unreachable));
    assert_eq!(until_health(&sources, 0, |_| true).cause, None);
}
