//! The card of a device of another system: its values with their ages.

use super::{Card, CardSources};
use city::RiskClass;
use feeds::told::Series;
use layers::{AgeRule, SENSOR};
use shell::CitySource;

/// A short card names so many values, a whole one this many.
const FEW: usize = 4;
const MANY: usize = 40;

impl CardSources<'_> {
    pub(super) fn sensor(&self, source: &CitySource, id: &str) -> Option<Card> {
        let devices = &source.held.devices;
        let device = devices.find(id)?;
        let mut values: Vec<&Series> = devices.series_of(device).take(MANY).collect();
        // As they were described.
        values.reverse();
        let mut lines: Vec<_> = values.into_iter().map(|series| self.value(series)).collect();
        let more = lines.split_off(lines.len().min(FEW));
        let silent_s = AgeRule::of(&RiskClass::from(SENSOR)).silent_s;
        let stale = device.heard.is_none_or(|heard| self.now.seconds_since(heard) > silent_s);
        let mark = if stale { self.theme.map.stale } else { self.theme.map.device };
        let mut card = Card::new(device.name.clone(), mark, lines, stale);
        card.more = more;
        card.more.extend(self.told_lines(&[("number", &device.id)]));
        card.more.extend(device.at.map(|at| self.told_line("position", self.degrees(at))));
        Some(card)
    }

    /// What is measured, the newest value in its unit, and how old that is.
    fn value(&self, series: &Series) -> (String, String) {
        let described = &series.described;
        let names = [&described.property, &described.name, &described.datastream];
        let name = names.into_iter().find(|name| !name.is_empty()).cloned().unwrap_or_default();
        let unit =
            if described.unit.symbol.is_empty() { &described.unit.name } else { &described.unit.symbol };
        let told = series.newest.map_or_else(
            || "—".to_owned(),
            |(at, value)| format!("{} {unit} · {}", figure(value), self.ago(at)),
        );
        (name, told)
    }
}

/// As many figures as say something.
fn figure(value: f64) -> String {
    match value.abs() {
        v if v >= 1e9 => format!("{value:.3e}"),
        v if v >= 1_000.0 || v == 0.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 0.1 => format!("{value:.2}"),
        v if v >= 1e-3 => format!("{value:.4}"),
        _ => format!("{value:.3e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_as_many_figures_as_say_something() {
        let written = [0.0, -3.1437, 0.25, 0.00421, 12.34, 1_850.0, 1e300, -2.5e-9].map(figure);
        assert_eq!(written, ["0", "-3.14", "0.25", "0.0042", "12.3", "1850", "1.000e300", "-2.500e-9"]);
    }
}
