//! The score of a source: 0 to 100, its parts, its reasons in words, the worst devices.

use super::source::Meter;
use super::{PositionFault, ShiftFound, Standards};
use crate::wording::Template;
use city::{CityTime, DeviceId, TwoTongues};

/// A part of the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartKind {
    /// Reports that came, of those expected by the declared intervals.
    Completeness,
    /// Reports that arrived in time.
    Timeliness,
    /// Reports with a number in the physical range, in the right unit, not from the future.
    Validity,
    /// Reports that were no repeats.
    Duplicates,
    /// Positions that are plausible.
    Positions,
}

impl PartKind {
    /// All parts, in the order they are told.
    pub const ALL: [PartKind; 5] =
        [Self::Completeness, Self::Timeliness, Self::Validity, Self::Duplicates, Self::Positions];

    /// The key of its weight and words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Completeness => "completeness",
            Self::Timeliness => "timeliness",
            Self::Validity => "validity",
            Self::Duplicates => "duplicates",
            Self::Positions => "positions",
        }
    }
}

/// What a part counted and gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Which part.
    pub kind: PartKind,
    /// How many were bad.
    pub bad: u64,
    /// Of how many; 0 when the part cannot be judged and is left out.
    pub of: u64,
    /// Points it gives.
    pub points: f64,
    /// Points it could give, after the weights of what cannot be judged were shared out.
    pub most: f64,
}

/// Why a source lost points, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// Points that were lost.
    pub lost: f64,
    /// In words, with counts.
    pub words: TwoTongues,
}

/// A device with many faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offender {
    /// Which device.
    pub device: DeviceId,
    /// Its reports that were invalid or misplaced.
    pub faults: u32,
    /// Its reports that were repeats.
    pub repeats: u32,
    /// Its reports that are missing, where that was asked.
    pub missing: u64,
}

/// How good a source was since its week began.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// From when.
    pub from: CityTime,
    /// Until when.
    pub until: CityTime,
    /// 0 to 100; `None` when nothing can be judged.
    pub score: Option<f64>,
    /// Reports that were taken.
    pub reports: u64,
    /// Its parts, each with its counts.
    pub parts: Vec<Part>,
    /// What lost points, most first; then what is worth knowing and costs nothing.
    pub reasons: Vec<Reason>,
    /// The devices with most faults and repeats, worst first.
    pub worst: Vec<Offender>,
    /// A shift of all positions, if one was recognised; then no position counts as plausible.
    pub shift: Option<ShiftFound>,
    /// Delays in seconds that half, 95 % and 99 % of reports do not pass, within 5 %.
    pub delay_s: Option<[f64; 3]>,
}

impl Score {
    pub(super) fn of(meter: &Meter, standards: &Standards, now: CityTime) -> Self {
        let counts = &meter.counts;
        let (expected, missing) = meter.completeness(now);
        let shift = meter.shift.found();
        let misplaced = if shift.is_some() { counts.looked } else { counts.faults.iter().sum() };
        let counted = [
            (missing, expected),
            (counts.late, meter.delays.total()),
            (counts.invalid(), counts.fresh),
            (counts.repeats, counts.reports),
            (misplaced, counts.looked),
        ];
        let weight = |kind| standards.part(kind).map_or(0.0, |part| part.weight);
        let judged = || PartKind::ALL.into_iter().zip(counted).filter(|(_, (_, of))| *of > 0);
        let total: f64 = judged().map(|(kind, _)| weight(kind)).sum();
        let part = |(kind, (bad, of)): (PartKind, (u64, u64))| {
            let most = if of > 0 && total > 0.0 { weight(kind) * 100.0 / total } else { 0.0 };
            let none_at = standards.part(kind).map_or(1.0, |part| part.none_at);
            let share = if of > 0 { bad as f64 / of as f64 } else { 0.0 };
            Part { kind, bad, of, points: most * (1.0 - share / none_at).max(0.0), most }
        };
        let parts: Vec<Part> = PartKind::ALL.into_iter().zip(counted).map(part).collect();
        let delay_s = meter
            .delays
            .quantile_s(0.5)
            .zip(meter.delays.quantile_s(0.95))
            .zip(meter.delays.quantile_s(0.99));
        let mut worst: Vec<Offender> = meter.worst.iter().map(|(_, offender)| offender.clone()).collect();
        worst.sort_by(worst_first);
        let mut score = Self {
            from: meter.from,
            until: now,
            score: (total > 0.0).then(|| parts.iter().map(|part| part.points).sum()),
            reports: counts.reports,
            parts,
            reasons: Vec::new(),
            worst,
            shift,
            delay_s: delay_s.map(|((a, b), c)| [a, b, c]),
        };
        score.reasons = score.say(meter, standards);
        score
    }

    fn say(&self, meter: &Meter, standards: &Standards) -> Vec<Reason> {
        if self.score.is_none() {
            return vec![Reason { lost: 0.0, words: standards.said("nothing", &Template::default()) }];
        }
        let counts = &meter.counts;
        let seconds = |n: usize| self.delay_s.map_or(String::new(), |delays| format!("{:.1}", delays[n]));
        let bad = |part: &&Part| part.bad > 0;
        let mut reasons: Vec<Reason> = Vec::new();
        for part in self.parts.iter().filter(bad) {
            let mut template = Template::default()
                .with("bad", part.bad)
                .with("of", part.of)
                .with("percent", format!("{:.1}", 100.0 * part.bad as f64 / part.of.max(1) as f64))
                .with("p50", seconds(0))
                .with("p95", seconds(1))
                .with("nan", counts.nan)
                .with("range", counts.range)
                .with("unit", counts.unit)
                .with("future", counts.future);
            for fault in PositionFault::ALL {
                template = template.with(fault.key(), counts.faults[fault as usize]);
            }
            let lost = part.most - part.points;
            let shift = self.shift.filter(|_| part.kind == PartKind::Positions);
            let words = match (shift, standards.part(part.kind)) {
                (Some(shift), _) => shift_words(&shift, standards),
                (None, Some(part)) => part.said(&template),
                (None, None) => continue,
            };
            reasons.push(Reason { lost, words });
        }
        reasons.sort_by(|a, b| b.lost.total_cmp(&a.lost));
        if counts.townships > 0 {
            let template = Template::default().with("bad", counts.townships);
            reasons.push(Reason { lost: 0.0, words: standards.said("township", &template) });
        }
        reasons
    }
}

fn shift_words(shift: &ShiftFound, standards: &Standards) -> TwoTongues {
    let template = Template::default().with("after", shift.after).with("before", shift.before);
    let [zh, en] = shift.shift.names();
    TwoTongues {
        zh: standards.said("shift", &template.clone().with("name", zh)).zh,
        en: standards.said("shift", &template.with("name", en)).en,
    }
}

/// The order of offenders: most faults and repeats first, the like by their names.
pub(super) fn worst_first(a: &Offender, b: &Offender) -> std::cmp::Ordering {
    (b.faults + b.repeats).cmp(&(a.faults + a.repeats)).then(a.device.cmp(&b.device))
}
