//! The map camera: what it looks at, from how far, heading and pitch.

use bevy::prelude::*;
use city::LonLat;

/// The camera's goal and present pose. Written by input, `FlyTo` and snapshots; the eye follows smoothly.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct MapCamera {
    /// What it looks at.
    pub focus: LonLat,
    /// Height of what it looks at, metres as drawn.
    pub focus_height_m: f64,
    /// Metres from the eye to the focus, 50 to 900,000.
    pub distance_m: f64,
    /// Where it looks, degrees clockwise from north.
    pub heading_deg: f64,
    /// How far it looks down: 90 straight down, 5 nearly level.
    pub pitch_deg: f64,
}

/// Marks the 3D camera that looks at the map.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct CameraEye;

/// A view with a name.
#[derive(Clone, Copy, Debug)]
pub struct NamedView {
    /// Its name on the command line and the key of its words (`view.<name>`).
    pub name: &'static str,
    /// What it shows.
    pub camera: MapCamera,
}

const fn view(
    name: &'static str,
    lon: f64,
    lat: f64,
    distance_m: f64,
    heading_deg: f64,
    pitch_deg: f64,
) -> NamedView {
    let focus = LonLat::new(lon, lat);
    NamedView { name, camera: MapCamera { focus, focus_height_m: 250.0, distance_m, heading_deg, pitch_deg } }
}

/// The named views, in the order of their keys 1 to 5.
pub const NAMED_VIEWS: [NamedView; 5] = [
    view("city", 107.72, 29.96, 600_000.0, 0.0, 64.0),
    view("centre", 106.55, 29.56, 62_000.0, 0.0, 48.0),
    view("yuzhong", 106.560, 29.558, 9_500.0, 20.0, 40.0),
    view("jiefangbei", 106.577, 29.558, 3_200.0, 35.0, 38.0),
    view("lijia", 106.495, 29.670, 7_500.0, 330.0, 42.0),
];
