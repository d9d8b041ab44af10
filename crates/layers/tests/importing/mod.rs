//! The city, files to import into it, and what came of them.

mod bad;
mod formats;
mod garbage;
mod shifted;

use city::CityTime;
use layers::points::Points;
use layers::points::import::{ImportError, ImportOptions, ImportReport, Reason, import};
use layers::{Gazetteer, StaticLayers};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// 2027-01-15T08:00:00Z.
pub const NOW: CityTime = CityTime(1_800_000_000_000);

pub static CITY: LazyLock<(StaticLayers, Gazetteer)> = LazyLock::new(|| {
    let layers = StaticLayers::shipped().unwrap();
    let gazetteer = Gazetteer::new(&layers);
    (layers, gazetteer)
});

/// Imports files that hold `texts`.
pub fn imported(texts: &[&[u8]], options: &ImportOptions) -> Result<(Points, ImportReport), ImportError> {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = (0..texts.len()).map(|n| folder.path().join(format!("points-{n}"))).collect();
    for (file, text) in files.iter().zip(texts) {
        std::fs::write(file, text).unwrap();
    }
    imported_files(&files, options)
}

pub fn imported_files(
    files: &[PathBuf],
    options: &ImportOptions,
) -> Result<(Points, ImportReport), ImportError> {
    let (layers, gazetteer) = &*CITY;
    let mut ends = 0;
    let mut tell = |progress: layers::points::import::Progress| {
        assert!(progress.file != Path::new(""));
        ends += usize::from(progress.bytes == progress.of_bytes);
    };
    let (builder, report) = import(files, options, layers, gazetteer, NOW, &mut tell)?;
    assert!(ends >= files.len());
    let (points, repeated) = builder.finish();
    assert_eq!((repeated.len(), points.len() as u64), (0, report.taken));
    Ok((points, report))
}

/// The same of one text, with nothing said beside it.
pub fn taken(text: &str) -> (Points, ImportReport) {
    imported(&[text.as_bytes()], &ImportOptions::default()).unwrap()
}

/// How often `reason` was told, refused or noted.
pub fn told(report: &ImportReport, reason: Reason) -> u64 {
    [&report.refused, &report.noted].iter().filter_map(|all| all.get(&reason)).map(|tally| tally.count).sum()
}
