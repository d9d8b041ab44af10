//! The state of the city, changed by events alone, in their order.

use crate::unit::Trip;
use crate::{
    Algorithm, AlgorithmId, CityTime, Event, EventBody, HistoryLine, Incident, IncidentId, LonLat, NoticeId,
    Place, RiskClass, RiskNotice, Stage, Status, Unit, UnitId, UnitState, Warning, WarningId,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many closed incidents stay in the state for review; older ones are in the journal.
pub const CLOSED_KEPT: usize = 300;

/// What is true of the city now: the result of every event so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct City {
    /// The sequence of the last event applied.
    pub sequence: u64,
    /// The time of the last event applied; it only moves forward.
    pub now: CityTime,
    /// Whether this city is actual, an exercise or simulated.
    pub status: Status,
    /// Every open incident and the last [`CLOSED_KEPT`] closed ones.
    pub incidents: BTreeMap<IncidentId, Incident>,
    /// Every unit, drones among them.
    pub units: BTreeMap<UnitId, Unit>,
    /// The closed incidents, in the order of their closing.
    pub closed: VecDeque<IncidentId>,
    /// The classes of devices that are switched off.
    pub silent: BTreeSet<RiskClass>,
    /// The warnings in force and the last [`crate::watching::ENDED_KEPT`] that ended.
    pub warnings: BTreeMap<WarningId, Warning>,
    /// The warnings that ended, in the order of their end.
    pub ended: VecDeque<WarningId>,
    /// The risk notices that are open, and the newest that were settled.
    pub notices: BTreeMap<NoticeId, RiskNotice>,
    /// The register of algorithms (算法备案).
    pub algorithms: BTreeMap<AlgorithmId, Algorithm>,
    /// The sequence of the last event about warnings, notices or the register: who lists them compares it.
    pub watched: u64,
    /// How many rules watch the city.
    pub rules: u32,
    /// What is wrong with the files of the rules; those before stay until it is mended.
    pub rule_faults: Vec<String>,
    /// The number the next incident's identifier is made of.
    pub next_incident: u64,
}

impl City {
    /// Applies one event. An event not newer than the state is a repeat and changes nothing (false).
    /// An event about something unknown changes the sequence and the time only: a journal from a newer
    /// program must not stop an older console.
    pub fn apply(&mut self, event: &Event) -> bool {
        if event.sequence <= self.sequence {
            return false;
        }
        self.sequence = event.sequence;
        self.now = self.now.max(event.at);
        self.apply_body(event);
        if let Some(incident) = event.body.incident_id().and_then(|id| self.incidents.get_mut(id)) {
            incident.history.push(HistoryLine {
                at: event.at,
                sequence: event.sequence,
                body: without_path(&event.body),
            });
        }
        true
    }

    fn apply_body(&mut self, event: &Event) {
        match &event.body {
            EventBody::IncidentReported {
                incident_id,
                risk_class,
                level,
                lon,
                lat,
                district_code,
                township_code,
                text,
                source,
            } => {
                let incident = Incident {
                    id: incident_id.clone(),
                    class: risk_class.clone(),
                    level: *level,
                    stage: Stage::Perceive,
                    status: event.status,
                    at: LonLat::new(*lon, *lat),
                    place: Place { district: *district_code, township: *township_code },
                    reported: event.at,
                    stage_since: event.at,
                    text: text.clone(),
                    source: source.clone(),
                    units: Vec::new(),
                    reported_back: 0,
                    rating: None,
                    note: String::new(),
                    history: Vec::new(),
                };
                self.incidents.insert(incident_id.clone(), incident);
                self.next_incident += 1;
            }
            EventBody::IncidentAcknowledged { .. } => {}
            EventBody::UnitDispatched { incident_id, unit_id, path, duration_s, .. } => {
                if let Some(incident) = self.incidents.get_mut(incident_id) {
                    incident.units.push(unit_id.clone());
                }
                // A way that is withheld is none.
                let trip = (!path.is_empty()).then(|| Trip {
                    path: path.clone(),
                    duration_s: *duration_s,
                    began: event.at,
                });
                self.set_unit(unit_id, event.at, UnitState::Driving, Some(incident_id), trip);
            }
            EventBody::UnitRecalled { incident_id, unit_id, .. } => {
                self.release(incident_id, unit_id);
                self.set_unit(unit_id, event.at, UnitState::Returning, None, None);
            }
            EventBody::UnitArrived { incident_id, unit_id } => {
                if let (Some(unit), Some(incident)) =
                    (self.units.get_mut(unit_id), self.incidents.get(incident_id))
                {
                    unit.at = incident.at;
                }
                self.set_unit(unit_id, event.at, UnitState::OnScene, Some(incident_id), None);
            }
            EventBody::UnitHandling { incident_id, unit_id } => {
                self.set_unit(unit_id, event.at, UnitState::Handling, Some(incident_id), None);
            }
            EventBody::UnitReportedBack { incident_id, unit_id, .. } => {
                self.release(incident_id, unit_id);
                if let Some(incident) = self.incidents.get_mut(incident_id) {
                    incident.reported_back += 1;
                }
                self.set_unit(unit_id, event.at, UnitState::Returning, None, None);
            }
            EventBody::UnitOnPatrol { unit_id } => {
                self.set_unit(unit_id, event.at, UnitState::Patrol, None, None);
            }
            EventBody::UnitCheckedIn { unit_id, lon, lat } => self.moved(unit_id, LonLat::new(*lon, *lat)),
            EventBody::StageChanged { incident_id, stage } => {
                if let Some(incident) = self.incidents.get_mut(incident_id) {
                    incident.stage = *stage;
                    incident.stage_since = event.at;
                }
            }
            EventBody::IncidentClosed { incident_id, rating, note, .. } => {
                if let Some(incident) = self.incidents.get_mut(incident_id) {
                    incident.rating = Some(*rating);
                    incident.note.clone_from(note);
                    self.closed.push_back(incident_id.clone());
                }
                while self.closed.len() > CLOSED_KEPT {
                    if let Some(oldest) = self.closed.pop_front() {
                        self.incidents.remove(&oldest);
                    }
                }
            }
            EventBody::IncidentLevelRaised { incident_id, level, .. } => {
                if let Some(incident) = self.incidents.get_mut(incident_id) {
                    incident.level = *level;
                }
            }
            EventBody::DevicesSwitched { risk_class, reporting, .. } => {
                if *reporting {
                    self.silent.remove(risk_class);
                } else {
                    self.silent.insert(risk_class.clone());
                }
            }
            body => {
                self.watched = event.sequence;
                self.apply_watching(event.at, body);
            }
        }
    }

    /// A unit was seen at `at` (telemetry: newer than any event about its place).
    pub fn moved(&mut self, unit_id: &UnitId, at: LonLat) {
        if let Some(unit) = self.units.get_mut(unit_id).filter(|_| at.is_valid()) {
            unit.at = at;
        }
    }

    fn set_unit(
        &mut self,
        id: &UnitId,
        at: CityTime,
        state: UnitState,
        incident: Option<&IncidentId>,
        trip: Option<Trip>,
    ) {
        if let Some(unit) = self.units.get_mut(id) {
            unit.state = state;
            unit.incident = incident.cloned();
            unit.trip = trip;
            unit.since = at;
        }
    }

    fn release(&mut self, incident: &IncidentId, unit: &UnitId) {
        if let Some(incident) = self.incidents.get_mut(incident) {
            incident.units.retain(|id| id != unit);
        }
    }
}

/// The history tells that a unit was sent and how long it takes; the way itself is the unit's trip.
fn without_path(body: &EventBody) -> EventBody {
    let mut body = body.clone();
    if let EventBody::UnitDispatched { path, .. } = &mut body {
        path.clear();
    }
    body
}
