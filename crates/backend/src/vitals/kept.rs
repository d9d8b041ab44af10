//! The two files beside the journal: hours and days of the signs, and the weeks of data quality.
//!
//! Each is written beside itself and then takes the place of the old one, so that a program that ends at any instant leaves
//! one of the two whole. A damaged file costs its history, one line in the log, and nothing else.

mod archive;

use super::{Shared, Training};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use watch::quality::told::WeekTold;
use watch::vital::{SignHandle, VitalSigns};

const SIGNS: &str = "vital-signs.history";
const WEEKS: &str = "quality-weeks.json";
/// The largest files that are read, bytes: a city's signs of eight weeks are 40 MB.
const LARGEST: u64 = 256 << 20;
const LARGEST_WEEKS: u64 = 1 << 20;

/// Has the signs recall what the file of an earlier run holds; true when the past stands by that.
pub fn take_up(folder: &Path, training: Training, signs: &mut VitalSigns) -> bool {
    let path = folder.join(SIGNS);
    let Some(bytes) = read(&path, LARGEST, "the history of the vital signs") else { return false };
    match archive::read(&bytes, training, signs) {
        Ok(read) => {
            for kept in &read.trends {
                signs.recall(kept);
            }
            read.past_is_ready
        }
        Err(why) => {
            anew::<()>(&path, "the history of the vital signs", why);
            false
        }
    }
}

/// The weeks of data quality of earlier runs, source by source.
pub fn weeks(folder: &Path) -> BTreeMap<String, Vec<WeekTold>> {
    let path = folder.join(WEEKS);
    let Some(bytes) = read(&path, LARGEST_WEEKS, "the weeks of data quality") else { return BTreeMap::new() };
    serde_json::from_slice(&bytes).unwrap_or_else(|error| {
        anew::<()>(&path, "the weeks of data quality", error);
        BTreeMap::new()
    })
}

/// Writes both files; else one line that says which could not be written and why.
pub fn write_down(shared: &Shared) -> Result<(), String> {
    let is_ready = shared.past_is_ready.load(Ordering::Acquire);
    let mut archive = archive::Archive::of(shared.training, is_ready);
    let count = shared.signs().definitions().signs().len() as u16;
    // A sign at a time: what devices tell meanwhile waits for milliseconds.
    for sign in (0..count).map(SignHandle) {
        let (id, remembered) = {
            let signs = shared.signs();
            let Some(known) = signs.definition(sign) else { continue };
            (known.id.clone(), signs.remembered(sign))
        };
        remembered.iter().for_each(|kept| archive.put(&id, kept));
    }
    write(&shared.folder.join(SIGNS), &archive.finish())?;
    let weeks = serde_json::to_vec(&shared.sources().weeks()).map_err(|error| error.to_string())?;
    write(&shared.folder.join(WEEKS), &weeks)
}

/// The bytes of a file; `None` where there is none, or it cannot be read, which is told.
fn read(path: &Path, largest: u64, what: &str) -> Option<Vec<u8>> {
    let size = match std::fs::metadata(path) {
        Ok(known) => known.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => return anew(path, what, error),
    };
    if size > largest {
        return anew(path, what, format!("it has {size} bytes, and at most {largest} are read"));
    }
    std::fs::read(path).map_or_else(|error| anew(path, what, error), Some)
}

/// Says that a file is not used, and what follows from that.
fn anew<T>(path: &Path, what: &str, why: impl std::fmt::Display) -> Option<T> {
    tracing::warn!(
        "{}: {what} cannot be read and begins anew ({why}); restore it from a copy to keep it",
        path.display()
    );
    None
}

/// Writes a file beside itself and has it take its own place.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let beside: PathBuf = path.with_extension(format!("new-{}", std::process::id()));
    let written = File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    // The name is kept by the folder, which a file system may write later.
    let kept = written.and_then(|()| match path.parent().map(File::open) {
        Some(folder) => folder.and_then(|folder| folder.sync_all()),
        None => Ok(()),
    });
    kept.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        format!(
            "{} cannot be written ({error}): free some space, or make its folder writable",
            path.display()
        )
    })
}
