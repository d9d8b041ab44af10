//! Recognises a source whose positions are shifted: GCJ-02 or BD-09 told as WGS-84, or converted once too often.
//!
//! One point proves nothing, for the shift is some 600 m here; many do. Each is held against where it should be, as it was
//! told and after the correction: against its reference position, where one is known, else against the township it is told
//! to be in. Points that agree only one way are counted, and an exact sign test (McNemar) says whether chance does that.

use crate::notices::tails::binomial_at_least;
use city::{LonLat, Place};
use layers::Gazetteer;

/// The chance below which a shift is told.
const CERTAIN: f64 = 1e-6;
/// The least share of points that agree only after the correction among those that agree one way.
const MOST: f64 = 0.75;
/// The fewest points that agree one way.
const FEWEST: u64 = 20;
/// A point this near its reference agrees with it already, metres.
const NEAR_M: f64 = 150.0;

/// How positions may be wrong all together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shift {
    /// GCJ-02 told as WGS-84.
    Gcj02,
    /// BD-09 told as WGS-84.
    Bd09,
    /// WGS-84 that was taken for GCJ-02 and converted.
    ConvertedTwice,
}

impl Shift {
    /// All of them.
    pub const ALL: [Shift; 3] = [Self::Gcj02, Self::Bd09, Self::ConvertedTwice];

    /// Where a point truly is that was told shifted so.
    pub fn corrected(self, told: LonLat) -> LonLat {
        match self {
            Self::Gcj02 => geodesy::gcj02_to_wgs84(told),
            Self::Bd09 => geodesy::gcj02_to_wgs84(geodesy::bd09_to_gcj02(told)),
            Self::ConvertedTwice => geodesy::wgs84_to_gcj02(told),
        }
    }

    /// Its name, Chinese and English.
    pub fn names(self) -> [&'static str; 2] {
        match self {
            Self::Gcj02 => ["以 GCJ-02 充 WGS-84", "GCJ-02 told as WGS-84"],
            Self::Bd09 => ["以 BD-09 充 WGS-84", "BD-09 told as WGS-84"],
            Self::ConvertedTwice => ["WGS-84 被再次转换", "WGS-84 converted once too often"],
        }
    }
}

/// Of each shift, the points that agree with their place only as told, and only corrected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShiftEvidence {
    before: [u64; 3],
    after: [u64; 3],
    points: u64,
}

/// A shift that was recognised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShiftFound {
    /// Which.
    pub shift: Shift,
    /// Points that agree with their place only as they were told.
    pub before: u64,
    /// Points that agree only after the correction.
    pub after: u64,
    /// Points that were held against something.
    pub points: u64,
    /// The chance of so many of them when neither is right more often (times three, for three shifts are tried).
    pub p_value: f64,
}

impl ShiftEvidence {
    /// Holds a point against where it should be: `reference` where that is known, else the township in `told`.
    pub fn add(&mut self, at: LonLat, reference: Option<LonLat>, told: Option<Place>, gazetteer: &Gazetteer) {
        if !at.is_valid() {
            return;
        }
        let reference = reference.filter(|r| r.is_valid());
        if reference.is_none() && told.is_none() {
            return;
        }
        self.points += 1;
        let in_township = |at: LonLat| told.is_some() && gazetteer.place(at) == told;
        let as_told = reference.is_none() && in_township(at);
        for (n, shift) in Shift::ALL.into_iter().enumerate() {
            let there = shift.corrected(at);
            let (before, after) = match reference {
                Some(reference) => {
                    let (told_m, corrected_m) = (at.distance_m(reference), there.distance_m(reference));
                    let nearer = |a: f64, b: f64| a < b / 2.0 && b > NEAR_M;
                    (nearer(told_m, corrected_m), nearer(corrected_m, told_m))
                }
                None => {
                    let corrected = in_township(there);
                    (as_told && !corrected, corrected && !as_told)
                }
            };
            self.before[n] += u64::from(before);
            self.after[n] += u64::from(after);
        }
    }

    /// The shift that explains most points, when chance does not.
    pub fn found(&self) -> Option<ShiftFound> {
        let net = |n: &usize| (self.after[*n] as i64 - self.before[*n] as i64, self.after[*n]);
        let best = (0..3).max_by_key(net)?;
        let (before, after) = (self.before[best], self.after[best]);
        let of = before + after;
        let p_value = (3.0 * binomial_at_least(after, of, 0.5)).min(1.0);
        let is_plain = of >= FEWEST && after as f64 >= MOST * of as f64 && p_value < CERTAIN;
        is_plain.then_some(ShiftFound {
            shift: Shift::ALL[best],
            before,
            after,
            points: self.points,
            p_value,
        })
    }
}
