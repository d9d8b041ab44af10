//! The card of the selected drone: battery, height above ground, speed, route.

use crate::fleet::Fleet;
use crate::route::SelectedRoute;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use shell::{MapArea, Selected, Selection, StaticCity, Theme, Words};

/// What the card of a drone says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DroneCard {
    /// Its name.
    pub name: String,
    /// Its state, in words.
    pub state: String,
    /// Battery, percent.
    pub battery_pct: Option<f64>,
    /// Metres above ground.
    pub above_ground_m: f64,
    /// Metres a second over ground.
    pub speed_mps: f64,
    /// The route it flies, in words; `None` off any.
    pub route: Option<String>,
    /// Seconds since it was last told of.
    pub age_s: f64,
    /// True while what is shown is the last picture.
    pub stale: bool,
}

/// Writes the card.
pub fn drone_card(ui: &mut egui::Ui, words: &Words, theme: &Theme, card: &DroneCard) {
    let (text, faint) = (theme.panel.text.egui(), theme.panel.faint.egui());
    ui.label(egui::RichText::new(&card.name).size(theme.size.body).strong().color(text));
    if let Some(battery) = card.battery_pct {
        battery_bar(ui, words, theme, battery);
    }
    let rows = [
        ("state", card.state.clone()),
        ("aboveGround", format!("{:.0} m", card.above_ground_m)),
        ("speed", format!("{:.1} m/s", card.speed_mps)),
        ("route", card.route.clone().unwrap_or_else(|| "—".to_owned())),
        ("age", words.ago(card.age_s)),
    ];
    egui::Grid::new("drone card").num_columns(2).spacing([12.0, 3.0]).show(ui, |ui| {
        for (key, value) in rows {
            let name = format!("mapCard.{key}");
            ui.label(egui::RichText::new(words.get(&name)).size(theme.size.small).color(faint));
            ui.label(egui::RichText::new(value).size(theme.size.small).color(text));
            ui.end_row();
        }
    });
    if card.stale {
        let stale = egui::RichText::new(words.get("mapCard.stale")).size(theme.size.small);
        ui.label(stale.color(theme.panel.attention.egui()));
    }
}

fn battery_bar(ui: &mut egui::Ui, words: &Words, theme: &Theme, battery_pct: f64) {
    let colour = match battery_pct {
        p if p < 20.0 => theme.panel.bad,
        p if p < 40.0 => theme.panel.attention,
        _ => theme.panel.good,
    };
    let share = (battery_pct / 100.0).clamp(0.0, 1.0) as f32;
    ui.horizontal(|ui| {
        let size = theme.size.small;
        ui.label(
            egui::RichText::new(words.get("mapCard.battery")).size(size).color(theme.panel.faint.egui()),
        );
        let (rect, _) = ui.allocate_exact_size(egui::vec2(90.0, 8.0), egui::Sense::hover());
        ui.painter().rect_filled(rect, 2.0, theme.panel.inset.egui());
        let full = egui::Rect::from_min_size(rect.min, egui::vec2(rect.width() * share, rect.height()));
        ui.painter().rect_filled(full, 2.0, colour.egui());
        let percent = egui::RichText::new(format!("{battery_pct:.0} %")).size(size);
        ui.label(percent.color(theme.panel.text.egui()));
    });
}

/// Shows it at the left bottom of the map, above the line that says what the ground is made of, while a drone is selected.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn show(
    mut contexts: EguiContexts,
    selection: Res<Selection>,
    fleet: Res<Fleet>,
    route: Res<SelectedRoute>,
    state: Res<shell::CityState>,
    city: Option<Res<StaticCity>>,
    area: Res<MapArea>,
    words: Res<Words>,
    theme: Res<Theme>,
) -> Result {
    let Selected::Unit(id) = &selection.selected else { return Ok(()) };
    let Some(drone) = fleet.drones.iter().find(|d| d.id == *id) else { return Ok(()) };
    let flown = route.index.zip(city).and_then(|(i, city)| {
        let route = city.layers.drone_routes.get(i)?;
        Some(words.pick(&route.zh, &route.en).to_owned())
    });
    let state = state.city.units.get(id).map_or("patrol", |u| u.state.key());
    let card = DroneCard {
        name: drone.name.clone(),
        state: words.get(&format!("unitState.{state}")).to_owned(),
        battery_pct: drone.battery_pct,
        above_ground_m: drone.above_ground_m,
        speed_mps: drone.speed_mps,
        route: flown,
        age_s: drone.age_s,
        stale: drone.stale,
    };
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    egui::Area::new(egui::Id::new("drone card"))
        .pivot(egui::Align2::LEFT_BOTTOM)
        .fixed_pos(free.left_bottom() + egui::vec2(10.0, -40.0))
        .show(context, |ui| {
            let panel = &theme.panel;
            egui::Frame::popup(ui.style())
                .fill(panel.background.egui())
                .stroke(egui::Stroke::new(1.0, panel.line.egui()))
                .show(ui, |ui| {
                    ui.set_max_width(300.0);
                    drone_card(ui, &words, &theme, &card);
                });
        });
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use egui_kittest::{Harness, kittest::Queryable};

    #[test]
    fn the_card_says_battery_height_speed_and_route() {
        let (words, theme) = (Words::shipped(), Theme::shipped());
        let card = DroneCard {
            name: "礼嘉 1 号".to_owned(),
            state: "巡逻".to_owned(),
            battery_pct: Some(63.4),
            above_ground_m: 98.6,
            speed_mps: 9.96,
            route: Some("礼嘉天街商圈巡查环线".to_owned()),
            age_s: 1.9,
            stale: false,
        };
        let mut harness = Harness::new_ui(move |ui| drone_card(ui, &words, &theme, &card));
        harness.run();
        for said in ["礼嘉 1 号", "63 %", "99 m", "10.0 m/s", "礼嘉天街商圈巡查环线", "1 秒前"]
        {
            assert!(harness.query_by_label(said).is_some(), "{said}");
        }
    }
}
