//! What is expected of sources: weights, ranges and words, as data.

use super::score::PartKind;
use crate::register::{FileFault, from_toml};
use crate::wording::{Template, TemplateFault};
use city::{RiskClass, TwoTongues};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The words that a reason may hold.
const WORDS: [&str; 20] = [
    "bad", "of", "percent", "p50", "p95", "nan", "range", "unit", "future", "missing", "zero", "swapped",
    "outside", "district", "river", "name", "after", "before", "source", "weeks",
];

/// The standards of quality, as in `assets/watch/quality.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standards {
    /// Devices named as worst offenders.
    pub worst: usize,
    /// Reports of a source that are remembered to know repeats.
    pub remembered: usize,
    /// Positions of a device that are looked at in a week.
    pub position_checks: u8,
    /// How far ahead of its arrival a report may be told to be, seconds.
    pub clock_slack_s: f64,
    part: Vec<ForPart>,
    words: BTreeMap<String, TwoTongues>,
    range: Vec<Range>,
}

/// What a part of the score weighs and says.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForPart {
    key: String,
    /// Points of 100.
    pub weight: f64,
    /// The share of bad ones at which nothing is left of them.
    pub none_at: f64,
    zh: String,
    en: String,
}

/// What a value of a class may physically be.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    class: String,
    /// Its unit.
    pub unit: String,
    /// The least value.
    pub low: f64,
    /// The largest value.
    pub high: f64,
}

impl Standards {
    /// The standards that ship.
    pub fn shipped() -> Result<Self, FileFault> {
        Self::read("quality.toml", include_str!("../../../../assets/watch/quality.toml"))
    }

    /// Reads standards from the `text` of the file named `file`.
    pub fn read(file: &str, text: &str) -> Result<Self, FileFault> {
        let standards: Self = from_toml(file, text)?;
        let fault = |needle: &str, field: &str, problem: &str| {
            let line = text.lines().position(|line| line.contains(needle)).map_or(1, |at| at + 1);
            let (file, field, problem) = (file.to_owned(), format!("`{field}`"), problem.to_owned());
            Err(FileFault { file, line, field, problem })
        };
        for kind in PartKind::ALL {
            if standards.part.iter().filter(|part| part.key == kind.key()).count() != 1 {
                return fault("[[part]]", kind.key(), "stands exactly once among the parts");
            }
        }
        for part in &standards.part {
            let needle = format!("\"{}\"", part.key);
            if part.weight.is_nan() || part.weight < 0.0 || !(part.none_at > 0.0 && part.none_at <= 1.0) {
                return fault(&needle, &part.key, "has a weight below 0, or a none_at outside 0 to 1");
            }
        }
        let weights: f64 = standards.part.iter().map(|part| part.weight).sum();
        if (weights - 100.0).abs() > 1e-9 {
            return fault("weight", "weight", &format!("the weights are {weights} together, not 100"));
        }
        let said = standards.part.iter().flat_map(|p| [&p.zh, &p.en]);
        for text in said.chain(standards.words.values().flat_map(|w| [&w.zh, &w.en])) {
            if let Err(TemplateFault(word)) = Template::check(text, &WORDS) {
                return fault(text, "words", &format!("`{{{word}}}` is no word of a reason"));
            }
        }
        for key in ["shift", "township", "nothing"] {
            if !standards.words.contains_key(key) {
                return fault("[words", "words", &format!("nothing is said for `{key}`"));
            }
        }
        if let Some(range) =
            standards.range.iter().find(|r| r.low.is_nan() || r.high.is_nan() || r.low >= r.high)
        {
            return fault(&format!("\"{}\"", range.class), "range", "rises from low to high");
        }
        Ok(standards)
    }

    pub(super) fn part(&self, kind: PartKind) -> Option<&ForPart> {
        self.part.iter().find(|part| part.key == kind.key())
    }

    pub(super) fn range(&self, class: &RiskClass) -> Option<&Range> {
        self.range.iter().find(|range| range.class == class.key())
    }

    pub(super) fn said(&self, key: &str, template: &Template) -> TwoTongues {
        self.words.get(key).map_or_else(TwoTongues::default, |words| TwoTongues {
            zh: template.fill(&words.zh),
            en: template.fill(&words.en),
        })
    }
}

impl ForPart {
    pub fn said(&self, template: &Template) -> TwoTongues {
        TwoTongues { zh: template.fill(&self.zh), en: template.fill(&self.en) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use city::Measure;

    #[test]
    fn every_class_that_is_measured_has_a_range_in_its_unit_that_holds_its_values() {
        let standards = Standards::shipped().unwrap();
        for class in RiskClass::KNOWN {
            let Some(measure) = Measure::of(class) else { continue };
            let range = standards.range(class).unwrap();
            assert_eq!(range.unit, measure.unit, "{class}");
            for value in [measure.usual, measure.alarm] {
                assert!((range.low..=range.high).contains(&value), "{class} {value}");
            }
        }
    }

    #[test]
    fn a_fault_names_its_line() {
        let good = include_str!("../../../../assets/watch/quality.toml");
        for (from, to, problem) in [
            ("weight = 30", "weight = 31", "101"),
            ("none_at = 0.5", "none_at = 0", "none_at"),
            ("{percent}", "{per cent}", "per cent"),
            ("\"timeliness\"", "\"promptness\"", "exactly once"),
            ("low = -60", "low = 60", "rises"),
        ] {
            let e = Standards::read("q.toml", &good.replacen(from, to, 1)).unwrap_err();
            assert!(e.problem.contains(problem) && e.line > 1, "{to}: {e}");
        }
    }
}
