//! Reads what stands on the map: models in their places, or 3D Tiles.

use super::read::Read;
use crate::commands::home_folder;
use anyhow::{Context, bail};
use link::models::WebModels;
use models::tiles::Opened;
use models::{Disk, Fetch, Kind, ModelSource, PlacedModel, Places, gltf, is_on_the_web, shown};
use shell::{GivenPlaces, LaidContent, LaidKind, LaidThing, ModelSet};
use std::path::Path;
use std::sync::Arc;

/// Whether a line can only mean models, as far as its name tells: glTF, JSON of the web, or a file of features with
/// options, which only models have.
pub fn are_named(line: &str) -> bool {
    let (address, options) = line.trim().rsplit_once('#').unwrap_or((line.trim(), ""));
    let is_web = is_on_the_web(address);
    let name = if is_web { address.split('?').next().unwrap_or_default() } else { address };
    let ending = Path::new(name).extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("glb" | "gltf") => true,
        Some("json") if is_web => !name.contains('{'),
        Some("json" | "geojson" | "geojsonl" | "geojsons" | "ndjson" | "fgb") => {
            !is_web && !options.is_empty()
        }
        _ => false,
    }
}

/// Reads models as a line of `--models` names them. It takes its time: never call it in a frame.
pub fn read_models(line: &str) -> anyhow::Result<Read> {
    let source: ModelSource = line.parse()?;
    let (set, told) = match source.kind {
        Kind::Model => (single(&source)?, None),
        Kind::Places => places(&source)?,
        Kind::Json => match tileset(&source)? {
            Some(opened) => (ModelSet::Tileset(Arc::new(opened)), None),
            None if is_on_the_web(&source.address) => bail!("{} is no tileset", shown(&source.address)),
            None => places(&source)?,
        },
    };
    let (given, name, kind) = (with_whole_path(line, &source), source.name, LaidKind::Models);
    let content = LaidContent::Models(set);
    Ok(Read { thing: LaidThing { id: 0, given, name, kind, shown: true, opacity: 1.0, content }, told })
}

/// A model that stands where its source says.
fn single(source: &ModelSource) -> anyhow::Result<ModelSet> {
    gltf::check(&source.address, &Disk)?;
    let at = source.at.with_context(|| format!("{} needs a place: #at=LON,LAT", source.address))?;
    let placed =
        PlacedModel { model: 0, at, foot: source.foot, heading_deg: source.heading_deg, scale: source.scale };
    let places = Places { models: vec![source.address.clone()], placed: vec![placed], ..Places::default() };
    Ok(ModelSet::Places(Arc::new(GivenPlaces { places, thanks: source.attribution.clone() })))
}

fn places(source: &ModelSource) -> anyhow::Result<(ModelSet, Option<String>)> {
    let places = Places::read(Path::new(&source.address))?;
    let told = (!places.problems.is_empty()).then(|| places.problems.to_string());
    let given = GivenPlaces { places, thanks: source.attribution.clone() };
    Ok((ModelSet::Places(Arc::new(given)), told))
}

/// A tileset; none where the file holds something else.
fn tileset(source: &ModelSource) -> anyhow::Result<Option<Opened>> {
    let fetch: Arc<dyn Fetch> = match is_on_the_web(&source.address) {
        true => {
            let cache = home_folder("XDG_CACHE_HOME", ".cache", "models")?;
            Arc::new(WebModels::open(&source.address, &cache)?)
        }
        false => Arc::new(Disk),
    };
    Ok(Opened::open(source, fetch)?)
}

/// The line that means the same in any folder.
fn with_whole_path(line: &str, source: &ModelSource) -> String {
    let path = Path::new(&source.address);
    match is_on_the_web(&source.address) {
        true => line.trim().to_owned(),
        false => {
            let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            let options = line.trim().rsplit_once('#').map(|(_, options)| format!("#{options}"));
            format!("{}{}", whole.display(), options.unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laid::missing::short;

    #[test]
    fn a_line_says_by_its_name_that_it_means_models() {
        for (line, are, name) in [
            ("/a/tower.glb", true, "tower.glb"),
            ("/a/tower.GLTF#at=106.5,29.5", true, "tower"),
            ("https://h.example/city/tileset.json?key=SECRET", true, "city"),
            ("https://h.example/3d/root.json?key=SECRET#lift=3", true, "root"),
            ("/a/city/tileset.json#heights=sea", true, "city"),
            ("/a/b.geojson", false, "b.geojson"),
            ("/a/b.json", false, "b.json"),
            ("https://h.example/{z}/{x}/{y}.json", false, "h.example"),
            ("https://h.example/wmts?REQUEST=GetCapabilities#layer=a", false, "h.example"),
            ("/a/b.mbtiles#opacity=0.5", false, "b"),
        ] {
            assert_eq!((are_named(line), short(line, None).as_str()), (are, name), "{line}");
        }
    }
}
