//! Which symbol stands for which class, grade and kind. Legend and map read the same table, so the legend is true.

use crate::{Colour, Theme};
use bevy::asset::uuid_handle;
use bevy::prelude::*;
use bevy::shader::Shader;
use city::{RiskClass, RiskGrade, UnitKind};

const OUTLINES: Handle<Shader> = uuid_handle!("5b0f7c0e-6a52-4d3b-9a35-1f0a6f6f9c30");

/// The outlines of symbols, which shaders import as `shancheng::outlines`.
pub(crate) fn plugin(app: &mut App) {
    let source = include_str!("../../../assets/shaders/outlines.wgsl");
    let shader = Shader::from_wgsl(source, "shaders/outlines.wgsl");
    // An id of our own always has its place, so inserting cannot fail; without assets nothing is drawn.
    if let Some(mut shaders) = app.world_mut().get_resource_mut::<Assets<Shader>>() {
        let _ = shaders.insert(OUTLINES.id(), shader);
    }
}

/// The shape of a symbol; the numbers are the shader's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Shape {
    /// People.
    Disc = 0,
    /// What burns or leaks from pipes and tanks.
    Diamond = 1,
    /// Slopes.
    Triangle = 2,
    /// Structures and roads.
    Square = 3,
    /// Water.
    Drop = 4,
    /// Buildings.
    Pentagon = 5,
    /// Vehicles.
    Hexagon = 6,
    /// Woods.
    TriangleDown = 7,
    /// An incident.
    Incident = 8,
    /// A police unit.
    Police = 16,
    /// A fire and rescue unit.
    Fire = 17,
    /// An ambulance.
    Medical = 18,
    /// A gas repair squad.
    Gas = 19,
    /// A municipal repair squad.
    Municipal = 20,
    /// Law enforcement.
    Enforcement = 21,
    /// A rescue squad.
    Rescue = 22,
    /// A grid worker.
    GridWorker = 23,
    /// A drone.
    Drone = 24,
}

/// The shape of a class of risk, and whether it is an outline: shapes tell families apart without colour.
pub fn class_symbol(class: &RiskClass) -> (Shape, bool) {
    use RiskClass as R;
    match class {
        R::Flood => (Shape::Drop, false),
        R::WaterQuality => (Shape::Drop, true),
        R::Landslide => (Shape::Triangle, false),
        R::ForestFire => (Shape::TriangleDown, false),
        R::Gas => (Shape::Diamond, false),
        R::SepticGas => (Shape::Diamond, true),
        R::Fire => (Shape::Pentagon, false),
        R::Crowd => (Shape::Disc, false),
        R::Bridge => (Shape::Square, false),
        R::Traffic => (Shape::Square, true),
        R::MuckTruck => (Shape::Hexagon, true),
        R::Complaint | R::Other(_) => (Shape::Disc, true),
    }
}

/// The symbol of a kind of unit.
pub fn kind_symbol(kind: UnitKind) -> Shape {
    match kind {
        UnitKind::Police => Shape::Police,
        UnitKind::Fire => Shape::Fire,
        UnitKind::Medical => Shape::Medical,
        UnitKind::Gas => Shape::Gas,
        UnitKind::Municipal => Shape::Municipal,
        UnitKind::Enforcement => Shape::Enforcement,
        UnitKind::Rescue => Shape::Rescue,
        UnitKind::GridWorker => Shape::GridWorker,
        UnitKind::Drone => Shape::Drone,
    }
}

/// The colour of a grade.
pub fn grade_colour(theme: &Theme, grade: RiskGrade) -> Colour {
    theme.map.grade[grade_index(grade)]
}

/// The place of a grade in [`RiskGrade::ALL`].
pub fn grade_index(grade: RiskGrade) -> usize {
    RiskGrade::ALL.iter().position(|g| *g == grade).unwrap_or(0)
}

/// The key of a grade's words and layer.
pub fn grade_key(grade: RiskGrade) -> &'static str {
    match grade {
        RiskGrade::Major => "major",
        RiskGrade::Considerable => "considerable",
        RiskGrade::General => "general",
        RiskGrade::Low => "low",
    }
}

/// The key of a layer (分层) in words and switches.
pub fn layer_key(layer: city::Layer) -> &'static str {
    match layer {
        city::Layer::Underground => "underground",
        city::Layer::Surface => "surface",
        city::Layer::Building => "building",
        city::Layer::LowAltitude => "lowAltitude",
    }
}

/// The key of a segment's words and layer.
pub fn segment_key(segment: city::Segment) -> &'static str {
    match segment {
        city::Segment::Prevent => "prevent",
        city::Segment::Monitor => "monitor",
        city::Segment::Handle => "handle",
        city::Segment::Recover => "recover",
    }
}
