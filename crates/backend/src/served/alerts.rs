//! Incidents as alerts of CAP 1.2: a message for each report, acknowledgement, change of stage and close.
//!
//! A message never changes once it stands: its number is the incident's with the sequence of its event, and it
//! references all messages before it. What is closed is cancelled, and listed for a day.

use city::{CityTime, EventBody, Incident, IncidentLevel, RiskClass, Stage, Status};
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
    let mut stage = Stage::Perceive;
    for line in &incident.history {
        let kind = match &line.body {
            EventBody::IncidentReported { .. } => MessageType::Alert,
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
        alert.infos = [true, false].map(|is_chinese| info(incident, stage, line.at, is_chinese)).into();
        messages.push(alert);
    }
    messages
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

fn info(incident: &Incident, stage: Stage, at: CityTime, is_chinese: bool) -> Info {
    let class = if is_chinese { incident.class.zh() } else { incident.class.en() };
    let named = |name: &str, value: String| NamedValue { name: name.to_owned(), value };
    let place = Area {
        description: format!("{:.5}, {:.5}", incident.at.lat, incident.at.lon),
        polygons: Vec::new(),
        circles: vec![Circle { centre: incident.at, radius_m: 0.0 }],
        geocodes: vec![named("GB/T 2260", incident.place.district.0.to_string())],
        altitude_m: None,
        ceiling_m: None,
    };
    Info {
        language: if is_chinese { "zh-CN" } else { "en-US" }.to_owned(),
        categories: vec![category(&incident.class)],
        event: class.to_owned(),
        response_types: vec![ResponseType::Monitor],
        urgency: Urgency::Immediate,
        severity: severity(incident.level),
        certainty: Certainty::Observed,
        audience: String::new(),
        event_codes: vec![named("riskClass", incident.class.key().to_owned())],
        effective: None,
        onset: Some(incident.reported),
        expires: Some(at.plus_s(HOLDS_S)),
        sender_name: if is_chinese { "山城" } else { "Shancheng" }.to_owned(),
        headline: format!("{} {class}", incident.level.roman()),
        description: incident.text.clone(),
        instruction: String::new(),
        web: String::new(),
        contact: String::new(),
        parameters: vec![
            named("incidentLevel", incident.level.number().to_string()),
            named("stage", stage.key().to_owned()),
        ],
        resources: Vec::new(),
        areas: vec![place],
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
