//! From the JSON of a tileset to tiles in the tree.

use super::implicit::Implicit;
use super::json::{TileJson, TilesetJson};
use super::tree::{DEEPEST, Holds, MOST_TILES, State, Tile, TileFile, TileId, Tree};
use super::volume::{Volume, scale_of};
use crate::files::{join, shown};
use glam::DMat4;
use std::sync::Arc;

impl Tree {
    /// Adds the tiles of a file below `above`, or as the root.
    pub(crate) fn plant(
        &mut self,
        json: &TilesetJson,
        file: Arc<TileFile>,
        matrix: DMat4,
        above: Option<TileId>,
    ) {
        // Which axis is up in models was once free to choose.
        let axes = match json.asset.gltf_up_axis.as_deref() {
            Some("Z" | "z") => DMat4::IDENTITY,
            Some("X" | "x") => DMat4::from_rotation_y(-std::f64::consts::FRAC_PI_2),
            _ => DMat4::from_rotation_x(std::f64::consts::FRAC_PI_2),
        };
        let file = Arc::new(TileFile { address: file.address.clone(), from: file.from.clone(), axes });
        if let Some(copyright) = json.asset.copyright.as_ref().filter(|text| !text.trim().is_empty())
            && !self.copyrights.contains(copyright)
        {
            self.copyrights.push(copyright.clone());
        }
        let depth = above.and_then(|above| self.tiles.get(above as usize)).map_or(0, |tile| tile.depth + 1);
        let mut waiting = vec![(&json.root, matrix, above, true, depth)];
        while let Some((told, matrix, above, inherited, depth)) = waiting.pop() {
            if depth > DEEPEST || self.tiles.len() >= MOST_TILES {
                self.problems
                    .add("tilesets with too many tiles, or too deep", || shown(&file.address).to_owned());
                return;
            }
            let is_replaced = match told.refine.as_deref().map(str::to_ascii_uppercase).as_deref() {
                Some("ADD") => false,
                Some("REPLACE") => true,
                _ => inherited,
            };
            let matrix = told.transform.map_or(matrix, |own| matrix * DMat4::from_cols_array(&own));
            if !matrix.is_finite() {
                self.problems.add("tiles that are nowhere", || {
                    format!("{}: a transform without numbers", shown(&file.address))
                });
                continue;
            }
            let id = self.tiles.len() as TileId;
            let tile = self.tile(told, matrix, is_replaced, &file, depth);
            self.tiles.push(tile);
            if let Some(above) = above.and_then(|above| self.tiles.get_mut(above as usize)) {
                above.children.push(id);
            }
            waiting.extend(
                told.children.iter().rev().map(|child| (child, matrix, Some(id), is_replaced, depth + 1)),
            );
        }
    }

    fn tile(
        &mut self,
        told: &TileJson,
        matrix: DMat4,
        is_replaced: bool,
        file: &Arc<TileFile>,
        depth: u16,
    ) -> Tile {
        let volume = Volume::of(&told.bounding_volume);
        let error_m = if told.geometric_error.is_finite() { told.geometric_error.max(0.0) } else { 0.0 };
        let error_m = error_m * scale_of(&matrix);
        let bound = volume.bound(&matrix, self.earth);
        let contents = contents_of(told, &file.address);
        let implicit = told.implicit_tiling.as_ref().or(told.extensions.implicit.as_ref());
        let (holds, state) = match implicit {
            Some(json) => match Implicit::of(json, told, volume, error_m, &file.address) {
                Ok(implicit) => (Holds::Subtree(Arc::new(implicit.root())), State::Away),
                Err(why) => {
                    self.problems
                        .add("tiles that cannot be read", || format!("{}: {why}", shown(&file.address)));
                    (Holds::Contents(Arc::new([])), State::Failed)
                }
            },
            None if contents.is_empty() => (Holds::Contents(Arc::new([])), State::Hollow),
            None => (Holds::Contents(contents.into()), State::Away),
        };
        Tile {
            bound,
            error_m,
            is_replaced,
            holds,
            children: Vec::new(),
            matrix,
            file: file.clone(),
            depth,
            state,
        }
    }
}

/// The addresses of a tile's contents, or of their templates.
pub(crate) fn contents_of(told: &TileJson, address: &str) -> Vec<String> {
    let multiple = told.extensions.multiple.iter().flat_map(|multiple| &multiple.contents);
    let all = told.content.iter().chain(&told.contents).chain(multiple);
    all.filter(|content| !content.uri.is_empty())
        // An address that cannot be followed is told when it is asked for.
        .map(|content| join(address, &content.uri).unwrap_or_else(|_| content.uri.clone()))
        .collect()
}
