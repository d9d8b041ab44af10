//! An eye that looks at tiles.

use super::volume::Bound;
use glam::{DVec2, DVec3};

/// An eye: places are east, north and height as drawn, metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Where it is.
    pub eye: DVec3,
    /// Where it looks, its right and its up, unit vectors.
    pub forward: DVec3,
    /// See [`View::forward`].
    pub right: DVec3,
    /// See [`View::forward`].
    pub up: DVec3,
    /// How far it sees to the sides and up and down, tangents.
    pub reach: DVec2,
    /// Points of the screen a unit of tangent.
    pub focal: f64,
    /// How many times heights are drawn.
    pub exaggeration: f64,
    /// By how much the tileset is lifted, metres.
    pub lift_m: f64,
    /// By how many points of the screen what is drawn may be wrong.
    pub error_pt: f64,
    /// A still picture: only what is drawn in the end is wanted, not what is drawn until it comes.
    pub still: bool,
}

impl View {
    fn drawn(&self, bound: &Bound) -> (DVec3, [DVec3; 3]) {
        let mut middle = bound.middle;
        middle.z = (middle.z + self.lift_m) * self.exaggeration;
        let axes = bound.axes.map(|axis| DVec3::new(axis.x, axis.y, axis.z * self.exaggeration));
        (middle, axes)
    }

    /// Whether any of a box may be seen.
    pub fn sees(&self, bound: &Bound) -> bool {
        if bound.everywhere {
            return true;
        }
        let (middle, axes) = self.drawn(bound);
        let sides = [
            self.forward,
            self.forward * self.reach.x - self.right,
            self.forward * self.reach.x + self.right,
            self.forward * self.reach.y - self.up,
            self.forward * self.reach.y + self.up,
        ];
        sides.iter().all(|inward| {
            let reach = axes.iter().map(|axis| axis.dot(*inward).abs()).sum::<f64>();
            inward.dot(middle - self.eye) >= -reach
        })
    }

    /// How far a box is from the eye, metres; 0 within it.
    pub fn distance_m(&self, bound: &Bound) -> f64 {
        if bound.everywhere {
            return 0.0;
        }
        let (middle, axes) = self.drawn(bound);
        let offset = self.eye - middle;
        let mut squared = offset.length_squared();
        for axis in axes {
            let half = axis.length();
            if half > 1e-9 {
                let along = offset.dot(axis / half);
                squared += (along.abs() - half).max(0.0).powi(2) - along * along;
            }
        }
        squared.max(0.0).sqrt()
    }

    /// How large an error of so many metres is on the screen, points.
    pub fn error_on_screen(&self, error_m: f64, bound: &Bound) -> f64 {
        let distance_m = self.distance_m(bound);
        if distance_m < 1e-3 { f64::MAX } else { error_m * self.focal / distance_m }
    }
}
