//! The warnings that are up: raising, colouring, keeping up what flaps, and ending them.

use super::cause::Traits;
use super::shared_text;
use super::state::{NO_COLOUR, State};
use super::storm::{Sorted, Storms};
use crate::rules::condition::Step;
use crate::rules::rule::rank;
use crate::rules::warning::centre;
use crate::rules::{Change, Condition, Ended, Evidence, Raise, Rule, Subject, Warning, What};
use city::{CityTime, LonLat, Place, WarningColour};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Where a rule's warning of one subject has its place on the board.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Seat {
    /// The id of the warning that is up.
    #[serde(with = "shared_text::option")]
    pub up: Option<Arc<str>>,
    flap: Option<Box<Flapping>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Flapping {
    raised: VecDeque<i64>,
    #[serde(with = "shared_text")]
    id: Arc<str>,
    since: CityTime,
    times: u32,
    kept_up: bool,
    calm_since: Option<i64>,
    calm_to: u8,
}

/// What a warning is about, asked for only when something changes.
pub(super) struct About {
    pub subject: Subject,
    pub place: Option<Place>,
    pub at: Option<LonLat>,
    pub traits: Traits,
    /// Value and level, and which rules were up; times are added.
    pub value: f64,
    pub level: f64,
    pub with: Vec<Arc<str>>,
}

impl About {
    /// Where something is, without what was seen.
    pub fn of(subject: Subject, place: Option<Place>, at: Option<LonLat>) -> Self {
        let traits = Traits::default();
        Self { subject, place, at, traits, value: f64::NAN, level: f64::NAN, with: Vec::new() }
    }
}

/// The board.
#[derive(Debug, Default)]
pub(super) struct Board {
    up: BTreeMap<Arc<str>, Arc<Warning>>,
    pub storms: Storms,
    pub out: Vec<Change>,
    pub now: i64,
    /// Why warnings end that are over; while rules are read anew, because their rule changed.
    pub why: Ended,
}

impl Seat {
    /// Whoever heard of the warning that was up no longer holds by it.
    pub fn vacate(&mut self) {
        *self = Self::default();
    }

    /// True when nothing would be lost with it.
    pub fn is_empty(&self, rule: &Rule, at: i64) -> bool {
        let within = rule.logic.flap.map_or(0, |flap| flap.within_ms);
        let remembers = self.flap.as_ref().and_then(|flap| flap.raised.back());
        self.up.is_none() && remembers.is_none_or(|last| at.saturating_sub(*last) > within)
    }
}

impl Board {
    /// Brings the warning of a seat to what the rule's state says at time `at`.
    pub fn settle(
        &mut self,
        seat: &mut Seat,
        rule: &Arc<Rule>,
        rules: &[Arc<Rule>],
        state: &State,
        at: i64,
        about: impl Fn(WarningColour) -> About,
    ) {
        let shown = WarningColour::ALL.get(usize::from(state.active)).copied();
        let wanted = shown.filter(|colour| rule.raise[rank(*colour)] != Raise::Nothing);
        match (seat.up.clone(), wanted) {
            (None, None) => {}
            (None, Some(colour)) => self.raise(seat, rule, rules, state, at, colour, about(colour)),
            (Some(id), wanted) => {
                let Some(warning) = self.up.get(&id) else { return };
                let colour = warning.colour;
                let wanted = match wanted {
                    Some(new) if new < colour => {
                        seat.flap.iter_mut().for_each(|flap| flap.calm_since = None);
                        Some(new)
                    }
                    milder => match self.calm(seat, rule, colour, milder, at) {
                        Some(settled) => settled,
                        None => return,
                    },
                };
                match wanted {
                    None => self.end(seat, self.why),
                    Some(new) if new != colour => {
                        self.recolour(&id, rules, evidence(rule, state, at, new, &about(new)), new);
                    }
                    Some(_) => {}
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments)] // All of it is said once, here.
    fn raise(
        &mut self,
        seat: &mut Seat,
        rule: &Arc<Rule>,
        rules: &[Arc<Rule>],
        state: &State,
        at: i64,
        colour: WarningColour,
        about: About,
    ) {
        let mut id: Arc<str> = format!("{}/{}/{}", rule.id, about.subject, CityTime(state.started)).into();
        let (mut since, mut times, mut flapping) = (CityTime(state.started), 1, false);
        if let Some(limit) = rule.logic.flap {
            let flap = seat.flap.get_or_insert_with(|| Box::new(Flapping::new(id.clone(), since)));
            flap.raised.retain(|raised| at.saturating_sub(*raised) <= limit.within_ms);
            if flap.raised.is_empty() {
                **flap = Flapping::new(id.clone(), since);
            }
            flap.raised.push_back(at);
            flap.times += 1;
            flap.kept_up = flap.raised.len() > limit.raises as usize;
            (id, since, times, flapping) = (flap.id.clone(), flap.since, flap.times, flap.kept_up);
        }
        let level = rule.centre[rank(colour)];
        let mut warning = Warning {
            id: id.clone(),
            centre: centre(level, &about.subject, about.place),
            evidence: evidence(rule, state, at, colour, &about),
            rule: rule.clone(),
            subject: about.subject,
            place: about.place,
            at: about.at,
            colour,
            since,
            raises: rule.raise[rank(colour)],
            times,
            flapping,
            group: None,
        };
        seat.up = Some(id.clone());
        let shared = Arc::new(warning.clone());
        match self.storms.sort(&shared, about.traits, self.now) {
            Sorted::Alone => {
                self.up.insert(id, shared.clone());
                self.say(What::Raised(shared.clone()));
            }
            Sorted::In(group, tell) => {
                warning.group = Some(group.clone());
                let warning = Arc::new(warning);
                self.up.insert(id, warning.clone());
                self.say(What::Joined(warning, group.clone()));
                if tell {
                    self.tell_group(&group, rules, What::GroupChanged);
                }
            }
            Sorted::Opened(group, members) => {
                self.up.insert(id, shared.clone());
                self.tell_group(&group, rules, What::Grouped);
                for member in members {
                    let Some(up) = self.up.get_mut(&member.id) else { continue };
                    Arc::make_mut(up).group = Some(group.clone());
                    let up = up.clone();
                    self.say(What::Joined(up, group.clone()));
                }
            }
        }
        if flapping && let Some(warning) = seat.up.as_ref().and_then(|id| self.up.get(id)) {
            self.say(What::Flapping(warning.clone()));
        }
    }

    /// What a warning that would become milder becomes: itself while it flaps and was not calm for long enough.
    fn calm(
        &mut self,
        seat: &mut Seat,
        rule: &Rule,
        colour: WarningColour,
        wanted: Option<WarningColour>,
        at: i64,
    ) -> Option<Option<WarningColour>> {
        let (Some(flap), Some(limit)) = (seat.flap.as_mut().filter(|f| f.kept_up), rule.logic.flap) else {
            return Some(wanted);
        };
        let wanted = wanted.map_or(NO_COLOUR, |colour| rank(colour) as u8);
        if usize::from(wanted) == rank(colour) {
            flap.calm_since = None;
            return None;
        }
        if flap.calm_since.is_none() {
            flap.calm_to = NO_COLOUR;
        }
        flap.calm_to = flap.calm_to.min(wanted);
        if at.saturating_sub(*flap.calm_since.get_or_insert(at)) < limit.calm_ms {
            return None;
        }
        let settled = WarningColour::ALL.get(usize::from(flap.calm_to)).copied();
        seat.flap = None;
        if let Some(up) = seat.up.as_ref().and_then(|id| self.up.get_mut(id)) {
            Arc::make_mut(up).flapping = false;
        }
        Some(settled)
    }

    fn recolour(&mut self, id: &str, rules: &[Arc<Rule>], evidence: Evidence, colour: WarningColour) {
        let Some(up) = self.up.get_mut(id) else { return };
        let from = up.colour;
        let warning = Arc::make_mut(up);
        warning.colour = colour;
        warning.evidence = evidence;
        warning.raises = warning.rule.raise[rank(colour)];
        warning.centre = centre(warning.rule.centre[rank(colour)], &warning.subject, warning.place);
        let warning = up.clone();
        let tell = self.storms.follow(&warning, from, true);
        self.say(What::Recoloured(warning.clone(), from));
        if let (true, Some(group)) = (tell, &warning.group) {
            self.tell_group(group, rules, What::GroupChanged);
        }
    }

    /// Ends the warning of a seat, if one is up.
    pub fn end(&mut self, seat: &mut Seat, why: Ended) {
        if why != Ended::Over {
            seat.flap = None;
        }
        let Some(warning) = seat.up.take().and_then(|id| self.up.remove(&id)) else { return };
        self.storms.follow(&warning, warning.colour, false);
        self.say(What::Cleared(warning, why));
    }

    /// A rule was read anew with the same logic: its warning shows the new words, colour and centre stay.
    pub fn reword(&mut self, seat: &Seat, rule: &Arc<Rule>) {
        let Some(up) = seat.up.as_ref().and_then(|id| self.up.get_mut(id)) else { return };
        let warning = Arc::make_mut(up);
        warning.rule = rule.clone();
        warning.raises = rule.raise[rank(warning.colour)];
        warning.centre = centre(rule.centre[rank(warning.colour)], &warning.subject, warning.place);
    }

    fn tell_group(&mut self, id: &str, rules: &[Arc<Rule>], what: fn(Arc<crate::rules::Group>) -> What) {
        if let Some(group) = self.storms.group(id, rules) {
            self.say(what(group));
        }
    }

    fn say(&mut self, what: What) {
        self.out.push(Change { at: CityTime(self.now), what });
    }

    /// Puts up a warning that was up before.
    pub fn put_up(&mut self, warning: Arc<Warning>) {
        self.up.insert(warning.id.clone(), warning);
    }

    /// The warnings that are up, in the order of their ids.
    pub fn warnings(&self) -> impl Iterator<Item = &Arc<Warning>> {
        self.up.values()
    }

    pub fn warning(&self, id: &str) -> Option<&Arc<Warning>> {
        self.up.get(id)
    }
}

impl Flapping {
    fn new(id: Arc<str>, since: CityTime) -> Self {
        let raised = VecDeque::new();
        Self { raised, id, since, times: 0, kept_up: false, calm_since: None, calm_to: NO_COLOUR }
    }
}

fn evidence(rule: &Rule, state: &State, at: i64, colour: WarningColour, about: &About) -> Evidence {
    let steps: &[Option<Step>; 4] = &rule.logic.condition.steps().levels;
    let level = if about.level.is_nan() { steps[rank(colour)].map_or(0.0, |s| s.level) } else { about.level };
    Evidence {
        value: about.value,
        level,
        unit: rule.logic.unit.filter(|_| !matches!(rule.logic.condition, Condition::Count { .. })),
        at: CityTime(at),
        since: CityTime(state.held_since.min(at)),
        with: about.with.clone(),
    }
}
