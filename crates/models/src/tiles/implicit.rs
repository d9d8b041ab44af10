//! Implicit tiling: a quadtree or octree whose tiles are told by bits, not by JSON.

use super::json::{ImplicitJson, TileJson};
use super::plant::contents_of;
use super::subtree::Subtree;
use super::tree::{Holds, MOST_TILES, State, Tile, TileId, Tree};
use super::volume::{Bound, Volume};
use crate::ModelError;
use crate::files::{join, shown};
use std::sync::Arc;

/// What all tiles of an implicit tiling share.
#[derive(Debug)]
pub(crate) struct Implicit {
    pub is_octree: bool,
    pub subtree_levels: u32,
    available_levels: u32,
    subtrees: String,
    contents: Vec<String>,
    volume: Volume,
    error_m: f64,
}

/// A tile of an implicit tiling at which a subtree begins.
#[derive(Clone, Debug)]
pub(crate) struct ImplicitAt {
    pub tiling: Arc<Implicit>,
    pub place: Place,
}

/// Where a tile lies in its tiling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub level: u32,
    pub x: u64,
    pub y: u64,
    pub z: u64,
}

impl Implicit {
    pub fn of(
        json: &ImplicitJson,
        told: &TileJson,
        volume: Volume,
        error_m: f64,
        address: &str,
    ) -> Result<Self, ModelError> {
        let is_octree = match json.subdivision_scheme.as_str() {
            "QUADTREE" => false,
            "OCTREE" => true,
            other => return Err(ModelError::damaged(format!("its subdivisionScheme is `{other}`"))),
        };
        // A whole subtree is unfolded at once: 349,525 or 299,593 tiles at most.
        let most = if is_octree { 7 } else { 10 };
        if !(1..=most).contains(&json.subtree_levels) {
            let levels = json.subtree_levels;
            return Err(ModelError::damaged(format!(
                "its subtrees have {levels} levels, which are to be 1 to {most}"
            )));
        }
        if volume.part(1.0, [0.0; 3], is_octree).is_none() {
            return Err(ModelError::Kind {
                kind: "implicit tiling of something else than a box or region".to_owned(),
                remedy: "write it with a box or region",
            });
        }
        Ok(Self {
            is_octree,
            subtree_levels: json.subtree_levels,
            available_levels: json.available_levels.clamp(1, 40),
            subtrees: join(address, &json.subtrees.uri)?,
            contents: contents_of(told, address),
            volume,
            error_m,
        })
    }

    pub fn root(self) -> ImplicitAt {
        ImplicitAt { tiling: Arc::new(self), place: Place::default() }
    }

    fn contents_at(&self, place: Place, has: impl Fn(usize) -> bool) -> Vec<String> {
        let all = self.contents.iter().enumerate().filter(|(n, _)| has(*n));
        all.map(|(_, template)| place.filled_in(template)).collect()
    }
}

impl ImplicitAt {
    /// The address of the subtree that begins here.
    pub fn address(&self) -> String {
        self.place.filled_in(&self.tiling.subtrees)
    }
}

impl Place {
    fn filled_in(self, template: &str) -> String {
        let numbers = [("level", u64::from(self.level)), ("x", self.x), ("y", self.y), ("z", self.z)];
        numbers.iter().fold(template.to_owned(), |text, (name, n)| {
            text.replace(&format!("{{{name}}}"), &n.to_string())
                .replace(&format!("%7B{name}%7D"), &n.to_string())
        })
    }

    /// The child with a number of Morton's order.
    fn child(self, n: u64) -> Self {
        Self {
            level: self.level + 1,
            x: self.x * 2 + (n & 1),
            y: self.y * 2 + (n >> 1 & 1),
            z: self.z * 2 + (n >> 2 & 1),
        }
    }
}

impl Tree {
    /// Unfolds a subtree at the tile where it begins.
    pub(crate) fn unfold(&mut self, id: TileId, subtree: &Subtree) {
        let Some(tile) = self.tiles.get(id as usize).cloned() else { return };
        let Holds::Subtree(begin) = &tile.holds else { return };
        let tiling = begin.tiling.clone();
        let children = if tiling.is_octree { 8 } else { 4 };
        let first = begin.place;
        if let Some(tile) = self.tiles.get_mut(id as usize) {
            let contents = tiling.contents_at(first, |n| subtree.has_content(n, 0, 0));
            tile.holds = Holds::Contents(contents.into());
        }
        // Tiles of a level with their numbers in Morton's order.
        let mut level: Vec<(TileId, u64, Place)> = vec![(id, 0, first)];
        for depth in 1..=tiling.subtree_levels {
            let is_below = depth == tiling.subtree_levels;
            let mut next = Vec::new();
            for (above, number, place) in level {
                for n in 0..children {
                    let (number, place) = (number * children + n, place.child(n));
                    let is_there = match is_below {
                        true => subtree.has_child(number),
                        false => subtree.has_tile(depth, number),
                    };
                    if !is_there || place.level >= tiling.available_levels {
                        continue;
                    }
                    if self.tiles.len() >= MOST_TILES {
                        return self.problems.add("tilesets with too many tiles, or too deep", || {
                            shown(&begin.address()).to_owned()
                        });
                    }
                    let contents = tiling.contents_at(place, |n| subtree.has_content(n, depth, number));
                    let (holds, state) = match (is_below, contents.is_empty()) {
                        (true, _) => {
                            let at = ImplicitAt { tiling: tiling.clone(), place };
                            (Holds::Subtree(Arc::new(at)), State::Away)
                        }
                        (false, true) => (Holds::Contents(Arc::new([])), State::Hollow),
                        (false, false) => (Holds::Contents(contents.into()), State::Away),
                    };
                    let new = self.tiles.len() as TileId;
                    self.tiles.push(Tile {
                        bound: self.bound_of(&tiling, place, &tile),
                        error_m: tiling.error_m / 2.0_f64.powi(place.level as i32),
                        is_replaced: tile.is_replaced,
                        holds,
                        children: Vec::new(),
                        matrix: tile.matrix,
                        file: tile.file.clone(),
                        depth: tile.depth.saturating_add(depth as u16),
                        state,
                    });
                    if let Some(above) = self.tiles.get_mut(above as usize) {
                        above.children.push(new);
                    }
                    next.push((new, number, place));
                }
            }
            level = next;
        }
    }

    fn bound_of(&self, tiling: &Implicit, place: Place, tile: &Tile) -> Bound {
        let count = 2.0_f64.powi(place.level as i32);
        let at = [place.x as f64, place.y as f64, place.z as f64];
        let volume = tiling.volume.part(count, at, tiling.is_octree).unwrap_or(Volume::Unknown);
        volume.bound(&tile.matrix, self.earth)
    }
}
