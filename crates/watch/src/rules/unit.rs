//! Units of what devices measure: which can be turned into which, and which values none of them can have.

use super::error::nearest;
use std::fmt;

/// A unit, by its place in the table below; the first, an index without a unit, unless said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit(u8);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Length,
    Speed,
    Flow,
    Concentration,
    Share,
    ExplosiveLimit,
    Obscuration,
    Temperature,
    Pressure,
    CrowdDensity,
    Duration,
    Index,
    People,
    Vehicles,
    Cases,
    Angle,
    Strain,
    Acidity,
    Turbidity,
    Acceleration,
    Voltage,
    Loudness,
}

/// A row: symbol, other spellings, kind; in the kind's first unit it is `(value + shift) × times ÷ by`; least, greatest.
struct Row(&'static str, &'static [&'static str], Kind, f64, u64, u64, f64, f64);

const ANY: f64 = f64::INFINITY;

#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row("", &["index", "指数"], Kind::Index, 0.0, 1, 1, -ANY, ANY),
    Row("m", &["米", "metre", "meter"], Kind::Length, 0.0, 1, 1, -ANY, ANY),
    Row("cm", &["厘米"], Kind::Length, 0.0, 1, 100, -ANY, ANY),
    Row("mm", &["毫米"], Kind::Length, 0.0, 1, 1_000, -ANY, ANY),
    Row("km", &["千米", "公里"], Kind::Length, 0.0, 1_000, 1, -ANY, ANY),
    Row("m/s", &["米/秒"], Kind::Speed, 0.0, 1, 1, -ANY, ANY),
    Row("km/h", &["kph", "公里/小时"], Kind::Speed, 0.0, 1_000, 3_600, 0.0, 1_000.0),
    Row("m/h", &[], Kind::Speed, 0.0, 1, 3_600, -ANY, ANY),
    Row("cm/h", &[], Kind::Speed, 0.0, 1, 360_000, -ANY, ANY),
    Row("mm/h", &["毫米/小时"], Kind::Speed, 0.0, 1, 3_600_000, -ANY, ANY),
    Row("mm/d", &["mm/day", "毫米/天"], Kind::Speed, 0.0, 1, 86_400_000, -ANY, ANY),
    Row("cm/d", &[], Kind::Speed, 0.0, 1, 8_640_000, -ANY, ANY),
    Row("m³/s", &["m3/s"], Kind::Flow, 0.0, 1, 1, -ANY, ANY),
    Row("L/s", &["l/s"], Kind::Flow, 0.0, 1, 1_000, -ANY, ANY),
    Row("m³/h", &["m3/h"], Kind::Flow, 0.0, 1, 3_600, -ANY, ANY),
    Row("mg/L", &["mg/l", "g/m³", "g/m3", "毫克/升"], Kind::Concentration, 0.0, 1, 1, 0.0, ANY),
    Row("µg/L", &["μg/L", "ug/L", "ug/l", "µg/l", "mg/m³", "mg/m3"], Kind::Concentration, 0.0, 1, 1_000, 0.0, ANY),
    Row("g/L", &["g/l"], Kind::Concentration, 0.0, 1_000, 1, 0.0, ANY),
    Row("%", &["percent", "％"], Kind::Share, 0.0, 1, 100, 0.0, 100.0),
    Row("1", &["ratio", "比"], Kind::Share, 0.0, 1, 1, 0.0, 1.0),
    Row("ppm", &[], Kind::Share, 0.0, 1, 1_000_000, 0.0, 1_000_000.0),
    Row("%LEL", &["% LEL", "%lel", "LEL%"], Kind::ExplosiveLimit, 0.0, 1, 1, 0.0, ANY),
    Row("%/m", &["%obs/m"], Kind::Obscuration, 0.0, 1, 1, 0.0, 100.0),
    Row("°C", &["℃", "C", "degC"], Kind::Temperature, 0.0, 1, 1, -273.15, ANY),
    Row("°F", &["℉", "F", "degF"], Kind::Temperature, -32.0, 5, 9, -459.67, ANY),
    Row("K", &[], Kind::Temperature, -273.15, 1, 1, 0.0, ANY),
    Row("Pa", &["帕"], Kind::Pressure, 0.0, 1, 1, -ANY, ANY),
    Row("hPa", &["mbar"], Kind::Pressure, 0.0, 100, 1, -ANY, ANY),
    Row("kPa", &["千帕"], Kind::Pressure, 0.0, 1_000, 1, -ANY, ANY),
    Row("MPa", &["兆帕"], Kind::Pressure, 0.0, 1_000_000, 1, -ANY, ANY),
    Row("bar", &[], Kind::Pressure, 0.0, 100_000, 1, -ANY, ANY),
    Row("人/m²", &["people/m2", "people/m²", "人/㎡", "人/m2", "p/m2", "p/m²"], Kind::CrowdDensity, 0.0, 1, 1, 0.0, ANY),
    Row("s", &["秒"], Kind::Duration, 0.0, 1, 1, 0.0, ANY),
    Row("min", &["分钟"], Kind::Duration, 0.0, 60, 1, 0.0, ANY),
    Row("h", &["小时"], Kind::Duration, 0.0, 3_600, 1, 0.0, ANY),
    Row("人", &["people", "persons"], Kind::People, 0.0, 1, 1, 0.0, ANY),
    Row("辆", &["vehicles", "veh"], Kind::Vehicles, 0.0, 1, 1, 0.0, ANY),
    Row("件", &["cases", "起", "次", "个", "count"], Kind::Cases, 0.0, 1, 1, 0.0, ANY),
    Row("°", &["deg"], Kind::Angle, 0.0, 1, 1, -360.0, 360.0),
    Row("µε", &["με", "ue"], Kind::Strain, 0.0, 1, 1, -ANY, ANY),
    Row("pH", &["ph"], Kind::Acidity, 0.0, 1, 1, 0.0, 14.0),
    Row("NTU", &["ntu"], Kind::Turbidity, 0.0, 1, 1, 0.0, ANY),
    Row("m/s²", &["m/s2"], Kind::Acceleration, 0.0, 1, 1, -ANY, ANY),
    Row("V", &[], Kind::Voltage, 0.0, 1, 1, -ANY, ANY),
    Row("dB", &["dBA", "dB(A)"], Kind::Loudness, 0.0, 1, 1, -ANY, ANY),
];

impl Unit {
    /// The unit written `text`, as a person or a device writes it.
    pub fn read(text: &str) -> Option<Unit> {
        let text = text.trim();
        let place = ROWS.iter().position(|row| row.0 == text || row.1.contains(&text))?;
        Some(Unit(place as u8))
    }

    /// The unit that `text` was perhaps meant to be.
    pub fn near(text: &str) -> Option<&'static str> {
        nearest(text, ROWS.iter().map(|row| row.0).filter(|symbol| !symbol.is_empty()))
    }

    /// Its symbol, as shown.
    pub fn symbol(self) -> &'static str {
        self.row().0
    }

    /// The least and the greatest value it can have at all; infinite where nothing forbids.
    pub fn possible(self) -> (f64, f64) {
        (self.row().6, self.row().7)
    }

    /// True when values of this unit can be turned into `to`.
    pub fn fits(self, to: Unit) -> bool {
        self.row().2 == to.row().2
    }

    /// `value` of this unit, in `to`; `None` when the one cannot be turned into the other.
    pub fn convert(self, value: f64, to: Unit) -> Option<f64> {
        if self == to {
            return Some(value);
        }
        let (from, into) = (self.row(), to.row());
        (from.2 == into.2).then(|| scale(value + from.3, from, into) - into.3)
    }

    /// `difference` of two values of this unit, in `to`: a difference of 9 °F is one of 5 °C.
    pub fn convert_difference(self, difference: f64, to: Unit) -> Option<f64> {
        if self == to {
            return Some(difference);
        }
        let (from, into) = (self.row(), to.row());
        (from.2 == into.2).then(|| scale(difference, from, into))
    }

    fn row(self) -> &'static Row {
        &ROWS[usize::from(self.0)]
    }
}

/// One multiplication and one division of whole numbers in lowest terms, so that 300 mm is exactly 0.3 m.
fn scale(value: f64, from: &Row, into: &Row) -> f64 {
    let (times, by) = (from.4 * into.5, from.5 * into.4);
    let common = divisor(times, by);
    value * (times / common) as f64 / (by / common) as f64
}

fn divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { divisor(b, a % b) }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use city::{Measure, RiskClass};

    #[test]
    fn what_fits_is_turned_exactly_and_what_does_not_is_refused() {
        let unit = |text| Unit::read(text).unwrap();
        for (value, from, to, want) in [
            (300.0, "mm", "m", 0.3),
            (5000.0, "ug/L", "mg/L", 5.0),
            (212.0, "°F", "℃", 100.0),
            (0.4, "MPa", "kPa", 400.0),
            (36.0, "km/h", "m/s", 10.0),
            (0.25, "1", "%", 25.0),
            (2.0, "bar", "kPa", 200.0),
        ] {
            assert_eq!(unit(from).convert(value, unit(to)), Some(want), "{value} {from}");
        }
        assert_eq!(unit("°F").convert_difference(9.0, unit("°C")), Some(5.0));
        assert_eq!(unit("mm").convert(1.0, unit("°C")), None);
        assert_eq!(Unit::near("mg/Ll"), Some("mg/L"));
    }

    #[test]
    fn every_class_of_the_city_has_its_unit_here() {
        for measure in RiskClass::KNOWN.iter().filter_map(Measure::of) {
            let unit = Unit::read(measure.unit).unwrap_or_else(|| panic!("{}", measure.unit));
            assert_eq!(unit.symbol(), measure.unit);
        }
    }

    #[test]
    fn no_spelling_names_two_units() {
        let mut seen = std::collections::BTreeSet::new();
        for row in ROWS {
            for name in std::iter::once(&row.0).chain(row.1) {
                assert!(seen.insert(*name), "{name}");
            }
        }
    }
}
