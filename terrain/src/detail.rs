//! Detail finer than the spot heights, synthesised from a seed: hills with rounded tops and valleys cut between.
//!
//! Octaves of folded gradient noise, each laid over a warped plane; where the coarser octaves are steep the finer
//! ones are weaker, as on slopes that water has worn. It is invented, and never claims to be measured.

use geodesy::EastNorth;

/// How many places are asked together at most.
pub(crate) const TOGETHER: usize = 64;
/// The seed of all detail; another one makes other hills.
const SEED: u32 = 0x5368_616e;
/// Wavelength of the coarsest octave, metres: about the distance of spot heights in the centre.
const LONGEST_M: f64 = 1500.0;
/// Number of octaves; the finest has a wavelength of 23 m.
const OCTAVES: usize = 7;
/// Height of the coarsest octave in metres for ground that rises a metre a metre, and its least and greatest value.
const AMPLITUDE_M: (f32, f32, f32) = (420.0, 46.0, 190.0);
/// How much each octave is lower than the one before.
const GAIN: f32 = 0.53;
/// How far the plane is warped, metres.
const WARP_M: f32 = 260.0;
/// The mean of a folded octave, taken off so that detail neither lifts nor lowers the ground.
const FOLDED_MEAN: f32 = 0.32;

/// A place where the detail is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked {
    /// Where.
    pub at: EastNorth,
    /// How far the plane is shifted here ([`warp_m`]), metres east and north.
    pub warp_m: (f32, f32),
    /// How steep the ground is around here, metres up per metre.
    pub relief: f32,
}

/// How far the plane of the detail is shifted at a place, metres east and north: what makes valleys wind.
pub(crate) fn warp_m(at: EastNorth) -> (f32, f32) {
    let (x, y) = (at.east_m / (2.3 * LONGEST_M), at.north_m / (2.3 * LONGEST_M));
    let one = |seed: u32| {
        let mut square = Square::default();
        square.enter(x, y, seed);
        WARP_M
            * square.noise((x - f64::from(square.corner.0)) as f32, (y - f64::from(square.corner.1)) as f32).0
    };
    (one(SEED ^ 0x9e37), one(SEED ^ 0x7f4a))
}

/// The detail, asked for a few places after each other: what they share is kept from one to the next, and changes
/// nothing in the answers.
#[derive(Default)]
pub(crate) struct Detail {
    squares: [Square; OCTAVES],
}

/// What is known of up to [`TOGETHER`] places while the octaves are laid over each other: a column each, so that the
/// processor takes several places at a time.
struct Columns {
    x: [f64; TOGETHER],
    y: [f64; TOGETHER],
    within: [[f32; TOGETHER]; 2],
    corners: [[f32; TOGETHER]; 8],
    amplitude_m: [f32; TOGETHER],
    steep: [[f32; TOGETHER]; 2],
    sum_m: [f32; TOGETHER],
}

impl Detail {
    /// Heights of the detail in metres at places, at most [`TOGETHER`], as far as samples `spacing_m` apart carry it.
    pub fn heights_m(&mut self, asked: &[Asked], spacing_m: f64) -> [f32; TOGETHER] {
        let n = asked.len().min(TOGETHER);
        let mut columns = Columns::new(&asked[..n]);
        // How many samples fit in half a wavelength, less the one that is needed anyway.
        let mut carried = LONGEST_M / (2.0 * spacing_m.max(1e-3)) - 1.0;
        let mut weight = 1.0;
        for (octave, square) in self.squares.iter_mut().enumerate() {
            if carried <= 0.0 {
                break;
            }
            for k in 0..n {
                square.enter(columns.x[k], columns.y[k], SEED.wrapping_add(octave as u32));
                columns.within[0][k] = (columns.x[k] - f64::from(square.corner.0)) as f32;
                columns.within[1][k] = (columns.y[k] - f64::from(square.corner.1)) as f32;
                for (column, part) in columns.corners.iter_mut().zip(square.gradients) {
                    column[k] = part;
                }
            }
            columns.lay(n, carried.min(1.0) as f32, weight);
            carried = 0.5 * (carried + 1.0) - 1.0;
            weight *= 0.6;
        }
        columns.sum_m
    }
}

impl Columns {
    fn new(asked: &[Asked]) -> Self {
        let mut columns = Self {
            x: [0.0; TOGETHER],
            y: [0.0; TOGETHER],
            within: [[0.0; TOGETHER]; 2],
            corners: [[0.0; TOGETHER]; 8],
            amplitude_m: [0.0; TOGETHER],
            steep: [[0.0; TOGETHER]; 2],
            sum_m: [0.0; TOGETHER],
        };
        let (per_slope, least, greatest) = AMPLITUDE_M;
        for (k, place) in asked.iter().enumerate() {
            columns.x[k] = (place.at.east_m + f64::from(place.warp_m.0)) / LONGEST_M;
            columns.y[k] = (place.at.north_m + f64::from(place.warp_m.1)) / LONGEST_M;
            columns.amplitude_m[k] = (place.relief * per_slope).clamp(least, greatest);
        }
        columns
    }

    /// Lays one octave over the first `n` places and turns to the next.
    fn lay(&mut self, n: usize, carried: f32, weight: f32) {
        for k in 0..n {
            let gradients = std::array::from_fn(|part| self.corners[part][k]);
            let (value, dx, dy) =
                Square { corner: (0, 0), gradients }.noise(self.within[0][k], self.within[1][k]);
            // Folding at zero cuts a valley along every zero line; the root keeps its floor from being a knife's edge.
            let folded = (value * value + 0.008).sqrt();
            let sign = weight * value / folded;
            let (east, north) = (self.steep[0][k], self.steep[1][k]);
            let wear = 1.0 / (1.0 + 0.8 * (east * east + north * north));
            self.sum_m[k] += self.amplitude_m[k] * carried * wear * (folded - FOLDED_MEAN);
            // Each octave is turned by 37° (a 3-4-5 triangle), so that lattices do not line up.
            let (east, north) = (east + sign * dx, north + sign * dy);
            self.steep[0][k] = 0.8 * east - 0.6 * north;
            self.steep[1][k] = 0.6 * east + 0.8 * north;
            self.amplitude_m[k] *= GAIN;
        }
        for k in 0..n {
            let (x, y) = (self.x[k], self.y[k]);
            self.x[k] = 2.0 * (0.8 * x - 0.6 * y) + 17.3;
            self.y[k] = 2.0 * (0.6 * x + 0.8 * y) + 5.9;
        }
    }
}

/// One square of a noise lattice with the directions at its corners: south-west, south-east, north-west, north-east,
/// east and north part of each.
struct Square {
    corner: (i32, i32),
    gradients: [f32; 8],
}

impl Default for Square {
    fn default() -> Self {
        // No place on the ground is this far out, so the first place asked for fills it.
        Self { corner: (i32::MIN, i32::MIN), gradients: [0.0; 8] }
    }
}

impl Square {
    /// Moves to the square of a place, if it is another one.
    fn enter(&mut self, x: f64, y: f64, seed: u32) {
        let (i, j) = (floor(x), floor(y));
        if self.corner != (i, j) {
            let at = |di: i32, dj: i32| gradient(i.wrapping_add(di) as u32, j.wrapping_add(dj) as u32, seed);
            let [a, b, c, d] = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
            *self = Self { corner: (i, j), gradients: [a.0, a.1, b.0, b.1, c.0, c.1, d.0, d.1] };
        }
    }

    /// Gradient noise of unit wavelength, about −1 to 1, and its derivatives (Perlin's, with the fifth-degree blend).
    #[inline(always)]
    fn noise(&self, fx: f32, fy: f32) -> (f32, f32, f32) {
        let [ax, ay, bx, by, cx, cy, dx, dy] = self.gradients;
        let (va, vb) = (ax * fx + ay * fy, bx * (fx - 1.0) + by * fy);
        let (vc, vd) = (cx * fx + cy * (fy - 1.0), dx * (fx - 1.0) + dy * (fy - 1.0));
        let blend = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
        let slope = |t: f32| 30.0 * t * t * (t * (t - 2.0) + 1.0);
        let (u, v) = (blend(fx), blend(fy));
        let cross = va - vb - vc + vd;
        let mix = |a: f32, b: f32, c: f32, d: f32| a + u * (b - a) + v * (c - a) + u * v * (a - b - c + d);
        (
            mix(va, vb, vc, vd),
            mix(ax, bx, cx, dx) + slope(fx) * (vb - va + v * cross),
            mix(ay, by, cy, dy) + slope(fy) * (vc - va + u * cross),
        )
    }
}

/// A direction for a lattice point, each part within ± 1.55, from a hash of the point and the seed.
fn gradient(i: u32, j: u32, seed: u32) -> (f32, f32) {
    let mut h = i.wrapping_mul(0x9e37_79b1) ^ j.wrapping_mul(0x85eb_ca77) ^ seed.wrapping_mul(0xc2b2_ae3d);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
    h ^= h >> 15;
    let part = |bits: u32| (bits & 0xffff) as f32 * (3.1 / 65535.0) - 1.55;
    (part(h), part(h >> 16))
}

/// The greatest whole number not above `value`; without a call into the system's library, which x86-64 needs for
/// `f64::floor` and which costs as much as the rest.
fn floor(value: f64) -> i32 {
    let whole = value as i32;
    whole - i32::from(value < f64::from(whole))
}
