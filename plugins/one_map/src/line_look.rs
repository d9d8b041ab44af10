//! How each class of lines looks: from the theme, and from which layers are on.

use crate::line_material::{CLASSES, LineLook, LineMaterial};
use bevy::prelude::*;
use layers::{RoadClass, Structure};
use shell::{Colour, OnScreenLayers, Theme};

/// The classes of lines; the numbers are the shader's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum LineClass {
    /// The municipality's edge.
    CityBorder = 0,
    /// Between districts.
    DistrictBorder = 1,
    /// 高速公路、快速路.
    Expressway = 2,
    /// 国道、省道.
    Trunk = 3,
    /// 城市主干道.
    Artery = 4,
    /// 县乡道.
    County = 5,
    /// 支路.
    Local = 6,
    /// Any road under the ground.
    Tunnel = 7,
    /// Any road over water or a gorge.
    Bridge = 8,
    /// A route that drones fly.
    DroneRoute = 9,
    /// The way of a dispatched unit.
    Trip = 10,
    /// The border of the selected district.
    SelectedDistrict = 11,
}

/// The class a piece of road is drawn as.
pub(crate) fn class_of_road(class: RoadClass, structure: Structure) -> LineClass {
    match (structure, class) {
        (Structure::Tunnel, _) => LineClass::Tunnel,
        (Structure::Bridge, RoadClass::Expressway | RoadClass::Trunk | RoadClass::Artery) => {
            LineClass::Bridge
        }
        (_, RoadClass::Expressway) => LineClass::Expressway,
        (_, RoadClass::Trunk) => LineClass::Trunk,
        (_, RoadClass::Artery) => LineClass::Artery,
        (_, RoadClass::County) => LineClass::County,
        (_, RoadClass::Local) => LineClass::Local,
    }
}

/// Every class's look.
pub(crate) fn looks(theme: &Theme, layers: &OnScreenLayers) -> [LineLook; CLASSES] {
    let mut looks = [LineLook::default(); CLASSES];
    let far = 1.0e8_f32;
    let mut set = |class: LineClass, layer: &str, colour: Colour, opacity: f32, shape: [f32; 4]| {
        let mut linear = colour.linear().to_vec4();
        linear.w *= opacity;
        let [width, fade_m, gone_m, dash] = shape;
        let width = if layers.is_on(layer) { width } else { 0.0 };
        let shape = Vec4::new(width, fade_m, gone_m, dash);
        looks[class as usize] = LineLook { colour: linear, shape, ..LineLook::default() };
    };
    let map = &theme.map;
    use LineClass as C;
    set(C::CityBorder, "districts", map.border, 1.0, [2.6, far, 2.0 * far, 0.0]);
    set(C::DistrictBorder, "districts", map.border, 0.8, [1.5, far, 2.0 * far, 12.0]);
    set(C::Expressway, "roads", map.expressway, 0.9, [2.2, 3.0e5, 9.0e5, 0.0]);
    set(C::Trunk, "roads", map.road, 0.7, [1.5, 1.2e5, 4.0e5, 0.0]);
    set(C::Artery, "roads", map.road, 0.85, [1.8, 4.0e4, 9.0e4, 0.0]);
    set(C::County, "roads", map.road, 0.45, [1.1, 1.5e4, 4.0e4, 0.0]);
    set(C::Local, "roads", map.road, 0.5, [1.1, 6.0e3, 1.4e4, 0.0]);
    set(C::Tunnel, "roads", map.road, 0.6, [1.6, 2.5e4, 6.0e4, 7.0]);
    set(C::Bridge, "bridges", map.bridge, 1.0, [2.8, 6.0e4, 1.6e5, 0.0]);
    set(C::DroneRoute, "drone-routes", map.drone_route, 0.5, [1.3, 2.5e4, 5.0e4, 8.0]);
    set(C::Trip, "incidents", map.trip, 1.0, [4.0, far, 2.0 * far, 0.0]);
    set(C::SelectedDistrict, "districts", map.selected, 0.95, [2.8, far, 2.0 * far, 0.0]);
    looks
}

/// Tells every line material how lines look, when theme, layers or the screen's scale changed or one is new.
pub(crate) fn keep_looks(
    theme: Res<Theme>,
    layers: Res<OnScreenLayers>,
    eye: Query<&Camera, With<shell::CameraEye>>,
    mut materials: ResMut<Assets<LineMaterial>>,
) {
    let pixels_a_point = eye.iter().find_map(Camera::target_scaling_factor).unwrap_or(1.0);
    let all_told = materials.iter().all(|(_, m)| m.lines.settings.y == pixels_a_point);
    if !theme.is_changed() && !layers.is_changed() && all_told {
        return;
    }
    let looks = looks(&theme, &layers);
    for (_, material) in materials.iter_mut() {
        material.lines.classes = match &material.own {
            None => looks,
            Some(own) if layers.is_on(&own.layer) => own.looks,
            Some(_) => [LineLook::default(); CLASSES],
        };
        material.lines.settings.y = pixels_a_point;
    }
}
