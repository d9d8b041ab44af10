//! Tiles from the web when something goes wrong: what may pass is tried again, what was kept is shown, keys stay secret.

use super::imagery_web::{BLUE, RED, TILE, at, came, colour, hurried, start};
use super::tile_server::{Step, TileServer};
use link::imagery::{ImageryLoader, ImageryPatience};
use overlays::imagery::{Lookup, Store};
use std::net::TcpListener;
use std::time::{Duration, Instant};

const FRESH: &str = "cache-control: max-age=600\r\n";
const OLD: &str = "cache-control: max-age=0\r\n";

/// Looks until a tile is ready.
fn until_ready(loader: &ImageryLoader) -> String {
    let end = Instant::now() + Duration::from_secs(10);
    while Instant::now() < end {
        if let Lookup::Ready(_) = loader.lookup(at(3, 1, 2)) {
            return came(loader, at(3, 1, 2));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("it never came: {:?}", loader.health());
}

#[test]
fn what_may_pass_is_tried_again_with_patience() {
    let cut = Step { cut: Some(20), ..Step::tile(RED) };
    for steps in [
        vec![Step::status(500), Step::status(503), Step::tile(RED)],
        vec![Step::status(429).with("retry-after: 0\r\n"), Step::tile(RED)],
        vec![cut.clone(), cut, Step::tile(RED)],
        vec![Step { after: Duration::from_secs(1), ..Step::tile(BLUE) }, Step::tile(RED)],
    ] {
        let server = TileServer::start();
        let tries = steps.len();
        server.script(TILE, steps);
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(came(&start(&server, dir.path()), at(3, 1, 2)), colour(RED));
        assert_eq!(server.asked().len(), tries);
    }
}

#[test]
fn what_fails_is_left_for_a_while_and_then_asked_for_again() {
    let garbage = Step { status: 200, body: b"<html>log in</html>".to_vec(), ..Step::default() }.with(FRESH);
    for (step, tries, words) in [
        (Step::status(500), 4, "given up after 4 tries"),
        (garbage, 1, "a page or message for people"),
        (Step::status(403), 1, "is the key in the address right"),
        (Step::status(400), 1, "400"),
        (Step { status: 200, body: vec![7; 9_000_000], ..Step::default() }, 1, "as no tile has"),
        (Step::status(302).with("location: /3/1/2?key=SECRET\r\n"), 6, "cannot be followed"),
    ] {
        let server = TileServer::start();
        server.script(TILE, [step]);
        let dir = tempfile::tempdir().unwrap();
        let loader = start(&server, dir.path());
        assert_eq!(came(&loader, at(3, 1, 2)), "Failed");
        assert_eq!(server.asked().len(), tries, "{words}");
        let health = loader.health();
        let problem = health.problem.unwrap();
        assert!(problem.contains(words) && problem.contains("127.0.0.1"), "{problem}");
        assert!(!problem.contains("SECRET") && !problem.contains("key="), "{problem}");
        assert_eq!((health.loaded, health.failed, health.offline), (0, 1, false));
        // Nobody looks it up, and still whoever draws learns that it may be asked for again.
        let (generation, end) = (loader.generation(), Instant::now() + Duration::from_secs(10));
        while loader.generation() == generation && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(5));
        }
        server.script(TILE, [Step::tile(RED)]);
        assert_eq!(until_ready(&loader), colour(RED));
    }
}

#[test]
fn old_tiles_are_shown_while_the_server_is_gone_or_talks_nonsense() {
    let dir = tempfile::tempdir().unwrap();
    let server = TileServer::start();
    let port = server.at;
    server.script(TILE, [Step::tile(RED).with(OLD), Step::status(500)]);
    assert_eq!(came(&start(&server, dir.path()), at(3, 1, 2)), colour(RED));
    let loader = start(&server, dir.path());
    assert_eq!(came(&loader, at(3, 1, 2)), colour(RED), "the server fails");
    assert!(loader.health().problem.unwrap().contains("500"));
    server.script(TILE, [Step { status: 200, body: b"nonsense".to_vec(), ..Step::default() }]);
    assert_eq!(came(&start(&server, dir.path()), at(3, 1, 2)), colour(RED), "the server talks nonsense");
    let source = server.source();
    drop(server);
    let loader = ImageryLoader::start_patiently(source, dir.path(), hurried()).unwrap();
    assert_eq!(came(&loader, at(3, 1, 2)), colour(RED), "the server is gone");
    assert_eq!(came(&loader, at(3, 1, 3)), "Failed");
    let health = loader.health();
    let problem = health.problem.unwrap();
    assert!(
        health.offline && problem.contains("cannot be reached") && !problem.contains("SECRET"),
        "{problem}"
    );
    // It comes back.
    let server = TileServer::on(TcpListener::bind(port).unwrap());
    server.usually(Step::tile(BLUE));
    let end = Instant::now() + Duration::from_secs(10);
    while came(&loader, at(3, 1, 3)) != colour(BLUE) {
        assert!(Instant::now() < end, "{:?}", loader.health());
        std::thread::sleep(Duration::from_millis(5));
    }
    let health = loader.health();
    assert_eq!((health.offline, health.problem), (false, None));
}

#[test]
fn while_the_server_is_gone_many_tiles_do_not_wait_for_one_another() {
    let server = TileServer::start();
    let source = server.source();
    drop(server);
    let dir = tempfile::tempdir().unwrap();
    let wait = Duration::from_secs(1);
    let patience =
        ImageryPatience { first_wait: wait / 10, longest_wait: wait, failed_for: wait * 60, ..hurried() };
    let loader = ImageryLoader::start_patiently(source, dir.path(), patience).unwrap();
    let tiles: Vec<_> = (0..200).map(|column| at(9, column, 0)).collect();
    let began = Instant::now();
    loader.wait(&tiles[..1], Duration::from_secs(10));
    assert!(loader.wait(&tiles, Duration::from_millis(300)), "{:?} {:?}", began.elapsed(), loader.health());
}

#[test]
fn a_server_that_asks_for_patience_is_left_alone() {
    let server = TileServer::start();
    server.usually(Step::status(429).with("retry-after: 3600\r\n"));
    let dir = tempfile::tempdir().unwrap();
    let loader = start(&server, dir.path());
    for column in 0..20 {
        assert_eq!(came(&loader, at(9, column, 0)), "Failed");
    }
    assert!(server.asked().len() <= 4, "{}", server.asked().len());
    assert!(loader.health().problem.is_some_and(|problem| !problem.contains("SECRET")));
}

#[test]
fn it_ends_at_once_while_tiles_are_on_their_way() {
    let server = TileServer::start();
    server.usually(Step { after: Duration::from_secs(3), ..Step::tile(RED) });
    let dir = tempfile::tempdir().unwrap();
    let patience = ImageryPatience { stalled_after: Duration::from_secs(30), ..hurried() };
    let loader = ImageryLoader::start_patiently(server.source(), dir.path(), patience).unwrap();
    for column in 0..20 {
        loader.lookup(at(9, column, 0));
    }
    while server.asked().len() < 4 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let began = Instant::now();
    drop(loader);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

#[test]
fn without_a_place_on_disk_tiles_come_all_the_same() {
    let server = TileServer::start();
    server.script(TILE, [Step::tile(RED)]);
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "x").unwrap();
    let loader = start(&server, &dir.path().join("file/cache"));
    assert!(loader.health().problem.unwrap().contains("tiles are not kept on disk"));
    assert_eq!(came(&loader, at(3, 1, 2)), colour(RED));
    // What is damaged on disk is asked for again.
    let server = TileServer::start();
    server.script(TILE, [Step::tile(RED).with(FRESH), Step::tile(BLUE)]);
    assert_eq!(came(&start(&server, dir.path()), at(3, 1, 2)), colour(RED));
    let kept = rusqlite::Connection::open(dir.path().join("imagery.sqlite")).unwrap();
    kept.execute("UPDATE tile SET bytes = x'00112233'", []).unwrap();
    assert_eq!(came(&start(&server, dir.path()), at(3, 1, 2)), colour(BLUE));
}

#[test]
fn while_a_server_is_silent_only_one_tries_and_old_tiles_are_shown_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let server = TileServer::start();
    server.usually(Step::tile(RED).with(OLD));
    let tiles: Vec<_> = (0..40).map(|column| at(9, column, 0)).collect();
    assert!(start(&server, dir.path()).wait(&tiles, Duration::from_secs(10)));
    let silence = Duration::from_secs(20);
    server.usually(Step { after: silence, ..Step::tile(BLUE) });
    let stalled_after = Duration::from_millis(300);
    let patience =
        ImageryPatience { stalled_after, first_wait: stalled_after, longest_wait: silence, ..hurried() };
    let loader = ImageryLoader::start_patiently(server.source(), dir.path(), patience).unwrap();
    assert_eq!(came(&loader, tiles[0]), colour(RED));
    assert!(loader.health().offline);
    let (asked, began) = (server.asked().len(), Instant::now());
    assert!(loader.wait(&tiles, Duration::from_secs(10)));
    let (asked, took) = (server.asked().len() - asked, began.elapsed());
    assert!(asked <= 4 && took < Duration::from_secs(4), "{asked} requests, {took:?}");
}
