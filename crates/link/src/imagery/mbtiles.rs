//! MBTiles: tiles in a table of SQLite, by <https://github.com/mapbox/mbtiles-spec/blob/master/1.3/spec.md>.

use super::archive::{About, Archive, LONGEST_TILE, bounds};
use super::error::ImageryError;
use overlays::imagery::{LonLatBox, TileAddress};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

const TILE: &str = "SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3";

/// An open MBTiles file.
pub(super) struct MbTiles {
    file: Mutex<Connection>,
}

impl MbTiles {
    pub(super) fn open(path: &Path) -> Result<(Self, About), ImageryError> {
        // SQLite says only that it cannot open a file, not why.
        std::fs::File::open(path).map_err(|e| ImageryError::unreadable(path, e))?;
        let strange = |error: rusqlite::Error| ImageryError::Strange {
            path: path.to_owned(),
            kind: "MBTiles",
            why: error.to_string(),
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let file = Connection::open_with_flags(path, flags).map_err(strange)?;
        drop(file.prepare(TILE).map_err(strange)?);
        let format = word(&file, "format").unwrap_or_default().to_ascii_lowercase();
        if matches!(format.as_str(), "pbf" | "mvt" | "application/vnd.mapbox-vector-tile") {
            return Err(ImageryError::no_pictures(path, "vector tiles"));
        }
        let about = about(&file).map_err(strange)?;
        if about.example.is_none() {
            return Err(ImageryError::no_pictures(path, "no tile"));
        }
        Ok((Self { file: Mutex::new(file) }, about))
    }
}

impl Archive for MbTiles {
    fn tile(&self, address: TileAddress) -> Result<Option<Vec<u8>>, String> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (address.zoom, address.column, address.row_from_south());
        let tile = file.prepare_cached(TILE).and_then(|mut tile| tile.query_row(key, bytes).optional());
        tile.map_err(|error| error.to_string()).map(Option::flatten)
    }
}

/// The bytes of a row; none where they are no blob, or more than any tile has.
fn bytes(row: &rusqlite::Row<'_>) -> rusqlite::Result<Option<Vec<u8>>> {
    let blob = row.get_ref(0)?.as_blob().ok();
    Ok(blob.filter(|bytes| bytes.len() <= LONGEST_TILE).map(<[u8]>::to_vec))
}

fn about(file: &Connection) -> rusqlite::Result<About> {
    let example = file.query_row("SELECT tile_data FROM tiles LIMIT 1", [], bytes).optional()?;
    // What is said of the zooms is wrong in many files, GDAL's too.
    let mut has = file.prepare("SELECT EXISTS (SELECT 1 FROM tiles WHERE zoom_level = ?1)")?;
    let mut zooms = Vec::new();
    for zoom in 0..=TileAddress::DEEPEST {
        if has.query_row([zoom], |row| row.get(0))? {
            zooms.push(zoom);
        }
    }
    let (min_zoom, max_zoom) = (*zooms.first().unwrap_or(&0), *zooms.last().unwrap_or(&0));
    Ok(About {
        name: word(file, "name"),
        attribution: word(file, "attribution"),
        min_zoom,
        max_zoom,
        bounds: word(file, "bounds").as_deref().and_then(box_of),
        example: example.map(Option::unwrap_or_default),
    })
}

/// A value of the table `metadata`, where there is one.
fn word(file: &Connection, name: &str) -> Option<String> {
    let value = file.query_row("SELECT value FROM metadata WHERE name = ?1", [name], |row| row.get(0));
    value.ok().filter(|value: &String| !value.trim().is_empty())
}

fn box_of(text: &str) -> Option<LonLatBox> {
    let edges: Vec<f64> = text.split(',').map(|edge| edge.trim().parse()).collect::<Result<_, _>>().ok()?;
    let [west, south, east, north] = edges[..] else { return None };
    bounds(west, south, east, north)
}
