//! From the samples of a tile to what the graphics card takes: a mesh with skirts, and a raster of slope, height and
//! shore for the fragment shader.

use terrain::TileSamples;
use terrain::mesh::{Mesher, Sides, TriangleMesh};

/// Samples along a side of a tile's raster.
pub const SAMPLES: usize = 257;
/// Samples along a side of the ground a tile is morphed from: what the tile above it has there.
pub const COARSE_SAMPLES: usize = SAMPLES / 2 + 1;

/// How far a skirt hangs down, as a part of the tile's width: hides what is left of cracks between levels.
const SKIRT: f32 = 0.03;

/// A mesh of one tile, metres: x east, y up (unexaggerated), z south of the tile's south-west corner.
#[derive(Default)]
pub struct TileMesh {
    /// Places.
    pub positions: Vec<[f32; 3]>,
    /// The height of each place in the tile above, metres: what the tile is morphed from.
    pub coarse_m: Vec<f32>,
    /// Triangles.
    pub indices: Vec<u32>,
}

/// Meshes a tile so that no sample lies more than `bound_m` metres off its triangles. `coarse` are the samples that the
/// tile above has there.
pub fn mesh(
    mesher: &mut Mesher,
    tile: &TileSamples,
    coarse: &TileSamples,
    width_m: f64,
    bound_m: f32,
) -> TileMesh {
    // The grid has the mesher's size and finite heights, so it always has a mesh; a flat square stands for none.
    let triangles = mesher.bisect(&tile.heights_m, bound_m, Sides::Shared).unwrap_or_else(|_| square());
    let mut mesh = TileMesh::default();
    let spacing_m = (width_m / (SAMPLES - 1) as f64) as f32;
    for &[column, row] in &triangles.vertices {
        let (x, y) = (f32::from(column) * spacing_m, f32::from(row) * spacing_m);
        mesh.positions.push([x, tile.heights_m[usize::from(row) * SAMPLES + usize::from(column)], -y]);
        mesh.coarse_m.push(coarse_m(coarse, column, row));
    }
    mesh.indices = triangles.triangles.iter().flatten().copied().collect();
    skirts(&mut mesh, &triangles.vertices, SKIRT * width_m as f32);
    mesh
}

fn square() -> TriangleMesh {
    let last = (SAMPLES - 1) as u16;
    TriangleMesh {
        vertices: vec![[0, 0], [last, 0], [0, last], [last, last]],
        triangles: vec![[0, 1, 2], [2, 1, 3]],
    }
}

/// The height of the tile above at a sample of this one.
fn coarse_m(coarse: &TileSamples, column: u16, row: u16) -> f32 {
    let at =
        |column: u16, row: u16| coarse.heights_m[usize::from(row) * COARSE_SAMPLES + usize::from(column)];
    let (i, j) = (column / 2, row / 2);
    let (east, north) = (i + column % 2, j + row % 2);
    (at(i, j) + at(east, j) + at(i, north) + at(east, north)) / 4.0
}

/// Hangs a skirt from each of the four sides.
fn skirts(mesh: &mut TileMesh, vertices: &[[u16; 2]], deep_m: f32) {
    let last = (SAMPLES - 1) as u16;
    for (fixed, value) in [(1, 0), (0, last), (1, last), (0, 0)] {
        let mut side: Vec<u32> =
            (0..vertices.len() as u32).filter(|&v| vertices[v as usize][fixed] == value).collect();
        side.sort_unstable_by_key(|&v| vertices[v as usize][1 - fixed]);
        let hem = mesh.positions.len() as u32;
        for &v in &side {
            let [x, y, z] = mesh.positions[v as usize];
            mesh.positions.push([x, y - deep_m, z]);
            mesh.coarse_m.push(mesh.coarse_m[v as usize] - deep_m);
        }
        for (low, pair) in (hem..).zip(side.windows(2)) {
            mesh.indices.extend([pair[0], low, pair[1], pair[1], low, low + 1]);
        }
    }
}

/// One texel: slope to the east, slope to the north, height from −1 to 1 of the tile's range, shore in metres.
pub type Texel = [f32; 4];

/// The raster of a tile and its smaller copies, each half the one before, as the bytes of 16-bit floats.
pub struct TileRaster {
    /// All levels, the largest first.
    pub bytes: Vec<u8>,
    /// How many levels.
    pub levels: u32,
}

/// Rasters a tile.
pub fn raster(tile: &TileSamples, width_m: f64) -> TileRaster {
    let n = tile.samples;
    let spacing_m = (width_m / (n - 1) as f64) as f32;
    let (middle, half) = range(tile);
    let height = |column: usize, row: usize| tile.heights_m[row * n + column];
    let mut texels: Vec<Texel> = Vec::with_capacity(n * n);
    for row in 0..n {
        for column in 0..n {
            texels.push([
                slope(column, n, spacing_m, |i| height(i, row)),
                slope(row, n, spacing_m, |i| height(column, i)),
                (height(column, row) - middle) / half,
                tile.shore_m[row * n + column],
            ]);
        }
    }
    let (mut bytes, mut levels, mut side) = (Vec::with_capacity(n * n * 8 * 4 / 3), 0, n);
    loop {
        bytes.extend(texels.iter().flatten().flat_map(|&value| half_float(value).to_le_bytes()));
        levels += 1;
        if side == 1 {
            return TileRaster { bytes, levels };
        }
        texels = halved(&texels, side);
        side /= 2;
    }
}

/// Middle and half of a tile's range of heights, metres; never nothing.
pub fn range(tile: &TileSamples) -> (f32, f32) {
    ((tile.max_m + tile.min_m) / 2.0, ((tile.max_m - tile.min_m) / 2.0).max(0.5))
}

/// The slope at sample `i` of a row: central, and of second order at the ends, so that neighbours nearly agree there.
fn slope(i: usize, n: usize, spacing_m: f32, height: impl Fn(usize) -> f32) -> f32 {
    let rise = if i == 0 {
        -3.0 * height(0) + 4.0 * height(1) - height(2)
    } else if i == n - 1 {
        3.0 * height(i) - 4.0 * height(i - 1) + height(i - 2)
    } else {
        height(i + 1) - height(i - 1)
    };
    rise / (2.0 * spacing_m)
}

/// A copy of half the side (rounded down): each texel is the mean of four places around its middle.
fn halved(texels: &[Texel], side: usize) -> Vec<Texel> {
    let small = side / 2;
    let scale = side as f32 / small as f32;
    let sample = |x: f32, y: f32| {
        let at = |v: f32| (v.max(0.0) as usize).min(side - 1);
        texels[at(y) * side + at(x)]
    };
    let mut out = Vec::with_capacity(small * small);
    for row in 0..small {
        for column in 0..small {
            let (x, y) = ((column as f32 + 0.5) * scale, (row as f32 + 0.5) * scale);
            let around = [
                sample(x - 0.75, y - 0.75),
                sample(x + 0.75, y - 0.75),
                sample(x - 0.75, y + 0.75),
                sample(x + 0.75, y + 0.75),
            ];
            out.push(std::array::from_fn(|i| around.iter().map(|texel| texel[i]).sum::<f32>() / 4.0));
        }
    }
    out
}

/// The bits of the nearest 16-bit float (IEEE 754 binary16), ties to even, too large to infinity.
fn half_float(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = ((bits >> 16) & 0x8000) as u16;
    let exponent = ((bits >> 23) & 0xff) as i32 - 112;
    let fraction = bits & 0x7f_ffff;
    if exponent >= 31 {
        return sign | 0x7c00;
    }
    let (whole, dropped) = if exponent <= 0 {
        ((fraction | 0x80_0000), 14 - exponent)
    } else {
        (((exponent as u32) << 23) | fraction, 13)
    };
    if dropped > 24 {
        return sign;
    }
    let kept = whole >> dropped;
    let rest = whole & ((1 << dropped) - 1);
    let tie = 1 << (dropped - 1);
    let up = rest > tie || (rest == tie && kept & 1 == 1);
    sign | (kept + u32::from(up)) as u16
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn slope_east() -> TileSamples {
        let heights_m: Vec<f32> = (0..SAMPLES * SAMPLES).map(|i| 200.0 + (i % SAMPLES) as f32).collect();
        TileSamples {
            samples: SAMPLES,
            shore_m: vec![-100.0; SAMPLES * SAMPLES],
            heights_m,
            min_m: 200.0,
            max_m: 456.0,
        }
    }

    #[test]
    fn a_mesh_keeps_its_bound_morphs_from_the_coarse_and_has_skirts() {
        let mut samples = slope_east();
        let coarse = TileSamples {
            samples: COARSE_SAMPLES,
            heights_m: vec![7.0; COARSE_SAMPLES.pow(2)],
            ..samples.clone()
        };
        let mut mesher = Mesher::new(SAMPLES).unwrap();
        let plain = mesh(&mut mesher, &samples, &coarse, 2_560.0, 1.0);
        // A plane is two triangles, and a skirt of two on each side.
        assert_eq!(plain.indices.len(), (2 + 4 * 2) * 3);
        assert!(plain.positions.contains(&[2_560.0, 456.0, 0.0]) && plain.coarse_m.contains(&7.0));
        samples.heights_m[128 * SAMPLES + 100] += 50.0;
        let hill = mesh(&mut mesher, &samples, &coarse, 2_560.0, 1.0);
        assert!(hill.positions.contains(&[1_000.0, 350.0, -1_280.0]), "the summit is a vertex");
        assert!(hill.indices.iter().all(|&i| (i as usize) < hill.positions.len()));
        assert_eq!(hill.positions.len(), hill.coarse_m.len());
    }

    #[test]
    fn a_raster_knows_its_slope_and_its_levels() {
        let raster = raster(&slope_east(), 2_560.0);
        assert_eq!(raster.levels, 9);
        let east = u16::from_le_bytes([raster.bytes[0], raster.bytes[1]]);
        assert_eq!(east, half_float(0.1));
        let expected: usize = [257, 128, 64, 32, 16, 8, 4, 2, 1].iter().map(|side| side * side * 8).sum();
        assert_eq!(raster.bytes.len(), expected);
    }

    #[test]
    fn half_floats_are_the_nearest() {
        for (value, bits) in [
            (0.0, 0),
            (1.0, 0x3c00),
            (-2.0, 0xc000),
            (65504.0, 0x7bff),
            (1e6, 0x7c00),
            (-600.0, 0xe0b0),
            (0.1, 0x2e66),
            (6.0e-8, 0x0001),
            (6.1e-5, 0x03ff),
            (1e-9, 0),
            (0.99999, 0x3c00),
        ] {
            assert_eq!(half_float(value), bits, "{value}");
        }
    }
}
