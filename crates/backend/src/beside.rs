//! Files beside the journal, that hold what may be lost without harm but had better not be.
//!
//! Each is written beside itself and then takes the place of the old one, so that a program that ends at any instant leaves
//! one of the two whole.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// How the name of a file ends that is being written, before the number of the process.
const BESIDE: &str = "new-";
/// After so long nobody writes such a file any more.
const ABANDONED: Duration = Duration::from_secs(600);

/// Removes what processes left beside the files of these names that were killed while they wrote.
pub fn sweep(folder: &Path, names: &[&str]) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_beside = name
            .to_str()
            .is_some_and(|name| names.iter().any(|file| name.starts_with(&format!("{file}.{BESIDE}"))));
        // Another process that shares the folder may be writing now.
        let age = entry.metadata().and_then(|known| known.modified()).ok().and_then(|at| at.elapsed().ok());
        if is_beside && age.is_some_and(|age| age > ABANDONED) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// The bytes of a file; `None` where there is none, or it cannot be read, which is told.
pub fn read(path: &Path, largest: u64, what: &str) -> Option<Vec<u8>> {
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
pub fn anew<T>(path: &Path, what: &str, why: impl std::fmt::Display) -> Option<T> {
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
