//! Which rules concern a device, and their levels in its unit: found once for all devices that are alike.

use super::state::Pace;
use crate::rules::Unit;
use crate::rules::condition::{Condition, Direction, Fence, OnGap, Shared, Side, Steps};
use crate::rules::rule::Rule;
use city::{CityTime, LonLat};
use std::sync::Arc;

/// What concerns all devices that are alike.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    /// The rules, by their place in the set, ascending.
    pub rules: Vec<u32>,
    /// The unit of the devices' values.
    pub unit: Unit,
    /// The possible values.
    pub possible: (f64, f64),
    /// Between these, exclusive, no value is past any level.
    pub quiet: (f64, f64),
    /// True when a reading can matter whatever its value: its position counts.
    pub fenced: bool,
    /// True when a late reading can matter.
    pub keeps_recent: bool,
    /// True when the position of a late reading can matter.
    pub keeps_track: bool,
    pub levels: Vec<LevelRule>,
    pub rates: Vec<RateWindow>,
    pub silences: Vec<SilenceRule>,
    pub counts: Vec<CountRule>,
    /// Rules left out because their unit and the devices' cannot be turned into one another.
    pub misfits: Vec<u32>,
}

/// A rule with levels or a place: past colour `c` when `sign × value ≥ past[c]`.
#[derive(Clone, Debug)]
pub(super) struct LevelRule {
    pub rule: u32,
    sign: f64,
    past: [f64; 4],
    kept: [f64; 4],
    fence: Option<Arc<Fence>>,
    pub pace: Pace,
}

/// Rules that look at the change over one window; slopes are in the devices' unit a millisecond.
#[derive(Clone, Debug)]
pub(super) struct RateWindow {
    pub over_ms: i64,
    pub fewest: usize,
    /// Between these, exclusive, no slope is past any level.
    pub quiet: (f64, f64),
    pub rules: Vec<RateRule>,
}

#[derive(Clone, Debug)]
pub(super) struct RateRule {
    pub rule: u32,
    direction: Direction,
    past: [f64; 4],
    kept: [f64; 4],
    pub pace: Pace,
}

#[derive(Clone, Debug)]
pub(super) struct SilenceRule {
    pub rule: u32,
    /// How long each colour needs; `i64::MAX` for a colour not used. With `shared`, the first is how long counts.
    pub after: [i64; 4],
    pub shared: Option<Shared>,
}

#[derive(Clone, Debug)]
pub(super) struct CountRule {
    pub rule: u32,
    pub at_least: f64,
    pub at_most: f64,
}

impl Profile {
    /// The profile of devices that the rules at `rules` concern.
    pub fn new(rules: &[u32], all: &[Arc<Rule>], unit: Unit, possible: (f64, f64)) -> Self {
        let mut profile = Profile {
            rules: Vec::new(),
            unit,
            possible,
            quiet: (f64::NEG_INFINITY, f64::INFINITY),
            fenced: false,
            keeps_recent: false,
            keeps_track: false,
            levels: Vec::new(),
            rates: Vec::new(),
            silences: Vec::new(),
            counts: Vec::new(),
            misfits: Vec::new(),
        };
        for &at in rules {
            let fits = all[at as usize].logic.unit.is_none_or(|own| own.fits(unit));
            if fits {
                profile.add(at, &all[at as usize]);
                profile.rules.push(at);
            } else {
                profile.misfits.push(at);
            }
        }
        profile
    }

    fn add(&mut self, at: u32, rule: &Rule) {
        let from = rule.logic.unit.unwrap_or(self.unit);
        let unit = self.unit;
        let here = |level: f64| from.convert(level, unit).unwrap_or(f64::NAN);
        let pace = Pace::of(rule.logic.condition.steps());
        match &rule.logic.condition {
            Condition::Value { side, strict, fence, steps } => {
                let level = LevelRule::value(at, *side, *strict, fence, steps, here, pace);
                let first = level.past.iter().copied().fold(f64::INFINITY, f64::min);
                match side {
                    Side::Above => self.quiet.1 = self.quiet.1.min(first),
                    Side::Below => self.quiet.0 = self.quiet.0.max(-first),
                }
                self.keep(fence, steps);
                self.levels.push(level);
            }
            Condition::Place { fence, steps } => {
                let fence = (*fence != Fence::default()).then(|| Arc::new(fence.clone()));
                let past = steps.levels.map(|s| if s.is_some() { f64::NEG_INFINITY } else { f64::INFINITY });
                let kept = [f64::INFINITY; 4];
                self.levels.push(LevelRule { rule: at, sign: 1.0, past, kept, fence, pace });
                self.fenced = true;
                (self.keeps_recent, self.keeps_track) = (true, true);
            }
            Condition::Rate { direction, per_ms, over_ms, points, steps } => {
                let slope =
                    |level: f64| from.convert_difference(level, unit).unwrap_or(f64::NAN) / *per_ms as f64;
                let past = steps.levels.map(|s| s.map_or(f64::INFINITY, |s| slope(s.level)));
                let kept = steps.levels.map(|s| s.map_or(f64::INFINITY, |s| slope(s.level - steps.margin)));
                let rate = RateRule { rule: at, direction: *direction, past, kept, pace };
                self.add_rate(rate, *over_ms, *points as usize);
            }
            Condition::Silence { of, steps } => {
                let after = match of {
                    Some(of) => [of.silent_ms, i64::MAX, i64::MAX, i64::MAX],
                    None => steps.levels.map(|s| s.map_or(i64::MAX, |s| s.hold_ms)),
                };
                self.silences.push(SilenceRule { rule: at, after, shared: of.map(|of| of.by) });
            }
            Condition::Count { at_least, at_most, .. } => {
                let limit = |value: f64| if value.is_finite() { here(value) } else { value };
                let (at_least, at_most) = (limit(*at_least), limit(*at_most));
                self.counts.push(CountRule { rule: at, at_least, at_most });
            }
            Condition::Together { .. } => {}
        }
    }

    fn keep(&mut self, fence: &Fence, steps: &Steps) {
        let late_matters = steps.used().any(|(_, step)| step.hold_ms > 0)
            || steps.clear_after_ms > 0
            || matches!(steps.on_gap, OnGap::Suspend { .. });
        self.keeps_recent |= late_matters;
        self.keeps_track |= late_matters && fence.asks_where();
    }

    fn add_rate(&mut self, rate: RateRule, over_ms: i64, fewest: usize) {
        let first = rate.past.iter().copied().fold(f64::INFINITY, f64::min);
        let same = |w: &RateWindow| w.over_ms == over_ms && w.fewest == fewest;
        let place = self.rates.iter().position(same).unwrap_or_else(|| {
            let quiet = (f64::NEG_INFINITY, f64::INFINITY);
            self.rates.push(RateWindow { over_ms, fewest, quiet, rules: Vec::new() });
            self.rates.len() - 1
        });
        let window = &mut self.rates[place];
        if rate.direction != Direction::Falling {
            window.quiet.1 = window.quiet.1.min(first);
        }
        if rate.direction != Direction::Rising {
            window.quiet.0 = window.quiet.0.max(-first);
        }
        window.rules.push(rate);
    }

    /// The shortest silence that any rule minds and that is longer than `silent`, milliseconds.
    pub fn next_silence(&self, silent: i64) -> Option<i64> {
        let times = self.silences.iter().flat_map(|rule| rule.after);
        times.filter(|after| *after > silent && *after < i64::MAX).min()
    }
}

impl LevelRule {
    fn value(
        rule: u32,
        side: Side,
        strict: bool,
        fence: &Fence,
        steps: &Steps,
        here: impl Fn(f64) -> f64,
        pace: Pace,
    ) -> Self {
        let sign = if side == Side::Above { 1.0 } else { -1.0 };
        let past = |level: f64| if strict { (sign * here(level)).next_up() } else { sign * here(level) };
        // A value at the clear level is back, whatever the last bit of the difference says.
        let nearly = |level: f64| (level.abs() + steps.margin) * 1e-12;
        let kept = |level: f64| sign * here(level - sign * (steps.margin - nearly(level)));
        Self {
            rule,
            sign,
            past: steps.levels.map(|step| step.map_or(f64::INFINITY, |step| past(step.level))),
            kept: steps.levels.map(|step| step.map_or(f64::INFINITY, |step| kept(step.level))),
            fence: (*fence != Fence::default()).then(|| Arc::new(fence.clone())),
            pace,
        }
    }

    /// The bits of the colours whose level the value is past, and of those it is not yet back from. The value is asked
    /// for its position only where that counts.
    pub fn masks(&self, at: i64, value: f64, spot: impl Fn() -> LonLat) -> (u8, u8) {
        let value = self.sign * value;
        let (mut past, mut kept) = (0, 0);
        for colour in 0..4 {
            past |= u8::from(value >= self.past[colour]) << colour;
            kept |= u8::from(value > self.kept[colour]) << colour;
        }
        kept |= past;
        match &self.fence {
            Some(fence) if kept != 0 && !counts(fence, at, spot) => (0, 0),
            _ => (past, kept),
        }
    }
}

fn counts(fence: &Fence, at: i64, spot: impl Fn() -> LonLat) -> bool {
    if !fence.hours.is_none_or(|hours| hours.contains(CityTime(at))) {
        return false;
    }
    if !fence.asks_where() {
        return true;
    }
    let spot = spot();
    (fence.inside.is_empty() || fence.inside.iter().any(|shape| shape.contains(spot)))
        && !fence.outside.iter().any(|shape| shape.contains(spot))
}

impl RateRule {
    /// As [`LevelRule::masks`], for a slope; without one nothing is past and what is active stays.
    pub fn masks(&self, slope: Option<f64>) -> (u8, u8) {
        let Some(slope) = slope else { return (0, 0xF) };
        let rate = match self.direction {
            Direction::Rising => slope,
            Direction::Falling => -slope,
            Direction::Changing => slope.abs(),
        };
        let (mut past, mut kept) = (0, 0);
        for colour in 0..4 {
            past |= u8::from(rate >= self.past[colour]) << colour;
            kept |= u8::from(rate > self.kept[colour]) << colour;
        }
        (past, kept | past)
    }
}

/// The unit and the possible values of a device: those of its quantity, else those of the unit it declares.
pub(super) fn quantity_of(
    info: &crate::rules::DeviceInfo,
    declared: &[crate::rules::Quantity],
    rules_unit: Option<Unit>,
) -> (Unit, (f64, f64)) {
    let quantity = crate::rules::rule::quantity(declared, &info.class, info.property.as_deref());
    let usual = quantity.as_ref().map(|q| q.unit).or(rules_unit);
    let unit = info.unit.or(usual).unwrap_or_default();
    let bounds = quantity.as_ref().and_then(|q| {
        let (min, max) = (q.unit.convert(q.min, unit)?, q.unit.convert(q.max, unit)?);
        Some((min, max))
    });
    (unit, bounds.unwrap_or_else(|| unit.possible()))
}
