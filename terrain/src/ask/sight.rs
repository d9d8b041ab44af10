//! The line of sight between two places.

use super::{
    AskError, Eye, REFRACTION,
    air::{check_refraction, fall_per_m2},
    earth::Line,
    error::{on_globe, within},
};
use crate::Ground;
use city::LonLat;
use serde::Serialize;

/// The most samples along one line.
const MOST: f64 = 4_000_000.0;
/// Ground that stands no more than this above the line (metres) touches it: what arithmetic may leave.
const TOUCHES_M: f64 = 1e-6;

/// One end of a sight line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SightEnd {
    /// Where.
    pub at: LonLat,
    /// How high.
    pub eye: Eye,
}

/// A line of sight that is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SightLine {
    /// From where.
    pub from: SightEnd,
    /// To where.
    pub to: SightEnd,
    /// The coefficient of refraction, −1 to 1; [`REFRACTION`] is usual.
    pub refraction: f64,
}

impl SightLine {
    /// From a person's eyes, 1.7 m above the ground, to the ground at another place, through usual air.
    pub fn from_eyes(from: LonLat, to: LonLat) -> Self {
        let end = |at, above_m| SightEnd { at, eye: Eye::AboveGround(above_m) };
        Self { from: end(from, 1.7), to: end(to, 0.0), refraction: REFRACTION }
    }
}

/// A place on a sight line.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OnLine {
    /// Longitude, degrees.
    pub lon: f64,
    /// Latitude, degrees.
    pub lat: f64,
    /// Distance from the beginning, metres.
    pub distance_m: f64,
    /// Height of the ground, metres above sea level.
    pub ground_m: f64,
    /// Height of the line, metres above sea level.
    pub line_m: f64,
    /// How far the ground stands above the line, metres; negative where the line is free.
    pub above_m: f64,
}

/// What a sight line meets.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sight {
    /// Whether nothing stands above the line.
    pub visible: bool,
    /// Its length on the ellipsoid, metres.
    pub distance_m: f64,
    /// The direction from its beginning, degrees clockwise from true north.
    pub azimuth_deg: f64,
    /// Height of its beginning, metres above sea level.
    pub from_m: f64,
    /// Height of its end, metres above sea level.
    pub to_m: f64,
    /// The first sample that stands above the line.
    pub obstacle: Option<OnLine>,
    /// The least distance of the line above the ground between its ends, metres; negative if hidden. None if no
    /// sample lies between the ends.
    pub clearance_m: Option<f64>,
    /// The place of the least clearance.
    pub worst: Option<OnLine>,
    /// Places asked for their height, the ends included.
    pub samples: usize,
    /// Those of them outside the ground; nothing there is taken to be in the way.
    pub outside: usize,
}

/// The line of sight, sampled at distances of at most `spacing_m` (metres) on the shortest line over the ellipsoid.
/// At distance s of D the line is s (D − s) (1 − k) / 2R below the straight rise from end to end, with R the
/// ellipsoid's radius in that direction: the parabola leaves the arc by 0.3 m at most at 100 km and 0.7 m at 300 km,
/// where the air alone is uncertain by many metres. `height_m` gives metres above sea level, none outside.
pub fn sight(
    line: &SightLine,
    spacing_m: f64,
    mut height_m: impl FnMut(LonLat) -> Option<f64>,
) -> Result<Sight, AskError> {
    let mut height_m = |at: LonLat| height_m(at).filter(|height_m| height_m.is_finite());
    within("a spacing", spacing_m, 0.001, 1e6, "m")?;
    check_refraction(line.refraction)?;
    let mut end = |what: &'static str, end: SightEnd| {
        let at = on_globe(what, end.at)?;
        let ground_m = height_m(at).ok_or(AskError::Outside { what, at })?;
        Ok((ground_m, end.eye.above_sea_m(ground_m)?))
    };
    let (from_ground_m, from_m) = end("the observer at", line.from)?;
    let (to_ground_m, to_m) = end("the target at", line.to)?;
    let path = Line::between(line.from.at, line.to.at);
    let length_m = path.length_m;
    let parts = (length_m / spacing_m).ceil().max(1.0);
    if parts > MOST {
        let km = length_m / 1000.0;
        return Err(AskError::question(format!(
            "a line of {km:.0} km has {parts:.0} samples, more than {MOST}: nobody sees as far; choose nearer places"
        )));
    }
    let parts = parts as usize;
    let middle = path.at(length_m / 2.0);
    let fall = fall_per_m2(middle, path.azimuth_deg, line.refraction);
    let (step_m, share) = (length_m / parts as f64, 1.0 / parts as f64);
    let (rise_m, bend_m) = ((to_m - from_m) * share, fall * step_m * step_m);
    let mut along = Along { count: parts, first: None, worst: None, outside: 0 };
    let line_m = |index: usize| {
        let (done, left) = (index as f64, (parts - index) as f64);
        from_m + rise_m * done - bend_m * done * left
    };
    path.walk(parts, |index, at| {
        let ground_m = match index {
            0 => Some(from_ground_m),
            _ if index == parts => Some(to_ground_m),
            _ => height_m(at),
        };
        match ground_m {
            Some(ground_m) => along.meet(index, at, ground_m - line_m(index)),
            None => along.outside += 1,
        }
    });
    let place = |(index, at, above_m): Met| {
        let line_m = line_m(index);
        let ground_m = line_m + above_m;
        OnLine { lon: at.lon, lat: at.lat, distance_m: step_m * index as f64, ground_m, line_m, above_m }
    };
    Ok(Sight {
        visible: along.first.is_none(),
        distance_m: length_m,
        azimuth_deg: path.azimuth_deg,
        from_m,
        to_m,
        obstacle: along.first.map(place),
        clearance_m: along.worst.map(|(.., above_m)| -above_m),
        worst: along.worst.map(place),
        samples: parts + 1,
        outside: along.outside,
    })
}

/// A sample: its number, its place, and how far it stands above the line in metres.
type Met = (usize, LonLat, f64);

/// What was met along the line so far.
struct Along {
    count: usize,
    first: Option<Met>,
    worst: Option<Met>,
    outside: usize,
}

impl Along {
    #[inline]
    fn meet(&mut self, index: usize, at: LonLat, above_m: f64) {
        if above_m > TOUCHES_M && self.first.is_none() {
            self.first = Some((index, at, above_m));
        }
        // At the ends the clearance is the heights that were asked for.
        let between = index > 0 && index < self.count;
        if between && self.worst.is_none_or(|(.., worst_m)| above_m > worst_m) {
            self.worst = Some((index, at, above_m));
        }
    }
}

impl Ground {
    /// The line of sight, see [`sight`]. Two fifths of the ground's [spacing](Ground::spacing_m) lie between samples:
    /// no more than half a cell, also of a grid in degrees, whose columns here lie closer than its rows.
    pub fn sight(&self, line: &SightLine) -> Result<Sight, AskError> {
        let mut cursor = self.cursor();
        sight(line, 0.4 * self.spacing_m(), |at| cursor.height_m(at))
    }
}
