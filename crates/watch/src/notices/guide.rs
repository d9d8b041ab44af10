//! The data of notices: who should act, by when, what is said, when a notice was right.

use crate::register::{FileFault, from_toml};
use crate::wording::{Template, TemplateFault};
use city::{NoticeKind, RiskClass, TwoTongues};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The words that a template may hold.
pub(super) const WORDS: [&str; 15] = [
    "place",
    "class",
    "days",
    "observed",
    "expected",
    "low",
    "high",
    "ratio",
    "ratioLow",
    "ratioHigh",
    "recurrence",
    "radius",
    "cause",
    "departments",
    "by",
];

/// The data of notices, as in `assets/watch/notices.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// How long a notice holds, days.
    pub valid_days: f64,
    /// The most events of the evidence that a notice keeps.
    pub evidence_kept: usize,
    /// The smallest circle, metres.
    pub least_radius_m: f64,
    /// When a notice was right.
    pub right: Right,
    /// Deadlines, rarest first.
    pub severity: Vec<Severity>,
    class: Vec<ForClass>,
    other: Acting,
    words: BTreeMap<String, TwoTongues>,
}

/// When a notice was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Right {
    /// The fewest further events of its class in its area and validity.
    pub further_events: u64,
    /// The least grave level of an incident that proves it, 1 gravest to 4.
    pub incident_level: u8,
    /// The fewest further events of a spot or cause that came back.
    pub returns: u64,
}

/// How grave a notice is, and the deadline that follows.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Severity {
    /// Its key.
    pub key: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// From which recurrence interval on, days.
    pub min_recurrence_days: f64,
    /// Hours to act.
    pub act_within_h: f64,
}

/// Who acts on a class, and in which time at the longest.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acting {
    /// The departments, leading one first.
    pub departments: Vec<String>,
    /// The longest time to act, hours.
    pub act_within_h: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ForClass {
    key: String,
    departments: Vec<String>,
    act_within_h: f64,
}

impl Guide {
    /// The data that ships.
    pub fn shipped() -> Result<Self, FileFault> {
        Self::read("notices.toml", include_str!("../../../../assets/watch/notices.toml"))
    }

    /// Reads the data from the `text` of the file named `file`.
    pub fn read(file: &str, text: &str) -> Result<Self, FileFault> {
        let guide: Self = from_toml(file, text)?;
        let fault = |needle: &str, field: &str, problem: String| {
            let line = text.lines().position(|line| line.contains(needle)).map_or(1, |at| at + 1);
            Err(FileFault { file: file.to_owned(), line, field: format!("`{field}`"), problem })
        };
        if !(guide.valid_days > 0.0 && guide.valid_days <= 366.0) {
            return fault("valid_days", "valid_days", "is above 0 and at most 366".to_owned());
        }
        if !(guide.least_radius_m >= 0.0 && guide.least_radius_m.is_finite()) {
            return fault("least_radius_m", "least_radius_m", "is not a length".to_owned());
        }
        if !(1..=4).contains(&guide.right.incident_level) {
            return fault("incident_level", "incident_level", "is 1 to 4".to_owned());
        }
        let falls = guide.severity.windows(2).all(|s| s[0].min_recurrence_days > s[1].min_recurrence_days);
        if !falls || guide.severity.last().is_none_or(|s| s.min_recurrence_days > 0.0) {
            let problem = "severities go from the rarest down to one with min_recurrence_days = 0";
            return fault("[[severity]]", "severity", problem.to_owned());
        }
        let hours = guide.class.iter().map(|c| c.act_within_h).chain([guide.other.act_within_h]);
        let mut hours = hours.chain(guide.severity.iter().map(|s| s.act_within_h));
        if let Some(wrong) = hours.find(|h| !(*h > 0.0 && *h <= 10_000.0)) {
            return fault("act_within_h", "act_within_h", format!("{wrong} is not a time to act"));
        }
        if let Some(class) =
            guide.class.iter().find(|c| !RiskClass::is_valid_key(&c.key) || c.departments.is_empty())
        {
            let problem = "needs the key of a class and a department".to_owned();
            return fault(&format!("\"{}\"", class.key), "class", problem);
        }
        for kind in NoticeKind::ALL {
            let Some(words) = guide.words.get(kind.key()) else {
                return fault("[words", "words", format!("nothing is said for `{}`", kind.key()));
            };
            for text in [&words.zh, &words.en] {
                if let Err(TemplateFault(word)) = Template::check(text, &WORDS) {
                    return fault(text.as_str(), kind.key(), format!("`{{{word}}}` is no word of a notice"));
                }
            }
        }
        Ok(guide)
    }

    /// Who acts on `class`.
    pub fn acting(&self, class: &RiskClass) -> Acting {
        let known = self.class.iter().find(|c| c.key == class.key());
        known.map_or_else(
            || self.other.clone(),
            |c| Acting { departments: c.departments.clone(), act_within_h: c.act_within_h },
        )
    }

    /// How grave a notice is that chance gives once in so many days.
    pub fn severity_of(&self, recurrence_days: f64) -> Option<&Severity> {
        self.severity.iter().find(|s| recurrence_days >= s.min_recurrence_days).or(self.severity.last())
    }

    /// What is said of a kind of notice.
    pub(super) fn words(&self, kind: NoticeKind) -> TwoTongues {
        self.words.get(kind.key()).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_can_be_read_and_every_known_class_has_a_department() {
        let guide = Guide::shipped().unwrap();
        for class in RiskClass::KNOWN {
            assert!(guide.class.iter().any(|c| c.key == class.key()), "{class}");
        }
        assert_eq!(guide.acting(&RiskClass::Other("noise".into())), guide.other);
        assert_eq!(guide.severity_of(5_000.0).unwrap().key, "high");
        assert_eq!(guide.severity_of(400.0).unwrap().key, "low");
    }

    #[test]
    fn a_fault_names_its_line_and_field() {
        let good = include_str!("../../../../assets/watch/notices.toml");
        for (from, to, field, problem) in [
            ("valid_days = 7", "valid_days = -1", "valid_days", "above 0"),
            ("半径 {radius}", "半径 {raduis}", "cluster", "raduis"),
            ("min_recurrence_days = 0\n", "min_recurrence_days = 9\n", "severity", "rarest"),
            ("[words.trend]", "[words.tread]", "words", "trend"),
            ("incident_level = 3", "incident_level = 9", "incident_level", "1 to 4"),
            ("further_events = 3", "further_events = \"x\"", "further_events", ""),
        ] {
            let e = Guide::read("n.toml", &good.replacen(from, to, 1)).unwrap_err();
            assert!(e.field.contains(field) && e.problem.contains(problem) && e.line > 1, "{to}: {e}");
        }
    }
}
