//! What was reported, from the journal.

use crate::BackendError;
use crate::store::Past;
use city::{CityTime, Event, EventBody, LonLat, Place, SmallEventId, Source};
use std::collections::HashMap;
use watch::notices::{LaterIncident, SmallEvent};

/// How many events are read at a time.
const PAGE: usize = 2_000;

/// What people reported, and every incident.
#[derive(Debug, Default)]
pub struct Reported {
    /// What people reported, with when it was handled.
    pub events: Vec<SmallEvent>,
    /// All incidents: what proves a notice may come from a device.
    pub incidents: Vec<LaterIncident>,
}

/// What the journal holds from `since` to `until`.
pub fn reported(journal: &Past, since: CityTime, until: CityTime) -> Result<Reported, BackendError> {
    let mut found = Reported::default();
    let mut rows: HashMap<SmallEventId, usize> = HashMap::new();
    let mut after = 0;
    loop {
        let lines = journal.read(after, PAGE)?;
        let Some((last, _)) = lines.last() else { return Ok(found) };
        after = *last;
        for (_, line) in &lines {
            // Most lines are about units; they need not be read whole.
            if !line.contains("\"incidentReported\"") && !line.contains("\"unitReportedBack\"") {
                continue;
            }
            let Ok(event) = serde_json::from_str::<Event>(line) else { continue };
            if event.at < since || event.at > until {
                continue;
            }
            take(event, &mut found, &mut rows);
        }
    }
}

fn take(event: Event, found: &mut Reported, rows: &mut HashMap<SmallEventId, usize>) {
    match event.body {
        EventBody::IncidentReported {
            incident_id,
            risk_class,
            level,
            lon,
            lat,
            district_code,
            township_code,
            source,
            ..
        } => {
            let (at, place) =
                (LonLat::new(lon, lat), Place { district: district_code, township: township_code });
            let by_people = matches!(
                source,
                Source::Resident { .. } | Source::GridWorker { .. } | Source::Officer { .. }
            );
            if by_people {
                let id = SmallEventId(incident_id.0.clone());
                rows.insert(id.clone(), found.events.len());
                let (class, time) = (risk_class.clone(), event.at);
                let place = Some(place);
                found.events.push(SmallEvent { id, class, cause: None, at, time, handled: None, place });
            }
            let reported = event.at;
            found.incidents.push(LaterIncident {
                id: incident_id,
                class: risk_class,
                level,
                reported,
                at,
                place,
            });
        }
        EventBody::UnitReportedBack { incident_id, .. } => {
            let row = rows.get(&SmallEventId(incident_id.0));
            if let Some(known) = row.and_then(|row| found.events.get_mut(*row)) {
                known.handled = Some(event.at);
            }
        }
        _ => {}
    }
}
