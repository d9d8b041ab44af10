//! The newest values and positions, shared by all telemetry streams.
//!
//! Each row knows the batch in which it last changed; a reader holds only the batch it has seen. What a
//! slow reader misses is therefore the older value of the same id, never memory and never another's time.
//! Readers of one sight that are in step share the text of a batch.

use city::{
    City, CityTime, Device, DeviceColumns, DistrictCode, Jurisdiction, MoverColumns, RiskClass, Sight,
    TelemetryBatch, Telling, UnitId, Whose,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
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

struct MoverRow {
    fix: Fix,
    /// Whose it is; `None` for a unit that the city does not know.
    whose: Option<Whose>,
    changed: u64,
}

/// How many texts are kept for readers in step, at most.
const MADE: usize = 256;

#[derive(Default)]
struct Rows {
    at: CityTime,
    batch: u64,
    devices: Vec<Option<DeviceRow>>,
    movers: BTreeMap<UnitId, MoverRow>,
    /// The last batch made as text, by sight and by the batch its readers had seen.
    made: HashMap<(Sight, u64), Arc<str>>,
}

/// The newest of everything.
pub struct Telemetry {
    devices: Vec<Device>,
    /// The rows of the devices of each district.
    of_district: HashMap<DistrictCode, Vec<usize>>,
    rows: Mutex<Rows>,
    batch: watch::Sender<u64>,
}

impl Telemetry {
    /// Telemetry of `devices`, of which none has reported yet.
    pub fn new(devices: Vec<Device>) -> Self {
        let rows = Rows { devices: devices.iter().map(|_| None).collect(), ..Rows::default() };
        let mut of_district: HashMap<_, Vec<_>> = HashMap::new();
        for (row, device) in devices.iter().enumerate() {
            of_district.entry(device.place.district).or_default().push(row);
        }
        Self { devices, of_district, rows: Mutex::new(rows), batch: watch::Sender::new(0) }
    }

    /// Takes in what changed and wakes the readers. Who sees a unit follows from what `city` says of it.
    pub fn publish(&self, changes: Changes, city: &City) {
        let batch = {
            let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
            rows.batch += 1;
            rows.at = changes.at;
            rows.made.clear();
            let batch = rows.batch;
            for Reading { device, value, at } in changes.readings {
                if let Some(slot) = rows.devices.get_mut(device) {
                    let first = slot.as_ref().map_or(batch, |row| row.first);
                    *slot = Some(DeviceRow { value, at, changed: batch, first });
                }
            }
            for fix in changes.fixes {
                let row = MoverRow { whose: None, changed: batch, fix };
                match rows.movers.get_mut(&row.fix.unit) {
                    Some(known) => *known = MoverRow { whose: known.whose, ..row },
                    None => drop(rows.movers.insert(row.fix.unit.clone(), row)),
                }
            }
            for (id, row) in &mut rows.movers {
                let whose = city.units.get(id).map(|unit| city.whose(unit));
                // Who comes to see a unit lacks its place, though it may not have moved.
                if whose != row.whose {
                    (row.whose, row.changed) = (whose, batch);
                }
            }
            batch
        };
        self.batch.send_replace(batch);
    }

    /// Tells of every new batch.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.batch.subscribe()
    }

    /// What a reader of `sight` that has seen batch `seen` (0: nothing) lacks, as JSON, and the batch it has then
    /// seen.
    pub fn since(&self, sight: Sight, seen: u64) -> Result<(u64, Arc<str>), serde_json::Error> {
        let (batch, columns) = {
            let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(text) = rows.made.get(&(sight, seen)) {
                return Ok((rows.batch, text.clone()));
            }
            (rows.batch, self.columns(&rows, sight, seen))
        };
        // The text is made outside the lock: a first batch takes milliseconds.
        let text: Arc<str> = as_told(&columns, sight)?.into();
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.batch == batch && rows.made.len() < MADE {
            rows.made.insert((sight, seen), text.clone());
        }
        Ok((batch, text))
    }

    /// The newest of everything, as a reader who sees all gets it that has seen nothing.
    pub fn everything(&self) -> TelemetryBatch {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        self.columns(&rows, Sight::WHOLE, 0)
    }

    /// The newest value of every device, row for row, and when it was measured.
    pub fn newest(&self) -> Vec<Option<(f64, CityTime)>> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.devices.iter().map(|row| row.as_ref().map(|row| (row.value, row.at))).collect()
    }

    fn columns(&self, rows: &Rows, sight: Sight, seen: u64) -> TelemetryBatch {
        TelemetryBatch {
            at: rows.at,
            devices: self.device_columns(rows, sight, seen),
            movers: mover_columns(rows, sight, seen),
        }
    }

    fn device_columns(&self, rows: &Rows, sight: Sight, seen: u64) -> DeviceColumns {
        let of_district = |code| self.of_district.get(&code).map_or(&[][..], |rows| &rows[..]);
        let here: Box<dyn Iterator<Item = usize>> = match sight.jurisdiction {
            Jurisdiction::City => Box::new(0..self.devices.len()),
            Jurisdiction::District(code) => Box::new(of_district(code).iter().copied()),
            Jurisdiction::Township(code) => Box::new(of_district(code.district()).iter().copied()),
        };
        let reported: Vec<(&Device, &DeviceRow)> = here
            .filter_map(|row| Some((&self.devices[row], rows.devices[row].as_ref()?)))
            .filter(|(device, _)| sight.jurisdiction.covers(device.place))
            .collect();
        // The fixed columns come whenever a device is in the batch that the reader has never been told of.
        let introduces = reported.iter().any(|(_, row)| row.first > seen);
        let mut devices = DeviceColumns::default();
        for (device, row) in reported.into_iter().filter(|(_, row)| row.changed > seen) {
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
        devices
    }
}

/// A batch as text, without what is withheld.
fn as_told(batch: &TelemetryBatch, sight: Sight) -> Result<String, serde_json::Error> {
    if sight.withheld.is_empty() {
        return serde_json::to_string(batch);
    }
    let mut value = serde_json::to_value(batch)?;
    city::withhold(sight.withheld, Telling::Telemetry, &mut value);
    Ok(value.to_string())
}

fn mover_columns(rows: &Rows, sight: Sight, seen: u64) -> MoverColumns {
    let sees = |row: &&MoverRow| match row.whose {
        Some(whose) => sight.jurisdiction.sees_unit(whose),
        None => sight.is_of_city(),
    };
    let mut movers = MoverColumns::default();
    for MoverRow { fix, .. } in rows.movers.values().filter(|row| row.changed > seen).filter(sees) {
        movers.id.push(fix.unit.clone());
        movers.lon.push(fix.lon);
        movers.lat.push(fix.lat);
        movers.above_ground_m.push(fix.above_ground_m);
        movers.heading_deg.push(fix.heading_deg);
        movers.battery_pct.push(fix.battery_pct);
    }
    movers
}
