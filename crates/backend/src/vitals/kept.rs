//! The two files beside the journal: hours and days of the signs, and the weeks of data quality.
//!
//! A damaged file costs its history, one line in the log, and nothing else.

mod archive;

use super::Shared;
use crate::beside::{anew, read, sweep, write};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::Ordering;
use watch::quality::told::WeekTold;
use watch::vital::SignHandle;

const SIGNS: &str = "vital-signs.history";
const WEEKS: &str = "quality-weeks.json";
/// The largest files that are read, bytes: a city's signs of eight weeks are 40 MB.
const LARGEST: u64 = 256 << 20;
const LARGEST_WEEKS: u64 = 1 << 20;

/// Has the signs recall what the file of an earlier run holds.
pub fn take_up(shared: &Shared) {
    sweep(&shared.folder, &[SIGNS, WEEKS]);
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
