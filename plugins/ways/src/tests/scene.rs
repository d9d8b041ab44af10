//! A made-up network in an app without a window.

use crate::{Inquiry, Stage, WaysPlugin};
use bevy::math::{DVec2, DVec3};
use bevy::prelude::*;
use bevy_egui::egui;
use city::LonLat;
use geodesy::to_city_frame;
use roads::synthetic::Extract;
use roads::{RoadNetwork, Streets};
use shell::{
    CitySet, GivenRoads, GroundModel, MapCamera, MapPointer, MapShapes, MapTool, Notice, OnScreenLayers,
    Pending, Projector, Repaint, StaticCity, Theme, Words,
};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The junctions of the made-up roads, three columns of three, some 400 m apart.
pub fn place(column: usize, row: usize) -> LonLat {
    LonLat::new(106.550 + 0.004 * column as f64, 29.560 + 0.0036 * row as f64)
}

/// The column of the street in the far east.
pub const FAR: usize = 5;

/// A main road along the south with a low bridge in its eastern half, streets to a street along the north, a stair
/// across the middle; far in the east a street behind another low bridge.
fn network() -> Arc<Streets> {
    let mut extract = Extract::default();
    let id = |column: usize, row: usize| (100 * row + column + 1) as i64;
    let corners = (0..3).flat_map(|row| (0..3).map(move |column| (column, row)));
    for (column, row) in corners.chain([(FAR, 0), (FAR, 1)]) {
        let at = place(column, row);
        extract.nodes.push((id(column, row), at.lon, at.lat, Vec::new()));
    }
    let mut add = |nodes: &[(usize, usize)], tags: &[(&'static str, &'static str)]| {
        let refs = nodes.iter().map(|&(column, row)| id(column, row)).collect();
        extract.ways.push((extract.ways.len() as i64 + 1, refs, tags.to_vec()));
    };
    let low =
        [("highway", "primary"), ("name", "南路"), ("bridge", "yes"), ("layer", "1"), ("maxheight", "3.0")];
    add(&[(0, 0), (1, 0)], &[("highway", "primary"), ("name", "南路")]);
    add(&[(1, 0), (2, 0)], &low);
    add(&[(0, 0), (0, 1), (0, 2)], &[("highway", "residential"), ("name", "西街")]);
    add(&[(2, 0), (2, 1), (2, 2)], &[("highway", "residential"), ("name", "东街")]);
    add(&[(0, 2), (1, 2), (2, 2)], &[("highway", "secondary"), ("name", "北路")]);
    add(&[(0, 1), (1, 1), (2, 1)], &[("highway", "steps"), ("step_count", "60")]);
    add(&[(2, 0), (FAR, 0)], &low);
    add(&[(FAR, 0), (FAR, 1)], &[("highway", "residential"), ("name", "远街")]);
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("made-up.osm.pbf");
    std::fs::write(&file, extract.to_pbf()).unwrap();
    let ground = terrain::Ground::shipped().unwrap();
    Arc::new(roads::import(&[file], &ground, None, &mut |_| {}).unwrap().0)
}

/// An app with the plugin, and no window.
pub struct Scene {
    pub app: App,
}

impl Scene {
    pub fn new() -> Self {
        let mut app = App::new();
        app.add_plugins(MinimalPlugins).add_message::<Notice>();
        app.init_resource::<ButtonInput<KeyCode>>()
            .init_resource::<MapTool>()
            .init_resource::<MapShapes>()
            .init_resource::<OnScreenLayers>()
            .init_resource::<Pending>()
            .init_resource::<Repaint>()
            .init_resource::<MapPointer>();
        let city = StaticCity { layers: Arc::new(layers::StaticLayers::shipped().unwrap()) };
        let given = GivenRoads { network: Some(Arc::new(RoadNetwork::from_streets(network()))) };
        let camera = MapCamera { focus: place(1, 1), distance_m: 3_000.0, ..shell::NAMED_VIEWS[3].camera };
        app.insert_resource(GroundModel { ground: terrain::Ground::shipped().unwrap(), exaggeration: 1.0 });
        app.insert_resource(city).insert_resource(given).insert_resource(camera);
        let over = to_city_frame(place(1, 1));
        let eye = DVec3::new(over.east_m, over.north_m, 3_000.0);
        app.insert_resource(Projector::looking(eye, 0.0, 90.0, DVec2::new(1280.0, 720.0)));
        app.insert_resource(Theme::shipped()).insert_resource(Words::shipped());
        app.configure_sets(Update, (CitySet::Ingest, CitySet::Decide, CitySet::Step, CitySet::Draw).chain());
        app.add_plugins(WaysPlugin);
        Self { app }
    }

    pub fn get<R: Resource>(&self) -> &R {
        self.app.world().resource::<R>()
    }

    pub fn inquire(&mut self, what: impl FnOnce(&mut Inquiry)) {
        what(&mut self.app.world_mut().resource_mut::<Inquiry>());
        self.app.update();
    }

    /// Clicks on the map where a place at a height is seen.
    pub fn click(&mut self, at: LonLat) {
        let height_m = self.get::<GroundModel>().drawn_height_m(at);
        let seen = self.get::<Projector>().project(at, height_m).unwrap().at;
        self.click_seen(seen, at);
    }

    pub fn click_seen(&mut self, seen: egui::Pos2, ground: LonLat) {
        let ground = Some((ground, 0.0));
        let pointer = MapPointer { at: Some(seen), ground, clicked: true, ..default() };
        self.app.insert_resource(pointer);
        self.app.update();
        self.app.insert_resource(MapPointer::default());
    }

    pub fn press(&mut self, key: KeyCode) {
        self.app.world_mut().resource_mut::<ButtonInput<KeyCode>>().press(key);
        self.app.update();
        self.app.world_mut().resource_mut::<ButtonInput<KeyCode>>().reset_all();
    }

    /// Steps until nothing is being worked out.
    pub fn settle(&mut self) {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            self.app.update();
            if self.get::<Pending>().is_empty() && self.get::<Inquiry>().stage == Stage::Idle {
                break;
            }
            assert!(Instant::now() < end, "still working: {}", self.get::<Pending>());
            std::thread::sleep(Duration::from_millis(1));
        }
        self.app.update();
    }

    pub fn shapes(&self, name: &str) -> Vec<overlays::shapes::Shape> {
        self.get::<MapShapes>().get(name).map_or(Vec::new(), |set| set.shapes.to_vec())
    }
}
