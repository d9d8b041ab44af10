//! Teams over real sockets: datagrams, groups, streams and TLS, well-behaved and not.

use crate::source_streams::{free_udp_port, start, until, until_health, until_news};
use city::{CityTime, LonLat};
use feeds::Cause;
use feeds::cot::{CotEvent, Detail, Emergency, EventReader, Link, Meaning, meaning, write_event};
use link::sources::{Sources, TrackHeight, TrackKind};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned, crypto};

pub fn settings(url: &str, more: &str) -> String {
    format!("[[source]]\nname = 'teams'\nprotocol = 'cot'\nurl = '{url}'\n{more}\n")
}

pub fn now() -> CityTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    CityTime(since.as_millis() as i64)
}

pub fn event(uid: &str, kind: &str, detail: Detail) -> CotEvent {
    CotEvent {
        uid: uid.into(),
        kind: kind.into(),
        time: now(),
        start: now(),
        stale: now().plus_ms(60_000),
        how: "m-g".into(),
        access: None,
        at: Some(LonLat::new(106.58, 29.56)),
        above_ellipsoid_m: Some(210.0),
        circular_error_m: None,
        linear_error_m: None,
        detail,
    }
}

fn told(uid: &str, kind: &str, detail: Detail) -> String {
    write_event(&event(uid, kind, detail))
}

fn person(uid: &str, callsign: &str) -> String {
    let callsign = Some(callsign.to_owned());
    told(uid, "a-f-G-U-C", Detail { callsign, speed_mps: Some(1.5), ..Detail::default() })
}

pub fn link(uid: &str) -> Vec<Link> {
    vec![Link { uid: uid.into(), ..Link::default() }]
}

/// What the console says over a stream, until one of `kind` is among it.
fn hear(stream: &mut TcpStream, kind: Meaning) {
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let (mut reader, mut bytes) = (EventReader::default(), [0; 4096]);
    until("word of the console", || {
        let came = stream.read(&mut bytes).ok()?;
        let (events, problems) = reader.take(&bytes[..came]);
        assert!(problems.is_empty(), "{problems:?}");
        events.iter().any(|event| meaning(&event.kind) == kind).then_some(())
    });
}

fn has(sources: &Sources, name: &str) {
    until_news(sources, name, |news| news.tracks.iter().find(|track| track.name == name).map(|_| ()));
}

#[test]
fn people_are_shown_alarms_stand_out_and_what_is_removed_is_gone() {
    let port = free_udp_port();
    let sources = start(&settings(&format!("udp://127.0.0.1:{port}"), ""));
    until_health(&sources, "socket", |h| h.message.contains("nobody has spoken"));
    let team = UdpSocket::bind("127.0.0.1:0").unwrap();
    let send = |words: &str| team.send_to(words.as_bytes(), ("127.0.0.1", port)).unwrap();
    send(&person("ANDROID-1", "渝中一队"));
    let track = until_news(&sources, "person", |news| news.tracks.first().cloned());
    assert_eq!(
        (track.id.as_str(), track.name.as_str(), track.kind),
        ("cot:ANDROID-1", "渝中一队", TrackKind::Ground)
    );
    assert_eq!((track.height, track.speed_mps), (Some(TrackHeight::Ellipsoid(210.0)), Some(1.5)));
    assert!(track.stale_at.is_some_and(|stale| stale > now()));
    let emergency = Some(Emergency {
        kind: Some("911 Alert".into()),
        callsign: Some("渝中一队".into()),
        ..Emergency::default()
    });
    send(&told(
        "ANDROID-1-9-1-1",
        "b-a-o-tbl",
        Detail { emergency, links: link("ANDROID-1"), ..Detail::default() },
    ));
    let alarm = until_news(&sources, "alarm", |news| news.tracks.first().cloned());
    assert_eq!(
        (alarm.kind, alarm.name.as_str(), alarm.doing.as_str()),
        (TrackKind::Emergency, "渝中一队", "911 Alert")
    );
    send(&told("ANDROID-1-9-1-1", "b-a-o-can", Detail { links: link("ANDROID-1"), ..Detail::default() }));
    until_news(&sources, "end", |news| (news.gone == ["cot:ANDROID-1-9-1-1"]).then_some(()));
    send(&told("X", "t-x-d-d", Detail { links: link("ANDROID-1"), ..Detail::default() }));
    until_news(&sources, "removal", |news| (news.gone == ["cot:ANDROID-1"]).then_some(()));
    // A datagram that is none is counted and costs nothing.
    send("<event uid='cut");
    until_health(&sources, "bad datagram", |h| h.problems == 1 && h.sample.is_some());
    send(&told("me", "t-x-c-t", Detail::default()));
    team.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut bytes = [0; 4096];
    let (came, _) = team.recv_from(&mut bytes).unwrap();
    assert!(String::from_utf8_lossy(&bytes[..came]).contains("t-x-c-t-r"));
    send(&person("ANDROID-2", "二队"));
    has(&sources, "二队");
}

#[test]
fn a_group_is_joined_and_heard_beside_another_listener() {
    let port = free_udp_port();
    let both = settings(&format!("udp://239.255.42.99:{port}"), "")
        + &settings(&format!("udp://239.255.42.99:{port}"), "").replace("teams", "again");
    let sources = start(&both);
    let said =
        until_health(&sources, "group", |h| h.message.contains("nobody") || h.message.contains("cannot"));
    let team = UdpSocket::bind("0.0.0.0:0").unwrap();
    let words = person("ANDROID-3", "三队");
    if said.message.contains("cannot join")
        || team.send_to(words.as_bytes(), ("239.255.42.99", port)).is_err()
    {
        println!("this computer has no network that groups could be joined on: {}", said.message);
        return;
    }
    let mut heard = [false; 2];
    until("both listeners", || {
        team.send_to(words.as_bytes(), ("239.255.42.99", port)).unwrap();
        sources.take().iter().for_each(|(place, news)| heard[*place] |= !news.tracks.is_empty());
        heard.iter().all(|heard| *heard).then_some(())
    });
}

#[test]
fn a_server_is_read_byte_by_byte_answered_asked_and_left_when_it_is_no_more() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let sources = start(&settings(&format!("tcp://{}", listener.local_addr().unwrap()), ""));
    let (mut server, _) = listener.accept().unwrap();
    server.set_nodelay(true).unwrap();
    for byte in (person("A", "甲") + &told("server", "t-x-c-t", Detail::default())).bytes() {
        server.write_all(&[byte]).unwrap();
    }
    has(&sources, "甲");
    hear(&mut server, Meaning::Pong);
    // A server that is silent is asked; one that answered once and then does not any more is left.
    hear(&mut server, Meaning::Ping);
    server.write_all(told("server", "t-x-c-t-r", Detail::default()).as_bytes()).unwrap();
    until_health(&sources, "word of silence", |h| h.cause == Some(Cause::Silent));
    let (mut server, _) = listener.accept().unwrap();
    // Damage between two events costs neither; a stream that does not come to itself is begun anew.
    server.write_all((person("B", "乙") + "<event uid='x' <<<" + &person("C", "丙")).as_bytes()).unwrap();
    let mut seen = Vec::new();
    until_news(&sources, "both", |news| {
        seen.extend(news.tracks.iter().map(|track| track.name.clone()));
        ["乙", "丙"].iter().all(|name| seen.iter().any(|seen| seen == name)).then_some(())
    });
    server.write_all(&[0xBF, 0xFF, 0x00, 0x07].repeat(5_000)).unwrap();
    until_health(&sources, "word of damage", |h| h.cause == Some(Cause::Unreadable));
    let (mut server, _) = listener.accept().unwrap();
    server.write_all(person("A", "甲又").as_bytes()).unwrap();
    has(&sources, "甲又");
    drop(server);
    let (mut other, _) = listener.accept().unwrap();
    let _ = other.write_all("HTTP/1.1 400 Bad Request\r\n".repeat(300).as_bytes());
    let said = until_health(&sources, "word of a stranger", |h| h.cause == Some(Cause::Stranger));
    assert!(said.message.contains("no Cursor on Target"), "{said:?}");
}

#[test]
fn a_flood_of_one_server_keeps_no_other_waiting_and_is_bounded() {
    let (flood, calm) =
        (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let both = settings(&format!("tcp://{}", flood.local_addr().unwrap()), "")
        + &settings(&format!("tcp://{}", calm.local_addr().unwrap()), "").replace("teams", "calm");
    let sources = start(&both);
    let (mut flooding, _) = flood.accept().unwrap();
    let flooding = std::thread::spawn(move || {
        for uid in 0..20_000 {
            flooding.write_all(person(&format!("F{uid}"), "f").as_bytes()).unwrap();
        }
        flooding
    });
    let (mut server, _) = calm.accept().unwrap();
    server.write_all(person("D", "丁").as_bytes()).unwrap();
    let mut of_flood = 0;
    until("calm one", || {
        sources
            .take()
            .iter()
            .filter(|(place, _)| *place == 1)
            .any(|(_, news)| !news.tracks.is_empty())
            .then_some(())
    });
    let _open = flooding.join().unwrap();
    until_health(&sources, "whole flood", |h| h.received >= 20_000);
    sources
        .take()
        .iter()
        .filter(|(place, _)| *place == 0)
        .for_each(|(_, news)| of_flood += news.tracks.len());
    assert!(of_flood <= 5_000, "{of_flood}");
    assert!(sources.health()[0].problems > 0);
}

fn tls_file(name: &str) -> String {
    format!("{}/tests/data/tls/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A server that takes one connection by TLS, and asks for a certificate of its authority.
fn tls_server(
    listener: TcpListener,
) -> std::thread::JoinHandle<Option<StreamOwned<ServerConnection, TcpStream>>> {
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(tls_file("ca.pem")).unwrap()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build().unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![CertificateDer::from_pem_file(tls_file("server.pem")).unwrap()],
            PrivateKeyDer::from_pem_file(tls_file("server.pem")).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut tls = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
        let written = tls.write_all(person("S", "密").as_bytes()).and_then(|()| tls.flush());
        if written.is_err() {
            let _ = tls.flush();
        }
        written.is_ok().then_some(tls)
    })
}

#[test]
fn a_server_by_tls_is_believed_only_with_the_right_certificates_on_both_sides() {
    let (ca, identity) =
        (format!("ca = '{}'", tls_file("ca.pem")), format!("identity = '{}'", tls_file("console.pem")));
    let listen = || {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("tls://localhost:{}", listener.local_addr().unwrap().port());
        (listener, url)
    };
    let (listener, url) = listen();
    let server = tls_server(listener);
    let sources = start(&settings(&url, &format!("{ca}\n{identity}")));
    has(&sources, "密");
    let _open = server.join().unwrap().unwrap();
    // Without its authority it is a stranger; without a certificate of ours we are.
    let (listener, url) = listen();
    let _server = tls_server(listener);
    let sources = start(&settings(&url, &identity));
    let said = until_health(&sources, "distrust", |h| h.cause == Some(Cause::Certificate));
    assert!(said.message.contains("vouched for by nobody"), "{said:?}");
    let (listener, url) = listen();
    let server = tls_server(listener);
    let sources = start(&settings(&url, &ca));
    let _ = server.join();
    let said = until_health(&sources, "refusal", |h| h.cause == Some(Cause::Token));
    assert!(said.message.contains("certificate of this console"), "{said:?}");
    let sources = start(&settings(&url, "ca = '/nonexistent/ca.pem'"));
    let said = until_health(&sources, "word of the file", |h| h.cause == Some(Cause::Local));
    assert!(said.message.contains("/nonexistent/ca.pem"), "{said:?}");
    // One that speaks no TLS.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let sources =
        start(&settings(&format!("tls://localhost:{}", listener.local_addr().unwrap().port()), &ca));
    let (mut plain, _) = listener.accept().unwrap();
    plain.write_all(person("P", "明").repeat(20).as_bytes()).unwrap();
    let said = until_health(&sources, "no TLS", |h| h.cause == Some(Cause::Stranger));
    assert!(said.message.contains("no TLS"), "{said:?}");
}
