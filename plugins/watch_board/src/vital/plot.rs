//! The sums of a trend's picture: what it spans, where its line is broken, where its axes have marks. No window needed.

use city::CityTime;
use watch::vital::told::{PointTold, Span};

/// Asia/Shanghai has kept UTC+8 since 1991.
const SHANGHAI_MS: i64 = 8 * HOUR_MS;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// A line goes on over a pause of so many periods.
const PAUSE: f64 = 1.6;

/// What a picture spans: time across, values up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Its left end.
    pub from: CityTime,
    /// Its right end.
    pub until: CityTime,
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Frame {
    /// The frame of a trend, with those levels that lie near its values; `None` where there is nothing to show.
    pub fn of(trend: &[PointTold], levels: &[f64], span: Span, now: CityTime) -> Option<Self> {
        let values = trend.iter().filter(|point| is_known(point)).flat_map(band).map(f64::from);
        let (mut low, mut high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        if low > high {
            return None;
        }
        // Values that hardly differ are not to look wild.
        let near = (high - low).max(0.1 * high.abs().max(low.abs())).max(1e-6);
        let reach = low - near..=high + near;
        for level in levels.iter().filter(|level| reach.contains(*level)) {
            (low, high) = (low.min(*level), high.max(*level));
        }
        let short = (0.5 * near - 0.5 * (high - low)).max(0.0);
        let pad = short + 0.06 * (high - low);
        // A value that cannot be negative is not shown as if it could.
        let bottom = if low >= 0.0 { (low - pad).max(0.0) } else { low - pad };
        Some(Self { from: now.plus_ms(-span.days() * DAY_MS), until: now, low: bottom, high: high + pad })
    }

    /// How far across an instant lies, 0 to 1 inside.
    pub fn across(&self, at: CityTime) -> f64 {
        let whole = self.until.seconds_since(self.from);
        if whole > 0.0 { at.seconds_since(self.from) / whole } else { 1.0 }
    }

    /// How far up a value lies, 0 to 1 inside.
    pub fn up(&self, value: f64) -> f64 {
        let whole = self.high - self.low;
        if whole > 0.0 { (value - self.low) / whole } else { 0.5 }
    }

    /// Round values between its ends, at most five.
    pub fn marks_up(&self) -> Vec<f64> {
        let whole = self.high - self.low;
        if !(whole.is_finite() && whole > 0.0) {
            return Vec::new();
        }
        let power = 10_f64.powf((whole / 4.0).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|n| n * power).into_iter().find(|step| whole / step <= 5.0);
        let step = step.unwrap_or(10.0 * power);
        let first = (self.low / step).ceil();
        let marks = (0..6).map(|n| (first + f64::from(n)) * step);
        marks.filter(|mark| *mark <= self.high + 1e-9 * whole).collect()
    }

    /// Where the time axis has marks, and what stands there: hours of a day, days of weeks, in Shanghai time.
    pub fn marks_across(&self, span: Span) -> Vec<(CityTime, String)> {
        let (step, from) = match span {
            Span::Day => (6 * HOUR_MS, 11),
            Span::Week => (2 * DAY_MS, 5),
            Span::FiveWeeks => (7 * DAY_MS, 5),
        };
        let first = (self.from.0 + SHANGHAI_MS).div_euclid(step) * step + step - SHANGHAI_MS;
        let marks = (0..16).map(|n| CityTime(first + n * step)).take_while(|at| at.0 <= self.until.0);
        let named = |at: CityTime| {
            let text = at.shanghai_date_clock();
            (at, text.get(from..from + 5).unwrap_or_default().to_owned())
        };
        marks.map(named).collect()
    }
}

/// The middle of a point's period.
pub fn middle(point: &PointTold) -> CityTime {
    point.at.plus_ms(point.span_ms.clamp(0, DAY_MS) / 2)
}

/// The parts of a trend without a gap: periods of which nothing is known stay open, and what is no number is left out.
pub fn runs(trend: &[PointTold]) -> Vec<Vec<PointTold>> {
    let mut runs: Vec<Vec<PointTold>> = Vec::new();
    for point in trend.iter().filter(|point| is_known(point)) {
        let goes_on = runs.last().and_then(|run| run.last()).is_some_and(|last| {
            let pause_ms = point.at.0.saturating_sub(last.at.0);
            pause_ms >= 0 && pause_ms as f64 <= PAUSE * last.span_ms.max(point.span_ms) as f64
        });
        match runs.last_mut().filter(|_| goes_on) {
            Some(run) => run.push(*point),
            None => runs.push(vec![*point]),
        }
    }
    runs
}

/// The known point whose middle is nearest to a place across, 0 to 1.
pub fn nearest(trend: &[PointTold], frame: &Frame, across: f64) -> Option<PointTold> {
    let off = |point: &PointTold| (frame.across(middle(point)) - across).abs();
    let known = trend.iter().filter(|point| is_known(point));
    known.min_by(|a, b| off(a).total_cmp(&off(b))).copied()
}

fn is_known(point: &PointTold) -> bool {
    point.value.is_finite()
}

/// Low, value and high of a point, as far as they are numbers.
fn band(point: &PointTold) -> impl Iterator<Item = f32> + use<> {
    [point.low, point.value, point.high].into_iter().filter(|value| value.is_finite())
}
