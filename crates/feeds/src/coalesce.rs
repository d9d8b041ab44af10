//! Telemetry that waits for the console: the newest value per id, bounded by how many there are.

use city::{DeviceColumns, DeviceId, MoverColumns, TelemetryBatch, UnitId};
use std::collections::HashMap;

/// Batches merged until somebody takes them.
#[derive(Debug, Default)]
pub struct Coalesced {
    /// The first batch of a stream: everything, with what never changes.
    full: Option<Merged>,
    /// What changed since it, or since the last was taken.
    changes: Option<Merged>,
}

#[derive(Debug)]
struct Merged {
    batch: TelemetryBatch,
    devices: HashMap<DeviceId, usize>,
    movers: HashMap<UnitId, usize>,
}

impl Coalesced {
    /// Adds a batch; returns how many values that were waiting it replaced.
    pub fn push(&mut self, batch: TelemetryBatch) -> u64 {
        if !batch.devices.risk_class.is_empty() {
            let replaced = self.waiting();
            *self = Self { full: Some(Merged::new(batch)), changes: None };
            return replaced as u64;
        }
        match &mut self.changes {
            Some(changes) => changes.merge(batch),
            None => {
                self.changes = Some(Merged::new(batch));
                0
            }
        }
    }

    /// How many values wait.
    pub fn waiting(&self) -> usize {
        [&self.full, &self.changes]
            .into_iter()
            .flatten()
            .map(|m| m.batch.devices.id.len() + m.batch.movers.id.len())
            .sum()
    }

    /// True when nothing waits.
    pub fn is_empty(&self) -> bool {
        self.full.is_none() && self.changes.is_none()
    }

    /// Takes the older of what waits: first the full batch, then what changed.
    pub fn take(&mut self) -> Option<TelemetryBatch> {
        self.full.take().or_else(|| self.changes.take()).map(|merged| merged.batch)
    }
}

impl Merged {
    fn new(batch: TelemetryBatch) -> Self {
        Self {
            devices: batch.devices.id.iter().cloned().zip(0..).collect(),
            movers: batch.movers.id.iter().cloned().zip(0..).collect(),
            batch,
        }
    }

    fn merge(&mut self, newer: TelemetryBatch) -> u64 {
        // Ages count from the batch's time, so what waited has grown older by the difference.
        let older_ms = newer.at.0.saturating_sub(self.batch.at.0);
        for age_ms in &mut self.batch.devices.age_ms {
            *age_ms = age_ms.saturating_add(older_ms);
        }
        self.batch.at = newer.at;
        let replaced = self.merge_devices(newer.devices);
        // What the backend left out, and what was left out here: whoever takes the batch sees neither.
        self.batch.superseded += newer.superseded + replaced;
        replaced + self.merge_movers(newer.movers)
    }

    fn merge_devices(&mut self, newer: DeviceColumns) -> u64 {
        let held = &mut self.batch.devices;
        let mut replaced = 0;
        for ((id, value), age_ms) in newer.id.into_iter().zip(newer.value).zip(newer.age_ms) {
            if let Some(&i) = self.devices.get(&id) {
                (held.value[i], held.age_ms[i]) = (value, age_ms);
                replaced += 1;
            } else {
                self.devices.insert(id.clone(), held.id.len());
                held.id.push(id);
                held.value.push(value);
                held.age_ms.push(age_ms);
            }
        }
        replaced
    }

    fn merge_movers(&mut self, newer: MoverColumns) -> u64 {
        let held = &mut self.batch.movers;
        let mut replaced = 0;
        for (j, id) in newer.id.into_iter().enumerate() {
            let i = if let Some(&i) = self.movers.get(&id) {
                replaced += 1;
                i
            } else {
                let i = held.id.len();
                self.movers.insert(id.clone(), i);
                held.id.push(id);
                held.lon.push(0.0);
                held.lat.push(0.0);
                for column in [&mut held.above_ground_m, &mut held.heading_deg, &mut held.battery_pct] {
                    column.push(0.0);
                }
                i
            };
            (held.lon[i], held.lat[i]) = (newer.lon[j], newer.lat[j]);
            held.above_ground_m[i] = newer.above_ground_m[j];
            held.heading_deg[i] = newer.heading_deg[j];
            held.battery_pct[i] = newer.battery_pct[j];
        }
        replaced
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use city::{CityTime, DistrictCode, RiskClass, TownshipCode};

    fn news(at_ms: i64, ids: &[&str], value: f64) -> TelemetryBatch {
        let n = ids.len();
        TelemetryBatch {
            at: CityTime(at_ms),
            devices: DeviceColumns {
                id: ids.iter().map(|id| (*id).into()).collect(),
                value: vec![value; n],
                age_ms: vec![0; n],
                ..Default::default()
            },
            movers: MoverColumns {
                id: vec!["U-1".into()],
                lon: vec![value],
                lat: vec![29.0],
                above_ground_m: vec![0.0],
                heading_deg: vec![0.0],
                battery_pct: vec![-1.0],
            },
            superseded: 0,
        }
    }

    #[test]
    fn newest_per_id_wins_and_every_value_is_applied_or_superseded() {
        let mut waiting = Coalesced::default();
        let mut superseded = waiting.push(news(1_000, &["a", "b"], 1.0));
        superseded += waiting.push(TelemetryBatch { superseded: 7, ..news(3_000, &["b", "c"], 2.0) });
        let batch = waiting.take().unwrap();
        assert_eq!(batch.superseded, 7 + 1, "what the backend left out, and b");
        assert_eq!(batch.devices.value, vec![1.0, 2.0, 2.0]);
        assert_eq!(batch.devices.age_ms, vec![2_000, 0, 0]);
        assert_eq!((batch.movers.lon[0], batch.at), (2.0, CityTime(3_000)));
        let sent = 3 + 3;
        assert_eq!(superseded + 3 + 1, sent);
        assert!(waiting.take().is_none());
    }

    #[test]
    fn a_full_batch_drops_what_waited_and_keeps_its_own_changes_apart() {
        let mut full = news(2_000, &["a"], 5.0);
        full.devices.risk_class = vec![RiskClass::Gas];
        full.devices.lon = vec![106.5];
        full.devices.lat = vec![29.5];
        full.devices.district_code = vec![DistrictCode(500103)];
        full.devices.township_code = vec![TownshipCode(500103001)];
        let mut waiting = Coalesced::default();
        waiting.push(news(1_000, &["a", "z"], 1.0));
        assert_eq!(waiting.push(full.clone()), 3);
        waiting.push(news(3_000, &["a"], 6.0));
        assert_eq!(waiting.waiting(), 4);
        assert_eq!(waiting.take().unwrap(), full);
        let after = waiting.take().unwrap();
        assert!(after.devices.is_even() && after.devices.value == vec![6.0]);
        assert!(waiting.is_empty());
    }
}
