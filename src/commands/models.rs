//! Opens what `--models` names: what is wrong with some of it is one line on standard error; what cannot be read at all
//! is an error.

use super::laid::tell;
use crate::failure::Failure;
use anyhow::Context;
use models::{Disk, Kind, ModelSource, PlacedModel, Places, gltf};
use shell::GivenModels;
use std::path::Path;
use std::sync::Arc;

/// Opens all of it.
pub fn given(sources: &[ModelSource]) -> Result<GivenModels, Failure> {
    let mut places = Places::default();
    for source in sources {
        match source.kind {
            Kind::Model => places.add(single(source)?),
            Kind::Places | Kind::Json => {
                let file = Path::new(&source.address);
                let read = Places::read(file)?;
                tell(file, None, &read.problems);
                places.add(read);
            }
        }
    }
    Ok(GivenModels { places: Arc::new(places) })
}

/// A model that stands where its source says.
fn single(source: &ModelSource) -> Result<Places, Failure> {
    gltf::check(&source.address, &Disk).context("--models")?;
    let at = source.at.with_context(|| format!("{} needs a place: #at=LON,LAT", source.address))?;
    let placed =
        PlacedModel { model: 0, at, foot: source.foot, heading_deg: source.heading_deg, scale: source.scale };
    Ok(Places { models: vec![source.address.clone()], placed: vec![placed], ..Places::default() })
}
