//! Names on the map: every plugin hands its labels over, and this draws those that fit, gravest first, with a halo.
//! A label that was shown stays as long as it can, so that names do not flicker while the map turns.

use crate::{MapArea, Projector, Screen, Theme, theme::Colour};
use bevy::platform::collections::{HashMap, HashSet};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use city::LonLat;
use geodesy::{EastNorth, to_city_frame};

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
    /// A unit or drone: above its symbol.
    Unit,
    /// An incident: above its symbol.
    Incident,
}

impl LabelKind {
    /// How far above its point the middle of the text stands, points.
    fn lift(self) -> f32 {
        match self {
            Self::District | Self::Township | Self::Water | Self::Ridge => 0.0,
            Self::Place | Self::Bridge => 9.0,
            Self::Unit => 21.0,
            // Clear of the ring around a selected one.
            Self::Incident => 30.0,
        }
    }
}

/// A name at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct MapLabel {
    /// Where.
    pub at: LonLat,
    /// Height as drawn, metres.
    pub height_m: f64,
    /// What it says.
    pub text: String,
    /// Size of the text, points.
    pub size: f32,
    /// Its colour.
    pub colour: Colour,
    /// The greater wins where two do not fit.
    pub priority: f32,
    /// What it names.
    pub kind: LabelKind,
    /// From farther away than this it is not said, metres from the eye.
    pub within_m: f64,
}

/// All labels, by who wants them. Only visible ones cost anything.
#[derive(Resource, Default)]
pub struct MapLabels {
    by_owner: HashMap<&'static str, Vec<MapLabel>>,
    /// All labels by falling priority, with their places in the city frame and what tells them apart.
    ordered: Vec<Ordered>,
    stale: bool,
}

struct Ordered {
    label: MapLabel,
    at: EastNorth,
    id: u64,
}

impl MapLabels {
    /// Replaces the labels of `owner` (a plugin's name, or one a kind). Call it when they changed, not each frame.
    pub fn set(&mut self, owner: &'static str, labels: Vec<MapLabel>) {
        if self.by_owner.get(owner) != Some(&labels) {
            self.by_owner.insert(owner, labels);
            self.stale = true;
        }
    }

    /// True until labels that were handed over have been drawn.
    pub(crate) fn are_stale(&self) -> bool {
        self.stale
    }

    fn order(&mut self) {
        if !std::mem::take(&mut self.stale) {
            return;
        }
        let mut owners: Vec<_> = self.by_owner.keys().copied().collect();
        owners.sort_unstable();
        self.ordered = owners
            .iter()
            .flat_map(|owner| self.by_owner[owner].iter())
            .map(|label| Ordered { label: label.clone(), at: to_city_frame(label.at), id: identity(label) })
            .collect();
        self.ordered.sort_by(|a, b| b.label.priority.total_cmp(&a.label.priority));
    }
}

/// What tells a label from others while its place moves: its kind and words (FNV-1a).
fn identity(label: &MapLabel) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ label.kind as u64;
    label.text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Side of a cell of the screen grid, points.
const CELL: f32 = 64.0;
/// A label that was not shown needs this much more room, points.
const MARGIN_OF_NEW: f32 = 5.0;
/// About how wide and high the symbol of an incident is, points.
const INCIDENT_POINTS: f32 = 30.0;
/// Within this nothing is written over an incident; from afar they stand too close for that, metres.
const INCIDENT_ALONE_WITHIN_M: f64 = 150_000.0;
/// At most this many labels are laid out a frame.
const MOST: usize = 400;

/// What is taken of the screen, in cells so that a look costs the same however many labels there are.
#[derive(Default)]
struct Taken {
    cells: HashMap<(i32, i32), Vec<egui::Rect>>,
}

impl Taken {
    fn cells_of(rect: egui::Rect) -> impl Iterator<Item = (i32, i32)> {
        let cell = |v: f32| (v / CELL).floor() as i32;
        let (x0, x1, y0, y1) = (cell(rect.min.x), cell(rect.max.x), cell(rect.min.y), cell(rect.max.y));
        (y0..=y1).flat_map(move |y| (x0..=x1).map(move |x| (x, y)))
    }

    fn is_free(&self, rect: egui::Rect) -> bool {
        Self::cells_of(rect)
            .filter_map(|cell| self.cells.get(&cell))
            .all(|taken| taken.iter().all(|other| !other.intersects(rect)))
    }

    fn take(&mut self, rect: egui::Rect) {
        for cell in Self::cells_of(rect) {
            self.cells.entry(cell).or_default().push(rect);
        }
    }
}

/// `rect` moved into `area`, so that no name is cut off at its edge.
fn inside(area: egui::Rect, rect: egui::Rect) -> egui::Rect {
    let into = |low: f32, high: f32, from: f32, to: f32| (low - from).max(0.0) + (high - to).min(0.0);
    rect.translate(egui::vec2(
        into(area.left(), area.right(), rect.left(), rect.right()),
        into(area.top(), area.bottom(), rect.top(), rect.bottom()),
    ))
}

/// Draws the labels that fit, under the panels.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn draw_labels(
    mut contexts: EguiContexts,
    mut labels: ResMut<MapLabels>,
    projector: Res<Projector>,
    theme: Res<Theme>,
    screen: Res<Screen>,
    area: Res<MapArea>,
    layers: Res<crate::OnScreenLayers>,
    mut shown: Local<HashSet<u64>>,
) -> Result {
    labels.bypass_change_detection().order();
    if !layers.is_on("labels") {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    let painter = context.layer_painter(egui::LayerId::background()).with_clip_rect(free);
    let halo = theme.map.halo.egui();
    let mut taken = Taken::default();
    let before = std::mem::take(&mut *shown);
    let mut laid_out = 0;
    for entry in &labels.ordered {
        let label = &entry.label;
        let Some(seen) = projector.project_city(entry.at, label.height_m) else { continue };
        if !free.contains(seen.at) || seen.depth_m > label.within_m || laid_out == MOST {
            continue;
        }
        laid_out += 1;
        let colour = label.colour.egui();
        let galley =
            painter.layout_no_wrap(label.text.clone(), egui::FontId::proportional(label.size), colour);
        let middle = seen.at - egui::vec2(0.0, label.kind.lift());
        let rect = inside(free, egui::Rect::from_center_size(middle, galley.size()));
        if label.kind == LabelKind::Incident && seen.depth_m < INCIDENT_ALONE_WITHIN_M {
            // No name of lesser things lies over the symbol of an incident.
            taken.take(egui::Rect::from_center_size(seen.at, egui::Vec2::splat(INCIDENT_POINTS)));
        }
        let kept = screen.is_still() || before.contains(&entry.id);
        if !taken.is_free(if kept { rect } else { rect.expand(MARGIN_OF_NEW) }) {
            continue;
        }
        taken.take(rect.expand(2.0));
        shown.insert(entry.id);
        // Whole points keep the glyphs crisp and still.
        let corner = rect.min.round();
        for (dx, dy) in [
            (-1.0, -1.0),
            (1.0, -1.0),
            (-1.0, 1.0),
            (1.0, 1.0),
            (0.0, 1.4),
            (0.0, -1.4),
            (1.4, 0.0),
            (-1.4, 0.0),
        ] {
            painter.galley_with_override_text_color(corner + egui::vec2(dx, dy), galley.clone(), halo);
        }
        painter.galley(corner, galley, colour);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_place_is_not_free_and_its_neighbour_is() {
        let mut taken = Taken::default();
        let rect = egui::Rect::from_center_size(egui::pos2(100.0, 64.0), egui::vec2(80.0, 16.0));
        assert!(taken.is_free(rect));
        taken.take(rect);
        assert!(!taken.is_free(rect.translate(egui::vec2(70.0, 10.0))));
        assert!(taken.is_free(rect.translate(egui::vec2(0.0, 20.0))));
    }

    #[test]
    fn a_name_at_the_edge_is_moved_inside_and_no_other() {
        let area = egui::Rect::from_min_size(egui::pos2(0.0, 50.0), egui::vec2(800.0, 600.0));
        let at = |x: f32, y: f32| egui::Rect::from_center_size(egui::pos2(x, y), egui::vec2(80.0, 16.0));
        assert_eq!(inside(area, at(400.0, 300.0)), at(400.0, 300.0));
        assert_eq!(inside(area, at(790.0, 52.0)), at(760.0, 58.0));
        assert_eq!(inside(area, at(5.0, 648.0)), at(40.0, 642.0));
    }

    #[test]
    fn labels_are_ordered_by_priority_whoever_wants_them() {
        let label = |text: &str, priority| MapLabel {
            at: LonLat::new(106.5, 29.5),
            height_m: 0.0,
            text: text.to_owned(),
            size: 12.0,
            colour: Colour([255; 4]),
            priority,
            kind: LabelKind::Place,
            within_m: f64::INFINITY,
        };
        let mut labels = MapLabels::default();
        labels.set("b", vec![label("low", 1.0), label("high", 9.0)]);
        labels.set("a", vec![label("middle", 5.0)]);
        labels.order();
        let texts: Vec<_> = labels.ordered.iter().map(|o| o.label.text.as_str()).collect();
        assert_eq!(texts, ["high", "middle", "low"]);
    }
}
