//! Map imagery that is draped over the ground: where it comes from, its tiles, their pictures, and the picture of a
//! square of ground made of them.
//!
//! A source is written in one line, see [`ImagerySource`]. Tiles are those of the well-known WebMercatorQuad set, see
//! [`TileAddress`]. Deliberately absent: fetching and reading files, which `link` does, and whatever draws.

mod address;
mod compose;
mod decode;
mod fit;
mod health;
mod picture;
mod quadrangle;
mod source;
mod tiles;
mod window;

pub use address::{LATITUDE_LIMIT, LonLatBox, TileAddress, WorldFraction};
pub use compose::{Composed, compose};
pub use decode::{PictureError, decode};
pub use fit::wanted;
pub use health::ImageryHealth;
pub use picture::{LARGEST_SIDE_PX, Picture};
pub use quadrangle::Square;
pub use source::{
    Datum, FileKind, ImagerySource, ImagerySourceError, Origin, TileSet, UrlTemplate, Zooms, with_opacity,
};
pub use tiles::{Lookup, Store, Tiles};
