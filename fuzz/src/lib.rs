//! Hands bytes to every reader of files and feeds, as the fuzzer does and the test of its corpus: whatever they hold,
//! a reader answers or refuses. It does not panic, hang or take all memory.
//!
//! The first byte chooses among the formats a reader knows, so that one corpus serves all of them.

use city::LonLat;
use models::{Disk, ModelSource, tiles};
use overlays::imagery::ImagerySource;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A reader: its name, which is that of its corpus, and what hands bytes to it, with a folder of its own.
pub type Reader = (&'static str, fn(&[u8], &Path));

/// All of them.
pub const READERS: [Reader; 15] = [
    ("elevation", elevation),
    ("terrain_folder", terrain_folder),
    ("streets", streets),
    ("road_network", road_network),
    ("features", features),
    ("pictures", pictures),
    ("capabilities", capabilities),
    ("models", whole_models),
    ("cap", warnings),
    ("open311", requests),
    ("mavlink", mavlink),
    ("cot", cot),
    ("sensorthings", sensorthings),
    ("ogc_features", ogc_features),
    ("vital_signs", vital_signs),
];

/// Hands bytes to the reader of that name.
pub fn read(name: &str, bytes: &[u8]) {
    let Some((_, reader)) = READERS.iter().find(|reader| reader.0 == name) else { return };
    let Ok(folder) = tempfile::tempdir() else { return };
    reader(bytes, folder.path());
}

/// Writes what follows the first byte into a file, which that byte gives its name.
fn file(bytes: &[u8], folder: &Path, names: &[&str]) -> Option<PathBuf> {
    let (choice, rest) = bytes.split_first()?;
    let file = folder.join(names.get(usize::from(*choice) % names.len())?);
    std::fs::write(&file, rest).ok()?;
    Some(file)
}

fn ground() -> Option<&'static terrain::Ground> {
    static GROUND: OnceLock<Option<terrain::Ground>> = OnceLock::new();
    GROUND.get_or_init(|| terrain::Ground::shipped().ok()).as_ref()
}

fn elevation(bytes: &[u8], folder: &Path) {
    let Some(source) = file(bytes, folder, &["a.tif", "N29E106.hgt", "a.png"]) else { return };
    // A picture's place: 30 m samples, in a reference system that every source without one is given.
    let _ = std::fs::write(folder.join("a.pgw"), "0.0003\n0\n0\n-0.0003\n106.5\n29.6\n");
    let mut wanted = terrain::import::Import::new([source], folder.join("out"));
    wanted.reference_system = Some("EPSG:4326".to_owned());
    if terrain::import::import(&wanted, &|_| {}).is_ok() {
        let ground = terrain::Ground::open(&wanted.out);
        assert!(ground.is_ok(), "what was imported opens: {:?}", ground.err());
    }
}

/// The first byte chooses which file of a terrain folder is given; the others are sound.
fn terrain_folder(bytes: &[u8], folder: &Path) {
    static SOUND: OnceLock<Option<Vec<Named>>> = OnceLock::new();
    let Some(sound) = SOUND.get_or_init(sound_folder) else { return };
    for (name, bytes) in sound {
        let _ = std::fs::write(folder.join(name), bytes);
    }
    let names: Vec<&str> = sound.iter().map(|(name, _)| name.as_str()).collect();
    if file(bytes, folder, &names).is_none() {
        return;
    }
    if let Ok(ground) = terrain::Ground::open(folder) {
        for step in 0..20 {
            let along = 0.0005 * f64::from(step);
            let _ = ground.height_m(LonLat::new(106.5 + along, 29.6 - along));
        }
    }
}

/// A file: its name, and what it holds.
type Named = (String, Vec<u8>);

fn sound_folder() -> Option<Vec<Named>> {
    const SMALL: &[u8] = include_bytes!("../corpus/elevation/float32-tiled");
    let folder = tempfile::tempdir().ok()?;
    let source = file(SMALL, folder.path(), &["a.tif"])?;
    let out = folder.path().join("out");
    terrain::import::import(&terrain::import::Import::new([source], &out), &|_| {}).ok()?;
    let file = |entry: std::fs::DirEntry| {
        Some((entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).ok()?))
    };
    let mut files: Vec<_> = std::fs::read_dir(out).ok()?.flatten().filter_map(file).collect();
    files.sort();
    Some(files)
}

fn streets(bytes: &[u8], folder: &Path) {
    let Some(extract) = file(bytes, folder, &["a.osm.pbf", "a.geojson"]) else { return };
    let Some(ground) = ground() else { return };
    let Ok((streets, _)) = roads::import(&[extract], ground, None, &mut |_| {}) else { return };
    let kept = folder.join("a.roads");
    if streets.save(&kept).is_ok() {
        let network = roads::RoadNetwork::open(&kept);
        assert!(network.is_ok(), "what was imported opens: {:?}", network.err());
        ask(&kept);
    }
}

fn road_network(bytes: &[u8], folder: &Path) {
    let network = folder.join("a.roads");
    if std::fs::write(&network, bytes).is_ok() {
        ask(&network);
    }
}

fn ask(network: &Path) {
    let Ok(network) = roads::RoadNetwork::open(network) else { return };
    let (from, to) = (LonLat::new(106.577, 29.557), LonLat::new(106.484, 29.67));
    for vehicle in [roads::Vehicle::Emergency, roads::Vehicle::Ordinary] {
        let _ = network.route(from, to, vehicle);
    }
}

fn features(bytes: &[u8], folder: &Path) {
    let Some(file) = file(bytes, folder, &["a.geojson", "a.geojsonl", "a.fgb"]) else { return };
    if let Ok((features, mut problems)) = overlays::vector::read(&file, None) {
        let _ = overlays::shapes::of_features(features, &mut problems);
    }
    if let Ok(buildings) = overlays::buildings::read(&file, Some([106.0, 29.0, 107.0, 30.0])) {
        let _ = buildings.footprints.len();
    }
    let _ = models::Places::read(&file);
}

fn pictures(bytes: &[u8], _: &Path) {
    let _ = overlays::imagery::decode(bytes);
    let _ = overlays::imagery::unpack(bytes, 2_048);
}

/// The document of a service, and the line that names it.
fn capabilities(bytes: &[u8], _: &Path) {
    let text = String::from_utf8_lossy(bytes);
    let line = "https://example.invalid/wmts?REQUEST=GetCapabilities";
    if let Ok(source) = line.parse::<ImagerySource>() {
        let _ = source.resolved(&text);
    }
    let first = text.lines().next().unwrap_or_default();
    let _ = first.parse::<ImagerySource>();
    let _ = first.parse::<ModelSource>();
}

/// A model, a tileset, what stands in a tile of one, or a subtree.
fn whole_models(bytes: &[u8], folder: &Path) {
    let names = ["a.glb", "a.gltf", "tileset.json", "content.b3dm", "0.subtree"];
    let Some(file) = file(bytes, folder, &names) else { return };
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match name.as_str() {
        "a.glb" | "a.gltf" => drop(models::gltf::read(&file.to_string_lossy(), &Disk)),
        "tileset.json" => tileset(&file),
        "content.b3dm" => tileset_with(folder, r#""content":{"uri":"content.b3dm"}"#),
        _ => tileset_with(
            folder,
            r#""content":{"uri":"{level}.glb"},"implicitTiling":{"subdivisionScheme":"QUADTREE",
               "availableLevels":6,"subtreeLevels":3,"subtrees":{"uri":"{level}.subtree"}}"#,
        ),
    }
}

fn tileset_with(folder: &Path, root: &str) {
    let file = folder.join("tileset.json");
    let region = "[1.8599,0.5158,1.8601,0.5160,200,400]";
    let text = format!(
        r#"{{"asset":{{"version":"1.1"}},"geometricError":100,"root":{{"boundingVolume":{{"region":{region}}},
            "geometricError":50,"refine":"REPLACE",{root}}}}}"#
    );
    if std::fs::write(&file, text).is_ok() {
        tileset(&file);
    }
}

fn tileset(file: &Path) {
    let Ok(source) = format!("{}#at=106.577,29.557", file.display()).parse::<ModelSource>() else { return };
    let Ok(Some(opened)) = tiles::Opened::open(&source, Arc::new(Disk)) else { return };
    let mut tree = tiles::Tree::new(&opened);
    for tile in 0..tree.len().min(32) as tiles::TileId {
        let Some(job) = tree.job(tile) else { continue };
        let mut loaded = tiles::load(&job, &Disk);
        tree.take(tile, loaded.as_mut().map_err(|why| why.clone()));
    }
}

/// One alert or a list of them: what is read is written and read again, and stands in the register.
fn warnings(bytes: &[u8], _: &Path) {
    use feeds::cap;
    let now = city::CityTime(1_784_000_000_000);
    let _ = cap::read_alert(bytes);
    let Ok((list, _)) = cap::read_list(bytes) else { return };
    let again = cap::read_list(cap::write_atom(&list).as_bytes());
    assert!(again.is_ok(), "what was written is read: {:?}", again.err());
    let mut seen = cap::SeenEntries::default();
    let _ = seen.to_fetch(&list).len();
    let rule = cap::WarningRule { most_kept: 20, ..cap::WarningRule::default() };
    let mut register = cap::Warnings::new(rule);
    for entry in list.entries {
        if let cap::EntryBody::Whole(alert) = entry.body {
            let _ = (alert.colour(), alert.infos_to_read().len());
            register.take(*alert, now);
        }
    }
    let _ = register.standings(now).len();
    let _ = register.next_change_after(now);
    register.forget(now);
}

fn requests(bytes: &[u8], _: &Path) {
    use feeds::open311;
    if let Ok((requests, _)) = open311::read_requests(bytes) {
        let again = open311::read_requests(open311::write_requests(&requests).as_bytes());
        assert!(again.is_ok(), "what was written is read: {:?}", again.err());
    }
    if let Ok((services, _)) = open311::read_services(bytes) {
        let again = open311::read_services(open311::write_services(&services).as_bytes());
        assert!(again.is_ok(), "what was written is read: {:?}", again.err());
    }
}

/// The bytes as one datagram and as a stream, by a reader that checks signatures and one that does not.
fn mavlink(bytes: &[u8], _: &Path) {
    use feeds::mavlink::{FrameReader, Key, Unsigned, Vehicles};
    let now = city::CityTime(1_795_392_000_000);
    let key = Key(std::array::from_fn(|i| i as u8));
    for mut reader in [FrameReader::default(), FrameReader::with_key(key, Unsigned::Accepted)] {
        let mut vehicles = Vehicles::default();
        let whole = reader.datagram(bytes, now);
        let pieces: Vec<_> = bytes.chunks(17).flat_map(|piece| reader.stream(piece, now)).collect();
        for frame in whole.iter().chain(&pieces) {
            let _ = vehicles.take(frame, now);
        }
        let _ = (vehicles.link_quality(1), vehicles.forget_silent(now, 1.0));
    }
}

/// The bytes as one datagram and as a stream; what was read is written and read again.
fn cot(bytes: &[u8], _: &Path) {
    use feeds::cot::{EventReader, Teams, TeamsRule, read_datagram, write_event};
    let now = city::CityTime(1_795_392_000_000);
    let mut teams = Teams::new(TeamsRule::default());
    let mut reader = EventReader::default();
    let pieces = bytes.chunks(17).flat_map(|piece| reader.take(piece).0).collect::<Vec<_>>();
    for event in read_datagram(bytes).map(|(event, _)| event).into_iter().chain(pieces) {
        let again = read_datagram(write_event(&event).as_bytes());
        assert!(again.is_ok(), "what was written is read: {:?}", again.err());
        let _ = teams.take(event, now);
    }
    let _ = teams.forget_old(now);
}

/// A message or page of observations, a page of entities, a root, a topic, or the options of a query.
fn sensorthings(bytes: &[u8], _: &Path) {
    use feeds::sensorthings::{
        Catalogue, Kind, Service, Version, read_observations, read_options, read_page, read_root, read_topic,
    };
    let Some((choice, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    match choice % 5 {
        0 => {
            if let Ok(read) = read_observations(rest, None) {
                let service = Service::new("https://example.invalid", Version::V1_1);
                let written = service.data_array("1", &read.rows).to_string();
                let again = read_observations(written.as_bytes(), None).map(|again| again.rows.len());
                assert_eq!(again.ok(), Some(read.rows.len()), "what is written is read again");
            }
        }
        1 => {
            for kind in Kind::ALL {
                let Ok(page) = read_page(kind, rest) else { continue };
                let mut catalogue = Catalogue::default();
                catalogue.take(page.entities);
                let _ = catalogue.rows().count();
            }
        }
        2 => drop(read_root(rest)),
        3 => drop(read_topic(&text)),
        _ => {
            let Ok(options) = read_options(&text) else { return };
            let entity =
                feeds::sensorthings::Entity::new(Kind::Thing, "1").with("name", "a").with("result", 1);
            let _ = options.holds(&entity);
            let _ = Service::new("https://example.invalid", Version::V2_0).entity(&entity, &options);
        }
    }
}

/// A page of features, a list of collections, a landing page, a refusal, or a link behind the name of a system.
fn ogc_features(bytes: &[u8], _: &Path) {
    use feeds::ogc_features::{
        CrsUri, next_address, read_collections, read_conformance, read_feature, read_items, read_landing,
        read_refusal,
    };
    let Some((choice, rest)) = bytes.split_first() else { return };
    match choice % 5 {
        0 => {
            let _ = read_items(rest, None);
            let _ = read_items(rest, Some("<http://www.opengis.net/def/crs/EPSG/0/4490>"));
            let _ = read_feature(rest, None);
        }
        1 => drop(read_collections(rest)),
        2 => {
            let _ = read_landing(rest);
            let _ = read_conformance(rest);
        }
        3 => drop(read_refusal(400, rest)),
        _ => {
            let text = String::from_utf8_lossy(rest);
            let _ = CrsUri::parse(&text).uri();
            if let Ok(next) = next_address("https://example.invalid/a/b?c=d", &text) {
                assert!(next.starts_with("https://example.invalid/"), "{next}");
            }
        }
    }
}

fn vital_signs(bytes: &[u8], _: &Path) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    match choice % 3 {
        0 => {
            if let Ok((read, problems)) = feeds::read_vital_signs(rest) {
                assert!(read.signs.iter().all(|sign| !sign.id.is_empty()));
                assert_eq!(problems.count == 0, problems.sample.is_none());
            }
        }
        1 => drop(feeds::read_vital_sign(rest)),
        _ => drop(feeds::read_quality(rest)),
    }
}
