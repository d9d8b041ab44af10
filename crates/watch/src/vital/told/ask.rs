//! What is asked for: an area, and how far back.

use city::{DistrictCode, Jurisdiction, TownshipCode};
use serde::{Deserialize, Serialize};

/// How far a trend reaches back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Span {
    /// 24 hours, in minutes where those are known; of a township in hours.
    #[default]
    Day,
    /// 7 days in hours.
    Week,
    /// 35 days in hours; of a township the newest 14 of them.
    FiveWeeks,
}

impl Span {
    /// All spans, the shortest first.
    pub const ALL: [Span; 3] = [Self::Day, Self::Week, Self::FiveWeeks];

    /// The key on the wire.
    pub fn key(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::FiveWeeks => "fiveWeeks",
        }
    }

    /// The span with this key.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.key() == key)
    }

    /// How many days.
    pub fn days(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::FiveWeeks => 35,
        }
    }
}

/// An area on the wire: `city`, `500103`, `500103001`.
pub fn area_key(area: Jurisdiction) -> String {
    match area {
        Jurisdiction::City => "city".to_owned(),
        Jurisdiction::District(code) => code.0.to_string(),
        Jurisdiction::Township(code) => code.0.to_string(),
    }
}

/// Reads [`area_key`]; `None` for what is neither `city` nor a number of six or nine digits. Whether there is such an area
/// is for the caller to look.
pub fn read_area(text: &str) -> Option<Jurisdiction> {
    let code = || text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    match text.len() {
        4 if text == "city" => Some(Jurisdiction::City),
        6 => code().map(|code| Jurisdiction::District(DistrictCode(code))),
        9 => code().map(|code| Jurisdiction::Township(TownshipCode(code))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_and_spans_are_read_as_they_are_told_and_nothing_else_is() {
        for text in ["city", "500103", "500103001"] {
            assert_eq!(read_area(text).map(area_key).as_deref(), Some(text));
        }
        for text in ["", "City", "50010", "50010a", "+50010", "5001030011", "五〇", "-50010300"] {
            assert_eq!(read_area(text), None, "{text}");
        }
        for span in Span::ALL {
            assert_eq!(Span::of_key(span.key()), Some(span));
            assert_eq!(serde_json::to_string(&span).unwrap(), format!("\"{}\"", span.key()));
        }
        assert_eq!(Span::of_key("month"), None);
    }
}
