//! Batches in columns: what a reader of a sight lacks.

use super::{DeviceRow, MoverRow, Rows, Seen, Telemetry};
use city::{Device, DeviceColumns, Jurisdiction, MoverColumns, RiskClass, Sight, TelemetryBatch, Telling};

impl Telemetry {
    /// What somebody of `sight` lacks who has `seen` so much.
    pub(super) fn columns(&self, rows: &Rows, sight: Sight, seen: Seen) -> TelemetryBatch {
        let lacking = self.lacking(rows, sight, seen);
        let observed = lacking.iter().filter(|(_, row)| row.measured.is_some() && row.changed > seen.batch);
        // Whoever sees a part of the city is told nothing of how much happens in the rest, and whoever comes anew has
        // missed nothing.
        let is_counted = sight.is_of_city() && seen != Seen::default();
        let taken = if is_counted { rows.taken.saturating_sub(seen.taken) } else { 0 };
        TelemetryBatch {
            at: rows.at,
            superseded: taken.saturating_sub(observed.count() as u64),
            devices: device_columns(rows, &lacking, seen),
            movers: mover_columns(rows, sight, seen),
        }
    }

    /// The devices whose values a reader lacks: all that have one, where one among them was never told of.
    fn lacking<'a>(&'a self, rows: &'a Rows, sight: Sight, seen: Seen) -> Vec<(&'a Device, &'a DeviceRow)> {
        let reported = |row: usize| Some((self.devices.get(row)?, rows.devices.get(row)?.as_ref()?));
        let is_seen = |(device, _): &(&Device, &DeviceRow)| sight.jurisdiction.covers(device.place);
        let introduces =
            |lacking: &[(&Device, &DeviceRow)]| lacking.iter().any(|(_, row)| row.first > seen.batch);
        // Whoever is in step lacks what changed last, which is known without a look at all devices.
        if seen.batch + 1 == rows.batch {
            let last: Vec<_> = rows.changed.iter().filter_map(|row| reported(*row)).filter(is_seen).collect();
            if !introduces(&last) {
                return last;
            }
        }
        let of_district = |code| self.of_district.get(&code).map_or(&[][..], |rows| &rows[..]);
        let here: Box<dyn Iterator<Item = usize>> = match sight.jurisdiction {
            Jurisdiction::City => Box::new(0..self.devices.len()),
            Jurisdiction::District(code) => Box::new(of_district(code).iter().copied()),
            Jurisdiction::Township(code) => Box::new(of_district(code.district()).iter().copied()),
        };
        let mut all: Vec<_> = here.filter_map(reported).filter(is_seen).collect();
        if !introduces(&all) {
            all.retain(|(_, row)| row.changed > seen.batch);
        }
        all
    }
}

/// The columns of those rows; with what never changes, where one of them was never told of.
fn device_columns(rows: &Rows, lacking: &[(&Device, &DeviceRow)], seen: Seen) -> DeviceColumns {
    let introduces = lacking.iter().any(|(_, row)| row.first > seen.batch);
    let mut devices = DeviceColumns::default();
    for (device, row) in lacking {
        devices.id.push(device.id.clone());
        devices.value.push(row.value);
        devices.age_ms.push(rows.age_ms(row));
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

fn mover_columns(rows: &Rows, sight: Sight, seen: Seen) -> MoverColumns {
    let sees = |row: &&MoverRow| match row.whose {
        Some(whose) => sight.jurisdiction.sees_unit(whose),
        None => sight.is_of_city(),
    };
    let mut movers = MoverColumns::default();
    for MoverRow { fix, .. } in rows.movers.values().filter(|row| row.changed > seen.batch).filter(sees) {
        fix.put_into(&mut movers);
    }
    movers
}

/// A batch as text, without what is withheld.
pub(super) fn as_told(batch: &TelemetryBatch, sight: Sight) -> Result<String, serde_json::Error> {
    if sight.withheld.is_empty() {
        return serde_json::to_string(batch);
    }
    let mut value = serde_json::to_value(batch)?;
    city::withhold(sight.withheld, Telling::Telemetry, &mut value);
    Ok(value.to_string())
}
