//! The newest values and positions, shared by all telemetry streams.
//!
//! Each row knows the batch in which it last changed; a reader holds only the batch it has seen. What a
//! slow reader misses is therefore the older value of the same id, never memory and never another's time.
//! Readers of one sight that are in step share the text of a batch. What devices' own publishers measured waits in
//! [`observed`] for the next batch, so that whoever takes it in never waits for readers.

mod columns;
mod observed;

pub use observed::{Arrival, FED_FOR, Observed, WrongClock, is_believed};

use city::{City, CityTime, Device, DistrictCode, MoverColumns, Sight, TelemetryBatch, UnitId, Whose};
use observed::Cut;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
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

impl Fix {
    /// Adds itself to columns.
    pub fn put_into(&self, columns: &mut MoverColumns) {
        columns.id.push(self.unit.clone());
        columns.lon.push(self.lon);
        columns.lat.push(self.lat);
        columns.above_ground_m.push(self.above_ground_m);
        columns.heading_deg.push(self.heading_deg);
        columns.battery_pct.push(self.battery_pct);
    }
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

/// What devices measured that a batch had.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// The city's time of the batch.
    pub at: CityTime,
    /// By the training city.
    pub made_up: Vec<Reading>,
    /// By the devices' own publishers.
    pub published: Vec<Reading>,
}

/// How far a reader has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    /// The last batch it was told; 0 before the first.
    pub batch: u64,
    /// How many observations had been taken in by then.
    taken: u64,
}

struct DeviceRow {
    value: f64,
    /// When it was measured, city time.
    at: CityTime,
    /// The same by the device's own clock; `None` for what the training city made up.
    measured: Option<CityTime>,
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
    /// The rows of the devices that changed in the last batch.
    changed: Vec<usize>,
    /// How many observations had been taken in by the last batch.
    taken: u64,
    movers: BTreeMap<UnitId, MoverRow>,
    /// The last batch made as text, by sight and by what its readers had seen.
    made: HashMap<(Sight, Seen), Arc<str>>,
}

impl Rows {
    /// Puts a value in its row. A console takes no value for news that is older than the one it holds, so that what
    /// follows a made-up one is told as no older than that.
    fn put(&mut self, device: usize, value: f64, at: CityTime, measured: Option<CityTime>) {
        let batch = self.batch;
        let Some(slot) = self.devices.get_mut(device) else { return };
        let (first, known) = slot.as_ref().map_or((batch, at), |row| (row.first, row.at));
        let at = if measured.is_some() { at.max(known) } else { at };
        if slot.as_ref().is_none_or(|row| row.changed < batch) {
            self.changed.push(device);
        }
        *slot = Some(DeviceRow { value, at, measured, changed: batch, first });
    }

    /// How old a value was when the last batch was made. What was measured since the city's last step is told in the
    /// batch that is of that step, so that its age may be less than 0.
    fn age_ms(&self, row: &DeviceRow) -> i64 {
        let age_ms = self.at.0 - row.at.0;
        if row.measured.is_some() { age_ms } else { age_ms.max(0) }
    }
}

/// The newest of everything.
pub struct Telemetry {
    devices: Vec<Device>,
    /// The rows of the devices of each district.
    of_district: HashMap<DistrictCode, Vec<usize>>,
    rows: Mutex<Rows>,
    /// What waits for the next batch; locked before the rows where both are.
    observed: Mutex<Observed>,
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
        let (rows, observed) = (Mutex::new(rows), Mutex::default());
        Self { devices, of_district, rows, observed, batch: watch::Sender::new(0) }
    }

    /// What devices' own publishers measured.
    pub fn observed(&self) -> MutexGuard<'_, Observed> {
        self.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what changed and what was observed, and wakes the readers. What `changes` say of a device that is fed
    /// is left out; who sees a unit follows from what `city` says of it.
    pub fn publish(&self, mut changes: Changes, city: &City) {
        let Cut { fresh, taken } = {
            let (mut observed, now) = (self.observed(), Instant::now());
            changes.readings.retain(|reading| !observed.is_fed(reading.device, now));
            observed.cut()
        };
        let batch = {
            let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
            rows.batch += 1;
            rows.at = changes.at;
            rows.taken = taken;
            rows.made.clear();
            rows.changed.clear();
            let batch = rows.batch;
            for Reading { device, value, at } in changes.readings {
                rows.put(device, value, at, None);
            }
            for one in fresh {
                rows.put(one.device, one.value, one.at, Some(one.measured));
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

    /// What a reader of `sight` lacks that has `seen` so much, as JSON, and what it has then seen.
    pub fn since(&self, sight: Sight, seen: Seen) -> Result<(Seen, Arc<str>), serde_json::Error> {
        let (now, batch) = {
            let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Seen { batch: rows.batch, taken: rows.taken };
            if let Some(text) = rows.made.get(&(sight, seen)) {
                return Ok((now, text.clone()));
            }
            (now, self.columns(&rows, sight, seen))
        };
        // The text is made outside the lock: a first batch takes milliseconds.
        let text: Arc<str> = columns::as_told(&batch, sight)?.into();
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.batch == now.batch && rows.made.len() < MADE {
            rows.made.insert((sight, seen), text.clone());
        }
        Ok((now, text))
    }

    /// The newest of everything, as a reader who sees all gets it that has seen nothing.
    pub fn everything(&self) -> TelemetryBatch {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        self.columns(&rows, Sight::WHOLE, Seen::default())
    }

    /// The newest value of every device, row for row, and when it was measured: by the device's own clock, where it
    /// has one.
    pub fn newest(&self) -> Vec<Option<(f64, CityTime)>> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = |row: &DeviceRow| (row.value, row.measured.unwrap_or(row.at));
        rows.devices.iter().map(|row| row.as_ref().map(newest)).collect()
    }

    /// What devices measured that the last batch had, in the city's time.
    pub fn newest_batch(&self) -> Told {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let mut told = Told { at: rows.at, ..Told::default() };
        for device in &rows.changed {
            if let Some(Some(row)) = rows.devices.get(*device) {
                let whose = if row.measured.is_some() { &mut told.published } else { &mut told.made_up };
                whose.push(Reading { device: *device, value: row.value, at: row.at });
            }
        }
        told
    }

    /// The time of the last batch.
    pub fn at(&self) -> CityTime {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).at
    }
}

#[cfg(test)]
mod tests;
