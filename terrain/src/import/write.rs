//! Writes a terrain folder: complete under a temporary name, then renamed.

use super::{ImportReport, Raster};
use crate::{
    GroundInfo, GroundKind, TerrainError,
    model::folder::{DESCRIPTION, Description, HEIGHTS, VERSION},
};
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// Refuses a place that holds something other than a terrain folder, before any work is done.
pub(super) fn check_place(out: &Path) -> Result<(), TerrainError> {
    let wrong = |problem: &str| TerrainError::Source { path: out.to_owned(), problem: problem.to_owned() };
    if out.file_name().is_none() {
        return Err(wrong("is no name for a new folder; name one, such as ./terrain-n29e106"));
    }
    match fs::read_dir(out) {
        Ok(entries) => {
            let taken = entries.count() > 0 && !out.join(DESCRIPTION).is_file();
            if taken {
                Err(wrong("holds something else than terrain; name a new or an empty folder"))
            } else {
                Ok(())
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) => Err(wrong("is not a folder that can be written; name another")),
    }
}

/// Writes the folder.
pub(super) fn folder(raster: &Raster, report: &ImportReport, out: &Path) -> Result<(), TerrainError> {
    let beside = |word: &str| {
        let name = out.file_name().unwrap_or_default().to_string_lossy();
        out.with_file_name(format!(".{name}.{word}-{}", std::process::id()))
    };
    let (partial, old) = (beside("partial"), beside("old"));
    let result = contents(raster, report, &partial).and_then(|()| swap(&partial, out, &old));
    if result.is_err() {
        // Whatever went wrong, a full disk above all, is not made worse by what was begun.
        let _ = fs::remove_dir_all(&partial);
    }
    result
}

fn contents(raster: &Raster, report: &ImportReport, partial: &Path) -> Result<(), TerrainError> {
    let info = GroundInfo {
        kind: GroundKind::Model,
        sources: vec![raster.description.clone()],
        bounds: report.bounds,
        resolution_m: report.resolution_m,
    };
    let description = Description {
        version: VERSION,
        info,
        columns: raster.columns,
        rows: raster.rows,
        west: raster.west,
        north: raster.north,
        step_east: raster.step_deg.0,
        step_south: raster.step_deg.1,
    };
    on(partial, "making the folder", fs::create_dir_all(partial))?;
    let heights = partial.join(HEIGHTS);
    on(&heights, "writing", write_heights(&heights, &raster.heights_m))?;
    let words = partial.join(DESCRIPTION);
    let text = serde_json::to_vec_pretty(&description).map_err(io::Error::other);
    on(&words, "writing", text.and_then(|text| fs::write(&words, text)))
}

fn write_heights(path: &Path, heights_m: &[f32]) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    for height_m in heights_m {
        file.write_all(&height_m.to_le_bytes())?;
    }
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// Puts the complete folder in its place; what was there leaves only then.
fn swap(partial: &Path, out: &Path, old: &Path) -> Result<(), TerrainError> {
    let was_there = out.exists();
    if was_there {
        on(out, "moving the old folder aside", fs::rename(out, old))?;
    }
    on(out, "putting the folder in its place", fs::rename(partial, out))?;
    if was_there {
        on(old, "removing the old folder", fs::remove_dir_all(old))?;
    }
    Ok(())
}

fn on<T>(path: &Path, doing: &'static str, result: io::Result<T>) -> Result<T, TerrainError> {
    result.map_err(|source| TerrainError::File { path: PathBuf::from(path), doing, source })
}
