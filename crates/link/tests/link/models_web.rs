//! Tilesets from the web: asked for with their key, kept, shown again when nobody answers, and failures told without it.

use crate::tile_server::{Step, TileServer};
use link::models::WebModels;
use models::tiles::{Opened, State, Tree, load};
use models::{Fetch, ModelSource};
use std::path::Path;
use std::sync::Arc;

fn data(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/tests/data/tileset").join(name))
        .unwrap()
}

fn file(body: Vec<u8>, headers: &'static str) -> Step {
    Step { status: 200, headers, body, ..Step::default() }
}

fn address(server: &TileServer, path: &str) -> String {
    format!("http://{}/{path}?key=SECRET", server.at)
}

#[test]
fn a_tileset_comes_tile_by_tile_and_is_there_again_without_the_network() {
    let cache = tempfile::tempdir().unwrap();
    let server = TileServer::start();
    server.script(
        "city/tileset.json",
        [file(data("tileset.json"), "Cache-Control: no-cache\r\nETag: \"1\"\r\n")],
    );
    server.script(
        "city/coarse.glb",
        [Step::status(503), file(data("coarse.glb"), "Cache-Control: max-age=600\r\n")],
    );
    let source: ModelSource = address(&server, "city/tileset.json").parse().unwrap();
    let bring = || {
        let fetch: Arc<dyn Fetch> = Arc::new(WebModels::open(&source.address, cache.path()).unwrap());
        let opened = Opened::open(&source, fetch.clone()).unwrap().unwrap();
        let mut tree = Tree::new(&opened);
        for tile in 0..2 {
            match load(&tree.job(tile).unwrap(), fetch.as_ref()) {
                Ok(mut loaded) => tree.take(tile, Ok(&mut loaded)),
                Err(why) => tree.take(tile, Err(why)),
            }
        }
        tree
    };
    let tree = bring();
    assert_eq!((tree.state(0), tree.state(1)), (State::Ready, State::Failed));
    let said = tree.problems.to_string();
    assert!(said.contains("north.b3dm: cannot be read: 127.0.0.1 has no such file"), "{said}");
    assert!(!said.contains("SECRET"), "{said}");
    assert_eq!(server.asked().len(), 4, "the tileset, a tile twice, and one that is missing");
    // What is fresh is not asked for again, the rest is asked whether it changed.
    bring();
    let asked = server.asked();
    assert_eq!(asked.len(), 6);
    assert_eq!(asked[4].headers.get("if-none-match").map(String::as_str), Some("\"1\""));
    drop(server);
    let tree = bring();
    assert_eq!((tree.state(0), tree.state(1)), (State::Ready, State::Failed));
}

#[test]
fn a_server_that_is_not_there_is_told_without_the_key() {
    let cache = tempfile::tempdir().unwrap();
    let server = TileServer::start();
    let gone = address(&server, "tileset.json");
    drop(server);
    let fetch = WebModels::open(&gone, cache.path()).unwrap();
    let why = fetch.fetch(&gone).unwrap_err().within(&gone).to_string();
    assert!(
        why.contains("cannot be reached") && why.contains("tileset.json") && !why.contains("SECRET"),
        "{why}"
    );
    assert!(WebModels::open("http://", cache.path()).is_err());
}
