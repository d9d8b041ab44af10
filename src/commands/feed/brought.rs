//! What a source brought while it was tried: counted, and listed for people and for scripts.

use feeds::cap::Area;
use feeds::mavlink::{MissionItem, command_name};
use feeds::ogc_features::Feature;
use feeds::open311::ServiceRequest;
use feeds::sensorthings::CatalogueRow;
use feeds::told::{Held, News, Reading, Track, TrackHeight, TrackMission, Warned};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many of each kind a script is told at most; the counts beside them say how many there are.
const MOST: usize = 1_000;
/// How many of each kind people are told.
const FEW: usize = 5;

/// What came, the newest of each.
#[derive(Default)]
pub(super) struct Brought {
    held: Held,
    devices: BTreeMap<String, CatalogueRow>,
    newest: BTreeMap<String, Reading>,
    readings: usize,
}

impl Brought {
    pub(super) fn add(&mut self, mut news: News) {
        self.readings += news.readings.len();
        self.devices.extend(news.devices.drain(..).map(|device| (device.datastream.clone(), device)));
        for reading in news.readings.drain(..) {
            if self.newest.get(&reading.datastream).is_none_or(|known| known.at <= reading.at) {
                self.newest.insert(reading.datastream.clone(), reading);
            }
        }
        self.held.take_in(&mut news, usize::MAX);
    }

    fn warnings(&self) -> &[Warned] {
        self.held.warnings.as_deref().unwrap_or_default()
    }

    /// Each kind that came: what it is called, how many there are, and the first few in a line each.
    pub(super) fn kinds(&self) -> Vec<(String, usize, Vec<String>)> {
        let mut kinds = Vec::new();
        for (id, set) in &self.held.collections {
            let lines = set.features.iter().take(FEW).map(feature_line).collect();
            kinds.push((format!("features of {id}"), set.features.len(), lines));
        }
        let Held { requests, tracks, .. } = &self.held;
        let warnings = self.warnings();
        let mut add =
            |kind: &str, count: usize, lines: Vec<String>| kinds.push((kind.to_owned(), count, lines));
        add("warnings", warnings.len(), warnings.iter().take(FEW).map(warning_line).collect());
        add("requests", requests.len(), requests.values().take(FEW).map(request_line).collect());
        add("drones and teams", tracks.len(), tracks.values().take(FEW).map(track_line).collect());
        add("devices", self.devices.len(), Vec::new());
        let readings = self.newest.values().take(FEW).map(|reading| self.reading_line(reading));
        add("readings", self.readings, readings.collect());
        kinds.retain(|(_, count, _)| *count > 0);
        kinds
    }

    fn reading_line(&self, reading: &Reading) -> String {
        let row = self.devices.get(&reading.datastream);
        let name = row.map(|row| row.name.as_str()).filter(|name| !name.is_empty());
        let unit = row.map(|row| row.unit.symbol.as_str()).filter(|unit| !unit.is_empty());
        let value = format!("{} {}", reading.value, unit.unwrap_or_default());
        let name = name.unwrap_or(&reading.datastream);
        format!("{name}: {}, {}", value.trim_end(), reading.at.shanghai_date_clock())
    }

    /// The counts, and under `brought` the things themselves.
    pub(super) fn to_json(&self) -> Value {
        let Held { collections, requests, tracks, missions, .. } = &self.held;
        let counts: serde_json::Map<_, _> =
            collections.iter().map(|(id, set)| (id.clone(), json!(set.features.len()))).collect();
        let features =
            collections.iter().flat_map(|(id, set)| set.features.iter().map(move |one| feature(id, one)));
        json!({
            "warnings": self.warnings().len(),
            "collections": counts,
            "requests": requests.len(),
            "tracks": tracks.len(),
            "devices": self.devices.len(),
            "readings": self.readings,
            "brought": {
                "warnings": self.warnings().iter().take(MOST).map(warning).collect::<Vec<_>>(),
                "features": features.take(MOST).collect::<Vec<_>>(),
                "requests": requests.values().take(MOST).map(request).collect::<Vec<_>>(),
                "tracks": tracks.values().take(MOST).map(track).collect::<Vec<_>>(),
                "missions": missions.values().take(MOST).map(mission).collect::<Vec<_>>(),
                "devices": self.devices.values().take(MOST).map(device).collect::<Vec<_>>(),
                "readings": self.newest.values().take(MOST).map(reading).collect::<Vec<_>>(),
            },
        })
    }
}

fn warning_line(warned: &Warned) -> String {
    let info = warned.alert.infos_to_read().into_iter().next();
    let event = info.map_or("", |info| info.event.trim());
    let colour = warned.colour.colour.map_or("no colour", |colour| colour.key());
    let areas: Vec<_> =
        info.into_iter().flat_map(|info| &info.areas).map(|area| area.description.as_str()).collect();
    let (status, state) = (warned.alert.status.word(), warned.state.key());
    let until = warned.until.shanghai_date_clock();
    format!("{event}: {colour}, {status}, {state}, until {until}, {}", areas.join(", "))
}

fn warning(warned: &Warned) -> Value {
    let alert = &warned.alert;
    let infos: Vec<_> = alert
        .infos
        .iter()
        .map(|info| {
            json!({
                "language": info.language,
                "event": info.event,
                "headline": info.headline,
                "description": info.description,
                "instruction": info.instruction,
                "urgency": info.urgency.word(),
                "severity": info.severity.word(),
                "certainty": info.certainty.word(),
                "areas": info.areas.iter().map(area).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "identifier": alert.identifier,
        "sender": alert.sender,
        "sent": alert.sent,
        "status": alert.status.word(),
        "messageType": alert.message_type.word(),
        "references": alert.references.iter().map(|reference| &reference.identifier).collect::<Vec<_>>(),
        "state": warned.state.key(),
        "colour": warned.colour.colour.map(|colour| colour.key()),
        "colourRule": warned.colour.rule.key(),
        "from": warned.from,
        "until": warned.until,
        "isEndAssumed": warned.is_end_assumed,
        "infos": infos,
    })
}

fn area(area: &Area) -> Value {
    let corners = |ring: &Vec<city::LonLat>| ring.iter().map(|at| [at.lon, at.lat]).collect::<Vec<_>>();
    let circles = area.circles.iter().map(
        |circle| json!({"lon": circle.centre.lon, "lat": circle.centre.lat, "radiusM": circle.radius_m}),
    );
    let geocodes = area.geocodes.iter().map(|code| json!({"name": code.name, "value": code.value}));
    json!({
        "description": area.description,
        "polygons": area.polygons.iter().map(corners).collect::<Vec<_>>(),
        "circles": circles.collect::<Vec<_>>(),
        "geocodes": geocodes.collect::<Vec<_>>(),
        "districtCodes": area.districts(),
    })
}

fn feature_line(feature: &Feature) -> String {
    let words = feature.properties.values().filter_map(Value::as_str).take(2);
    let id = feature.id.as_deref().unwrap_or("-");
    std::iter::once(id).chain(words).collect::<Vec<_>>().join(", ")
}

fn feature(collection: &str, feature: &Feature) -> Value {
    // Sources tell longitude and latitude, in that order.
    let at = feature.geometry.as_ref().and_then(|geometry| geometry.first());
    json!({
        "collection": collection,
        "id": feature.id,
        "lon": at.map(|at| at.first),
        "lat": at.map(|at| at.second),
        "properties": feature.properties,
    })
}

fn request_line(request: &ServiceRequest) -> String {
    let (id, name) = (&request.service_request_id, &request.service_name);
    format!("{id}: {name}, {}, {}", request.status.word(), request.description)
}

fn request(request: &ServiceRequest) -> Value {
    json!({
        "serviceRequestId": request.service_request_id,
        "token": request.token,
        "status": request.status.word(),
        "serviceName": request.service_name,
        "serviceCode": request.service_code,
        "description": request.description,
        "requested": request.requested,
        "updated": request.updated,
        "address": request.address,
        "lon": request.at.map(|at| at.lon),
        "lat": request.at.map(|at| at.lat),
    })
}

fn track_line(track: &Track) -> String {
    let battery = track.battery_pct.map_or(String::new(), |pct| format!(", battery {pct:.0} %"));
    let Track { name, at, doing, .. } = track;
    format!("{name} ({}): {:.5}, {:.5}, {doing}{battery}", track.kind.key(), at.lon, at.lat)
}

fn track(track: &Track) -> Value {
    let (above_sea, above_ellipsoid) = match track.height {
        Some(TrackHeight::SeaLevel(metres)) => (Some(metres), None),
        Some(TrackHeight::Ellipsoid(metres)) => (None, Some(metres)),
        None => (None, None),
    };
    json!({
        "id": track.id,
        "kind": track.kind.key(),
        "name": track.name,
        "lon": track.at.lon,
        "lat": track.at.lat,
        "aboveSeaM": above_sea,
        "aboveEllipsoidM": above_ellipsoid,
        "headingDeg": track.heading_deg,
        "speedMps": track.speed_mps,
        "batteryPct": track.battery_pct,
        "doing": track.doing,
        "seen": track.seen,
        "staleAt": track.stale_at,
    })
}

fn mission(mission: &TrackMission) -> Value {
    let item = |item: &MissionItem| {
        json!({
            "number": item.number,
            "command": item.command,
            "name": command_name(item.command),
            "lon": item.at.map(|at| at.lon),
            "lat": item.at.map(|at| at.lat),
            "heightM": item.height_m,
        })
    };
    let home =
        mission.home.map(|(at, above_sea_m)| json!({"lon": at.lon, "lat": at.lat, "aboveSeaM": above_sea_m}));
    json!({
        "track": mission.track,
        "home": home,
        "isComplete": mission.is_complete,
        "current": mission.current,
        "items": mission.items.iter().map(item).collect::<Vec<_>>(),
    })
}

fn device(row: &CatalogueRow) -> Value {
    let at = row.position.as_ref().map(|(position, _)| position.at);
    json!({
        "datastream": row.datastream,
        "name": row.name,
        "thing": row.thing,
        "thingName": row.thing_name,
        "property": row.property,
        "unit": row.unit.symbol,
        "lon": at.map(|at| at.lon),
        "lat": at.map(|at| at.lat),
    })
}

fn reading(reading: &Reading) -> Value {
    json!({"datastream": reading.datastream, "at": reading.at, "value": reading.value})
}
