//! Which units could be sent to the selected incident: best suited and soonest there first. How long each takes is
//! looked for off the frame, for those nearest as the crow flies; until it is known, nearness alone decides.

use crate::sent::Sent;
use crate::view::BoardView;
use city::{Incident, IncidentId, LonLat, Stage, Suitability, UnitId, UnitKind};
use std::collections::HashMap;

/// How many units of each suitability are looked at for their ways at first: across a river the nearest is seldom
/// the soonest.
const LOOKED_AT: usize = 10;
/// How many units of each suitability are offered at most.
const OFFERED_MOST: usize = 20;
/// A unit that has moved farther than this has another way, metres.
const MOVED_M: f64 = 150.0;

/// What is known of a unit's way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arrival {
    /// Not looked for yet.
    Unknown,
    /// It would be there after so many seconds.
    After(f64),
    /// The roads known here lead there by no way; a backend may know others.
    NoWay,
}

/// A unit that could be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferedUnit {
    /// Which unit.
    pub id: UnitId,
    /// How fit it is.
    pub suitability: Suitability,
    /// How far as the crow flies, metres.
    pub distance_m: f64,
    /// When it would be there.
    pub arrival: Arrival,
}

impl OfferedUnit {
    /// True for one that is offered without asking for all.
    pub fn is_suited(&self) -> bool {
        self.suitability != Suitability::Unsuited && self.arrival != Arrival::NoWay
    }

    /// Smaller is offered first: who gets there at all, fitter, sooner, nearer (milliseconds and metres).
    fn rank(&self) -> (bool, Suitability, u64, u64) {
        let after_ms =
            if let Arrival::After(seconds) = self.arrival { (seconds * 1e3) as u64 } else { u64::MAX };
        (self.arrival == Arrival::NoWay, self.suitability, after_ms, self.distance_m as u64)
    }
}

/// A way to be looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct WayAsked {
    /// For which incident.
    pub incident: IncidentId,
    /// Of which unit.
    pub unit: UnitId,
    /// What it drives or flies.
    pub kind: UnitKind,
    /// Where it stands.
    pub from: LonLat,
    /// Where the incident is.
    pub to: LonLat,
}

/// The units offered for the selected incident, worked out when the city changed, a second passed or ways were found.
#[derive(Debug, Default)]
pub struct Offered {
    of: Option<(IncidentId, u64, i64)>,
    units: Vec<OfferedUnit>,
    asked: Vec<WayAsked>,
    /// From where each unit's way was looked for, and what was found.
    found: HashMap<UnitId, (LonLat, Arrival)>,
}

impl Offered {
    /// Works the offer for `incident` out anew where that is due; `all` wants the ways of everyone offered.
    pub fn refresh(&mut self, view: &BoardView, incident: &Incident, all: bool) {
        let of = Some((incident.id.clone(), view.city.sequence, view.now.0.div_euclid(1_000)));
        if self.of == of {
            return;
        }
        if self.of.as_ref().is_none_or(|(before, ..)| *before != incident.id) {
            self.found.clear();
        }
        self.of = of;
        self.units.clear();
        self.asked.clear();
        let takes_units = matches!(incident.stage, Stage::Perceive | Stage::Decide);
        let mut looked_at = [0; 3];
        for (unit, suitability, distance_m) in view.city.units_for(incident) {
            let looked_at = &mut looked_at[suitability as usize];
            *looked_at += 1;
            if *looked_at > OFFERED_MOST {
                continue;
            }
            let known = self.found.get(&unit.id);
            let arrival = known.map_or(Arrival::Unknown, |(_, arrival)| *arrival);
            let wanted = takes_units
                && unit.at.is_valid()
                && (all || *looked_at <= LOOKED_AT && suitability != Suitability::Unsuited);
            if wanted && known.is_none_or(|(from, _)| from.distance_m(unit.at) > MOVED_M) {
                self.asked.push(WayAsked {
                    incident: incident.id.clone(),
                    unit: unit.id.clone(),
                    kind: unit.kind,
                    from: unit.at,
                    to: incident.at,
                });
            }
            self.units.push(OfferedUnit { id: unit.id.clone(), suitability, distance_m, arrival });
        }
        self.units.sort_by_key(OfferedUnit::rank);
    }

    /// The ways still to be looked for; they are taken once.
    pub fn take_asked(&mut self) -> Vec<WayAsked> {
        std::mem::take(&mut self.asked)
    }

    /// True while ways to `incident` are of use.
    pub fn is_for(&self, incident: &IncidentId) -> bool {
        self.of.as_ref().is_some_and(|(of, ..)| of == incident)
    }

    /// Notes what was found for what was asked; true when the offer changed by it.
    pub fn learn(&mut self, found: Vec<(WayAsked, Arrival)>) -> bool {
        let before = self.units.clone();
        for (asked, arrival) in found {
            // Another incident may have been selected meanwhile.
            if self.is_for(&asked.incident) {
                if let Some(unit) = self.units.iter_mut().find(|unit| unit.id == asked.unit) {
                    unit.arrival = arrival;
                }
                // A refresh during the search asked for the same again.
                self.asked.retain(|again| again.unit != asked.unit);
                self.found.insert(asked.unit, (asked.from, arrival));
            }
        }
        self.units.sort_by_key(OfferedUnit::rank);
        self.units != before
    }

    /// Has the offer worked out anew at the next refresh.
    pub fn forget(&mut self) {
        if let Some((_, _, second)) = &mut self.of {
            *second = i64::MIN;
        }
    }

    /// The units offered, best first.
    pub fn units(&self) -> &[OfferedUnit] {
        &self.units
    }

    /// The first suited unit that is not on its way to be sent somewhere already.
    pub fn first<'a>(&'a self, view: &BoardView, sent: &Sent) -> Option<&'a OfferedUnit> {
        self.units.iter().filter(|unit| unit.is_suited()).find(|unit| !sent.is_being_sent(view, &unit.id))
    }
}
