//! From what was named on the command line to opened sources.

use super::{Import, failed, geotiff, hgt, picture, source::Source, wrong};
use crate::TerrainError;
use std::{
    collections::HashSet,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

/// Endings of files that are taken from a folder.
const ENDINGS: [&str; 4] = ["tif", "tiff", "hgt", "png"];

/// The files of what was named: files as they are, of folders those with a known ending, by name.
pub(super) fn files(wanted: &Import) -> Result<Vec<PathBuf>, TerrainError> {
    let mut files = Vec::new();
    // Folders that were looked into; what an earlier import made is no source of the next.
    let mut seen: HashSet<PathBuf> = fs::canonicalize(&wanted.out).into_iter().collect();
    for path in &wanted.sources {
        let about = fs::metadata(path).map_err(failed(path, "reading"))?;
        if about.is_file() {
            files.push(path.clone());
            continue;
        }
        if !about.is_dir() {
            return Err(wrong(path, "is neither a file nor a folder; copy the elevation model to a file"));
        }
        let before = files.len();
        from_folder(path, &mut seen, &mut files)?;
        if files.len() == before {
            return Err(wrong(path, "holds no elevation model: no file that ends in .tif, .hgt or .png"));
        }
    }
    let mut seen = HashSet::new();
    files.retain(|path| seen.insert(path.clone()));
    if files.is_empty() {
        return Err(wrong(Path::new("terrain import"), "no source was named"));
    }
    Ok(files)
}

/// Looks into a folder and those in it, not into hidden ones, and into none twice: links may lead in circles.
fn from_folder(
    folder: &Path,
    seen: &mut HashSet<PathBuf>,
    files: &mut Vec<PathBuf>,
) -> Result<(), TerrainError> {
    if !seen.insert(fs::canonicalize(folder).map_err(failed(folder, "reading"))?) {
        return Ok(());
    }
    let entries = fs::read_dir(folder).map_err(failed(folder, "reading"))?;
    let is_hidden = |entry: &fs::DirEntry| entry.file_name().as_encoded_bytes().starts_with(b".");
    let mut inside: Vec<PathBuf> =
        entries.flatten().filter(|entry| !is_hidden(entry)).map(|entry| entry.path()).collect();
    inside.sort();
    for path in inside {
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        if path.is_dir() {
            from_folder(&path, seen, files)?;
        } else if path.is_file() && ENDINGS.contains(&ending.as_str()) {
            // Other pictures lie beside elevation models to show them.
            files.extend((ending != "png" || picture::world_file(&path).is_some()).then_some(path));
        }
    }
    Ok(())
}

/// Opens a file by what it begins with, not by how it is called.
pub(super) fn open(path: &Path, wanted: &Import) -> Result<Source, TerrainError> {
    let about = fs::metadata(path).map_err(failed(path, "reading"))?;
    let mut magic = Vec::new();
    let file = File::open(path).map_err(failed(path, "reading"))?;
    file.take(4).read_to_end(&mut magic).map_err(failed(path, "reading"))?;
    let mut source = match magic.as_slice() {
        b"II*\0" | b"MM\0*" | b"II+\0" | b"MM\0+" => geotiff::open(path, about.len())?,
        b"\x89PNG" => picture::open(path, wanted.reference_system.as_deref())?,
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
