//! One source: its reports are taken one by one, and counted.

use super::devices::{Device, Devices, Seen, key_of, mix};
use super::plausible::{PositionFault, look};
use super::{Delays, Offender, ShiftEvidence, Standards, Surroundings};
use city::{CityTime, DeviceId, LonLat, Place, RiskClass};

/// What is known of a source before it reports.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Declared {
    /// How long a report may take to arrive, seconds.
    pub max_delay_s: f64,
    /// True when its reports tell positions, so that one without is at fault.
    pub tells_positions: bool,
    /// True when its devices stand on land, so that none is in a river; those that measure rivers and bridges may be.
    pub on_land: bool,
}

/// One report of a device.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// Whose.
    pub device: &'a str,
    /// Its own identifier, when it has one.
    pub id: Option<&'a str>,
    /// The class of what was measured, which fixes unit and range.
    pub class: Option<&'a RiskClass>,
    /// When it was measured.
    pub at: CityTime,
    /// When it arrived.
    pub received: CityTime,
    /// What was measured; `None` where a number is missing.
    pub value: Option<f64>,
    /// In which unit, where that is told.
    pub unit: Option<&'a str>,
    /// Where, where that is told.
    pub position: Option<LonLat>,
    /// The place it is told to be in.
    pub told: Option<Place>,
    /// Where the device is known to stand from elsewhere.
    pub reference: Option<LonLat>,
}

/// The counts of a week.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    /// Every report.
    pub reports: u64,
    /// Reports that were told before.
    pub repeats: u64,
    /// No repeats; what follows counts only these.
    pub fresh: u64,
    /// Measured too far ahead of their arrival.
    pub future: u64,
    /// Without a number.
    pub nan: u64,
    /// In another unit.
    pub unit: u64,
    /// Beyond what can be.
    pub range: u64,
    /// Arrived late.
    pub late: u64,
    /// Measured before the week began: no part of its completeness.
    pub of_before: u64,
    /// Positions that were looked at.
    pub looked: u64,
    /// What was wrong with them.
    pub faults: [u64; 6],
    /// Those in their district and another township.
    pub townships: u64,
}

impl Counts {
    /// Reports that are not valid.
    pub fn invalid(&self) -> u64 {
        self.future + self.nan + self.unit + self.range
    }
}

/// A source and its week.
#[derive(Clone, Debug)]
pub(super) struct Meter {
    pub declared: Declared,
    pub from: CityTime,
    pub counts: Counts,
    pub delays: Delays,
    pub shift: ShiftEvidence,
    pub devices: Devices,
    pub worst: Vec<(u64, Offender)>,
    seen: Seen,
}

impl Meter {
    pub fn new(declared: Declared, from: CityTime, standards: &Standards) -> Self {
        Self {
            declared,
            from,
            counts: Counts::default(),
            delays: Delays::default(),
            shift: ShiftEvidence::default(),
            devices: Devices::default(),
            worst: Vec::new(),
            seen: Seen::new(standards.remembered),
        }
    }

    /// Expects a report of `device` every `interval_s` from `at` on.
    pub fn declare(&mut self, device: &str, interval_s: u32, at: CityTime) {
        let from_min = (at.seconds_since(self.from) / 60.0).clamp(0.0, 65_535.0) as u16;
        let (row, is_new) = self.devices.row(key_of(device));
        if is_new || row.interval_s != interval_s {
            // What came while nothing was expected makes up for nothing that is missing later.
            (row.from_min, row.received) = (from_min, 0);
        }
        row.interval_s = interval_s;
    }

    pub fn take(&mut self, report: &Report, standards: &Standards, around: &Surroundings) {
        let key = key_of(report.device);
        self.counts.reports += 1;
        let (row, _) = self.devices.row(key);
        // Never 0, which says that there is none.
        let time = (report.at.0 as u32).max(1);
        let by_id = report.id.is_some_and(|id| self.seen.again(mix(key_of(id) ^ 0x1d)));
        let by_time = self.seen.again(mix(key.wrapping_add(mix(report.at.0 as u64)))) || row.last_ms == time;
        if by_id || by_time {
            self.counts.repeats += 1;
            row.repeats = row.repeats.saturating_add(1);
            let row = *row;
            return self.note(report.device, &row, standards.worst);
        }
        row.last_ms = time;
        self.counts.fresh += 1;
        let ahead = report.at.seconds_since(report.received) > standards.clock_slack_s;
        if !ahead {
            let late = report.received.seconds_since(report.at);
            self.counts.late += u64::from(late > self.declared.max_delay_s);
            self.delays.add(report.received.0.saturating_sub(report.at.0));
            if report.at >= self.from {
                row.received = row.received.saturating_add(1);
            } else {
                self.counts.of_before += 1;
            }
        }
        let is_valid = validity(report, ahead, standards, &mut self.counts);
        let is_placed = self.declared.tells_positions && {
            let (row, _) = self.devices.row(key);
            needs_look(row, report.position, standards.position_checks)
        };
        let fault = if is_placed { self.look(report, around) } else { None };
        let (row, _) = self.devices.row(key);
        if !is_valid || fault.is_some() {
            row.faults = row.faults.saturating_add(1);
            let row = *row;
            self.note(report.device, &row, standards.worst);
        }
    }

    fn look(&mut self, report: &Report, around: &Surroundings) -> Option<PositionFault> {
        self.counts.looked += 1;
        let looked = match report.position {
            None => super::plausible::Looked { fault: Some(PositionFault::Missing), other_township: false },
            Some(at) => look(at, report.told, self.declared.on_land && !is_over_water(report.class), around),
        };
        self.counts.townships += u64::from(looked.other_township);
        if let Some(fault) = looked.fault {
            self.counts.faults[fault as usize] += 1;
        }
        let in_city = !matches!(
            looked.fault,
            Some(
                PositionFault::Missing
                    | PositionFault::Zero
                    | PositionFault::Swapped
                    | PositionFault::Outside
            )
        );
        if let Some(at) = report.position.filter(|_| in_city) {
            self.shift.add(at, report.reference, report.told, around.gazetteer);
        }
        looked.fault
    }

    /// Keeps the devices with the most faults and repeats. Counts only grow, so a device comes in when it passes the
    /// least of those kept, and none that belongs here is missed but for ties.
    fn note(&mut self, device: &str, row: &Device, most: usize) {
        let (faults, repeats) = (u32::from(row.faults), u32::from(row.repeats));
        let new = || Offender { device: DeviceId::from(device), faults, repeats, missing: 0 };
        if let Some((_, known)) = self.worst.iter_mut().find(|(key, _)| *key == row.key) {
            (known.faults, known.repeats) = (faults, repeats);
        } else if self.worst.len() < most {
            self.worst.push((row.key, new()));
        } else {
            let bad = |o: &Offender| o.faults + o.repeats;
            let least = self.worst.iter_mut().min_by_key(|(_, o)| bad(o));
            if let Some(least) = least.filter(|(_, o)| bad(o) < faults + repeats) {
                *least = (row.key, new());
            }
        }
    }

    /// Reports that were expected until `now`, and how many of them are missing.
    pub fn completeness(&self, now: CityTime) -> (u64, u64) {
        let rows = self.devices.all().iter().map(|row| self.expected(row, now));
        rows.fold((0, 0), |(of, missing), (expected, lacks)| (of + expected, missing + lacks))
    }

    /// Reports that were expected of a device, and how many are missing; more than expected make up for nothing.
    pub fn expected(&self, row: &Device, now: CityTime) -> (u64, u64) {
        if row.interval_s == 0 {
            return (0, 0);
        }
        let seconds = (now.seconds_since(self.from) - f64::from(row.from_min) * 60.0).max(0.0);
        let expected = (seconds / f64::from(row.interval_s)).floor() as u64;
        (expected, expected.saturating_sub(u64::from(row.received)))
    }

    /// Begins a new week at `from`.
    pub fn new_week(&mut self, from: CityTime) {
        self.from = from;
        self.counts = Counts::default();
        self.delays = Delays::default();
        self.shift = ShiftEvidence::default();
        self.worst.clear();
        self.devices.new_week();
    }
}

/// True for devices whose place may be in a river.
fn is_over_water(class: Option<&RiskClass>) -> bool {
    matches!(class, Some(RiskClass::Flood | RiskClass::WaterQuality | RiskClass::Bridge))
}

/// Counts the first thing that makes a report invalid; true when nothing does.
fn validity(report: &Report, ahead: bool, standards: &Standards, counts: &mut Counts) -> bool {
    let range = report.class.and_then(|class| standards.range(class));
    let of_unit = |unit: &str| range.is_none_or(|range| range.unit == unit);
    let counter = match report.value {
        _ if ahead => &mut counts.future,
        None => &mut counts.nan,
        Some(value) if !value.is_finite() => &mut counts.nan,
        _ if report.unit.is_some_and(|unit| !of_unit(unit)) => &mut counts.unit,
        Some(value) if range.is_some_and(|r| !(r.low..=r.high).contains(&value)) => &mut counts.range,
        Some(_) => return true,
    };
    *counter += 1;
    false
}

/// True when a position is another than the last that was looked at, as often as that is allowed.
fn needs_look(row: &mut Device, at: Option<LonLat>, most: u8) -> bool {
    let hash = at.map_or(1, |at| (mix(at.lon.to_bits() ^ at.lat.to_bits().rotate_left(32)) as u16).max(2));
    let is_new = row.checks == 0 || (row.position != hash && row.checks < most);
    if is_new {
        row.position = hash;
        row.checks += 1;
    }
    is_new
}
