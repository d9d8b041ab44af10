//! From the samples of a tile to what the graphics card takes: a mesh with skirts, and a raster of slope, height and
//! shore for the fragment shader.

use terrain::TileSamples;

/// Samples along a side of a tile's raster.
pub const SAMPLES: usize = 257;
/// Quads along a side of a tile's mesh: the raster carries the detail, the mesh only the form.
const QUADS: usize = 16;
/// The same where there is water: on coarse quads a river would heave.
const QUADS_ON_WATER: usize = 32;
/// Triangles of a tile, skirts included, at most.
#[cfg(test)]
const TRIANGLES: usize = triangles(QUADS_ON_WATER);

/// Triangles of a tile of so many quads along a side, skirts included.
const fn triangles(quads: usize) -> usize {
    quads * quads * 2 + quads * 4 * 2
}

/// How far a skirt hangs down, as a part of the tile's width: hides the cracks between levels.
const SKIRT: f32 = 0.03;

/// A mesh of one tile, metres: x east, y up (unexaggerated), z south of the tile's south-west corner.
pub struct TileMesh {
    /// Places.
    pub positions: Vec<[f32; 3]>,
    /// Where in the raster: 0 to 1 from west to east and from south to north.
    pub uvs: Vec<[f32; 2]>,
    /// Triangles.
    pub indices: Vec<u16>,
}

/// Meshes a tile from every sixteenth sample, where there is water from every eighth.
pub fn mesh(tile: &TileSamples, width_m: f64) -> TileMesh {
    let is_wet = tile.shore_m.iter().any(|&shore_m| shore_m > 0.0);
    let quads = if is_wet { QUADS_ON_WATER } else { QUADS };
    let side = quads + 1;
    let step = (tile.samples - 1) / quads;
    let place = |column: usize, row: usize| {
        let (u, v) = (column as f32 / quads as f32, row as f32 / quads as f32);
        let height_m = tile.heights_m[row * step * tile.samples + column * step];
        ([u * width_m as f32, height_m, -v * width_m as f32], [u, v])
    };
    let (mut positions, mut uvs): (Vec<_>, Vec<_>) = (0..side)
        .flat_map(|row| (0..side).map(move |column| (column, row)))
        .map(|(c, r)| place(c, r))
        .unzip();
    let mut indices = Vec::with_capacity(triangles(quads) * 3);
    for row in 0..quads {
        for column in 0..quads {
            let south_west = (row * side + column) as u16;
            quad(&mut indices, south_west, south_west + 1, south_west + side as u16);
        }
    }
    let rim = rim(quads);
    let hem = positions.len() as u16;
    for &at in &rim {
        let [x, y, z] = positions[usize::from(at)];
        positions.push([x, y - SKIRT * width_m as f32, z]);
        uvs.push(uvs[usize::from(at)]);
    }
    for (i, &at) in rim.iter().enumerate() {
        let next = (i + 1) % rim.len();
        let (low, next_low) = (hem + i as u16, hem + next as u16);
        indices.extend([at, low, rim[next], rim[next], low, next_low]);
    }
    TileMesh { positions, uvs, indices }
}

fn quad(indices: &mut Vec<u16>, south_west: u16, south_east: u16, north_west: u16) {
    let north_east = north_west + 1;
    indices.extend([south_west, south_east, north_west, north_west, south_east, north_east]);
}

/// The vertices around the edge, anticlockwise from the south-west.
fn rim(quads: usize) -> Vec<u16> {
    let side = quads + 1;
    let at = |column: usize, row: usize| (row * side + column) as u16;
    let south = (0..quads).map(|i| at(i, 0));
    let east = (0..quads).map(|i| at(quads, i));
    let north = (0..quads).map(|i| at(quads - i, quads));
    let west = (0..quads).map(|i| at(0, quads - i));
    south.chain(east).chain(north).chain(west).collect()
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
    fn a_mesh_has_its_triangles_and_is_finer_on_water() {
        let mut samples = slope_east();
        let dry = mesh(&samples, 2_560.0);
        assert_eq!(dry.indices.len(), triangles(QUADS) * 3);
        assert_eq!(dry.positions[QUADS], [2_560.0, 456.0, 0.0]);
        samples.shore_m[7] = 3.0;
        let wet = mesh(&samples, 2_560.0);
        assert_eq!(wet.indices.len(), TRIANGLES * 3);
        assert!(wet.indices.iter().all(|&i| usize::from(i) < wet.positions.len()));
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
