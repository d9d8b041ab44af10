//! Rings around what is selected and hovered, the card beside the pointer, and that of what is selected.

use crate::card::{Card, CardSources, Depth, card};
use crate::pick::OnMap;
use crate::symbol_layer::events_are_lost;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPostUpdateSet, EguiPrimaryContextPass, egui};
use shell::{
    CityClock, CitySet, CitySources, CityState, Feeds, Hovered, LiveDevices, MapArea, MapPointer, Movers,
    OnScreenLayers, Panels, PointSets, Repaint, RiskPoints, SEEN_POINTS, Selected, Selection, StaticCity,
    Theme, ToldId, WATCH_PANEL, Words,
};

/// What a card says is no higher than this before it scrolls, points.
const HIGHEST: f32 = 400.0;

/// A pointer that stood still for so long asks what area it is in, seconds.
const RESTS_S: f32 = 0.4;

/// Radius of the ring around a thing, points.
fn radius(thing: &Selected, theme: &Theme) -> f32 {
    let size = &theme.size;
    match thing {
        Selected::Incident(_) => size.incident * 0.75 + 3.0,
        Selected::Unit(_) => size.unit * 0.75 + 4.0,
        Selected::RiskPoint(_) => size.risk_point * 0.8 + 4.0,
        // Signs of warnings are square, so the ring goes around their corners.
        Selected::Told(thing) if matches!(thing.id, ToldId::Warning(_) | ToldId::CityWarning(_)) => 19.0,
        Selected::Told(_) => 9.5,
        _ => size.device + 5.0,
    }
}

/// Has the rings painted anew when what they are around moved by what can be seen.
fn follow_rings(
    map: OnMap,
    selection: Res<Selection>,
    hovered: Res<Hovered>,
    mut repaint: ResMut<Repaint>,
    mut painted: Local<[Option<egui::Pos2>; 2]>,
) {
    let now = [&selection.selected, &hovered.over].map(|thing| map.place_of(thing));
    let moved = |(now, before): (Option<egui::Pos2>, Option<egui::Pos2>)| {
        now.zip(before).map_or(now != before, |(a, b)| a.distance(b) > SEEN_POINTS)
    };
    if now.into_iter().zip(*painted).any(moved) {
        *painted = now;
        repaint.ask();
    }
}

fn draw_rings(
    mut contexts: EguiContexts,
    map: OnMap,
    selection: Res<Selection>,
    hovered: Res<Hovered>,
    theme: Res<Theme>,
) -> Result {
    let painter = contexts.ctx_mut()?.layer_painter(egui::LayerId::background());
    let rings = [(&hovered.over, theme.map.hovered, 1.5), (&selection.selected, theme.map.selected, 2.5)];
    for (thing, colour, width) in rings {
        if let Some(at) = map.place_of(thing) {
            let r = radius(thing, &theme);
            painter.circle_stroke(at, r, egui::Stroke::new(width + 2.0, theme.map.halo.egui()));
            painter.circle_stroke(at, r, egui::Stroke::new(width, colour.egui()));
        }
    }
    Ok(())
}

/// The resources cards are written from.
#[derive(bevy::ecs::system::SystemParam)]
struct Live<'w> {
    state: Res<'w, CityState>,
    devices: Res<'w, LiveDevices>,
    movers: Res<'w, Movers>,
    clock: Res<'w, CityClock>,
    feeds: Res<'w, Feeds>,
    city: Option<Res<'w, StaticCity>>,
    risk_points: Res<'w, RiskPoints>,
    sources: Res<'w, CitySources>,
    points: Res<'w, PointSets>,
    words: Res<'w, Words>,
    theme: Res<'w, Theme>,
}

impl Live<'_> {
    fn card(&self, thing: &Selected) -> Option<Card> {
        let city = self.city.as_ref()?;
        let sources = CardSources {
            city: &self.state.city,
            received: self.state.received,
            risk_points: &self.risk_points,
            layers: &city.layers,
            devices: &self.devices.table,
            movers: &self.movers.table,
            sources: &self.sources,
            points: &self.points,
            events_lost: events_are_lost(&self.feeds),
            now: self.clock.now,
            words: &self.words,
            theme: &self.theme,
        };
        sources.card(thing)
    }

    /// Shows a card; one that may have to be scrolled takes the pointer.
    fn show(&self, context: &egui::Context, area: egui::Area, text: &Card, depth: Depth) {
        let panel = &self.theme.panel;
        area.constrain(true).interactable(matches!(depth, Depth::Whole(_))).show(context, |ui| {
            egui::Frame::popup(ui.style())
                .fill(panel.background.egui())
                .stroke(egui::Stroke::new(1.0, panel.line.egui()))
                .show(ui, |ui| card(ui, &self.theme, &self.words, text, depth));
        });
    }
}

/// True for what has no panel of its own: its card stands on the map while it is selected.
fn has_own_card(thing: &Selected, panels: &Panels) -> bool {
    use Selected::{Device, District, Point, RiskPoint, Told};
    match thing {
        Told(told) if matches!(told.id, ToldId::CityWarning(_) | ToldId::RiskNotice(_)) => {
            !panels.is_unfolded(WATCH_PANEL)
        }
        Told(_) | Point(_) | RiskPoint(_) | Device(_) | District(_) => true,
        _ => false,
    }
}

/// The card beside the pointer.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
fn draw_card(
    mut contexts: EguiContexts,
    pointer: Res<MapPointer>,
    hovered: Res<Hovered>,
    selection: Res<Selection>,
    layers: Res<OnScreenLayers>,
    panels: Res<Panels>,
    live: Live,
    time: Res<Time<Real>>,
    mut rests: Local<(Option<egui::Pos2>, f32)>,
) -> Result {
    if rests.0 != pointer.at {
        *rests = (pointer.at, time.elapsed_secs());
    }
    // Areas are wide: their cards do not follow a pointer on its way. Nothing is said twice.
    let has_rested = time.elapsed_secs() - rests.1 > RESTS_S;
    let has_card = has_own_card(&hovered.over, &panels);
    let is_said = hovered.over == selection.selected && has_card && layers.is_on("panels");
    if is_said || hovered.is_area && !has_rested {
        return Ok(());
    }
    let Some((at, text)) = pointer.at.zip(live.card(&hovered.over)) else { return Ok(()) };
    let beside = egui::Area::new(egui::Id::new("map card")).order(egui::Order::Tooltip);
    let depth = if hovered.is_area { Depth::Line } else { Depth::Short };
    live.show(contexts.ctx_mut()?, beside.fixed_pos(at + egui::vec2(16.0, 14.0)), &text, depth);
    Ok(())
}

/// The card of what is selected and has no panel of its own, at the left bottom of the map, above the line that says
/// what the ground is made of.
fn draw_selected_card(
    mut contexts: EguiContexts,
    selection: Res<Selection>,
    layers: Res<OnScreenLayers>,
    area: Res<MapArea>,
    panels: Res<Panels>,
    live: Live,
) -> Result {
    let is_told = matches!(selection.selected, Selected::Told(_));
    if !has_own_card(&selection.selected, &panels) || !layers.is_on("panels") {
        return Ok(());
    }
    let Some(text) = live.card(&selection.selected) else { return Ok(()) };
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    let id = egui::Id::new("selected card");
    let corner = egui::Area::new(id).pivot(egui::Align2::LEFT_BOTTOM);
    // As high as it was in the pass before, it may meet the tree of layers, and then stands beside that.
    let height = context.memory(|memory| memory.area_rect(id)).map_or(HIGHEST, |rect| rect.height());
    let foot = free.left_bottom() + egui::vec2(10.0, -40.0);
    let tree = panels.rect("layers").filter(|tree| tree.bottom() > foot.y - height);
    let foot = egui::pos2(tree.map_or(foot.x, |tree| foot.x.max(tree.right() + 8.0)), foot.y);
    let depth = if is_told { Depth::Whole((0.5 * free.height()).min(HIGHEST)) } else { Depth::Short };
    live.show(context, corner.fixed_pos(foot), &text, depth);
    Ok(())
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PostUpdate, follow_rings.before(EguiPostUpdateSet::EndPass));
    app.add_systems(
        EguiPrimaryContextPass,
        (draw_rings.in_set(CitySet::Overlay), (draw_card, draw_selected_card).in_set(CitySet::Panels)),
    );
}
