//! Where every drone is in this frame, how fast it flies, and where it has just been.

use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use city::{CityTime, UnitId, UnitKind};
use geodesy::{EastNorth, to_city_frame};
use shell::{CityClock, CityState, Feeds, GroundModel, Movers, Words};
use std::collections::VecDeque;

/// How long a trail is kept, seconds of the city.
const TRAIL_S: f64 = 40.0;
/// A trail takes a point each second.
const TRAIL_STEP_S: f64 = 1.0;
/// A jump over more than this is no flight, metres: the trail begins anew.
const JUMP_M: f64 = 400.0;

/// One drone as drawn.
#[derive(Clone, Debug)]
pub(crate) struct DroneNow {
    /// Which.
    pub id: UnitId,
    /// Its name in the language shown.
    pub name: String,
    /// Where it is, city frame.
    pub at: EastNorth,
    /// The ground under it, metres as drawn.
    pub ground_m: f64,
    /// Its own height, metres as drawn.
    pub height_m: f64,
    /// Metres above the ground, not exaggerated.
    pub above_ground_m: f64,
    /// Course, degrees clockwise from north.
    pub heading_deg: f64,
    /// Speed over ground, metres a second.
    pub speed_mps: f64,
    /// Battery in percent.
    pub battery_pct: Option<f64>,
    /// True when it can be dispatched.
    pub free: bool,
    /// Seconds since it was last told of; more than the limit is stale.
    pub age_s: f64,
    /// True while what is shown is the last picture.
    pub stale: bool,
}

/// A place on a trail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TrailPoint {
    when: CityTime,
    /// City frame.
    pub at: EastNorth,
    /// Metres as drawn.
    pub height_m: f64,
}

/// All drones.
#[derive(Resource, Default)]
pub(crate) struct Fleet {
    /// By id.
    pub drones: Vec<DroneNow>,
    /// Where each has been, oldest first.
    pub trails: HashMap<UnitId, VecDeque<TrailPoint>>,
}

/// Brings the fleet to this frame.
pub(crate) fn follow(
    mut fleet: ResMut<Fleet>,
    state: Res<CityState>,
    movers: Res<Movers>,
    clock: Res<CityClock>,
    feeds: Res<Feeds>,
    words: Res<Words>,
    ground: Option<Res<GroundModel>>,
) {
    let Some(ground) = ground else { return };
    let lost = feeds.health.iter().any(|h| h.name == "telemetry" && h.state == feeds::FeedState::Lost);
    let fleet = fleet.bypass_change_detection();
    fleet.drones.clear();
    for unit in state.city.units.values().filter(|u| u.kind == UnitKind::Drone) {
        let fix = movers.table.position(&unit.id, clock.now);
        let (at, above_m) = fix.map_or((unit.at, unit.above_ground_m), |f| (f.at, f.above_ground_m));
        // Its position may be withheld.
        if !at.is_valid() {
            continue;
        }
        let place = to_city_frame(at);
        let ground_m = ground.drawn_height_m(at);
        let before = movers.table.position(&unit.id, clock.now.plus_ms(-500));
        let speed_mps = before.map_or(0.0, |b| to_city_frame(b.at).distance_m(place) / 0.5);
        let height_m = ground_m + above_m * ground.exaggeration;
        let age_s = fix.map_or(0.0, |f| f.age_s);
        fleet.drones.push(DroneNow {
            id: unit.id.clone(),
            name: words.unit(unit).to_owned(),
            at: place,
            ground_m,
            height_m,
            above_ground_m: above_m,
            heading_deg: fix.map_or(0.0, |f| f.heading_deg),
            speed_mps,
            battery_pct: fix.and_then(|f| f.battery_pct),
            free: unit.state.is_free(),
            age_s,
            stale: lost,
        });
        let trail = fleet.trails.entry(unit.id.clone()).or_default();
        extend(trail, TrailPoint { when: clock.now, at: place, height_m });
    }
}

/// Adds where a drone is to its trail, and forgets what is too long ago.
fn extend(trail: &mut VecDeque<TrailPoint>, now: TrailPoint) {
    if trail.back().is_some_and(|last| last.at.distance_m(now.at) > JUMP_M || last.when > now.when) {
        trail.clear();
    }
    if trail.back().is_none_or(|last| now.when.seconds_since(last.when) >= TRAIL_STEP_S) {
        trail.push_back(now);
    }
    while trail.front().is_some_and(|first| now.when.seconds_since(first.when) > TRAIL_S) {
        trail.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_is_short_and_begins_anew_after_a_jump() {
        let mut trail = VecDeque::new();
        let at = |s: i64, east_m: f64| TrailPoint {
            when: CityTime(s * 1000),
            at: EastNorth::new(east_m, 0.0),
            height_m: 300.0,
        };
        for s in 0..100 {
            extend(&mut trail, at(s, s as f64 * 10.0));
            extend(&mut trail, at(s, s as f64 * 10.0));
        }
        assert_eq!(trail.len(), 41);
        extend(&mut trail, at(100, 90_000.0));
        assert_eq!(trail.len(), 1);
    }
}
