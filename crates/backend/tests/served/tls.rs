//! TLS: who is trusted, what is told where nobody is, and a certificate renewed without a restart.

use crate::authority::{Authority, get_by_tls};
use crate::client::*;
use crate::console::{console, said, until};
use backend::{Backend, BackendError, Config, TlsFiles};
use city::{Jurisdiction, Level, Role};
use feeds::Cause;
use link::{Credentials, LinkMessage, Token};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

const HERE: &[&str] = &["127.0.0.1", "localhost"];

fn serve_by_tls(authority: &Authority, names: &[&str]) -> Served {
    let folder = tempfile::tempdir().unwrap();
    let files = authority.certify(names, folder.path());
    let running = serve_in(folder.path(), |config| config.tls = Some(files));
    Served { running, folder }
}

fn trusting(ca: &Path) -> Credentials {
    Credentials { ca: Some(ca.to_owned()), ..Credentials::default() }
}

#[test]
fn a_console_follows_and_acts_by_tls_with_an_authority_of_its_own() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let files = authority.certify(HERE, folder.path());
    let running = serve_in(folder.path(), |config| {
        (config.tls, config.require_token, config.speed) = (Some(files), true, 60.0);
    });
    assert!(running.url().starts_with("https://"), "{}", running.url());
    let data = folder.path().join("data");
    let token = backend::tokens::issue(&data, Role::Commander, Level::City, Jurisdiction::City, "li", 600);
    let ca = authority.file(folder.path());
    let credentials = Credentials { token: Token::Given(token.unwrap()), ..trusting(&ca) };
    let link = console(&running.url(), credentials, folder.path());
    until(&link, "snapshot", |message| matches!(message, LinkMessage::Snapshot(_)).then_some(()));
    until(&link, "event", |message| matches!(message, LinkMessage::Event(_)).then_some(()));
    link.submit(city::Command::Report {
        risk_class: city::RiskClass::Gas,
        lon: 106.577,
        lat: 29.557,
        text: "有燃气味".to_owned(),
    });
    let outcome = until(&link, "answer", |message| match message {
        LinkMessage::Answered { outcome, .. } => Some(outcome),
        _ => None,
    });
    assert!(outcome.is_done(), "{outcome:?}");
}

#[test]
fn documents_link_to_one_another_by_tls() {
    let authority = Authority::new();
    let served = serve_by_tls(&authority, HERE);
    let ca = authority.file(served.folder.path());
    for path in ["/sensorthings/v1.1", "/sensorthings/v1.1/Things?$top=1", "/cap/alerts"] {
        let (status, text) = get_by_tls(&format!("{}{path}", served.running.url()), &ca).unwrap();
        let host = served.running.url().trim_start_matches("https://").to_owned();
        assert!(status == 200 && text.contains(&format!("https://{host}")), "{text}");
        assert!(!text.contains(&format!("http://{host}")), "{text}");
    }
}

#[test]
fn a_certificate_that_cannot_be_trusted_is_told_with_what_to_do() {
    let (authority, other) = (Authority::new(), Authority::new());
    let served = serve_by_tls(&authority, HERE);
    let state = tempfile::tempdir().unwrap();
    let told = |url: &str, credentials| {
        let state = tempfile::tempdir_in(state.path()).unwrap();
        said(&console(url, credentials, state.path()), Cause::Certificate)
    };
    let stranger = told(&served.running.url(), trusting(&other.file(state.path())));
    assert!(stranger.contains("vouched for by nobody") && stranger.contains("--ca"), "{stranger}");
    let ca = authority.file(state.path());
    let elsewhere = serve_by_tls(&authority, &["city.example"]);
    let misnamed = told(&elsewhere.running.url(), trusting(&ca));
    assert!(misnamed.contains("another name") && misnamed.contains("city.example"), "{misnamed}");
    let folder = tempfile::tempdir().unwrap();
    let files = authority.certify_until(HERE, folder.path(), 2020);
    let late = serve_in(folder.path(), |config| config.tls = Some(files));
    let expired = told(&late.url(), trusting(&ca));
    assert!(expired.contains("expired") && expired.contains("clock"), "{expired}");
}

#[test]
fn whoever_mixes_up_plain_http_and_tls_is_told() {
    let authority = Authority::new();
    let served = serve_by_tls(&authority, HERE);
    let reply = get(&format!("http://{}/api/v1", served.running.addr));
    assert!(reply.status == 400 && reply.text.contains("https://"), "{} {}", reply.status, reply.text);
    let plain = serve();
    let state = tempfile::tempdir().unwrap();
    let url = format!("https://{}", plain.running.addr);
    let told = said(&console(&url, trusting(&authority.file(state.path())), state.path()), Cause::Stranger);
    assert!(told.contains("speaks no TLS") && told.contains("http://"), "{told}");
}

#[test]
fn beyond_loopback_plain_http_is_spoken_only_where_it_is_asked_for_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let everywhere =
        Config { listen: ([0, 0, 0, 0], 0).into(), ..Config::embedded(folder.path().join("data")) };
    let error = Backend::start(everywhere.clone()).err().unwrap();
    assert!(matches!(error, BackendError::PlainHttp { .. }), "{error}");
    let said = error.to_string();
    assert!(said.contains("--tls-cert") && said.contains("--plain-http"), "{said}");
    assert!(!folder.path().join("data").exists(), "nothing was made");
    let running = Backend::start(Config { plain_http: true, ..everywhere.clone() }).unwrap();
    let at = format!("http://127.0.0.1:{}/api/v1", running.addr.port());
    assert_eq!(get(&at).status, 401, "a token is needed there even so");
    running.stop();
    let authority = Authority::new();
    let tls = Some(authority.certify(HERE, folder.path()));
    let running = Backend::start(Config { tls, ..everywhere }).unwrap();
    let at = format!("https://127.0.0.1:{}/api/v1", running.addr.port());
    assert_eq!(get_by_tls(&at, &authority.file(folder.path())).unwrap().0, 401);
}

#[test]
fn a_client_that_shakes_no_hand_keeps_nobody_waiting_and_is_cut() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let files = authority.certify(HERE, folder.path());
    let running = serve_in(folder.path(), |config| {
        config.tls = Some(files);
        config.limits.shaken_within = Duration::from_secs(5);
    });
    let mut silent: Vec<_> = (0..50).map(|_| TcpStream::connect(running.addr).unwrap()).collect();
    let mut halfway = TcpStream::connect(running.addr).unwrap();
    halfway.write_all(&[22, 3, 1, 2, 0, 1]).unwrap();
    let ca = authority.file(folder.path());
    assert_eq!(get_by_tls(&format!("{}/health", running.url()), &ca).unwrap().0, 200);
    silent.push(halfway);
    for mut stream in silent {
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let left = stream.read_to_end(&mut Vec::new());
        assert!(left.is_ok_and(|bytes| bytes == 0), "it was cut without a word");
    }
}

#[test]
fn a_renewed_certificate_is_taken_without_a_restart_and_a_bad_one_is_not() {
    let (first, second) = (Authority::new(), Authority::new());
    let folder = tempfile::tempdir().unwrap();
    let files = first.certify(HERE, folder.path());
    let running = serve_in(folder.path(), |config| config.tls = Some(files.clone()));
    let at = format!("{}/health", running.url());
    let by =
        |authority: &Authority| get_by_tls(&at, &authority.file(folder.path())).map(|(status, _)| status);
    assert_eq!(by(&first), Ok(200));
    assert!(by(&second).is_err());
    // The files are looked at once in a while: the connection of the second authority is good from some moment on.
    let taken = |authority: &Authority| {
        let end = Instant::now() + Duration::from_secs(30);
        while by(authority) != Ok(200) {
            assert!(Instant::now() < end, "the renewed certificate is not taken");
            std::thread::sleep(Duration::from_millis(200));
        }
    };
    second.certify(HERE, folder.path());
    taken(&second);
    assert!(by(&first).is_err());
    let whole = std::fs::read(&files.certificate).unwrap();
    for bad in [&b"garbage"[..], b"", &whole[..whole.len() / 2]] {
        std::fs::write(&files.certificate, bad).unwrap();
        let until = Instant::now() + Duration::from_millis(2_500);
        while Instant::now() < until {
            assert_eq!(by(&second), Ok(200), "the one before stays");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    first.certify(HERE, folder.path());
    taken(&first);
}

#[test]
fn certificates_and_keys_that_cannot_be_used_are_told_with_their_file_and_nothing_of_a_key() {
    let authority = Authority::new();
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (good, stranger) = (authority.certify(HERE, one.path()), authority.certify(HERE, other.path()));
    let key = std::fs::read_to_string(&good.key).unwrap();
    let secret = key.lines().nth(1).unwrap();
    let broken = one.path().join("broken.pem");
    std::fs::write(&broken, key.replace("-----END", "----END")).unwrap();
    let (cert, gone) = (good.certificate.clone(), one.path().join("gone.pem"));
    let with = |certificate: &Path, key: &Path| TlsFiles { certificate: certificate.into(), key: key.into() };
    for (files, blamed) in [
        (with(&gone, &good.key), "gone.pem"),
        (with(&cert, &gone), "gone.pem"),
        (with(&good.key, &good.key), "key.pem"),
        (with(&cert, &cert), "cert.pem"),
        (with(&cert, &stranger.key), "key.pem"),
        (with(&cert, &broken), "broken.pem"),
    ] {
        let config = Config { tls: Some(files), ..Config::embedded(one.path().join("data")) };
        let said = Backend::start(config).err().unwrap().to_string();
        assert!(said.contains(blamed) && said.contains("--tls-cert"), "{said}");
        assert!(!said.contains(&secret[..16]) && !said.contains('\n'), "{said}");
    }
}
