//! Many warnings at once become one grouped warning. Nothing is lost: each stays a member, with its own colour and end.

mod keep;

pub(super) use keep::StormsKept;

use super::cause::{Cause, Population, Tally, Traits};
use crate::rules::rule::{StormLimit, rank};
use crate::rules::{Change, Condition, Raise, Rule, Warning, What};
use city::{CityTime, DistrictCode, Jurisdiction, LonLat, WarningColour};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

/// A grouped warning that nobody joined for this long takes no more members, milliseconds: what comes later is new.
const GROUP_OPEN_MS: i64 = 600_000;
/// A storm is over, and its group takes no more members, when fewer than its limit joined within this many times the
/// limit's time. It ends at a third of the rate it began at, so that a storm that wavers stays one group, and the few
/// warnings of a calm hour stand alone.
const STORM_EBBS: i64 = 3;

/// Many warnings that became one.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its group's name and the time it began: the same for the same observations.
    pub id: Arc<str>,
    /// What its members have in common by their rules, such as the system.
    pub key: Arc<str>,
    /// How many warnings became part of it.
    pub count: u32,
    /// How many of them are still up.
    pub up: u32,
    /// The gravest colour of those that are up; of the last one when none is.
    pub worst: WarningColour,
    /// When its first member was raised.
    pub first: CityTime,
    /// When its newest member was raised.
    pub last: CityTime,
    /// How many members each rule has.
    pub rules: BTreeMap<Arc<str>, u32>,
    /// How many members each district has.
    pub districts: BTreeMap<DistrictCode, u32>,
    /// West, south, east, north of its members, degrees; `None` when none has a position.
    pub bounds: Option<[f64; 4]>,
    /// The middle of its members.
    pub centroid: Option<LonLat>,
    /// Why it probably arose.
    pub cause: Cause,
    /// The centre it goes to: the district all members lie in, else the city.
    pub centre: Jurisdiction,
    /// What it raises: the gravest its members would; a notice when data are missing.
    pub raises: Raise,
    /// What is to be raised now, where that is graver than what the group raised before.
    pub asks: Option<Raise>,
}

/// A warning that stands alone, for as long as others may make a group with it.
#[derive(Debug)]
struct Fresh {
    at: i64,
    warning: Arc<Warning>,
    traits: Traits,
    up: bool,
}

#[derive(Debug)]
struct Gathering {
    group: Group,
    members: HashSet<Arc<str>>,
    by_colour: [u32; 4],
    tally: Tally,
    sum: (f64, f64, u32),
    last_ms: i64,
    /// When many are many, as the rule says that made it a storm.
    limit: StormLimit,
    /// When the newest members joined, as many as are a storm.
    joined: VecDeque<i64>,
    touched: bool,
    asked: Raise,
}

#[derive(Debug, Default)]
struct Key {
    fresh: VecDeque<Fresh>,
    open: Option<Arc<str>>,
}

/// What a new warning became.
pub(super) enum Sorted {
    /// It stands alone.
    Alone,
    /// It is part of this group; true when the group should be told of at once.
    In(Arc<str>, bool),
    /// It made a group, and these became part of it too.
    Opened(Arc<str>, Vec<Arc<Warning>>),
}

/// All groups, and what may become one.
#[derive(Debug, Default)]
pub(super) struct Storms {
    keys: HashMap<Arc<str>, Key>,
    groups: BTreeMap<Arc<str>, Gathering>,
    pub population: Population,
}

impl Storms {
    /// Sorts a warning that was just raised.
    pub fn sort(&mut self, warning: &Arc<Warning>, traits: Traits, now: i64) -> Sorted {
        let limit = warning.rule.storm;
        let key = self.keys.entry(warning.rule.group.clone()).or_default();
        if let Some(id) = key.open.clone() {
            match self.groups.get_mut(&id).filter(|gathering| gathering.goes_on(now)) {
                Some(gathering) => {
                    let tell = gathering.take(warning, &traits, now, true);
                    return Sorted::In(id, tell);
                }
                None => key.open = None,
            }
        }
        key.fresh.retain(|fresh| {
            now.saturating_sub(fresh.at) <= limit.within_ms && fresh.warning.id != warning.id
        });
        key.fresh.push_back(Fresh { at: now, warning: warning.clone(), traits, up: true });
        if key.fresh.len() <= limit.more_than as usize {
            return Sorted::Alone;
        }
        let first = key.fresh.front().map_or(now, |fresh| fresh.at);
        let id: Arc<str> = format!("storm/{}/{}", warning.rule.group, CityTime(first)).into();
        let mut gathering = Gathering::new(id.clone(), warning);
        let mut members = Vec::new();
        for fresh in key.fresh.drain(..) {
            gathering.take(&fresh.warning, &fresh.traits, fresh.at, fresh.up);
            members.extend(fresh.up.then_some(fresh.warning));
        }
        gathering.last_ms = now;
        key.open = Some(id.clone());
        self.groups.insert(id.clone(), gathering);
        Sorted::Opened(id, members)
    }

    /// The group as it is now, with its cause found anew.
    pub fn group(&mut self, id: &str, rules: &[Arc<Rule>]) -> Option<Arc<Group>> {
        let gathering = self.groups.get_mut(id)?;
        gathering.group.cause = gathering.tally.cause(&self.population, rules);
        gathering.touched = false;
        let mut group = gathering.view();
        if graver(gathering.asked, group.raises) != gathering.asked {
            gathering.asked = group.raises;
            group.asks = Some(group.raises);
        }
        Some(Arc::new(group))
    }

    /// A warning that is up had the colour `from` and now has its own, or ended when `up` is false. True when it is in
    /// a group that should be told of at once, because it became graver.
    pub fn follow(&mut self, warning: &Arc<Warning>, from: WarningColour, up: bool) -> bool {
        let Some(gathering) = warning.group.as_ref().and_then(|id| self.groups.get_mut(id)) else {
            let fresh = self.keys.get_mut(&warning.rule.group).into_iter().flat_map(|key| &mut key.fresh);
            for fresh in fresh.filter(|fresh| fresh.warning.id == warning.id) {
                (fresh.warning, fresh.up) = (warning.clone(), up);
            }
            return false;
        };
        let before = (gathering.worst(), gathering.group.raises);
        let count = &mut gathering.by_colour[rank(from)];
        *count = count.saturating_sub(1);
        gathering.touched = true;
        if !up {
            return false;
        }
        gathering.by_colour[rank(warning.colour)] += 1;
        gathering.group.raises = graver(gathering.group.raises, warning.raises);
        gathering.worst() < before.0 || gathering.group.raises != before.1
    }

    /// Rules have other places now; what they explained is kept under these.
    pub fn renumber(&mut self, new_place: impl Fn(u32) -> Option<u32>) {
        for gathering in self.groups.values_mut() {
            let traits = std::mem::take(&mut gathering.tally.traits);
            gathering.tally.traits = traits
                .into_iter()
                .filter_map(|(found, n)| Some((found.renumbered(&new_place)?, n)))
                .collect();
        }
        for fresh in self.keys.values_mut().flat_map(|key| &mut key.fresh) {
            let of = std::mem::take(&mut fresh.traits.of);
            fresh.traits.of = of.into_iter().filter_map(|found| found.renumbered(&new_place)).collect();
        }
    }

    /// Tells of every group that changed, and ends those of which nothing is up.
    pub fn tick(&mut self, now: i64, rules: &[Arc<Rule>], out: &mut Vec<Change>) {
        let touched: Vec<Arc<str>> =
            self.groups.iter().filter(|(_, g)| g.touched).map(|(id, _)| id.clone()).collect();
        for id in touched {
            let Some(group) = self.group(&id, rules) else { continue };
            let over = group.up == 0;
            let what = if over { What::GroupCleared(group) } else { What::GroupChanged(group) };
            out.push(Change { at: CityTime(now), what });
            if over {
                self.groups.remove(&id);
            }
        }
    }

    /// All groups, in the order of their ids.
    pub fn all(&self) -> impl Iterator<Item = Group> + '_ {
        self.groups.values().map(Gathering::view)
    }
}

impl Gathering {
    fn new(id: Arc<str>, warning: &Warning) -> Self {
        let cause = Tally::default().cause(&Population::default(), &[]);
        let group = Group {
            id,
            key: warning.rule.group.clone(),
            count: 0,
            up: 0,
            worst: warning.colour,
            first: warning.evidence.at,
            last: warning.evidence.at,
            rules: BTreeMap::new(),
            districts: BTreeMap::new(),
            bounds: None,
            centroid: None,
            cause,
            centre: Jurisdiction::City,
            raises: Raise::Nothing,
            asks: None,
        };
        Self {
            group,
            members: HashSet::new(),
            by_colour: [0; 4],
            tally: Tally::default(),
            sum: (0.0, 0.0, 0),
            last_ms: 0,
            limit: warning.rule.storm,
            joined: VecDeque::new(),
            touched: true,
            asked: Raise::Nothing,
        }
    }

    /// True while it is a storm, so that what comes belongs to it.
    fn goes_on(&self, now: i64) -> bool {
        let ebbs_ms = self.limit.within_ms.saturating_mul(STORM_EBBS);
        let many = self.joined.front().filter(|_| self.joined.len() >= self.limit.more_than as usize);
        many.is_some_and(|first| now.saturating_sub(*first) <= ebbs_ms)
            && now.saturating_sub(self.last_ms) <= GROUP_OPEN_MS
    }

    /// Takes a member; true when it doubled the group or made it graver.
    fn take(&mut self, warning: &Warning, traits: &Traits, now: i64, up: bool) -> bool {
        (self.last_ms, self.touched) = (now, true);
        let before = (self.worst(), self.group.raises);
        if up {
            self.by_colour[rank(warning.colour)] += 1;
        }
        if !self.members.insert(warning.id.clone()) {
            return false;
        }
        self.joined.push_back(now);
        if self.joined.len() > self.limit.more_than as usize {
            self.joined.pop_front();
        }
        let silence = matches!(warning.rule.logic.condition, Condition::Silence { .. });
        self.tally.add(traits, silence);
        let group = &mut self.group;
        if group.count == 0 {
            group.first = CityTime(now);
        }
        group.count += 1;
        group.last = CityTime(now);
        *group.rules.entry(warning.rule.id.clone()).or_default() += 1;
        if let Some(place) = warning.place {
            *group.districts.entry(place.district).or_default() += 1;
        }
        if let Some(at) = warning.at {
            let b = group.bounds.unwrap_or([at.lon, at.lat, at.lon, at.lat]);
            group.bounds = Some([b[0].min(at.lon), b[1].min(at.lat), b[2].max(at.lon), b[3].max(at.lat)]);
            self.sum = (self.sum.0 + at.lon, self.sum.1 + at.lat, self.sum.2 + 1);
        }
        group.raises = graver(group.raises, warning.raises);
        let doubled = group.count.is_power_of_two();
        doubled || self.group.raises != before.1 || self.worst() < before.0
    }

    fn worst(&self) -> WarningColour {
        let up = WarningColour::ALL.into_iter().find(|colour| self.by_colour[rank(*colour)] > 0);
        up.unwrap_or(self.group.worst)
    }

    fn view(&self) -> Group {
        let mut group = self.group.clone();
        group.up = self.by_colour.iter().sum();
        group.worst = self.worst();
        let n = f64::from(self.sum.2);
        group.centroid = (self.sum.2 > 0).then(|| LonLat::new(self.sum.0 / n, self.sum.1 / n));
        let placed: u32 = group.districts.values().sum();
        if let (1, Some((code, _))) = (group.districts.len(), group.districts.first_key_value())
            && placed == group.count
        {
            group.centre = Jurisdiction::District(*code);
        }
        if group.cause.data_failure && group.raises != Raise::Nothing {
            group.raises = Raise::Notice;
        }
        group
    }
}

/// The graver of two: an incident of a lower number, then a notice.
fn graver(a: Raise, b: Raise) -> Raise {
    let weight = |raise: Raise| match raise {
        Raise::Incident(level) => u32::from(level.number()),
        Raise::Notice => 5,
        Raise::Nothing => 6,
    };
    if weight(b) < weight(a) { b } else { a }
}
