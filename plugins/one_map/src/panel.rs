//! The window of the layer tree at the left top, and the counts it shows.

use crate::choose_file::ChooseFile;
use crate::displays::display_section;
use crate::incidents::IncidentLayer;
use crate::laid::{Pressed, carry_out, laid_section};
use crate::layer_tree::{LayerCounts, layer_tree};
use crate::saved::saved_section;
use crate::search::{results, search_line};
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use city::UnitKind;
use layers::Needle;
use layers::points::Counts;
use shell::{
    CityState, Column, Display, FlyTo, GivenBuildings, GivenImagery, GivenModels, Hit, LaidThings, LayOnMap,
    MapArea, MapShapes, OnScreenLayers, Panel, Panels, PointSearch, PointSets, Repaint, SavedLayers, Screen,
    Selection, SetOf, StaticCity, Theme, Words,
};
use std::collections::{BTreeMap, HashSet};

/// How wide the window is, points.
const WIDTH: f32 = 216.0;

/// The counts, kept between frames.
#[derive(Resource, Default)]
pub(crate) struct Counted(LayerCounts);

/// Counts anew what changed.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn count(
    mut counted: ResMut<Counted>,
    city: Option<Res<StaticCity>>,
    points: Res<PointSets>,
    mut added: Local<(u64, u64)>,
    buildings: Res<GivenBuildings>,
    imagery: Res<GivenImagery>,
    models: Res<GivenModels>,
    shapes: Res<MapShapes>,
    state: Res<CityState>,
    incidents: Res<IncidentLayer>,
) {
    let counts = &mut counted.bypass_change_detection().0;
    if let Some(city) = city.filter(|city| city.is_changed()) {
        counts.districts = city.layers.districts.len();
        let named = city.layers.districts.iter().map(|d| (d.code, [d.zh.clone(), d.en.clone()]));
        counts.district_names = named.collect();
        counts.bridges = city.layers.bridges.len();
        counts.drone_routes = city.layers.drone_routes.len();
    }
    if *added != (points.layout, points.counted) {
        *added = (points.layout, points.counted);
        counts.points = Counts::default();
        points.all.iter().filter_map(|set| set.counts.as_ref()).for_each(|of_set| counts.points.add(of_set));
    }
    let of = |of| points.of(of).map_or(0, |set| set.points.len());
    (counts.devices, counts.sensors) = (of(SetOf::Devices), of(SetOf::Sensors));
    if state.is_changed() {
        counts.drones = state.city.units.values().filter(|u| u.kind == UnitKind::Drone).count();
        counts.units = state.city.units.len() - counts.drones;
    }
    counts.buildings = buildings.footprints.len();
    counts.imagery = imagery.layers.len();
    counts.models = models.count();
    if shapes.is_changed() {
        counts.shapes = count_shapes(&shapes);
    }
    counts.incidents = incidents.incidents.len();
}

/// How many shapes, or things that shapes show, there are of each layer: a warning of three areas and a sign is one.
fn count_shapes(shapes: &MapShapes) -> BTreeMap<String, usize> {
    let (mut counts, mut things) = (BTreeMap::<String, usize>::new(), HashSet::new());
    for (name, set) in shapes.in_order() {
        let count = match set.things.is_empty() {
            true if name == crate::outline::SET => 0,
            true => set.shapes.len(),
            false => set.things.iter().filter(|thing| things.insert((&set.layer, *thing))).count(),
        };
        *counts.entry(set.layer.clone()).or_default() += count;
    }
    counts
}

/// What the section of laid things works on.
#[derive(SystemParam)]
pub(crate) struct Laying<'w, 's> {
    things: ResMut<'w, LaidThings>,
    choose: ResMut<'w, ChooseFile>,
    wishes: MessageWriter<'w, LayOnMap>,
    repaint: ResMut<'w, Repaint>,
    draft: Local<'s, String>,
}

impl Laying<'_, '_> {
    fn show(&mut self, ui: &mut egui::Ui, words: &Words, theme: &Theme, points: &PointSets) {
        let title = egui::RichText::new(words.get("laid.title")).size(theme.size.small);
        let title = title.color(theme.panel.faint.egui());
        let open = !self.things.all().is_empty();
        let section = egui::CollapsingHeader::new(title).id_salt("laid").default_open(open);
        let pressed =
            section.show(ui, |ui| laid_section(ui, words, theme, &self.things, points, &mut self.draft));
        for pressed in pressed.body_returned.unwrap_or_default() {
            // A slider under the hand changes nothing yet.
            if carry_out(self.things.bypass_change_detection(), &pressed) {
                self.things.set_changed();
            }
            match pressed {
                Pressed::Add(given) => drop(self.wishes.write(LayOnMap(given))),
                Pressed::Choose => self.choose.open(words, theme, ui.ctx().viewport_rect().size()),
                _ => {}
            }
            self.repaint.ask();
        }
    }

    fn choose(&mut self, context: &egui::Context) {
        if let Some(file) = self.choose.bypass_change_detection().show(context) {
            self.wishes.write(LayOnMap(file.to_string_lossy().into_owned()));
        }
    }
}

/// What the search and the saved sets work on.
#[derive(SystemParam)]
pub(crate) struct Finding<'w, 's> {
    search: ResMut<'w, PointSearch>,
    saved: ResMut<'w, SavedLayers>,
    points: ResMut<'w, PointSets>,
    selection: ResMut<'w, Selection>,
    flights: MessageWriter<'w, FlyTo>,
    name: Local<'s, String>,
}

impl Finding<'_, '_> {
    fn show_as(&mut self, key: &str, display: Display) {
        if let Some(set) = self.points.all.iter_mut().find(|set| &*set.key == key) {
            set.display = display;
        }
    }

    fn go_to(&mut self, hit: Hit) {
        self.flights.write(FlyTo::Place { at: hit.at, distance_m: hit.distance_m });
        self.selection.selected = hit.selects;
    }
}

#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn show(
    mut contexts: EguiContexts,
    words: Res<Words>,
    theme: Res<Theme>,
    area: Res<MapArea>,
    screen: Res<Screen>,
    counted: Res<Counted>,
    mut layers: ResMut<OnScreenLayers>,
    mut laid: Laying,
    mut finding: Finding,
    mut panels: ResMut<Panels>,
) -> Result {
    if !layers.is_on("panels") {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    // On a picture without a window nobody can press anything: it starts folded where there is little room.
    let open = !screen.is_still() || free.width() > 1000.0;
    let (column, title) = (Column::Left, words.get("layer.title"));
    let panel = Panel { name: "layers", title, column, order: 0, width: WIDTH, unfolded: Some(open) };
    panels.show(context, free, &theme, panel, |ui| {
        search_line(ui, &words, &theme, &mut finding.search);
        let needle = Needle::new(&finding.search.text);
        // A look at it is no change: only a pressed box is.
        let tree = layers.bypass_change_detection();
        let mut is_other = layer_tree(ui, &words, &theme, tree, &counted.0, needle.as_ref());
        if needle.is_some() {
            if let Some(hit) = results(ui, &words, &theme, &mut finding.search) {
                finding.go_to(hit);
            }
        } else {
            is_other |= saved_section(ui, &words, &theme, tree, &mut finding.saved, &mut finding.name);
            if let Some((key, display)) = display_section(ui, &words, &theme, &finding.points) {
                finding.show_as(&key, display);
            }
            laid.show(ui, &words, &theme, &finding.points);
        }
        if is_other {
            layers.set_changed();
        }
    });
    laid.choose(context);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use city::RiskClass;
    use egui_kittest::{Harness, kittest::Queryable};

    struct Shown {
        words: Words,
        theme: Theme,
        layers: OnScreenLayers,
        counts: LayerCounts,
        typed: String,
    }

    fn harness(language: shell::Language) -> Harness<'static, Shown> {
        let mut words = Words::shipped();
        words.language = language;
        let counts = LayerCounts {
            points: Counts {
                all: 975,
                classes: [(RiskClass::Flood, 321), (RiskClass::Gas, 654)].into(),
                grades: [1, 2, 3, 4, 965],
                ..Counts::default()
            },
            devices: 17_000,
            ..LayerCounts::default()
        };
        let shown = Shown {
            words,
            theme: Theme::shipped(),
            layers: OnScreenLayers::default(),
            counts,
            typed: String::new(),
        };
        Harness::builder().with_size([240.0, 900.0]).build_ui_state(
            |ui, s: &mut Shown| {
                layer_tree(ui, &s.words, &s.theme, &mut s.layers, &s.counts, Needle::new(&s.typed).as_ref());
            },
            shown,
        )
    }

    #[test]
    fn a_class_is_switched_by_its_name() {
        let mut harness = harness(shell::Language::English);
        harness.get_by_label("By class").click();
        harness.run();
        assert!(harness.state().layers.is_on("risk.flood"));
        harness.get_by_label("Flood").click();
        harness.run();
        assert!(!harness.state().layers.is_on("risk.flood") && harness.state().layers.is_on("risk.gas"));
        harness.get_by_label("Flood").click();
        harness.run();
        assert!(harness.state().layers.is_on("risk.flood"));
    }

    #[test]
    fn a_press_on_a_count_leaves_one_alone_and_another_brings_all_back() {
        let mut harness = harness(shell::Language::Chinese);
        harness.run();
        let alone = |harness: &Harness<Shown>| {
            let on = |key: &str| harness.state().layers.is_on(key);
            (on("grade.major"), on("grade.general"), on("grade.low"), on("devices"))
        };
        harness.get_by_label("3").click();
        harness.run();
        assert_eq!(alone(&harness), (false, true, false, false));
        harness.get_by_label("3").click();
        harness.run();
        assert_eq!(alone(&harness), (true, true, true, true));
    }

    #[test]
    fn what_is_typed_leaves_the_rows_it_names_by_initials_too() {
        let mut harness = harness(shell::Language::Chinese);
        harness.state_mut().typed = "rq".to_owned();
        harness.run();
        assert!(harness.query_by_label("燃气").is_some() && harness.query_by_label("重大").is_none());
        harness.state_mut().typed = "没有这样的图层".to_owned();
        harness.run();
        assert!(harness.query_by_label("燃气").is_none());
    }

    #[test]
    fn both_languages_have_every_word_and_counts_are_shown() {
        for language in [shell::Language::Chinese, shell::Language::English] {
            let mut harness = harness(language);
            harness.run();
            assert!(harness.query_by_label("17,000").is_some());
            for key in ["layer.incidents", "layer.devices", "grade.major", "layerGroup.live", "mapCard.age"] {
                let words = harness.state().words.get(key).to_owned();
                assert!(words != key, "{key} has no words");
            }
        }
        assert_eq!(Words::shipped().gaps(), Vec::<String>::new());
    }
}
