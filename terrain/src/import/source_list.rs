//! From what was named on the command line to opened sources.

use super::{Import, failed, geotiff, hgt, picture, source::Source, wrong};
use crate::TerrainError;
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

/// Endings of files that are taken from a folder.
const ENDINGS: [&str; 4] = ["tif", "tiff", "hgt", "png"];

/// The files of what was named: files as they are, of folders those with a known ending, by name.
pub(super) fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, TerrainError> {
    let mut files = Vec::new();
    for path in named {
        let about = std::fs::metadata(path).map_err(failed(path, "reading"))?;
        if !about.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        from_folder(path, &mut files)?;
        if files.len() == before {
            return Err(wrong(path, "holds no elevation model: no file that ends in .tif, .hgt or .png"));
        }
    }
    let mut seen = std::collections::HashSet::new();
    files.retain(|path| seen.insert(path.clone()));
    if files.is_empty() {
        return Err(wrong(Path::new("terrain import"), "no source was named"));
    }
    Ok(files)
}

fn from_folder(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), TerrainError> {
    let entries = std::fs::read_dir(folder).map_err(failed(folder, "reading"))?;
    let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    inside.sort();
    for path in inside {
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        if path.is_dir() {
            from_folder(&path, files)?;
        } else if ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
            files.push(path);
        }
    }
    Ok(())
}

/// Opens a file by what it begins with, not by how it is called.
pub(super) fn open(path: &Path, wanted: &Import) -> Result<Source, TerrainError> {
    let about = std::fs::metadata(path).map_err(failed(path, "reading"))?;
    let mut magic = Vec::new();
    let file = File::open(path).map_err(failed(path, "reading"))?;
    file.take(4).read_to_end(&mut magic).map_err(failed(path, "reading"))?;
    let mut source = match magic.as_slice() {
        b"II*\0" | b"MM\0*" | b"II+\0" | b"MM\0+" => geotiff::open(path, about.len())?,
        b"\x89PNG" => picture::open(path)?,
        _ => hgt::open(path, about.len())?,
    };
    if source.reference_system.is_empty() {
        source.reference_system = wanted.reference_system.clone().ok_or_else(|| {
            wrong(path, "it does not say in which reference system it lies; name it, such as --crs EPSG:4547")
        })?;
    }
    if source.no_data.is_none() {
        source.no_data = wanted.no_data.map(|value| value as f32);
    }
    if source.size.0 < 2 || source.size.1 < 2 || !source.affine.is_sound() {
        return Err(wrong(path, "it is less than 2 × 2 samples, or its place makes no sense"));
    }
    Ok(source)
}
