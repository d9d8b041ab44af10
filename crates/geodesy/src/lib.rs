//! Where a thing is: reference systems and the city frame.
//!
//! Positions are WGS-84 / CGCS2000 degrees ([`city::LonLat`]); inside a simulation and on screen they are metres
//! in the city frame ([`EastNorth`]). What arrives in the shifted Chinese systems GCJ-02 and BD-09 is converted here.
//! Deliberately absent: heights (they belong to `terrain`) and files of grid shifts.

mod city_frame;
mod reference_system;
mod shifted;

pub use city_frame::{EastNorth, ORIGIN, to_city_frame, to_lon_lat};
pub use reference_system::{ReferenceSystem, ReferenceSystemError};
pub use shifted::{bd09_to_gcj02, gcj02_to_bd09, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02};
