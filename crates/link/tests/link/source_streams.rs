//! What the tests of sources that speak by themselves share: settings in words, waiting, and peers that are real.

use feeds::FeedHealth;
use link::sources::{News, Sources, read_text};
use std::net::{TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Reads the sources that `settings` name, in a hurry.
pub fn start(settings: &str) -> Sources {
    Sources::start_at(read_text(settings).unwrap(), super::hurried()).unwrap()
}

/// A port that nobody uses, for datagrams.
pub fn free_udp_port() -> u16 {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A port that nobody uses, for streams.
pub fn free_tcp_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until `look` finds something; everything is on this computer, so that half a minute is never needed.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(30);
    while Instant::now() < end {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("no {what}");
}

/// Waits for news in which `look` finds something, whichever source told them.
pub fn until_news<T>(sources: &Sources, what: &str, mut look: impl FnMut(&News) -> Option<T>) -> T {
    until(what, || sources.take().iter().find_map(|(_, news)| look(news)))
}

/// Waits until the health of the first source is as `is_so` says.
pub fn until_health(sources: &Sources, what: &str, is_so: impl Fn(&FeedHealth) -> bool) -> FeedHealth {
    let mut last = None;
    let end = Instant::now() + Duration::from_secs(30);
    while Instant::now() < end {
        let health = sources.health().remove(0);
        if is_so(&health) {
            return health;
        }
        last = Some(health);
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("no {what}: {last:#?}");
}

/// A Python that has the module: that of `$SHANCHENG_PEERS`, or the one on the path.
pub fn python_with(module: &str) -> Option<PathBuf> {
    let named = std::env::var_os("SHANCHENG_PEERS").map(|dir| Path::new(&dir).join("bin/python3"));
    let has = |python: &PathBuf| {
        let asked = Command::new(python).args(["-c", &format!("import {module}")]).output();
        asked.is_ok_and(|answer| answer.status.success())
    };
    let is_promised = named.is_some();
    let found = named.into_iter().chain([PathBuf::from("python3")]).find(has);
    assert!(found.is_some() || !is_promised, "$SHANCHENG_PEERS holds no {module}: run tools/peers.sh");
    found
}

/// The script of a peer.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(name)
}

/// A program that ends with the test.
pub struct Peer(pub Child);

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
