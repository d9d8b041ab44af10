//! What a name names, and where it stands by that.

use bevy_egui::egui;

/// What a label names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LabelKind {
    /// A district or county: centred on its place.
    District,
    /// A township: centred.
    Township,
    /// A river or lake: centred.
    Water,
    /// A ridge or summit: centred.
    Ridge,
    /// A named place: above its point.
    Place,
    /// A bridge: above its point.
    Bridge,
    /// A single device or risk point close by: above its symbol.
    Point,
    /// A unit or drone: above its symbol.
    Unit,
    /// An incident: above its symbol.
    Incident,
    /// The height of a contour line: on it.
    Contour,
    /// A warning that is to be seen at a glance: a plate of its colour beside its sign.
    Warning,
    /// A warning of the least colour: above its sign.
    CalmWarning,
    /// One of an exercise: a plate that is no more than an edge, so that nobody takes it for the truth.
    Exercise,
}

/// How far above its point the middle of a plate stands, points: clear of its sign, of half its height, and of the room
/// that a new name needs.
const PLATE: f32 = 30.0;

impl LabelKind {
    /// How far above its point the middle of the text stands, points.
    pub(crate) fn lift(self) -> f32 {
        match self {
            Self::District | Self::Township | Self::Water | Self::Ridge | Self::Contour => 0.0,
            Self::Place | Self::Bridge => 9.0,
            Self::Point => 13.0,
            Self::Unit => 21.0,
            // Clear of the ring around a selected one.
            Self::Incident => 30.0,
            Self::CalmWarning => 17.0,
            Self::Warning | Self::Exercise => PLATE,
        }
    }

    /// True for a name on a plate.
    pub(super) fn is_plate(self) -> bool {
        matches!(self, Self::Warning | Self::Exercise)
    }

    /// Where else it may stand, from the middle of its usual place, points: a plate and an incident say too much to be left
    /// out, and a district is wide.
    pub(crate) fn elsewhere(self) -> &'static [egui::Vec2] {
        const UNDER: f32 = 2.0 * PLATE;
        // Two plates with their rims, and the room that a new name needs.
        const ROW: f32 = 30.0;
        const PLACES: [egui::Vec2; 6] = [
            egui::vec2(0.0, UNDER),
            egui::vec2(0.0, -ROW),
            egui::vec2(0.0, UNDER + ROW),
            egui::vec2(0.0, -2.0 * ROW),
            egui::vec2(0.0, UNDER + 2.0 * ROW),
            egui::vec2(0.0, -3.0 * ROW),
        ];
        const BESIDE: [egui::Vec2; 2] = [egui::vec2(0.0, -26.0), egui::vec2(0.0, 26.0)];
        const UNDER_INCIDENT: [egui::Vec2; 1] = [egui::vec2(0.0, 2.0 * 28.0)];
        match self {
            Self::Warning | Self::Exercise => &PLACES,
            Self::District => &BESIDE,
            Self::Incident => &UNDER_INCIDENT,
            _ => &[],
        }
    }
}
