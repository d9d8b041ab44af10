//! The state on the wire: what `/api/v1/snapshot` answers and a console starts from.

use crate::unit::Trip;
use crate::{
    Algorithm, City, CityTime, DistrictCode, HistoryLine, Incident, IncidentId, IncidentLevel, LonLat, Place,
    RiskClass, RiskNotice, Source, Stage, Status, TownshipCode, Unit, UnitId, UnitKind, UnitState, Warning,
};
use serde::{Deserialize, Serialize};

/// The whole state after the event `sequence`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The sequence of the last event in it.
    pub sequence: u64,
    /// The city's time.
    pub now: CityTime,
    /// Whether this city is actual, an exercise or simulated.
    #[serde(default)]
    pub status: Status,
    /// Open and lately closed incidents; the closed ones in the order of their closing.
    pub incidents: Vec<IncidentRow>,
    /// Units on the ground.
    pub units: Vec<UnitRow>,
    /// Drones.
    pub drones: Vec<DroneRow>,
    /// Warnings in force, and those that ended lately in the order of their end.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// Risk notices that are open or were settled lately.
    #[serde(default)]
    pub notices: Vec<RiskNotice>,
    /// The register of algorithms.
    #[serde(default)]
    pub algorithms: Vec<Algorithm>,
    /// The sequence of the last event about warnings, notices or the register of algorithms.
    #[serde(default)]
    pub watched: u64,
    /// How many rules watch the city.
    #[serde(default)]
    pub rules: u32,
    /// What is wrong with the files of the rules.
    #[serde(default)]
    pub rule_faults: Vec<String>,
    /// The classes of devices that are switched off.
    #[serde(default)]
    pub silent: Vec<RiskClass>,
    /// The number the next incident's identifier is made of.
    #[serde(default)]
    pub next_incident: u64,
}

/// An incident on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "each field is the field of `Incident` of the same name")]
pub struct IncidentRow {
    pub id: IncidentId,
    pub risk_class: RiskClass,
    pub level: IncidentLevel,
    pub stage: Stage,
    pub status: Status,
    pub lon: f64,
    pub lat: f64,
    pub district_code: DistrictCode,
    pub township_code: TownshipCode,
    /// When it was reported.
    pub at: CityTime,
    pub unit_ids: Vec<UnitId>,
    /// When its stage last changed; where that is not said, when it was reported.
    #[serde(default)]
    pub stage_since: Option<CityTime>,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub source: Source,
    #[serde(default)]
    pub reported_back: u32,
    #[serde(default)]
    pub rating: Option<u8>,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub history: Vec<HistoryLine>,
}

/// A unit on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "each field is the field of `Unit` of the same name")]
pub struct UnitRow {
    pub id: UnitId,
    pub kind: UnitKind,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name_en: String,
    /// NaN where it is withheld, as is `lat`.
    #[serde(default = "crate::place::unsaid")]
    pub lon: f64,
    #[serde(default = "crate::place::unsaid")]
    pub lat: f64,
    pub state: UnitState,
    #[serde(default)]
    pub incident_id: Option<IncidentId>,
    #[serde(default)]
    pub district_code: DistrictCode,
    #[serde(default)]
    pub since: CityTime,
    #[serde(default)]
    pub trip: Option<Trip>,
}

/// A drone on the wire: a unit with a height.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DroneRow {
    /// The unit.
    #[serde(flatten)]
    pub unit: UnitRow,
    /// Metres above the ground.
    #[serde(default)]
    pub above_ground_m: f64,
}

impl From<&City> for Snapshot {
    fn from(city: &City) -> Self {
        let open = city.incidents.values().filter(|i| i.is_open());
        let closed = city.closed.iter().filter_map(|id| city.incidents.get(id));
        let in_force = city.warnings.values().filter(|w| w.is_in_force());
        let ended = city.ended.iter().filter_map(|id| city.warnings.get(id));
        let (drones, ground): (Vec<_>, Vec<_>) = city.units.values().partition(|u| u.kind == UnitKind::Drone);
        Self {
            sequence: city.sequence,
            now: city.now,
            status: city.status,
            incidents: open.chain(closed).map(incident_row).collect(),
            units: ground.into_iter().map(unit_row).collect(),
            drones: drones
                .into_iter()
                .map(|u| DroneRow { unit: unit_row(u), above_ground_m: u.above_ground_m })
                .collect(),
            warnings: in_force.chain(ended).cloned().collect(),
            notices: city.notices.values().cloned().collect(),
            algorithms: city.algorithms.values().cloned().collect(),
            watched: city.watched,
            rules: city.rules,
            rule_faults: city.rule_faults.clone(),
            silent: city.silent.iter().cloned().collect(),
            next_incident: city.next_incident,
        }
    }
}

impl From<Snapshot> for City {
    fn from(snapshot: Snapshot) -> Self {
        let closed = snapshot.incidents.iter().filter(|i| i.stage == Stage::Review).map(|i| i.id.clone());
        let ended = snapshot.warnings.iter().filter(|w| !w.is_in_force()).map(|w| w.id.clone());
        let ended: std::collections::VecDeque<_> = ended.collect();
        let ground = snapshot.units.into_iter().map(|row| (row, 0.0));
        let drones = snapshot.drones.into_iter().map(|row| (row.unit, row.above_ground_m));
        Self {
            sequence: snapshot.sequence,
            now: snapshot.now,
            status: snapshot.status,
            closed: closed.collect(),
            incidents: snapshot.incidents.into_iter().map(|row| (row.id.clone(), incident(row))).collect(),
            units: ground.chain(drones).map(|(row, above)| (row.id.clone(), unit(row, above))).collect(),
            watched: snapshot.watched,
            rules: snapshot.rules,
            rule_faults: snapshot.rule_faults,
            silent: snapshot.silent.into_iter().collect(),
            ended,
            warnings: snapshot.warnings.into_iter().map(|w| (w.id.clone(), w)).collect(),
            notices: snapshot.notices.into_iter().map(|n| (n.id.clone(), n)).collect(),
            algorithms: snapshot.algorithms.into_iter().map(|a| (a.id.clone(), a)).collect(),
            next_incident: snapshot.next_incident,
        }
    }
}

pub(crate) fn incident_row(i: &Incident) -> IncidentRow {
    IncidentRow {
        id: i.id.clone(),
        risk_class: i.class.clone(),
        level: i.level,
        stage: i.stage,
        status: i.status,
        lon: i.at.lon,
        lat: i.at.lat,
        district_code: i.place.district,
        township_code: i.place.township,
        at: i.reported,
        unit_ids: i.units.clone(),
        stage_since: Some(i.stage_since),
        text: i.text.clone(),
        source: i.source.clone(),
        reported_back: i.reported_back,
        rating: i.rating,
        note: i.note.clone(),
        history: i.history.clone(),
    }
}

pub(crate) fn incident(row: IncidentRow) -> Incident {
    Incident {
        id: row.id,
        class: row.risk_class,
        level: row.level,
        stage: row.stage,
        status: row.status,
        at: LonLat::new(row.lon, row.lat),
        place: Place { district: row.district_code, township: row.township_code },
        reported: row.at,
        stage_since: row.stage_since.unwrap_or(row.at),
        text: row.text,
        source: row.source,
        units: row.unit_ids,
        reported_back: row.reported_back,
        rating: row.rating,
        note: row.note,
        history: row.history,
    }
}

pub(crate) fn unit_row(u: &Unit) -> UnitRow {
    UnitRow {
        id: u.id.clone(),
        kind: u.kind,
        name: u.name.clone(),
        name_en: u.name_en.clone(),
        lon: u.at.lon,
        lat: u.at.lat,
        state: u.state,
        incident_id: u.incident.clone(),
        district_code: u.district,
        since: u.since,
        trip: u.trip.clone(),
    }
}

pub(crate) fn unit(row: UnitRow, above_ground_m: f64) -> Unit {
    Unit {
        id: row.id,
        kind: row.kind,
        name: row.name,
        name_en: row.name_en,
        district: row.district_code,
        at: LonLat::new(row.lon, row.lat),
        above_ground_m,
        state: row.state,
        incident: row.incident_id,
        trip: row.trip,
        since: row.since,
    }
}
