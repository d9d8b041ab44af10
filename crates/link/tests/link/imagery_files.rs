//! Tiles from MBTiles files: ours, GDAL's, and such as are none.

use super::imagery_web::{BLUE, RED, at, came, colour, hurried};
use super::tile_server::png;
use link::imagery::ImageryLoader;
use overlays::imagery::{ImagerySource, LonLatBox, Square, Store, compose, wanted};
use rusqlite::{Connection, params};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub fn open(line: &str) -> Result<Arc<ImageryLoader>, String> {
    let source: ImagerySource = line.parse().unwrap();
    ImageryLoader::start_patiently(source, Path::new("unused"), hurried()).map_err(|e| e.to_string())
}

pub fn data(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name).display().to_string()
}

/// A file with these tiles (zoom, column, row from the south) and words about them.
fn mbtiles(path: &Path, tiles: &[(u8, u32, u32, Vec<u8>)], words: &[(&str, &str)]) -> String {
    let file = Connection::open(path).unwrap();
    // A view over two tables, as many programs write it.
    file.execute_batch(
        "CREATE TABLE metadata (name TEXT, value TEXT);
         CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id INTEGER);
         CREATE TABLE images (tile_id INTEGER, tile_data BLOB);
         CREATE VIEW tiles AS SELECT zoom_level, tile_column, tile_row, tile_data
             FROM map JOIN images ON images.tile_id = map.tile_id;",
    )
    .unwrap();
    for (id, (zoom, column, row, bytes)) in tiles.iter().enumerate() {
        file.execute("INSERT INTO map VALUES (?1, ?2, ?3, ?4)", params![zoom, column, row, id]).unwrap();
        file.execute("INSERT INTO images VALUES (?1, ?2)", params![id, bytes]).unwrap();
    }
    for (name, value) in words {
        file.execute("INSERT INTO metadata VALUES (?1, ?2)", params![name, value]).unwrap();
    }
    path.display().to_string()
}

#[test]
fn mbtiles_are_read_with_their_rows_from_the_south() {
    let dir = tempfile::tempdir().unwrap();
    let tiles = [(3, 1, 5, png(RED)), (3, 1, 2, png(BLUE)), (4, 0, 0, vec![9; 100]), (4, 0, 1, vec![])];
    let words = [
        ("name", "某地影像"),
        ("format", "png"),
        ("attribution", "&copy; <a href=\"https://x.example\">某局</a> &amp; B"),
        ("bounds", "-180,-85,180,85"),
        ("minzoom", "0"),
        ("maxzoom", "22"),
    ];
    let line = mbtiles(&dir.path().join("a.mbtiles"), &tiles, &words);
    let loader = open(&line).unwrap();
    assert_eq!((came(&loader, at(3, 1, 2)), came(&loader, at(3, 1, 5))), (colour(RED), colour(BLUE)));
    assert_eq!((came(&loader, at(3, 2, 2)), came(&loader, at(4, 0, 14))), ("Absent".into(), "Absent".into()));
    assert_eq!(came(&loader, at(4, 0, 15)), "Failed");
    let health = loader.health();
    assert_eq!((health.name.as_str(), health.attribution.as_deref()), ("某地影像", Some("© 某局 & B")));
    assert!(health.problem.unwrap().contains("tile 4/0/15: it is no picture"));
    let set = &loader.source().tiles;
    assert_eq!((set.min_zoom, set.max_zoom, set.side_px), (3, 4, 256));
    assert_eq!(set.bounds, Some(LonLatBox { west: -180.0, south: -85.0, east: 180.0, north: 85.0 }));
    let named = open(&format!("{line}#name=X&max=3&attribution=Y")).unwrap();
    assert_eq!((named.health().name.as_str(), named.health().attribution.as_deref()), ("X", Some("Y")));
    assert_eq!((named.source().tiles.min_zoom, named.source().tiles.max_zoom), (3, 3));
}

#[test]
fn what_is_no_mbtiles_file_of_pictures_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    std::fs::write(path("garbage.mbtiles"), vec![9; 5000]).unwrap();
    std::fs::write(path("none.mbtiles"), []).unwrap();
    Connection::open(path("other.mbtiles")).unwrap().execute_batch("CREATE TABLE x (y)").unwrap();
    std::fs::create_dir(path("folder.mbtiles")).unwrap();
    mbtiles(&path("pbf.mbtiles"), &[(0, 0, 0, vec![0x1f, 0x8b, 8])], &[("format", "pbf")]);
    mbtiles(&path("gzip.mbtiles"), &[(0, 0, 0, vec![0x1f, 0x8b, 8])], &[]);
    mbtiles(&path("empty.mbtiles"), &[], &[("format", "png")]);
    for (name, words) in [
        ("missing", "cannot be read: No such file"),
        ("folder", "folder.mbtiles"),
        ("garbage", "is no MBTiles file"),
        ("none", "is no MBTiles file"),
        ("other", "no such table: tiles"),
        ("pbf", "holds vector tiles"),
        ("gzip", "vector tiles"),
        ("empty", "holds no tile"),
    ] {
        let why = open(&path(&format!("{name}.mbtiles")).display().to_string()).err().unwrap();
        assert!(why.contains(words) && why.contains(name) && !why.contains('\n'), "{why}");
    }
}

#[test]
fn a_file_of_gdal_lies_where_gdal_put_it() {
    let loader = open(&data("gdal.mbtiles")).unwrap();
    assert_eq!(loader.health().name, "four colours");
    let set = &loader.source().tiles;
    assert_eq!((set.min_zoom, set.max_zoom, set.side_px), (13, 14, 256));
    for (column, row, expected) in
        [(13042, 6782, RED), (13043, 6782, [0, 255, 0]), (13042, 6783, BLUE), (13043, 6783, [255, 255, 0])]
    {
        assert_eq!(came(&loader, at(14, column, row)), colour(expected));
    }
    // The four colours meet at the corner of the tiles, in the middle of this square.
    let corner = at(14, 13043, 6783).bounds();
    let middle = geodesy::to_city_frame(city::LonLat { lon: corner.west, lat: corner.north });
    let width_m = 2_000.0;
    let south_west = geodesy::EastNorth::new(middle.east_m - width_m / 2.0, middle.north_m - width_m / 2.0);
    let square = Square { south_west, width_m };
    for side in [64, 512] {
        assert!(loader.wait(&wanted(set, &square, side), Duration::from_secs(10)));
        let composed = compose(set, &square, side, &*loader);
        assert!(composed.anything && composed.coming.is_empty());
        let texel = |x: usize, y: usize| &composed.rgba[(y * side + x) * 4..][..4];
        let (low, high) = (side / 4, side * 3 / 4);
        assert_eq!(texel(low, low), [0, 0, 255, 255], "south-west at {side}");
        assert_eq!(texel(high, low), [255, 255, 0, 255], "south-east at {side}");
        assert_eq!(texel(low, high), [255, 0, 0, 255], "north-west at {side}");
        assert_eq!(texel(high, high), [0, 255, 0, 255], "north-east at {side}");
    }
}
