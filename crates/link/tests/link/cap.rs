//! Warnings by CAP: lists that answer only changes, pages, links, and what is slow, missing or packed.

use super::fault_server::{FaultServer, Reply};
use super::sources_web::{start, told, until_health};
use link::sources::{News, Sources};
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

const ATOM: &str = "application/atom+xml";
const OFTEN: &str = "every_s = 0.1";
const EXTRACT: &str = r#"<e:event xmlns:e="urn:oasis:names:tc:emergency:cap:1.2">暴雨</e:event>"#;

fn alert(id: &str) -> String {
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    let (sent, expires) = (city::CityTime(now_ms - 60_000), city::CityTime(now_ms + 3_600_000));
    format!(
        r#"<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{id}</identifier><sender>cq</sender>
        <sent>{sent}</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info>
        <category>Met</category><event>暴雨</event><urgency>Immediate</urgency><severity>Severe</severity>
        <certainty>Observed</certainty><expires>{expires}</expires><area><areaDesc>渝中区</areaDesc>
        <circle>29.56,106.57 2</circle></area></info></alert>"#
    )
}

fn entry(id: &str, inner: &str) -> String {
    format!("<entry><id>{id}</id><title>{id}</title><updated>2026-11-22T00:00:00Z</updated>{inner}</entry>")
}

fn linked(id: &str, href: &str) -> String {
    entry(id, &format!(r#"<link href="{href}"/>"#))
}

fn feed(entries: &[String], next: &str) -> String {
    let next = if next.is_empty() { String::new() } else { format!(r#"<link rel="next" href="{next}"/>"#) };
    let entries = entries.concat();
    format!(
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>t</title>
        <updated>2026-11-22T00:00:00Z</updated>{next}{entries}</feed>"#
    )
}

fn whole(text: String) -> Reply {
    Reply::Whole(200, ATOM, text)
}

/// A server whose list at `/list` is `list`, and says that it has not changed to whoever has seen it.
fn unchanging(list: String) -> FaultServer {
    let server = FaultServer::of_city(0);
    server.answer_by(move |asked| {
        let seen = asked.headers.get("if-none-match").is_some_and(|etag| etag == "\"1\"");
        (asked.path == "/list").then(|| match seen {
            true => Reply::Whole(304, ATOM, String::new()),
            false => Reply::With(200, ATOM, "etag: \"1\"\r\n".to_owned(), list.clone()),
        })
    });
    server
}

fn read(server: &FaultServer) -> Sources {
    start(&[("cap", &format!("{}/list", server.address()), OFTEN)])
}

fn names(news: &News) -> Vec<String> {
    let mut names: Vec<_> =
        news.warnings.iter().flat_map(|all| all.iter()).map(|one| one.alert.identifier.clone()).collect();
    names.sort();
    names
}

/// What is told next that names any warning.
fn next(sources: &Sources) -> Vec<String> {
    told(sources, 0, |news| Some(names(&news)).filter(|names| !names.is_empty()))
}

fn until(sources: &Sources, all: &[&str]) {
    told(sources, 0, |news| (names(&news) == all).then_some(()));
}

#[test]
fn an_alert_that_could_not_be_had_comes_though_its_list_does_not_change() {
    let server = unchanging(feed(&[linked("a", "a.xml"), linked("b", "b.xml")], ""));
    server.script("/a.xml", [whole(alert("a"))]);
    server.script("/b.xml", [Reply::Whole(503, ATOM, String::new()), Reply::Hangup, whole(alert("b"))]);
    let sources = read(&server);
    until(&sources, &["a", "b"]);
    assert_eq!(until_health(&sources, 0, |health| health.problems >= 2).problems, 2);
    let asked = server.asked("/list");
    assert!(asked.iter().skip(1).all(|asked| asked.headers.contains_key("if-none-match")), "{asked:?}");
    assert_eq!(server.asked("/a.xml").len(), 1);
}

#[test]
fn a_list_that_was_cut_or_lacks_a_page_is_asked_for_whole_again() {
    let server = FaultServer::of_city(0);
    let first = feed(&[entry("a", &alert("a"))], "page2");
    let mut lists = [whole(first[..first.len() / 2].to_owned()), whole(first.clone())].into_iter();
    server.answer_by(move |asked| {
        let seen = asked.headers.contains_key("if-none-match");
        (asked.path == "/list").then(|| {
            let Reply::Whole(_, _, list) = lists.next().unwrap_or(whole(first.clone())) else {
                unreachable!()
            };
            match seen {
                true => Reply::Whole(304, ATOM, String::new()),
                false => Reply::With(200, ATOM, "etag: \"1\"\r\n".to_owned(), list),
            }
        })
    });
    let second = feed(&[entry("b", &alert("b"))], "");
    server.script("/page2", [Reply::Whole(200, "text/html", "<p>log in".into()), whole(second)]);
    let sources = read(&server);
    assert_eq!(next(&sources), ["a"], "what came is told though a page is missing");
    until(&sources, &["a", "b"]);
}

#[test]
fn what_stood_behind_a_page_that_is_missing_once_is_not_fetched_again() {
    let server = FaultServer::of_city(0);
    server.script("/list", [whole(feed(&[entry("a", &alert("a"))], "page2"))]);
    let second = || whole(feed(&[linked("b", "b.xml")], ""));
    server.script("/page2", [second(), Reply::Whole(503, ATOM, String::new()), second()]);
    server.script("/b.xml", [whole(alert("b"))]);
    let sources = read(&server);
    until(&sources, &["a", "b"]);
    server.until_asked("/page2", 5);
    assert_eq!(server.asked("/b.xml").len(), 1);
}

#[test]
fn what_stands_in_the_list_does_not_wait_for_what_stalls() {
    let server = FaultServer::of_city(0);
    let stalled = (0..3).map(|n| linked(&format!("s{n}"), &format!("s{n}.xml")));
    let list: Vec<_> = stalled.chain([linked("b", "b.xml"), entry("a", &alert("a"))]).collect();
    server.script("/list", [whole(feed(&list, ""))]);
    for n in 0..3 {
        let silence = Reply::StreamThenSilence(String::new());
        server.script(&format!("/s{n}.xml"), [silence, whole(alert(&format!("s{n}")))]);
    }
    server.script("/b.xml", [whole(alert("b"))]);
    let sources = read(&server);
    assert_eq!(next(&sources)[0], "a");
    until(&sources, &["a", "b", "s0", "s1", "s2"]);
}

#[test]
fn links_lead_on_from_the_page_they_stand_on() {
    let (server, other) = (FaultServer::of_city(0), FaultServer::of_city(0));
    server.script("/list", [Reply::With(302, ATOM, "location: /deep/list.atom\r\n".into(), String::new())]);
    server.script("/deep/list.atom", [whole(feed(&[linked("a", "a.xml")], "more/page2.atom"))]);
    server.script("/deep/a.xml", [whole(alert("a"))]);
    let elsewhere = format!("{}/page3", other.address());
    server.script("/deep/more/page2.atom", [whole(feed(&[linked("b", "b.xml")], &elsewhere))]);
    server.script("/deep/more/b.xml", [whole(alert("b"))]);
    let last = feed(&[entry("c", &alert("c")), entry("d", EXTRACT)], "page3");
    other.script("/page3", [whole(last)]);
    let sources = read(&server);
    until(&sources, &["a", "b", "c"]);
    let health = until_health(&sources, 0, |health| health.problems > 0);
    assert!(health.sample.unwrap_or_default().contains("without a link to the whole"));
}

#[test]
fn a_list_that_is_not_there_is_no_empty_one() {
    let server = FaultServer::of_city(0);
    let sources = read(&server);
    let health = until_health(&sources, 0, |health| health.message.contains("404"));
    assert!(health.age_s.is_none() && sources.take().is_empty(), "{health:?}");
}

#[test]
fn a_packed_answer_is_read() {
    let server = FaultServer::of_city(0);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(feed(&[entry("a", &alert("a"))], "").as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {ATOM}\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        packed.len()
    );
    server.script("/list", [Reply::Raw([head.as_bytes(), &packed].concat())]);
    assert_eq!(next(&read(&server)), ["a"]);
}
