//! From earth-centred metres to the city frame and heights above the sea.

use city::LonLat;
use geodesy::{EastNorth, from_earth_centred, sea_level_above_ellipsoid_m, to_city_frame, to_earth_centred};
use glam::{DMat3, DMat4, DVec3};

/// How a tileset's places are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Earth {
    /// Heights are above the sea already.
    pub above_sea: bool,
}

impl Earth {
    /// East and north in the city frame and the height above the sea, metres.
    pub fn to_city(self, place: DVec3) -> DVec3 {
        let (at, ellipsoid_m) = from_earth_centred(place.to_array());
        self.of(at, ellipsoid_m)
    }

    /// The same of degrees and a height as the tileset gives it.
    pub fn of(self, at: LonLat, height_m: f64) -> DVec3 {
        let EastNorth { east_m, north_m } = to_city_frame(at);
        let sea_m = if self.above_sea { 0.0 } else { sea_level_above_ellipsoid_m(at) };
        DVec3::new(east_m, north_m, height_m - sea_m)
    }

    /// How directions at a place turn from earth-centred to east, north and up: also by how much the frame's north
    /// differs from true north there.
    pub fn turn(self, place: DVec3) -> DMat3 {
        const STEP_M: f64 = 10.0;
        let along = |axis: DVec3| {
            (self.to_city(place + axis * STEP_M) - self.to_city(place - axis * STEP_M)) / (2.0 * STEP_M)
        };
        DMat3::from_cols(along(DVec3::X), along(DVec3::Y), along(DVec3::Z))
    }
}

/// From metres east, north and up of a place to earth-centred metres, turned clockwise and scaled.
pub(crate) fn local(at: LonLat, heading_deg: f64, scale: f64) -> DMat4 {
    let (sin_lat, cos_lat) = at.lat.to_radians().sin_cos();
    let (sin_lon, cos_lon) = at.lon.to_radians().sin_cos();
    let east = DVec3::new(-sin_lon, cos_lon, 0.0);
    let north = DVec3::new(-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat);
    let up = DVec3::new(cos_lat * cos_lon, cos_lat * sin_lon, sin_lat);
    let axes = DMat4::from_mat3(DMat3::from_cols(east, north, up));
    let middle = DVec3::from(to_earth_centred(at, sea_level_above_ellipsoid_m(at)));
    DMat4::from_translation(middle)
        * axes
        * DMat4::from_rotation_z(-heading_deg.to_radians())
        * DMat4::from_scale(DVec3::splat(scale))
}
