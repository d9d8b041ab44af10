//! The rules of the closed loop: who may do what in which stage, and what follows.

use crate::{
    Actor, AlgorithmState, City, CityTime, Command, CommandType, Event, EventBody, Incident, IncidentId,
    IncidentLevel, Jurisdiction, LonLat, NoticeId, NoticeRefusal, NoticeState, Place, Refusal, RiskNotice,
    Role, Source, Stage, Unit, UnitId, UnitKind, UnitState, Warning, WhyEnded,
};

/// The longest text a report, a note or a result may have, in characters.
pub const LONGEST_TEXT: usize = 2_000;

/// What the rules ask of the world outside the state: whose a place is, and how long a way takes.
pub trait World {
    /// The district and township of `at`; `None` outside the municipality.
    fn place(&self, at: LonLat) -> Option<Place>;
    /// A position in the middle of an area; `None` where that is not known.
    fn middle(&self, area: Jurisdiction) -> Option<LonLat> {
        let _ = area;
        None
    }
    /// The way of a unit of `kind`: line and seconds; `None` when there is none.
    fn trip(&self, kind: UnitKind, from: LonLat, to: LonLat) -> Option<(Vec<LonLat>, f64)>;
}

impl City {
    /// Whether `actor` may do `command` now: what a console asks before it offers a button.
    pub fn check(&self, actor: &Actor, command: &Command) -> Result<(), Refusal> {
        may(actor.role, command.kind())?;
        // What an actor does not see is answered like what does not exist: a refusal must not give it away.
        let sees_incident = |i: &&Incident| self.sees_incident(actor.jurisdiction, i);
        let sees_unit = |u: &&Unit| actor.jurisdiction.sees_unit(self.whose(u));
        let incident = command
            .incident_id()
            .map(|id| self.incident(id).ok().filter(sees_incident).ok_or_else(|| no_incident(id)))
            .transpose()?;
        let unit = command
            .unit_id()
            .map(|id| self.unit(id).ok().filter(sees_unit).ok_or_else(|| no_unit(id)))
            .transpose()?;
        let inside = match (incident, unit, command) {
            // A crew that was sent elsewhere speaks for itself there.
            (Some(_), Some(unit), _)
                if command.kind() == CommandType::Crew
                    && actor.jurisdiction.covers_district(unit.district) =>
            {
                true
            }
            (Some(incident), ..) => actor.jurisdiction.covers(incident.place),
            (None, Some(unit), _) => actor.jurisdiction.covers_district(unit.district),
            // The devices of a class stand all over the city, and an algorithm watches all of it.
            (
                ..,
                Command::SwitchDevices { .. }
                | Command::ChangeAlgorithm { .. }
                | Command::RecordEvaluation { .. },
            ) => actor.jurisdiction == Jurisdiction::City,
            _ => true,
        };
        if !inside {
            return Err(Refusal::OutsideJurisdiction { name: actor.name.clone() });
        }
        match command {
            Command::Acknowledge { .. } => in_stage(incident, &[Stage::Perceive], "acknowledge"),
            Command::Dispatch { .. } => {
                in_stage(incident, &[Stage::Perceive, Stage::Decide], "dispatch")?;
                unit.map_or(Ok(()), free)
            }
            Command::Recall { incident_id, .. } => out_for(
                unit,
                incident_id,
                &[UnitState::Driving, UnitState::OnScene, UnitState::Handling],
                "recall",
            ),
            Command::Arrive { incident_id, .. } => {
                out_for(unit, incident_id, &[UnitState::Driving], "arrive")
            }
            Command::Handle { incident_id, .. } => {
                out_for(unit, incident_id, &[UnitState::OnScene], "handle")
            }
            Command::ReportBack { incident_id, text, .. } => {
                text_fits("text", text)?;
                out_for(unit, incident_id, &[UnitState::OnScene, UnitState::Handling], "reportBack")
            }
            Command::ResumePatrol { .. } => {
                unit.map_or(Ok(()), |u| in_state(u, &[UnitState::Returning], "resumePatrol"))
            }
            Command::CheckIn { lon, lat, .. } => {
                on_globe(*lon, *lat)?;
                unit.map_or(Ok(()), |u| in_state(u, &[UnitState::Patrol], "checkIn"))
            }
            Command::Close { rating, note, .. } => check_close(incident, *rating, note),
            Command::Report { lon, lat, text, .. } => {
                on_globe(*lon, *lat)?;
                text_fits("text", text)?;
                if text.trim().is_empty() {
                    return Err(Refusal::bad("text", "say in a few words what is seen"));
                }
                Ok(())
            }
            Command::SwitchDevices { .. } => Ok(()),
            Command::NoteWarning { warning_id } => {
                let known = self.warnings.get(warning_id).filter(|w| w.is_in_force());
                let seen = known.filter(|w| w.concerns(actor.jurisdiction));
                let warning = seen.ok_or_else(|| Refusal::NoSuchWarning { id: warning_id.to_string() })?;
                if !actor.jurisdiction.covers_centre(warning.centre) {
                    return Err(Refusal::OutsideJurisdiction { name: actor.name.clone() });
                }
                match warning.noted {
                    None => Ok(()),
                    Some(_) => Err(Refusal::bad("warningId", "somebody took note of it already")),
                }
            }
            Command::AcceptNotice { notice_id } => {
                self.answer(actor, notice_id, RiskNotice::accept).map(|_| ())
            }
            Command::NoticeToIncident { notice_id } => self.answerable(actor, notice_id).map(|_| ()),
            Command::RejectNotice { notice_id, reason } => {
                reason_said(reason)?;
                self.answer(actor, notice_id, |n, by, at| n.reject(by, at, reason)).map(|_| ())
            }
            Command::ChangeAlgorithm { algorithm_id, state, reason } => {
                reason_said(reason)?;
                self.state_change(algorithm_id, *state, &actor.name, reason).map(|_| ())
            }
            Command::RecordEvaluation { algorithm_id, evaluation } => {
                self.may_be_recorded(algorithm_id, evaluation)
            }
        }
    }

    /// What `command` of `actor` leads to: the bodies of the events that follow, in order, none applied yet.
    /// `source` names who saw it, for reports of devices and residents; officers' reports need none.
    pub fn decide(
        &self,
        actor: &Actor,
        command: &Command,
        source: Option<Source>,
        world: &dyn World,
    ) -> Result<Vec<EventBody>, Refusal> {
        self.check(actor, command)?;
        let by = actor.name.clone();
        Ok(match command.clone() {
            Command::Acknowledge { incident_id } => acknowledged(incident_id, by),
            Command::Dispatch { incident_id, unit_id } => {
                let (incident, unit) = (self.incident(&incident_id)?, self.unit(&unit_id)?);
                let (path, duration_s) = world.trip(unit.kind, unit.at, incident.at).ok_or_else(|| {
                    Refusal::NoWay { unit: unit_id.to_string(), incident: incident_id.to_string() }
                })?;
                let mut bodies = match incident.stage {
                    Stage::Perceive => acknowledged(incident_id.clone(), by.clone()),
                    _ => Vec::new(),
                };
                bodies.push(EventBody::UnitDispatched { incident_id, unit_id, by, path, duration_s });
                bodies
            }
            Command::Recall { incident_id, unit_id } => {
                let last_out = self.incident(&incident_id)?.units.len() <= 1;
                let back = self.incident(&incident_id)?.reported_back > 0;
                let mut bodies =
                    vec![EventBody::UnitRecalled { incident_id: incident_id.clone(), unit_id, by }];
                if last_out && back {
                    bodies.push(EventBody::StageChanged { incident_id, stage: Stage::Supervise });
                }
                bodies
            }
            Command::Close { incident_id, rating, note } => vec![
                EventBody::StageChanged { incident_id: incident_id.clone(), stage: Stage::Review },
                EventBody::IncidentClosed { incident_id, rating, note, by },
            ],
            Command::Report { risk_class, lon, lat, text } => {
                let at = LonLat::new(lon, lat);
                let place = world.place(at).ok_or_else(|| outside(lon, lat))?;
                if !actor.jurisdiction.covers(place) {
                    return Err(Refusal::OutsideJurisdiction { name: by });
                }
                let level = IncidentLevel::new(risk_class.first_level())
                    .ok_or_else(|| Refusal::bad("riskClass", "has no first level"))?;
                vec![EventBody::IncidentReported {
                    incident_id: self.next_incident_id(),
                    risk_class,
                    level,
                    lon,
                    lat,
                    district_code: place.district,
                    township_code: place.township,
                    text,
                    source: source.unwrap_or(Source::Officer { name: by }),
                }]
            }
            Command::Arrive { incident_id, unit_id } => vec![EventBody::UnitArrived { incident_id, unit_id }],
            Command::Handle { incident_id, unit_id } => {
                vec![EventBody::UnitHandling { incident_id, unit_id }]
            }
            Command::ReportBack { incident_id, unit_id, text } => {
                let last_out = self.incident(&incident_id)?.units.len() <= 1;
                let mut bodies =
                    vec![EventBody::UnitReportedBack { incident_id: incident_id.clone(), unit_id, text }];
                if last_out {
                    bodies.push(EventBody::StageChanged { incident_id, stage: Stage::Supervise });
                }
                bodies
            }
            Command::ResumePatrol { unit_id } => vec![EventBody::UnitOnPatrol { unit_id }],
            Command::CheckIn { unit_id, lon, lat } => {
                world.place(LonLat::new(lon, lat)).ok_or_else(|| outside(lon, lat))?;
                vec![EventBody::UnitCheckedIn { unit_id, lon, lat }]
            }
            Command::SwitchDevices { risk_class, reporting } => {
                vec![EventBody::DevicesSwitched { risk_class, reporting, by }]
            }
            Command::NoteWarning { warning_id } => vec![EventBody::WarningNoted { warning_id, by }],
            Command::AcceptNotice { notice_id } => {
                let state = self.answer(actor, &notice_id, RiskNotice::accept)?;
                vec![EventBody::NoticeChanged { notice_id, state }]
            }
            Command::RejectNotice { notice_id, reason } => {
                let state = self.answer(actor, &notice_id, |n, by, at| n.reject(by, at, &reason))?;
                vec![EventBody::NoticeChanged { notice_id, state }]
            }
            Command::NoticeToIncident { notice_id } => {
                let notice = self.answerable(actor, &notice_id)?;
                let at = self
                    .middle(notice, world)
                    .ok_or_else(|| Refusal::NoPlace { id: notice_id.to_string() })?;
                let place = world.place(at).ok_or_else(|| outside(at.lon, at.lat))?;
                let incident_id = self.next_incident_id();
                let level = IncidentLevel::new(notice.class.first_level())
                    .ok_or_else(|| Refusal::bad("riskClass", "has no first level"))?;
                let report = EventBody::IncidentReported {
                    incident_id: incident_id.clone(),
                    risk_class: notice.class.clone(),
                    level,
                    lon: at.lon,
                    lat: at.lat,
                    district_code: place.district,
                    township_code: place.township,
                    text: notice.words.zh.clone(),
                    source: Source::Notice { notice_id: notice_id.clone(), by: by.clone() },
                };
                let becomes = |n: &mut RiskNotice, by: &str, at| n.become_incident(incident_id, by, at);
                let state = self.answer(actor, &notice_id, becomes)?;
                vec![report, EventBody::NoticeChanged { notice_id, state }]
            }
            Command::ChangeAlgorithm { algorithm_id, state, reason } => {
                let change = self.state_change(&algorithm_id, state, &by, &reason)?;
                let mut bodies = vec![EventBody::AlgorithmChanged { change }];
                if state == AlgorithmState::Withdrawn {
                    // What it says ends with it, not when the watch comes to hear of it. A grouped one may have members
                    // by other rules: the watch tells what is left of it.
                    let stops =
                        |w: &&Warning| w.is_in_force() && w.members.is_none() && w.algorithm == algorithm_id;
                    let its = self.warnings.values().filter(stops);
                    let ended = |w: &Warning| EventBody::WarningEnded {
                        warning_id: w.id.clone(),
                        why: WhyEnded::Withdrawn,
                    };
                    bodies.extend(its.map(ended));
                }
                bodies
            }
            Command::RecordEvaluation { algorithm_id, mut evaluation } => {
                // When it came is known here; the clock of whoever sent it is not.
                evaluation.at = self.now;
                vec![EventBody::AlgorithmEvaluated { algorithm_id, evaluation, by }]
            }
        })
    }

    /// Numbers and dates `bodies` as the next events, and applies them.
    pub fn happen(&mut self, at: CityTime, bodies: Vec<EventBody>) -> Vec<Event> {
        let at = at.max(self.now);
        bodies
            .into_iter()
            .map(|body| {
                let event = Event { sequence: self.sequence + 1, at, status: self.status, body };
                self.apply(&event);
                event
            })
            .collect()
    }

    /// The notice that `actor` may answer: it goes to them or to a centre below, and is open.
    fn answerable(&self, actor: &Actor, id: &NoticeId) -> Result<&RiskNotice, Refusal> {
        let known = self.notices.get(id).filter(|notice| notice.concerns(actor.jurisdiction));
        let notice = known.ok_or_else(|| Refusal::NoSuchNotice { id: id.to_string() })?;
        if !actor.jurisdiction.covers_centre(notice.act.jurisdiction) {
            return Err(Refusal::OutsideJurisdiction { name: actor.name.clone() });
        }
        if !notice.is_open() {
            return Err(settled(notice));
        }
        if self.now >= notice.valid_until {
            let state = NoticeState::Expired { at: notice.valid_until }.key().to_owned();
            return Err(Refusal::NoticeSettled { id: id.to_string(), state });
        }
        Ok(notice)
    }

    /// What becomes of a notice by an answer.
    fn answer(
        &self,
        actor: &Actor,
        id: &NoticeId,
        answer: impl FnOnce(&mut RiskNotice, &str, CityTime) -> Result<(), NoticeRefusal>,
    ) -> Result<NoticeState, Refusal> {
        let known = self.answerable(actor, id)?;
        let at = self.now.max(known.state.since().unwrap_or(known.issued_at));
        let mut notice = known.clone();
        answer(&mut notice, &actor.name, at).map_err(|_| settled(known))?;
        Ok(notice.state)
    }

    fn incident(&self, id: &IncidentId) -> Result<&Incident, Refusal> {
        self.incidents.get(id).ok_or_else(|| no_incident(id))
    }

    fn unit(&self, id: &UnitId) -> Result<&Unit, Refusal> {
        self.units.get(id).ok_or_else(|| no_unit(id))
    }
}

fn no_incident(id: &IncidentId) -> Refusal {
    Refusal::NoSuchIncident { id: id.to_string() }
}

fn no_unit(id: &UnitId) -> Refusal {
    Refusal::NoSuchUnit { id: id.to_string() }
}

/// Who may do what at all.
impl Role {
    /// True when whoever has this role may give such commands somewhere.
    pub fn may(self, command: &Command) -> bool {
        may(self, command.kind()).is_ok()
    }
}

fn may(role: Role, act: CommandType) -> Result<(), Refusal> {
    use CommandType as C;
    let allowed = match role {
        Role::Commander => true,
        // Crews say themselves where they are and what they do; a commander may play them in an exercise.
        Role::DutyOfficer => {
            !matches!(act, C::SwitchDevices | C::Crew | C::ChangeAlgorithm | C::RecordEvaluation)
        }
        Role::Planner | Role::Reporter => matches!(act, C::Report),
        Role::Crew => matches!(act, C::Crew | C::Report),
        Role::Observer | Role::Auditor => false,
    };
    allowed.then_some(()).ok_or_else(|| Refusal::Forbidden {
        role: role.key().to_owned(),
        act: format!("{act:?}").to_lowercase(),
    })
}

fn acknowledged(incident_id: IncidentId, by: String) -> Vec<EventBody> {
    vec![
        EventBody::IncidentAcknowledged { incident_id: incident_id.clone(), by },
        EventBody::StageChanged { incident_id, stage: Stage::Decide },
    ]
}

fn in_stage(incident: Option<&Incident>, stages: &[Stage], act: &str) -> Result<(), Refusal> {
    match incident {
        Some(i) if !stages.contains(&i.stage) => Err(Refusal::WrongStage {
            incident: i.id.to_string(),
            stage: i.stage.key().to_owned(),
            act: act.to_owned(),
        }),
        _ => Ok(()),
    }
}

fn free(unit: &Unit) -> Result<(), Refusal> {
    if unit.state.is_free() {
        return Ok(());
    }
    Err(Refusal::UnitTaken {
        unit: unit.id.to_string(),
        state: unit.state.key().to_owned(),
        incident: unit.incident.as_ref().map(ToString::to_string).unwrap_or_default(),
    })
}

fn in_state(unit: &Unit, states: &[UnitState], act: &str) -> Result<(), Refusal> {
    if states.contains(&unit.state) {
        return Ok(());
    }
    Err(Refusal::UnitNotThere {
        unit: unit.id.to_string(),
        state: unit.state.key().to_owned(),
        act: act.to_owned(),
        incident: unit.incident.as_ref().map(ToString::to_string).unwrap_or_default(),
    })
}

fn out_for(
    unit: Option<&Unit>,
    incident: &IncidentId,
    states: &[UnitState],
    act: &str,
) -> Result<(), Refusal> {
    match unit {
        Some(u) if u.incident.as_ref() != Some(incident) => Err(Refusal::UnitNotThere {
            unit: u.id.to_string(),
            state: u.state.key().to_owned(),
            act: act.to_owned(),
            incident: incident.to_string(),
        }),
        Some(u) => in_state(u, states, act),
        None => Ok(()),
    }
}

fn check_close(incident: Option<&Incident>, rating: u8, note: &str) -> Result<(), Refusal> {
    in_stage(incident, &[Stage::Perceive, Stage::Decide, Stage::Supervise], "close")?;
    if !(1..=5).contains(&rating) {
        return Err(Refusal::bad("rating", format!("{rating} is not a rating: 1 (poor) to 5 (excellent)")));
    }
    text_fits("note", note)?;
    let Some(incident) = incident else { return Ok(()) };
    if !incident.units.is_empty() {
        return Err(Refusal::UnitsStillOut {
            incident: incident.id.to_string(),
            units: incident.units.len(),
        });
    }
    if incident.stage != Stage::Supervise && note.trim().is_empty() {
        return Err(Refusal::bad("note", "no unit has reported back: say why it is closed all the same"));
    }
    Ok(())
}

fn settled(notice: &RiskNotice) -> Refusal {
    Refusal::NoticeSettled { id: notice.id.to_string(), state: notice.state.key().to_owned() }
}

fn reason_said(reason: &str) -> Result<(), Refusal> {
    text_fits("reason", reason)?;
    if reason.trim().is_empty() {
        return Err(Refusal::bad("reason", "say in a few words why"));
    }
    Ok(())
}

fn text_fits(field: &str, text: &str) -> Result<(), Refusal> {
    // Control characters, and those that turn the direction of writing, make a text read as what it is not.
    let hides = |c: &char| {
        c.is_control() && !matches!(c, '\n' | '\r' | '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if let Some(c) = text.chars().find(hides) {
        return Err(Refusal::bad(field, format!("holds the control character U+{:04X}", u32::from(c))));
    }
    match text.chars().count() {
        n if n > LONGEST_TEXT => Err(Refusal::bad(field, format!("{n} characters; at most {LONGEST_TEXT}"))),
        _ => Ok(()),
    }
}

fn outside(lon: f64, lat: f64) -> Refusal {
    Refusal::bad("lon, lat", format!("{lon}, {lat} lies outside Chongqing"))
}

fn on_globe(lon: f64, lat: f64) -> Result<(), Refusal> {
    if LonLat::new(lon, lat).is_valid() {
        return Ok(());
    }
    Err(Refusal::bad("lon, lat", format!("{lon}, {lat} is not a longitude and latitude in degrees")))
}
