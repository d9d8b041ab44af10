//! Puts the finished tiles into their container and the folder into its place, by a rename.

use super::{failed, journal::Journal, plan::Plan, report::ImportReport, wrong};
use crate::{
    GroundInfo, GroundKind, TerrainError,
    model::folder::{DESCRIPTION, Description, HEIGHTS, VERSION},
    pyramid::cog,
};
use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

/// The container of an earlier layout.
const HEIGHTS_BEFORE: &str = "heights.bin";

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
    let is_ours = |name: &OsString| [DESCRIPTION, HEIGHTS, HEIGHTS_BEFORE].iter().any(|ours| name == ours);
    match names.iter().find(|name| !is_ours(name)) {
        Some(other) => {
            let problem =
                format!("holds something else than terrain ({}); name a new folder", other.display());
            Err(wrong(out, problem))
        }
        None => Ok(()),
    }
}

/// Writes the container and its description beside the journal, removes the journal, and puts the folder in its place.
pub(super) fn folder(
    plan: &Plan,
    journal: Journal,
    report: &ImportReport,
    out: &Path,
) -> Result<(), TerrainError> {
    let folder = journal.folder.clone();
    let heights = folder.join(HEIGHTS);
    container(plan, &journal, &heights)?;
    let description = Description {
        version: VERSION,
        info: GroundInfo {
            kind: GroundKind::Model,
            sources: plan.sources.iter().map(|placed| placed.source.description.clone()).collect(),
            bounds: report.bounds,
            resolution_m: report.resolution_m,
        },
        voids_filled: report.voids_filled,
        voids_left: report.voids_left,
    };
    let words = folder.join(DESCRIPTION);
    let text = serde_json::to_vec_pretty(&description).map_err(io::Error::other);
    text.and_then(|text| fs::write(&words, text)).map_err(failed(&words, "writing"))?;
    drop(journal);
    for file in ["tiles", "index", "job.json", "lock"] {
        let file = folder.join(file);
        fs::remove_file(&file).map_err(failed(&file, "removing"))?;
    }
    swap(&folder, out)
}

fn container(plan: &Plan, journal: &Journal, path: &Path) -> Result<(), TerrainError> {
    let writing = |result: io::Result<()>| result.map_err(failed(path, "writing"));
    let file = File::create(path).map_err(failed(path, "writing"))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let length = |key| journal.last(key).map_or(0, |record| record.span.length);
    writing(cog::write_head(&mut out, &plan.shape, length))?;
    for record in cog::order(&plan.shape).filter_map(|key| journal.last(key)) {
        let packed = journal.packed(&record).ok_or_else(|| {
            wrong(&journal.folder, "a tile written before is damaged; remove this folder and import again")
        })?;
        writing(out.write_all(&packed))?;
    }
    writing(out.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| file.sync_all()))
}

/// Puts the complete folder in its place; what was there leaves only then.
fn swap(complete: &Path, out: &Path) -> Result<(), TerrainError> {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let old = out.with_file_name(format!(".{name}.old-{}", std::process::id()));
    let was_there = out.exists();
    if was_there {
        fs::rename(out, &old).map_err(failed(out, "moving the old folder aside"))?;
    }
    fs::rename(complete, out).map_err(failed(out, "putting the folder in its place"))?;
    if was_there {
        fs::remove_dir_all(&old).map_err(failed(&old, "removing the old folder"))?;
    }
    Ok(())
}
