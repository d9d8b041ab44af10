//! What an officer must see of an incident: the clock on every step, and how urgent it is.

use crate::{City, CityTime, EventBody, Incident, Stage, Unit, UnitState};

/// The time within which an incident should be acknowledged, in seconds.
pub const ACKNOWLEDGE_WITHIN_S: f64 = 60.0;
/// The time within which the first unit should be sent after the report, in seconds.
pub const DISPATCH_WITHIN_S: f64 = 180.0;
/// The time within which a unit should report back after it arrived, in seconds.
pub const HANDLE_WITHIN_S: f64 = 1_800.0;
/// The time within which an incident should be closed after the last report back, in seconds.
pub const CLOSE_WITHIN_S: f64 = 600.0;

/// The clock on one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// The key of the step's words: `acknowledge`, `dispatch`, `arrive`, `handle`, `close`.
    pub step: &'static str,
    /// When it began to run.
    pub began: CityTime,
    /// When it is due.
    pub due: CityTime,
    /// When the step was done; `None` while the clock runs.
    pub done: Option<CityTime>,
}

impl Clock {
    /// Seconds left at `now` while it runs (negative: overdue), or that were left when it was done.
    pub fn left_s(&self, now: CityTime) -> f64 {
        self.due.seconds_since(self.done.unwrap_or(now))
    }

    /// Seconds it has run at `now`, or ran until it was done.
    pub fn ran_s(&self, now: CityTime) -> f64 {
        self.done.unwrap_or(now).seconds_since(self.began)
    }
}

/// The clocks of an incident, in the order of their steps; a step that has not begun has none.
pub type Clocks = Vec<Clock>;

/// How urgent an incident is; smaller sorts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Urgency {
    /// 0: a step is overdue; 1: waits for an officer; 2: units are at work; 3: closed.
    pub band: u8,
    /// Its level, 1 first.
    pub level: u8,
    /// Milliseconds until its next clock is due.
    pub due_in_ms: i64,
}

/// How urgent `incident` is at `now`.
pub fn urgency(city: &City, incident: &Incident, now: CityTime) -> Urgency {
    let running = city.clocks(incident).into_iter().filter(|c| c.done.is_none());
    let next = running.min_by_key(|c| c.due);
    let due_in_ms = next.map_or(i64::MAX, |c| c.due.0 - now.0);
    let waits = match incident.stage {
        Stage::Perceive | Stage::Supervise => true,
        Stage::Decide => incident.units.is_empty(),
        Stage::Review => false,
    };
    let band = match (incident.is_open(), due_in_ms < 0, waits) {
        (false, ..) => 3,
        (true, true, _) => 0,
        (true, false, true) => 1,
        (true, false, false) => 2,
    };
    Urgency { band, level: incident.level.number(), due_in_ms }
}

impl City {
    /// The clocks of `incident`.
    pub fn clocks(&self, incident: &Incident) -> Clocks {
        let first = |wanted: fn(&EventBody) -> bool| {
            incident.history.iter().find(|line| wanted(&line.body)).map(|line| line.at)
        };
        let last = |wanted: fn(&EventBody) -> bool| {
            incident.history.iter().rev().find(|line| wanted(&line.body)).map(|line| line.at)
        };
        let acknowledged = first(|b| matches!(b, EventBody::IncidentAcknowledged { .. }));
        let dispatched = first(|b| matches!(b, EventBody::UnitDispatched { .. }));
        let arrived = first(|b| matches!(b, EventBody::UnitArrived { .. }));
        let back = last(|b| matches!(b, EventBody::UnitReportedBack { .. }));
        let closed = first(|b| matches!(b, EventBody::IncidentClosed { .. }));

        let clock = |step, began: CityTime, within_s: f64, done: Option<CityTime>| Clock {
            step,
            began,
            due: began.plus_s(within_s),
            done,
        };
        let mut clocks = vec![
            clock("acknowledge", incident.reported, ACKNOWLEDGE_WITHIN_S, acknowledged.or(closed)),
            clock("dispatch", incident.reported, DISPATCH_WITHIN_S, dispatched.or(closed)),
        ];
        if let Some(sent) = dispatched {
            let out: Vec<&Unit> = incident.units.iter().filter_map(|id| self.units.get(id)).collect();
            let driving = out.iter().filter_map(|u| u.trip.as_ref()).map(|t| t.arrives()).min();
            let promised = incident.history.iter().find_map(|line| match &line.body {
                EventBody::UnitDispatched { duration_s, .. } => Some(line.at.plus_s(*duration_s)),
                _ => None,
            });
            let anyone_out = !out.is_empty() || arrived.is_some();
            if let (true, Some(due)) = (anyone_out, driving.or(promised)) {
                clocks.push(Clock { step: "arrive", began: sent, due, done: arrived });
            }
            if let Some(there) = arrived {
                let busy = out.iter().any(|u| u.state != UnitState::Driving);
                let done = if busy { None } else { back.or(closed) };
                clocks.push(clock("handle", there, HANDLE_WITHIN_S, done));
            }
        }
        if matches!(incident.stage, Stage::Supervise | Stage::Review) {
            clocks.push(clock("close", back.unwrap_or(incident.stage_since), CLOSE_WITHIN_S, closed));
        }
        clocks
    }

    /// Units that could be sent to `incident`, best suited first, then nearest, with metres as the crow flies; infinitely
    /// far, and last, where their positions are withheld.
    pub fn units_for<'a>(&'a self, incident: &Incident) -> Vec<(&'a Unit, crate::Suitability, f64)> {
        let mut units: Vec<_> = self
            .units
            .values()
            .filter(|unit| unit.state.is_free())
            .map(|unit| {
                let distance_m =
                    if unit.at.is_valid() { unit.at.distance_m(incident.at) } else { f64::INFINITY };
                (unit, unit.kind.suitability(&incident.class), distance_m)
            })
            .collect();
        units.sort_by(|a, b| a.1.cmp(&b.1).then(a.2.total_cmp(&b.2)));
        units
    }
}
