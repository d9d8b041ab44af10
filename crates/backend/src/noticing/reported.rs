//! What was reported, from the journal: read on from where it was last read to.

use crate::BackendError;
use city::{CityTime, Event, EventBody, LonLat, Place, SmallEventId, Source};
use std::collections::HashMap;
use watch::notices::{LaterIncident, SmallEvent};

/// How many events are read at a time.
const PAGE: usize = 2_000;

/// What people reported, and every incident.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reported {
    /// What people reported, with when it was handled.
    pub events: Vec<SmallEvent>,
    /// All incidents: what proves a notice may come from a device.
    pub incidents: Vec<LaterIncident>,
}

/// What the journal holds, as far as it was read; the first reading is of all of it.
#[derive(Debug, Default)]
pub struct Scan {
    /// The sequence of the last event that was read.
    after: u64,
    held: Reported,
    /// The row of each report.
    rows: HashMap<SmallEventId, usize>,
}

impl Scan {
    /// What was reported from `since` to `until`. What is older than `since` is forgotten, as nobody asks for it again.
    /// `journal` gives events after a sequence, so many at most.
    pub fn reported<L: AsRef<str>>(
        &mut self,
        journal: impl Fn(u64, usize) -> Result<Vec<(u64, L)>, BackendError>,
        since: CityTime,
        until: CityTime,
    ) -> Result<Reported, BackendError> {
        loop {
            let lines = journal(self.after, PAGE)?;
            let Some((last, _)) = lines.last() else { break };
            for (_, line) in &lines {
                self.read(line.as_ref(), since);
            }
            self.after = *last;
        }
        self.forget(since);
        Ok(self.until(until))
    }

    fn read(&mut self, line: &str, since: CityTime) {
        // Most lines are about units; they need not be read whole.
        let counts = ["\"incidentReported\"", "\"incidentLevelRaised\"", "\"unitReportedBack\""];
        if !counts.iter().any(|kind| line.contains(kind)) {
            return;
        }
        if let Some(event) = serde_json::from_str::<Event>(line).ok().filter(|event| event.at >= since) {
            self.take(event);
        }
    }

    fn forget(&mut self, since: CityTime) {
        self.held.incidents.retain(|incident| incident.reported >= since);
        self.held.events.retain(|event| event.time >= since);
        self.rows = self.held.events.iter().map(|event| event.id.clone()).zip(0..).collect();
    }

    /// What is held, as it was at `until`: the journal may have gone on since.
    fn until(&self, until: CityTime) -> Reported {
        let events = self.held.events.iter().filter(|event| event.time <= until);
        let handled = |event: &SmallEvent| event.handled.filter(|at| *at <= until);
        Reported {
            events: events.map(|event| SmallEvent { handled: handled(event), ..event.clone() }).collect(),
            incidents: self.held.incidents.iter().filter(|i| i.reported <= until).cloned().collect(),
        }
    }

    fn take(&mut self, event: Event) {
        let found = &mut self.held;
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
                    self.rows.insert(id.clone(), found.events.len());
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
            EventBody::IncidentLevelRaised { incident_id, level, .. } => {
                // Few rise, and soon after they were reported.
                if let Some(known) = found.incidents.iter_mut().rev().find(|known| known.id == incident_id) {
                    known.level = level;
                }
            }
            EventBody::UnitReportedBack { incident_id, .. } => {
                let row = self.rows.get(&SmallEventId(incident_id.0));
                if let Some(known) = row.and_then(|row| found.events.get_mut(*row)) {
                    known.handled = Some(event.at);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::cell::Cell;

    const MINUTE_MS: i64 = 60_000;

    /// A journal of an incident a minute, each reported by somebody and handled three minutes later.
    fn line(sequence: u64) -> String {
        let at = CityTime(sequence as i64 * MINUTE_MS);
        let told = match sequence % 2 {
            0 => {
                serde_json::json!({"type": "incidentReported", "incidentId": format!("I-{sequence}"), "riskClass": "gas",
                "level": 3, "lon": 106.5, "lat": 29.5, "districtCode": 500_103, "townshipCode": 500_103_001,
                "source": {"kind": "resident", "name": "r"}})
            }
            _ => {
                serde_json::json!({"type": "unitReportedBack", "incidentId": format!("I-{}", sequence.saturating_sub(3)),
                "unitId": "U-1"})
            }
        };
        let mut event = serde_json::json!({"sequence": sequence, "at": at, "status": "Exercise"});
        event.as_object_mut().unwrap().extend(told.as_object().unwrap().clone());
        event.to_string()
    }

    #[test]
    fn a_later_scan_reads_what_is_new_and_finds_what_a_whole_one_finds() {
        let (head, read) = (Cell::new(0_u64), Cell::new(0));
        let journal = |after: u64, most: usize| {
            let lines: Vec<_> =
                (after + 1..=head.get()).take(most).map(|sequence| (sequence, line(sequence))).collect();
            read.set(read.get() + lines.len());
            Ok(lines)
        };
        let mut scan = Scan::default();
        for (now, behind) in [(5_000, 2), (5_000, 0), (7_001, 4), (9_000, 0), (9_001, 0)] {
            let before = head.replace(now);
            let until = CityTime((now - behind) as i64 * MINUTE_MS);
            let since = until.plus_ms(-1_500 * MINUTE_MS);
            read.set(0);
            let found = scan.reported(journal, since, until).unwrap();
            assert_eq!(read.get() as u64, now - before);
            let whole = Scan::default().reported(journal, since, until).unwrap();
            assert_eq!(found, whole);
            assert!((745..=755).contains(&found.events.len()), "{}", found.events.len());
            assert!(found.events.iter().filter(|event| event.handled.is_none()).count() <= 3);
            assert!(found.events.iter().all(|event| event.handled.is_none_or(|at| at <= until)));
        }
    }
}
