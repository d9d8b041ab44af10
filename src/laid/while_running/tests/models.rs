//! The same for models: glTF with a place, files of places, 3D Tiles.

use super::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/models/tests/data");

fn wish(app: &mut App, given: &str) {
    app.world_mut().write_message(LayOnMap(given.to_owned()));
}

fn is_tileset(thing: &LaidThing) -> bool {
    matches!(&thing.content, LaidContent::Models(ModelSet::Tileset(_)))
}

fn placed(thing: &LaidThing) -> Option<usize> {
    match &thing.content {
        LaidContent::Models(ModelSet::Places(given)) => Some(given.places.placed.len()),
        _ => None,
    }
}

#[test]
fn a_dropped_tileset_and_a_typed_model_are_laid_remembered_and_taken_away() {
    let home = tempfile::tempdir().unwrap();
    let mut app = console(home.path(), LaidSettings::default());
    let (tiles, model) =
        (format!("{DATA}/tileset/tileset.json"), format!("{DATA}/north.glb#at=106.577,29.557&name=塔"));
    drop_file(&mut app, Path::new(&tiles));
    until(&mut app, "the tileset lies there", |world| things(world).len() == 1);
    assert!(is_tileset(&things(app.world())[0]) && things(app.world())[0].name == "tileset");
    let said = told(&mut app);
    assert!(said.len() == 1 && said[0].contains("3D Tiles"), "{said:?}");
    wish(&mut app, &model);
    until(&mut app, "the model lies there", |world| things(world).len() == 2);
    let tower = &things(app.world())[1];
    assert_eq!((placed(tower), tower.name.as_str(), tower.kind), (Some(1), "塔", LaidKind::Models));
    let said = told(&mut app);
    assert!(said.len() == 1 && said[0].contains("塔"), "{said:?}");
    until(&mut app, "they are remembered", |_| kept(home.path()).models == [tiles.clone(), model.clone()]);
    let id = things(app.world())[0].id;
    app.world_mut().resource_mut::<LaidThings>().remove(id);
    until(&mut app, "one is forgotten", |_| kept(home.path()).models == [model.clone()]);
}

#[test]
fn json_and_places_are_told_by_what_is_in_them() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a#b");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(format!("{DATA}/north.glb"), folder.join("box.glb")).unwrap();
    let place = |properties: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"Point","coordinates":[106.5,29.5]}}}}"#
        )
    };
    let mut app = console(home.path(), LaidSettings::default());
    let (named, missing) = (place(r#""model":"box.glb""#), place(r#""model":"no.glb""#));
    for (name, text, kind) in [
        ("houses.json", HOUSE.to_owned(), LaidKind::Buildings),
        ("cars.json", place(r#""model":"V60""#), LaidKind::Shapes),
        ("towers.geojson", [named, missing].join("\n"), LaidKind::Models),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
        drop_file(&mut app, &folder.join(name));
        until(&mut app, name, something_is_told);
        let said = told(&mut app);
        let thing = things(app.world()).last().unwrap();
        assert_eq!((thing.kind, said.len()), (kind, 1), "{name}: {said:?}");
        if kind == LaidKind::Models {
            assert!(placed(thing) == Some(1) && said[0].contains("no.glb"), "{said:?}");
        }
    }
    // Its line means the same file when it is remembered, whatever its name holds.
    let lines = lines_of(things(app.world()).iter());
    let lines = LaidSettings { models: lines.models, ..LaidSettings::default() };
    let mut again = console(home.path(), lines);
    until(&mut again, "it comes back", |world| things(world).len() == 1);
    assert_eq!(placed(&things(again.world())[0]), Some(1));
}

#[test]
fn a_model_without_a_place_or_that_cannot_be_read_is_one_message() {
    let home = tempfile::tempdir().unwrap();
    let garbage = home.path().join("bad.glb");
    std::fs::write(&garbage, b"glTF and no more").unwrap();
    let garbage = garbage.display();
    let bare = format!("{DATA}/north.glb");
    let mut app = console(home.path(), LaidSettings::default());
    for (given, what) in [
        (bare.clone(), format!("{bare}#at=")),
        (format!("{garbage}#at=106.5,29.5"), "bad.glb".to_owned()),
        (format!("{bare}#at=here"), "106.577,29.557".to_owned()),
        (format!("{DATA}/draco.glb#at=106.5,29.5"), "Draco".to_owned()),
        ("https://h.example/a.glb?key=SECRET".to_owned(), "a.glb".to_owned()),
    ] {
        wish(&mut app, &given);
        app.update();
        until(&mut app, &given, something_is_told);
        let told = told(&mut app);
        assert!(told.len() == 1 && told[0].contains(&what) && !told[0].contains("SECRET"), "{told:?}");
    }
    assert!(things(app.world()).is_empty() && kept(home.path()) == LaidSettings::default());
}

#[test]
fn remembered_models_that_are_gone_are_told_once_kept_and_can_be_removed() {
    let home = tempfile::tempdir().unwrap();
    let gone = home.path().join("gone.glb#at=106.5,29.5").display().to_string();
    let models = vec![gone.clone(), format!("{DATA}/tileset/tileset.json")];
    let lines = LaidSettings { models, ..LaidSettings::default() };
    Settings { laid: lines.clone(), ..Settings::default() }
        .write(&home.path().join("settings.toml"))
        .unwrap();
    let mut app = console(home.path(), lines.clone());
    until(&mut app, "both are there", |world| things(world).len() == 2);
    let said = told(&mut app);
    assert!(said.len() == 1 && said[0].contains("gone"), "{said:?}");
    let thing = &things(app.world())[0];
    assert!(matches!(thing.content, LaidContent::Missing(_)) && thing.name == "gone");
    for _ in 0..20 {
        app.update();
    }
    assert!(kept(home.path()) == lines && told(&mut app).is_empty());
    let id = things(app.world())[0].id;
    app.world_mut().resource_mut::<LaidThings>().remove(id);
    until(&mut app, "it is forgotten", |_| kept(home.path()).models.len() == 1);
}
