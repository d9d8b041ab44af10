//! Map imagery: tiles from the web, kept on disk, and from MBTiles and PMTiles files.
//!
//! An [`ImageryLoader`] has threads of its own. Whoever draws asks it for tiles and never waits: what is not in memory
//! is brought, the newest wish first, and its generation tells that something came.
//! Deliberately absent: how tiles become a picture of the ground, which `overlays::imagery` does.

mod archive;
mod capabilities;
mod error;
pub(crate) mod freshness;
mod from_web;
pub(crate) mod kept_tile;
pub(crate) mod kept_tiles;
mod line;
mod loader;
mod mbtiles;
mod patience;
mod pmtiles;
mod shelf;
mod supply;
mod web;
pub(crate) mod web_answer;

pub use error::ImageryError;
pub use loader::ImageryLoader;
pub use patience::ImageryPatience;
