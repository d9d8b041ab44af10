//! What was told in a record, row by row: a day of a city does not fit into memory.

use super::about::LONGEST_MS;
use super::table::Table;
use super::{Record, devices, files};
use crate::register::FileFault;
use crate::rules::{DeviceHandle, Observation};
use city::CityTime;
use std::collections::HashMap;
use std::io::Read;

const NEEDED: [&str; 3] = ["at", "device", "value"];
const ALLOWED: [&str; 5] = ["came", "unit", "lon", "lat", "township"];

/// An observation, and when it came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Came {
    /// When it came.
    pub at: CityTime,
    /// What was told.
    pub observation: Observation,
}

/// The observations of a record, in the order they came.
pub struct Observations<R> {
    table: Table<R>,
    handles: HashMap<String, DeviceHandle>,
    /// Nothing may come before; it moves with what came last.
    earliest: CityTime,
    is_over: bool,
}

impl<R: Read> Observations<R> {
    /// Those in `reader`, of the devices of `record`.
    pub fn open(reader: R, record: &Record) -> Result<Self, FileFault> {
        let table = Table::open(files::OBSERVATIONS, reader, &NEEDED, &ALLOWED)?;
        let handles = (0..).zip(&record.devices).map(|(n, info)| (info.id.to_string(), DeviceHandle(n)));
        Ok(Self {
            table,
            handles: handles.collect(),
            earliest: record.about.from.plus_ms(-LONGEST_MS),
            is_over: false,
        })
    }

    fn row(&mut self) -> Result<Option<Came>, FileFault> {
        if !self.table.next()? {
            return Ok(None);
        }
        let table = &self.table;
        let id = table.needed("device")?;
        let device = self.handles.get(id).copied();
        let device = device.ok_or_else(|| table.fault("device", format!("`{id}` is not in devices.csv")))?;
        let at = table.time("at")?;
        let (column, came) = match table.text("came") {
            Some(_) => ("came", table.time("came")?),
            None => ("at", at),
        };
        if came < self.earliest {
            let problem = format!(
                "{came} after {}: put the rows in the order they came, from 400 days before `from` on",
                self.earliest
            );
            return Err(table.fault(column, problem));
        }
        // What is no finite number came like that, and rules have to pass it over.
        let value = table.number("value", "a number")?;
        let value = value.ok_or_else(|| table.fault("value", "is empty".to_owned()))?;
        let (unit, position, place) = (devices::unit(table)?, table.position()?, table.place()?);
        self.earliest = came;
        Ok(Some(Came { at: came, observation: Observation { device, at, value, unit, position, place } }))
    }
}

impl<R: Read> Iterator for Observations<R> {
    type Item = Result<Came, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let row = self.row();
        self.is_over = !matches!(row, Ok(Some(_)));
        row.transpose()
    }
}
