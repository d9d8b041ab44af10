//! What the engine says: warnings, and how they change.

use super::{AlgorithmName, Condition, DeviceHandle, Group, Raise, Rule, Unit, duration_text};
use city::{
    CityTime, DeviceId, DistrictCode, Jurisdiction, Level, LonLat, Place, TownshipCode, WarningColour,
};
use std::fmt;
use std::sync::Arc;

/// What a warning is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// One device or moving thing.
    Device(DeviceHandle, DeviceId),
    /// A township or street.
    Township(TownshipCode),
    /// A district or county.
    District(DistrictCode),
    /// The whole city.
    City,
    /// All devices of a gateway.
    Gateway(u16),
    /// All devices of a source.
    Source(u16),
    /// The surroundings of a position.
    Spot(LonLat),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(_, id) => write!(f, "{id}"),
            Self::Township(code) => write!(f, "township-{}", code.0),
            Self::District(code) => write!(f, "district-{}", code.0),
            Self::City => f.write_str("city"),
            Self::Gateway(n) => write!(f, "gateway-{n}"),
            Self::Source(n) => write!(f, "source-{n}"),
            Self::Spot(at) => write!(f, "spot-{:.6},{:.6}", at.lon, at.lat),
        }
    }
}

/// What made a rule warn.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The value, in the rule's unit: a reading, a change in the rule's time, a silence in seconds, a share from 0 to 1,
    /// or a number of reports or rules.
    pub value: f64,
    /// The level that was passed, of the same kind; for silence the time in seconds.
    pub level: f64,
    /// The unit of both; `None` where they are no readings.
    pub unit: Option<Unit>,
    /// When it was seen.
    pub at: CityTime,
    /// Since when it has been so without a break.
    pub since: CityTime,
    /// For rules that come together: which ones were up.
    pub with: Vec<Arc<str>>,
}

/// A warning that is up, or was.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// The rule's id, the subject and the time it began: the same for the same observations.
    pub id: Arc<str>,
    /// The rule, with names, advice, departments and where its values come from.
    pub rule: Arc<Rule>,
    /// What it is about.
    pub subject: Subject,
    /// Whose the place is; `None` for what reaches further than one township.
    pub place: Option<Place>,
    /// Where it is; `None` for what has no one place.
    pub at: Option<LonLat>,
    /// Its colour now.
    pub colour: WarningColour,
    /// When it began.
    pub since: CityTime,
    /// What made it warn, at the newest change of colour.
    pub evidence: Evidence,
    /// The centre it goes to.
    pub centre: Jurisdiction,
    /// What its colour raises.
    pub raises: Raise,
    /// How often it was raised; more than 1 only under a rule that counts flapping.
    pub times: u32,
    /// True while it comes and goes too often and is therefore kept up.
    pub flapping: bool,
    /// The grouped warning it is part of.
    pub group: Option<Arc<str>>,
}

impl Warning {
    /// The entry of the register of algorithms that answers for it.
    pub fn algorithm(&self) -> &AlgorithmName {
        &self.rule.algorithm
    }

    /// What made it warn, as a Chinese sentence.
    pub fn reason_zh(&self) -> String {
        let (value, level) = self.figures();
        let held = self.evidence.at.0.saturating_sub(self.evidence.since.0);
        let held = if held > 0 { format!(",已持续 {}", duration_text(held)) } else { String::new() };
        match self.rule.logic.condition {
            Condition::Value { .. } => format!("{} {value},限值 {level}{held}", self.rule.zh),
            Condition::Rate { .. } => format!("{} 变化 {value},限值 {level}{held}", self.rule.zh),
            Condition::Place { .. } => format!("{}{held}", self.rule.zh),
            Condition::Silence { of: None, .. } => format!("已 {value} 无数据,限值 {level}"),
            Condition::Silence { .. } => format!("{value} 的设备无数据,限值 {level}"),
            Condition::Together { .. } => format!("同时出现:{}", self.evidence.with.join("、")),
            Condition::Count { .. } => format!("{}:{value} 件,限值 {level} 件", self.rule.zh),
        }
    }

    /// What made it warn, as an English sentence.
    pub fn reason_en(&self) -> String {
        let (value, level) = self.figures();
        let held = self.evidence.at.0.saturating_sub(self.evidence.since.0);
        let held = if held > 0 { format!(", for {}", duration_text(held)) } else { String::new() };
        match self.rule.logic.condition {
            Condition::Value { .. } => format!("{}: {value}, level {level}{held}", self.rule.en),
            Condition::Rate { .. } => format!("{}: change of {value}, level {level}{held}", self.rule.en),
            Condition::Place { .. } => format!("{}{held}", self.rule.en),
            Condition::Silence { of: None, .. } => format!("Nothing heard for {value}, level {level}"),
            Condition::Silence { .. } => format!("{value} of the devices are silent, level {level}"),
            Condition::Together { .. } => format!("At the same time: {}", self.evidence.with.join(", ")),
            Condition::Count { .. } => format!("{}: {value} reports, level {level}", self.rule.en),
        }
    }

    fn figures(&self) -> (String, String) {
        let say = |figure: f64| match &self.rule.logic.condition {
            Condition::Silence { of: None, .. } => duration_text((figure * 1_000.0) as i64),
            Condition::Silence { .. } => format!("{:.0} %", figure * 100.0),
            Condition::Rate { per_ms, .. } => {
                let per = match per_ms {
                    60_000 => "min",
                    3_600_000 => "h",
                    _ => "d",
                };
                format!("{} {}/{per}", short(figure), self.unit())
            }
            _ => format!("{} {}", short(figure), self.unit()).trim_end().to_owned(),
        };
        (say(self.evidence.value), say(self.evidence.level))
    }

    fn unit(&self) -> &'static str {
        self.evidence.unit.map_or("", Unit::symbol)
    }
}

/// A figure with no more digits than help.
fn short(figure: f64) -> String {
    let text = format!("{figure:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Why a warning ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ended {
    /// What it warned of is over.
    #[default]
    Over,
    /// Its algorithm was withdrawn from the register.
    Withdrawn,
    /// Its rule was changed, and no longer warns of this.
    RuleChanged,
    /// Its rule is no longer in the files.
    RuleRemoved,
    /// Its device was taken out, or changed so that the rule no longer concerns it.
    DeviceChanged,
}

/// One change, in the order they happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The engine's time when it was seen.
    pub at: CityTime,
    /// What changed.
    pub what: What,
}

/// What changed.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A warning that stands alone was raised.
    Raised(Arc<Warning>),
    /// A warning has another colour now; it had this one.
    Recoloured(Arc<Warning>, WarningColour),
    /// A warning became part of a grouped one: a new warning, or one that stood alone before.
    Joined(Arc<Warning>, Arc<str>),
    /// A warning comes and goes too often and is now kept up until it was calm.
    Flapping(Arc<Warning>),
    /// A warning ended.
    Cleared(Arc<Warning>, Ended),
    /// Many warnings became one.
    Grouped(Arc<Group>),
    /// A grouped warning has more members, a graver colour or another cause.
    GroupChanged(Arc<Group>),
    /// All members of a grouped warning ended.
    GroupCleared(Arc<Group>),
}

impl Change {
    /// What the change asks to be raised now; `None` for a warning that is part of a grouped one, became milder, or is
    /// over. A warning that comes up again has the id it had, so that what it raised before can be found.
    pub fn raises(&self) -> Option<Raise> {
        let raise = match &self.what {
            What::Raised(warning) => warning.raises,
            What::Recoloured(warning, from) if warning.colour < *from && warning.group.is_none() => {
                let before = warning.rule.raise[super::rule::rank(*from)];
                if before == warning.raises {
                    return None;
                }
                warning.raises
            }
            What::Grouped(group) | What::GroupChanged(group) => return group.asks,
            _ => return None,
        };
        (raise != Raise::Nothing).then_some(raise)
    }

    /// The warning that changed; `None` where a grouped one did.
    pub fn warning(&self) -> Option<&Arc<Warning>> {
        match &self.what {
            What::Raised(w)
            | What::Recoloured(w, _)
            | What::Joined(w, _)
            | What::Flapping(w)
            | What::Cleared(w, _) => Some(w),
            What::Grouped(_) | What::GroupChanged(_) | What::GroupCleared(_) => None,
        }
    }
}

/// The centre of `level` that answers for a subject; where the subject reaches further, the next higher one.
pub(super) fn centre(level: Level, subject: &Subject, place: Option<Place>) -> Jurisdiction {
    let (district, township) = match (subject, place) {
        (Subject::District(code), _) => (Some(*code), None),
        (Subject::Township(code), _) => (Some(code.district()), Some(*code)),
        (Subject::City | Subject::Gateway(_) | Subject::Source(_), _) => (None, None),
        (_, place) => (place.map(|p| p.district), place.map(|p| p.township)),
    };
    match (level, district, township) {
        (Level::Township | Level::Grid, _, Some(code)) => Jurisdiction::Township(code),
        (Level::City, _, _) | (_, None, _) => Jurisdiction::City,
        (_, Some(code), _) => Jurisdiction::District(code),
    }
}
