//! The newest values and positions, shared by all telemetry streams.
//!
//! Each row knows the batch in which it last changed; a reader holds only the batch it has seen. What a
//! slow reader misses is therefore the older value of the same id, never memory and never another's time.

use city::{CityTime, Device, DeviceColumns, MoverColumns, RiskClass, TelemetryBatch, UnitId};
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// The newest value of a device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Which device, as a row of the city's devices.
    pub device: usize,
    /// The value in the unit of its class.
    pub value: f64,
    /// When it was measured.
    pub at: CityTime,
}

/// The newest position of a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// Which unit.
    pub unit: UnitId,
    /// Longitude, degrees.
    pub lon: f64,
    /// Latitude, degrees.
    pub lat: f64,
    /// Metres above the ground.
    pub above_ground_m: f32,
    /// Course, degrees clockwise from north.
    pub heading_deg: f32,
    /// Battery in percent; −1 where there is none.
    pub battery_pct: f32,
}

/// What changed since the batch before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// The city's time.
    pub at: CityTime,
    /// Devices that reported, each once.
    pub readings: Vec<Reading>,
    /// Units that moved, each once.
    pub fixes: Vec<Fix>,
}

struct DeviceRow {
    value: f64,
    at: CityTime,
    changed: u64,
    first: u64,
}

#[derive(Default)]
struct Rows {
    at: CityTime,
    batch: u64,
    devices: Vec<Option<DeviceRow>>,
    movers: std::collections::BTreeMap<UnitId, (Fix, u64)>,
    /// The last batch made as text, with the batch its reader had seen: readers in step share it.
    made: Option<(u64, u64, std::sync::Arc<str>)>,
}

/// The newest of everything.
pub struct Telemetry {
    devices: Vec<Device>,
    rows: Mutex<Rows>,
    batch: watch::Sender<u64>,
}

impl Telemetry {
    /// Telemetry of `devices`, of which none has reported yet.
    pub fn new(devices: Vec<Device>) -> Self {
        let rows = Rows { devices: devices.iter().map(|_| None).collect(), ..Rows::default() };
        Self { devices, rows: Mutex::new(rows), batch: watch::Sender::new(0) }
    }

    /// Takes in what changed and wakes the readers.
    pub fn publish(&self, changes: Changes) {
        let batch = {
            let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
            rows.batch += 1;
            rows.at = changes.at;
            rows.made = None;
            let batch = rows.batch;
            for Reading { device, value, at } in changes.readings {
                if let Some(slot) = rows.devices.get_mut(device) {
                    let first = slot.as_ref().map_or(batch, |row| row.first);
                    *slot = Some(DeviceRow { value, at, changed: batch, first });
                }
            }
            for fix in changes.fixes {
                rows.movers.insert(fix.unit.clone(), (fix, batch));
            }
            batch
        };
        self.batch.send_replace(batch);
    }

    /// Tells of every new batch.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.batch.subscribe()
    }

    /// What a reader that has seen batch `seen` (0: nothing) lacks, as JSON, and the batch it has then seen.
    pub fn since(&self, seen: u64) -> Result<(u64, std::sync::Arc<str>), serde_json::Error> {
        let (batch, columns) = {
            let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((from, to, text)) = &rows.made
                && *from == seen
            {
                return Ok((*to, text.clone()));
            }
            (rows.batch, self.columns(&rows, seen))
        };
        // The text is made outside the lock: a first batch takes milliseconds.
        let text: std::sync::Arc<str> = serde_json::to_string(&columns)?.into();
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.batch == batch {
            rows.made = Some((seen, batch, text.clone()));
        }
        Ok((batch, text))
    }

    /// The newest of everything, as a reader gets it who has seen nothing.
    pub fn everything(&self) -> TelemetryBatch {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        self.columns(&rows, 0)
    }

    fn columns(&self, rows: &Rows, seen: u64) -> TelemetryBatch {
        let reported = self.devices.iter().zip(&rows.devices).filter_map(|(d, row)| Some((d, row.as_ref()?)));
        // The fixed columns come whenever a device is in the batch that the reader has never been told of.
        let introduces = reported.clone().any(|(_, row)| row.first > seen);
        let mut devices = DeviceColumns::default();
        for (device, row) in reported.filter(|(_, row)| row.changed > seen) {
            devices.id.push(device.id.clone());
            devices.value.push(row.value);
            devices.age_ms.push((rows.at.0 - row.at.0).max(0));
            if introduces {
                devices.risk_class.push(RiskClass::clone(&device.class));
                devices.lon.push(device.at.lon);
                devices.lat.push(device.at.lat);
                devices.district_code.push(device.place.district);
                devices.township_code.push(device.place.township);
            }
        }
        let mut movers = MoverColumns::default();
        for (fix, _) in rows.movers.values().filter(|(_, changed)| *changed > seen) {
            movers.id.push(fix.unit.clone());
            movers.lon.push(fix.lon);
            movers.lat.push(fix.lat);
            movers.above_ground_m.push(fix.above_ground_m);
            movers.heading_deg.push(fix.heading_deg);
            movers.battery_pct.push(fix.battery_pct);
        }
        TelemetryBatch { at: rows.at, devices, movers }
    }
}
