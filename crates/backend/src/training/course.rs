//! A course: a line travelled in a time, and where on it one is.

use city::{CityTime, LonLat};

/// A line travelled from one instant to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    path: Vec<LonLat>,
    /// Metres from the start to each point.
    reached_m: Vec<f64>,
    /// When it begins.
    pub began: CityTime,
    /// How long it takes, seconds.
    pub duration_s: f64,
}

impl Course {
    /// A course along `path` (one point at least) from `began`, for `duration_s` seconds.
    pub fn new(path: Vec<LonLat>, began: CityTime, duration_s: f64) -> Self {
        let mut total = 0.0;
        let mut last = path.first().copied().unwrap_or_default();
        let reached_m = path
            .iter()
            .map(|at| {
                total += last.distance_m(*at);
                last = *at;
                total
            })
            .collect();
        Self { path, reached_m, began, duration_s: duration_s.max(0.0) }
    }

    /// The same course, travelled in `duration_s` seconds.
    pub fn lasting(self, duration_s: f64) -> Self {
        Self { duration_s, ..self }
    }

    /// Its length in metres.
    pub fn length_m(&self) -> f64 {
        self.reached_m.last().copied().unwrap_or(0.0)
    }

    /// When it ends.
    pub fn ends(&self) -> CityTime {
        self.began.plus_s(self.duration_s)
    }

    /// Where one is at `now`, and the course over ground in degrees clockwise from north.
    pub fn position(&self, now: CityTime) -> (LonLat, f64) {
        let share = now.seconds_since(self.began) / self.duration_s.max(1e-3);
        let gone_m = self.length_m() * share.clamp(0.0, 1.0);
        let next = self.reached_m.partition_point(|m| *m <= gone_m).clamp(1, self.path.len().max(2) - 1);
        let (Some(a), Some(b)) = (self.path.get(next - 1), self.path.get(next)) else {
            return (self.path.first().copied().unwrap_or_default(), 0.0);
        };
        let (from_m, to_m) = (self.reached_m[next - 1], self.reached_m[next]);
        let within = if to_m > from_m { ((gone_m - from_m) / (to_m - from_m)).clamp(0.0, 1.0) } else { 1.0 };
        let at = LonLat::new(a.lon + (b.lon - a.lon) * within, a.lat + (b.lat - a.lat) * within);
        (at, heading_deg(*a, *b))
    }
}

/// The course from `a` to `b`, degrees clockwise from north.
pub fn heading_deg(a: LonLat, b: LonLat) -> f64 {
    let east = (b.lon - a.lon) * a.lat.to_radians().cos();
    east.atan2(b.lat - a.lat).to_degrees().rem_euclid(360.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halfway_in_time_is_halfway_along() {
        let path = vec![LonLat::new(106.0, 29.0), LonLat::new(106.0, 29.1), LonLat::new(106.0, 29.2)];
        let course = Course::new(path, CityTime(0), 100.0);
        let (at, heading) = course.position(CityTime(50_000));
        assert!((at.lat - 29.1).abs() < 1e-9 && heading == 0.0, "{at:?} {heading}");
        assert_eq!(course.position(CityTime(500_000)).0.lat, 29.2);
        let still = Course::new(vec![LonLat::new(106.0, 29.0)], CityTime(0), 0.0);
        assert_eq!(still.position(CityTime(1)).0, LonLat::new(106.0, 29.0));
    }
}
