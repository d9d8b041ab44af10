//! The ground: heights, tiles and shores of Chongqing.
//!
//! [`Ground::shipped`] is a reconstruction from figures (spot heights, ridge crests, river levels) that needs no
//! download; [`import`] turns a measured elevation model into a folder that [`Ground::open`] reads.
//! Deliberately absent: meshes, colours and anything that draws.

mod compare;
mod detail;
mod error;
mod ground;
pub mod import;
mod kept;
mod lattice;
mod model;
mod pyramid;
mod relief;
mod rivers;
mod surface;
mod table;
mod tile;
mod tiling;
mod waters;

pub use compare::{Comparison, compare};
pub use error::TerrainError;
pub use ground::{Ground, GroundInfo, GroundKind};
pub use rivers::{River, RiverPoint, rivers};
pub use tile::{SHORE_CLAMP_M, TileKey, TileSamples};
