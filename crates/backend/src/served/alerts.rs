//! Warnings and incidents as alerts of CAP 1.2: a message for each colour a warning comes to and its end; and for each
//! report, acknowledgement, change of stage, rise of level and close of an incident.
//!
//! A message of an incident never changes once it stands: its number is the incident's with the sequence of its event. One
//! of a warning keeps its number, time and colour. Each references all messages before it. What is closed is cancelled, and listed for a day.

use city::{
    CityTime, EventBody, Incident, IncidentLevel, Jurisdiction, RiskClass, Stage, Status, Warning,
    WarningColour,
};
use feeds::cap::{
    Alert, Area, Category, Certainty, Circle, Info, MessageStatus, MessageType, NamedValue, ResponseType,
    Severity, Urgency,
};

/// How long a message holds unless another follows, seconds.
const HOLDS_S: f64 = 86_400.0;
/// How long what was closed is listed, seconds.
pub const LISTED_S: f64 = 86_400.0;

/// All messages of an incident, the first first.
pub fn messages(incident: &Incident, sender: &str) -> Vec<Alert> {
    let mut messages: Vec<Alert> = Vec::new();
    let (mut stage, mut level) = (Stage::Perceive, incident.level);
    for line in &incident.history {
        let kind = match &line.body {
            EventBody::IncidentReported { level: first, .. } => {
                level = *first;
                MessageType::Alert
            }
            EventBody::IncidentLevelRaised { level: now, .. } => {
                level = *now;
                MessageType::Update
            }
            EventBody::IncidentClosed { .. } => MessageType::Cancel,
            EventBody::StageChanged { stage: now, .. } if *now != stage && *now != Stage::Review => {
                stage = *now;
                MessageType::Update
            }
            _ => continue,
        };
        let number = format!("{}.{}", incident.id, line.sequence);
        let mut alert = Alert::new(sender, number, line.at, status(incident.status), kind);
        alert.references = messages.iter().map(Alert::reference).collect();
        alert.incidents = incident.id.to_string();
        alert.infos =
            [true, false].map(|is_chinese| info(incident, level, stage, line.at, is_chinese)).into();
        messages.push(alert);
    }
    messages
}

/// All messages of a warning, the first first: one for each colour it came to, and its end. What they say of its reason is
/// what is known now.
pub fn of_warning(warning: &Warning, status: Status, sender: &str) -> Vec<Alert> {
    let mut messages: Vec<Alert> = Vec::new();
    // A number has neither blanks nor commas, and stands in an address as one part of its path.
    let name: String =
        warning.id.as_str().chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '.' }).collect();
    let last = warning.ended.map(|end| (end.at, warning.colour, MessageType::Cancel));
    let grades = warning.grades.iter().map(|grade| (grade.at, grade.colour, MessageType::Update));
    for (sent, colour, kind) in grades.chain(last) {
        let kind = if messages.is_empty() { MessageType::Alert } else { kind };
        let number = format!("{name}.{}", sent.0);
        let mut alert = Alert::new(sender, number, sent, self::status(status), kind);
        alert.references = messages.iter().map(Alert::reference).collect();
        alert.incidents = warning.incident_id.as_ref().map(ToString::to_string).unwrap_or_default();
        alert.infos = [true, false].map(|is_chinese| warning_info(warning, colour, sent, is_chinese)).into();
        messages.push(alert);
    }
    messages
}

fn warning_info(warning: &Warning, colour: WarningColour, at: CityTime, is_chinese: bool) -> Info {
    let pick = |words: &city::TwoTongues| if is_chinese { words.zh.clone() } else { words.en.clone() };
    let mut parameters = vec![
        named("warningColour", colour.key().to_owned()),
        named("rule", warning.rule.clone()),
        named("algorithm", format!("{} {}", warning.algorithm, warning.version)),
    ];
    if let (Some(value), Some(limit)) = (warning.value, warning.limit) {
        parameters.push(named("value", format!("{value} {}", warning.unit).trim().to_owned()));
        parameters.push(named("limit", format!("{limit} {}", warning.unit).trim().to_owned()));
    }
    let codes = match (warning.centre, &warning.members) {
        (_, Some(members)) => members.districts.keys().map(|code| code.0).collect(),
        (Jurisdiction::District(code), None) => vec![code.0],
        (_, None) => warning.place.iter().map(|place| place.district.0).collect(),
    };
    let place = Area {
        description: warning
            .at
            .map_or_else(|| "500000".to_owned(), |at| format!("{:.5}, {:.5}", at.lat, at.lon)),
        polygons: Vec::new(),
        circles: warning.at.map(|centre| Circle { centre, radius_m: 0.0 }).into_iter().collect(),
        geocodes: codes.into_iter().map(|code| named("GB/T 2260", code.to_string())).collect(),
        altitude_m: None,
        ceiling_m: None,
    };
    Info {
        event: pick(&warning.name),
        response_types: vec![ResponseType::Assess],
        urgency: Urgency::Expected,
        severity: match colour {
            WarningColour::Red => Severity::Extreme,
            WarningColour::Orange => Severity::Severe,
            WarningColour::Yellow => Severity::Moderate,
            WarningColour::Blue => Severity::Minor,
        },
        certainty: Certainty::Likely,
        onset: Some(warning.since),
        headline: pick(&warning.name),
        description: pick(&warning.reason),
        instruction: pick(&warning.advice),
        parameters,
        areas: vec![place],
        ..info_of(&warning.risk_class, at, is_chinese)
    }
}

/// The newest message of a warning; `None` where it is not told of any more.
pub fn newest_of_warning(warning: &Warning, status: Status, sender: &str, now: CityTime) -> Option<Alert> {
    let newest = of_warning(warning, status, sender).pop()?;
    let is_listed = warning.is_in_force() || now.seconds_since(newest.sent) <= LISTED_S;
    is_listed.then_some(newest)
}

/// The message that holds now; `None` where the incident is not told of any more.
pub fn newest(incident: &Incident, sender: &str, now: CityTime) -> Option<Alert> {
    let newest = messages(incident, sender).pop()?;
    let is_listed = incident.is_open() || now.seconds_since(newest.sent) <= LISTED_S;
    is_listed.then_some(newest)
}

fn status(status: Status) -> MessageStatus {
    match status {
        Status::Actual => MessageStatus::Actual,
        Status::Exercise => MessageStatus::Exercise,
        // What a model computed is for nobody to act on.
        Status::Simulated => MessageStatus::Test,
    }
}

fn named(name: &str, value: String) -> NamedValue {
    NamedValue { name: name.to_owned(), value }
}

fn info(incident: &Incident, level: IncidentLevel, stage: Stage, at: CityTime, is_chinese: bool) -> Info {
    let class = if is_chinese { incident.class.zh() } else { incident.class.en() };
    let place = Area {
        description: format!("{:.5}, {:.5}", incident.at.lat, incident.at.lon),
        polygons: Vec::new(),
        circles: vec![Circle { centre: incident.at, radius_m: 0.0 }],
        geocodes: vec![named("GB/T 2260", incident.place.district.0.to_string())],
        altitude_m: None,
        ceiling_m: None,
    };
    Info {
        severity: severity(level),
        onset: Some(incident.reported),
        headline: format!("{} {class}", level.roman()),
        description: incident.text.clone(),
        parameters: vec![
            named("incidentLevel", level.number().to_string()),
            named("stage", stage.key().to_owned()),
        ],
        areas: vec![place],
        ..info_of(&incident.class, at, is_chinese)
    }
}

/// What all that is told of a class has in common.
fn info_of(class: &RiskClass, at: CityTime, is_chinese: bool) -> Info {
    Info {
        language: if is_chinese { "zh-CN" } else { "en-US" }.to_owned(),
        categories: vec![category(class)],
        event: if is_chinese { class.zh() } else { class.en() }.to_owned(),
        response_types: vec![ResponseType::Monitor],
        urgency: Urgency::Immediate,
        severity: Severity::Minor,
        certainty: Certainty::Observed,
        audience: String::new(),
        event_codes: vec![named("riskClass", class.key().to_owned())],
        effective: None,
        onset: None,
        expires: Some(at.plus_s(HOLDS_S)),
        sender_name: if is_chinese { "山城" } else { "Shancheng" }.to_owned(),
        headline: String::new(),
        description: String::new(),
        instruction: String::new(),
        web: String::new(),
        contact: String::new(),
        parameters: Vec::new(),
        resources: Vec::new(),
        areas: Vec::new(),
    }
}

/// Levels Ⅰ to Ⅳ as CAP's severities; a level is not a warning colour, and none is said.
fn severity(level: IncidentLevel) -> Severity {
    match level.number() {
        1 => Severity::Extreme,
        2 => Severity::Severe,
        3 => Severity::Moderate,
        _ => Severity::Minor,
    }
}

fn category(class: &RiskClass) -> Category {
    match class {
        RiskClass::Flood => Category::Met,
        RiskClass::Landslide => Category::Geo,
        RiskClass::Fire | RiskClass::ForestFire => Category::Fire,
        RiskClass::Gas | RiskClass::SepticGas => Category::CBRNE,
        RiskClass::WaterQuality => Category::Env,
        RiskClass::Bridge => Category::Infra,
        RiskClass::Traffic | RiskClass::MuckTruck => Category::Transport,
        RiskClass::Crowd => Category::Safety,
        _ => Category::Other,
    }
}
