//! The questions asked of the ground: slope, profile, sight line, viewshed, water under a level.
//!
//! Each is a function of heights at places, or of a [`Patch`] of them, so that any ground can be asked; [`Ground`] has
//! a method for each that chooses the samples. Deliberately absent: buildings and trees. The ground is bare, so a
//! sight line that is free here may still end in a wall.
//!
//! [`Ground`]: crate::Ground
//! [`Patch`]: crate::Patch

mod air;
mod earth;
mod error;
mod geotiff;
mod mask;
mod profile;
mod region;
mod sight;
mod slope;
mod viewshed;
mod water;

pub use air::{Eye, REFRACTION};
pub use error::AskError;
pub use mask::{Cell, Mask};
pub use profile::{MOST_SAMPLES, Profile, ProfileSample, Steepest, profile};
pub use region::Region;
pub use sight::{OnLine, Sight, SightEnd, SightLine, sight};
pub use slope::{Slope, slope};
pub use viewshed::{Sector, View, Viewshed, viewshed};
pub use water::{Spread, Water, WaterLevel, water};
