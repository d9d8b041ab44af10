//! A scenario: what an exercise's director arranges beforehand, read from a TOML file and checked.

use crate::BackendError;
use city::{Device, LonLat, RiskClass};
use serde::Deserialize;
use std::path::Path;

/// The largest scenario file read, bytes.
const LARGEST: u64 = 1 << 20;

/// What a director arranges.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Reports that people make.
    #[serde(default, rename = "report")]
    pub reports: Vec<ScenarioReport>,
    /// Devices that show a value for a while.
    #[serde(default, rename = "device")]
    pub devices: Vec<ScenarioDevice>,
    /// Classes of devices that are switched off from the start.
    #[serde(default)]
    pub silent: Vec<RiskClass>,
    /// How many incidents a minute of city time arise by themselves; the default is about 9.
    pub incidents_per_minute: Option<f64>,
}

/// Somebody reports something.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioReport {
    /// When, seconds of city time after the city began.
    pub after_s: f64,
    /// What class.
    pub risk_class: RiskClass,
    /// Where, degrees.
    pub lon: f64,
    /// Where, degrees.
    pub lat: f64,
    /// In words.
    pub text: String,
}

/// A device shows a value.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioDevice {
    /// The class of the device.
    pub class: RiskClass,
    /// The nearest device of the class to this longitude and latitude, degrees.
    pub near: [f64; 2],
    /// From when, seconds of city time after the city began.
    pub after_s: f64,
    /// The value, in the unit of the class.
    pub value: f64,
    /// For how long, seconds of city time.
    pub for_s: f64,
}

impl Scenario {
    /// Reads and checks a file.
    pub fn read(file: &Path) -> Result<Self, BackendError> {
        let wrong = |why: String| BackendError::Scenario { file: file.to_owned(), why };
        let size = std::fs::metadata(file).map_err(|e| wrong(e.to_string()))?.len();
        if size > LARGEST {
            return Err(wrong(format!("{size} bytes; at most {LARGEST}")));
        }
        let text = std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
        Self::parse(&text).map_err(wrong)
    }

    /// Reads and checks TOML text; what is wrong is said with its line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let scenario: Self = toml::from_str(text).map_err(|e| e.to_string().trim_end().to_owned())?;
        scenario.check()?;
        Ok(scenario)
    }

    fn check(&self) -> Result<(), String> {
        let counted = |field: &str, x: f64, most: f64| match x {
            x if x.is_finite() && (0.0..=most).contains(&x) => Ok(()),
            _ => Err(format!("{field} = {x}: must be between 0 and {most}")),
        };
        const YEAR_S: f64 = 31_557_600.0;
        for (n, report) in self.reports.iter().enumerate() {
            let n = n + 1;
            counted(&format!("[[report]] {n}: after_s"), report.after_s, YEAR_S)?;
            if !LonLat::new(report.lon, report.lat).is_valid() {
                return Err(format!(
                    "[[report]] {n}: {}, {} is no longitude and latitude",
                    report.lon, report.lat
                ));
            }
            let length = report.text.chars().count();
            if report.text.trim().is_empty() || length > 2_000 {
                return Err(format!("[[report]] {n}: text has {length} characters; 1 to 2000"));
            }
        }
        for (n, device) in self.devices.iter().enumerate() {
            let n = n + 1;
            counted(&format!("[[device]] {n}: after_s"), device.after_s, YEAR_S)?;
            counted(&format!("[[device]] {n}: for_s"), device.for_s, YEAR_S)?;
            if !device.value.is_finite() || !LonLat::new(device.near[0], device.near[1]).is_valid() {
                return Err(format!(
                    "[[device]] {n}: value and near must be numbers, near [lon, lat] in degrees"
                ));
            }
            if city::Measure::of(&device.class).is_none() {
                return Err(format!("[[device]] {n}: no device measures class {}", device.class));
            }
        }
        self.incidents_per_minute.map_or(Ok(()), |rate| counted("incidents_per_minute", rate, 6_000.0))
    }
}

impl ScenarioDevice {
    /// The row of the device meant among `devices`.
    pub fn row(&self, devices: &[Device]) -> Option<usize> {
        let near = LonLat::new(self.near[0], self.near[1]);
        let of_class = devices.iter().enumerate().filter(|(_, d)| d.class == self.class);
        of_class
            .min_by(|a, b| a.1.at.distance_m(near).total_cmp(&b.1.at.distance_m(near)))
            .map(|(row, _)| row)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_good_one_is_read_and_what_is_wrong_is_said_with_its_line() {
        let good = r#"
            silent = ["gas"]
            incidents_per_minute = 12
            [[report]]
            after_s = 5
            risk_class = "fire"
            lon = 106.577
            lat = 29.557
            text = "浓烟"
            [[device]]
            class = "flood"
            near = [106.58, 29.56]
            after_s = 60
            value = 0.4
            for_s = 300
        "#;
        let scenario = Scenario::parse(good).unwrap();
        assert_eq!((scenario.reports.len(), scenario.devices.len()), (1, 1));
        let error = Scenario::parse("silent = [\"gas\"]\nspeeed = 3\n").unwrap_err();
        assert!(error.contains("line 2") && error.contains("speeed"), "{error}");
        assert!(Scenario::parse("incidents_per_minute = -1").is_err());
        assert!(Scenario::parse(&good.replace("\"flood\"", "\"complaint\"")).is_err());
    }
}
