//! What was told and could not be used: counted by reason, with the newest sample of each, and faults said once.

use super::{DeviceHandle, Observation, Unit};
use city::CityTime;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

/// How far into the future an observation may be, milliseconds: clocks of devices differ a little.
pub const FUTURE_MS: i64 = 120_000;
/// How well eight hours must be met to be recognised, milliseconds.
pub const CLOCK_TOLERANCE_MS: i64 = 60_000;
/// How many observations in a row must be eight hours off for the clock to be named.
pub const CLOCK_READINGS: u8 = 3;
/// From so many devices with such clocks on, their source is named instead of each device.
pub const CLOCK_DEVICES: usize = 5;
const EIGHT_HOURS_MS: i64 = 8 * 3_600_000;

/// Why an observation was not used, or not for all it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unused {
    /// Its device was never enrolled.
    UnknownDevice,
    /// The value is NaN or infinite.
    NotFinite,
    /// The quantity cannot have the value.
    Impossible,
    /// Its unit cannot be turned into its device's.
    Unit,
    /// Its time is further in the future than clocks differ.
    Future,
    /// Its position is not on the globe.
    Position,
    /// It came after so many newer ones that its place is gone.
    TooLate,
    /// It was told before.
    Repeated,
    /// Another value was told for the same time; the first stays.
    Contradicted,
}

/// An observation that was not used.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The observation as it came.
    pub observation: Observation,
    /// The engine's time when it came.
    pub now: CityTime,
    /// The unit of its device's values; `None` for an unknown device.
    pub unit: Option<Unit>,
    /// The possible values of its device, in that unit.
    pub possible: (f64, f64),
}

/// What is wrong with a device or source as a whole; each is said once.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// A device's clock is eight hours off, as when local time is sent as UTC; ahead when true. Nothing is corrected.
    ClockOff {
        /// Which device.
        device: DeviceHandle,
        /// True when ahead: its observations are refused as future. False when behind: they are taken as old.
        ahead: bool,
    },
    /// So many devices of a source have such clocks that the source is named.
    SourceClockOff {
        /// Which source.
        source: u16,
        /// True when ahead.
        ahead: bool,
    },
    /// A device declares a unit that a rule's cannot be turned into: the rule does not watch it.
    UnitMisfit {
        /// The first device of which it was found.
        device: DeviceHandle,
        /// The unit of its values.
        unit: Unit,
        /// The rule.
        rule: Arc<str>,
    },
}

/// What could not be used so far.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// How many observations were used.
    pub used: u64,
    /// How many of those were not the newest of their device when they came.
    pub late: u64,
    /// How many came, by why they were not used, with the newest of them.
    pub unused: BTreeMap<Unused, (u64, Sample)>,
    /// How many observations came from clocks that are eight hours off.
    pub clock_off: u64,
    /// Faults, in the order they were found.
    pub faults: Vec<Fault>,
    clocks: HashMap<u32, (bool, u8, i64)>,
    clock_sources: BTreeMap<(u16, bool), BTreeSet<u32>>,
}

impl Health {
    pub(super) fn refuse(&mut self, why: Unused, sample: Sample) {
        let entry = self.unused.entry(why).or_insert_with(|| (0, sample.clone()));
        *entry = (entry.0 + 1, sample);
    }

    /// How many observations were not used for this reason.
    pub fn count(&self, why: Unused) -> u64 {
        self.unused.get(&why).map_or(0, |(count, _)| *count)
    }

    /// True when no clock is under suspicion, so that nothing needs to be asked.
    pub(super) fn clocks_are_fine(&self) -> bool {
        self.clocks.is_empty()
    }

    /// True when the device's clock was found to be eight hours off.
    pub fn clock_is_off(&self, device: DeviceHandle) -> bool {
        self.clocks.get(&device.0).is_some_and(|(_, count, _)| *count >= CLOCK_READINGS)
    }

    /// Looks at how far an observation's time `at` lies from `now`.
    pub(super) fn look_at_clock(&mut self, device: u32, source: u16, at: i64, now: i64) {
        let off = at.saturating_sub(now);
        let meets =
            off.saturating_abs().saturating_sub(EIGHT_HOURS_MS).saturating_abs() <= CLOCK_TOLERANCE_MS;
        if !meets {
            self.clocks.remove(&device);
            return;
        }
        let ahead = off > 0;
        let clock = self.clocks.entry(device).or_insert((ahead, 0, i64::MIN));
        if clock.0 != ahead {
            *clock = (ahead, 0, i64::MIN);
        }
        if at == clock.2 {
            return;
        }
        let known = clock.1 >= CLOCK_READINGS;
        *clock = (ahead, clock.1.saturating_add(1), at);
        if clock.1 < CLOCK_READINGS {
            return;
        }
        self.clock_off += if known { 1 } else { u64::from(CLOCK_READINGS) };
        let devices = self.clock_sources.entry((source, ahead)).or_default();
        if known || !devices.insert(device) || devices.len() > CLOCK_DEVICES {
            return;
        }
        self.faults.push(if devices.len() == CLOCK_DEVICES {
            Fault::SourceClockOff { source, ahead }
        } else {
            Fault::ClockOff { device: DeviceHandle(device), ahead }
        });
    }
}

/// The factors by which units of one quantity usually differ.
const FACTORS: [f64; 4] = [1_000.0, 1_000_000.0, 100.0, 10.0];

impl Sample {
    /// Why it was not used, in English, with what is suspected of its unit.
    pub fn reason(&self, why: Unused) -> String {
        let unit = self.unit.map_or("", Unit::symbol);
        let value = self.observation.value;
        let (at, now) = (self.observation.at, self.now);
        match why {
            Unused::UnknownDevice => format!("device {} was never enrolled", self.observation.device.0),
            Unused::NotFinite => format!("the value is {value}"),
            Unused::Impossible => {
                let (least, most) = self.possible;
                let told = format!("{value} {unit} is not possible: from {least} to {most} {unit}");
                let fits = |value: f64| value >= least && value <= most;
                match FACTORS.iter().find(|factor| fits(value / **factor)) {
                    Some(factor) if value > most => {
                        format!("{told}; {factor} times less would be, so perhaps its unit is another")
                    }
                    _ => told,
                }
            }
            Unused::Unit => {
                let from = self.observation.unit.map_or("", Unit::symbol);
                format!("the unit {from} cannot be turned into {unit}")
            }
            Unused::Future => format!("its time {at} is after the city's, {now}"),
            Unused::Position => "its position is not on the globe".to_owned(),
            Unused::TooLate => format!("its time {at} is older than all that are kept"),
            Unused::Repeated => format!("it was told before, for {at}"),
            Unused::Contradicted => format!("another value was told for {at}, which stays"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |ahead: &bool| if *ahead { "ahead: its observations are refused" } else { "behind" };
        match self {
            Self::ClockOff { device, ahead } => write!(
                f,
                "device {}: its clock is 8 hours off, {}; local time is probably sent as UTC",
                device.0,
                side(ahead)
            ),
            Self::SourceClockOff { source, ahead } => write!(
                f,
                "source {source}: the clocks of its devices are 8 hours off, {}; local time is probably sent as UTC",
                side(ahead)
            ),
            Self::UnitMisfit { device, unit, rule } => write!(
                f,
                "device {}: its unit `{unit}` cannot be turned into that of the rule {rule}, which does not watch it",
                device.0
            ),
        }
    }
}
