//! Opens what `--models` names: what is wrong with some of it is one line on standard error; what cannot be read at all
//! is an error.

use super::home_folder;
use crate::failure::Failure;
use anyhow::Context;
use link::models::WebModels;
use models::tiles::Opened;
use models::{Disk, Fetch, Kind, ModelSource, PlacedModel, Places, gltf, is_on_the_web};
use shell::GivenModels;
use std::path::Path;
use std::sync::Arc;

/// Opens all of it.
pub fn given(sources: &[ModelSource]) -> Result<GivenModels, Failure> {
    let (mut given, mut places) = (GivenModels::default(), Places::default());
    for source in sources {
        let is_tileset = match source.kind {
            Kind::Model => {
                places.add(single(source)?);
                false
            }
            Kind::Json => tileset(source, &mut given)?,
            Kind::Places => false,
        };
        if !is_tileset && source.kind != Kind::Model {
            let file = Path::new(&source.address);
            let read = Places::read(file)?;
            if !read.problems.is_empty() {
                eprintln!("shancheng: {}: {}", file.display(), read.problems);
            }
            places.add(read);
        }
        // A tileset thanks by itself.
        given.thanks.extend(source.attribution.clone().filter(|_| !is_tileset));
    }
    given.places = Arc::new(places);
    Ok(given)
}

/// A model that stands where its source says.
fn single(source: &ModelSource) -> Result<Places, Failure> {
    gltf::check(&source.address, &Disk).context("--models")?;
    let at = source.at.with_context(|| format!("{} needs a place: #at=LON,LAT", source.address))?;
    let placed =
        PlacedModel { model: 0, at, foot: source.foot, heading_deg: source.heading_deg, scale: source.scale };
    Ok(Places { models: vec![source.address.clone()], placed: vec![placed], ..Places::default() })
}

/// A tileset; false where the file holds places instead.
fn tileset(source: &ModelSource, given: &mut GivenModels) -> Result<bool, Failure> {
    let fetch: Arc<dyn Fetch> = match is_on_the_web(&source.address) {
        true => {
            let cache = home_folder("XDG_CACHE_HOME", ".cache", "models")?;
            Arc::new(WebModels::open(&source.address, &cache).context("--models")?)
        }
        false => Arc::new(Disk),
    };
    let opened = Opened::open(source, fetch).context("--models")?;
    let is_tileset = opened.is_some();
    given.tilesets.extend(opened.map(Arc::new));
    Ok(is_tileset)
}
