//! Puts the finished tiles into their container and the folder into its place, by a rename.

use super::{
    credits, failed,
    journal::{FULL, Journal},
    plan::Plan,
    report::ImportReport,
    wrong,
};
use crate::{
    GroundInfo, GroundKind, TerrainError,
    model::folder::{DESCRIPTION, Description, HEIGHTS, VERSION},
    pyramid::cog,
};
use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// The container of an earlier layout.
const HEIGHTS_BEFORE: &str = "heights.bin";
/// Where the old folder waits, beside the journal, while the new one takes its place.
const OLD: &str = "old";

/// Refuses a place that holds something other than a terrain folder, before any work is done.
pub(super) fn check_place(out: &Path) -> Result<(), TerrainError> {
    if out.file_name().is_none() {
        return Err(wrong(out, "is no name for a new folder; name one, such as ./terrain-n29e106"));
    }
    let entries = match fs::read_dir(out) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(_) => return Err(wrong(out, "is not a folder that can be written; name another")),
    };
    let names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    // GDAL and QGIS leave their statistics beside a file they show.
    let ours = [DESCRIPTION, HEIGHTS, HEIGHTS_BEFORE, "terrain.tif.aux.xml", "terrain.tif.ovr"];
    let is_ours = |name: &OsString| ours.iter().any(|ours| name == ours);
    match names.iter().find(|name| !is_ours(name)) {
        Some(other) => {
            let problem =
                format!("holds something else than terrain ({}); name a new folder", other.display());
            Err(wrong(out, problem))
        }
        None => Ok(()),
    }
}

/// The folder that is meant: where a link stands, what it points to.
pub(super) fn place(out: &Path) -> PathBuf {
    match fs::read_link(out) {
        Ok(target) => fs::canonicalize(out).unwrap_or_else(|_| out.with_file_name(target)),
        Err(_) => out.to_owned(),
    }
}

/// Writes the container and its description beside the journal, and puts the folder in its place.
pub(super) fn folder(
    plan: &Plan,
    journal: &Journal,
    report: &ImportReport,
    out: &Path,
) -> Result<(), TerrainError> {
    let complete = journal.folder.join("complete");
    let _ = fs::remove_dir_all(&complete);
    fs::create_dir(&complete).map_err(failed(&complete, "making the folder"))?;
    container(plan, journal, &complete.join(HEIGHTS))?;
    let description = Description {
        version: VERSION,
        info: GroundInfo {
            kind: GroundKind::Model,
            sources: plan.sources.iter().map(|placed| placed.source.description.clone()).collect(),
            credits: credits::of(plan),
            bounds: report.bounds,
            resolution_m: report.resolution_m,
        },
        voids_filled: report.voids_filled,
        voids_left: report.voids_left,
    };
    let words = complete.join(DESCRIPTION);
    let text = serde_json::to_vec_pretty(&description).map_err(io::Error::other);
    let write = |text: Vec<u8>| {
        let mut file = File::create(&words)?;
        file.write_all(&text)?;
        file.sync_all()
    };
    text.and_then(write).map_err(failed(&words, FULL))?;
    swap(&journal.folder, &complete, out)
}

fn container(plan: &Plan, journal: &Journal, path: &Path) -> Result<(), TerrainError> {
    let writing = |result: io::Result<()>| result.map_err(failed(path, FULL));
    let file = File::create(path).map_err(failed(path, "writing"))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let length = |key| journal.last(key).map_or(0, |record| record.span.length);
    writing(cog::write_head(&mut out, &plan.shape, length))?;
    for record in cog::order(&plan.shape).filter_map(|key| journal.last(key)) {
        writing(out.write_all(&journal.packed(&record)?))?;
    }
    writing(out.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| file.sync_all()))
}

/// Puts the complete folder in its place; what was there leaves only then.
fn swap(journal: &Path, complete: &Path, out: &Path) -> Result<(), TerrainError> {
    let old = journal.join(OLD);
    if out.exists() {
        let _ = fs::remove_dir_all(&old);
        fs::rename(out, &old).map_err(failed(out, "moving the old folder aside"))?;
    }
    let put = fs::rename(complete, out);
    if put.is_err() {
        restore(journal, out)?;
    }
    put.map_err(failed(out, "putting the folder in its place"))
}

/// Puts back the old folder where an import ended after it was moved aside, and before the new one took its place.
pub(super) fn restore(journal: &Path, out: &Path) -> Result<(), TerrainError> {
    let old = journal.join(OLD);
    if old.exists() && !out.exists() {
        fs::rename(&old, out).map_err(failed(&old, "putting the old folder back"))?;
    }
    Ok(())
}
