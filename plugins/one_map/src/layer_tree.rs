//! The tree of layers (图层): what is on the map, how much of it, switched by a box each; its symbols are the
//! map's own, so that it is the legend as well.

mod facets;

use crate::legend::{paint_incident, paint_line, paint_unit};
use bevy_egui::egui;
use layers::Needle;
use layers::points::Counts;
use shell::{OnScreenLayers, Theme, Words};
use std::collections::BTreeMap;

/// How much there is of each layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LayerCounts {
    /// All points, by the values of their facets.
    pub points: Counts,
    /// The names of the districts that points belong to.
    pub district_names: BTreeMap<city::DistrictCode, [String; 2]>,
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

/// One row: a box with its words, a symbol and a count.
struct Row<'a> {
    key: &'a str,
    words: &'a str,
    count: Option<usize>,
}

/// Shows the tree, or of it what `needle` finds; what is pressed is switched in `layers`. Returns true when something was.
pub fn layer_tree(
    ui: &mut egui::Ui,
    words: &Words,
    theme: &Theme,
    layers: &mut OnScreenLayers,
    counts: &LayerCounts,
    needle: Option<&Needle>,
) -> bool {
    let mut tree = Tree { words, theme, layers, needle, switched: false };
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
        (shell::SetOf::Sensors.key(), "layer.sensors", counts.sensors, map.device),
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
    tree.facets(ui, counts);
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
    needle: Option<&'a Needle>,
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
        if self.needle.is_some() {
            // Of what is found the groups are of no use.
            rows(self, ui);
            return;
        }
        let title = self.words.get(&format!("layerGroup.{key}")).to_owned();
        let text =
            egui::RichText::new(title).size(self.theme.size.small).color(self.theme.panel.faint.egui());
        egui::CollapsingHeader::new(text).id_salt(key).default_open(open).show(ui, |ui| rows(self, ui));
    }

    fn row(&mut self, ui: &mut egui::Ui, row: Row, symbol: impl FnOnce(&egui::Painter, egui::Pos2)) {
        let name = self.words.get(row.words);
        if self.needle.is_some_and(|needle| !needle.matches(name)) {
            return;
        }
        let mut on = self.layers.is_on(row.key);
        ui.horizontal(|ui| {
            let text = egui::RichText::new(name).size(self.theme.size.small);
            if ui.checkbox(&mut on, text).changed() {
                self.layers.switch(row.key, on);
                self.switched = true;
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let (rect, _) = ui.allocate_exact_size(egui::vec2(24.0, 14.0), egui::Sense::hover());
                symbol(ui.painter(), rect.center());
                if let Some(count) = row.count {
                    ui.label(self.number(count));
                }
            });
        });
    }

    fn number(&self, count: usize) -> egui::RichText {
        let text = egui::RichText::new(shell::words::grouped(count)).size(self.theme.size.small).monospace();
        text.color(self.theme.panel.faint.egui())
    }
}
