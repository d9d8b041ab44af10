//! Which symbol stands for which class, grade and kind. Legend and map read the same table, so the legend is true.

use crate::symbol_mesh::Shape;
use city::{RiskClass, RiskGrade, UnitKind};
use shell::{Colour, Theme};

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

/// The key of a segment's words and layer.
pub fn segment_key(segment: city::Segment) -> &'static str {
    match segment {
        city::Segment::Prevent => "prevent",
        city::Segment::Monitor => "monitor",
        city::Segment::Handle => "handle",
        city::Segment::Recover => "recover",
    }
}
