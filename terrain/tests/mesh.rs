//! What meshes promise: the bound at every sample, no crack inside or to a neighbour, the same bits every time.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeSet, HashMap};
use terrain::mesh::{MeshError, Mesher, Sides, TriangleMesh};

/// Value noise of 7 octaves from 128 samples and 400 m, as the published comparison of meshers has it (an integer hash,
/// so that it is the same in every language).
fn noise_m(column: i32, row: i32) -> f32 {
    let hash = |x: i32, y: i32| {
        let h = x.wrapping_mul(374_761_393).wrapping_add(y.wrapping_mul(668_265_263)) as u32;
        let h = (h ^ (h >> 13)).wrapping_mul(1_274_126_177);
        f64::from(h ^ (h >> 16)) / 4_294_967_295.0
    };
    let noise = |x: f64, y: f64| {
        let (i, j) = (x.floor(), y.floor());
        let (f, g) = (x - i, y - j);
        let (u, v) = (f * f * (3.0 - 2.0 * f), g * g * (3.0 - 2.0 * g));
        let (i, j) = (i as i32, j as i32);
        let (a, b, c, d) = (hash(i, j), hash(i + 1, j), hash(i, j + 1), hash(i + 1, j + 1));
        a + (b - a) * u + (c - a) * v + (a - b - c + d) * u * v
    };
    let (mut sum_m, mut height_m, mut per_sample) = (0.0, 400.0, 1.0 / 128.0);
    for _ in 0..7 {
        sum_m += height_m * noise(f64::from(column) * per_sample, f64::from(row) * per_sample);
        height_m *= 0.5;
        per_sample *= 2.0;
    }
    (sum_m + 200.0) as f32
}

/// A tile of the noise whose south-west sample is the one named.
fn tile(samples: usize, west: i32, south: i32) -> Vec<f32> {
    let at = |index: usize| noise_m(west + (index % samples) as i32, south + (index / samples) as i32);
    (0..samples * samples).map(at).collect()
}

type Place = [i64; 2];

fn area2(a: Place, b: Place, c: Place) -> i64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// Checks that a mesh covers its grid once, without a vertex on a side, and returns the greatest error at any sample.
fn check(mesh: &TriangleMesh, heights_m: &[f32], samples: usize) -> f32 {
    let last = (samples - 1) as i64;
    let place = |v: u32| mesh.vertices[v as usize].map(i64::from);
    let mut sides = HashMap::new();
    let (mut area, mut worst_m) = (0, 0.0_f64);
    let mut seen = vec![false; samples * samples];
    for triangle in &mesh.triangles {
        let [a, b, c] = triangle.map(place);
        let twice = area2(a, b, c);
        assert!(twice > 0, "{triangle:?} is flat or turned over");
        area += twice;
        for k in 0..3 {
            let side = (triangle[k], triangle[(k + 1) % 3]);
            assert!(sides.insert(side, ()).is_none(), "{side:?} is in two triangles");
        }
        let height_m = |p: Place| f64::from(heights_m[p[1] as usize * samples + p[0] as usize]);
        for row in a[1].min(b[1]).min(c[1])..=a[1].max(b[1]).max(c[1]) {
            for column in a[0].min(b[0]).min(c[0])..=a[0].max(b[0]).max(c[0]) {
                let p = [column, row];
                let parts = [area2(b, c, p), area2(c, a, p), area2(a, b, p)];
                if parts.iter().all(|&part| part >= 0) {
                    seen[row as usize * samples + column as usize] = true;
                    let [x, y, z] = parts.map(|part| part as f64 / twice as f64);
                    let drawn_m = x * height_m(a) + y * height_m(b) + z * height_m(c);
                    worst_m = worst_m.max((drawn_m - height_m(p)).abs());
                }
            }
        }
    }
    assert_eq!(area, 2 * last * last, "the triangles are not the tile's area");
    assert!(seen.iter().all(|&seen| seen), "a sample is in no triangle");
    // A side that only one triangle has must lie on the tile's own side: else something hangs in it.
    for &(from, to) in sides.keys().filter(|(from, to)| !sides.contains_key(&(*to, *from))) {
        let (a, b) = (place(from), place(to));
        let on_side = (0..2).any(|k| a[k] == b[k] && (a[k] == 0 || a[k] == last));
        assert!(on_side, "{a:?} {b:?} is an open side inside the tile");
    }
    let used: BTreeSet<u32> = mesh.triangles.iter().flatten().copied().collect();
    assert_eq!(used.len(), mesh.vertices.len(), "a vertex has no triangle, or there are two of one");
    let places: BTreeSet<[u16; 2]> = mesh.vertices.iter().copied().collect();
    assert_eq!(places.len(), mesh.vertices.len());
    worst_m as f32
}

/// The vertices on the side of a mesh where `axis` (0 column, 1 row) is `value`, along the side.
fn on_side(mesh: &TriangleMesh, axis: usize, value: u16) -> Vec<u16> {
    let mut along: Vec<u16> =
        mesh.vertices.iter().filter(|v| v[axis] == value).map(|v| v[1 - axis]).collect();
    along.sort_unstable();
    along
}

/// Rounding of f32 at these heights, metres.
const ROUNDING_M: f32 = 0.002;

#[test]
fn every_sample_is_within_the_bound() {
    for (samples, west, south) in [(129, 0, 0), (257, 700, -300), (65, -90, 40), (17, 5, 5), (3, 0, 0)] {
        let heights_m = tile(samples, west, south);
        let mut mesher = Mesher::new(samples).unwrap();
        for bound_m in [0.0, 0.3, 1.0, 5.0, 20.0, 80.0, 2000.0] {
            let free = mesher.bisect(&heights_m, bound_m, Sides::Free).unwrap();
            let shared = mesher.bisect(&heights_m, bound_m, Sides::Shared).unwrap();
            let delaunay = mesher.delaunay(&heights_m, bound_m).unwrap();
            for (name, mesh) in [("free", &free), ("shared", &shared), ("delaunay", &delaunay)] {
                let worst_m = check(mesh, &heights_m, samples);
                assert!(worst_m <= bound_m + ROUNDING_M, "{samples} {bound_m} {name}: {worst_m}");
            }
            // Where there are enough triangles for greed to pay.
            let (few, many) = (delaunay.triangles.len(), shared.triangles.len());
            assert!(few <= many || many < 200, "{samples} {bound_m}: {few} {many}");
        }
        // What is flat is two triangles, what is full is all of them.
        let flat = mesher.bisect(&vec![7.0; samples * samples], 0.0, Sides::Shared).unwrap();
        assert_eq!(flat.triangles.len(), 2);
        assert_eq!(mesher.delaunay(&vec![7.0; samples * samples], 0.0).unwrap().triangles.len(), 2);
        let spiky: Vec<f32> = (0..samples * samples).map(|k| ((k * k * 7919) % 1013) as f32).collect();
        let full = mesher.bisect(&spiky, 0.0, Sides::Shared).unwrap();
        assert!(check(&full, &spiky, samples) <= ROUNDING_M);
    }
}

#[test]
fn a_spike_and_a_cliff_at_the_side_are_held_without_a_vertex_the_side_does_not_want() {
    let samples = 65;
    let mut mesher = Mesher::new(samples).unwrap();
    for place in [(1, 30), (63, 1), (1, 1), (31, 63), (2, 33), (62, 62)] {
        let mut heights_m = vec![100.0; samples * samples];
        heights_m[place.1 * samples + place.0] = 400.0;
        for mesh in [
            mesher.bisect(&heights_m, 5.0, Sides::Shared).unwrap(),
            mesher.delaunay(&heights_m, 5.0).unwrap(),
        ] {
            assert!(check(&mesh, &heights_m, samples) <= 5.0 + ROUNDING_M, "{place:?}");
            for (axis, value) in [(0, 0), (0, 64), (1, 0), (1, 64)] {
                assert_eq!(on_side(&mesh, axis, value), [0, 64], "{place:?}");
            }
        }
    }
    let cliff: Vec<f32> =
        (0..samples * samples).map(|k| if k % samples > 40 { 300.0 } else { 0.0 }).collect();
    let mesh = mesher.bisect(&cliff, 2.0, Sides::Shared).unwrap();
    assert!(check(&mesh, &cliff, samples) <= 2.0 + ROUNDING_M);
    assert_eq!((on_side(&mesh, 0, 0), on_side(&mesh, 0, 64)), (vec![0, 64], vec![0, 64]));
}

#[test]
fn small_tiles_of_any_heights_hold_too() {
    let mut state = 12_345_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for round in 0..3000 {
        let samples = [3, 5, 9, 17][round % 4];
        let mut mesher = Mesher::new(samples).unwrap();
        // From ground that is level but for a few places to ground that is nothing but spikes.
        let (one_in, highest) = (1 + random(12), 1 + random(400));
        let spike = |_| if random(one_in) == 0 { random(highest) as f32 } else { 100.0 };
        let heights_m: Vec<f32> = (0..samples * samples).map(spike).collect();
        let bound_m = [0.0, 0.5, 7.0, 40.0, 150.0][round % 5];
        for mesh in [
            mesher.bisect(&heights_m, bound_m, Sides::Shared).unwrap(),
            mesher.bisect(&heights_m, bound_m, Sides::Free).unwrap(),
            mesher.delaunay(&heights_m, bound_m).unwrap(),
        ] {
            let worst_m = check(&mesh, &heights_m, samples);
            assert!(worst_m <= bound_m + ROUNDING_M, "round {round}: {worst_m} over {bound_m}");
        }
        let bisected = mesher.bisect(&heights_m, bound_m, Sides::Shared).unwrap();
        let delaunay = mesher.delaunay(&heights_m, bound_m).unwrap();
        let last = (samples - 1) as u16;
        for (axis, value) in [(0, 0), (0, last), (1, 0), (1, last)] {
            assert_eq!(on_side(&bisected, axis, value), on_side(&delaunay, axis, value), "round {round}");
        }
    }
}

#[test]
fn neighbours_have_the_same_vertices_along_the_side_they_share() {
    for (samples, bound_m) in [(129, 5.0), (65, 12.0), (65, 2.0), (33, 40.0), (257, 8.0)] {
        let step = samples as i32 - 1;
        let mut mesher = Mesher::new(samples).unwrap();
        for k in 0..6 {
            let (west, south) = (k * 1_237 - 3000, k * 911 - 2000);
            let here = tile(samples, west, south);
            let (east, north) = (tile(samples, west + step, south), tile(samples, west, south + step));
            // The two methods fit each other, too.
            let one = mesher.bisect(&here, bound_m, Sides::Shared).unwrap();
            for other in 0..2 {
                let mut mesh = |heights_m: &[f32]| match other {
                    0 => mesher.bisect(heights_m, bound_m, Sides::Shared).unwrap(),
                    _ => mesher.delaunay(heights_m, bound_m).unwrap(),
                };
                let (beside, above) = (mesh(&east), mesh(&north));
                assert_eq!(on_side(&one, 0, step as u16), on_side(&beside, 0, 0));
                assert_eq!(on_side(&one, 1, step as u16), on_side(&above, 1, 0));
            }
        }
    }
}

#[test]
fn a_mesh_is_the_same_every_time_and_what_cannot_be_meshed_is_said() {
    let heights_m = tile(129, 10, 10);
    let mut mesher = Mesher::new(129).unwrap();
    let first = mesher.bisect(&heights_m, 5.0, Sides::Shared).unwrap();
    let greedy = mesher.delaunay(&heights_m, 5.0).unwrap();
    mesher.bisect(&tile(129, 999, 3), 1.0, Sides::Shared).unwrap();
    assert_eq!(mesher.bisect(&heights_m, 5.0, Sides::Shared).unwrap(), first);
    let mut another = Mesher::new(129).unwrap();
    assert_eq!(another.bisect(&heights_m, 5.0, Sides::Shared).unwrap(), first);
    assert_eq!(another.delaunay(&heights_m, 5.0).unwrap(), greedy);
    for samples in [0, 1, 2, 4, 128, 8193, usize::MAX] {
        assert_eq!(Mesher::new(samples).unwrap_err(), MeshError::Samples(samples));
    }
    let mut refused =
        |heights_m: &[f32], bound_m: f32| mesher.bisect(heights_m, bound_m, Sides::Shared).unwrap_err();
    assert_eq!(refused(&heights_m[1..], 5.0), MeshError::Heights { given: 16_640, expected: 16_641 });
    assert!(matches!(refused(&heights_m, f32::NAN), MeshError::Bound(_)));
    assert_eq!(refused(&heights_m, -1.0), MeshError::Bound(-1.0));
    let mut holed = heights_m.clone();
    holed[130] = f32::NAN;
    assert_eq!(refused(&holed, 5.0), MeshError::NotFinite(1, 1));
}
