//! The devices of a record.

use super::table::Table;
use crate::register::FileFault;
use crate::rules::{DeviceInfo, Unit};
use city::{DeviceId, RiskClass};
use std::collections::HashSet;
use std::io::Read;

const NEEDED: [&str; 5] = ["id", "class", "lon", "lat", "township"];
const ALLOWED: [&str; 4] = ["property", "unit", "source", "gateway"];

/// Reads `devices.csv`.
pub(super) fn read(file: &'static str, reader: impl Read) -> Result<Vec<DeviceInfo>, FileFault> {
    let mut table = Table::open(file, reader, &NEEDED, &ALLOWED)?;
    let mut ids: HashSet<DeviceId> = HashSet::new();
    let mut devices = Vec::new();
    while table.next()? {
        let id = DeviceId::from(table.needed("id")?);
        if !ids.insert(id.clone()) {
            return Err(table.fault("id", format!("`{id}` stands here already: a device has one row")));
        }
        let class = table.needed("class")?;
        if !RiskClass::is_valid_key(class) {
            return Err(table.fault("class", format!("`{class}` is no class, such as gas or septicGas")));
        }
        let at = table.position()?.ok_or_else(|| table.fault("lon", "is empty".to_owned()))?;
        let place = table.place()?.ok_or_else(|| table.fault("township", "is empty".to_owned()))?;
        let mut info = DeviceInfo::new(id, RiskClass::from(class), place, at);
        info.property = table.text("property").map(Into::into);
        info.unit = unit(&table)?;
        let like = "a number from 0 to 65535";
        info.source = table.number("source", like)?.unwrap_or(0);
        info.gateway = table.number("gateway", like)?.unwrap_or(0);
        devices.push(info);
    }
    Ok(devices)
}

/// The unit in `unit`, where one stands.
pub(super) fn unit<R: Read>(table: &Table<R>) -> Result<Option<Unit>, FileFault> {
    let read = |text| {
        Unit::read(text).ok_or_else(|| table.fault("unit", format!("`{text}` is no unit that rules know")))
    };
    table.text("unit").map(read).transpose()
}
