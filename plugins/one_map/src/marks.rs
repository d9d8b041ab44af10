//! Rings around what is selected and hovered, and the card beside the pointer.

use crate::card::{CardSources, card};
use crate::pick::OnMap;
use crate::symbol_layer::events_are_lost;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPostUpdateSet, EguiPrimaryContextPass, egui};
use shell::{
    CityClock, CitySet, CityState, Feeds, Hovered, LiveDevices, MapPointer, Movers, Repaint, SEEN_POINTS,
    Selected, Selection, StaticCity, Theme, Words,
};

/// Radius of the ring around a thing, points.
fn radius(thing: &Selected, theme: &Theme) -> f32 {
    let size = &theme.size;
    match thing {
        Selected::Incident(_) => size.incident * 0.75 + 3.0,
        Selected::Unit(_) => size.unit * 0.75 + 4.0,
        Selected::RiskPoint(_) => size.risk_point * 0.8 + 4.0,
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
}

fn draw_card(
    mut contexts: EguiContexts,
    pointer: Res<MapPointer>,
    hovered: Res<Hovered>,
    city: Option<Res<StaticCity>>,
    live: Live,
    words: Res<Words>,
    theme: Res<Theme>,
) -> Result {
    let (Some(at), Some(city)) = (pointer.at, city) else { return Ok(()) };
    let sources = CardSources {
        city: &live.state.city,
        risk_points: &city.risk_points,
        layers: &city.layers,
        devices: &live.devices.table,
        movers: &live.movers.table,
        events_lost: events_are_lost(&live.feeds),
        now: live.clock.now,
        words: &words,
        theme: &theme,
    };
    let Some(text) = sources.card(&hovered.over) else { return Ok(()) };
    let context = contexts.ctx_mut()?;
    egui::Area::new(egui::Id::new("map card"))
        .order(egui::Order::Tooltip)
        .fixed_pos(at + egui::vec2(16.0, 14.0))
        .constrain(true)
        .interactable(false)
        .show(context, |ui| {
            let panel = &theme.panel;
            egui::Frame::popup(ui.style())
                .fill(panel.background.egui())
                .stroke(egui::Stroke::new(1.0, panel.line.egui()))
                .show(ui, |ui| card(ui, &theme, &words, &text));
        });
    Ok(())
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PostUpdate, follow_rings.before(EguiPostUpdateSet::EndPass));
    app.add_systems(
        EguiPrimaryContextPass,
        (draw_rings.in_set(CitySet::Overlay), draw_card.in_set(CitySet::Panels)),
    );
}
