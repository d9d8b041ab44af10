//! Detail finer than the spot heights, synthesised from a seed: hills with rounded tops and valleys cut between.
//!
//! Octaves of folded gradient noise, each laid over a warped plane; where the coarser octaves are steep the finer
//! ones are weaker, as on slopes that water has worn. It is invented, and never claims to be measured.

use geodesy::EastNorth;

/// The seed of all detail; another one makes other hills.
const SEED: u32 = 0x5368_616e;
/// Wavelength of the coarsest octave, metres: about the distance of spot heights in the centre.
const LONGEST_M: f64 = 1500.0;
/// Number of octaves; the finest has a wavelength of 23 m.
const OCTAVES: u32 = 7;
/// Height of the coarsest octave in metres for ground that rises a metre a metre, and its least and greatest value.
const AMPLITUDE_M: (f64, f64, f64) = (420.0, 46.0, 190.0);
/// How much each octave is lower than the one before.
const GAIN: f64 = 0.53;
/// How far the plane is warped, metres.
const WARP_M: f64 = 260.0;
/// The mean of a folded octave, taken off so that detail neither lifts nor lowers the ground.
const FOLDED_MEAN: f64 = 0.32;

/// How far the plane of the detail is shifted at a place, metres east and north: what makes valleys wind.
pub(crate) fn warp_m(at: EastNorth) -> (f64, f64) {
    let (x, y) = (at.east_m / (2.3 * LONGEST_M), at.north_m / (2.3 * LONGEST_M));
    let one = |seed: u32| WARP_M * Lobe::default().noise(x, y, seed).0;
    (one(SEED ^ 0x9e37), one(SEED ^ 0x7f4a))
}

/// The detail, asked place after place: what neighbouring places share is kept from one to the next, and changes
/// nothing in the answers.
#[derive(Default)]
pub(crate) struct Detail {
    lobes: [Lobe; OCTAVES as usize],
}

impl Detail {
    /// Height of the detail in metres at a place where the plane is shifted by `warp_m`, for ground of a steepness
    /// (`relief`, metres up per metre), as far as samples `spacing_m` apart can carry it.
    pub fn height_m(&mut self, at: EastNorth, warp_m: (f64, f64), relief: f64, spacing_m: f64) -> f64 {
        let (per_slope, least, greatest) = AMPLITUDE_M;
        let mut amplitude_m = (relief * per_slope).clamp(least, greatest);
        let (mut x, mut y) = ((at.east_m + warp_m.0) / LONGEST_M, (at.north_m + warp_m.1) / LONGEST_M);
        // How many samples fit in half a wavelength, less the one that is needed anyway.
        let mut carried = LONGEST_M / (2.0 * spacing_m.max(1e-3)) - 1.0;
        let (mut sum, mut steep, mut weight) = (0.0, (0.0, 0.0), 1.0);
        for (octave, lobe) in self.lobes.iter_mut().enumerate() {
            if carried <= 0.0 {
                break;
            }
            let (value, dx, dy) = lobe.noise(x, y, SEED.wrapping_add(octave as u32));
            // Folding at zero cuts a valley along every zero line; the root keeps its floor from being a knife's edge.
            let folded = (value * value + 0.008).sqrt();
            let sign = value / folded;
            let wear = 1.0 / (1.0 + 0.8 * (steep.0 * steep.0 + steep.1 * steep.1));
            sum += amplitude_m * carried.min(1.0) * wear * (folded - FOLDED_MEAN);
            steep = (steep.0 + weight * sign * dx, steep.1 + weight * sign * dy);
            // Each octave is turned by 37° (a 3-4-5 triangle), so that lattices do not line up.
            (x, y) = (2.0 * (0.8 * x - 0.6 * y) + 17.3, 2.0 * (0.6 * x + 0.8 * y) + 5.9);
            steep = (0.8 * steep.0 - 0.6 * steep.1, 0.6 * steep.0 + 0.8 * steep.1);
            carried = 0.5 * (carried + 1.0) - 1.0;
            amplitude_m *= GAIN;
            weight *= 0.6;
        }
        sum
    }
}

/// One square of a noise lattice with the directions at its corners: south-west, south-east, north-west, north-east.
struct Lobe {
    corner: (i32, i32),
    gradients: [(f64, f64); 4],
}

impl Default for Lobe {
    fn default() -> Self {
        // No place on the ground is this far out, so the first question fills it.
        Self { corner: (i32::MIN, i32::MIN), gradients: [(0.0, 0.0); 4] }
    }
}

impl Lobe {
    /// Gradient noise of unit wavelength, about −1 to 1, and its derivatives (Perlin's, with the fifth-degree blend).
    fn noise(&mut self, x: f64, y: f64, seed: u32) -> (f64, f64, f64) {
        let (i, j) = (floor(x), floor(y));
        let (fx, fy) = (x - f64::from(i), y - f64::from(j));
        if self.corner != (i, j) {
            let at = |di: i32, dj: i32| gradient(i.wrapping_add(di) as u32, j.wrapping_add(dj) as u32, seed);
            *self = Self { corner: (i, j), gradients: [at(0, 0), at(1, 0), at(0, 1), at(1, 1)] };
        }
        let [a, b, c, d] = self.gradients;
        let value = |g: (f64, f64), px: f64, py: f64| g.0 * px + g.1 * py;
        let (va, vb) = (value(a, fx, fy), value(b, fx - 1.0, fy));
        let (vc, vd) = (value(c, fx, fy - 1.0), value(d, fx - 1.0, fy - 1.0));
        let blend = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
        let slope = |t: f64| 30.0 * t * t * (t * (t - 2.0) + 1.0);
        let (u, v) = (blend(fx), blend(fy));
        let cross = va - vb - vc + vd;
        let mix = |a: f64, b: f64, c: f64, d: f64| a + u * (b - a) + v * (c - a) + u * v * (a - b - c + d);
        (
            mix(va, vb, vc, vd),
            mix(a.0, b.0, c.0, d.0) + slope(fx) * (vb - va + v * cross),
            mix(a.1, b.1, c.1, d.1) + slope(fy) * (vc - va + u * cross),
        )
    }
}

/// A direction for a lattice point, each part within ± 1.55, from a hash of the point and the seed.
fn gradient(i: u32, j: u32, seed: u32) -> (f64, f64) {
    let mut h = i.wrapping_mul(0x9e37_79b1) ^ j.wrapping_mul(0x85eb_ca77) ^ seed.wrapping_mul(0xc2b2_ae3d);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
    h ^= h >> 15;
    let part = |bits: u32| f64::from(bits & 0xffff) * (3.1 / 65535.0) - 1.55;
    (part(h), part(h >> 16))
}

/// The greatest whole number not above `value`; without a call into the system's library, which x86-64 needs for
/// `f64::floor` and which costs as much as the rest.
fn floor(value: f64) -> i32 {
    let whole = value as i32;
    whole - i32::from(value < f64::from(whole))
}
