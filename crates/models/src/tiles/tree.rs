//! The tiles that are known, in one list, and what is known of each.

use super::earth::Earth;
use super::implicit::ImplicitAt;
use super::load::{Job, Loaded};
use super::opened::Opened;
use super::volume::Bound;
use crate::ModelError;
use crate::files::shown;
use glam::{DMat4, DVec3};
use overlays::Problems;
use std::sync::Arc;

/// The number of a tile in its tree.
pub type TileId = u32;

/// The most tiles a tree may have, and how deep.
pub(crate) const MOST_TILES: usize = 2_000_000;
pub(crate) const DEEPEST: u16 = 400;

/// What is known of what a tile holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing: it must be brought before it is drawn.
    #[default]
    Away,
    /// It is there, and has something to draw.
    Ready,
    /// There is nothing to draw: its children are all there is to it.
    Hollow,
    /// It could not be read.
    Failed,
}

/// The file a tile is told of in, and those that led there.
#[derive(Debug)]
pub(crate) struct TileFile {
    pub address: String,
    pub from: Option<Arc<TileFile>>,
    /// From the axes of models to z up.
    pub axes: DMat4,
}

impl TileFile {
    /// Whether an address led here.
    pub fn knows(&self, address: &str) -> bool {
        self.address == address || self.from.as_ref().is_some_and(|from| from.knows(address))
    }
}

/// What a tile holds.
#[derive(Clone, Debug)]
pub(crate) enum Holds {
    /// Addresses of its contents.
    Contents(Arc<[String]>),
    /// A part of a tree that is told in a file of its own.
    Subtree(Arc<ImplicitAt>),
}

/// A tile.
#[derive(Clone, Debug)]
pub(crate) struct Tile {
    pub bound: Bound,
    pub error_m: f64,
    /// Its children are drawn in its place, not beside it.
    pub is_replaced: bool,
    pub holds: Holds,
    pub children: Vec<TileId>,
    pub matrix: DMat4,
    pub file: Arc<TileFile>,
    pub depth: u16,
    pub state: State,
}

impl Tile {
    /// Whether it was never to hold anything.
    pub fn is_empty(&self) -> bool {
        matches!(&self.holds, Holds::Contents(contents) if contents.is_empty())
    }
}

/// A tileset as far as it is known.
#[derive(Debug)]
pub struct Tree {
    pub(crate) tiles: Vec<Tile>,
    pub(crate) earth: Earth,
    /// Texts of thanks that came with it.
    pub copyrights: Vec<String>,
    /// What was wrong.
    pub problems: Problems,
}

impl Tree {
    /// The tree of a tileset that was opened.
    pub fn new(opened: &Opened) -> Self {
        let mut tree = Self {
            tiles: Vec::new(),
            earth: opened.earth,
            copyrights: Vec::new(),
            problems: Problems::default(),
        };
        let file = TileFile { address: opened.source.address.clone(), from: None, axes: DMat4::IDENTITY };
        tree.plant(&opened.json, Arc::new(file), opened.matrix, None);
        tree
    }

    /// How many tiles are known.
    pub fn len(&self) -> usize {
        self.tiles.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.tiles.is_empty()
    }

    /// What is known of a tile.
    pub fn state(&self, tile: TileId) -> State {
        self.tiles.get(tile as usize).map_or(State::Failed, |tile| tile.state)
    }

    /// The room of a tile.
    pub fn bound(&self, tile: TileId) -> Bound {
        self.tiles.get(tile as usize).map_or(Bound::EVERYWHERE, |tile| tile.bound)
    }

    /// How to bring what a tile holds.
    pub fn job(&self, id: TileId) -> Option<Job> {
        let tile = self.tiles.get(id as usize)?;
        let own = self.earth.to_city(tile.matrix.w_axis.truncate());
        let middle = if tile.bound.everywhere { own } else { tile.bound.middle };
        let anchor = if middle.is_finite() { middle } else { DVec3::ZERO };
        Some(Job {
            tile: id,
            holds: tile.holds.clone(),
            matrix: tile.matrix,
            axes: tile.file.axes,
            earth: self.earth,
            anchor,
        })
    }

    /// Takes in what came of a tile, but for its model, which whoever draws keeps. What was wrong is counted.
    pub fn take(&mut self, id: TileId, result: Result<&mut Loaded, ModelError>) {
        let Some(tile) = self.tiles.get(id as usize) else { return };
        let (file, matrix) = (tile.file.clone(), tile.matrix);
        let state = match result {
            Err(why) => {
                self.problems.add("tiles that cannot be read", || why.to_string());
                State::Failed
            }
            Ok(loaded) => {
                self.problems.merge(std::mem::take(&mut loaded.problems));
                if let Some(copyright) = loaded.model.copyright.take()
                    && !self.copyrights.contains(&copyright)
                {
                    self.copyrights.push(copyright);
                }
                for (address, json) in loaded.tilesets.drain(..) {
                    let within = TileFile { address, from: Some(file.clone()), axes: DMat4::IDENTITY };
                    match file.knows(&within.address) {
                        true => self
                            .problems
                            .add("tilesets that go in circles", || shown(&within.address).to_owned()),
                        false => self.plant(&json, Arc::new(within), matrix, Some(id)),
                    }
                }
                match loaded.subtree.take() {
                    Some(subtree) => {
                        self.unfold(id, &subtree);
                        self.state_after_unfolding(id)
                    }
                    None if loaded.model.parts.is_empty() => State::Hollow,
                    None => State::Ready,
                }
            }
        };
        if let Some(tile) = self.tiles.get_mut(id as usize) {
            tile.state = state;
        }
    }

    /// A tile of a subtree that has come holds contents of its own, or nothing.
    fn state_after_unfolding(&self, id: TileId) -> State {
        match self.tiles.get(id as usize).map(|tile| &tile.holds) {
            Some(Holds::Contents(contents)) if !contents.is_empty() => State::Away,
            _ => State::Hollow,
        }
    }

    /// A tile that could not be read may be tried again: whoever was to bring it may answer now.
    pub fn forgive(&mut self, tile: TileId) {
        if let Some(tile) = self.tiles.get_mut(tile as usize)
            && tile.state == State::Failed
        {
            tile.state = State::Away;
        }
    }

    /// What a tile holds was dropped.
    pub fn drop_content(&mut self, tile: TileId) {
        if let Some(tile) = self.tiles.get_mut(tile as usize)
            && tile.state == State::Ready
        {
            tile.state = State::Away;
        }
    }
}
