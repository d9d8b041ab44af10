//! The duty officers of the 38 district centres: they take what nobody at a console has touched, so that
//! the backlog stays bounded, and close what they themselves dispatched.

use super::act::Act;
use super::chance::{About, Chance};
use super::words::Words;
use city::{
    Actor, City, CityTime, Command, EventBody, Incident, Jurisdiction, Level, Role, Source, Stage,
    Suitability, Unit, UnitId, UnitKind,
};
use std::collections::BTreeSet;

/// Before a simulated officer takes an incident, seconds of city time.
const LEAVES_S: f64 = 480.0;
/// And at least this, seconds of real time, so that a person has a chance at any speed.
const LEAVES_REAL_S: f64 = 120.0;
/// How the names of simulated officers begin.
const PREFIX: &str = "training:";
/// Chongqing as a whole, GB/T 2260.
const CITY_CODE: &str = "500000";

/// The duty officers.
pub struct Officers {
    chance: Chance,
    leaves_s: f64,
}

impl Officers {
    /// Officers of a city that runs at `speed`.
    pub fn new(chance: Chance, speed: f64) -> Self {
        Self { chance, leaves_s: LEAVES_S.max(LEAVES_REAL_S * speed) }
    }

    /// What they do at `now`.
    pub fn step(&self, city: &City, now: CityTime, words: &Words) -> Vec<Act> {
        let mut acts = Vec::new();
        let mut taken = BTreeSet::new();
        for incident in city.incidents.values().filter(|i| i.is_open() && !is_touched(i)) {
            let draw = self.chance.about(About::Officer, 0).of(incident.id.as_str());
            let left_s = now.seconds_since(incident.reported) - draw.between(0, 0.0, 60.0);
            let rated_s = now.seconds_since(incident.stage_since) - draw.between(1, 120.0, 300.0);
            let waits =
                matches!(incident.stage, Stage::Perceive | Stage::Decide) && incident.units.is_empty();
            if waits && left_s >= self.leaves_s {
                acts.extend(dispatch(city, incident, &mut taken));
            } else if incident.stage == Stage::Supervise && rated_s >= 0.0 {
                acts.push(close(incident, draw, words));
            }
        }
        acts
    }
}

fn officer(incident: &Incident) -> Actor {
    let district = incident.place.district;
    Actor {
        level: Level::District,
        jurisdiction: Jurisdiction::District(district),
        ..centre(&district.0.to_string())
    }
}

/// Who sends `unit`: a district's officer sends its own, the city's centre those of another district.
fn sender(incident: &Incident, unit: &Unit) -> Actor {
    if unit.district == incident.place.district { officer(incident) } else { centre(CITY_CODE) }
}

fn centre(code: &str) -> Actor {
    Actor { role: Role::DutyOfficer, ..Actor::city_commander(&format!("{PREFIX}{code}")) }
}

/// True when somebody at a console has done anything about it, or reported it.
fn is_touched(incident: &Incident) -> bool {
    let by = |body: &EventBody| match body {
        EventBody::IncidentAcknowledged { by, .. }
        | EventBody::UnitDispatched { by, .. }
        | EventBody::UnitRecalled { by, .. }
        | EventBody::IncidentClosed { by, .. } => !by.starts_with(PREFIX),
        _ => false,
    };
    matches!(incident.source, Source::Officer { .. }) || incident.history.iter().any(|line| by(&line.body))
}

/// The nearest unit made for it; for grave ones also the nearest that helps.
fn dispatch(city: &City, incident: &Incident, taken: &mut BTreeSet<UnitId>) -> Vec<Act> {
    let mut acts = Vec::new();
    let fits: &[Suitability] = match incident.level.number() {
        1 | 2 => &[Suitability::MadeFor, Suitability::Helps],
        _ => &[Suitability::MadeFor],
    };
    for fit in fits {
        let near = nearest(city, incident, *fit, taken);
        let near = near.or_else(|| match fit {
            Suitability::MadeFor => nearest(city, incident, Suitability::Helps, taken),
            _ => None,
        });
        if let Some(unit) = near {
            taken.insert(unit.id.clone());
            let command = Command::Dispatch { incident_id: incident.id.clone(), unit_id: unit.id.clone() };
            acts.push(Act { actor: sender(incident, unit), command, source: None });
        }
    }
    acts
}

fn nearest<'a>(
    city: &'a City,
    incident: &Incident,
    fit: Suitability,
    taken: &BTreeSet<UnitId>,
) -> Option<&'a Unit> {
    // Drones are left to people at consoles: four of them, and the point of the exercise.
    let free = city.units.values().filter(|u| {
        u.kind != UnitKind::Drone
            && u.state.is_free()
            && u.kind.suitability(&incident.class) == fit
            && !taken.contains(&u.id)
    });
    let ranked = free.map(|u| (u.at.distance_m(incident.at), u));
    ranked.min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id))).map(|(_, unit)| unit)
}

fn close(incident: &Incident, draw: Chance, words: &Words) -> Act {
    let rating = [3, 4, 4, 5, 5, 5][draw.pick(2, 6)];
    let notes = words.notes();
    let note = notes.get(draw.pick(3, notes.len())).cloned().unwrap_or_default();
    let command = Command::Close { incident_id: incident.id.clone(), rating, note };
    Act { actor: officer(incident), command, source: None }
}
