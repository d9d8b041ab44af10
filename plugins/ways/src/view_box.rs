//! The part of the earth that lines are laid for: some way about what the eye looks at, another when it has left it.

use crate::closing::around;
use city::LonLat;
use shell::MapCamera;

/// From farther than this single streets are not told apart, metres from the eye.
const WITHIN_M: f64 = 12_000.0;
/// How far the box reaches about what is looked at, for each metre of distance from the eye.
const REACH: f64 = 1.4;
/// It reaches at least this far, metres: who is near turns fast.
const LEAST_M: f64 = 800.0;

/// A box about what the eye looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ViewBox {
    pub middle: LonLat,
    half_m: f64,
}

impl ViewBox {
    /// The box of a view; none from afar.
    pub fn of(camera: &MapCamera) -> Option<Self> {
        let half_m = (camera.distance_m * REACH).max(LEAST_M);
        (camera.distance_m < WITHIN_M).then_some(Self { middle: camera.focus, half_m })
    }

    /// True while `now` needs no other box: it still lies well inside, and is about as large.
    pub fn serves(&self, now: &Self) -> bool {
        let share = now.half_m / self.half_m;
        self.middle.distance_m(now.middle) < 0.4 * self.half_m && (0.5..1.6).contains(&share)
    }

    /// West, south, east, north, degrees.
    pub fn bounds(&self) -> [f64; 4] {
        around(self.middle, self.half_m)
    }
}
