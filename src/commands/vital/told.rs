//! A vital sign in depth as lines: what it says now, how it went, what is usual, and where it is how.

use city::CityTime;
use std::collections::BTreeMap;
use watch::vital::told::{ComparisonTold, PartKind, PartTold, PointTold, SignInDepth, SignTold, Span};

const HOUR_MS: i64 = 3_600_000;
/// Asia/Shanghai is so far ahead of UTC: a day begins at its midnight.
const AHEAD_MS: i64 = 8 * HOUR_MS;
/// The longest bar, in signs.
const WIDTH: f64 = 32.0;

/// A sign and what it says of an area, in a line.
pub fn line(sign: &SignTold) -> String {
    let value = sign
        .value
        .map_or_else(|| format!("{:?}", sign.validity), |value| format!("{value:.2} {}", sign.unit));
    let colour = sign.colour.map_or("", city::WarningColour::key);
    format!(
        "{:<18} {value:>16}  {colour:<6} {}/{}  {} {}",
        sign.id, sign.reporting, sign.devices, sign.zh, sign.en
    )
}

/// A sign with its past and its parts.
pub fn in_depth(told: &SignInDepth) -> Vec<String> {
    let mut lines = vec![line(&told.sign)];
    lines.extend(trend(told));
    lines.extend(told.comparison.iter().flat_map(comparison));
    lines.push("districts, worst first".to_owned());
    lines.extend(told.ranking.iter().map(part));
    // Of the city the parts are the districts, which stand there already.
    if told.parts.iter().any(|part| part.kind != PartKind::District) {
        lines.push(format!("in {}, worst first", told.area));
        lines.extend(told.parts.iter().map(part));
        if told.parts_left_out > 0 {
            lines.push(format!("  and {} more", told.parts_left_out));
        }
    }
    if !told.withheld.is_empty() {
        lines.push(format!("withheld: {}", told.withheld.join(", ")));
    }
    lines
}

fn part(part: &PartTold) -> String {
    let value = part.value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
    let colour = part.colour.map_or("", city::WarningColour::key);
    format!(
        "  {:<18} {value:>14}  {colour:<6} {}/{}  {} {}",
        part.id, part.reporting, part.devices, part.zh, part.en
    )
}

/// Some neighbouring points of a trend as one.
#[derive(Clone, Copy)]
struct Stretch {
    sum: f64,
    weight: f64,
    low: f32,
    high: f32,
}

impl Stretch {
    fn mean(&self) -> f64 {
        self.sum / self.weight
    }
}

fn trend(told: &SignInDepth) -> Vec<String> {
    if told.trend.is_empty() {
        let why = match (told.withheld.is_empty(), told.past_ready) {
            (false, _) => "its past may tell what is withheld",
            (true, false) => "its past is still being filled in: ask again in a minute",
            (true, true) => "nothing is known of its past",
        };
        return vec![why.to_owned()];
    }
    let step_ms = match told.span {
        Span::Day => HOUR_MS,
        Span::Week => 6 * HOUR_MS,
        Span::FiveWeeks => 24 * HOUR_MS,
    };
    let stretches = stretches(&told.trend, step_ms);
    let means = || stretches.values().map(Stretch::mean);
    let (least, greatest) =
        (means().fold(f64::INFINITY, f64::min), means().fold(f64::NEG_INFINITY, f64::max));
    let unit = if told.sign.unit.is_empty() { String::new() } else { format!(" in {}", told.sign.unit) };
    let head = format!("the past {}{unit}: mean, least and greatest; newest last", told.span.key());
    let row = |(at, stretch): (&i64, &Stretch)| {
        let at = CityTime(at * step_ms - AHEAD_MS).shanghai_date_clock();
        // Without the year and the seconds.
        let at = at.get(5..16).unwrap_or(&at).to_owned();
        let share = if greatest > least { (stretch.mean() - least) / (greatest - least) } else { 0.5 };
        let bar = "█".repeat(1 + (share * (WIDTH - 1.0)).round() as usize);
        format!("  {at}  {:>10.2}  {:>10.2} {:>10.2}  {bar}", stretch.mean(), stretch.low, stretch.high)
    };
    std::iter::once(head).chain(stretches.iter().map(row)).collect()
}

/// The points by stretches of `step_ms`, each by its number since 1970 in Asia/Shanghai. A longer point counts for more.
fn stretches(points: &[PointTold], step_ms: i64) -> BTreeMap<i64, Stretch> {
    let mut stretches: BTreeMap<i64, Stretch> = BTreeMap::new();
    for point in points.iter().filter(|point| point.value.is_finite()) {
        let at = point.at.0.saturating_add(AHEAD_MS).div_euclid(step_ms);
        let nothing = Stretch { sum: 0.0, weight: 0.0, low: f32::INFINITY, high: f32::NEG_INFINITY };
        let stretch = stretches.entry(at).or_insert(nothing);
        let weight = point.span_ms.max(1) as f64;
        (stretch.sum, stretch.weight) =
            (stretch.sum + f64::from(point.value) * weight, stretch.weight + weight);
        (stretch.low, stretch.high) = (stretch.low.min(point.low), stretch.high.max(point.high));
    }
    stretches
}

fn comparison(told: &ComparisonTold) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(yesterday), Some(since)) = (told.yesterday, told.since_yesterday) {
        lines.push(format!("at this hour yesterday {yesterday:.2}, now {since:+.2}"));
    }
    if let Some(usual) = &told.usual {
        let z = usual.z.map_or_else(String::new, |z| format!(", now {z:+.1} spreads"));
        lines.push(format!(
            "at this hour of this weekday usually {:.2} ± {:.2} ({} weeks){z}",
            usual.median, usual.spread, usual.weeks
        ));
    }
    if let Some(year) = &told.last_year {
        lines.push(format!(
            "this month {:.2}, the same month of last year {:.2} ({} days)",
            year.this_month, year.that_month, year.days
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use watch::vital::told::UsualTold;

    #[test]
    fn a_sign_is_told_with_its_past_and_each_district_once() {
        let district = |id: &str| PartTold { id: id.to_owned(), value: Some(3.0), ..PartTold::default() };
        let point = |hour: i64, value: f32| PointTold {
            at: CityTime(hour * HOUR_MS),
            span_ms: HOUR_MS,
            value,
            low: value - 1.0,
            high: value + 1.0,
        };
        let mut told = SignInDepth {
            area: "city".to_owned(),
            past_ready: true,
            trend: (0..24).map(|hour| point(hour, hour as f32)).collect(),
            comparison: Some(ComparisonTold {
                now: 3.0,
                yesterday: Some(2.5),
                since_yesterday: Some(0.5),
                usual: Some(UsualTold { weeks: 4, median: 2.0, spread: 0.5, z: Some(2.0) }),
                last_year: None,
            }),
            ranking: vec![district("500103"), district("500105")],
            parts: vec![district("500103"), district("500105")],
            ..SignInDepth::default()
        };
        let lines = in_depth(&told);
        assert_eq!(lines.iter().filter(|line| line.contains('█')).count(), 24);
        let newest = lines.iter().rposition(|line| line.contains('█')).unwrap_or_default();
        assert!(
            lines[newest].contains("01-02 07:00") && lines[newest].contains("23.00"),
            "{}",
            lines[newest]
        );
        let text = lines.join("\n");
        assert!(text.contains("yesterday 2.50, now +0.50") && text.contains("usually 2.00 ± 0.50 (4 weeks)"));
        assert_eq!((text.matches("500103").count(), text.matches("500105").count()), (1, 1), "{text}");
        // Of days the hours become one row, and a district has parts of its own.
        told.span = Span::FiveWeeks;
        let township =
            PartTold { kind: PartKind::Township, id: "500103001".to_owned(), ..PartTold::default() };
        (told.area, told.parts) = ("500103".to_owned(), vec![township]);
        let lines = in_depth(&told);
        assert_eq!(lines.iter().filter(|line| line.contains('█')).count(), 2);
        assert!(lines.iter().any(|line| line.contains("500103001")));
        // Without a past it says why.
        (told.trend, told.comparison, told.withheld) = (Vec::new(), None, vec!["device.value".to_owned()]);
        assert!(in_depth(&told).iter().any(|line| line.contains("may tell what is withheld")));
    }
}
