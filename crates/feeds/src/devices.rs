//! The newest value of every device, in columns: 17,000 rows cost what changed, not what is there.

use crate::problems::Problems;
use city::{CityTime, DeviceColumns, DeviceId, LonLat, Place, RiskClass};
use std::collections::HashMap;

/// Devices in columns; a row's index stays the same until [`DeviceTable::layout`] changes.
#[derive(Clone, Debug, Default)]
pub struct DeviceTable {
    /// Which device.
    pub id: Vec<DeviceId>,
    /// Where it stands.
    pub at: Vec<LonLat>,
    /// The class of risk it watches.
    pub class: Vec<RiskClass>,
    /// Whose it is.
    pub place: Vec<Place>,
    /// Its newest value, in the unit of its class ([`city::Measure::unit`]); NaN where the backend withholds it.
    pub value: Vec<f64>,
    /// When that was measured.
    pub measured: Vec<CityTime>,
    by_id: HashMap<DeviceId, u32>,
    layout: u64,
}

impl DeviceTable {
    /// How many devices.
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// True before the first batch.
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// The row of a device.
    pub fn row(&self, id: &DeviceId) -> Option<usize> {
        self.by_id.get(id).map(|row| *row as usize)
    }

    /// Counts how often the rows themselves changed: which devices there are, where, of what class.
    pub fn layout(&self) -> u64 {
        self.layout
    }

    /// Takes a batch made at `at`. Columns that say what never changes are the first of a stream and mean
    /// "this is everything". Returns the rows whose value or time changed, and what could not be used.
    pub fn apply(&mut self, columns: &DeviceColumns, at: CityTime) -> (Vec<u32>, Problems) {
        let mut problems = Problems::default();
        if !columns.is_even() {
            problems.add("device columns of different lengths", &format!("{} ids", columns.id.len()));
            return (Vec::new(), problems);
        }
        if !columns.risk_class.is_empty() && !self.has_these_rows(columns) {
            return (self.replace(columns, at), problems);
        }
        let mut changed = Vec::with_capacity(columns.id.len());
        for (i, id) in columns.id.iter().enumerate() {
            let Some(&row) = self.by_id.get(id) else {
                problems.add("a value of a device that was never announced", id.as_str());
                continue;
            };
            let measured = at.plus_ms(columns.age_ms[i].saturating_neg());
            let held = &mut self.measured[row as usize];
            if measured >= *held && (measured > *held || !same(self.value[row as usize], columns.value[i])) {
                *held = measured;
                self.value[row as usize] = columns.value[i];
                changed.push(row);
            }
        }
        (changed, problems)
    }

    fn has_these_rows(&self, columns: &DeviceColumns) -> bool {
        self.id == columns.id
            && self.class == columns.risk_class
            && (0..self.id.len())
                .all(|i| self.at[i] == position(columns, i) && self.place[i] == place(columns, i))
    }

    fn replace(&mut self, columns: &DeviceColumns, at: CityTime) -> Vec<u32> {
        let n = columns.id.len();
        self.layout += 1;
        self.id.clone_from(&columns.id);
        self.class.clone_from(&columns.risk_class);
        self.value.clone_from(&columns.value);
        self.at = (0..n).map(|i| position(columns, i)).collect();
        self.place = (0..n).map(|i| place(columns, i)).collect();
        self.measured = columns.age_ms.iter().map(|age| at.plus_ms(age.saturating_neg())).collect();
        self.by_id = self.id.iter().cloned().zip(0..).collect();
        (0..n as u32).collect()
    }
}

/// True for equal values, and for two that are withheld.
fn same(a: f64, b: f64) -> bool {
    a == b || a.is_nan() && b.is_nan()
}

fn position(columns: &DeviceColumns, i: usize) -> LonLat {
    LonLat::new(columns.lon[i], columns.lat[i])
}

fn place(columns: &DeviceColumns, i: usize) -> Place {
    Place { district: columns.district_code[i], township: columns.township_code[i] }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use city::{DistrictCode, TownshipCode};

    fn first() -> DeviceColumns {
        DeviceColumns {
            id: vec!["D-1".into(), "D-2".into()],
            value: vec![1.0, 2.0],
            age_ms: vec![0, 4_000],
            risk_class: vec![RiskClass::Gas, RiskClass::Flood],
            lon: vec![106.5, 106.6],
            lat: vec![29.5, 29.6],
            district_code: vec![DistrictCode(500103); 2],
            township_code: vec![TownshipCode(500103001); 2],
        }
    }

    fn news(id: &str, value: f64, age_ms: i64) -> DeviceColumns {
        DeviceColumns { id: vec![id.into()], value: vec![value], age_ms: vec![age_ms], ..Default::default() }
    }

    #[test]
    fn takes_news_once_and_tells_which_rows_changed() {
        let mut table = DeviceTable::default();
        assert_eq!(table.apply(&first(), CityTime(10_000)).0, vec![0, 1]);
        assert_eq!(table.measured, vec![CityTime(10_000), CityTime(6_000)]);
        assert_eq!(table.apply(&news("D-2", 9.0, 100), CityTime(11_000)).0, vec![1]);
        assert_eq!(table.apply(&news("D-2", 9.0, 1_100), CityTime(12_000)).0, Vec::<u32>::new());
        assert_eq!(table.apply(&news("D-2", 5.0, 9_000), CityTime(12_000)).0, Vec::<u32>::new());
        assert_eq!(table.value[table.row(&"D-2".into()).unwrap()], 9.0);
        let (changed, problems) = table.apply(&news("D-9", 1.0, 0), CityTime(13_000));
        assert!(changed.is_empty() && problems.count == 1);
        assert_eq!(table.layout(), 1);
    }

    #[test]
    fn a_full_batch_of_the_same_devices_keeps_rows_and_another_city_replaces_them() {
        let mut table = DeviceTable::default();
        table.apply(&first(), CityTime(10_000));
        assert_eq!(table.apply(&first(), CityTime(20_000)).0.len(), 2);
        assert_eq!(table.layout(), 1);
        let mut other = first();
        other.id[0] = "D-7".into();
        table.apply(&other, CityTime(5_000));
        assert_eq!((table.layout(), table.row(&"D-1".into())), (2, None));
        let mut uneven = first();
        uneven.lon.pop();
        assert_eq!(table.apply(&uneven, CityTime(5_000)).1.count, 1);
    }
}
