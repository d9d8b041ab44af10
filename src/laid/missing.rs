//! What is said of a thing that was not read, or not yet.

use super::models::are_named;
use models::ModelSource;
use overlays::imagery::ImagerySource;
use shell::{LaidContent, LaidKind, LaidThing};
use std::path::Path;

/// A thing that could not be read.
pub fn missing(id: u64, given: &str, kind: LaidKind, why: String) -> LaidThing {
    let opacity = match kind {
        LaidKind::Imagery => given.parse().map_or(1.0, |source: ImagerySource| source.opacity),
        _ => 1.0,
    };
    let (given, name, content) = (given.to_owned(), short(given, Some(kind)), LaidContent::Missing(why));
    LaidThing { id, given, name, kind, shown: true, opacity, content }
}

/// What a file or line is called before it is read: never the whole of an address, which may hold a key.
pub fn short(given: &str, kind: Option<LaidKind>) -> String {
    let models = if kind == Some(LaidKind::Models) || are_named(given) { given.parse().ok() } else { None };
    if let Some(ModelSource { name, .. }) = models {
        return name;
    }
    match given.parse::<ImagerySource>() {
        Ok(source) => source.name,
        Err(_) if given.contains("://") => {
            let host = given.split("://").nth(1).unwrap_or_default().split(['/', '?', '#']).next();
            host.unwrap_or_default().rsplit('@').next().unwrap_or_default().to_owned()
        }
        Err(_) => {
            let name = Path::new(given).file_name().map(|name| name.to_string_lossy().into_owned());
            name.unwrap_or_else(|| given.to_owned())
        }
    }
}
