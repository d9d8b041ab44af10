//! Models that stand on the map: glTF placed by longitude, latitude and height, and 3D Tiles.
//!
//! [`gltf`] reads models into [`Part`]s, [`tiles`] holds the tree of a tileset and chooses what a view needs,
//! [`ModelSource`] says in one line where models are. Bytes come through [`Fetch`]. Deliberately absent: the ground,
//! whatever draws, and the web.

mod error;
mod files;
pub mod gltf;
mod part;
mod places;
mod source;
pub mod synthetic;
mod texture;
pub mod tiles;

pub(crate) use gltf::{begin as gltf_begin, text as gltf_text};

pub use error::ModelError;
pub use files::{Disk, Fetch, LARGEST_FILE, is_on_the_web, join, shown};
pub use part::{Look, Model, Opacity, Part};
pub use places::{Foot, PlacedModel, Places};
pub use source::{Kind, ModelSource, ModelSourceError};
pub use texture::{Texture, Wrap};
