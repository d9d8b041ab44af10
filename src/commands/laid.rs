//! Reads what the command line lays on the ground: what is wrong in a file is one line on standard error; a file that
//! cannot be read at all is an error.

use super::{home_folder, models};
use crate::arguments::Laid as Words;
use crate::failure::Failure;
use crate::laid::Laid;
use anyhow::Context;
use link::imagery::ImageryLoader;
use overlays::Problems;
use overlays::buildings::{self, DEFAULT_HEIGHT_M};
use overlays::imagery::{ImagerySource, Origin, Store};
use overlays::{shapes, vector};
use std::path::Path;
use std::sync::Arc;

/// Reads it all.
pub fn laid(words: &Words) -> Result<Laid, Failure> {
    let mut laid = Laid { inquiry: words.inquiry(), ..Laid::default() };
    let mut footprints = Vec::new();
    for file in &words.buildings {
        let read = buildings::read(file, None)?;
        let without = (read.defaulted > 0).then(|| {
            format!("{} buildings without a height stand {DEFAULT_HEIGHT_M} m high", read.defaulted)
        });
        tell(file, without, &read.problems);
        footprints.extend(read.footprints);
    }
    laid.buildings = Arc::new(footprints);
    for file in &words.shapes {
        let (features, mut problems) = vector::read(file, None)?;
        let drawn = shapes::of_features(features, &mut problems);
        tell(file, None, &problems);
        laid.shapes.lay(&file.to_string_lossy(), "shapes", drawn);
    }
    laid.models = models::given(&words.models)?;
    laid.imagery = words.imagery.iter().map(imagery).collect::<Result<_, _>>()?;
    Ok(laid)
}

pub(super) fn tell(file: &Path, told: Option<String>, problems: &Problems) {
    let problems = (!problems.is_empty()).then(|| problems.to_string());
    let told: Vec<String> = told.into_iter().chain(problems).collect();
    if !told.is_empty() {
        eprintln!("shancheng: {}: {}", file.display(), told.join("; "));
    }
}

/// Opens a source; tiles from the web are kept in the user's cache folder.
fn imagery(source: &ImagerySource) -> Result<Arc<dyn Store>, Failure> {
    let cache = match source.origin {
        Origin::Web(_) => home_folder("XDG_CACHE_HOME", ".cache", "imagery")?,
        Origin::File { .. } => std::path::PathBuf::new(),
    };
    let loader = ImageryLoader::start(source.clone(), &cache).context("--imagery")?;
    Ok(loader)
}
