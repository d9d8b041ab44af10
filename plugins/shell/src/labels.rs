//! Names on the map: every plugin hands its labels over, and this draws those that [fit](crate::declutter), gravest
//! first, with a halo.

mod kind;
mod plate;

pub use kind::LabelKind;

use crate::declutter::{Candidate, Declutter, PlacedLabel};
use crate::hidden::{Hidden, Sought, can_hide};
use crate::{MapArea, Projector, Screen, Theme, theme::Colour};
use bevy::platform::collections::{HashMap, HashSet};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use city::LonLat;
use geodesy::{EastNorth, to_city_frame};
use std::sync::Arc;

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
    by_owner: HashMap<Arc<str>, Vec<MapLabel>>,
    /// All labels by falling priority, with their places in the city frame and what tells them apart.
    ordered: Vec<Ordered>,
    /// Whose labels in that order are not those that they want by now.
    stale: HashSet<Arc<str>>,
    /// Another number for other labels.
    generation: u64,
}

struct Ordered {
    owner: Arc<str>,
    label: MapLabel,
    at: EastNorth,
    id: u64,
    spot: u64,
}

impl MapLabels {
    /// Replaces the labels of `owner` (a plugin's name, or one a kind). Call it when they changed, not each frame.
    pub fn set(&mut self, owner: &str, labels: Vec<MapLabel>) {
        if self.by_owner.get(owner).map_or(&[][..], Vec::as_slice) == labels {
            return;
        }
        let owner: Arc<str> = owner.into();
        if labels.is_empty() {
            self.by_owner.remove(&owner);
        } else {
            self.by_owner.insert(owner.clone(), labels);
        }
        self.stale.insert(owner);
        self.generation += 1;
    }

    /// All labels of a kind.
    pub fn of_kind(&self, kind: LabelKind) -> impl Iterator<Item = &MapLabel> {
        self.by_owner.values().flatten().filter(move |label| label.kind == kind)
    }

    /// True until labels that were handed over have been drawn.
    pub(crate) fn are_stale(&self) -> bool {
        !self.stale.is_empty()
    }

    /// Another number for other labels.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Labels on the screen that may stand behind a hill, the most important first.
    pub(crate) fn sought(&self, projector: &Projector, most: usize) -> Vec<Sought> {
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, projector.screen());
        let on_screen = self.by_owner.values().flatten().filter(|label| {
            let seen = projector.project(label.at, label.height_m);
            can_hide(label.kind) && seen.is_some_and(|s| screen.contains(s.at) && s.depth_m <= label.within_m)
        });
        let mut wanted: Vec<&MapLabel> = on_screen.collect();
        wanted.sort_by(|a, b| b.priority.total_cmp(&a.priority));
        wanted.truncate(most);
        let sought = |label: &MapLabel| Sought {
            id: spot(label),
            at: to_city_frame(label.at),
            height_m: label.height_m,
        };
        wanted.into_iter().map(sought).collect()
    }

    /// Brings the labels of those who want others into the order; a drone that moves costs no name of the city.
    fn order(&mut self) {
        if self.stale.is_empty() {
            return;
        }
        let stale = std::mem::take(&mut self.stale);
        self.ordered.retain(|entry| !stale.contains(&entry.owner));
        for owner in stale {
            let labels = self.by_owner.get(&owner).into_iter().flatten();
            self.ordered.extend(labels.map(|label| Ordered {
                owner: owner.clone(),
                label: label.clone(),
                at: to_city_frame(label.at),
                id: identity(label),
                spot: spot(label),
            }));
        }
        // Nearly all stand in their order already, which this sorting makes use of.
        self.ordered.sort_by(|a, b| {
            b.label.priority.total_cmp(&a.label.priority).then_with(|| a.owner.cmp(&b.owner))
        });
    }
}

/// What tells a label from others while its place moves: its kind and words (FNV-1a).
fn identity(label: &MapLabel) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ label.kind as u64;
    label.text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What tells a label that stands still from others of the same words: a river has its name many times.
fn spot(label: &MapLabel) -> u64 {
    let place = label.at.lon.to_bits().rotate_left(21) ^ label.at.lat.to_bits();
    identity(label) ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// About how wide and high the symbol of an incident is, points.
const INCIDENT_POINTS: f32 = 30.0;
/// The same of a warning's sign.
const SIGN_POINTS: f32 = 22.0;
/// Within this nothing is written over an incident; from afar they stand too close for that, metres.
const INCIDENT_ALONE_WITHIN_M: f64 = 150_000.0;

/// The sizes of texts that were seen, by size and words: laying out ten thousand to show fifty would take a second.
#[derive(Default)]
pub(crate) struct Sizes {
    of_text: HashMap<u64, egui::Vec2>,
    of_glyph: HashMap<(char, u32), f32>,
    /// How wide and high the face writes: another face has other sizes.
    face: (f32, f32),
}

impl Sizes {
    /// Forgets all sizes when the face is another; the Chinese one comes a few frames after the start.
    fn follow_face(&mut self, context: &egui::Context) {
        let font = egui::FontId::proportional(64.0);
        let face = context.fonts_mut(|fonts| (fonts.glyph_width(&font, '山'), fonts.row_height(&font)));
        if self.face != face {
            *self = Self { face, ..Self::default() };
        }
    }

    fn of(&mut self, context: &egui::Context, entry: &Ordered) -> egui::Vec2 {
        let label = &entry.label;
        let key = entry.id ^ u64::from(label.size.to_bits()).rotate_left(32);
        if let Some(size) = self.of_text.get(&key) {
            return *size;
        }
        let font = egui::FontId::proportional(label.size);
        let size = context.fonts_mut(|fonts| {
            let wide = |glyph: char| {
                let key = (glyph, label.size.to_bits());
                *self.of_glyph.entry(key).or_insert_with(|| fonts.glyph_width(&font, glyph))
            };
            egui::vec2(label.text.chars().map(wide).sum(), fonts.row_height(&font))
        });
        let size = if label.kind.is_plate() { size + plate::RIM } else { size };
        self.of_text.insert(key, size);
        size
    }
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
    hidden: Res<Hidden>,
    mut declutter: Local<Declutter>,
    mut sizes: Local<Sizes>,
) -> Result {
    labels.bypass_change_detection().order();
    if !layers.is_on("labels") {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    sizes.follow_face(context);
    let candidates = labels.ordered.iter().enumerate().filter_map(|(index, entry)| {
        let label = &entry.label;
        let seen = projector.project_city(entry.at, label.height_m)?;
        let wanted =
            !hidden.ids.contains(&entry.spot) && free.contains(seen.at) && seen.depth_m <= label.within_m;
        let is_alone = label.kind == LabelKind::Incident && seen.depth_m < INCIDENT_ALONE_WITHIN_M;
        wanted.then(|| {
            let is_plate = label.kind.is_plate();
            let symbol = if is_plate { Some(SIGN_POINTS) } else { is_alone.then_some(INCIDENT_POINTS) };
            let guards = symbol.map(|side| egui::Rect::from_center_size(seen.at, egui::Vec2::splat(side)));
            let middle = seen.at - egui::vec2(0.0, label.kind.lift());
            let (size, elsewhere) = (sizes.of(context, entry), label.kind.elsewhere());
            // A plate lies over no symbol of an incident, and nothing lies over the sign of a warning.
            let (keeps_clear, guards_from_all) = (is_plate, is_plate);
            (index, Candidate { id: entry.id, middle, size, guards, guards_from_all, elsewhere, keeps_clear })
        })
    });
    let placed = declutter.place(free, screen.is_still(), candidates);
    let painter = context.layer_painter(egui::LayerId::background()).with_clip_rect(free);
    let halo = theme.map.halo.egui();
    for PlacedLabel { index, rect } in placed {
        let label = &labels.ordered[index].label;
        if label.kind.is_plate() {
            plate::paint(&painter, &theme, label, rect);
            continue;
        }
        let colour = label.colour.egui();
        let font = egui::FontId::proportional(label.size);
        let galley = painter.layout_no_wrap(label.text.clone(), font, colour);
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

/// One line of a name from outside, no longer than the map bears.
pub fn on_map(name: &str) -> String {
    let line = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        line
    } else {
        line.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

/// The longest name on the map, characters.
const LONGEST: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_outside_is_one_line_of_a_length_that_the_map_bears() {
        assert_eq!(on_map(" 红色\n  预警 "), "红色 预警");
        let long = on_map(&"山".repeat(10_000));
        assert!(long.chars().count() == LONGEST && long.ends_with('…'));
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
        let twin = MapLabel { at: LonLat::new(106.6, 29.5), ..label("low", 1.0) };
        assert_eq!(identity(&twin), identity(&label("low", 1.0)));
        assert_ne!(
            spot(&twin),
            spot(&label("low", 1.0)),
            "one of two names of a river can stand behind a hill"
        );
        let texts: Vec<_> = labels.ordered.iter().map(|o| o.label.text.as_str()).collect();
        assert_eq!(texts, ["high", "middle", "low"]);
        labels.set("a", vec![label("other", 9.0), label("middle", 5.0)]);
        labels.set("c", vec![label("last", 1.0)]);
        labels.order();
        let texts = |labels: &MapLabels| -> Vec<String> {
            labels.ordered.iter().map(|o| o.label.text.clone()).collect()
        };
        assert_eq!(texts(&labels), ["other", "high", "middle", "low", "last"], "as if all had come at once");
        labels.set("b", Vec::new());
        labels.order();
        assert_eq!(texts(&labels), ["other", "middle", "last"]);
    }
}
