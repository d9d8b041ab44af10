//! Where the panel stands, and what becomes of what was pressed.

use crate::action::{Action, DEVICE_M, Where};
use crate::board::Board;
use crate::keys::keys;
use crate::panel::{panel, title};
use crate::view::WatchView;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::EguiContexts;
use city::{DeviceId, Jurisdiction, LonLat};
use shell::{
    Act, CityClock, CityState, Column, FlyTo, LiveDevices, MapArea, Notice, NoticeKind, OnDuty,
    OnScreenLayers, Orders, Panel, Panels, PlaceNames, Repaint, Selected, Selection, StaticCity, Theme,
    Vitals, WATCH_PANEL, Words,
};

/// How wide it is, and how wide its title is while it is folded, points.
const WIDTH: f32 = 400.0;
const FOLDED: f32 = 300.0;
/// How far from a township and from a district the camera stays, metres.
const TOWNSHIP_M: f64 = 12_000.0;
const DISTRICT_M: f64 = 60_000.0;

/// What the panel reads of the world.
#[derive(SystemParam)]
pub(crate) struct Seen<'w> {
    city: Res<'w, CityState>,
    clock: Res<'w, CityClock>,
    orders: Res<'w, Orders>,
    on_duty: Res<'w, OnDuty>,
    places: Res<'w, PlaceNames>,
    layers: Res<'w, OnScreenLayers>,
    area: Res<'w, MapArea>,
    theme: Res<'w, Theme>,
    words: Res<'w, Words>,
    statics: Option<Res<'w, StaticCity>>,
    devices: Res<'w, LiveDevices>,
}

/// What it changes.
#[derive(SystemParam)]
pub(crate) struct Changed<'w> {
    selection: ResMut<'w, Selection>,
    vitals: ResMut<'w, Vitals>,
    panels: ResMut<'w, Panels>,
    acts: MessageWriter<'w, Act>,
    flights: MessageWriter<'w, FlyTo>,
    notices: MessageWriter<'w, Notice>,
    repaint: ResMut<'w, Repaint>,
}

/// Shows the panel at the right of the map, over those of the ground and the ways, folded until it is wanted; its title
/// says how many warnings are in force.
pub(crate) fn show(
    mut contexts: EguiContexts,
    seen: Seen,
    mut changed: Changed,
    mut board: ResMut<Board>,
) -> Result {
    if !seen.city.received || !seen.layers.is_on("panels") {
        Vitals::look(changed.vitals.reborrow(), None);
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let free = seen.area.free.unwrap_or_else(|| context.viewport_rect());
    let view = WatchView {
        city: &seen.city.city,
        now: seen.clock.now,
        on_duty: &seen.on_duty,
        pending: &seen.orders.pending,
        refused: &seen.orders.refused,
        vitals: &changed.vitals,
        selected: &changed.selection.selected,
        theme: &seen.theme,
        words: &seen.words,
        places: &seen.places,
    };
    let board = board.bypass_change_detection();
    board.refresh(&view, context.input(|input| input.time));
    let mut actions = keys(context, &view, board);
    let title = title(&view, board);
    let width = if changed.panels.is_unfolded(WATCH_PANEL) { WIDTH } else { FOLDED };
    let asked = Panel {
        name: WATCH_PANEL,
        title: &title,
        column: Column::Right,
        order: 2,
        width,
        unfolded: Some(false),
    };
    let said = changed.panels.show(context, free, &seen.theme, asked, |ui| panel(ui, &view, board));
    // While the panel is folded nobody looks.
    let wish = said.is_some().then(|| board.wish(&view)).flatten();
    Vitals::look(changed.vitals.reborrow(), wish);
    actions.extend(said.unwrap_or_default());
    for action in actions {
        carry_out(action, &seen, &mut changed);
    }
    Ok(())
}

fn carry_out(action: Action, seen: &Seen, changed: &mut Changed) {
    match action {
        Action::Do(command) => {
            changed.acts.write(Act(command));
        }
        Action::Select(Selected::Device(id)) => {
            changed.selection.selected = Selected::Device(on_map(id, &seen.devices));
        }
        Action::Select(selected) => changed.selection.selected = selected,
        Action::Fly(place) => {
            changed.flights.write(flight(place, seen.statics.as_deref()));
        }
        Action::FlyToDevice(id) => match device_at(&on_map(id.clone(), &seen.devices), &seen.devices) {
            Some(at) => _ = changed.flights.write(FlyTo::Place { at, distance_m: DEVICE_M }),
            None => {
                let text = seen.words.fill("vital.noPlace", &[("id", id.as_str())]);
                changed.notices.write(Notice { kind: NoticeKind::Attention, text });
            }
        },
        Action::Explain(text) => {
            changed.notices.write(Notice { kind: NoticeKind::Attention, text });
        }
        Action::Toggle => changed.panels.toggle(WATCH_PANEL),
        Action::Unfold if changed.panels.is_unfolded(WATCH_PANEL) => {}
        Action::Unfold => changed.panels.toggle(WATCH_PANEL),
    }
    changed.repaint.ask();
}

/// The device that tells a series such as `D-1/speed`, where that is what the map knows.
fn on_map(id: DeviceId, devices: &LiveDevices) -> DeviceId {
    let device = || id.as_str().split_once('/').map(|(device, _)| DeviceId::from(device));
    match devices.table.row(&id) {
        Some(_) => id,
        None => device().filter(|device| devices.table.row(device).is_some()).unwrap_or(id),
    }
}

/// Where a device stands, as the telemetry told.
fn device_at(id: &DeviceId, devices: &LiveDevices) -> Option<LonLat> {
    let row = devices.table.row(id)?;
    devices.table.at.get(row).copied().filter(|at| at.is_valid())
}

/// The flight to a part of the map; to the whole city where its middle is not known.
fn flight(place: Where, city: Option<&StaticCity>) -> FlyTo {
    let to = |at: Option<LonLat>, distance_m: f64| at.map(|at| FlyTo::Place { at, distance_m });
    let layers = city.map(|city| &city.layers);
    let found = match place {
        Where::Place(at, distance_m) => to(Some(at).filter(|at| at.is_valid()), distance_m),
        Where::Area(Jurisdiction::City) => None,
        Where::Area(Jurisdiction::District(code)) => {
            to(layers.and_then(|layers| layers.district(code)).map(|district| district.label), DISTRICT_M)
        }
        Where::Area(Jurisdiction::Township(code)) => {
            let townships = layers.map(|layers| layers.townships_of(code.district()));
            let known = townships.and_then(|all| all.iter().find(|one| one.code == code).map(|one| one.at));
            to(known, TOWNSHIP_M)
        }
    };
    found.unwrap_or_else(|| FlyTo::View("city".to_owned()))
}
