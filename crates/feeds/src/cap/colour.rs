//! The colour of a warning (红橙黄蓝), and by which rule it was found: an officer may ask.
//!
//! What a service says outright goes before what has to be concluded. Deliberately absent: the colours on screen.

use super::alert::{Alert, Info, NamedValue};
use super::read::SEVERITY_COLOUR;
use super::words::Severity;
use city::WarningColour;

/// How a colour was found, the surest rule first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ColourRule {
    /// MeteoAlarm's parameter `awareness_level`, such as `3; orange; Severe`.
    AwarenessLevel,
    /// A parameter that names a colour or level, and whose value is a colour; or a colour written as `severity`.
    Parameter,
    /// The colour in the words of the event or an event code: 暴雨橙色预警, `Orange warning for rain`.
    Event,
    /// The colour in the words of the headline.
    Headline,
    /// None of these, so by severity: Extreme red, Severe orange, Moderate yellow, Minor blue.
    Severity,
}

impl ColourRule {
    /// The key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::AwarenessLevel => "awarenessLevel",
            Self::Parameter => "parameter",
            Self::Event => "event",
            Self::Headline => "headline",
            Self::Severity => "severity",
        }
    }
}

/// A colour and how it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour {
    /// The colour; `None` for what warns of nothing: awareness level green, severity unknown.
    pub colour: Option<WarningColour>,
    /// The rule that gave it.
    pub rule: ColourRule,
}

impl Info {
    /// The colour of this information.
    pub fn colour(&self) -> Colour {
        let level = || self.parameters.iter().find_map(awareness_level);
        let parameter = || self.parameters.iter().find_map(colour_parameter).map(Some);
        let codes = self.event_codes.iter().map(|code| code.value.as_str());
        let event = || in_words(&self.event).or_else(|| codes.into_iter().find_map(in_words)).map(Some);
        let headline = || in_words(&self.headline).map(Some);
        let found =
            |rule, colour: Option<Option<WarningColour>>| colour.map(|colour| Colour { colour, rule });
        found(ColourRule::AwarenessLevel, level())
            .or_else(|| found(ColourRule::Parameter, parameter()))
            .or_else(|| found(ColourRule::Event, event()))
            .or_else(|| found(ColourRule::Headline, headline()))
            .unwrap_or(Colour { colour: of_severity(self.severity), rule: ColourRule::Severity })
    }
}

impl Alert {
    /// The colour of all of it: the gravest of its infos, of those that say it outright where there are any.
    pub fn colour(&self) -> Colour {
        let graver = |a: &Colour, b: &Colour| {
            let rank = |c: &Colour| {
                (c.rule == ColourRule::Severity, c.colour.map_or(5, WarningColour::level), c.rule)
            };
            rank(a).cmp(&rank(b))
        };
        let none = Colour { colour: None, rule: ColourRule::Severity };
        self.infos.iter().map(Info::colour).min_by(graver).unwrap_or(none)
    }
}

fn of_severity(severity: Severity) -> Option<WarningColour> {
    match severity {
        Severity::Extreme => Some(WarningColour::Red),
        Severity::Severe => Some(WarningColour::Orange),
        Severity::Moderate => Some(WarningColour::Yellow),
        Severity::Minor => Some(WarningColour::Blue),
        Severity::Unknown => None,
    }
}

/// `1; green; Minor` to `4; red; Extreme`: some services leave words out, so the number decides.
fn awareness_level(parameter: &NamedValue) -> Option<Option<WarningColour>> {
    if !parameter.name.eq_ignore_ascii_case("awareness_level") {
        return None;
    }
    match parameter.value.split(';').next()?.trim() {
        "4" => Some(Some(WarningColour::Red)),
        "3" => Some(Some(WarningColour::Orange)),
        "2" => Some(Some(WarningColour::Yellow)),
        "1" => Some(None),
        _ => parameter.value.split(';').find_map(|word| exactly(word.trim())).map(Some),
    }
}

/// Names of parameters whose value may be a colour.
const COLOUR_NAMES: [&str; 8] =
    ["colour", "color", "level", "颜色", "级别", "等级", "semáforo", SEVERITY_COLOUR];

fn colour_parameter(parameter: &NamedValue) -> Option<WarningColour> {
    let name = parameter.name.to_lowercase();
    if !COLOUR_NAMES.iter().any(|known| name.contains(known)) {
        return None;
    }
    exactly(parameter.value.trim()).or_else(|| chinese(&parameter.value, false))
}

fn exactly(word: &str) -> Option<WarningColour> {
    let names = [
        (WarningColour::Red, ["red", "红色", "红"]),
        (WarningColour::Orange, ["orange", "橙色", "橙"]),
        (WarningColour::Orange, ["amber", "橙色", "橙"]),
        (WarningColour::Yellow, ["yellow", "黄色", "黄"]),
        (WarningColour::Blue, ["blue", "蓝色", "蓝"]),
    ];
    names.into_iter().find(|(_, names)| names.iter().any(|n| word.eq_ignore_ascii_case(n))).map(|(c, _)| c)
}

fn in_words(text: &str) -> Option<WarningColour> {
    chinese(text, true).or_else(|| english(text))
}

/// The colour before 预警 or 警报; a red tourist site is none. Of several the one after the last 为 is the new one
/// (由黄色预警升级为橙色预警), else the gravest holds.
fn chinese(text: &str, must_warn: bool) -> Option<WarningColour> {
    let whole = gravest(text, must_warn);
    let changed = text.rsplit_once('为').and_then(|(_, new)| gravest(new, false));
    if whole.is_some() { changed.or(whole) } else { None }
}

fn gravest(text: &str, must_warn: bool) -> Option<WarningColour> {
    let words = ["红色", "橙色", "黄色", "蓝色"];
    let said = |word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let after = text.get(at + word.len()..).unwrap_or_default().trim_start();
            !must_warn || after.is_empty() || ["预警", "警报", "警戒"].iter().any(|w| after.starts_with(w))
        })
    };
    WarningColour::ALL.into_iter().zip(words).find(|(_, word)| said(word)).map(|(colour, _)| colour)
}

/// Only `orange warning` and the like: a Red Flag Warning, a Blue Alert and an AMBER Alert are no colours of this
/// kind. Compared word by word, so that no text costs more than its length.
fn english(text: &str) -> Option<WarningColour> {
    let words = || text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let warned = |(colour, next): (&str, &str)| {
        if next.eq_ignore_ascii_case("warning") && colour.is_ascii() { exactly(colour) } else { None }
    };
    words().zip(words().skip(1)).filter_map(warned).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use city::{CityTime, WarningColour::*};

    fn check(fill: impl Fn(&mut Info), colour: Option<WarningColour>, rule: ColourRule) {
        let mut info = Info::new("", Severity::Unknown);
        fill(&mut info);
        assert_eq!(info.colour(), Colour { colour, rule }, "{info:?}");
    }

    fn parameter(name: &str, value: &str) -> Vec<NamedValue> {
        vec![NamedValue { name: name.to_owned(), value: value.to_owned() }]
    }

    #[test]
    fn what_is_said_outright_goes_before_severity() {
        use ColourRule::*;
        check(|i| i.severity = super::Severity::Severe, Some(Orange), Severity);
        check(|_| (), None, Severity);
        let level =
            |value: &'static str| move |i: &mut Info| i.parameters = parameter("awareness_level", value);
        check(level("3; orange; Severe"), Some(Orange), AwarenessLevel);
        check(level("4"), Some(Red), AwarenessLevel);
        check(level("1; green; Minor"), None, AwarenessLevel);
        check(level("yellow"), Some(Yellow), AwarenessLevel);
        check(level("山"), None, Severity);
        check(|i| i.parameters = parameter("预警级别", "橙色"), Some(Orange), Parameter);
        check(|i| i.parameters = parameter("预警级别", "Ⅰ级/红色"), Some(Red), Parameter);
        check(|i| i.parameters = parameter("color", "Blue"), Some(Blue), Parameter);
        check(|i| i.parameters = parameter("Fuel", "red"), None, Severity);
    }

    #[test]
    fn words_are_colours_only_where_they_warn() {
        use ColourRule::*;
        for (event, colour) in [
            ("暴雨橙色预警", Some(Orange)),
            ("暴雨红色预警信号", Some(Red)),
            ("暴雨 蓝色", Some(Blue)),
            ("由黄色预警升级为橙色预警", Some(Orange)),
            ("橙色预警降为黄色", Some(Yellow)),
            ("黄色预警、红色预警", Some(Red)),
            ("Yellow warning for heatwave", Some(Yellow)),
            ("Amber Warning", Some(Orange)),
        ] {
            check(|i| i.event = event.to_owned(), colour, Event);
            check(|i| i.headline = event.to_owned(), colour, Headline);
        }
        for other in
            ["红色旅游区人流", "Red Flag Warning", "Blue Alert", "AMBER Alert", "", "A CODE RED alert"]
        {
            check(|i| i.event = other.to_owned(), None, Severity);
        }
        check(|i| i.event_codes = parameter("12379", "暴雨黄色预警"), Some(Yellow), Event);
    }

    #[test]
    fn an_alert_has_the_gravest_colour_that_is_said_outright() {
        let mut alert = Alert::new(
            "a",
            "b",
            CityTime(0),
            super::super::MessageStatus::Actual,
            super::super::MessageType::Alert,
        );
        assert_eq!(alert.colour().colour, None);
        alert.infos.push(Info::new("Heavy rain", Severity::Extreme));
        assert_eq!(alert.colour().colour, Some(Red));
        alert.infos.push(Info::new("暴雨黄色预警", Severity::Unknown));
        alert.infos.push(Info::new("暴雨橙色预警", Severity::Unknown));
        assert_eq!(alert.colour(), Colour { colour: Some(Orange), rule: ColourRule::Event });
    }
}
