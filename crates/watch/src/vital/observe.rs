//! What devices tell, and what of it is not taken.

use super::engine::VitalSigns;
use crate::rules::DeviceHandle;
use city::CityTime;
use std::cmp::Reverse;

pub use crate::rules::FUTURE_MS;

/// Why an observation was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refused {
    /// Its device is not enrolled.
    UnknownDevice,
    /// The value is NaN or infinite.
    NotFinite,
    /// The value is not valid for its kind of devices.
    OutOfRange,
    /// It was measured before the newest that is held.
    Older,
    /// The device told for that time before; the first stays.
    Repeated,
    /// It was measured more than [`FUTURE_MS`] after the newest tick.
    Future,
}

impl Refused {
    /// All reasons.
    pub const ALL: [Refused; 6] =
        [Self::UnknownDevice, Self::NotFinite, Self::OutOfRange, Self::Older, Self::Repeated, Self::Future];
}

/// How many observations were taken and refused.
#[derive(Clone, Debug, Default)]
pub(super) struct Refusals {
    taken: u64,
    refused: [u64; 6],
}

impl VitalSigns {
    /// Takes an observation, in the unit its device was enrolled with; the next tick shows it. One that is refused still
    /// shows that its device is online, unless nobody knows the device. One older than the age of its kind is taken as the
    /// newest there is, and counts for nothing.
    pub fn observe(&mut self, device: DeviceHandle, value: f64, measured: CityTime) -> Result<(), Refused> {
        let result = self.take(device.0, value, measured.0);
        match result {
            Ok(()) => self.refusals.taken += 1,
            Err(why) => self.refusals.refused[why as usize] += 1,
        }
        result
    }

    /// How many observations were taken.
    pub fn taken(&self) -> u64 {
        self.refusals.taken
    }

    /// How many were refused for this reason.
    pub fn refused(&self, why: Refused) -> u64 {
        self.refusals.refused[why as usize]
    }

    pub(super) fn take(&mut self, device: u32, value: f64, measured: i64) -> Result<(), Refused> {
        let now = self.now.0;
        let hot = self.hot.get_mut(device as usize).filter(|hot| hot.enrolled);
        let hot = hot.ok_or(Refused::UnknownDevice)?;
        let profile = &self.profiles.all[usize::from(hot.profile)];
        hot.heard = hot.heard.max(measured.min(now));
        let value = profile.value(value);
        let stale = profile.stale_ms;
        let refused = if measured > now.saturating_add(FUTURE_MS) {
            Some(Refused::Future)
        } else if !value.is_finite() {
            Some(Refused::NotFinite)
        } else if value < profile.valid.0 || value > profile.valid.1 {
            Some(Refused::OutOfRange)
        } else if measured < hot.newest_at {
            Some(Refused::Older)
        } else if measured == hot.newest_at {
            Some(Refused::Repeated)
        } else {
            None
        };
        let young = |at: i64| now.saturating_sub(at) <= stale;
        let online = young(hot.heard);
        let counted = match refused {
            Some(_) => hot.counted(),
            None => {
                hot.newest_at = measured;
                young(measured).then_some(value)
            }
        };
        if refused.is_none() || online != hot.online {
            self.turn(device, online, counted);
            self.wait(device, stale);
        }
        match refused {
            Some(why) => Err(why),
            None => Ok(()),
        }
    }

    /// Sees to it that a device is looked at when it may have become too old.
    pub(super) fn wait(&mut self, device: u32, stale_ms: i64) {
        let hot = &mut self.hot[device as usize];
        if !(hot.online || hot.reporting) {
            return;
        }
        let first = if hot.reporting { hot.newest_at.min(hot.heard) } else { hot.heard };
        let due = first.saturating_add(stale_ms).saturating_add(1);
        if !hot.waits {
            hot.waits = true;
            hot.due_s = due.div_euclid(1_000).clamp(0, i64::from(u32::MAX)) as u32;
            hot.next = self.wheel.put(device, due, self.now.0);
        } else if due < i64::from(hot.due_s) * 1_000 && !hot.early {
            // It waits for its silence, and told an old value meanwhile, which ends before.
            hot.early = true;
            self.early.push(Reverse((due, device)));
        }
    }
}
