#![allow(clippy::unwrap_used)]
use super::*;
use crate::{Disk, Fetch, ModelError, ModelSource};
use city::LonLat;
use geodesy::{EastNorth, to_city_frame};
use glam::{DVec2, DVec3};
use std::collections::BTreeMap;
use std::sync::Arc;

fn source(name: &str) -> ModelSource {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR")).parse().unwrap()
}

fn opened(name: &str) -> Opened {
    Opened::open(&source(name), Arc::new(Disk)).unwrap().unwrap()
}

/// Files in memory.
struct Shelf(BTreeMap<&'static str, Vec<u8>>);

impl Fetch for Shelf {
    fn fetch(&self, address: &str) -> Result<Vec<u8>, ModelError> {
        self.0.get(address).cloned().ok_or_else(|| ModelError::Unreadable("no such file".to_owned()))
    }
}

fn on_shelf(files: &[(&'static str, &str)]) -> Result<Option<Opened>, ModelError> {
    let files = files.iter().map(|(name, text)| (*name, text.as_bytes().to_vec())).collect();
    Opened::open(&"t.json".parse().unwrap(), Arc::new(Shelf(files)))
}

/// Looks down from above a place by which the tilesets lie.
fn above(distance_m: f64, still: bool) -> View {
    let EastNorth { east_m, north_m } = to_city_frame(LonLat::new(106.577, 29.557));
    View {
        eye: DVec3::new(east_m, north_m, 300.0 + distance_m),
        forward: DVec3::NEG_Z,
        right: DVec3::X,
        up: DVec3::Y,
        reach: DVec2::splat(2.0),
        focal: 870.0,
        exaggeration: 1.0,
        lift_m: 0.0,
        error_pt: 16.0,
        still,
    }
}

/// Brings everything a view needs, and tells how many files that took.
fn settle(tree: &mut Tree, opened: &Opened, view: &View) -> (Selection, BTreeMap<TileId, Loaded>, usize) {
    let (mut models, mut brought) = (BTreeMap::new(), 0);
    loop {
        let found = select(tree, view);
        if found.want.is_empty() {
            return (found, models, brought);
        }
        for (tile, _) in found.want {
            brought += 1;
            assert!(brought < 1_000, "it does not end");
            let job = tree.job(tile).unwrap();
            match load(&job, opened.fetch.as_ref()) {
                Ok(mut loaded) => {
                    tree.take(tile, Ok(&mut loaded));
                    models.insert(tile, loaded);
                }
                Err(why) => tree.take(tile, Err(why)),
            }
        }
    }
}

#[test]
fn a_model_in_a_tile_stands_where_cesium_puts_it() {
    let opened = opened("tileset/tileset.json");
    let mut tree = Tree::new(&opened);
    let (found, models, _) = settle(&mut tree, &opened, &above(300.0, true));
    assert!(tree.problems.is_empty(), "{}", tree.problems);
    assert_eq!((found.draw.len(), tree.copyrights.as_slice()), (2, &["© 测绘院 Survey".to_owned()][..]));
    // 220 m above the ellipsoid are 258.6 m above the sea here.
    let foot_m = 220.0 - geodesy::sea_level_above_ellipsoid_m(LonLat::new(106.577, 29.557));
    let middle = to_city_frame(LonLat::new(106.577, 29.557));
    for (tile, east_m) in found.draw.iter().zip([0.0, 300.0]) {
        let (job, part) = (tree.job(*tile).unwrap(), &models[tile].model.parts[0]);
        let anchor = job.anchor();
        let (mut low, mut high) = (DVec3::MAX, DVec3::MIN);
        for place in &part.positions {
            let place = DVec3::from(place.map(f64::from));
            let city = DVec3::new(anchor.east_m + place.x, anchor.north_m - place.z, place.y);
            (low, high) = (low.min(city), high.max(city));
        }
        let at = (low + high) / 2.0 - DVec3::new(middle.east_m + east_m, middle.north_m, foot_m + 30.0);
        // The tangent plane of one box leaves the ellipsoid by 7 mm at the other.
        assert!(at.abs().max_element() < 0.05, "{at}");
        assert!(((high - low) - DVec3::new(40.0, 40.0, 60.0)).abs().max_element() < 0.02, "{}", high - low);
        // The red side looks north.
        let red = part.colours.iter().position(|colour| colour[1] < 0.1 && colour[0] > 0.5).unwrap();
        assert!(part.normals[red][2] < -0.999 && f64::from(part.positions[red][2]) < 0.0);
        let bound = tree.bound(*tile);
        assert!((bound.middle - (low + high) / 2.0).length() < 0.5, "{bound:?}");
    }
}

#[test]
fn far_tiles_are_coarse_and_a_parent_stays_until_all_its_children_are_there() {
    let opened = opened("tileset/tileset.json");
    let mut tree = Tree::new(&opened);
    // 100 m of error over 16 points at 870 points a unit: 5.4 km.
    let (found, _, brought) = settle(&mut tree, &opened, &above(8_000.0, false));
    assert_eq!((found.draw.as_slice(), brought), (&[0][..], 1));
    let near = above(300.0, false);
    let found = select(&tree, &near);
    assert_eq!((found.draw.as_slice(), found.want.len()), (&[0][..], 2));
    let first = found.want[0].0;
    let mut loaded = load(&tree.job(first).unwrap(), opened.fetch.as_ref()).unwrap();
    tree.take(first, Ok(&mut loaded));
    assert_eq!(select(&tree, &near).draw, [0], "one child is there, the other is not");
    let (found, ..) = settle(&mut tree, &opened, &near);
    assert!(found.draw.len() == 2 && !found.draw.contains(&0) && found.keep.contains(&0));
    // What is behind the eye is needed by nobody.
    let mut behind = near;
    behind.forward = DVec3::Z;
    assert_eq!(select(&tree, &behind), Selection::default());
}

#[test]
fn a_still_picture_needs_no_coarse_tiles() {
    let opened = opened("tileset/tileset.json");
    let mut tree = Tree::new(&opened);
    let (_, _, brought) = settle(&mut tree, &opened, &above(300.0, true));
    assert_eq!((brought, tree.state(0)), (3, State::Away));
}

#[test]
fn implicit_tiles_are_found_by_their_bits() {
    let opened = opened("implicit/tileset.json");
    let mut tree = Tree::new(&opened);
    let (found, models, _) = settle(&mut tree, &opened, &above(300.0, true));
    assert!(tree.problems.is_empty(), "{}", tree.problems);
    assert_eq!(
        (found.draw.len(), tree.len()),
        (2, 5),
        "a root, two tiles, and a subtree of one tile below each"
    );
    let middle = to_city_frame(LonLat::new(106.577, 29.557));
    for (tile, offset) in found.draw.iter().zip([-150.0, 150.0]) {
        let bound = tree.bound(*tile);
        let at = bound.middle - DVec3::new(middle.east_m + offset, middle.north_m + offset, bound.middle.z);
        assert!(at.length() < 0.5 && (bound.reach_m() - 122.5).abs() < 0.5, "{bound:?}");
        assert_eq!(models[tile].model.parts[0].triangles(), 12);
    }
}

#[test]
fn a_tileset_without_a_place_is_given_one() {
    let t = r#"{"asset":{"version":"1.0"},"root":{"boundingVolume":{"box":[5,0,1, 9,0,0, 0,9,0, 0,0,1]},"geometricError":0}}"#;
    let why = on_shelf(&[("t.json", t)]).unwrap_err().to_string();
    assert!(why.contains("t.json: has no place on the Earth") && why.contains("#at="), "{why}");
    let files = [("t.json", t.as_bytes().to_vec())].into_iter().collect();
    let opened = Opened::open(&"t.json#at=106.6,29.6&heading=90".parse().unwrap(), Arc::new(Shelf(files)));
    let tree = Tree::new(&opened.unwrap().unwrap());
    let at = to_city_frame(LonLat::new(106.6, 29.6));
    // Turned clockwise, its east is south.
    let middle = tree.bound(0).middle - DVec3::new(at.east_m, at.north_m - 5.0, 1.0);
    assert!(middle.length() < 0.01, "{middle}");
}

const PLACED: &str = r#""boundingVolume":{"region":[1.86,0.515,1.861,0.516,200,300]},"geometricError":10"#;

#[test]
fn what_is_wrong_in_one_tile_never_costs_the_others() {
    let root =
        |more: &str| format!(r#"{{"asset":{{"version":"1.1"}},"root":{{{PLACED},"refine":"ADD"{more}}}}}"#);
    let child = |uri: &str| format!(r#"{{{PLACED},"content":{{"uri":"{uri}"}}}}"#);
    let uris =
        ["gone.glb", "t.json", "garbage.glb", "points.pnts", "good.gltf", "deep.json", "a:b", "cut.b3dm"];
    let children: Vec<String> = uris.iter().map(|uri| child(uri)).collect();
    let nan = format!(
        r#"{{{PLACED},"transform":[1e308,0,0,0,0,1e308,0,0,0,0,1,0,1e308,0,0,1],"content":{{"uri":"good.gltf"}}}}"#
    );
    let t = root(&format!(r#","children":[{},{nan}]"#, children.join(",")));
    let deep = root(r#","content":{"uri":"deep.json"}"#);
    let good = r#"{"asset":{"version":"2.0"},"meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],
        "scenes":[{"nodes":[0]}],"nodes":[{"mesh":0}],"buffers":[{"byteLength":18,"uri":"data:;base64,AAAAAAAAZAAAAAAAAABkAAAA"}],
        "bufferViews":[{"buffer":0,"byteLength":18,"byteStride":6}],
        "accessors":[{"bufferView":0,"componentType":5122,"count":3,"type":"VEC3"}]}"#;
    let files = [
        ("t.json", t.as_str()),
        ("deep.json", deep.as_str()),
        ("garbage.glb", "<html>"),
        ("points.pnts", "pnts____"),
        ("cut.b3dm", "b3dm\u{1}\0\0\0\u{20}\0\0\0\0\0\0\0"),
        ("good.gltf", good),
    ];
    let opened = on_shelf(&files).unwrap().unwrap();
    let mut tree = Tree::new(&opened);
    let mut everywhere = above(300.0, false);
    everywhere.error_pt = 1e-9;
    for tile in &mut tree.tiles {
        tile.bound = Bound::EVERYWHERE;
    }
    let (found, ..) = settle(&mut tree, &opened, &everywhere);
    let said = tree.problems.to_string();
    assert_eq!(found.draw.len(), 1, "{said}");
    // Six cannot be read; one is the tileset itself, and one is read and holds itself.
    assert!(
        said.contains("6 tiles that cannot be read") && said.contains("gone.glb: cannot be read"),
        "{said}"
    );
    assert!(said.contains("2 tilesets that go in circles"), "{said}");
}

#[test]
fn strange_tilesets_are_refused_in_one_line() {
    for (text, word) in [
        ("", "empty file"),
        ("[1]", "begins with"),
        ("{\"root\":3}", "its JSON"),
        (
            "{\"root\":{},\"extensionsRequired\":[\"3DTILES_bounding_volume_S2\"]}",
            "needs 3DTILES_bounding_volume_S2",
        ),
    ] {
        match on_shelf(&[("t.json", text)]) {
            Err(why) => assert!(why.to_string().contains(word), "{why}"),
            Ok(other) => assert!(other.is_none() && !text.contains("root"), "{text}"),
        }
    }
}

#[test]
fn a_b3dm_is_relative_to_its_centre_in_every_layout() {
    let whole =
        std::fs::read(format!("{}/tests/data/tileset/north.b3dm", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let long =
        |at: usize| u32::from_le_bytes([whole[at], whole[at + 1], whole[at + 2], whole[at + 3]]) as usize;
    let glb = &whole[28 + long(12) + long(16) + long(20) + long(24)..];
    let centred = |features: &str, lengths: &[u32], binary: &[u8]| {
        let mut out = b"b3dm\x01\0\0\0".to_vec();
        let head = 12 + 4 * lengths.len();
        out.extend(((head + features.len() + binary.len() + glb.len()) as u32).to_le_bytes());
        lengths.iter().for_each(|n| out.extend(n.to_le_bytes()));
        out.extend(features.as_bytes());
        out.extend(binary);
        out.extend(glb);
        out
    };
    let here = "{\"RTC_CENTER\":[100,200,300]} ";
    let there = "{\"RTC_CENTER\":{\"byteOffset\":4}}";
    let binary: Vec<u8> = [0.0_f32, 100.0, 200.0, 300.0].iter().flat_map(|n| n.to_le_bytes()).collect();
    for (bytes, moved) in [
        (whole.clone(), DVec3::ZERO),
        (centred(here, &[here.len() as u32, 0, 0, 0], &[]), DVec3::new(100.0, 200.0, 300.0)),
        (centred(there, &[there.len() as u32, 16, 0, 0], &binary), DVec3::new(100.0, 200.0, 300.0)),
        (centred("", &[0, 0], &[]), DVec3::ZERO),
        (centred("", &[0, 0, 0], &[]), DVec3::ZERO),
    ] {
        let stand = crate::gltf::Stand {
            matrix: glam::DMat4::IDENTITY,
            axes: glam::DMat4::from_rotation_x(std::f64::consts::FRAC_PI_2),
            place: &|at: DVec3| at,
            turn: glam::DMat3::IDENTITY,
        };
        let mut model = crate::Model::default();
        content::read(&bytes, "a.b3dm", &Disk, &stand, &mut model, 0).unwrap();
        let (low, high) = model.bounds().unwrap();
        let middle = (DVec3::from(low.map(f64::from)) + DVec3::from(high.map(f64::from))) / 2.0;
        assert!((middle - moved - DVec3::new(0.0, 0.0, 30.0)).length() < 1e-3, "{middle}");
        for end in (0..bytes.len()).step_by(7) {
            let _ = content::read(&bytes[..end], "a.b3dm", &Disk, &stand, &mut crate::Model::default(), 0);
        }
    }
}

#[test]
fn a_subtree_that_is_cut_or_changed_never_panics_and_absurd_levels_are_refused() {
    let bytes =
        std::fs::read(format!("{}/tests/data/implicit/subtrees/0.0.0.subtree", env!("CARGO_MANIFEST_DIR")));
    let bytes = bytes.unwrap();
    let read = |bytes: &[u8]| subtree::Subtree::read(bytes, "a.subtree", &Disk, false);
    let whole = read(&bytes).unwrap();
    assert!(whole.has_tile(0, 0) && whole.has_tile(1, 0) && !whole.has_tile(1, 1) && whole.has_tile(1, 3));
    assert!(whole.has_child(0) && whole.has_child(15) && !whole.has_child(1) && !whole.has_child(u64::MAX));
    for end in 0..bytes.len() {
        assert!(read(&bytes[..end]).is_err());
    }
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0xff;
        let _ = read(&changed);
    }
    let t = format!(
        r#"{{"asset":{{"version":"1.1"}},"root":{{{PLACED},"implicitTiling":{{"subdivisionScheme":"OCTREE",
        "subtreeLevels":60,"availableLevels":60,"subtrees":{{"uri":"s"}}}}}}}}"#
    );
    let tree = Tree::new(&on_shelf(&[("t.json", &t)]).unwrap().unwrap());
    assert!(tree.problems.to_string().contains("60 levels"), "{}", tree.problems);
}

#[test]
fn the_distance_to_a_box_is_that_to_its_nearest_side() {
    let mut view = above(0.0, false);
    let bound = Bound {
        middle: view.eye + DVec3::new(0.0, 0.0, -100.0),
        axes: [DVec3::X * 50.0, DVec3::Y * 50.0, DVec3::Z * 10.0],
        everywhere: false,
    };
    assert!((view.distance_m(&bound) - 90.0).abs() < 1e-9 && view.sees(&bound));
    assert!((view.error_on_screen(9.0, &bound) - 87.0).abs() < 1e-9);
    view.eye.x += 80.0;
    assert!((view.distance_m(&bound) - 90.0_f64.hypot(30.0)).abs() < 1e-9);
    view.eye = bound.middle;
    assert_eq!((view.distance_m(&bound), view.error_on_screen(1.0, &bound)), (0.0, f64::MAX));
    view.eye.z -= 500.0;
    assert!(!view.sees(&bound) && view.sees(&Bound::EVERYWHERE));
}
