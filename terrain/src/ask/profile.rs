//! The ground along a path.

use super::{
    AskError,
    earth::Line,
    error::{on_globe, within},
};
use crate::Ground;
use city::LonLat;
use serde::Serialize;

/// The most samples of a profile.
pub const MOST_SAMPLES: usize = 10_000;

/// One sample of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ProfileSample {
    /// Longitude, degrees.
    pub lon: f64,
    /// Latitude, degrees.
    pub lat: f64,
    /// Distance from the beginning along the path, metres.
    pub distance_m: f64,
    /// Height, metres above sea level; none outside the ground.
    pub height_m: Option<f64>,
}

/// The steepest piece between two samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Steepest {
    /// Where the piece begins, metres along the path.
    pub distance_m: f64,
    /// Metres up (negative: down) per hundred metres.
    pub slope_percent: f64,
    /// The same in degrees from level.
    pub slope_deg: f64,
}

/// The ground along a path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// The length of the path on the ellipsoid, metres.
    pub length_m: f64,
    /// The greatest distance of two samples, metres.
    pub step_m: f64,
    /// Metres climbed, summed over the samples: finer samples climb more.
    pub ascent_m: f64,
    /// Metres descended, positive.
    pub descent_m: f64,
    /// The lowest sample; none if the path lies outside.
    pub min: Option<ProfileSample>,
    /// The highest sample.
    pub max: Option<ProfileSample>,
    /// The steepest piece; none if no two neighbouring samples have heights.
    pub steepest: Option<Steepest>,
    /// The samples, the first at the beginning; every corner of the path is one.
    pub samples: Vec<ProfileSample>,
}

/// The ground along a path of two places or more. Each leg is a shortest line on the ellipsoid and is divided evenly
/// into parts of at most `step_m`; distances are geodesics (Karney 2013), exact to micrometres anywhere. More than
/// [`MOST_SAMPLES`] are refused. `height_m` gives metres above sea level, none outside.
pub fn profile(
    path: &[LonLat],
    step_m: f64,
    height_m: impl FnMut(LonLat) -> Option<f64>,
) -> Result<Profile, AskError> {
    within("a step", step_m, 0.001, 1e7, "m")?;
    let legs = legs(path)?;
    let length_m = length_m(&legs);
    let count = count(&legs, step_m);
    if count > MOST_SAMPLES as f64 {
        let least_m = fitting_step_m(&legs, step_m).ceil();
        return Err(AskError::question(format!(
            "a path of {length_m:.0} m in steps of {step_m} m has {count:.0} samples, more than {MOST_SAMPLES}: take \
             steps of {least_m} m, or a part of the path"
        )));
    }
    Ok(sampled(path[0], &legs, length_m, step_m, height_m))
}

impl Ground {
    /// The ground along a path, see [`profile`]; without a step at its own [spacing](Ground::spacing_m), or wider as
    /// far as [`MOST_SAMPLES`] demand it.
    pub fn profile(&self, path: &[LonLat], step_m: Option<f64>) -> Result<Profile, AskError> {
        let mut cursor = self.cursor();
        let step_m = match step_m {
            Some(step_m) => step_m,
            None => fitting_step_m(&legs(path)?, self.spacing_m()),
        };
        profile(path, step_m, |at| cursor.height_m(at))
    }
}

/// The legs of a path that have a length.
fn legs(path: &[LonLat]) -> Result<Vec<Line>, AskError> {
    if path.len() < 2 || path.len() > MOST_SAMPLES {
        let count = path.len();
        return Err(AskError::question(format!("a path has 2 to {MOST_SAMPLES} places, not {count}")));
    }
    path.iter().try_for_each(|at| on_globe("the path's place", *at).map(drop))?;
    Ok(path.windows(2).map(|pair| Line::between(pair[0], pair[1])).filter(|leg| leg.length_m > 0.0).collect())
}

fn length_m(legs: &[Line]) -> f64 {
    legs.iter().map(|leg| leg.length_m).sum()
}

/// Parts of a leg; a float, so that a path of any length can be counted.
fn parts(leg: &Line, step_m: f64) -> f64 {
    // A leg that is a whole number of steps but for rounding takes no step more.
    (leg.length_m / step_m - 1e-6).ceil().max(1.0)
}

fn count(legs: &[Line], step_m: f64) -> f64 {
    1.0 + legs.iter().map(|leg| parts(leg, step_m)).sum::<f64>()
}

/// The step from `wanted_m` upwards with which no more than [`MOST_SAMPLES`] are taken.
fn fitting_step_m(legs: &[Line], wanted_m: f64) -> f64 {
    if count(legs, wanted_m) <= MOST_SAMPLES as f64 {
        return wanted_m;
    }
    // Each leg may take one part more than its length asks for.
    let free = (MOST_SAMPLES - 1).saturating_sub(legs.len()).max(1);
    length_m(legs) / free as f64
}

fn sampled(
    start: LonLat,
    legs: &[Line],
    length_m: f64,
    step_m: f64,
    mut height_m: impl FnMut(LonLat) -> Option<f64>,
) -> Profile {
    let mut sample = |at: LonLat, distance_m: f64| ProfileSample {
        lon: at.lon,
        lat: at.lat,
        distance_m,
        height_m: height_m(at).filter(|height_m| height_m.is_finite()),
    };
    let mut samples = vec![sample(start, 0.0)];
    let (mut before_m, mut widest_m) = (0.0, 0.0_f64);
    for leg in legs {
        let count = parts(leg, step_m) as usize;
        let part_m = leg.length_m / count as f64;
        widest_m = widest_m.max(part_m);
        leg.walk(count, |index, at| {
            // The end of a leg is as far as the leg is long, to the last bit.
            let along_m = if index == count { leg.length_m } else { part_m * index as f64 };
            if index > 0 {
                samples.push(sample(at, before_m + along_m));
            }
        });
        before_m += leg.length_m;
    }
    let known = |a: &ProfileSample, b: &ProfileSample| match (a.height_m, b.height_m) {
        (Some(a_m), Some(b_m)) => Some((b_m - a_m, b.distance_m - a.distance_m)),
        _ => None,
    };
    let (mut ascent_m, mut descent_m, mut steepest) = (0.0, 0.0, None::<Steepest>);
    for pair in samples.windows(2) {
        let Some((up_m, along_m)) = known(&pair[0], &pair[1]) else { continue };
        if up_m > 0.0 {
            ascent_m += up_m;
        } else {
            descent_m -= up_m;
        }
        let slope = up_m / along_m;
        // Over a few millimetres between two corners of a path the rounding of heights would be a cliff.
        let counts = along_m >= 0.1 * widest_m;
        if counts && steepest.is_none_or(|s| 100.0 * slope.abs() > s.slope_percent.abs()) {
            steepest = Some(Steepest {
                distance_m: pair[0].distance_m,
                slope_percent: 100.0 * slope,
                slope_deg: slope.atan().to_degrees(),
            });
        }
    }
    let by = |higher: fn(f64, f64) -> bool| {
        samples.iter().fold(None::<ProfileSample>, |best, sample| {
            let better = |best: ProfileSample| match (sample.height_m, best.height_m) {
                (Some(here_m), Some(best_m)) => higher(here_m, best_m),
                (here_m, _) => here_m.is_some(),
            };
            if sample.height_m.is_some() && best.is_none_or(better) { Some(*sample) } else { best }
        })
    };
    let (min, max) = (by(|a, b| a < b), by(|a, b| a > b));
    Profile { length_m, step_m: widest_m, ascent_m, descent_m, min, max, steepest, samples }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const A: LonLat = LonLat::new(106.5, 29.5);
    const B: LonLat = LonLat::new(106.6, 29.5);
    const C: LonLat = LonLat::new(106.6, 29.6);

    #[test]
    fn samples_lie_on_the_path_and_every_corner_is_one() {
        let found = profile(&[A, B, B, C], 100.0, |_| Some(5.0)).unwrap();
        let (ab_m, bc_m) = (Line::between(A, B).length_m, Line::between(B, C).length_m);
        assert!((found.length_m - ab_m - bc_m).abs() < 1e-6 && found.step_m <= 100.0);
        let corner = found.samples.iter().find(|s| (s.lon, s.lat) == (B.lon, B.lat)).unwrap();
        assert!((corner.distance_m - ab_m).abs() < 1e-6);
        let last = found.samples.last().unwrap();
        assert!((last.lon, last.lat) == (C.lon, C.lat) && (last.distance_m - found.length_m).abs() < 1e-6);
        for pair in found.samples.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|s| LonLat::new(s.lon, s.lat));
            let apart_m = pair[1].distance_m - pair[0].distance_m;
            assert!((Line::between(a, b).length_m - apart_m).abs() < 0.01 && apart_m <= 100.0);
        }
        assert_eq!((found.ascent_m, found.descent_m), (0.0, 0.0));
    }

    #[test]
    fn climbs_and_falls_add_up() {
        // Up 300 m to the middle meridian and down again.
        let tent = |at: LonLat| Some(300.0 - (at.lon - 106.55).abs() * 6000.0);
        let found = profile(&[A, B], 50.0, tent).unwrap();
        assert!((found.ascent_m - 300.0).abs() < 15.0 && (found.descent_m - found.ascent_m).abs() < 15.0);
        let (min, max) = (found.min.unwrap(), found.max.unwrap());
        assert!(min.distance_m == 0.0 && (max.distance_m - found.length_m / 2.0).abs() < 60.0);
        let grade = 600.0 / found.length_m * 100.0;
        assert!((found.steepest.unwrap().slope_percent.abs() - grade).abs() < 0.05, "{:?}", found.steepest);
    }

    #[test]
    fn outside_is_none_and_adds_nothing() {
        let found = profile(&[A, B], 50.0, |at| (at.lon > 106.55).then_some(at.lon)).unwrap();
        assert_eq!(found.samples[0].height_m, None);
        assert!(found.min.unwrap().lon > 106.55 && found.ascent_m < 0.06);
        let none = profile(&[A, B], 50.0, |_| None).unwrap();
        assert!(none.min.is_none() && none.steepest.is_none() && none.ascent_m == 0.0);
    }

    #[test]
    fn what_cannot_be_answered_is_said() {
        let refused =
            |path: &[LonLat], step_m: f64| profile(path, step_m, |_| Some(0.0)).unwrap_err().to_string();
        assert!(refused(&[A], 10.0).contains("2 to"));
        assert!(refused(&[A, LonLat::new(0.0, f64::NAN)], 10.0).contains("off the globe"));
        assert!(refused(&[A, B], 0.5).contains("take steps of 1 m"), "{}", refused(&[A, B], 0.5));
        assert!(refused(&[A, B], f64::INFINITY).contains("step"));
        // The step it names is accepted.
        assert!(profile(&[A, B], 1.0, |_| Some(0.0)).unwrap().samples.len() <= MOST_SAMPLES);
        assert_eq!(profile(&[A, A], 10.0, |_| Some(3.0)).unwrap().samples.len(), 1);
    }
}
