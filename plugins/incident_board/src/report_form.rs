//! The report form (报送): class, place and what is seen become one report.

use crate::action::Action;
use crate::acts;
use crate::board::Board;
use crate::paint::{self, Face, Standing};
use crate::saying;
use crate::view::BoardView;
use bevy_egui::egui;
use city::{Command, LonLat, RiskClass};
use egui::{Ui, vec2};
use shell::{Selected, Words};

/// What was entered so far.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportForm {
    /// The class.
    pub class: RiskClass,
    /// Longitude as typed, degrees.
    pub lon: String,
    /// Latitude as typed, degrees.
    pub lat: String,
    /// What is seen.
    pub text: String,
}

impl Default for ReportForm {
    fn default() -> Self {
        Self { class: RiskClass::Complaint, lon: String::new(), lat: String::new(), text: String::new() }
    }
}

impl ReportForm {
    /// Takes a position, to the decimetre or so that five decimals hold.
    pub fn take(&mut self, at: LonLat) {
        self.lon = format!("{:.5}", at.lon);
        self.lat = format!("{:.5}", at.lat);
    }

    /// The command, or which field is wrong.
    pub fn command(&self, words: &Words) -> Result<Command, String> {
        let degrees = |text: &str, limit: f64, key: &str| match text.trim().parse::<f64>() {
            Ok(value) if value.is_finite() && value.abs() <= limit => Ok(value),
            _ => Err(words.get(key).to_owned()),
        };
        Ok(Command::Report {
            risk_class: self.class.clone(),
            lon: degrees(&self.lon, 180.0, "board.badLongitude")?,
            lat: degrees(&self.lat, 90.0, "board.badLatitude")?,
            text: self.text.trim().to_owned(),
        })
    }
}

/// Draws the form.
pub fn report_form(ui: &mut Ui, view: &BoardView, board: &mut Board, actions: &mut Vec<Action>) {
    let (theme, words) = (view.theme, view.words);
    if let Some(at) = view.picked {
        board.report.take(at);
    }
    let form = &mut board.report;
    paint::heading(ui, theme, words.get("board.class"));
    egui::ComboBox::from_id_salt("report class")
        .width(ui.available_width())
        .selected_text(saying::class(words, &form.class).to_owned())
        .show_ui(ui, |ui| {
            for class in RiskClass::KNOWN {
                ui.selectable_value(&mut form.class, class.clone(), saying::class(words, class));
            }
        });
    paint::heading(ui, theme, words.get("board.position"));
    position(ui, view, form);
    paint::heading(ui, theme, words.get("board.what"));
    let field = egui::TextEdit::multiline(&mut form.text)
        .hint_text(words.get("board.whatHint"))
        .desired_rows(4)
        .margin(egui::Margin::symmetric(8, 6))
        .desired_width(f32::INFINITY);
    ui.add(field);
    let command = board.report.command(words);
    let standing = match &command {
        Err(wrong) => Standing::Refused(wrong.clone()),
        Ok(command) => acts::standing(view, board, command),
    };
    if let Standing::Refused(reason) = &standing {
        paint::small(ui, theme, reason.as_str(), theme.panel.attention);
    }
    let size = vec2(ui.available_width(), 32.0);
    let face = Face { label: words.get("board.sendReport"), key: "", primary: true, size };
    if paint::act_button(ui, view, &face, &standing)
        && let Ok(command) = command
    {
        let time_s = ui.input(|input| input.time);
        board.give(view, command, time_s, actions);
        board.report.text.clear();
    }
}

/// The place: typed, clicked on the map, or that of what is selected.
fn position(ui: &mut Ui, view: &BoardView, form: &mut ReportForm) {
    let (theme, words) = (view.theme, view.words);
    paint::faint(ui, theme, words.get("board.pickHint"));
    ui.horizontal(|ui| {
        let width = (ui.available_width() - ui.spacing().item_spacing.x) / 2.0;
        for (key, text) in [("board.longitude", &mut form.lon), ("board.latitude", &mut form.lat)] {
            let field = egui::TextEdit::singleline(text)
                .hint_text(words.get(key))
                .vertical_align(egui::Align::Center)
                .margin(egui::Margin::symmetric(8, 4));
            let response = ui.add_sized(vec2(width, 26.0), field);
            let (label, value) = (words.get(key), text.clone());
            response.widget_info(|| {
                let mut info = egui::WidgetInfo::text_edit(true, &value, &value, label);
                info.label = Some(label.to_owned());
                info
            });
        }
    });
    let selected = selected_place(view);
    let face = Face {
        label: words.get("board.takeSelected"),
        key: "",
        primary: false,
        size: vec2(ui.available_width(), 26.0),
    };
    let standing = match selected {
        Some(_) => Standing::Ready,
        None => Standing::Refused(words.get("board.nothingSelected").to_owned()),
    };
    if paint::act_button(ui, view, &face, &standing)
        && let Some(at) = selected
    {
        form.take(at);
    }
}

fn selected_place(view: &BoardView) -> Option<LonLat> {
    match view.selected {
        Selected::Incident(_) => view.incident().map(|incident| incident.at),
        Selected::Unit(_) => view.unit().map(|unit| unit.at).filter(|at| at.is_valid()),
        _ => None,
    }
}
