//! How far apart contour lines are drawn, and the heights written on every fifth of them.
//!
//! Where the numbers stand is worked out off the frame, along rays from what the eye looks at, anew when the view has
//! changed enough; among each other and with names they find room as all labels do.

use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use city::LonLat;
use geodesy::{EastNorth, to_city_frame, to_lon_lat};
use shell::{
    EyePose, GroundModel, LabelKind, MapCamera, MapLabel, MapLabels, OnScreenLayers, Pending, Projector,
    Theme,
};
use terrain::Ground;

/// Every so many lines is drawn thicker, and has numbers.
const INDEX: f64 = 5.0;
/// Rays on which numbers are looked for, and steps along each.
const RAYS: usize = 8;
const STEPS: usize = 90;
/// From farther away no numbers are written, metres.
const WITHIN_M: f64 = 80_000.0;
/// On gentler ground a line's place says little: no number there.
const LEAST_SLOPE: f64 = 0.02;

/// The distance of contour lines in height, metres, for an eye this high above the valleys.
pub fn interval_m(eye_m: f64) -> f64 {
    match eye_m {
        h if h < 400.0 => 5.0,
        h if h < 1_200.0 => 10.0,
        h if h < 3_000.0 => 20.0,
        h if h < 9_000.0 => 50.0,
        h if h < 24_000.0 => 100.0,
        h if h < 80_000.0 => 200.0,
        _ => 500.0,
    }
}

/// The interval that is drawn now, metres.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Interval(pub f64);

/// Follows the height of the eye. Above the valley floors, some 250 m high; never less than that of a low roof.
pub(crate) fn follow_eye(eye: Res<Projector>, ground: Res<GroundModel>, mut interval: ResMut<Interval>) {
    let eye_m = eye.eye.z / ground.exaggeration - 250.0;
    interval.set_if_neq(Interval(interval_m(eye_m)));
}

/// Where numbers stand: places on the index contours along rays from a focus.
fn places(ground: &Ground, focus: LonLat, reach_m: f64, interval_m: f64) -> Vec<(LonLat, f64)> {
    let middle = to_city_frame(focus);
    let mut cursor = ground.cursor();
    let mut found = Vec::new();
    for ray in 0..RAYS {
        let (sin, cos) = (std::f64::consts::TAU * ray as f64 / RAYS as f64 + 0.13).sin_cos();
        let at = |along_m: f64| {
            to_lon_lat(EastNorth::new(middle.east_m + sin * along_m, middle.north_m + cos * along_m))
        };
        let mut before: Option<(f64, f64)> = None;
        for step in 1..=STEPS {
            let along_m = reach_m * step as f64 / STEPS as f64;
            let Some(height_m) = cursor.height_m(at(along_m)) else { break };
            if let Some((from_m, from_height_m)) = before {
                let line = |height_m: f64| (height_m / (INDEX * interval_m)).floor();
                let wanted_m = line(height_m.max(from_height_m)) * INDEX * interval_m;
                let crosses = line(height_m) != line(from_height_m);
                let slope = (height_m - from_height_m).abs() / (along_m - from_m);
                if crosses && slope > LEAST_SLOPE {
                    let part = (wanted_m - from_height_m) / (height_m - from_height_m);
                    found.push((at(from_m + (along_m - from_m) * part.clamp(0.0, 1.0)), wanted_m));
                }
            }
            before = Some((along_m, height_m));
        }
    }
    found
}

/// The view that numbers were made for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Made {
    focus: EastNorth,
    distance_m: f64,
    interval_m: f64,
    exaggeration: f64,
}

impl Made {
    fn serves(&self, other: &Self) -> bool {
        let zoomed = (self.distance_m / other.distance_m).log2().abs();
        self.interval_m == other.interval_m
            && self.exaggeration == other.exaggeration
            && zoomed < 0.4
            && self.focus.distance_m(other.focus) < 0.25 * other.distance_m
    }
}

/// What [`number`] remembers.
#[derive(Default)]
pub(crate) struct Numbers {
    made: Option<Made>,
    finding: Option<Task<Vec<(LonLat, f64)>>>,
}

/// Writes heights on the index contours.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn number(
    camera: Res<MapCamera>,
    eye: Res<EyePose>,
    ground: Res<GroundModel>,
    interval: Res<Interval>,
    layers: Res<OnScreenLayers>,
    theme: Res<Theme>,
    mut labels: ResMut<MapLabels>,
    mut pending: ResMut<Pending>,
    mut numbers: Local<Numbers>,
) {
    if let Some(found) = numbers.finding.as_mut().and_then(check_ready) {
        numbers.finding = None;
        pending.set("contour numbers", 0);
        let label = |(at, height_m): &(LonLat, f64)| MapLabel {
            at: *at,
            height_m: height_m * ground.exaggeration,
            text: format!("{height_m:.0}"),
            size: theme.size.small - 1.0,
            colour: theme.map.label.with_alpha(0.6),
            priority: 2.0,
            kind: LabelKind::Contour,
            within_m: 1.5 * WITHIN_M,
        };
        labels.set("contours", found.iter().map(label).collect());
    }
    let pose = if eye.moving { eye.pose } else { *camera };
    if !layers.is_on("terrain.contours") || pose.distance_m > WITHIN_M {
        if numbers.made.is_some() {
            // What is still looked for must not come after the lines have gone.
            *numbers = Numbers::default();
            pending.set("contour numbers", 0);
            labels.set("contours", Vec::new());
        }
        return;
    }
    let view = Made {
        focus: to_city_frame(pose.focus),
        distance_m: pose.distance_m,
        interval_m: interval.0,
        exaggeration: ground.exaggeration,
    };
    let is_made = !theme.is_changed() && numbers.made.is_some_and(|made| made.serves(&view));
    if numbers.finding.is_some() || is_made {
        return;
    }
    numbers.made = Some(view);
    pending.set("contour numbers", 1);
    let (ground, focus) = (ground.ground.clone(), pose.focus);
    let pool = AsyncComputeTaskPool::get();
    let task = pool.spawn(async move { places(&ground, focus, 0.9 * view.distance_m, view.interval_m) });
    numbers.finding = Some(task);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_stand_on_their_lines() {
        let ground = Ground::shipped().unwrap();
        let found = places(&ground, LonLat::new(106.61, 29.53), 8_000.0, 20.0);
        assert!(found.len() > 10, "{}", found.len());
        for (at, height_m) in found {
            assert_eq!(height_m % 100.0, 0.0);
            let difference_m = (ground.height_m(at).unwrap() - height_m).abs();
            assert!(difference_m < 20.0, "{at:?} {height_m}: {difference_m}");
        }
    }

    #[test]
    fn lines_stand_closer_the_nearer_the_eye() {
        let intervals = [200.0, 1_000.0, 5_000.0, 50_000.0, 400_000.0].map(interval_m);
        assert!(intervals.windows(2).all(|pair| pair[0] < pair[1]), "{intervals:?}");
    }
}
