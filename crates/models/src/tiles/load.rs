//! Brings what a tile holds. It takes as long as files and the web do: never called in a frame.

use super::content::{Content, open, read};
use super::earth::Earth;
use super::json::TilesetJson;
use super::subtree::Subtree;
use super::tree::{Holds, TileId};
use crate::files::Fetch;
use crate::gltf::Stand;
use crate::{Model, ModelError};
use geodesy::EastNorth;
use glam::{DMat3, DMat4, DVec3};
use overlays::Problems;

/// How to bring what a tile holds.
#[derive(Clone, Debug)]
pub struct Job {
    pub(crate) tile: TileId,
    pub(crate) holds: Holds,
    pub(crate) matrix: DMat4,
    pub(crate) axes: DMat4,
    pub(crate) earth: Earth,
    pub(crate) anchor: DVec3,
}

impl Job {
    /// Of which tile.
    pub fn tile(&self) -> TileId {
        self.tile
    }

    /// Around which place its model is: heights are above the sea.
    pub fn anchor(&self) -> EastNorth {
        EastNorth::new(self.anchor.x, self.anchor.y)
    }
}

/// What came of a tile.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What is drawn of it, around its anchor.
    pub model: Model,
    pub(crate) tilesets: Vec<(String, TilesetJson)>,
    pub(crate) subtree: Option<Subtree>,
    pub(crate) problems: Problems,
}

/// Brings what a tile holds. Of several contents those that can be read come.
pub fn load(job: &Job, fetch: &dyn Fetch) -> Result<Loaded, ModelError> {
    let mut loaded = Loaded::default();
    match &job.holds {
        Holds::Subtree(at) => {
            let address = at.address();
            let bytes = fetch.fetch(&address).map_err(|why| why.within(&address))?;
            let subtree = Subtree::read(&bytes, &address, fetch, at.tiling.is_octree);
            loaded.subtree = Some(subtree.map_err(|why| why.within(&address))?);
        }
        Holds::Contents(contents) => {
            let mut failed = None;
            for address in contents.iter() {
                if let Err(why) = content(job, address, fetch, &mut loaded) {
                    let why = why.within(address);
                    match contents.len() {
                        1 => failed = Some(why),
                        _ => loaded.problems.add("contents of tiles that cannot be read", || why.to_string()),
                    }
                }
            }
            if let Some(why) = failed {
                return Err(why);
            }
        }
    }
    loaded.problems.merge(std::mem::take(&mut loaded.model.problems));
    Ok(loaded)
}

fn content(job: &Job, address: &str, fetch: &dyn Fetch, loaded: &mut Loaded) -> Result<(), ModelError> {
    let bytes = fetch.fetch(address)?;
    match open(&bytes)? {
        Content::Tileset(json) => {
            let json = serde_json::from_slice(crate::gltf_text(&json))
                .map_err(|why| ModelError::damaged(format!("its JSON: {why}")))?;
            loaded.tilesets.push((address.to_owned(), json));
            Ok(())
        }
        Content::Model(bytes) => {
            let anchor = job.anchor;
            let place = |earth_centred: DVec3| {
                let city = job.earth.to_city(earth_centred);
                DVec3::new(city.x - anchor.x, city.z, anchor.y - city.y)
            };
            // From east, north, up to the axes of the screen.
            let axes = DMat3::from_cols(DVec3::X, DVec3::NEG_Z, DVec3::Y);
            let turn = axes * job.earth.turn(job.matrix.transform_point3(DVec3::ZERO));
            let turn = if turn.is_finite() { turn } else { axes };
            let stand = Stand { matrix: job.matrix, axes: job.axes, place: &place, turn };
            read(&bytes, address, fetch, &stand, &mut loaded.model, 0)
        }
    }
}
