//! Half a year of weekly scores, and whether they rise or fall.

use crate::notices::tails::above;
use city::CityTime;
use std::collections::VecDeque;

/// Weeks that are kept.
const WEEKS: usize = 26;
/// Weeks below which nothing is said of a course: fewer cannot tell one from chance at 5 % with room to spare.
const FEWEST: usize = 6;

/// The score of one week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeekScore {
    /// When the week began.
    pub from: CityTime,
    /// Its score, 0 to 100; `None` when nothing could be judged.
    pub score: Option<f64>,
}

/// Where scores go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Course {
    /// Fewer than six weeks have a score.
    TooShort,
    /// No rise or fall that chance would not give more than once in twenty.
    Steady,
    /// They rise, by so many points a week.
    Rising(f64),
    /// They fall, by so many points a week.
    Falling(f64),
}

/// The newest 26 weeks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History(VecDeque<WeekScore>);

impl History {
    /// Adds a week; the oldest of 27 goes.
    pub fn add(&mut self, week: WeekScore) {
        self.0.push_back(week);
        if self.0.len() > WEEKS {
            self.0.pop_front();
        }
    }

    /// The weeks, oldest first.
    pub fn weeks(&self) -> impl ExactSizeIterator<Item = &WeekScore> {
        self.0.iter()
    }

    /// Where the scores go: by the test of Mann and Kendall at 5 %, and the median of all slopes (Sen 1968).
    pub fn course(&self) -> Course {
        let scores: Vec<(f64, f64)> =
            self.0.iter().enumerate().filter_map(|(week, s)| Some((week as f64, s.score?))).collect();
        let n = scores.len() as f64;
        if scores.len() < FEWEST {
            return Course::TooShort;
        }
        let mut slopes = Vec::new();
        let mut sum = 0.0;
        for (i, (week, score)) in scores.iter().enumerate() {
            for (later, after) in &scores[i + 1..] {
                slopes.push((after - score) / (later - week));
                sum += if after > score {
                    1.0
                } else if after < score {
                    -1.0
                } else {
                    0.0
                };
            }
        }
        slopes.sort_by(f64::total_cmp);
        let mut sorted: Vec<f64> = scores.iter().map(|(_, score)| *score).collect();
        sorted.sort_by(f64::total_cmp);
        let ties: f64 = sorted
            .chunk_by(|a, b| a == b)
            .map(|tied| tied.len() as f64)
            .map(|t| t * (t - 1.0) * (2.0 * t + 5.0))
            .sum();
        let variance = (n * (n - 1.0) * (2.0 * n + 5.0) - ties) / 18.0;
        let z = if variance > 0.0 { (f64::abs(sum) - 1.0).max(0.0) / variance.sqrt() } else { 0.0 };
        let middle = slopes.len() / 2;
        let slope =
            if slopes.len() % 2 == 1 { slopes[middle] } else { (slopes[middle - 1] + slopes[middle]) / 2.0 };
        match 2.0 * above(z) < 0.05 {
            true if sum > 0.0 => Course::Rising(slope),
            true => Course::Falling(slope),
            false => Course::Steady,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(scores: &[f64]) -> History {
        let mut history = History::default();
        for (week, score) in scores.iter().enumerate() {
            history.add(WeekScore { from: CityTime(week as i64), score: Some(*score) });
        }
        history
    }

    #[test]
    fn a_course_is_told_when_chance_does_not_explain_it() {
        assert_eq!(history(&[90.0, 80.0, 70.0]).course(), Course::TooShort);
        let falling = [90.0, 89.0, 87.0, 88.0, 84.0, 83.0, 80.0, 81.0];
        let Course::Falling(slope) = history(&falling).course() else { panic!() };
        assert!((-1.7..-1.2).contains(&slope), "{slope}");
        assert!(matches!(history(&[80.0, 82.0, 81.0, 85.0, 86.0, 90.0, 91.0]).course(), Course::Rising(_)));
        assert_eq!(history(&[80.0, 82.0, 79.0, 81.0, 83.0, 80.0, 80.0, 81.0]).course(), Course::Steady);
        assert_eq!(history(&[70.0; 12]).course(), Course::Steady);
        let long = history(&(0..40).map(f64::from).collect::<Vec<_>>());
        assert_eq!((long.weeks().len(), long.weeks().next().map(|w| w.from)), (26, Some(CityTime(14))));
    }
}
