//! A made-up tileset over the middle of the city, for benchmarks: a quadtree of pictures draped over ground and blocks.

use crate::tiles::local;
use city::LonLat;
use geodesy::{EastNorth, to_city_frame, to_lon_lat};
use serde_json::{Value, json};

/// Its middle, its width and the levels of its quadtree: 341 tiles.
const MIDDLE: LonLat = LonLat::new(106.570, 29.557);
const WIDTH_M: f64 = 4_000.0;
const LEVELS: u32 = 5;
/// Steps a side of a tile, and pixels a side of its picture.
const STEPS: u32 = 24;
/// Pixels a side of a tile's picture.
pub const PICTURE_PX: u32 = 256;

/// The files of the tileset by name. `height_of` is the ground, metres above the sea; `png` makes a picture of rows of
/// red, green and blue.
pub fn tileset(height_of: &dyn Fn(LonLat) -> f64, png: &dyn Fn(&[u8]) -> Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut root = tile(0, 0, 0, height_of, png, &mut files);
    root["transform"] = json!(local(MIDDLE, 0.0, 1.0).to_cols_array());
    root["refine"] = json!("REPLACE");
    let whole = json!({"asset": {"version": "1.1"}, "geometricError": 500.0, "root": root});
    files.push(("tileset.json".to_owned(), whole.to_string().into_bytes()));
    files
}

fn tile(
    level: u32,
    x: u32,
    y: u32,
    height_of: &dyn Fn(LonLat) -> f64,
    png: &dyn Fn(&[u8]) -> Vec<u8>,
    files: &mut Vec<(String, Vec<u8>)>,
) -> Value {
    let width_m = WIDTH_M / f64::from(1 << level);
    let west_m = f64::from(x) * width_m - WIDTH_M / 2.0;
    let south_m = f64::from(y) * width_m - WIDTH_M / 2.0;
    let middle = to_city_frame(MIDDLE);
    // Blocks of houses, 60 m apart and 24 m high, stand on the ground.
    let block = |m: f64| (m / 60.0).rem_euclid(1.0) > 0.45;
    let surface = |east_m: f64, north_m: f64| {
        let at = to_lon_lat(EastNorth::new(middle.east_m + east_m, middle.north_m + north_m));
        let above_m = if block(east_m) && block(north_m) { 24.0 } else { 0.0 };
        // The plane of the tileset leaves the sea's surface by this.
        height_of(at) + above_m - (east_m * east_m + north_m * north_m) / 12_742_000.0
    };
    let at = |n: u32, steps: u32| width_m * f64::from(n) / f64::from(steps);
    let (mut corners, mut low, mut high) = (Vec::new(), f64::MAX, f64::MIN);
    for row in 0..=STEPS {
        for column in 0..=STEPS {
            let (east_m, north_m) = (west_m + at(column, STEPS), south_m + at(row, STEPS));
            let up_m = surface(east_m, north_m);
            (low, high) = (low.min(up_m), high.max(up_m));
            let uv = [f64::from(column) / f64::from(STEPS), 1.0 - f64::from(row) / f64::from(STEPS)];
            corners.push([east_m as f32, up_m as f32, -north_m as f32, uv[0] as f32, uv[1] as f32]);
        }
    }
    let mut pixels = Vec::new();
    for row in (0..PICTURE_PX).rev() {
        for column in 0..PICTURE_PX {
            let (east_m, north_m) = (west_m + at(column, PICTURE_PX), south_m + at(row, PICTURE_PX));
            let grain =
                ((east_m / 3.0).floor() * 7.0 + (north_m / 3.0).floor() * 13.0).rem_euclid(11.0) as u8 * 3;
            pixels.extend(match (block(east_m), block(north_m)) {
                (true, true) => [150 + grain, 140 + grain, 130 + grain],
                _ => [70 + grain, 84 + grain, 66 + grain],
            });
        }
    }
    let name = format!("{level}-{x}-{y}.glb");
    files.push((name.clone(), glb(&corners, &png(&pixels))));
    let half = width_m / 2.0;
    let mut told = json!({
        "boundingVolume": {"box": [
            west_m + half, south_m + half, (low + high) / 2.0, half, 0, 0, 0, half, 0, 0, 0, (high - low) / 2.0 + 1.0,
        ]},
        "geometricError": if level + 1 == LEVELS { 0.0 } else { 64.0 / f64::from(1 << level) },
        "content": {"uri": name},
    });
    if level + 1 < LEVELS {
        let mut children = Vec::new();
        for n in 0..4 {
            children.push(tile(level + 1, 2 * x + n % 2, 2 * y + n / 2, height_of, png, files));
        }
        told["children"] = Value::Array(children);
    }
    told
}

/// A binary glTF of one grid with a picture.
fn glb(corners: &[[f32; 5]], png: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = corners.iter().flatten().flat_map(|n| n.to_le_bytes()).collect();
    let begin_of_indices = bytes.len();
    let side = STEPS + 1;
    for row in 0..STEPS {
        for column in 0..STEPS {
            let a = row * side + column;
            let square = [a, a + 1, a + side + 1, a, a + side + 1, a + side];
            bytes.extend(square.iter().flat_map(|n| (*n as u16).to_le_bytes()));
        }
    }
    let begin_of_png = bytes.len();
    bytes.extend(png);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    let count = corners.len();
    let mut json = json!({
        "asset": {"version": "2.0"},
        "extensionsUsed": ["KHR_materials_unlit"],
        "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "indices": 2, "material": 0}]}],
        "materials": [{
            "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}, "extensions": {"KHR_materials_unlit": {}},
        }],
        "textures": [{"source": 0, "sampler": 0}], "images": [{"bufferView": 2, "mimeType": "image/png"}],
        "samplers": [{"wrapS": 33071, "wrapT": 33071}],
        "buffers": [{"byteLength": bytes.len()}],
        "bufferViews": [
            {"buffer": 0, "byteLength": begin_of_indices, "byteStride": 20},
            {"buffer": 0, "byteOffset": begin_of_indices, "byteLength": begin_of_png - begin_of_indices},
            {"buffer": 0, "byteOffset": begin_of_png, "byteLength": png.len()},
        ],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": count, "type": "VEC3"},
            {"bufferView": 0, "byteOffset": 12, "componentType": 5126, "count": count, "type": "VEC2"},
            {"bufferView": 1, "componentType": 5123, "count": STEPS * STEPS * 6, "type": "SCALAR"},
        ],
    })
    .to_string();
    json.push_str(&" ".repeat(json.len().next_multiple_of(4) - json.len()));
    let word = |n: usize| (n as u32).to_le_bytes();
    let whole = 12 + 8 + json.len() + 8 + bytes.len();
    [
        b"glTF",
        &word(2),
        &word(whole),
        &word(json.len()),
        b"JSON",
        json.as_bytes(),
        &word(bytes.len()),
        b"BIN\0",
        &bytes,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Disk, gltf};

    #[test]
    fn it_is_a_tileset_whose_tiles_can_be_read() {
        let files = tileset(&|_| 250.0, &|_| Vec::new());
        assert_eq!(files.len(), 342);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.glb");
        std::fs::write(&file, &files[0].1).unwrap();
        let model = gltf::read(file.to_str().unwrap(), &Disk).unwrap();
        assert_eq!(model.parts[0].triangles(), 1152);
    }
}
