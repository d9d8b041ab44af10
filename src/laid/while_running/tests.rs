use super::*;
use std::path::Path;
use std::time::{Duration, Instant};

mod models;

/// A console without a screen, whose settings lie in `home`.
fn console(home: &Path, lines: LaidSettings) -> App {
    let mut app = App::new();
    app.add_plugins(MinimalPlugins)
        .add_message::<LayOnMap>()
        .add_message::<Notice>()
        .add_message::<FileDragAndDrop>()
        .init_resource::<LaidThings>()
        .init_resource::<Pending>()
        .init_resource::<Repaint>()
        .insert_resource(Words::shipped());
    follow(&mut app, Remembered { lines, file: Some(home.join("settings.toml")), problem: None });
    app
}

fn until(app: &mut App, what: &str, done: impl Fn(&World) -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !done(app.world()) {
        assert!(Instant::now() < end, "not within 20 s: {what}");
        app.update();
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn kept(home: &Path) -> LaidSettings {
    Settings::read(&home.join("settings.toml")).unwrap().laid
}

fn things(world: &World) -> &[LaidThing] {
    world.resource::<LaidThings>().all()
}

fn drop_file(app: &mut App, file: &Path) {
    let path_buf = file.to_owned();
    app.world_mut().write_message(FileDragAndDrop::DroppedFile { window: Entity::PLACEHOLDER, path_buf });
}

/// What was told since this was asked last.
fn told(app: &mut App) -> Vec<String> {
    app.world_mut().resource_mut::<Messages<Notice>>().drain().map(|notice| notice.text).collect()
}

fn something_is_told(world: &World) -> bool {
    !world.resource::<Messages<Notice>>().is_empty()
}

const HOUSE: &str = r#"{"type":"Feature","properties":{"height":20},
    "geometry":{"type":"Polygon","coordinates":[[[106.5,29.5],[106.6,29.5],[106.6,29.6],[106.5,29.5]]]}}"#;

#[test]
fn a_dropped_file_is_laid_remembered_and_taken_away() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("houses.geojson");
    std::fs::write(&file, HOUSE).unwrap();
    let mut app = console(home.path(), LaidSettings::default());
    drop_file(&mut app, &file);
    until(&mut app, "the buildings lie there", |world| things(world).len() == 1);
    assert_eq!(things(app.world())[0].kind, LaidKind::Buildings);
    let said = told(&mut app);
    assert!(said.len() == 1 && said[0].contains("houses.geojson"), "{said:?}");
    until(&mut app, "they are remembered", |_| kept(home.path()).buildings.len() == 1);
    drop_file(&mut app, &file);
    until(&mut app, "the file is read again", something_is_told);
    assert_eq!(things(app.world()).len(), 1, "the same file lies there twice");
    let id = things(app.world())[0].id;
    app.world_mut().resource_mut::<LaidThings>().remove(id);
    until(&mut app, "they are forgotten", |_| kept(home.path()) == LaidSettings::default());
}

#[test]
fn what_is_remembered_comes_back_and_what_is_gone_is_told_once_and_kept() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("plan.geojson");
    std::fs::write(&file, HOUSE).unwrap();
    let path = |name: &str| home.path().join(name).to_string_lossy().into_owned();
    let imagery = vec![path("gone.mbtiles#opacity=0.50")];
    let lines = LaidSettings { imagery, shapes: vec![path("plan.geojson")], ..LaidSettings::default() };
    Settings { laid: lines.clone(), ..Settings::default() }
        .write(&home.path().join("settings.toml"))
        .unwrap();
    let mut app = console(home.path(), lines.clone());
    until(&mut app, "both are there", |world| things(world).len() == 2);
    let shapes = things(app.world()).iter().find(|thing| thing.kind == LaidKind::Shapes).unwrap();
    assert!(matches!(shapes.content, LaidContent::Shapes(_)), "it stays what it was, whatever it tells");
    let gone = things(app.world()).iter().find(|thing| thing.kind == LaidKind::Imagery).unwrap();
    assert!(matches!(&gone.content, LaidContent::Missing(why) if why.contains("gone.mbtiles")));
    for _ in 0..20 {
        app.update();
    }
    assert_eq!(kept(home.path()), lines);
}

#[test]
fn what_is_switched_off_stays_off_when_the_console_is_next_opened() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("plan.geojson");
    std::fs::write(&file, HOUSE).unwrap();
    let shapes = vec![file.to_string_lossy().into_owned()];
    let lines = LaidSettings { shapes, ..LaidSettings::default() };
    let mut app = console(home.path(), lines);
    until(&mut app, "it is there", |world| things(world).len() == 1 && things(world)[0].shown);
    let id = things(app.world())[0].id;
    app.world_mut().resource_mut::<LaidThings>().switch(id, false);
    until(&mut app, "that is remembered", |_| kept(home.path()).off.len() == 1);
    let mut app = console(home.path(), kept(home.path()));
    until(&mut app, "it is there again", |world| things(world).len() == 1);
    assert!(!things(app.world())[0].shown);
    app.world_mut().resource_mut::<LaidThings>().switch(id, true);
    until(&mut app, "it is on again", |_| kept(home.path()).off.is_empty());
}

#[test]
fn what_cannot_be_laid_is_one_message_without_keys() {
    let home = tempfile::tempdir().unwrap();
    let mut app = console(home.path(), LaidSettings::default());
    for (given, what) in [
        ("/nowhere/x.geojson", "x.geojson"),
        ("/nowhere/x.tif", ".pmtiles"),
        ("https://h.example/tiles?key=SECRET", "h.example"),
        ("ftp://u:SECRET@h.example/x", "ftp"),
    ] {
        app.world_mut().write_message(LayOnMap(given.to_owned()));
        app.update();
        until(&mut app, given, something_is_told);
        let told = told(&mut app);
        assert!(told.len() == 1 && told[0].contains(what) && !told[0].contains("SECRET"), "{told:?}");
    }
    assert!(things(app.world()).is_empty() && kept(home.path()) == LaidSettings::default());
}
