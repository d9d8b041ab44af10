//! Every source with its week and its history.

use super::score::worst_first;
use super::source::{Declared, Meter, Report};
use super::{History, Offender, Score, Standards, Surroundings, WeekScore};
use city::{CityTime, DeviceId};
use std::collections::BTreeMap;

/// The quality of all sources. It holds nothing that grows with the number of reports.
#[derive(Clone, Debug)]
pub struct Book {
    standards: Standards,
    from: CityTime,
    sources: BTreeMap<String, (Meter, History)>,
}

impl Book {
    /// An empty book whose first week begins at `from`.
    pub fn new(standards: Standards, from: CityTime) -> Self {
        Self { standards, from, sources: BTreeMap::new() }
    }

    /// Says what is expected of `source`; a source that is known keeps its counts.
    pub fn declare_source(&mut self, source: &str, declared: Declared) {
        let entry = self.sources.entry(source.to_owned());
        let (meter, _) =
            entry.or_insert_with(|| (Meter::new(declared, self.from, &self.standards), History::default()));
        meter.declared = declared;
    }

    /// Makes room for so many devices of `source`, so that none is held twice over while they come.
    pub fn reserve(&mut self, source: &str, devices: usize) {
        if let Some((meter, _)) = self.sources.get_mut(source) {
            meter.devices.reserve(devices);
        }
    }

    /// Expects a report of `device` every `interval_s` seconds from `at` on, 0 for one that reports when it likes; false
    /// when the source is not declared.
    pub fn declare_device(&mut self, source: &str, device: &str, interval_s: u32, at: CityTime) -> bool {
        let Some((meter, _)) = self.sources.get_mut(source) else { return false };
        meter.declare(device, interval_s, at);
        true
    }

    /// Takes a report of `source`; false when that is not declared.
    pub fn take(&mut self, source: &str, report: &Report, around: &Surroundings) -> bool {
        let Some((meter, _)) = self.sources.get_mut(source) else { return false };
        meter.take(report, &self.standards, around);
        true
    }

    /// The sources.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(String::as_str)
    }

    /// The score of `source` since its week began; looks at every device once.
    pub fn score(&self, source: &str, now: CityTime) -> Option<Score> {
        let (meter, _) = self.sources.get(source)?;
        Some(Score::of(meter, &self.standards, now))
    }

    /// The past weeks of `source`.
    pub fn history(&self, source: &str) -> Option<&History> {
        self.sources.get(source).map(|(_, history)| history)
    }

    /// Of `devices`, those of `source` with most faults and repeats, as many as a score names, worst first: the worst of all
    /// may be none of them.
    pub fn worst<'a>(&self, source: &str, devices: impl Iterator<Item = &'a DeviceId>) -> Vec<Offender> {
        let Some((meter, _)) = self.sources.get(source) else { return Vec::new() };
        let offender = |device: &DeviceId| {
            let row = meter.devices.get(super::devices::key_of(device.as_str()))?;
            let (faults, repeats) = (u32::from(row.faults), u32::from(row.repeats));
            let is_bad = faults + repeats > 0;
            is_bad.then(|| Offender { device: device.clone(), faults, repeats, missing: 0 })
        };
        let mut worst: Vec<Offender> = devices.filter_map(offender).collect();
        worst.sort_by(worst_first);
        worst.truncate(self.standards.worst);
        worst
    }

    /// Of `devices`, the `most` of `source` that lack most reports at `now`, worst first. The book keeps no names of
    /// devices that are silent, so they are given.
    pub fn most_silent<'a>(
        &self,
        source: &str,
        devices: impl Iterator<Item = &'a DeviceId>,
        now: CityTime,
        most: usize,
    ) -> Vec<Offender> {
        let Some((meter, _)) = self.sources.get(source) else { return Vec::new() };
        let mut silent: Vec<Offender> = Vec::new();
        for device in devices {
            let Some(row) = meter.devices.get(super::devices::key_of(device.as_str())) else { continue };
            let missing = meter.expected(row, now).1;
            let full = silent.len() >= most;
            if missing == 0 || full && silent.last().is_none_or(|last| last.missing >= missing) {
                continue;
            }
            let (faults, repeats) = (u32::from(row.faults), u32::from(row.repeats));
            let at = silent.partition_point(|o| o.missing >= missing);
            silent.insert(at, Offender { device: device.clone(), faults, repeats, missing });
            silent.truncate(most);
        }
        silent
    }

    /// Takes up a past week of `source`, such as a file holds it, before its weeks are counted here; weeks come in order.
    /// False when the source is not declared.
    pub fn remember_week(&mut self, source: &str, week: WeekScore) -> bool {
        let Some((_, history)) = self.sources.get_mut(source) else { return false };
        history.add(week);
        true
    }

    /// Ends the week at `now`: every source's score goes into its history, and counting begins anew.
    pub fn close_week(&mut self, now: CityTime) -> BTreeMap<String, Score> {
        self.from = now;
        let standards = &self.standards;
        let close = |(name, (meter, history)): (&String, &mut (Meter, History))| {
            let score = Score::of(meter, standards, now);
            history.add(WeekScore { from: meter.from, score: score.score });
            meter.new_week(now);
            (name.clone(), score)
        };
        self.sources.iter_mut().map(close).collect()
    }

    /// Bytes that the devices of all sources take.
    pub fn device_bytes(&self) -> usize {
        self.sources.values().map(|(meter, _)| meter.devices.bytes()).sum()
    }
}
