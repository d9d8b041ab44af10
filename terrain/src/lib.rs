//! The ground: heights, tiles and shores of Chongqing.
//!
//! [`Ground::shipped`] is a reconstruction from figures (spot heights, ridge crests, river levels) that needs no
//! download; [`import`] turns a measured elevation model into a folder that [`Ground::open`] reads.
//! [`ask`] holds the questions asked of it, [`mesh`] makes triangles of a tile's samples.
//! Deliberately absent: colours and anything that draws.

pub mod ask;
mod compare;
mod cursor;
mod detail;
mod error;
mod ground;
pub mod import;
mod kept;
mod lattice;
pub mod mesh;
mod model;
mod patch;
mod pyramid;
mod relief;
mod rivers;
mod surface;
mod table;
mod tile;
mod tiling;
mod waters;

pub use compare::{Comparison, compare};
pub use cursor::Cursor;
pub use error::TerrainError;
pub use ground::{Ground, GroundInfo, GroundKind};
pub use patch::{CityGrid, Patch};
pub use rivers::{River, RiverPoint, rivers};
pub use tile::{SHORE_CLAMP_M, TileKey, TileSamples};
