//! From the state of a vehicle to what the map shows of it.

use crate::sources::datum::to_wgs84;
use crate::sources::settings::Datum;
use city::{CityTime, LonLat};
use feeds::mavlink::{MissionItem, Vehicle, VehicleId, VehicleKind};
use feeds::told::{Track, TrackAttitude, TrackHeight, TrackKind, TrackMission};

/// Slower than this the course over ground is chance, and the nose tells the heading, metres a second.
const SLOW_MPS: f64 = 0.5;

/// What a vehicle is known by: the autopilot of a system by the system alone.
pub(super) fn track_id(id: VehicleId) -> String {
    match id.component {
        1 => format!("mavlink:{}", id.system),
        component => format!("mavlink:{}:{component}", id.system),
    }
}

/// Where a vehicle is; `None` before it said so.
pub(super) fn track(vehicle: &Vehicle, datum: Datum) -> Option<Track> {
    let (_, heartbeat) = vehicle.heartbeat?;
    let place = place(vehicle)?;
    let name = format!("{} {}", heartbeat.kind.key(), vehicle.id.system);
    let mode = vehicle.mode().unwrap_or_default();
    let status = heartbeat.status.key();
    let doing = match (mode, status) {
        ("", status) => status.to_owned(),
        (mode, "critical" | "emergency" | "flightTermination") => format!("{mode}, {status}"),
        (mode, _) => mode.to_owned(),
    };
    Some(Track {
        id: track_id(vehicle.id),
        kind: kind(heartbeat.kind),
        name,
        at: to_wgs84(datum, place.at),
        model: heartbeat.kind.key().to_owned(),
        height: place.height_m.map(TrackHeight::SeaLevel),
        above_home_m: vehicle.position.map(|position| position.told.above_home_m),
        attitude: vehicle.attitude.map(|(_, told)| TrackAttitude {
            roll_deg: told.roll_deg,
            pitch_deg: told.pitch_deg,
            yaw_deg: told.yaw_deg,
        }),
        in_the_air: vehicle.in_the_air,
        heading_deg: place.heading_deg,
        speed_mps: place.speed_mps,
        battery_pct: vehicle.battery().remaining_pct,
        doing,
        seen: place.seen,
        stale_at: None,
    })
}

struct Place {
    at: LonLat,
    height_m: Option<f64>,
    heading_deg: Option<f64>,
    speed_mps: Option<f64>,
    seen: CityTime,
}

/// The position that it flies by, or else that of its satellite receiver.
fn place(vehicle: &Vehicle) -> Option<Place> {
    let nose_deg = vehicle
        .attitude
        .map(|(_, attitude)| attitude.yaw_deg)
        .or_else(|| vehicle.hud.and_then(|(_, hud)| hud.heading_deg));
    if let Some(position) = vehicle.position {
        let told = position.told;
        let speed_mps = told.north_mps.hypot(told.east_mps);
        let course_deg = told.east_mps.atan2(told.north_mps).to_degrees().rem_euclid(360.0);
        let heading_deg = if speed_mps > SLOW_MPS { Some(course_deg) } else { told.heading_deg.or(nose_deg) };
        let height_m = Some(told.height_m);
        return Some(Place {
            at: told.at,
            height_m,
            heading_deg,
            speed_mps: Some(speed_mps),
            seen: position.at,
        });
    }
    let (seen, fix) = vehicle.satellites?;
    let speed_mps = vehicle.hud.map(|(_, hud)| hud.groundspeed_mps);
    Some(Place { at: fix.at?, height_m: fix.height_m, heading_deg: nose_deg, speed_mps, seen })
}

fn kind(kind: VehicleKind) -> TrackKind {
    match kind.0 {
        // Rovers, boats and submarines.
        10..=12 => TrackKind::Ground,
        _ => TrackKind::Aircraft,
    }
}

/// Its mission and home; `None` before either was told.
pub(super) fn mission(vehicle: &Vehicle, datum: Datum) -> Option<TrackMission> {
    let mission = &vehicle.mission;
    if vehicle.home.is_none() && mission.count.is_none() {
        return None;
    }
    let moved = |item: &MissionItem| MissionItem { at: item.at.map(|at| to_wgs84(datum, at)), ..*item };
    Some(TrackMission {
        track: track_id(vehicle.id),
        home: vehicle.home.map(|home| (to_wgs84(datum, home.at), home.height_m)),
        items: mission.items().map(moved).collect(),
        is_complete: mission.is_complete(),
        current: mission.current,
    })
}
