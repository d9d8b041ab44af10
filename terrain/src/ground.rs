//! The ground as everything else sees it: heights, tiles, and what it was made from.

use crate::{TerrainError, TileKey, TileSamples, model::Model, pyramid::Held, relief::Relief, tiling};
use city::LonLat;
use serde::{Deserialize, Serialize};
use std::{path::Path, sync::Arc};

/// Whether the ground was measured or rebuilt from figures. Screens and `terrain info` say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GroundKind {
    /// Rebuilt from spot heights and river levels; fine detail is synthesised. Not for engineering.
    Reconstruction,
    /// A measured elevation model that was imported.
    Model,
}

/// What a ground was made from and how far it reaches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroundInfo {
    /// Rebuilt or measured.
    pub kind: GroundKind,
    /// Where the figures come from, a line each.
    pub sources: Vec<String>,
    /// What must be shown wherever the ground is, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<String>,
    /// West, south, east, north in degrees.
    pub bounds: [f64; 4],
    /// The spacing of what it was made from, metres: of a model its grid's, of the reconstruction the typical
    /// distance of its spot heights in the centre.
    #[serde(rename = "resolution_m")]
    pub resolution_m: f64,
}

/// The ground. Cheap to clone, and may be asked from any thread.
#[derive(Clone, Debug)]
pub struct Ground(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    info: GroundInfo,
    source: Source,
}

#[derive(Debug)]
pub(crate) enum Source {
    Relief(Relief),
    Model(Model),
}

impl Ground {
    /// The relief that ships: a reconstruction of the municipality from figures. Ready within 200 ms.
    pub fn shipped() -> Result<Ground, TerrainError> {
        let (relief, info) = Relief::shipped()?;
        Ok(Self(Arc::new(Inner { info, source: Source::Relief(relief) })))
    }

    /// A folder made by [`import`](crate::import::import).
    pub fn open(folder: &Path) -> Result<Ground, TerrainError> {
        let (model, info) = Model::open(folder)?;
        Ok(Self(Arc::new(Inner { info, source: Source::Model(model) })))
    }

    /// Whether another is the same ground, not one made alike.
    pub fn is_same(&self, other: &Ground) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// What it was made from and how far it reaches.
    pub fn info(&self) -> &GroundInfo {
        &self.0.info
    }

    /// Height in metres above sea level; on a river of the reconstruction, of the water's surface at low level.
    /// `None` outside [`GroundInfo::bounds`].
    pub fn height_m(&self, at: LonLat) -> Option<f64> {
        self.height_held_m(at, &mut Held::default())
    }

    /// The same, `held` being what a model's last question was answered from.
    pub(crate) fn height_held_m(&self, at: LonLat, held: &mut Held) -> Option<f64> {
        match &self.0.source {
            Source::Relief(relief) => {
                let [west, south, east, north] = self.0.info.bounds;
                let is_inside = (west..=east).contains(&at.lon) && (south..=north).contains(&at.lat);
                is_inside.then(|| relief.height_m(geodesy::to_city_frame(at)))
            }
            // A model knows itself how far it reaches: half a sample beyond the last.
            Source::Model(model) => model.height_m(at, held),
        }
    }

    /// The ground of one tile on `samples` × `samples` places (at least 2 × 2). Detail finer than the samples can
    /// carry is left out. Outside the bounds the ground is continued.
    pub fn tile(&self, key: TileKey, samples: usize) -> TileSamples {
        tiling::sample(&self.0.source, key, samples.max(2))
    }

    /// What is wrong with an imported model's file, if parts of it could not be read so far; their heights are unknown.
    pub fn damage(&self) -> Option<String> {
        match &self.0.source {
            Source::Relief(_) => None,
            Source::Model(model) => model.pyramid.damage(),
        }
    }
}
