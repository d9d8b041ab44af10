//! Who sees what (按管辖范围可见): a person sees what lies in their jurisdiction, and what comes from elsewhere to act
//! there or goes from there to act elsewhere.
//!
//! Incidents, devices and risk points lie in a township; a unit belongs to a district and, while it is out, is seen
//! where its incident is as well. An incident is seen by the districts whose units are out for it.
//! Deliberately absent: who somebody is, and the wire.

use crate::snapshot::{incident_row, unit, unit_row};
use crate::{
    City, DistrictCode, DroneRow, Event, EventBody, Field, Fields, Incident, IncidentId, IncidentRow,
    Jurisdiction, Place, RiskNotice, Snapshot, Unit, UnitId, UnitKind, UnitRow, Warning,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What somebody sees of the city. Those of one sight see the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sight {
    /// The area they answer for.
    pub jurisdiction: Jurisdiction,
    /// What is withheld from them of what they see.
    pub withheld: Fields,
}

/// Whose a unit is at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whose {
    /// The district it belongs to.
    pub home: DistrictCode,
    /// Where the incident is that it is out for.
    pub out_for: Option<Place>,
}

/// Something before and after an event; `None` where it was not, or is no more.
type Around<T> = (Option<T>, Option<T>);

/// Whom an event concerns: where its incident is and whose its unit is, before and after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Concern {
    everyone: bool,
    /// What it says of a warning or a notice, and where that goes; the state before and after it.
    watched: Vec<Watched>,
    incident: Around<Involved>,
    unit: Around<Whose>,
    comes: Option<Box<Comes>>,
}

/// A warning or a notice, as far as it matters who sees it.
#[derive(Clone, Debug, PartialEq)]
enum Watched {
    Warning(Box<Warning>),
    Notice(Box<RiskNotice>),
}

/// Where an incident is, and which other districts have units out for it.
#[derive(Clone, Debug, PartialEq)]
struct Involved {
    place: Place,
    helpers: Vec<DistrictCode>,
}

/// The things of an event as they were before it: what is told to those who come to see them by it.
#[derive(Clone, Debug, PartialEq)]
struct Comes {
    incident: Option<IncidentRow>,
    unit: Option<(UnitRow, Option<f64>)>,
}

/// Things that come into sight by the event that follows, as they were before it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Appears {
    /// The event that brings them; it follows at once.
    pub sequence: u64,
    /// Incidents.
    pub incidents: Vec<IncidentRow>,
    /// Units on the ground.
    pub units: Vec<UnitRow>,
    /// Drones.
    pub drones: Vec<DroneRow>,
}

/// Things that leave the sight by the event that follows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Disappears {
    /// The event that takes them away; it follows at once.
    pub sequence: u64,
    /// Incidents.
    pub incident_ids: Vec<IncidentId>,
    /// Units and drones.
    pub unit_ids: Vec<UnitId>,
}

/// What is told of events that are not for this sight: how far the journal has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passes {
    /// The last of the events passed over.
    pub sequence: u64,
}

/// What an event means for a sight.
#[derive(Clone, Debug, PartialEq)]
pub enum Look {
    /// It is not for this sight.
    Unseen,
    /// It is seen, and nothing else with it.
    Seen,
    /// It is seen, and things come into sight or leave it.
    Crosses(Appears, Disappears),
}

impl Jurisdiction {
    /// True when a unit that is `whose` is seen.
    pub fn sees_unit(self, whose: Whose) -> bool {
        self.sees_units_of(whose.home) || whose.out_for.is_some_and(|place| self.covers(place))
    }

    fn sees(self, incident: &Involved) -> bool {
        self.covers(incident.place) || incident.helpers.iter().any(|home| self.covers_district(*home))
    }
}

impl Sight {
    /// All there is.
    pub const WHOLE: Self = Self { jurisdiction: Jurisdiction::City, withheld: Fields::NONE };

    /// True when everything of the city lies in it.
    pub fn is_of_city(self) -> bool {
        self.jurisdiction == Jurisdiction::City
    }

    /// What of a whole state is seen.
    pub fn of_snapshot(self, mut snapshot: Snapshot) -> Snapshot {
        if self.is_of_city() {
            return snapshot;
        }
        let here = self.jurisdiction;
        let place = |row: &IncidentRow| Place { district: row.district_code, township: row.township_code };
        let places: HashMap<IncidentId, Place> =
            snapshot.incidents.iter().map(|row| (row.id.clone(), place(row))).collect();
        let all = snapshot.units.iter().chain(snapshot.drones.iter().map(|drone| &drone.unit));
        let homes: HashMap<UnitId, DistrictCode> =
            all.map(|row| (row.id.clone(), row.district_code)).collect();
        snapshot.incidents.retain(|row| {
            let helpers = row.unit_ids.iter().filter_map(|id| homes.get(id).copied()).collect();
            here.sees(&Involved { place: place(row), helpers })
        });
        let seen = |row: &UnitRow| {
            let out_for = row.incident_id.as_ref().and_then(|id| places.get(id).copied());
            here.sees_unit(Whose { home: row.district_code, out_for })
        };
        snapshot.units.retain(&seen);
        snapshot.drones.retain(|drone| seen(&drone.unit));
        snapshot.warnings.retain(|warning| warning.concerns(here));
        snapshot.warnings.iter_mut().for_each(|warning| *warning = warning.seen_by(here));
        snapshot.notices.retain(|notice| notice.concerns(here));
        // How many incidents there have been elsewhere is nobody's business.
        snapshot.next_incident = 0;
        snapshot
    }

    /// What is withheld of an event that is seen. Where it is seen for its unit alone, which is out for an incident that
    /// is not, what is said of that incident is nobody's business here.
    pub fn withheld_of(self, concern: &Concern) -> Fields {
        let (before, after) = &concern.incident;
        let involved = || before.iter().chain(after);
        let is_foreign = !self.is_of_city()
            && !concern.everyone
            && involved().next().is_some()
            && !involved().any(|incident| self.jurisdiction.sees(incident));
        match is_foreign {
            true => {
                self.withheld.with(Field::IncidentNote).with(Field::IncidentOfficer).with(Field::IncidentText)
            }
            false => self.withheld,
        }
    }

    /// True where an event that is seen is seen in part: see [`Warning::seen_by`].
    pub fn sees_a_part(self, concern: &Concern) -> bool {
        concern.watched.iter().any(|watched| match watched {
            Watched::Warning(w) => w.members.is_some() && !self.jurisdiction.covers_centre(w.centre),
            Watched::Notice(_) => false,
        })
    }

    /// The part of an event that is seen.
    pub fn part_of(self, event: &mut Event) {
        if let EventBody::WarningRaised { warning } | EventBody::WarningChanged { warning } = &mut event.body
        {
            **warning = warning.seen_by(self.jurisdiction);
        }
    }

    /// What the event of sequence `sequence` means.
    pub fn of_event(self, sequence: u64, concern: &Concern) -> Look {
        if self.is_of_city() || concern.everyone {
            return Look::Seen;
        }
        let here = self.jurisdiction;
        let sees_watched = |watched: &Watched| match watched {
            Watched::Warning(warning) => warning.concerns(here),
            Watched::Notice(notice) => notice.concerns(here),
        };
        if concern.watched.iter().any(sees_watched) {
            return Look::Seen;
        }
        let sees_incident = |i: &Option<Involved>| i.as_ref().is_some_and(|i| here.sees(i));
        let sees_unit = |u: Option<Whose>| u.is_some_and(|u| here.sees_unit(u));
        let incident = (sees_incident(&concern.incident.0), sees_incident(&concern.incident.1));
        let unit = (sees_unit(concern.unit.0), sees_unit(concern.unit.1));
        if !(incident.0 || incident.1 || unit.0 || unit.1) {
            return Look::Unseen;
        }
        let Some(comes) = concern.comes.as_ref().filter(|_| incident.0 != incident.1 || unit.0 != unit.1)
        else {
            return Look::Seen;
        };
        let mut appears = Appears { sequence, ..Appears::default() };
        let mut disappears = Disappears { sequence, ..Disappears::default() };
        match (incident, &comes.incident) {
            ((false, true), Some(row)) => appears.incidents.push(row.clone()),
            ((true, false), Some(row)) => disappears.incident_ids.push(row.id.clone()),
            _ => {}
        }
        match (unit, &comes.unit) {
            ((false, true), Some((row, None))) => appears.units.push(row.clone()),
            ((false, true), Some((row, Some(above_ground_m)))) => {
                appears.drones.push(DroneRow { unit: row.clone(), above_ground_m: *above_ground_m });
            }
            ((true, false), Some((row, _))) => disappears.unit_ids.push(row.id.clone()),
            _ => {}
        }
        Look::Crosses(appears, disappears)
    }
}

impl Appears {
    /// True when nothing comes.
    pub fn is_empty(&self) -> bool {
        self.incidents.is_empty() && self.units.is_empty() && self.drones.is_empty()
    }
}

impl Disappears {
    /// True when nothing goes.
    pub fn is_empty(&self) -> bool {
        self.incident_ids.is_empty() && self.unit_ids.is_empty()
    }
}

impl City {
    /// Whose a unit is now.
    pub fn whose(&self, unit: &Unit) -> Whose {
        let incident = unit.incident.as_ref().and_then(|id| self.incidents.get(id));
        Whose { home: unit.district, out_for: incident.map(|i| i.place) }
    }

    /// True when `jurisdiction` sees the incident.
    pub fn sees_incident(&self, jurisdiction: Jurisdiction, incident: &Incident) -> bool {
        jurisdiction.sees(&self.involved(incident))
    }

    /// [`City::apply`], and whom the event concerns.
    pub fn apply_and_tell(&mut self, event: &Event) -> Concern {
        let before = self.standing(&event.body);
        // Only a unit that is sent to another district, or comes free there, changes who sees what.
        let is_elsewhere = |i: &Involved, u: Whose| frees_or_sends(&event.body) && i.place.district != u.home;
        let comes = match (&before.0, before.1) {
            (Some(incident), Some(unit)) if is_elsewhere(incident, unit) => {
                Some(Box::new(self.comes(&event.body)))
            }
            _ => None,
        };
        let mut watched: Vec<Watched> = self.watched(&event.body).into_iter().collect();
        self.apply(event);
        watched.extend(self.watched(&event.body));
        let after = self.standing(&event.body);
        let everyone = matches!(
            event.body,
            EventBody::DevicesSwitched { .. }
                | EventBody::RulesRead { .. }
                | EventBody::AlgorithmRegistered { .. }
                | EventBody::AlgorithmChanged { .. }
                | EventBody::AlgorithmEvaluated { .. }
        );
        Concern { everyone, watched, incident: (before.0, after.0), unit: (before.1, after.1), comes }
    }

    fn standing(&self, body: &EventBody) -> (Option<Involved>, Option<Whose>) {
        let incident = body.incident_id().and_then(|id| self.incidents.get(id));
        let unit = body.unit_id().and_then(|id| self.units.get(id));
        (incident.map(|i| self.involved(i)), unit.map(|u| self.whose(u)))
    }

    fn watched(&self, body: &EventBody) -> Option<Watched> {
        let warning = body.warning_id().and_then(|id| self.warnings.get(id));
        let notice = || body.notice_id().and_then(|id| self.notices.get(id));
        warning
            .map(|warning| Watched::Warning(Box::new(warning.clone())))
            .or_else(|| notice().map(|notice| Watched::Notice(Box::new(notice.clone()))))
    }

    fn involved(&self, incident: &Incident) -> Involved {
        let homes = incident.units.iter().filter_map(|id| self.units.get(id)).map(|u| u.district);
        let mut helpers: Vec<_> = homes.filter(|home| *home != incident.place.district).collect();
        helpers.sort_unstable();
        helpers.dedup();
        Involved { place: incident.place, helpers }
    }

    fn comes(&self, body: &EventBody) -> Comes {
        let incident = body.incident_id().and_then(|id| self.incidents.get(id)).map(incident_row);
        let unit = body.unit_id().and_then(|id| self.units.get(id));
        let above = |u: &Unit| (u.kind == UnitKind::Drone).then_some(u.above_ground_m);
        Comes { incident, unit: unit.map(|u| (unit_row(u), above(u))) }
    }

    /// Notes how far the journal has come with events that are not for this sight.
    pub fn pass(&mut self, passes: Passes) {
        self.sequence = self.sequence.max(passes.sequence);
    }

    /// Takes in what comes into sight.
    pub fn appear(&mut self, appears: Appears) {
        let Appears { incidents, units, drones, .. } = appears;
        let incidents = incidents.into_iter().map(crate::snapshot::incident);
        self.incidents.extend(incidents.map(|incident| (incident.id.clone(), incident)));
        let ground = units.into_iter().map(|row| unit(row, 0.0));
        let flying = drones.into_iter().map(|row| unit(row.unit, row.above_ground_m));
        self.units.extend(ground.chain(flying).map(|unit| (unit.id.clone(), unit)));
    }

    /// Lets go of what leaves the sight.
    pub fn disappear(&mut self, disappears: &Disappears) {
        for id in &disappears.incident_ids {
            self.incidents.remove(id);
            self.closed.retain(|closed| closed != id);
        }
        for id in &disappears.unit_ids {
            self.units.remove(id);
        }
    }
}

/// True for what sends a unit or sets it free.
fn frees_or_sends(body: &EventBody) -> bool {
    matches!(
        body,
        EventBody::UnitDispatched { .. }
            | EventBody::UnitRecalled { .. }
            | EventBody::UnitReportedBack { .. }
    )
}

#[cfg(test)]
mod tests;
