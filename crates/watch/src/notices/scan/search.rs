//! The best cylinder for given days of the cases.
//!
//! Of each place a row holds how many cases it has of each age or newer. A circle adds the rows of its places as it
//! grows; a bound without logarithms throws out nearly all intervals before the likelihood is computed in full.

use super::days::Days;
use super::ground::Ground;
use super::rows::{Rows, Sum};
use super::{Ends, ScanSettings};

/// Lanes a row is filled up to, so that the compiler can take several at once.
const STRIDE: usize = 8;
/// Intervals that are looked at together when clusters may end on any day.
const LANES: usize = 64;

/// A cylinder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cylinder {
    /// The place in its middle.
    pub centre: u32,
    /// How many neighbours of that place its circle holds.
    pub places: u32,
    /// The newest age in it.
    pub newest: u32,
    /// The oldest age in it.
    pub oldest: u32,
    /// Its cases.
    pub cases: u32,
    /// The cases that were to be expected.
    pub expected: f64,
    /// The log generalised likelihood ratio.
    pub log_ratio: f64,
}

impl Cylinder {
    /// True when a case of that age lies in its time.
    pub fn holds(&self, age: u32) -> bool {
        (self.newest..=self.oldest).contains(&age)
    }
}

/// A circle: so many neighbours of a place.
struct Circle {
    places: u32,
    /// Its cases of all ages, by stratum.
    by_stratum: [u32; 7],
}

/// Everything that stays the same from replicate to replicate.
pub(super) struct Search<'a> {
    ground: &'a Ground,
    days: &'a Days,
    /// Of each place, where its circles begin; one more at the end.
    starts: Vec<u32>,
    circles: Vec<Circle>,
    /// Of each circle, the expected cases of each age or newer.
    expected: Vec<f32>,
    /// Ages a row holds, filled up.
    width: usize,
    longest: usize,
    newest_ends: usize,
    cases: f64,
    min_cases: f32,
}

/// The log generalised likelihood ratio of `c` cases where `mu` were expected, of `all`; 0 where there are not more.
pub(super) fn log_ratio(c: f64, mu: f64, all: f64) -> f64 {
    if c <= mu || mu <= 0.0 {
        return 0.0;
    }
    let outside = if c < all { (all - c) * ((all - c) / (all - mu)).ln() } else { 0.0 };
    c * (c / mu).ln() + outside
}

impl<'a> Search<'a> {
    pub fn new(ground: &'a Ground, days: &'a Days, settings: &ScanSettings) -> Self {
        let width = days.lanes.div_ceil(STRIDE) * STRIDE;
        let cases: usize = days.strata.iter().map(|s| s.places.len()).sum();
        let mut by_stratum = vec![[0_u32; 7]; ground.len()];
        for (stratum, held) in days.strata.iter().enumerate() {
            held.places.iter().for_each(|&place| by_stratum[place as usize][stratum] += 1);
        }
        let mut search = Self {
            ground,
            days,
            starts: vec![0],
            circles: Vec::new(),
            expected: Vec::new(),
            width,
            longest: settings.longest() as usize,
            newest_ends: if settings.ends == Ends::Alive { 1 } else { days.lanes },
            cases: cases as f64,
            min_cases: settings.min_cases.max(1) as f32,
        };
        let most = (settings.max_share * cases as f64).floor() as u32;
        for place in 0..ground.len() {
            search.add_circles(place, &by_stratum, most, &settings.radii_m);
        }
        search
    }

    /// The circles around `place`: at every distance, or at those of `radii_m`, each as far as it holds at most `most`.
    fn add_circles(&mut self, place: usize, by_stratum: &[[u32; 7]], most: u32, radii_m: &[f64]) {
        let (near, distances_m) = self.ground.neighbours(place);
        let mut sums = [0_u32; 7];
        let mut total = 0;
        // Which of the radii a distance falls under; without radii each distance is its own.
        let step = |i: usize| radii_m.partition_point(|r| *r < f64::from(distances_m[i])) as f64;
        let step = |i: usize| if radii_m.is_empty() { f64::from(distances_m[i]) } else { step(i) };
        for i in 0..near.len() {
            for (sum, count) in sums.iter_mut().zip(by_stratum[near[i] as usize]) {
                *sum += count;
                total += count;
            }
            if total > most {
                break;
            }
            let closes = i + 1 == near.len() || step(i) != step(i + 1);
            if closes && total as f32 >= self.min_cases {
                let mut running = 0.0;
                self.circles.push(Circle { places: i as u32 + 1, by_stratum: sums });
                for age in 0..self.width {
                    running += self.expected_on(&sums, age);
                    self.expected.push(running as f32);
                }
            }
        }
        self.starts.push(self.circles.len() as u32);
    }

    /// The expected cases of one age in a circle with those cases by stratum.
    fn expected_on(&self, by_stratum: &[u32; 7], age: usize) -> f64 {
        let strata = self.days.strata.len();
        if age < self.days.lanes { f64::from(by_stratum[age % strata]) * self.days.weights[age] } else { 0.0 }
    }

    /// Circles that are looked at.
    pub fn circles(&self) -> usize {
        self.circles.len()
    }

    /// The places in a cylinder's circle.
    pub fn places(&self, cylinder: &Cylinder) -> &[u32] {
        &self.ground.neighbours(cylinder.centre as usize).0[..cylinder.places as usize]
    }

    /// Empty rows.
    pub fn empty_rows(&self) -> Rows {
        Rows::new(self.ground.len(), self.days.lanes, self.width)
    }

    /// The rows of cases given by place and age.
    pub fn rows_of(&self, cases: impl Iterator<Item = (u32, u32)>) -> Rows {
        let mut rows = self.empty_rows();
        cases.for_each(|(place, age)| rows.count(place, age));
        rows.sum_up();
        rows
    }

    /// The cylinder with the highest ratio above 0, the first of equals; none that holds a `blocked` place.
    pub fn best(&self, rows: &Rows, blocked: Option<&[bool]>) -> Option<Cylinder> {
        // Sums of known length stay in registers.
        match self.width {
            8 => self.best_with([0; 8], rows, blocked),
            16 => self.best_with([0; 16], rows, blocked),
            32 => self.best_with([0; 32], rows, blocked),
            _ => self.best_with(vec![0; self.width], rows, blocked),
        }
    }

    fn best_with<S: Sum>(&self, mut sum: S, rows: &Rows, blocked: Option<&[bool]>) -> Option<Cylinder> {
        let mut best: Option<Cylinder> = None;
        let mut top = 0.0;
        let mut counts = vec![0.0_f32; self.width];
        for place in 0..self.ground.len() {
            let circles = self.starts[place] as usize..self.starts[place + 1] as usize;
            if circles.is_empty() {
                continue;
            }
            let near = self.ground.neighbours(place).0;
            sum.clear();
            let mut added = 0;
            for circle in circles {
                let upto = self.circles[circle].places as usize;
                let new = &near[added..upto];
                if blocked.is_some_and(|blocked| new.iter().any(|&p| blocked[p as usize])) {
                    break;
                }
                for &p in new {
                    sum.add(rows, p as usize);
                }
                added = upto;
                let sum = sum.lanes();
                if f32::from(sum[self.width - 1]) < self.min_cases {
                    continue;
                }
                counts.iter_mut().zip(sum).for_each(|(count, sum)| *count = f32::from(*sum));
                self.look(place, circle, &counts, &mut top, &mut best);
            }
        }
        best
    }

    /// Looks at every interval of one circle.
    fn look(&self, place: usize, circle: usize, sum: &[f32], top: &mut f64, best: &mut Option<Cylinder>) {
        let expected = &self.expected[circle * self.width..][..self.width];
        if self.newest_ends == 1 {
            if self.could_beat(sum, expected, *top) {
                self.look_closely(place, circle, 0, sum, top, best);
            }
            return;
        }
        let (mut counts, mut means) = ([0.0_f32; LANES], [0.0_f32; LANES]);
        for newest in 0..self.newest_ends {
            let ends = (newest + self.longest).min(self.days.lanes);
            let (before, mean_before) =
                if newest == 0 { (0.0, 0.0) } else { (sum[newest - 1], expected[newest - 1]) };
            if sum[ends - 1] - before < self.min_cases {
                continue;
            }
            let mut beats = false;
            for first in (newest..ends).step_by(LANES) {
                let lanes = LANES.min(ends - first);
                for lane in 0..lanes {
                    counts[lane] = sum[first + lane] - before;
                    means[lane] = expected[first + lane] - mean_before;
                }
                beats |= self.could_beat(&counts[..lanes], &means[..lanes], *top);
            }
            if beats {
                self.look_closely(place, circle, newest, sum, top, best);
            }
        }
    }

    /// False when no interval can pass `top`. With d = c − μ the ratio is at most d²/2 (1/μ + 1/(C − c)): both terms are
    /// x ln x − x + 1 scaled, whose second derivative 1/x is bounded on either side of 1. In f32 with room for rounding.
    fn could_beat(&self, counts: &[f32], means: &[f32], top: f64) -> bool {
        let all = self.cases as f32;
        // Of a difference of two sums both may be rounded; a sum is as large as half of all.
        let largest = if self.newest_ends == 1 { means[means.len() - 1] } else { all };
        let slack = 2e-7 * largest.max(1.0);
        let twice_top = 1.999_998 * top as f32;
        // A circle holds at most half of all, so that 1/(C − c) ≤ 2/C.
        let per_mean = 2.0 / all;
        let mut beats = 0_u32;
        for (&c, &mu) in counts.iter().zip(means) {
            let d = (c - mu + slack).max(0.0);
            beats |= u32::from(d * d * (1.0 + per_mean * mu) >= twice_top * (mu - slack));
        }
        beats != 0
    }

    /// Computes the ratio of every interval of a circle that ends at age `newest`.
    fn look_closely(
        &self,
        place: usize,
        circle: usize,
        newest: usize,
        sum: &[f32],
        top: &mut f64,
        best: &mut Option<Cylinder>,
    ) {
        let before = if newest == 0 { 0.0 } else { sum[newest - 1] };
        let mut expected = 0.0;
        let ends = (newest + self.longest).min(self.days.lanes);
        for (oldest, upto) in sum.iter().enumerate().take(ends).skip(newest) {
            expected += self.expected_on(&self.circles[circle].by_stratum, oldest);
            let cases = upto - before;
            if cases < self.min_cases {
                continue;
            }
            let ratio = log_ratio(f64::from(cases), expected, self.cases);
            if ratio > *top {
                *top = ratio;
                *best = Some(Cylinder {
                    centre: place as u32,
                    places: self.circles[circle].places,
                    newest: newest as u32,
                    oldest: oldest as u32,
                    cases: cases as u32,
                    expected,
                    log_ratio: ratio,
                });
            }
        }
    }
}
