//! The tree of layers (图层): what is on the map, how much of it, switched by a box each; its symbols are the
//! map's own, so that it is the legend as well.

use crate::legend::{paint_incident, paint_line, paint_symbol, paint_unit};
use bevy_egui::egui;
use city::{RiskClass, RiskGrade, Segment};
use shell::symbols::{class_symbol, grade_colour, grade_key, segment_key};
use shell::{OnScreenLayers, Theme, Words};
use std::collections::BTreeMap;

/// How much there is of each layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LayerCounts {
    /// Risk points by class key.
    pub by_class: BTreeMap<String, usize>,
    /// Risk points by grade, gravest first.
    pub by_grade: [usize; 4],
    /// Risk points by segment: prevent, monitor, handle, recover.
    pub by_segment: [usize; 4],
    /// Sensing devices.
    pub devices: usize,
    /// Devices that other systems told of; their row is there when there are some.
    pub sensors: usize,
    /// Those past their alarm.
    pub devices_in_alarm: usize,
    /// Units without drones.
    pub units: usize,
    /// Drones.
    pub drones: usize,
    /// Open incidents.
    pub incidents: usize,
    /// Districts.
    pub districts: usize,
    /// Bridges.
    pub bridges: usize,
    /// Drone routes.
    pub drone_routes: usize,
    /// Buildings; their row is there when some were given.
    pub buildings: usize,
    /// Models and tilesets; their row is there when some were given.
    pub models: usize,
    /// Sources of imagery.
    pub imagery: usize,
    /// Shapes laid on the map, by their layer.
    pub shapes: BTreeMap<String, usize>,
}

impl LayerCounts {
    fn shapes_of(&self, layer: &str) -> usize {
        self.shapes.get(layer).copied().unwrap_or(0)
    }
}

/// The segments of the one-map in order (分段).
pub const SEGMENTS: [Segment; 4] = [Segment::Prevent, Segment::Monitor, Segment::Handle, Segment::Recover];

/// One row: a box with its words, a symbol and a count.
struct Row<'a> {
    key: &'a str,
    words: &'a str,
    count: Option<usize>,
}

/// Shows the tree; what is pressed is switched in `layers`. Returns true when something was.
pub fn layer_tree(
    ui: &mut egui::Ui,
    words: &Words,
    theme: &Theme,
    layers: &mut OnScreenLayers,
    counts: &LayerCounts,
) -> bool {
    let mut tree = Tree { words, theme, layers, switched: false };
    ui.spacing_mut().item_spacing.y = 2.0;
    tree.group(ui, "live", true, |tree, ui| {
        let map = &theme.map;
        tree.row(
            ui,
            Row { key: "incidents", words: "layer.incidents", count: Some(counts.incidents) },
            |p, c| {
                paint_incident(p, c, theme);
            },
        );
        tree.row(ui, Row { key: "units", words: "layer.units", count: Some(counts.units) }, |p, c| {
            paint_unit(p, c, map.unit_free, theme);
        });
        tree.row(ui, Row { key: "drones", words: "layer.drones", count: Some(counts.drones) }, |p, c| {
            paint_unit(p, c, map.drone, theme);
        });
        tree.row(ui, Row { key: "devices", words: "layer.devices", count: Some(counts.devices) }, |p, c| {
            p.circle_filled(c - egui::vec2(4.0, 0.0), 1.8, map.device.egui());
            p.circle_filled(c + egui::vec2(4.0, 0.0), 4.0, map.device_alarm.egui());
        });
    });
    let map = &theme.map;
    let told = [
        ("watch.warnings", "layer.cityWarnings", counts.shapes_of("watch.warnings"), map.grade[0]),
        ("watch.notices", "layer.cityNotices", counts.shapes_of("watch.notices"), theme.panel.attention),
        (crate::sensors::LAYER, "layer.sensors", counts.sensors, map.device),
        ("sources.warnings", "layer.warnings", counts.shapes_of("sources.warnings"), map.grade[1]),
        ("sources.tracks", "layer.tracks", counts.shapes_of("sources.tracks"), map.drone),
        ("sources.requests", "layer.requests", counts.shapes_of("sources.requests"), theme.panel.attention),
        ("sources.features", "layer.features", counts.shapes_of("sources.features"), map.device),
    ];
    if told.iter().any(|(_, _, count, _)| *count > 0) {
        tree.group(ui, "sources", true, |tree, ui| {
            for (key, words, count, colour) in told.into_iter().filter(|(_, _, count, _)| *count > 0) {
                let row = Row { key, words, count: Some(count) };
                tree.row(ui, row, |p, c| _ = p.circle_filled(c, 3.5, colour.egui()));
            }
        });
    }
    tree.group(ui, "classes", false, |tree, ui| {
        for class in RiskClass::KNOWN {
            let count = counts.by_class.get(class.key()).copied().unwrap_or(0);
            if count > 0 {
                tree.class_row(ui, class, count);
            }
        }
    });
    tree.group(ui, "grades", true, |tree, ui| {
        for (grade, count) in RiskGrade::ALL.into_iter().zip(counts.by_grade) {
            let (key, words) = (format!("grade.{}", grade_key(grade)), format!("grade.{}", grade_key(grade)));
            let colour = grade_colour(theme, grade);
            tree.row(ui, Row { key: &key, words: &words, count: Some(count) }, |p, c| {
                paint_symbol(p, c, 5.0, class_symbol(&RiskClass::Crowd), colour, theme);
            });
        }
    });
    tree.group(ui, "segments", false, |tree, ui| {
        for (segment, count) in SEGMENTS.into_iter().zip(counts.by_segment) {
            let key = format!("segment.{}", segment_key(segment));
            tree.row(ui, Row { key: &key, words: &key, count: Some(count) }, |_, _| {});
        }
    });
    tree.group(ui, "base", false, |tree, ui| {
        let map = &theme.map;
        let lines = [
            ("districts", "layer.districts", Some(counts.districts), map.border, 1.5),
            ("roads", "layer.roads", None, map.expressway, 2.0),
            ("bridges", "layer.bridges", Some(counts.bridges), map.bridge, 2.8),
            ("drone-routes", "layer.droneRoutes", Some(counts.drone_routes), map.drone_route, 1.5),
            ("terrain.contours", "layer.contours", None, theme.ground.contour, 1.0),
            ("terrain.water", "layer.water", None, theme.ground.water, 6.0),
        ];
        for (key, words, count, colour, width) in lines {
            tree.row(ui, Row { key, words, count }, |p, c| paint_line(p, c, colour, width));
        }
        if counts.buildings > 0 {
            let row = Row { key: "buildings", words: "layer.buildings", count: Some(counts.buildings) };
            tree.row(ui, row, |p, c| {
                let house = egui::Rect::from_center_size(c, egui::vec2(12.0, 9.0));
                p.rect_filled(house, 0.0, map.building_wall.egui());
                paint_line(p, house.center_top(), map.building_roof, 3.0);
            });
        }
        if counts.models > 0 {
            let row = Row { key: "models", words: "layer.models", count: Some(counts.models) };
            tree.row(ui, row, |p, c| {
                let block = egui::Rect::from_center_size(c, egui::vec2(9.0, 12.0));
                p.rect_filled(block, 0.0, map.building_roof.egui());
            });
        }
        let laid = [
            ("shapes", "layer.shapes", map.selected),
            ("ways", "layer.ways", theme.ways.route),
            ("roads.imported", "layer.importedRoads", map.road),
        ];
        for (key, words, colour) in laid {
            if let Some(count) = counts.shapes.get(key) {
                tree.row(ui, Row { key, words, count: Some(*count) }, |p, c| paint_line(p, c, colour, 2.4));
            }
        }
        if counts.imagery > 0 {
            tree.row(
                ui,
                Row { key: "imagery", words: "layer.imagery", count: Some(counts.imagery) },
                |_, _| {},
            );
        }
        tree.row(ui, Row { key: "labels", words: "layer.labels", count: None }, |_, _| {});
    });
    tree.switched
}

struct Tree<'a> {
    words: &'a Words,
    theme: &'a Theme,
    layers: &'a mut OnScreenLayers,
    switched: bool,
}

impl Tree<'_> {
    fn group(
        &mut self,
        ui: &mut egui::Ui,
        key: &str,
        open: bool,
        rows: impl FnOnce(&mut Self, &mut egui::Ui),
    ) {
        let title = self.words.get(&format!("layerGroup.{key}")).to_owned();
        let text =
            egui::RichText::new(title).size(self.theme.size.small).color(self.theme.panel.faint.egui());
        egui::CollapsingHeader::new(text).id_salt(key).default_open(open).show(ui, |ui| rows(self, ui));
    }

    fn row(&mut self, ui: &mut egui::Ui, row: Row, symbol: impl FnOnce(&egui::Painter, egui::Pos2)) {
        let mut on = self.layers.is_on(row.key);
        ui.horizontal(|ui| {
            let text = egui::RichText::new(self.words.get(row.words)).size(self.theme.size.small);
            if ui.checkbox(&mut on, text).changed() {
                self.layers.switch(row.key, on);
                self.switched = true;
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let (rect, _) = ui.allocate_exact_size(egui::vec2(24.0, 14.0), egui::Sense::hover());
                symbol(ui.painter(), rect.center());
                if let Some(count) = row.count {
                    let text = egui::RichText::new(count.to_string()).size(self.theme.size.small).monospace();
                    ui.label(text.color(self.theme.panel.faint.egui()));
                }
            });
        });
    }

    fn class_row(&mut self, ui: &mut egui::Ui, class: &RiskClass, count: usize) {
        let (key, theme) = (format!("risk.{}", class.key()), self.theme);
        let name = self.words.pick(class.zh(), class.en()).to_owned();
        let colour = theme.panel.text;
        self.row(ui, Row { key: &key, words: &name, count: Some(count) }, |p, c| {
            paint_symbol(p, c, 5.5, class_symbol(class), colour, theme);
        });
    }
}
