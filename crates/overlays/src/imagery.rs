//! Map imagery that is draped over the ground: where it comes from, its tiles, their pictures, and the picture of a
//! square of ground made of them.
//!
//! A source is written in one line, see [`ImagerySource`]. Tiles are those of the well-known WebMercatorQuad set, see
//! [`TileAddress`], of its like in degrees, or of a set that a WMTS lists, see [`Grid`]. Deliberately absent: fetching and reading files, which `link` does, and whatever draws.

mod address;
mod compose;
mod decode;
mod fit;
mod grid;
mod health;
mod picture;
mod quadrangle;
mod source;
mod tiles;
mod window;
mod wmts;

pub use address::{LATITUDE_LIMIT, LonLatBox, TileAddress, WorldFraction};
pub use compose::{Composed, compose};
pub use decode::{PictureError, Pixels, decode, unpack};
pub use fit::wanted;
pub use grid::{Grid, Level, Plane};
pub use health::ImageryHealth;
pub use picture::{LARGEST_SIDE_PX, Picture};
pub use quadrangle::Square;
pub use source::{
    Datum, FileKind, ImagerySource, ImagerySourceError, Origin, TileSet, UrlTemplate, Wanted, Zooms,
    with_opacity,
};
pub use tiles::{Lookup, Store, Tiles};
pub use wmts::{CapabilitiesError, LONGEST as LONGEST_CAPABILITIES};
