//! Tiles kept on disk: a table of SQLite, in which a tile is written whole or not at all, whenever the program is
//! killed. When they take more than their budget, those used longest ago go. Several consoles may share it.

use super::kept_tile::{KeptTile, now_ms};
use overlays::imagery::{TileAddress, UrlTemplate};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The file in the folder of the cache.
const FILE: &str = "imagery.sqlite";
const LAYOUT: i64 = 1;
/// A use is written down when the last one written lies so far back, so that reading seldom writes.
const NOTE_USE_EVERY_MS: i64 = 3_600_000;

const DELETE: &str = "DELETE FROM tile WHERE source = ?1 AND zoom = ?2 AND col = ?3 AND row = ?4";

/// The tiles of one source, in a file that other sources share.
pub(crate) struct KeptTiles {
    file: Mutex<Connection>,
    /// The address as a checksum, because it may hold a key.
    source: [u8; 32],
    budget: u64,
}

impl KeptTiles {
    /// Opens the file in a folder, which is made where it is missing. A file that is damaged or of another layout is
    /// begun anew: nothing in it cannot be fetched again.
    pub(crate) fn open(folder: &Path, template: &UrlTemplate, budget: u64) -> Result<Self, String> {
        Self::open_in(folder, FILE, &template.identity(), budget)
    }

    /// The same in a file of another name, for what else comes in pieces: `source` tells whose they are.
    pub(crate) fn open_in(folder: &Path, name: &str, source: &str, budget: u64) -> Result<Self, String> {
        let path = folder.join(name);
        let in_words = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        std::fs::create_dir_all(folder).map_err(|e| in_words(&e))?;
        let file = opened(&path).or_else(|_| {
            for ending in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(folder.join(format!("{name}{ending}")));
            }
            opened(&path)
        });
        let source = Sha256::digest(source.as_bytes()).into();
        Ok(Self { file: Mutex::new(file.map_err(|e| in_words(&e))?), source, budget })
    }

    /// A tile, where it is kept.
    pub(crate) fn get(&self, at: TileAddress) -> Option<KeptTile> {
        let file = self.file();
        let row = file
            .prepare_cached(
                "SELECT id, used_ms, bytes, etag, last_modified, fetched_ms, fresh_ms FROM tile
                 WHERE source = ?1 AND zoom = ?2 AND col = ?3 AND row = ?4",
            )
            .and_then(|mut tile| tile.query_row(self.key(at), kept).optional());
        let (id, used_ms, tile) = row.ok().flatten()?;
        if (now_ms() - used_ms).abs() > NOTE_USE_EVERY_MS {
            let _ = file.execute("UPDATE tile SET used_ms = ?2 WHERE id = ?1", params![id, now_ms()]);
        }
        Some(tile)
    }

    /// Keeps a tile from now on.
    pub(crate) fn put(&self, at: TileAddress, tile: &KeptTile) -> Result<(), String> {
        let mut file = self.file();
        let mut put = || -> rusqlite::Result<()> {
            let put = file.transaction()?;
            let (source, zoom, column, row) = self.key(at);
            let KeptTile { bytes, etag, last_modified, fetched_ms, fresh_ms } = tile;
            put.prepare_cached(DELETE)?.execute(self.key(at))?;
            put.prepare_cached(
                "INSERT INTO tile
                 (source, zoom, col, row, bytes, etag, last_modified, fetched_ms, fresh_ms, used_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?8)",
            )?
            .execute(params![
                source,
                zoom,
                column,
                row,
                bytes,
                etag,
                last_modified,
                fetched_ms,
                fresh_ms
            ])?;
            make_room(&put, self.budget)?;
            put.commit()
        };
        put().map_err(|error| error.to_string())
    }

    /// Keeps a tile no more.
    pub(crate) fn forget(&self, at: TileAddress) {
        let _ = self.file().execute(DELETE, self.key(at));
    }

    fn key(&self, at: TileAddress) -> (&[u8], u8, u32, u32) {
        (&self.source, at.zoom, at.column, at.row)
    }

    fn file(&self) -> std::sync::MutexGuard<'_, Connection> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn opened(path: &Path) -> rusqlite::Result<Connection> {
    let file = Connection::open(path)?;
    file.busy_timeout(Duration::from_secs(2))?;
    file.pragma_update(None, "journal_mode", "WAL")?;
    file.pragma_update(None, "synchronous", "NORMAL")?;
    let layout: i64 = file.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if layout != 0 && layout != LAYOUT {
        return Err(rusqlite::Error::InvalidQuery);
    }
    // The sum is kept by triggers, so that consoles which share the file agree on it.
    file.execute_batch(include_str!("kept_tiles.sql"))?;
    file.pragma_update(None, "user_version", LAYOUT)?;
    Ok(file)
}

fn kept(row: &Row<'_>) -> rusqlite::Result<(i64, i64, KeptTile)> {
    let tile = KeptTile {
        bytes: row.get(2)?,
        etag: row.get(3)?,
        last_modified: row.get(4)?,
        fetched_ms: row.get(5)?,
        fresh_ms: row.get(6)?,
    };
    Ok((row.get(0)?, row.get(1)?, tile))
}

/// Removes what was used longest ago, until a tenth of the budget is free, if it is used up.
fn make_room(file: &Connection, budget: u64) -> rusqlite::Result<()> {
    let sum = || file.prepare_cached("SELECT bytes FROM sum")?.query_row([], |row| row.get::<_, i64>(0));
    if sum()? as u64 <= budget {
        return Ok(());
    }
    let oldest = "DELETE FROM tile WHERE id IN (SELECT id FROM tile ORDER BY used_ms, id LIMIT 64)";
    while sum()? as u64 > budget / 10 * 9 && file.execute(oldest, [])? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests;
