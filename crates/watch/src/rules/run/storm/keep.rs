//! What storms remember, and how other storms take it up.

use super::{Fresh, Gathering, Storms};
use crate::rules::rule::{StormLimit, rank};
use crate::rules::run::cause::{Tally, Traits};
use crate::rules::run::memory::WarningKept;
use crate::rules::run::recall::Places;
use crate::rules::run::shared_text;
use crate::rules::{Raise, Rule, Warning};
use city::{CityTime, DistrictCode, WarningColour};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

/// What all storms remember.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::rules::run) struct StormsKept {
    keys: Vec<KeyKept>,
    groups: Vec<GroupKept>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeyKept {
    name: String,
    fresh: Vec<(i64, WarningKept, Traits, bool)>,
    #[serde(with = "shared_text::option")]
    open: Option<Arc<str>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct GroupKept {
    #[serde(with = "shared_text")]
    id: Arc<str>,
    key: String,
    count: u32,
    worst: u8,
    first: i64,
    last: i64,
    rules: Vec<(String, u32)>,
    districts: Vec<(DistrictCode, u32)>,
    bounds: Option<[f64; 4]>,
    raises: Raise,
    members: Vec<String>,
    tally: Tally,
    sum: (f64, f64, u32),
    last_ms: i64,
    limit: StormLimit,
    joined: VecDeque<i64>,
    asked: Raise,
}

impl StormsKept {
    /// The groups that raise nothing, of which therefore nobody heard.
    pub fn silent(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().filter(|group| group.raises == Raise::Nothing).map(|group| &*group.id)
    }
}

impl GroupKept {
    fn of(gathering: &Gathering) -> Self {
        let group = &gathering.group;
        let mut members: Vec<String> = gathering.members.iter().map(|id| id.to_string()).collect();
        members.sort_unstable();
        Self {
            id: group.id.clone(),
            key: group.key.to_string(),
            count: group.count,
            worst: rank(gathering.worst()) as u8,
            first: group.first.0,
            last: group.last.0,
            rules: group.rules.iter().map(|(id, n)| (id.to_string(), *n)).collect(),
            districts: group.districts.iter().map(|(code, n)| (*code, *n)).collect(),
            bounds: group.bounds,
            raises: group.raises,
            members,
            tally: gathering.tally.clone(),
            sum: gathering.sum,
            last_ms: gathering.last_ms,
            limit: gathering.limit,
            joined: gathering.joined.clone(),
            asked: gathering.asked,
        }
    }

    /// The group again; `any` is one of its members that are up.
    fn gathering(&self, any: &Warning, places: &Places) -> Gathering {
        let mut gathering = Gathering::new(self.id.clone(), any);
        let group = &mut gathering.group;
        (group.key, group.count) = (self.key.as_str().into(), self.count);
        group.worst = WarningColour::ALL.get(usize::from(self.worst)).copied().unwrap_or(group.worst);
        (group.first, group.last) = (CityTime(self.first), CityTime(self.last));
        group.rules = self.rules.iter().map(|(id, n)| (id.as_str().into(), *n)).collect();
        group.districts = self.districts.iter().copied().collect();
        (group.bounds, group.raises) = (self.bounds, self.raises);
        gathering.members = self.members.iter().map(|id| id.as_str().into()).collect();
        let Tally { members, silences, traits, classes } = self.tally.clone();
        let renumbered = |(found, n): (super::super::cause::Trait, u32)| {
            Some((found.renumbered(|rule| places.rule(rule))?, n))
        };
        let traits = traits.into_iter().filter_map(renumbered).collect();
        let classes = classes.into_iter().filter_map(|(class, n)| Some((places.class(class)?, n))).collect();
        gathering.tally = Tally { members, silences, traits, classes };
        (gathering.sum, gathering.last_ms, gathering.limit) = (self.sum, self.last_ms, self.limit);
        (gathering.joined, gathering.asked, gathering.touched) = (self.joined.clone(), self.asked, false);
        gathering
    }
}

impl Storms {
    /// What is remembered; `places` are those of the rules.
    pub fn kept(&self, places: &HashMap<Arc<str>, u32>) -> StormsKept {
        let fresh = |fresh: &Fresh| {
            let warning = WarningKept::of(&fresh.warning, places)?;
            Some((fresh.at, warning, fresh.traits.clone(), fresh.up))
        };
        let key = |(name, key): (&Arc<str>, &super::Key)| KeyKept {
            name: name.to_string(),
            fresh: key.fresh.iter().filter_map(fresh).collect(),
            open: key.open.clone(),
        };
        StormsKept {
            keys: self.keys.iter().map(key).collect(),
            groups: self.groups.values().map(GroupKept::of).collect(),
        }
    }

    /// Takes up what storms remembered, with the warnings that are still `up`.
    pub fn recall(
        &mut self,
        kept: &StormsKept,
        places: &Places,
        up: &BTreeMap<Arc<str>, Arc<Warning>>,
        remembers: impl Fn(&WarningKept) -> Option<Arc<Warning>>,
        rules: &[Arc<Rule>],
    ) {
        let mut members: HashMap<&Arc<str>, Vec<&Arc<Warning>>> = HashMap::new();
        for warning in up.values() {
            if let Some(group) = &warning.group {
                members.entry(group).or_default().push(warning);
            }
        }
        for old in &kept.groups {
            let Some(up) = members.get(&old.id) else { continue };
            let mut gathering = old.gathering(up[0], places);
            for warning in up {
                gathering.by_colour[rank(warning.colour)] += 1;
            }
            gathering.group.cause = gathering.tally.cause(&self.population, rules);
            self.groups.insert(old.id.clone(), gathering);
        }
        for old in &kept.keys {
            let key = self.keys.entry(old.name.as_str().into()).or_default();
            key.open = old.open.clone().filter(|id| self.groups.contains_key(id));
            for (at, warning, traits, was_up) in &old.fresh {
                let Some(known) = remembers(warning) else { continue };
                let of = traits.of.iter().filter_map(|found| found.renumbered(|rule| places.rule(rule)));
                let traits = Traits { of: of.collect(), class: traits.class.and_then(|n| places.class(n)) };
                let (at, up) = (*at, *was_up && up.contains_key(&known.id));
                key.fresh.push_back(Fresh { at, warning: known, traits, up });
            }
        }
    }
}
