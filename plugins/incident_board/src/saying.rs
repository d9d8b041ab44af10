//! Incidents, units, commands, refusals and history in the operator's words.

use crate::offered::Arrival;
use crate::spans::{about_minutes, mm_ss};
use crate::view::BoardView;
use city::{
    Command, EventBody, Field, Incident, IncidentId, Measure, Refusal, RiskClass, Source, Suitability, UnitId,
};
use shell::Words;

pub use shell::saying::{figure, keyed};

/// The name of a class.
pub fn class<'a>(words: &Words, class: &'a RiskClass) -> &'a str {
    words.pick(class.zh(), class.en())
}

/// The numeral of a level: Ⅰ–Ⅳ, in English of Latin letters, which every font has.
pub fn numeral(words: &Words, level: u8) -> &'static str {
    let at = usize::from(level.clamp(1, 4) - 1);
    words.pick(["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"][at], ["I", "II", "III", "IV"][at])
}

/// The name of a unit; its identifier where it is unknown.
pub fn unit(view: &BoardView, id: &UnitId) -> String {
    view.city.units.get(id).map_or_else(|| id.to_string(), |unit| view.words.unit(unit).to_owned())
}

/// Whoever works at this console: name, role and what they answer for; a dash until the backend has said it.
pub fn on_duty(view: &BoardView) -> String {
    let (words, actor) = (view.words, &view.on_duty.actor);
    if !view.on_duty.told {
        return "—".to_owned();
    }
    let name = actor.name.strip_prefix("officer:").unwrap_or(&actor.name);
    let role = keyed(words, "role", actor.role.key());
    let area = view.places.jurisdiction(words, actor.jurisdiction);
    format!("{name} · {role} · {area}")
}

/// How soon a unit would be there.
pub fn arrival(words: &Words, arrival: Arrival) -> String {
    match arrival {
        Arrival::Unknown => words.get("board.arrivalUnknown").to_owned(),
        Arrival::After(seconds) => about_minutes(words, seconds),
        Arrival::NoWay => words.get("board.noWay").to_owned(),
    }
}

/// How fit a unit is.
pub fn suitability(words: &Words, suitability: Suitability) -> &str {
    words.get(match suitability {
        Suitability::MadeFor => "suitability.madeFor",
        Suitability::Helps => "suitability.helps",
        Suitability::Unsuited => "suitability.unsuited",
    })
}

/// What of an incident is read first: its class and where it is.
pub fn headline(view: &BoardView, incident: &Incident) -> String {
    format!("{} · {}", class(view.words, &incident.class), view.places.place(view.words, incident.place))
}

/// What was reported, in words; why it is withheld, where it is.
pub fn text(view: &BoardView, incident: &Incident) -> String {
    // The words of a device's report are withheld with its value.
    let withheld = || withheld(view, &[Field::IncidentText, Field::DeviceValue]);
    Some(incident.text.clone()).filter(|text| !text.is_empty()).or_else(withheld).unwrap_or_default()
}

/// That it is withheld from whoever works here, and why; `None` where none of `fields` is.
fn withheld(view: &BoardView, fields: &[Field]) -> Option<String> {
    let reason = fields.iter().find_map(|field| view.on_duty.why_withheld(*field))?;
    Some(view.words.fill("board.withheld", &[("reason", reason)]))
}

/// Who or what reported an incident, with value and unit of measure.
pub fn source(view: &BoardView, incident: &Incident) -> String {
    let words = view.words;
    let named = |key, name: &str| words.fill(key, &[("name", name)]);
    match &incident.source {
        Source::Resident { name } => named("board.byResident", name),
        Source::GridWorker { name } => named("board.byGridWorker", name),
        Source::Officer { name } => named("board.byOfficer", name),
        Source::Warning { warning_id } => {
            let city = view.city;
            let name = city.warnings.get(warning_id).map(|w| words.pick(&w.name.zh, &w.name.en));
            named("board.byWarning", name.unwrap_or(warning_id.as_str()))
        }
        Source::Notice { notice_id, by } => {
            words.fill("board.byNotice", &[("id", notice_id.as_str()), ("name", by)])
        }
        Source::Unsaid => withheld(view, &[Field::IncidentReporter, Field::DeviceValue])
            .unwrap_or_else(|| words.get("board.byUnsaid").to_owned()),
        Source::Device { device_id, value } => {
            let (id, value) = (device_id.as_str(), figure(*value));
            let Some(measure) = Measure::of(&incident.class) else {
                return words.fill("board.bySensorPlain", &[("id", id), ("value", &value)]);
            };
            let name = words.pick(measure.zh, measure.en);
            let alarm = figure(measure.alarm);
            let parts =
                [("id", id), ("measure", name), ("value", &value), ("unit", measure.unit), ("alarm", &alarm)];
            words.fill("board.bySensor", &parts)
        }
    }
}

/// Why a command is refused.
pub fn refusal(view: &BoardView, refusal: &Refusal) -> String {
    shell::saying::refusal(view.words, view.city, refusal)
}

/// What a command asks for.
pub fn command(view: &BoardView, command: &Command) -> String {
    let incident = command.incident_id().map_or("", IncidentId::as_str);
    let unit = command.unit_id().map(|id| unit(view, id)).unwrap_or_default();
    let class = match command {
        Command::Report { risk_class, .. } | Command::SwitchDevices { risk_class, .. } => {
            class(view.words, risk_class)
        }
        _ => "",
    };
    let named = match command {
        Command::NoteWarning { warning_id } => warning_id.as_str(),
        Command::ChangeAlgorithm { algorithm_id, .. } | Command::RecordEvaluation { algorithm_id, .. } => {
            algorithm_id.as_str()
        }
        other => other.notice_id().map_or("", |id| id.as_str()),
    };
    let key = match command {
        Command::Acknowledge { .. } => "command.acknowledge",
        Command::Dispatch { .. } => "command.dispatch",
        Command::Recall { .. } => "command.recall",
        Command::Close { .. } => "command.close",
        Command::Report { .. } => "command.report",
        Command::SwitchDevices { .. } => "command.switchDevices",
        Command::NoteWarning { .. } => "command.noteWarning",
        Command::AcceptNotice { .. } => "command.acceptNotice",
        Command::RejectNotice { .. } => "command.rejectNotice",
        Command::NoticeToIncident { .. } => "command.noticeToIncident",
        Command::ChangeAlgorithm { .. } => "command.changeAlgorithm",
        Command::RecordEvaluation { .. } => "command.recordEvaluation",
        _ => "command.crew",
    };
    view.words.fill(key, &[("incident", incident), ("unit", &unit), ("class", class), ("id", named)])
}

/// One line of an incident's history, without its time.
pub fn happened(view: &BoardView, body: &EventBody) -> String {
    let words = view.words;
    let unit_name = |id: &UnitId| unit(view, id);
    let say = |parts: &[(&str, &str)]| words.fill(&format!("happened.{}", body.key()), parts);
    match body {
        EventBody::IncidentReported { text, .. } => say(&[("text", text)]),
        EventBody::IncidentAcknowledged { by, .. } => say(&[("by", by)]),
        EventBody::UnitDispatched { unit_id, by, duration_s, .. } => {
            say(&[("unit", &unit_name(unit_id)), ("by", by), ("t", &mm_ss(*duration_s))])
        }
        EventBody::UnitRecalled { unit_id, by, .. } => say(&[("unit", &unit_name(unit_id)), ("by", by)]),
        EventBody::UnitReportedBack { unit_id, text, .. } => {
            say(&[("unit", &unit_name(unit_id)), ("text", text)])
        }
        EventBody::UnitArrived { unit_id, .. }
        | EventBody::UnitHandling { unit_id, .. }
        | EventBody::UnitOnPatrol { unit_id }
        | EventBody::UnitCheckedIn { unit_id, .. } => say(&[("unit", &unit_name(unit_id))]),
        EventBody::StageChanged { stage, .. } => say(&[("stage", &keyed(words, "stage", stage.key()))]),
        EventBody::IncidentClosed { rating, note, by, .. } => {
            let parts = [("by", by.as_str()), ("rating", &rating.to_string()), ("note", note)];
            if note.is_empty() { words.fill("happened.incidentClosedPlain", &parts) } else { say(&parts) }
        }
        EventBody::IncidentLevelRaised { level, warning_id, .. } => {
            let name = view.city.warnings.get(warning_id).map(|w| words.pick(&w.name.zh, &w.name.en));
            let name = name.unwrap_or(warning_id.as_str());
            say(&[("level", numeral(words, level.number())), ("warning", name)])
        }
        EventBody::DevicesSwitched { risk_class, by, .. } => {
            say(&[("by", by), ("class", class(words, risk_class))])
        }
        // These are of no one incident and stand in no incident's history.
        EventBody::WarningRaised { .. }
        | EventBody::WarningChanged { .. }
        | EventBody::WarningNoted { .. }
        | EventBody::WarningEnded { .. }
        | EventBody::NoticeIssued { .. }
        | EventBody::NoticeChanged { .. }
        | EventBody::NoticeJudged { .. }
        | EventBody::RulesRead { .. }
        | EventBody::AlgorithmRegistered { .. }
        | EventBody::AlgorithmChanged { .. }
        | EventBody::AlgorithmEvaluated { .. } => String::new(),
    }
}
