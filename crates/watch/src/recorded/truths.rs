//! What was true in a record.

use super::About;
use super::table::Table;
use crate::register::{FileFault, Truth};
use crate::rules::DeviceInfo;
use city::{AlgorithmId, DeviceId};
use std::collections::HashMap;
use std::io::Read;

const NEEDED: [&str; 3] = ["algorithms", "from", "until"];
const ALLOWED: [&str; 6] = ["device", "lon", "lat", "township", "within_m", "note"];
/// How far from where it was a thing may be told of, metres, where its row does not say.
const WITHIN_M: f64 = 500.0;

/// Reads `truth.csv`. A row that names a device has its place from it.
pub(super) fn read(
    file: &'static str,
    reader: impl Read,
    about: &About,
    devices: &[DeviceInfo],
) -> Result<Vec<Truth>, FileFault> {
    let mut table = Table::open(file, reader, &NEEDED, &ALLOWED)?;
    let known: HashMap<&DeviceId, &DeviceInfo> = devices.iter().map(|info| (&info.id, info)).collect();
    let mut truths = Vec::new();
    while table.next()? {
        let names = table.needed("algorithms")?.split(';').map(str::trim);
        let algorithms: Vec<AlgorithmId> = names.map(AlgorithmId::from).collect();
        if let Some(strange) = algorithms.iter().find(|id| !about.judges.contains(id)) {
            let problem =
                format!("`{strange}` is not among `judges` of record.toml; put several apart by `;`");
            return Err(table.fault("algorithms", problem));
        }
        let (from, until) = (table.time("from")?, table.time("until")?);
        if until < from {
            return Err(table.fault("until", "lies before `from`".to_owned()));
        }
        let device = table.text("device").map(DeviceId::from);
        let info = match &device {
            None => None,
            Some(id) => {
                let info = known.get(id).copied();
                Some(info.ok_or_else(|| table.fault("device", format!("`{id}` is not in devices.csv")))?)
            }
        };
        let at = table.position()?.or(info.map(|info| info.at));
        let place = table.place()?.or(info.map(|info| info.place));
        if at.is_none() && place.is_none() {
            let problem = "is empty, and so are `lon` and `township`: say where it was".to_owned();
            return Err(table.fault("device", problem));
        }
        let within_m = table.number::<f64>("within_m", "a number of metres")?.unwrap_or(WITHIN_M);
        if !(within_m.is_finite() && within_m >= 0.0) {
            return Err(table.fault("within_m", format!("`{within_m}` is not a number of metres from 0 up")));
        }
        truths.push(Truth { algorithms, from, until, device, at, within_m, place });
    }
    Ok(truths)
}
