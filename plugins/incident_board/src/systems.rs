//! Where the board meets the engine: resources become a view, actions become messages.

use crate::action::Action;
use crate::board::Board;
use crate::panels::{band_only, panels};
use crate::view::{BoardView, KeptNotice};
use crate::ways::{Ways, look_for_ways};
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};
use egui::{Id, LayerId, Ui, UiBuilder};
use shell::PlaceNames;
use shell::{
    Act, CityClock, CitySet, CityState, Feeds, FlyTo, MapArea, MapPointer, Notice, NoticeBook, NoticeKind,
    OnDuty, OnScreenLayers, Orders, Selection, Theme, Words,
};

/// How many notices the strip lists.
const NOTICES_LISTED: usize = 50;

/// The duty officer's work place.
#[derive(Clone, Copy, Debug, Default)]
pub struct IncidentBoardPlugin;

impl Plugin for IncidentBoardPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Board>().init_resource::<Ways>();
        app.add_systems(Update, look_for_ways.in_set(CitySet::Step));
        app.add_systems(EguiPrimaryContextPass, show_board.in_set(CitySet::Panels));
    }
}

/// What the board reads of the world.
#[derive(SystemParam)]
struct Seen<'w> {
    city: Res<'w, CityState>,
    clock: Res<'w, CityClock>,
    feeds: Res<'w, Feeds>,
    orders: Res<'w, Orders>,
    notices: Res<'w, NoticeBook>,
    places: Res<'w, PlaceNames>,
    on_duty: Res<'w, OnDuty>,
    pointer: Res<'w, MapPointer>,
    layers: Res<'w, OnScreenLayers>,
}

/// What the board changes.
#[derive(SystemParam)]
struct Changed<'w> {
    selection: ResMut<'w, Selection>,
    words: ResMut<'w, Words>,
    theme: ResMut<'w, Theme>,
    acts: MessageWriter<'w, Act>,
    flights: MessageWriter<'w, FlyTo>,
    notices: MessageWriter<'w, Notice>,
}

fn show_board(
    mut contexts: EguiContexts,
    seen: Seen,
    mut changed: Changed,
    mut board: ResMut<Board>,
    mut map_area: ResMut<MapArea>,
) -> Result {
    let context = contexts.ctx_mut()?;
    let screen = UiBuilder::new().layer_id(LayerId::background()).max_rect(context.viewport_rect());
    let mut ui = Ui::new(context.clone(), Id::new("incident board"), screen);
    let notices = listed(&seen.notices, board.strip.is_some());
    let view = BoardView {
        city: &seen.city.city,
        received: seen.city.received,
        now: seen.clock.now,
        on_duty: &seen.on_duty,
        feeds: &seen.feeds.health,
        pending: &seen.orders.pending,
        refused: &seen.orders.refused,
        notices: &notices,
        notices_given: seen.notices.given.len(),
        selected: &changed.selection.selected,
        picked: seen.pointer.ground.filter(|_| seen.pointer.clicked).map(|(at, _)| at),
        theme: &changed.theme,
        words: &changed.words,
        places: &seen.places,
    };
    let (actions, left) = if seen.layers.is_on("panels") {
        panels(&mut ui, &view, &mut board)
    } else {
        band_only(&mut ui, &view)
    };
    map_area.set_if_neq(MapArea { free: Some(left) });
    for action in actions {
        carry_out(action, &mut changed);
    }
    Ok(())
}

/// The newest notices, oldest first; none are copied while their list is closed.
fn listed(book: &NoticeBook, open: bool) -> Vec<KeptNotice> {
    let newest = if open { NOTICES_LISTED } else { 0 };
    let mut notices: Vec<_> = book
        .given
        .iter()
        .rev()
        .take(newest)
        .map(|given| KeptNotice { at: given.at, kind: given.notice.kind, text: given.notice.text.clone() })
        .collect();
    notices.reverse();
    notices
}

fn carry_out(action: Action, changed: &mut Changed) {
    match action {
        Action::Do(command) => {
            changed.acts.write(Act(command));
        }
        Action::Select(selected) => {
            changed.selection.selected = selected;
        }
        Action::FlyTo { at, distance_m } => {
            changed.flights.write(FlyTo::Place { at, distance_m });
        }
        Action::View(name) => {
            changed.flights.write(FlyTo::View(name.to_owned()));
        }
        Action::SwitchLanguage => {
            let other = changed.words.language.other();
            changed.words.language = other;
        }
        Action::SwitchTheme => {
            *changed.theme = Theme::of(changed.theme.name.other());
        }
        Action::Explain(text) => {
            changed.notices.write(Notice { kind: NoticeKind::Attention, text });
        }
    }
}
