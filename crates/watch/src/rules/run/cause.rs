//! Why a storm of warnings probably arose: what most of them have in common and few others have.
//!
//! For each gateway, source, township and district two shares are taken: how many of the warnings have it, and how many
//! of its devices of the same classes warn. Their harmonic mean is high only when both are, so a gateway of which every
//! device fell silent wins over the district it stands in, where most devices still speak. What nearly all devices of these
//! classes have anyway, such as the one source they come from, is no cause as long as most of them do not warn.

use crate::rules::Rule;
use city::{DistrictCode, TownshipCode};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Warnings of a storm must share a cause at least this much for it to be named.
pub const CAUSE_SHARE: f64 = 0.6;

/// The likely cause of a grouped warning, and how it was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// What it is.
    pub kind: CauseKind,
    /// How many of the warnings share it, from 0 to 1.
    pub share: f64,
    /// How many of the devices that have it warn, from 0 to 1; 1 where the question has no sense.
    pub reach: f64,
    /// True when the members are silences: data are missing, and nothing is known to have happened.
    pub data_failure: bool,
}

/// What a cause is.
#[derive(Clone, Debug, PartialEq)]
pub enum CauseKind {
    /// One gateway.
    Gateway(u16),
    /// One source.
    Source(u16),
    /// One township or street.
    Township(TownshipCode),
    /// One district or county.
    District(DistrictCode),
    /// A rule that was loaded anew shortly before.
    Reload(Arc<str>),
    /// A rule that explains them was up in the same district.
    Driver(Arc<Rule>),
    /// Nothing that enough of them share.
    Unknown,
}

/// Something a device has in common with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Trait {
    Gateway(u16),
    Source(u16),
    Township(u32),
    District(u32),
    /// A rule that was loaded anew, or that drives this one, by its place in the set.
    Reload(u32),
    Driver(u32),
}

impl Trait {
    /// The same under other places of the rules; `None` for a rule that is gone.
    pub fn renumbered(self, new_place: impl Fn(u32) -> Option<u32>) -> Option<Self> {
        match self {
            Self::Reload(rule) => new_place(rule).map(Self::Reload),
            Self::Driver(rule) => new_place(rule).map(Self::Driver),
            other => Some(other),
        }
    }
}

/// The traits of what a warning is about.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Traits {
    pub of: Vec<Trait>,
    /// The class of the device, by its number; `None` for what is not about a device.
    pub class: Option<u16>,
}

/// A trait that the warnings have little more often than all devices of their classes says nothing of them.
const MORE_THAN_ALL: f64 = 1.2;
/// … unless so much of it warns, from 0 to 1.
const MOST_OF_IT: f64 = 0.5;

/// How many devices of each class have each trait.
#[derive(Clone, Debug, Default)]
pub(super) struct Population {
    having: HashMap<(Trait, u16), u32>,
    of_class: HashMap<u16, u32>,
}

impl Population {
    pub fn add(&mut self, found: Trait, class: u16) {
        *self.having.entry((found, class)).or_default() += 1;
        // Every device has one source.
        if let Trait::Source(_) = found {
            *self.of_class.entry(class).or_default() += 1;
        }
    }

    pub fn remove(&mut self, found: Trait, class: u16) {
        let all = self.of_class.get_mut(&class).filter(|_| matches!(found, Trait::Source(_)));
        for count in self.having.get_mut(&(found, class)).into_iter().chain(all) {
            *count = count.saturating_sub(1);
        }
    }
}

/// What is counted of a storm's members.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Tally {
    pub members: u32,
    pub silences: u32,
    pub traits: BTreeMap<Trait, u32>,
    pub classes: BTreeMap<u16, u32>,
}

impl Tally {
    pub fn add(&mut self, traits: &Traits, silence: bool) {
        self.members += 1;
        self.silences += u32::from(silence);
        for found in &traits.of {
            *self.traits.entry(*found).or_default() += 1;
        }
        if let Some(class) = traits.class {
            *self.classes.entry(class).or_default() += 1;
        }
    }

    /// The likely cause. A rule loaded anew comes before all; for readings a rule that explains them comes next.
    pub fn cause(&self, population: &Population, rules: &[Arc<Rule>]) -> Cause {
        let share = |count: u32| f64::from(count) / f64::from(self.members.max(1));
        let data_failure = share(self.silences) >= CAUSE_SHARE;
        let says = |kind, count, reach| Cause { kind, share: share(count), reach, data_failure };
        let rule = |n: u32| rules.get(n as usize);
        let most = |wanted: fn(&Trait) -> Option<u32>| {
            let counts = self.traits.iter().filter_map(|(found, count)| Some((*count, wanted(found)?)));
            counts.max_by_key(|(count, n)| (*count, std::cmp::Reverse(*n)))
        };
        let reloaded = most(|t| if let Trait::Reload(n) = t { Some(*n) } else { None });
        if let Some((count, n)) = reloaded.filter(|(count, _)| share(*count) >= CAUSE_SHARE)
            && let Some(rule) = rule(n)
        {
            return says(CauseKind::Reload(rule.id.clone()), count, 1.0);
        }
        let driver = most(|t| if let Trait::Driver(n) = t { Some(*n) } else { None });
        if let Some((count, n)) = driver.filter(|(count, _)| share(*count) >= CAUSE_SHARE && !data_failure)
            && let Some(rule) = rule(n)
        {
            return says(CauseKind::Driver(rule.clone()), count, 1.0);
        }
        let of_classes: u32 = self.classes.keys().filter_map(|class| population.of_class.get(class)).sum();
        let mut best: Option<(f64, u8, Trait, u32, f64)> = None;
        for (found, count) in &self.traits {
            let Some(order) = order(*found, data_failure) else { continue };
            let all: u32 =
                self.classes.keys().filter_map(|class| population.having.get(&(*found, *class))).sum();
            let (precision, reach) = (share(*count), f64::from(*count) / f64::from(all.max(*count)));
            let score = 2.0 * precision * reach / (precision + reach);
            // A little more score does not outweigh what such storms usually come from.
            let better = best
                .is_none_or(|(high, rank, ..)| score > high + 0.01 || score > high - 0.01 && order < rank);
            let usual = f64::from(all) / f64::from(of_classes.max(all).max(1));
            let says_something = precision > MORE_THAN_ALL * usual || reach >= MOST_OF_IT;
            if precision >= CAUSE_SHARE && says_something && better {
                best = Some((score, order, *found, *count, reach));
            }
        }
        match best {
            Some((_, _, Trait::Gateway(n), count, reach)) => says(CauseKind::Gateway(n), count, reach),
            Some((_, _, Trait::Source(n), count, reach)) => says(CauseKind::Source(n), count, reach),
            Some((_, _, Trait::Township(n), count, reach)) => {
                says(CauseKind::Township(TownshipCode(n)), count, reach)
            }
            Some((_, _, Trait::District(n), count, reach)) => {
                says(CauseKind::District(DistrictCode(n)), count, reach)
            }
            _ => says(CauseKind::Unknown, 0, 0.0),
        }
    }
}

/// Which of two equally likely causes is named: silence comes from machines, readings from places.
fn order(found: Trait, data_failure: bool) -> Option<u8> {
    let place = if data_failure { 2 } else { 0 };
    match found {
        Trait::Gateway(_) => Some(2 - place),
        Trait::Source(_) => Some(3 - place),
        Trait::Township(_) => Some(place),
        Trait::District(_) => Some(place + 1),
        Trait::Reload(_) | Trait::Driver(_) => None,
    }
}

impl Cause {
    /// The cause and how it was chosen, as a Chinese sentence.
    pub fn zh(&self) -> String {
        let (share, reach) = (self.share * 100.0, self.reach * 100.0);
        let silent = if self.data_failure { "无数据(数据故障)" } else { "" };
        match &self.kind {
            CauseKind::Gateway(n) => {
                format!("网关 {n} {silent}:{share:.0} % 的预警来自该网关,其设备 {reach:.0} % 预警")
            }
            CauseKind::Source(n) => {
                format!("数据源 {n} {silent}:{share:.0} % 的预警来自该数据源,其设备 {reach:.0} % 预警")
            }
            CauseKind::Township(code) => format!("{share:.0} % 的预警在镇街 {}{silent}", code.0),
            CauseKind::District(code) => format!("{share:.0} % 的预警在区县 {}{silent}", code.0),
            CauseKind::Reload(id) => format!("规则 {id} 刚刚更新:{share:.0} % 的预警来自该规则"),
            CauseKind::Driver(rule) => format!("{}:{share:.0} % 的预警在其发生的区县", rule.zh),
            CauseKind::Unknown => "未找到共同原因".to_owned(),
        }
    }

    /// The cause and how it was chosen, as an English sentence.
    pub fn en(&self) -> String {
        let (share, reach) = (self.share * 100.0, self.reach * 100.0);
        let silent = if self.data_failure { " is silent, a failure of data" } else { "" };
        let both = format!("{share:.0} % of the warnings share it and {reach:.0} % of its devices warn");
        match &self.kind {
            CauseKind::Gateway(n) => format!("Gateway {n}{silent}: {both}"),
            CauseKind::Source(n) => format!("Source {n}{silent}: {both}"),
            CauseKind::Township(code) => format!("Township {}{silent}: {both}", code.0),
            CauseKind::District(code) => format!("District {}{silent}: {both}", code.0),
            CauseKind::Reload(id) => {
                format!("The rule {id} was just loaded: {share:.0} % of the warnings are its own")
            }
            CauseKind::Driver(rule) => {
                format!("{}: {share:.0} % of the warnings are in a district where it is up", rule.en)
            }
            CauseKind::Unknown => "Nothing they have in common sets them apart".to_owned(),
        }
    }
}
