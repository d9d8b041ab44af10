//! Telemetry on the wire: the newest values of devices and positions of movers, in columns.

use crate::{CityTime, DeviceId, DistrictCode, RiskClass, TownshipCode, UnitId};
use serde::{Deserialize, Serialize};

/// One batch: what changed since the one before; the first of a stream is everything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TelemetryBatch {
    /// The city's time when the batch was made.
    pub at: CityTime,
    /// Values of devices.
    pub devices: DeviceColumns,
    /// Positions of units and drones.
    pub movers: MoverColumns,
    /// How many observations of devices' own publishers came since the batch before and are not in this one, because
    /// newer ones took their place; told to whoever sees the whole city.
    #[serde(default, skip_serializing_if = "is_none")]
    pub superseded: u64,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

/// Devices in columns, all of one length; the columns of what never changes come in the first batch only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceColumns {
    /// Which device.
    pub id: Vec<DeviceId>,
    /// Its newest value, in the unit of its class.
    pub value: Vec<f64>,
    /// How many milliseconds before the batch's `at` it was measured; less than 0 for what was measured since.
    pub age_ms: Vec<i64>,
    /// What never changes of a device, in the same order; empty after the first batch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risk_class: Vec<RiskClass>,
    /// Longitude, degrees; first batch only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lon: Vec<f64>,
    /// Latitude, degrees; first batch only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lat: Vec<f64>,
    /// District; first batch only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub district_code: Vec<DistrictCode>,
    /// Township; first batch only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub township_code: Vec<TownshipCode>,
}

/// Moving units and drones in columns, all of one length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MoverColumns {
    /// Which unit.
    pub id: Vec<UnitId>,
    /// Longitude, degrees.
    pub lon: Vec<f64>,
    /// Latitude, degrees.
    pub lat: Vec<f64>,
    /// Metres above the ground.
    pub above_ground_m: Vec<f32>,
    /// Course over ground, degrees clockwise from north.
    pub heading_deg: Vec<f32>,
    /// Battery in percent; NaN-free: −1 where there is none.
    pub battery_pct: Vec<f32>,
}

impl DeviceColumns {
    /// True when the columns are of one length, as they must be.
    pub fn is_even(&self) -> bool {
        let n = self.id.len();
        let fixed = [
            self.risk_class.len(),
            self.lon.len(),
            self.lat.len(),
            self.district_code.len(),
            self.township_code.len(),
        ];
        self.value.len() == n
            && self.age_ms.len() == n
            && (fixed.iter().all(|len| *len == n) || fixed.iter().all(|len| *len == 0))
    }
}

impl MoverColumns {
    /// True when the columns are of one length, as they must be.
    pub fn is_even(&self) -> bool {
        let n = self.id.len();
        [
            self.lon.len(),
            self.lat.len(),
            self.above_ground_m.len(),
            self.heading_deg.len(),
            self.battery_pct.len(),
        ]
        .iter()
        .all(|len| *len == n)
    }
}
