//! Reads one thing that is to be laid on the map. What is wrong in a file is told; a file that cannot be read at all is an
//! error. It takes its time: never call it in a frame.

use super::models::{are_named, read_models};
use crate::commands::home_folder;
use anyhow::bail;
use link::imagery::ImageryLoader;
use models::tiles::is_tileset;
use overlays::Problems;
use overlays::buildings::{self, Buildings, DEFAULT_HEIGHT_M};
use overlays::either::{self, Either};
use overlays::imagery::{ImagerySource, ImagerySourceError, Origin, Store};
use overlays::shapes::{self, Shape};
use overlays::vector;
use shell::{LaidContent, LaidKind, LaidThing};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files of features end with these.
const FEATURES: [&str; 6] = ["geojson", "json", "geojsonl", "geojsons", "ndjson", "fgb"];

/// A thing that was read, and what was wrong in it.
pub struct Read {
    /// The thing.
    pub thing: LaidThing,
    /// What was wrong with some of it.
    pub told: Option<String>,
}

/// Reads what is `given`, a file or a line of imagery or models. Where nobody says what it is, JSON with the root of a
/// tileset is one; a file of features holds buildings where they tell heights, models where they name them, else shapes.
pub fn read(given: &str, kind: Option<LaidKind>) -> anyhow::Result<Read> {
    match kind {
        Some(LaidKind::Imagery) => read_imagery(given),
        Some(LaidKind::Shapes) => read_shapes(Path::new(given)),
        Some(LaidKind::Buildings) => read_buildings(Path::new(given)),
        Some(LaidKind::Models) => read_models(given),
        Some(LaidKind::Points) => read_points(Path::new(given)),
        None if is_points(Path::new(given)) => read_points(Path::new(given)),
        None if Path::new(given).is_file() => read_file(Path::new(given), given),
        None if are_named(given) => read_models(given),
        None if is_features(Path::new(given)) => read_features(Path::new(given), given),
        None => read_imagery(given),
    }
}

/// Reads a file that is there: its name may hold a #, after which a line has options.
fn read_file(file: &Path, given: &str) -> anyhow::Result<Read> {
    let line = if given.contains('#') { format!("{given}#") } else { given.to_owned() };
    match is_features(file) {
        true if is_tileset(file) => read_models(&line),
        true => read_features(file, &line),
        false if are_named(&line) => read_models(&line),
        false => read_imagery(&line),
    }
}

fn read_features(file: &Path, line: &str) -> anyhow::Result<Read> {
    Ok(match either::read(file)? {
        Either::Buildings(read) => raised(file, read),
        Either::Models => read_models(line)?,
        Either::Shapes(shapes, problems) => drawn(file, shapes, &problems),
    })
}

fn is_features(file: &Path) -> bool {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| FEATURES.contains(&ending.as_str()))
}

fn is_points(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("arrow"))
}

/// Reads a file of points at scale.
pub fn read_points(file: &Path) -> anyhow::Result<Read> {
    let (points, repeated) = layers::points::open(file)?;
    shell::judge_by_measures(&points);
    let told = (!repeated.is_empty()).then(|| {
        format!("{} points have an id that another has; the first of each is found by it", repeated.len())
    });
    Ok(Read { thing: of_file(file, LaidKind::Points, LaidContent::Points(Arc::new(points))), told })
}

/// Reads a file of shapes.
pub fn read_shapes(file: &Path) -> anyhow::Result<Read> {
    let (features, mut problems) = vector::read(file, None)?;
    let shapes = shapes::of_features(features, &mut problems);
    Ok(drawn(file, shapes, &problems))
}

/// Reads a file of buildings.
pub fn read_buildings(file: &Path) -> anyhow::Result<Read> {
    Ok(raised(file, buildings::read(file, None)?))
}

fn drawn(file: &Path, shapes: Vec<Shape>, problems: &Problems) -> Read {
    let told = (!problems.is_empty()).then(|| problems.to_string());
    Read { thing: of_file(file, LaidKind::Shapes, LaidContent::Shapes(Arc::new(shapes))), told }
}

fn raised(file: &Path, read: Buildings) -> Read {
    let without = (read.defaulted > 0)
        .then(|| format!("{} buildings without a height stand {DEFAULT_HEIGHT_M} m high", read.defaulted));
    let problems = (!read.problems.is_empty()).then(|| read.problems.to_string());
    let told: Vec<String> = without.into_iter().chain(problems).collect();
    let content = LaidContent::Buildings(Arc::new(read.footprints));
    let thing = of_file(file, LaidKind::Buildings, content);
    Read { thing, told: (!told.is_empty()).then(|| told.join("; ")) }
}

fn of_file(file: &Path, kind: LaidKind, content: LaidContent) -> LaidThing {
    let given = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let given = given.to_string_lossy().into_owned();
    LaidThing { id: 0, given, name, kind, shown: true, opacity: 1.0, content }
}

/// Opens a source; tiles from the web are kept in the user's cache folder.
pub fn read_imagery(line: &str) -> anyhow::Result<Read> {
    let source: ImagerySource = match line.parse() {
        Ok(source) => source,
        Err(ImagerySourceError::NoPlace(shown)) => bail!(
            "`{shown}` is nothing that can be laid on the map: it takes .geojson, .json and .fgb, .mbtiles and \
             .pmtiles, and https://HOST/…{{z}}/{{x}}/{{y}}…"
        ),
        Err(error) => return Err(error.into()),
    };
    let cache = match source.origin {
        Origin::File { .. } => PathBuf::new(),
        _ => home_folder("XDG_CACHE_HOME", ".cache", "imagery")?,
    };
    let opacity = source.opacity;
    let store: Arc<dyn Store> = ImageryLoader::start(source, &cache)?;
    let name = store.source().name.clone();
    let given = super::with_whole_path(line);
    let (kind, content) = (LaidKind::Imagery, LaidContent::Imagery(store));
    Ok(Read { thing: LaidThing { id: 0, given, name, kind, shown: true, opacity, content }, told: None })
}
