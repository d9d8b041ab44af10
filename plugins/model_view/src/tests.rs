//! Sources that come and go while others stand: `give` hands over the same `Arc` for what has not changed.

use super::*;
use bevy::asset::AssetPlugin;
use bevy::math::DVec2;
use geodesy::to_city_frame;
use models::tiles::Opened;
use models::{Disk, Foot, ModelSource, PlacedModel, Places};
use shell::{GivenPlaces, GroundLook, Notice, OnScreenLayers, Pending, Placed, Projector, Screen, Theme};
use std::sync::Arc;
use std::time::{Duration, Instant};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/models/tests/data");

fn source(line: &str) -> ModelSource {
    let Ok(source) = format!("{DATA}/{line}").parse() else { panic!("{line}") };
    source
}

fn place(file: &str, lon: f64, thanks: Option<&str>) -> Arc<GivenPlaces> {
    let source = source(&format!("{file}#at={lon},29.557"));
    let Some(at) = source.at else { panic!() };
    let foot = Foot::AboveGround(0.0);
    let placed = vec![PlacedModel { model: 0, at, foot, heading_deg: 0.0, scale: 1.0 }];
    let places = Places { models: vec![source.address], placed, ..Places::default() };
    Arc::new(GivenPlaces { places, thanks: thanks.map(str::to_owned) })
}

fn tileset(line: &str) -> Arc<Opened> {
    let Ok(Some(opened)) = Opened::open(&source(line), Arc::new(Disk)) else { panic!("{line}") };
    Arc::new(opened)
}

/// A world that an eye 600 m above the place looks down on.
fn world() -> App {
    let Ok(ground) = terrain::Ground::shipped() else { panic!() };
    let Some(at) = source("north.glb#at=106.577,29.557").at else { panic!() };
    let at = to_city_frame(at);
    let eye = bevy::math::DVec3::new(at.east_m, at.north_m - 100.0, 900.0);
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, AssetPlugin::default()))
        .init_asset::<Mesh>()
        .init_asset::<Image>()
        .init_asset::<material::ModelMaterial>()
        .init_resource::<material::Light>()
        .init_resource::<GroundLook>()
        .init_resource::<GivenModels>()
        .init_resource::<OnScreenLayers>()
        .init_resource::<Credits>()
        .init_resource::<Pending>()
        .init_resource::<Screen>()
        .insert_resource(Theme::shipped())
        .insert_resource(GroundModel { ground, exaggeration: 1.0 })
        .insert_resource(Projector::looking(eye, 0.0, 80.0, DVec2::new(1280.0, 720.0)))
        .add_message::<Notice>();
    follow(&mut app);
    app
}

fn show(app: &mut App, places: &[&Arc<GivenPlaces>], tilesets: &[&Arc<Opened>]) {
    let places = places.iter().map(|given| (*given).clone()).collect();
    let tilesets = tilesets.iter().map(|opened| (*opened).clone()).collect();
    *app.world_mut().resource_mut::<GivenModels>() = GivenModels { places, tilesets };
    let end = Instant::now() + Duration::from_secs(20);
    for frames in 0.. {
        app.update();
        // What is handed back is counted a frame later.
        if frames > 3 && app.world().resource::<Pending>().is_empty() {
            return;
        }
        assert!(Instant::now() < end, "waits for {}", app.world().resource::<Pending>());
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn drawn(app: &App) -> ModelsDrawn {
    *app.world().resource::<ModelsDrawn>()
}

fn entities(app: &mut App) -> Vec<Entity> {
    let mut query = app.world_mut().query_filtered::<Entity, With<Placed>>();
    let mut all: Vec<Entity> = query.iter(app.world()).collect();
    all.sort();
    all
}

#[test]
fn a_source_that_goes_frees_all_it_had_and_the_others_keep_theirs() {
    let mut app = world();
    let (north, photo) = (place("north.glb", 106.577, Some("© North")), place("photo.gltf", 106.578, None));
    let tiles = tileset("tileset/tileset.json#attribution=© Tiles");
    show(&mut app, &[&north], &[]);
    let (first, alone) = (drawn(&app), entities(&mut app));
    let meshes = app.world().resource::<Assets<Mesh>>().len();
    assert!(first.places == 1 && first.triangles > 0 && meshes == alone.len(), "{first:?}");
    show(&mut app, &[&photo, &north], &[&tiles]);
    let all = drawn(&app);
    assert!(all.places == 2 && all.tiles > 0 && all.tile_bytes > 0, "{all:?}");
    assert!(app.world().resource::<Credits>().lines().contains(&"© Tiles"));
    let now = entities(&mut app);
    assert!(alone.iter().all(|entity| now.contains(entity)), "what stays is drawn anew");
    show(&mut app, &[&north], &[]);
    assert_eq!((drawn(&app), entities(&mut app)), (first, alone));
    assert_eq!(app.world().resource::<Assets<Mesh>>().len(), meshes, "memory is not freed");
    assert_eq!(app.world().resource::<Credits>().lines(), ["© North", "© 测绘院 Survey"]);
    show(&mut app, &[], &[]);
    assert_eq!((drawn(&app), entities(&mut app).len()), (ModelsDrawn::default(), 0));
    assert_eq!(app.world().resource::<Assets<Mesh>>().len(), 0);
    assert!(app.world().resource::<Credits>().lines().is_empty());
    show(&mut app, &[&north], &[&tiles]);
    assert_eq!((drawn(&app).places, drawn(&app).tiles), (1, all.tiles), "it does not come again");
}

#[test]
fn of_two_tilesets_one_goes_and_the_other_keeps_its_tiles() {
    let mut app = world();
    let (one, other) = (tileset("tileset/tileset.json"), tileset("implicit/tileset.json"));
    show(&mut app, &[], &[&one]);
    let (before, tiles) = (entities(&mut app), drawn(&app));
    show(&mut app, &[], &[&other, &one]);
    assert!(drawn(&app).tile_bytes > tiles.tile_bytes);
    show(&mut app, &[], &[&one]);
    assert_eq!((entities(&mut app), drawn(&app)), (before, tiles));
}

#[test]
fn a_model_of_two_sources_is_there_once_and_stays_for_the_one() {
    let mut app = world();
    let (west, east) = (place("north.glb", 106.5765, None), place("north.glb", 106.5775, None));
    show(&mut app, &[&west], &[]);
    let meshes = app.world().resource::<Assets<Mesh>>().len();
    show(&mut app, &[&east, &west], &[]);
    assert_eq!((drawn(&app).places, app.world().resource::<Assets<Mesh>>().len()), (2, meshes));
    show(&mut app, &[&east], &[]);
    assert_eq!((drawn(&app).places, app.world().resource::<Assets<Mesh>>().len()), (1, meshes));
}

#[test]
fn what_goes_while_it_is_read_is_waited_for_no_longer_and_what_was_wrong_is_forgotten() {
    let mut app = world();
    let (draco, tiles) = (place("draco.glb", 106.577, None), tileset("tileset/tileset.json"));
    show(&mut app, &[&draco], &[]);
    let told = app.world().resource::<ModelsTold>().lines.clone();
    assert!(told.len() == 1 && told[0].contains("Draco") && drawn(&app).places == 0, "{told:?}");
    let given = GivenModels { places: vec![place("north.glb", 106.577, None)], tilesets: vec![tiles] };
    *app.world_mut().resource_mut::<GivenModels>() = given;
    app.update();
    assert!(!app.world().resource::<Pending>().is_empty());
    *app.world_mut().resource_mut::<GivenModels>() = GivenModels::default();
    app.update();
    assert!(app.world().resource::<Pending>().is_empty(), "{}", app.world().resource::<Pending>());
    assert!(app.world().resource::<ModelsTold>().lines.is_empty());
}
