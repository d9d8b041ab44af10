//! The two files beside the journal: hours and days of the signs, and the weeks of data quality.
//!
//! Each is written beside itself and then takes the place of the old one, so that a program that ends at any instant leaves
//! one of the two whole. A damaged file costs its history, one line in the log, and nothing else.

mod archive;

use super::Shared;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;
use watch::quality::told::WeekTold;
use watch::vital::SignHandle;

const SIGNS: &str = "vital-signs.history";
const WEEKS: &str = "quality-weeks.json";
/// The largest files that are read, bytes: a city's signs of eight weeks are 40 MB.
const LARGEST: u64 = 256 << 20;
const LARGEST_WEEKS: u64 = 1 << 20;
/// How the name of a file ends that is being written, before the number of the process.
const BESIDE: &str = "new-";
/// After so long nobody writes such a file any more.
const ABANDONED: Duration = Duration::from_secs(600);

/// Has the signs recall what the file of an earlier run holds.
pub fn take_up(shared: &Shared) {
    sweep(&shared.folder);
    let path = shared.folder.join(SIGNS);
    let Some(bytes) = read(&path, LARGEST, "the history of the vital signs") else { return };
    let sign = |id: &str| shared.signs().sign(id);
    match archive::read(&bytes, shared.training, sign) {
        Ok(read) => {
            // Many at a time, and not all: what devices tell meanwhile waits for milliseconds.
            for some in read.trends.chunks(512) {
                let mut signs = shared.signs();
                for kept in some {
                    signs.recall(kept);
                }
            }
            shared.past_is_ready.store(read.past_is_ready, Ordering::Release);
        }
        Err(why) => drop(anew::<()>(&path, "the history of the vital signs", why)),
    }
}

/// Removes what processes left beside the files that were killed while they wrote.
fn sweep(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_beside = name.to_str().is_some_and(|name| {
            [SIGNS, WEEKS].iter().any(|file| name.starts_with(&format!("{file}.{BESIDE}")))
        });
        // Another process that shares the folder may be writing now.
        let age = entry.metadata().and_then(|known| known.modified()).ok().and_then(|at| at.elapsed().ok());
        if is_beside && age.is_some_and(|age| age > ABANDONED) {
            let _ = std::fs::remove_file(entry.path());
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
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!("{name}.{BESIDE}{}", std::process::id()));
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
