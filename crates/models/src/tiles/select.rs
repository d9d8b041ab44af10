//! What of a tree a view needs: tiles fine enough for the screen, and coarser ones in their place until those are there.

use super::tree::{State, TileId, Tree};
use super::view::View;

/// What a view needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Tiles to draw: all are ready.
    pub draw: Vec<TileId>,
    /// Tiles to bring, most urgent first, with the error their absence costs, points of the screen.
    pub want: Vec<(TileId, f64)>,
    /// Tiles that are ready and may be drawn in a moment: they are to be kept.
    pub keep: Vec<TileId>,
}

/// Chooses for a view.
pub fn select(tree: &Tree, view: &View) -> Selection {
    let mut choosing = Choosing { tree, view, found: Selection::default() };
    if !tree.is_empty() {
        choosing.visit(0);
    }
    let mut found = choosing.found;
    // Large errors first: what lies above others, and what is near.
    found.want.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found
}

struct Choosing<'a> {
    tree: &'a Tree,
    view: &'a View,
    found: Selection,
}

impl Choosing<'_> {
    /// Chooses of a tile and what lies below it; true when its room is filled.
    fn visit(&mut self, id: TileId) -> bool {
        let Some(tile) = self.tree.tiles.get(id as usize) else { return true };
        if !self.view.sees(&tile.bound) {
            return true;
        }
        let error_pt = self.view.error_on_screen(tile.error_m, &tile.bound);
        let is_fine = error_pt <= self.view.error_pt || tile.children.is_empty();
        match tile.state {
            // Empty on purpose, and fine enough so.
            State::Hollow if tile.is_empty() && tile.error_m > 0.0 && is_fine => true,
            // Of one that failed, what lies below is there all the same.
            State::Hollow | State::Failed => self.visit_all(&tile.children),
            State::Away if is_fine => {
                self.found.want.push((id, error_pt));
                false
            }
            State::Ready if is_fine => {
                self.found.draw.push(id);
                true
            }
            state => {
                let is_ready = state == State::Ready;
                if !tile.is_replaced {
                    self.take(id, is_ready, error_pt);
                    let below = self.visit_all(&tile.children);
                    return below && is_ready;
                }
                let (drawn, is_awaited) = (self.found.draw.len(), !self.view.still);
                let is_filled = self.visit_all(&tile.children);
                if is_awaited && !is_ready {
                    self.found.want.push((id, error_pt));
                }
                if !is_filled && is_ready {
                    let below: Vec<TileId> = self.found.draw.drain(drawn..).collect();
                    self.found.keep.extend(below);
                    self.found.draw.push(id);
                } else if is_ready && is_awaited {
                    self.found.keep.push(id);
                }
                is_filled || is_ready
            }
        }
    }

    /// The same of many: of all of them, whether or not one is missing.
    fn visit_all(&mut self, tiles: &[TileId]) -> bool {
        let mut all = true;
        for tile in tiles {
            all &= self.visit(*tile);
        }
        all
    }

    fn take(&mut self, id: TileId, is_ready: bool, error_pt: f64) {
        match is_ready {
            true => self.found.draw.push(id),
            false => self.found.want.push((id, error_pt)),
        }
    }
}
