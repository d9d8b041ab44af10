//! From what the rules engine says to what the city is told.

use city::{CityTime, Jurisdiction, LonLat, Members, Raises, RiskClass, TwoTongues, Warning, WhyEnded};
use layers::StaticLayers;
use std::sync::Arc;
use watch::rules::{self, Cause, CauseKind, Ended, Group, Raise, Rule, Subject, Unit};

fn raises(raise: Raise) -> Raises {
    match raise {
        Raise::Incident(level) => Raises::Incident { level },
        Raise::Notice | Raise::Nothing => Raises::Notice,
    }
}

/// Why a warning ended, in the city's words.
pub fn why(why: Ended) -> WhyEnded {
    match why {
        Ended::Over => WhyEnded::Over,
        Ended::Withdrawn => WhyEnded::Withdrawn,
        Ended::RuleChanged | Ended::RuleRemoved => WhyEnded::RuleChanged,
        Ended::DeviceChanged => WhyEnded::DeviceChanged,
    }
}

/// A warning of one subject. What has no place of its own stands in the middle of its area.
pub fn warning(told: &rules::Warning, middle: impl Fn(Jurisdiction) -> Option<LonLat>) -> Warning {
    let rule = &told.rule;
    let area = match &told.subject {
        Subject::Township(code) => Some(Jurisdiction::Township(*code)),
        Subject::District(code) => Some(Jurisdiction::District(*code)),
        Subject::City => Some(Jurisdiction::City),
        _ => None,
    };
    let device_id = match &told.subject {
        Subject::Device(_, id) => Some(id.clone()),
        _ => None,
    };
    let evidence = &told.evidence;
    Warning {
        reason: TwoTongues { zh: told.reason_zh(), en: told.reason_en() },
        colour: told.colour,
        centre: told.centre,
        place: told.place,
        at: told.at.or_else(|| middle(area?)),
        device_id,
        value: Some(evidence.value),
        limit: Some(evidence.level),
        unit: evidence.unit.map_or("", Unit::symbol).to_owned(),
        times: told.times,
        flapping: told.flapping,
        raises: raises(told.raises),
        ..of_rule(told.id.clone(), rule, told.since)
    }
}

/// What a warning has of its rule.
fn of_rule(id: Arc<str>, rule: &Rule, since: CityTime) -> Warning {
    let both = |zh: &Arc<str>, en: &Arc<str>| TwoTongues { zh: zh.to_string(), en: en.to_string() };
    Warning {
        id: city::WarningId(id),
        rule: rule.id.to_string(),
        system: rule.system.to_string(),
        risk_class: class_of(rule),
        colour: city::WarningColour::Blue,
        grades: Vec::new(),
        name: both(&rule.zh, &rule.en),
        reason: TwoTongues::default(),
        advice: both(&rule.advice_zh, &rule.advice_en),
        departments: rule.departments.iter().map(ToString::to_string).collect(),
        centre: Jurisdiction::City,
        place: None,
        at: None,
        device_id: None,
        value: None,
        limit: None,
        unit: String::new(),
        algorithm: rule.algorithm.id.as_ref().into(),
        version: rule.algorithm.version.to_string(),
        on_trial: false,
        source: rule.source.to_string(),
        since,
        times: 1,
        flapping: false,
        members: None,
        raises: Raises::Notice,
        incident_id: None,
        noted: None,
        ended: None,
    }
}

/// The class a rule watches; of one that watches several, that of its system.
fn class_of(rule: &Rule) -> RiskClass {
    let system = match &*rule.system {
        "septic" => "septicGas",
        other => other,
    };
    rule.logic.watch.class.clone().unwrap_or_else(|| RiskClass::from(system))
}

/// Many warnings that became one: told by the rule that gave most of them, of those that `runs` knows; `None` where none
/// of its rules is left.
pub fn group<'r>(
    group: &Group,
    runs: impl Fn(&str) -> Option<&'r Arc<Rule>>,
    layers: &StaticLayers,
) -> Option<Warning> {
    let known = group.rules.iter().filter_map(|(id, n)| Some((runs(id)?, *n)));
    // Of rules that gave as many the first by its name: the same storm is always told by the same rule.
    let (main, _) = known.min_by_key(|(_, n)| std::cmp::Reverse(*n))?;
    let count = group.count;
    let more = group.rules.len() > 1;
    // How many there are is said of the members: not everybody sees all of them.
    let name = TwoTongues {
        zh: format!("{}{}(多处)", main.zh, if more { "等" } else { "" }),
        en: format!("{}{}, many", main.en, if more { " and others" } else { "" }),
    };
    let cause = cause(&group.cause, layers);
    let up = group.up;
    let reason = TwoTongues {
        zh: format!("{} 条仍在,涉及 {} 个区县;{}", up, group.districts.len(), cause.zh),
        en: format!("{} still up in {} districts; {}", up, group.districts.len(), cause.en),
    };
    let members = Members {
        count,
        up,
        rules: group.rules.iter().map(|(id, n)| (id.to_string(), *n)).collect(),
        districts: group.districts.clone(),
        bounds: group.bounds,
        cause,
    };
    Some(Warning {
        rule: group.key.to_string(),
        name,
        reason,
        colour: group.worst,
        centre: group.centre,
        at: group.centroid,
        members: Some(members),
        raises: raises(group.raises),
        ..of_rule(group.id.clone(), main, group.first)
    })
}

/// Why a storm probably arose, in words.
fn cause(cause: &Cause, layers: &StaticLayers) -> TwoTongues {
    let share = format!("{:.0} %", cause.share * 100.0);
    let township = |code| {
        let found = layers.townships.iter().find(|township| township.code == code);
        found.map_or((code.0.to_string(), code.0.to_string()), |t| (t.zh.clone(), t.en.clone()))
    };
    let district = |code: city::DistrictCode| {
        let found = layers.district(code);
        found.map_or((code.0.to_string(), code.0.to_string()), |d| (d.zh.clone(), d.en.clone()))
    };
    let (zh, en) = match &cause.kind {
        CauseKind::Gateway(n) => (format!("同一网关 {n}"), format!("one gateway, {n}")),
        CauseKind::Source(n) => (format!("同一数据源 {n}"), format!("one source, {n}")),
        CauseKind::Township(code) => township(*code),
        CauseKind::District(code) => district(*code),
        CauseKind::Reload(id) => (format!("规则 {id} 刚刚变更"), format!("rule {id} was just changed")),
        CauseKind::Driver(rule) => (rule.zh.to_string(), rule.en.to_string()),
        CauseKind::Unknown => {
            return TwoTongues { zh: "原因不明".to_owned(), en: "no common cause found".to_owned() };
        }
    };
    let (missing_zh, missing_en) =
        if cause.data_failure { ("(数据中断)", " (data are missing)") } else { ("", "") };
    TwoTongues {
        zh: format!("可能原因:{zh}{missing_zh},占 {share}"),
        en: format!("probable cause: {en}{missing_en}, shared by {share}"),
    }
}
