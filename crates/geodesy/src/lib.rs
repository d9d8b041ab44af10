//! Where a thing is: reference systems and the city frame.
//!
//! Positions are WGS-84 / CGCS2000 degrees ([`city::LonLat`]); inside a simulation and on screen they are metres
//! in the city frame ([`EastNorth`]). What arrives in the shifted Chinese systems GCJ-02 and BD-09 is converted here.
//! Heights above the ellipsoid are brought to sea level by a table of the geoid.
//! Deliberately absent: heights of the ground (they belong to `terrain`) and files of grid shifts.

mod city_frame;
mod earth_centred;
mod geoid;
mod reference_system;
mod shifted;

pub use city_frame::{EastNorth, ORIGIN, to_city_frame, to_lon_lat};
pub use earth_centred::{from_earth_centred, to_earth_centred};
pub use geoid::sea_level_above_ellipsoid_m;
pub use reference_system::{ReferenceSystem, ReferenceSystemError};
pub use shifted::{bd09_to_gcj02, gcj02_to_bd09, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02};
