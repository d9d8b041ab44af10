//! From a place of the city to a point of the screen and back, in f64, for labels, cards and picking.
//! It describes the eye of the present frame; it is set in [`CitySet::Step`](crate::CitySet::Step).

use bevy::math::{DVec2, DVec3};
use bevy::prelude::*;
use bevy_egui::egui;
use city::LonLat;
use geodesy::{EastNorth, to_city_frame};

/// Opening of the eye from bottom to top, degrees.
pub const FIELD_OF_VIEW_DEG: f64 = 45.0;
/// Nearer than this to the eye's plane nothing is projected, metres.
const NEAREST_M: f64 = 1.0;

/// A place on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnScreen {
    /// Where, in egui points from the top left.
    pub at: egui::Pos2,
    /// How far from the eye's plane, metres.
    pub depth_m: f64,
}

/// A line of sight: where it begins and where it goes, city frame (east, north, height as drawn), metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// The eye.
    pub from: DVec3,
    /// Unit vector.
    pub towards: DVec3,
}

/// The eye of this frame: projects places to the screen.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Projector {
    /// The eye in the city frame: east, north, height as drawn, metres.
    pub eye: DVec3,
    /// Where it looks, unit vector.
    pub forward: DVec3,
    /// To its right, unit vector, level.
    pub right: DVec3,
    /// Its up, unit vector.
    pub up: DVec3,
    /// The screen in egui points.
    pub size: DVec2,
    /// Where on the screen the eye looks at, egui points.
    pub centre: DVec2,
    /// Points of the screen a unit of tangent: the screen's half height over the tangent of half the opening.
    pub focal: f64,
}

impl Default for Projector {
    fn default() -> Self {
        Self::looking(DVec3::new(0.0, 0.0, 1000.0), 0.0, 60.0, DVec2::new(1280.0, 720.0))
    }
}

impl Projector {
    /// An eye at a place of the city frame, by heading (degrees clockwise from north), pitch (degrees down) and
    /// screen size in points.
    pub fn looking(eye: DVec3, heading_deg: f64, pitch_deg: f64, size: DVec2) -> Self {
        let (sin_h, cos_h) = heading_deg.to_radians().sin_cos();
        let (sin_p, cos_p) = pitch_deg.to_radians().sin_cos();
        Self {
            eye,
            forward: DVec3::new(sin_h * cos_p, cos_h * cos_p, -sin_p),
            right: DVec3::new(cos_h, -sin_h, 0.0),
            up: DVec3::new(sin_h * sin_p, cos_h * sin_p, cos_p),
            size,
            centre: size / 2.0,
            focal: size.y / 2.0 / (FIELD_OF_VIEW_DEG / 2.0).to_radians().tan(),
        }
    }

    /// Whether a ball (city frame, heights as drawn, metres) touches what the eye sees.
    pub fn sees(&self, middle: DVec3, radius_m: f64) -> bool {
        let middle = middle - self.eye;
        let depth_m = middle.dot(self.forward);
        let beside = |along: f64, reach: f64| {
            let tangent = reach / self.focal;
            along.abs() > depth_m * tangent + radius_m * tangent.hypot(1.0)
        };
        let reach = self.centre.max(self.size - self.centre);
        depth_m > -radius_m
            && !beside(middle.dot(self.right), reach.x)
            && !beside(middle.dot(self.up), reach.y)
    }

    /// The size of the screen, egui points.
    pub(crate) fn screen(&self) -> egui::Vec2 {
        egui::vec2(self.size.x as f32, self.size.y as f32)
    }

    /// A place and its height as drawn on the screen (maybe off its edges); `None` behind the eye.
    pub fn project(&self, at: LonLat, height_m: f64) -> Option<OnScreen> {
        self.project_city(to_city_frame(at), height_m)
    }

    /// The same from the city frame, cheaper by the projection.
    pub fn project_city(&self, at: EastNorth, height_m: f64) -> Option<OnScreen> {
        let offset = DVec3::new(at.east_m, at.north_m, height_m) - self.eye;
        let depth_m = offset.dot(self.forward);
        if depth_m < NEAREST_M {
            return None;
        }
        let x = self.centre.x + self.focal * offset.dot(self.right) / depth_m;
        let y = self.centre.y - self.focal * offset.dot(self.up) / depth_m;
        Some(OnScreen { at: egui::pos2(x as f32, y as f32), depth_m })
    }

    /// The line of sight through a point of the screen.
    pub fn sight(&self, at: egui::Pos2) -> Sight {
        let x = (f64::from(at.x) - self.centre.x) / self.focal;
        let y = (self.centre.y - f64::from(at.y)) / self.focal;
        Sight { from: self.eye, towards: (self.forward + self.right * x + self.up * y).normalize() }
    }

    /// True when a point lies on the screen or within `margin` points of it.
    pub fn is_on_screen(&self, at: egui::Pos2, margin: f32) -> bool {
        (-margin..=self.size.x as f32 + margin).contains(&at.x)
            && (-margin..=self.size.y as f32 + margin).contains(&at.y)
    }

    /// How many times more room something on the ground needs because the sight is along it: 1 from 37° down
    /// and steeper, 3.5 at the horizon. The symbols' shader says the same.
    pub fn crowding(&self, at: EastNorth, height_m: f64) -> f64 {
        let sight = self.eye - DVec3::new(at.east_m, at.north_m, height_m);
        let steep = (sight.z / sight.length()).clamp(0.05, 1.0);
        (0.6 / steep).sqrt().max(1.0)
    }

    /// Metres across one point of the screen at a depth.
    pub fn metres_a_point(&self, depth_m: f64) -> f64 {
        depth_m / self.focal
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_projected_is_seen_along_its_sight() {
        let projector =
            Projector::looking(DVec3::new(100.0, -5000.0, 3000.0), 20.0, 35.0, DVec2::new(1280.0, 720.0));
        let at = EastNorth::new(1500.0, -1000.0);
        let seen = projector.project_city(at, 250.0).unwrap();
        let sight = projector.sight(seen.at);
        let offset = DVec3::new(at.east_m, at.north_m, 250.0) - sight.from;
        assert!(offset.normalize().dot(sight.towards) > 1.0 - 1e-9);
        assert!((offset.dot(projector.forward) - seen.depth_m).abs() < 1e-6);
    }

    #[test]
    fn east_is_right_north_is_up_and_behind_is_none() {
        let projector = Projector::looking(DVec3::new(0.0, 0.0, 1000.0), 0.0, 90.0, DVec2::new(800.0, 600.0));
        let centre = projector.project_city(EastNorth::new(0.0, 0.0), 0.0).unwrap().at;
        let east = projector.project_city(EastNorth::new(100.0, 0.0), 0.0).unwrap().at;
        let north = projector.project_city(EastNorth::new(0.0, 100.0), 0.0).unwrap().at;
        assert_eq!((centre.x, centre.y), (400.0, 300.0));
        assert!(
            east.x > 420.0
                && (east.y - 300.0).abs() < 0.01
                && north.y < 280.0
                && (north.x - 400.0).abs() < 0.01
        );
        assert_eq!(projector.project_city(EastNorth::new(0.0, 0.0), 1500.0), None);
    }

    #[test]
    fn along_the_ground_everything_needs_more_room() {
        let high = Projector::looking(DVec3::new(0.0, 0.0, 5000.0), 0.0, 90.0, DVec2::new(800.0, 600.0));
        let crowding = |east_m: f64| high.crowding(EastNorth::new(east_m, 0.0), 0.0);
        assert_eq!(crowding(0.0), 1.0);
        assert!(crowding(20_000.0) > 1.3 && crowding(60_000.0) > crowding(20_000.0));
        assert!(crowding(5.0e6) < 3.5);
    }
}
