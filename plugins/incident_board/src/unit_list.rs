//! The list of units: filtered by kind and state; only visible rows are drawn.

use crate::action::Action;
use crate::board::Board;
use crate::detail_parts::doing;
use crate::incident_list::{GAP_POINTS, choice, reveal_row, row_ground};
use crate::paint;
use crate::saying;
use crate::view::BoardView;
use bevy_egui::egui;
use city::{City, Unit, UnitId, UnitKind, UnitState};
use egui::{Align2, ScrollArea, Sense, Ui, pos2, vec2};
use shell::Selected;

/// The height of a row, points.
const ROW_POINTS: f32 = 42.0;

/// Every state a unit may be in, in the order of its work.
const STATES: [UnitState; 5] =
    [UnitState::Patrol, UnitState::Driving, UnitState::OnScene, UnitState::Handling, UnitState::Returning];

/// Which units are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnitFilter {
    /// Only this kind.
    pub kind: Option<UnitKind>,
    /// Only in this state.
    pub state: Option<UnitState>,
}

/// The units listed, by identifier; worked out when the city or the filter changed.
#[derive(Debug, Default)]
pub struct UnitRows {
    /// Which units are listed.
    pub filter: UnitFilter,
    rows: Vec<UnitId>,
    of: Option<(u64, usize, UnitFilter)>,
}

impl UnitRows {
    /// The units listed, out ones first, then by identifier.
    pub fn rows(&mut self, city: &City) -> &[UnitId] {
        let of = Some((city.sequence, city.units.len(), self.filter));
        if self.of != of {
            self.of = of;
            let filter = self.filter;
            let admits = |unit: &&Unit| {
                filter.kind.is_none_or(|kind| unit.kind == kind)
                    && filter.state.is_none_or(|state| unit.state == state)
            };
            let mut units: Vec<&Unit> = city.units.values().filter(admits).collect();
            units.sort_by_key(|unit| unit.state.is_free());
            self.rows = units.into_iter().map(|unit| unit.id.clone()).collect();
        }
        &self.rows
    }
}

/// Draws filters and list into what is left of `ui`.
pub fn unit_list(ui: &mut Ui, view: &BoardView, board: &mut Board) -> Vec<Action> {
    let mut actions = Vec::new();
    let words = view.words;
    let width = (ui.available_width() - ui.spacing().item_spacing.x) / 2.0;
    let filter = &mut board.units.filter;
    ui.horizontal(|ui| {
        let kind = |kind: UnitKind| saying::keyed(words, "unitKind", kind.key());
        let (shown, all) = (filter.kind.map(kind), words.get("board.anyKind").to_owned());
        choice(
            ui,
            "kind",
            width,
            shown,
            all,
            UnitKind::ALL.map(|k| (k, kind(k))).into_iter(),
            &mut filter.kind,
        );
        let state = |state: UnitState| saying::keyed(words, "unitState", state.key());
        let (shown, all) = (filter.state.map(state), words.get("board.anyState").to_owned());
        choice(ui, "state", width, shown, all, STATES.map(|s| (s, state(s))).into_iter(), &mut filter.state);
    });
    let reveal = std::mem::take(&mut board.reveal);
    let rows = board.units.rows(view.city);
    paint::faint(ui, view.theme, words.fill("board.shownUnits", &[("n", &rows.len().to_string())]));
    if rows.is_empty() {
        let key = if view.received { "board.noUnits" } else { "board.noSnapshot" };
        ui.vertical_centered(|ui| paint::faint(ui, view.theme, words.get(key)));
        return actions;
    }
    let selected = match view.selected {
        Selected::Unit(id) if reveal => rows.iter().position(|row| row == id),
        _ => None,
    };
    ui.spacing_mut().item_spacing.y = GAP_POINTS;
    let area = ScrollArea::vertical().id_salt("units").auto_shrink([false, false]).animated(false);
    area.show_rows(ui, ROW_POINTS, rows.len(), |ui, range| {
        if let Some(selected) = selected {
            reveal_row(ui, selected, range.start, ROW_POINTS);
        }
        for unit in rows[range].iter().filter_map(|id| view.city.units.get(id)) {
            row(ui, view, unit, &mut actions);
        }
    });
    actions
}

fn row(ui: &mut Ui, view: &BoardView, unit: &Unit, actions: &mut Vec<Action>) {
    let (theme, words) = (view.theme, view.words);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_POINTS), Sense::click());
    let selected = *view.selected == Selected::Unit(unit.id.clone());
    response.widget_info(|| {
        let label = format!("{} {}", unit.id, words.unit(unit));
        egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, selected, label)
    });
    if ui.is_rect_visible(rect) {
        row_ground(ui, view.theme, rect, selected, response.hovered());
        let free = unit.state.is_free();
        let colour = if free { theme.map.unit_free } else { theme.map.unit_busy };
        let dot = pos2(rect.left() + 16.0, rect.center().y);
        match free {
            true => ui.painter().circle_stroke(dot, 5.0, egui::Stroke::new(2.0, colour.egui())),
            false => ui.painter().circle_filled(dot, 6.0, colour.egui()),
        };
        let (left, right) = (rect.left() + 32.0, rect.right() - 10.0);
        let whose = match &unit.incident {
            Some(incident) => incident.to_string(),
            None => view.places.district(words, unit.district),
        };
        let galley = paint::line(ui, &whose, theme.size.small, theme.panel.faint.egui(), 130.0);
        let edge = paint::place(ui, galley, Align2::RIGHT_CENTER, pos2(right, rect.top() + 13.0));
        let name = words.unit(unit);
        let name = paint::line(ui, name, theme.size.body, theme.panel.text.egui(), edge.left() - left - 8.0);
        paint::place(ui, name, Align2::LEFT_CENTER, pos2(left, rect.top() + 13.0));
        let second = doing(view, unit);
        let galley = paint::line(ui, &second, theme.size.small, theme.panel.faint.egui(), right - left);
        paint::place(ui, galley, Align2::LEFT_CENTER, pos2(left, rect.bottom() - 12.0));
    }
    if response.double_clicked() {
        actions.push(Action::fly_near(unit.at));
    } else if response.clicked() && !selected {
        actions.push(Action::Select(Selected::Unit(unit.id.clone())));
    }
}
