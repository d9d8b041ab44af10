//! The way by the backend: the console's link, and the table of devices that its telemetry brings up to date.

use super::backend::Backend;
use super::phases::Phases;
use super::report::Counts;
use super::{SoakError, now};
use crate::message::LinkMessage;
use crate::thread::Link;
use city::{DeviceId, TelemetryBatch};
use feeds::DeviceTable;
use std::time::{Duration, Instant};

/// For how long a console's frame takes in messages, and how many of them at once.
const BUDGET: Duration = Duration::from_millis(1);
const AT_ONCE: usize = 32;

/// The link, and the state that frames bring up to date.
pub(super) struct ByBackend {
    /// `None` while it is cut off.
    link: Option<Link>,
    pub(super) backend: Backend,
    table: DeviceTable,
    /// How far the clock of the wall is ahead of the city's, milliseconds.
    ahead_ms: i64,
    applied: u64,
    superseded: u64,
    pub(super) phases: Phases,
}

impl ByBackend {
    /// Follows a backend.
    pub(super) fn start(backend: Backend) -> Result<Self, SoakError> {
        let (link, ahead_ms) = (Some(Link::start(backend.config())?), backend.ahead_ms()?);
        let (table, phases) = (DeviceTable::default(), Phases::default());
        Ok(Self { link, backend, table, ahead_ms, applied: 0, superseded: 0, phases })
    }

    /// The devices of the city, as far as they are known.
    pub(super) fn devices(&self) -> &[DeviceId] {
        &self.table.id
    }

    /// Takes into the state what a console takes in a frame.
    pub(super) fn frame(&mut self) {
        let begin = Instant::now();
        while begin.elapsed() < BUDGET {
            let messages = self.link.as_ref().map(|link| link.drain(AT_ONCE)).unwrap_or_default();
            let is_last = messages.len() < AT_ONCE;
            for message in messages {
                if let LinkMessage::Telemetry(batch) = message {
                    self.take(&batch);
                }
            }
            if is_last {
                return;
            }
        }
    }

    fn take(&mut self, batch: &TelemetryBatch) {
        let (changed, _) = self.table.apply(&batch.devices, batch.at);
        let now = now();
        for row in changed {
            let sent = self.table.measured.get(row as usize).map_or(now, |at| at.plus_ms(self.ahead_ms));
            self.phases.add(sent, now);
        }
        self.applied += batch.devices.id.len() as u64;
        self.superseded += batch.superseded;
    }

    /// How many values were taken or replaced on the way.
    pub(super) fn told(&self) -> u64 {
        self.applied + self.superseded
    }

    /// What was counted since the start, here and by the backend.
    pub(super) fn counts(&self) -> Result<Counts, SoakError> {
        let counted = self.backend.counted()?.unwrap_or_default();
        Ok(Counts {
            received: counted.received,
            applied: self.applied,
            superseded: self.superseded,
            missing: counted.missing,
            problems: counted.unknown + counted.problems,
        })
    }

    /// True where the state holds these values of these devices.
    pub(super) fn holds(&self, devices: &[String], values: &[f64]) -> bool {
        devices.iter().zip(values).all(|(device, value)| {
            let row = self.table.row(&DeviceId::from(device.as_str()));
            row.and_then(|row| self.table.value.get(row)).is_some_and(|held| held == value)
        })
    }

    /// Cuts the console off from the backend, or lets it come back.
    pub(super) fn switch(&mut self, on: bool) -> Result<(), SoakError> {
        self.link = on.then(|| Link::start(self.backend.config())).transpose()?;
        Ok(())
    }
}
