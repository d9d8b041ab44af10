//! What crews say and when: arrived, handling, done. A function of the city and the instant alone, so what
//! was not said before a restart is said after it.

use super::act::Act;
use super::chance::{About, Chance};
use super::words::Words;
use city::{City, CityTime, Command, Incident, RiskClass, Unit, UnitKind, UnitState};

/// What the crews of all units say at `now`.
pub fn speak(city: &City, now: CityTime, chance: Chance, words: &Words) -> Vec<Act> {
    city.units.values().filter_map(|unit| one(city, unit, now, chance, words)).collect()
}

fn one(city: &City, unit: &Unit, now: CityTime, chance: Chance, words: &Words) -> Option<Act> {
    let incident_id = unit.incident.clone()?;
    let incident = city.incidents.get(&incident_id)?;
    let unit_id = unit.id.clone();
    let draw = chance.about(About::Crew, 0).of(unit.id.as_str()).of(incident.id.as_str());
    let due = |after_s: f64| now >= unit.since.plus_s(after_s);
    let command = match unit.state {
        UnitState::Driving => {
            let there = unit.trip.as_ref().is_none_or(|trip| now >= trip.arrives());
            there.then_some(Command::Arrive { incident_id, unit_id })?
        }
        UnitState::OnScene => {
            due(draw.between(0, 20.0, 90.0)).then_some(Command::Handle { incident_id, unit_id })?
        }
        UnitState::Handling => {
            let text = due(handling_s(draw, unit, incident, words))
                .then(|| result(draw, unit, &incident.class, words))?;
            Command::ReportBack { incident_id, unit_id, text }
        }
        UnitState::Patrol | UnitState::Returning => return None,
    };
    Some(Act::crew(&unit.id, command))
}

fn handling_s(draw: Chance, unit: &Unit, incident: &Incident, words: &Words) -> f64 {
    let [least, most] = match (unit.kind, words.handled(&incident.class)) {
        // A drone looks and lights; what takes long is done by those on the ground.
        (UnitKind::Drone, _) => [3.0, 8.0],
        (_, Some(handled)) => handled.minutes,
        (_, None) => [4.0, 15.0],
    };
    60.0 * draw.between(1, least, most)
}

fn result(draw: Chance, unit: &Unit, class: &RiskClass, words: &Words) -> String {
    if unit.kind == UnitKind::Drone {
        return "空中侦察完成,图像已回传".to_owned();
    }
    let results = words.handled(class).map(|handled| handled.results.as_slice()).unwrap_or_default();
    results.get(draw.pick(2, results.len())).cloned().unwrap_or_else(|| "现场处置完毕".to_owned())
}
