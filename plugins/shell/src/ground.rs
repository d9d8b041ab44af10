//! The ground as it is drawn: heights times the exaggeration, continued flat where no ground is known.

use crate::GroundModel;
use city::LonLat;

impl GroundModel {
    /// The height of the ground at a place as it is drawn, metres; 0 outside the ground.
    pub fn drawn_height_m(&self, at: LonLat) -> f64 {
        self.ground.height_m(at).unwrap_or(0.0) * self.exaggeration
    }
}
