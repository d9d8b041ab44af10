//! 3D Tiles 1.0 and 1.1: the tree of a tileset, what of it a view needs, and the content of a tile.
//!
//! [`Opened`] is a tileset whose first file was read, [`Tree`] grows from it as files come, [`select`] chooses for a view
//! without changing anything, and [`load`] brings what was chosen, off the frame. Deliberately absent: memory of what is
//! drawn, which whoever draws has.

mod content;
mod earth;
mod implicit;
mod json;
mod load;
mod opened;
mod plant;
mod select;
mod subtree;
#[cfg(test)]
mod tests;
mod told;
mod tree;
mod view;
mod volume;

pub(crate) use earth::local;
pub use load::{Job, Loaded, load};
pub use opened::Opened;
pub use select::{Selection, select};
pub use told::is_tileset;
pub use tree::{State, TileId, Tree};
pub use view::View;
pub use volume::Bound;
