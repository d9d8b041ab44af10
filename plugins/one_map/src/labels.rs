//! Names of districts, townships, rivers, bridges, ridges and places, by how near the eye is.
//!
//! The list is made anew only when the eye has come to another band of distances, or far enough to the side.

use crate::place_names::PLACES;
use bevy::prelude::*;
use city::LonLat;
use geodesy::{EastNorth, to_city_frame};
use layers::StaticLayers;
use shell::{
    Colour, EyePose, GroundModel, LabelKind, MapCamera, MapLabel, MapLabels, OnScreenLayers, StaticCity,
    Theme, Words,
};

/// Townships are named within this, metres.
const TOWNSHIPS_WITHIN_M: f64 = 26_000.0;
/// Bridges are named within this, metres.
const BRIDGES_WITHIN_M: f64 = 30_000.0;
/// River names stand this far apart at a distance of the eye of the same length times this.
const RIVER_SPACING: f64 = 0.4;

/// The view a list of names was made for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Made {
    at: EastNorth,
    distance_m: f64,
}

impl Made {
    /// True while the names made for this view still serve another.
    fn serves(&self, camera: &MapCamera) -> bool {
        let zoomed = (camera.distance_m / self.distance_m).log2().abs();
        let aside_m = to_city_frame(camera.focus).distance_m(self.at);
        zoomed < 0.3 && aside_m < 0.3 * self.distance_m.max(camera.distance_m)
    }
}

/// Collects labels.
struct Names<'a> {
    words: &'a Words,
    theme: &'a Theme,
    ground: &'a GroundModel,
    camera: MapCamera,
    list: Vec<MapLabel>,
}

impl Names<'_> {
    fn add(
        &mut self,
        at: LonLat,
        (zh, en): (&str, &str),
        size: f32,
        colour: Colour,
        priority: f32,
        kind: LabelKind,
    ) {
        let text = self.words.pick(zh, en).to_owned();
        let height_m = self.ground.drawn_height_m(at);
        let within_m = f64::INFINITY;
        self.list.push(MapLabel { at, height_m, text, size, colour, priority, kind, within_m });
    }

    /// True within a share of the eye's distance of what it looks at.
    fn is_near(&self, at: LonLat, share: f64) -> bool {
        at.distance_m(self.camera.focus) < share * self.camera.distance_m
    }

    fn districts(&mut self, layers: &StaticLayers) {
        let near = self.camera.distance_m < TOWNSHIPS_WITHIN_M;
        for district in &layers.districts {
            let colour = self.theme.map.label.with_alpha(if near { 0.75 } else { 1.0 });
            // The nine districts of the centre give way last.
            let central = district.code.0 < 500_114;
            let priority = if central { 52.0 } else { 50.0 };
            let size = self.theme.size.district_label;
            self.add(
                district.label,
                (&district.zh, &district.en),
                size,
                colour,
                priority,
                LabelKind::District,
            );
        }
    }

    fn townships(&mut self, layers: &StaticLayers) {
        if self.camera.distance_m > TOWNSHIPS_WITHIN_M {
            return;
        }
        for township in &layers.townships {
            if self.is_near(township.at, 1.6) {
                let colour = self.theme.map.label.with_alpha(0.8);
                let priority = if township.is_known { 22.0 } else { 20.0 };
                let size = self.theme.size.small;
                self.add(
                    township.at,
                    (&township.zh, &township.en),
                    size,
                    colour,
                    priority,
                    LabelKind::Township,
                );
            }
        }
    }

    fn rivers(&mut self, layers: &StaticLayers) {
        let spacing_m = (RIVER_SPACING * self.camera.distance_m).max(3_000.0);
        for (n, river) in layers.rivers().iter().enumerate() {
            // The Yangtze, the Jialing and the Wujiang are known from afar.
            let great = matches!(river.name_zh.as_str(), "长江" | "嘉陵江" | "乌江");
            if !great && self.camera.distance_m > 140_000.0 || river.name_zh.contains("内河") {
                continue;
            }
            let mut along_m = 0.55 * spacing_m;
            for pair in river.centreline.windows(2) {
                along_m += pair[0].at.distance_m(pair[1].at);
                if along_m >= spacing_m {
                    along_m = 0.0;
                    let at = pair[1].at;
                    if self.is_near(at, 1.8) {
                        let colour = self.theme.map.water_label;
                        let priority = if great { 45.0 } else { 25.0 } - n as f32 * 0.01;
                        let size = self.theme.size.place_label;
                        self.add(
                            at,
                            (&river.name_zh, &river.name_en),
                            size,
                            colour,
                            priority,
                            LabelKind::Water,
                        );
                    }
                }
            }
        }
    }

    fn bridges(&mut self, layers: &StaticLayers) {
        if self.camera.distance_m > BRIDGES_WITHIN_M {
            return;
        }
        for bridge in layers.bridges.iter() {
            if self.is_near(bridge.at, 2.0) {
                let colour = self.theme.map.bridge.with_alpha(0.9);
                let priority = 30.0 + bridge.span_m.map_or(0.0, |span| (span / 200.0) as f32);
                let size = self.theme.size.small;
                self.add(bridge.at, (&bridge.zh, &bridge.en), size, colour, priority, LabelKind::Bridge);
            }
        }
    }

    fn places(&mut self) {
        for (n, place) in PLACES.iter().enumerate() {
            if self.camera.distance_m > place.within_m {
                continue;
            }
            let map = &self.theme.map;
            let colour = if place.kind == LabelKind::Ridge { map.border.with_alpha(0.95) } else { map.label };
            let size = self.theme.size.place_label;
            self.add(place.at, (place.zh, place.en), size, colour, 44.0 - 0.3 * n as f32, place.kind);
        }
    }
}

#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn name_things(
    camera: Res<MapCamera>,
    eye: Res<EyePose>,
    city: Option<Res<StaticCity>>,
    ground: Option<Res<GroundModel>>,
    words: Res<Words>,
    theme: Res<Theme>,
    layers: Res<OnScreenLayers>,
    mut labels: ResMut<MapLabels>,
    mut made: Local<Option<Made>>,
) {
    let (Some(city), Some(ground)) = (city, ground) else { return };
    if !layers.is_on("labels") {
        return;
    }
    let pose = if eye.moving { eye.pose } else { *camera };
    let same = !ground.is_changed() && !words.is_changed() && !theme.is_changed() && !layers.is_changed();
    if same && made.is_some_and(|m| m.serves(&pose)) {
        return;
    }
    *made = Some(Made { at: to_city_frame(pose.focus), distance_m: pose.distance_m });
    let mut names = Names { words: &words, theme: &theme, ground: &ground, camera: pose, list: Vec::new() };
    if layers.is_on("districts") {
        names.districts(&city.layers);
    }
    names.townships(&city.layers);
    names.rivers(&city.layers);
    if layers.is_on("bridges") {
        names.bridges(&city.layers);
    }
    names.places();
    labels.set("one-map", names.list);
}
