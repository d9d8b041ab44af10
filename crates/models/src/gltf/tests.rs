#![allow(clippy::unwrap_used)]
use super::*;
use crate::{Disk, Opacity, Wrap};

fn data(name: &str) -> String {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn read_text(json: &str) -> Result<Model, ModelError> {
    struct Nothing;
    impl Fetch for Nothing {
        fn fetch(&self, _: &str) -> Result<Vec<u8>, ModelError> {
            Err(ModelError::Unreadable("no such file".to_owned()))
        }
    }
    let stand = Stand {
        matrix: DMat4::IDENTITY,
        axes: DMat4::IDENTITY,
        place: &|at: DVec3| at,
        turn: DMat3::IDENTITY,
    };
    read_bytes(json.as_bytes(), "x/a.gltf", &Nothing, &stand)
}

/// A document with a triangle of six bytes a corner, changed by the test.
fn triangle(more: &str) -> String {
    format!(
        r#"{{"asset":{{"version":"2.0"}},"meshes":[{{"primitives":[{{"attributes":{{"POSITION":0}}}}]}}],
        "nodes":[{{"mesh":0}}],"scenes":[{{"nodes":[0]}}],"buffers":[{{"byteLength":18,"uri":"data:;base64,AAAAAAAAZAAAAAAAAABkAAAA"}}],
        "bufferViews":[{{"buffer":0,"byteLength":18,"byteStride":6}}],
        "accessors":[{{"bufferView":0,"componentType":5122,"count":3,"type":"VEC3"}}]{more}}}"#
    )
}

#[test]
fn a_box_has_its_sides_where_they_belong() {
    let model = read(&data("north.glb"), &Disk).unwrap();
    assert!(model.problems.is_empty(), "{}", model.problems);
    assert_eq!(model.copyright.as_deref(), Some("© 测绘院 Survey"));
    // Colours are in the corners, so all sides are one part.
    assert_eq!((model.parts.len(), model.parts[0].triangles()), (1, 12));
    assert_eq!(model.bounds(), Some(([-20.0, 0.0, -20.0], [20.0, 60.0, 20.0])));
    let part = &model.parts[0];
    for (n, colour) in part.colours.iter().enumerate() {
        let (red, north) = (colour[0] > 0.7 && colour[1] < 0.1, part.normals[n] == [0.0, 0.0, -1.0]);
        assert_eq!(red, north);
        assert!(!north || part.positions[n][2] == -20.0);
    }
    for triangle in part.indices.as_chunks::<3>().0 {
        let [a, b, c] = triangle.map(|n| glam::Vec3::from(part.positions[n as usize]));
        let normal = glam::Vec3::from(part.normals[triangle[0] as usize]);
        assert!((b - a).cross(c - a).dot(normal) > 0.0, "it is seen from inside");
    }
}

#[test]
fn instances_stand_apart_and_what_is_mirrored_is_seen_from_outside() {
    let model = read(&data("instances.glb"), &Disk).unwrap();
    assert_eq!(model.parts.iter().map(crate::Part::triangles).sum::<usize>(), 36);
    // Mirrored from x = 0, then moved by 1000: boxes at 1000 and 900, that one twice as large.
    assert_eq!(model.bounds(), Some(([860.0, 5.0, -220.0], [1020.0, 185.0, 40.0])));
    let part = &model.parts[0];
    for triangle in part.indices.as_chunks::<3>().0 {
        let [a, b, c] = triangle.map(|n| glam::Vec3::from(part.positions[n as usize]));
        let normal = glam::Vec3::from(part.normals[triangle[0] as usize]);
        assert!((b - a).cross(c - a).dot(normal) > 0.0 && (normal.length() - 1.0).abs() < 1e-5);
    }
}

#[test]
fn a_photograph_without_normals_is_its_own_light() {
    let model = read(&data("photo.gltf"), &Disk).unwrap();
    assert!(model.problems.is_empty(), "{}", model.problems);
    let part = &model.parts[0];
    assert!(part.look.unlit && part.look.double_sided && part.triangles() == 2);
    assert_eq!(part.look.opacity, Opacity::Mask(0.25));
    let texture = part.look.texture.as_ref().unwrap();
    assert_eq!((texture.width, texture.level_count, texture.wrap), (2, 2, (Wrap::Clamp, Wrap::Mirror)));
    assert_eq!(&texture.levels[..4], [255, 0, 0, 255]);
    assert_eq!(part.uvs, [[0.5, 1.0], [1.0, 1.0], [0.5, 0.0], [1.0, 0.0]]);
    check(&data("photo.gltf"), &Disk).unwrap();
}

#[test]
fn whole_numbers_of_any_size_are_places_and_flat_surfaces_get_normals() {
    let model = read_text(&triangle("")).unwrap();
    assert_eq!(model.parts[0].positions, [[0.0, 0.0, 0.0], [100.0, 0.0, 0.0], [0.0, 100.0, 0.0]]);
    assert_eq!(model.parts[0].normals, [[0.0, 0.0, 1.0]; 3]);
    let moved =
        triangle("").replace("\"mesh\":0}", "\"mesh\":0,\"rotation\":[0,0,1,0],\"translation\":[5,0,0]}");
    let model = read_text(&moved).unwrap();
    assert!((model.parts[0].positions[1][0] + 95.0).abs() < 1e-4);
}

#[test]
fn what_is_promised_and_not_there_is_told_and_takes_no_memory() {
    let t = triangle("");
    for (from, to, word) in [
        ("\"count\":3", "\"count\":4000000000", "reaches beyond"),
        ("\"count\":3", "\"count\":18446744073709551615", "reaches beyond"),
        (
            "\"byteLength\":18,\"byteStride\":6",
            "\"byteOffset\":18446744073709551615,\"byteLength\":9",
            "reaches beyond",
        ),
        ("\"byteStride\":6", "\"byteStride\":1", "every 1"),
        ("\"byteLength\":18,\"uri\"", "\"byteLength\":19,\"uri\"", "18 bytes of 19"),
        ("\"componentType\":5122", "\"componentType\":1", "type 1"),
        ("\"type\":\"VEC3\"", "\"type\":\"MAT9\"", "MAT9"),
        (
            "\"bufferView\":0,\"componentType\":5122,\"count\":3",
            "\"componentType\":5122,\"count\":99999999999",
            "no bytes",
        ),
        ("\"POSITION\":0", "\"POSITION\":7", "no accessor 7"),
        ("data:;base64,AAAA", "gone.bin?", "x/gone.bin: cannot be read"),
        ("\"mesh\":0", "\"mesh\":9", "mesh 9"),
        ("\"mesh\":0", "\"children\":[0]", "circles"),
        ("\"mesh\":0", "\"children\":[0,0,0,0,0,0,0,0]", "circles"),
        ("{\"nodes\":[0]}", "{\"nodes\":[99]}", "node 99"),
        ("\"version\":\"2.0\"", "\"version\":\"1.0\"", "glTF 1.0"),
        ("\"asset\"", "\"asset\":{},\"other\"", "without a glTF version"),
        ("\"mesh\":0", "\"mesh\":0,\"scale\":[1e999,1,1]", "JSON"),
    ] {
        let changed = t.replace(from, to);
        let result = read_text(&changed);
        let said = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
        assert!(said.contains(word), "{to}: {result:?}");
    }
    let wild = t.replace("\"mesh\":0", "\"mesh\":0,\"scale\":[1e300,1e300,1]");
    let why = read_text(&wild).unwrap_err().to_string();
    assert!(why.contains("1 surfaces with triangles whose corners are nowhere"), "{why}");
}

#[test]
fn an_extension_that_is_needed_and_not_read_is_one_clear_line() {
    for (name, word) in [
        ("KHR_draco_mesh_compression", "without Draco"),
        ("EXT_meshopt_compression", "without meshopt"),
        ("KHR_texture_basisu", "KTX2"),
        ("ACME_secret", "without this extension"),
    ] {
        let why = read_text(&triangle(&format!(",\"extensionsRequired\":[\"{name}\"]"))).unwrap_err();
        let why = why.within("city/a.glb").to_string();
        assert!(why.starts_with(&format!("city/a.glb: needs {name}")) && why.contains(word), "{why}");
    }
    assert!(read_text(&triangle(",\"extensionsRequired\":[\"KHR_materials_unlit\"]")).is_ok());
}

#[test]
fn what_other_programs_write_is_read_or_refused() {
    for (name, extension) in
        [("draco.glb", "KHR_draco_mesh_compression"), ("meshopt.glb", "EXT_meshopt_compression")]
    {
        let why = read(&data(name), &Disk).unwrap_err().to_string();
        assert!(why.contains(name) && why.contains(&format!("needs {extension}")), "{why}");
    }
    let model = read(&data("quantized.glb"), &Disk).unwrap();
    let (low, high) = model.bounds().unwrap();
    let off = |a: [f32; 3], b: [f32; 3]| (glam::Vec3::from(a) - glam::Vec3::from(b)).abs().max_element();
    assert!(off(low, [-20.0, 0.0, -20.0]) < 0.05 && off(high, [20.0, 60.0, 20.0]) < 0.05, "{low:?} {high:?}");
}

#[test]
fn cut_anywhere_and_changed_anywhere_it_never_panics() {
    let whole = std::fs::read(data("north.glb")).unwrap();
    let photo = std::fs::read(data("photo.gltf")).unwrap();
    let read = |bytes: &[u8]| {
        let stand = Stand {
            matrix: DMat4::IDENTITY,
            axes: DMat4::IDENTITY,
            place: &|at: DVec3| at,
            turn: DMat3::IDENTITY,
        };
        read_bytes(bytes, &data("north.glb"), &Disk, &stand)
    };
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_err(), "{end}");
    }
    for bytes in [whole, photo] {
        for at in 0..bytes.len() {
            for change in [1_u8, 0x10, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed[at] ^= change;
                let _ = read(&changed);
            }
        }
    }
}
