//! Tiles from the web, when all is well: they come, are kept, and are asked for again only when they are old.

use super::tile_server::{Step, TileServer};
use link::imagery::{ImageryLoader, ImageryPatience};
use overlays::imagery::{Lookup, Store, TileAddress};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub const RED: [u8; 3] = [255, 0, 0];
pub const BLUE: [u8; 3] = [0, 0, 255];
pub const TILE: &str = "3/1/2";

pub fn at(zoom: u8, column: u32, row: u32) -> TileAddress {
    TileAddress::new(zoom, column, row).unwrap()
}

pub fn hurried() -> ImageryPatience {
    ImageryPatience {
        first_wait: Duration::from_millis(2),
        longest_wait: Duration::from_millis(20),
        stalled_after: Duration::from_millis(400),
        failed_for: Duration::from_millis(250),
        ..ImageryPatience::default()
    }
}

pub fn start(server: &TileServer, cache: &Path) -> Arc<ImageryLoader> {
    ImageryLoader::start_patiently(server.source(), cache, hurried()).unwrap()
}

/// Waits for a tile, and says what came of it: the colour of its first pixel, or `Absent` and so on.
pub fn came(loader: &ImageryLoader, tile: TileAddress) -> String {
    loop {
        assert!(loader.wait(&[tile], Duration::from_secs(10)), "{tile:?} never came: {:?}", loader.health());
        match loader.lookup(tile) {
            Lookup::Ready(picture) => return format!("{:?}", &picture.premultiplied()[0][..3]),
            // On a busy machine a failure may be over just now.
            Lookup::Coming => {}
            other => return format!("{other:?}"),
        }
    }
}

pub fn colour(colour: [u8; 3]) -> String {
    format!("{colour:?}")
}

#[test]
fn a_tile_comes_once_and_is_kept_in_memory_and_on_disk() {
    let server = TileServer::start();
    server.script(TILE, [Step::tile(RED).with("cache-control: max-age=600\r\n")]);
    let dir = tempfile::tempdir().unwrap();
    fn shared<T: Send + Sync>(loader: T) -> T {
        loader
    }
    let loader = shared(start(&server, dir.path()));
    assert_eq!(
        (loader.generation(), loader.health().name),
        (0, "127.0.0.1:".to_owned() + &server.at.port().to_string())
    );
    assert_eq!(loader.lookup(at(3, 1, 2)), Lookup::Coming);
    assert_eq!(loader.lookup(at(3, 1, 2)), Lookup::Coming);
    for _ in 0..3 {
        assert_eq!(came(&loader, at(3, 1, 2)), colour(RED));
    }
    assert!(loader.generation() > 0);
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].headers["user-agent"], concat!("Shancheng/", env!("CARGO_PKG_VERSION")));
    let health = loader.health();
    assert_eq!(
        (health.loaded, health.failed, health.waiting, health.problem, health.offline),
        (1, 0, 0, None, false)
    );
    drop(loader);
    assert_eq!(came(&start(&server, dir.path()), at(3, 1, 2)), colour(RED));
    assert_eq!(server.asked().len(), 1, "a fresh tile was asked for again");
}

#[test]
fn an_old_tile_is_asked_for_with_its_tag_and_kept_when_it_has_not_changed() {
    let server = TileServer::start();
    let first =
        "cache-control: max-age=0\r\netag: \"v1\"\r\nlast-modified: Sun, 22 Nov 2026 08:00:00 GMT\r\n";
    let steps = [
        Step::tile(RED).with(first),
        Step::status(304).with("cache-control: max-age=0\r\n"),
        Step::status(304).with("cache-control: max-age=600\r\n"),
        Step::tile(BLUE),
    ];
    server.script(TILE, steps);
    let dir = tempfile::tempdir().unwrap();
    for expected in [1, 2, 3, 3] {
        assert_eq!(came(&start(&server, dir.path()), at(3, 1, 2)), colour(RED));
        assert_eq!(server.asked().len(), expected);
    }
    for asked in &server.asked()[1..] {
        assert_eq!(asked.headers["if-none-match"], "\"v1\"");
        assert_eq!(asked.headers["if-modified-since"], "Sun, 22 Nov 2026 08:00:00 GMT");
    }
}

#[test]
fn an_old_tile_that_has_changed_is_replaced_and_one_not_to_be_kept_is_not() {
    let server = TileServer::start();
    server.script(TILE, [Step::tile(RED).with("cache-control: no-cache\r\n"), Step::tile(BLUE)]);
    server.script("3/1/3", [Step::tile(RED).with("cache-control: no-store\r\n"), Step::status(404)]);
    let dir = tempfile::tempdir().unwrap();
    for (first, second) in [(RED, colour(RED)), (BLUE, "Absent".to_owned())] {
        let loader = start(&server, dir.path());
        assert_eq!((came(&loader, at(3, 1, 2)), came(&loader, at(3, 1, 3))), (colour(first), second));
    }
    assert!(!server.asked()[2].headers.contains_key("if-none-match"));
}

#[test]
fn what_does_not_exist_is_absent_and_asked_for_once() {
    let server = TileServer::start();
    server.script("3/1/3", [Step::status(204)]);
    server.script("3/1/4", [Step { status: 200, ..Step::default() }]);
    let dir = tempfile::tempdir().unwrap();
    let loader = start(&server, dir.path());
    for tile in [at(3, 1, 2), at(3, 1, 3), at(3, 1, 4), at(3, 1, 2)] {
        assert_eq!(came(&loader, tile), "Absent");
    }
    assert_eq!(loader.lookup(at(19, 0, 0)), Lookup::Absent, "there is no zoom 19");
    assert_eq!((server.asked().len(), loader.health().problem), (3, None));
}

#[test]
fn the_newest_wish_comes_first_old_ones_are_forgotten_and_few_are_asked_at_once() {
    let server = TileServer::start();
    server.usually(Step { after: Duration::from_millis(30), ..Step::tile(RED) });
    let dir = tempfile::tempdir().unwrap();
    let patience = ImageryPatience { at_once: 1, most_waiting: 3, ..hurried() };
    let loader = ImageryLoader::start_patiently(server.source(), dir.path(), patience).unwrap();
    let all: Vec<_> = (0..6).map(|column| at(5, column, 0)).collect();
    assert_eq!(loader.lookup(all[0]), Lookup::Coming);
    while server.asked().is_empty() {
        std::thread::sleep(Duration::from_millis(1));
    }
    for tile in &all[1..] {
        loader.lookup(*tile);
    }
    loader.lookup(all[3]);
    let end = Instant::now() + Duration::from_secs(10);
    while loader.health().waiting > 0 && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(1));
    }
    let paths: Vec<_> = server.asked().iter().map(|asked| asked.path[3..4].to_owned()).collect();
    assert_eq!(paths, ["0", "3", "5", "4"]);
    let many = start(&server, &dir.path().join("other"));
    let tiles: Vec<_> = (0..24).map(|column| at(6, column, 0)).collect();
    assert!(many.wait(&tiles, Duration::from_secs(10)));
    assert_eq!(server.most_at_once(), 4);
    assert!(!many.wait(&[at(7, 0, 0)], Duration::ZERO));
}

#[test]
fn memory_is_bounded() {
    let server = TileServer::start();
    server.usually(Step::tile(RED));
    let dir = tempfile::tempdir().unwrap();
    let patience = ImageryPatience { memory_bytes: 2 * 256 * 256 * 4 + 10, ..hurried() };
    let loader = ImageryLoader::start_patiently(server.source(), dir.path(), patience).unwrap();
    for column in 0..3 {
        came(&loader, at(5, column, 0));
    }
    use overlays::imagery::Tiles;
    let there = [0, 1, 2].map(|column| loader.at_hand(at(5, column, 0)).is_some());
    assert_eq!(there, [false, true, true]);
    assert_eq!(came(&loader, at(5, 0, 0)), colour(RED));
    assert_eq!(server.asked().len(), 3, "it was on disk");
}
