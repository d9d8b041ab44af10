//! The facets of points in the tree: 分段, 分层, 分类, 分级, how values stand, whose they are. A box switches a value; a press
//! on its count leaves this value alone of its facet, and another brings all back.

use super::{LayerCounts, Tree};
use crate::legend::paint_symbol;
use bevy_egui::egui;
use city::{RiskClass, RiskGrade};
use layers::points::Standing;
use shell::symbols::{class_symbol, grade_colour, grade_key, layer_key, segment_key};
use shell::{Facet, LAYERS, SEGMENTS};

/// A value of a facet with its name and how many points have it.
struct Value {
    facet: Facet,
    name: String,
    count: usize,
}

impl Tree<'_> {
    /// All facets.
    pub(super) fn facets(&mut self, ui: &mut egui::Ui, counts: &LayerCounts) {
        let points = &counts.points;
        let words = self.words;
        let value = |facet, key: String, count| Value { facet, name: words.get(&key).to_owned(), count };
        let segments = SEGMENTS.into_iter().zip(points.segments).map(|(segment, count)| {
            value(Facet::Segment(segment), format!("segment.{}", segment_key(segment)), count)
        });
        let layers = LAYERS
            .into_iter()
            .zip(points.layers)
            .map(|(layer, count)| value(Facet::Layer(layer), format!("stratum.{}", layer_key(layer)), count));
        let classes = points.classes.iter().map(|(class, count)| Value {
            facet: Facet::Class(class.clone()),
            name: class_name(words, class),
            count: *count,
        });
        let grades = RiskGrade::ALL.into_iter().zip(points.grades).map(|(grade, count)| {
            value(Facet::Grade(Some(grade)), format!("grade.{}", grade_key(grade)), count)
        });
        let ungraded = value(Facet::Grade(None), "grade.none".to_owned(), points.grades[4]);
        let standings = Standing::ALL.into_iter().zip(points.standings).map(|(standing, count)| {
            let key = standing.colour().map_or("usual", city::WarningColour::key);
            value(Facet::Standing(standing), format!("standing.{key}"), count)
        });
        let districts = points.districts.iter().map(|(code, count)| {
            let name = counts.district_names.get(code);
            let name = name.map_or_else(|| code.0.to_string(), |[zh, en]| words.pick(zh, en).to_owned());
            Value { facet: Facet::District(*code), name, count: *count }
        });
        self.facet(ui, "segments", false, segments.collect());
        self.facet(ui, "strata", false, layers.collect());
        self.facet(ui, "classes", false, classes.collect());
        self.facet(ui, "grades", true, grades.chain([ungraded]).collect());
        self.facet(ui, "standings", false, standings.rev().filter(|v| v.count > 0).collect());
        self.facet(ui, "districts", false, districts.collect());
    }

    fn facet(&mut self, ui: &mut egui::Ui, key: &str, open: bool, values: Vec<Value>) {
        if values.iter().all(|value| value.count == 0 && self.layers.is_on(&value.facet.key())) {
            return;
        }
        self.group(ui, key, open, |tree, ui| {
            values.iter().for_each(|value| tree.facet_row(ui, value, &values));
        });
    }

    fn facet_row(&mut self, ui: &mut egui::Ui, value: &Value, all: &[Value]) {
        if self.needle.is_some_and(|needle| !needle.matches(&value.name)) {
            return;
        }
        let mut on = self.layers.is_on(&value.facet.key());
        ui.horizontal(|ui| {
            let text = egui::RichText::new(&*value.name).size(self.theme.size.small);
            if ui.checkbox(&mut on, text).changed() {
                self.switch(&value.facet, on);
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let (rect, _) = ui.allocate_exact_size(egui::vec2(24.0, 14.0), egui::Sense::hover());
                self.symbol(ui.painter(), rect.center(), &value.facet);
                let number = egui::Label::new(self.number(value.count)).sense(egui::Sense::click());
                let number = ui.add(number).on_hover_cursor(egui::CursorIcon::PointingHand);
                if number.on_hover_text(self.words.get("layer.only")).clicked() {
                    self.leave_alone(value, all);
                }
            });
        });
    }

    /// Leaves one value alone of its facet; where it is that already, all come back.
    fn leave_alone(&mut self, value: &Value, all: &[Value]) {
        let others = || all.iter().filter(|other| other.facet != value.facet);
        let is_alone = self.layers.is_on(&value.facet.key())
            && others().all(|other| !self.layers.is_on(&other.facet.key()));
        others().for_each(|other| self.switch(&other.facet, is_alone));
        self.switch(&value.facet, true);
    }

    fn switch(&mut self, facet: &Facet, on: bool) {
        self.layers.switch(&facet.key(), on);
        self.switched = true;
    }

    fn symbol(&self, painter: &egui::Painter, at: egui::Pos2, facet: &Facet) {
        let theme = self.theme;
        let disc = class_symbol(&RiskClass::Crowd);
        match facet {
            Facet::Class(class) => {
                paint_symbol(painter, at, 5.5, class_symbol(class), theme.panel.text, theme);
            }
            Facet::Grade(Some(grade)) => {
                paint_symbol(painter, at, 5.0, disc, grade_colour(theme, *grade), theme);
            }
            Facet::Grade(None) | Facet::Standing(Standing::Usual) => {
                painter.circle_filled(at, 2.2, theme.map.device.egui());
            }
            Facet::Standing(standing) => {
                let colour = theme.map.grade[4 - *standing as usize];
                paint_symbol(painter, at, 4.0, disc, colour, theme);
            }
            Facet::Segment(_) | Facet::Layer(_) | Facet::District(_) => {}
        }
    }
}

/// The name of a class; devices of other systems have no class of their own.
fn class_name(words: &shell::Words, class: &RiskClass) -> String {
    match class.key() {
        layers::SENSOR => words.get("layer.sensorClass").to_owned(),
        _ => words.pick(class.zh(), class.en()).to_owned(),
    }
}
