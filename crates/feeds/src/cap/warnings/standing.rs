//! How each warning stands at a time, from all that is known. One pass over the messages in the order of their
//! sending; nothing recurses, however long a chain of updates or cancels is.

use super::{Key, Record, WarningRule, Warnings};
use crate::cap::alert::{Alert, Info, Reference};
use crate::cap::words::{MessageStatus, MessageType};
use city::CityTime;

/// How a warning stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WarningState {
    /// It holds now.
    InForce,
    /// It will take effect later.
    NotYetEffective,
    /// It holds now, and all it says now is that the danger is over (解除).
    AllClear,
    /// A newer message replaced it.
    Superseded,
    /// It was ended.
    Cancelled,
    /// Its time is over.
    Expired,
}

impl WarningState {
    /// The key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::InForce => "inForce",
            Self::NotYetEffective => "notYetEffective",
            Self::AllClear => "allClear",
            Self::Superseded => "superseded",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

/// One warning and how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing<'a> {
    /// The warning: an Alert or an Update.
    pub alert: &'a Alert,
    /// How it stands.
    pub state: WarningState,
    /// What replaced or ended it.
    pub by: Option<&'a Alert>,
    /// From when it holds, as its infos say.
    pub from: CityTime,
    /// Until when it holds, as its infos say.
    pub until: CityTime,
    /// True where some info says no end, so that the rule's default stands for it.
    pub is_end_assumed: bool,
    /// True where another message of the same sender, identifier, status and time said something else.
    pub is_contested: bool,
    /// How many messages of other senders would have replaced or ended it, and may not.
    pub refused_acts: u32,
}

impl Warnings {
    /// How every warning stands at `now`. Acts and warnings that are sent later than that do nothing yet, so that a
    /// replay sees the past as it was.
    pub fn standings(&self, now: CityTime) -> Vec<Standing<'_>> {
        self.everything(now).into_iter().filter_map(|(_, standing)| standing).collect()
    }

    /// What holds at `now` and is meant for people: real or exercise, which their status tells.
    pub fn in_force(&self, now: CityTime) -> Vec<Standing<'_>> {
        let mut standings = self.standings(now);
        standings.retain(|standing| {
            standing.state == WarningState::InForce
                && matches!(standing.alert.status, MessageStatus::Actual | MessageStatus::Exercise)
        });
        standings
    }

    /// The next instant after `now` at which something may stand otherwise, if nothing more arrives.
    pub fn next_change_after(&self, now: CityTime) -> Option<CityTime> {
        let instants = |record: &Record| {
            let spans: Vec<_> =
                spans(&record.alert, &self.rule).iter().flat_map(|s| [s.from, s.to]).collect();
            spans.into_iter().chain([record.alert.sent])
        };
        self.records.values().flat_map(instants).filter(|at| *at > now).min()
    }

    /// Every record in the order of its key, with its standing where it is a warning that is not forgotten.
    pub(super) fn everything(&self, now: CityTime) -> Vec<(&Key, Option<Standing<'_>>)> {
        let all: Vec<(&Key, &Record)> = self.records.iter().collect();
        let acts = Acts::of(&all, &self.rule, now);
        let each =
            |(n, (key, record)): (usize, (_, _))| (key, standing(n, record, &all, &acts, &self.rule, now));
        all.iter().copied().enumerate().map(each).collect()
    }
}

fn standing<'a>(
    n: usize,
    record: &'a Record,
    all: &[(&'a Key, &'a Record)],
    acts: &Acts,
    rule: &WarningRule,
    now: CityTime,
) -> Option<Standing<'a>> {
    let alert = &record.alert;
    if alert.message_type == MessageType::Cancel || record.forgotten.is_some() {
        return None;
    }
    let by_cancel = acts.cancelled_by.get(n).copied().flatten();
    let by_update = acts.replaced_by.get(n).copied().flatten();
    let spans = spans(alert, rule);
    let state = match (by_cancel, by_update) {
        (Some(_), _) => WarningState::Cancelled,
        (None, Some(_)) => WarningState::Superseded,
        (None, None) => state(&spans, alert.sent, now),
    };
    Some(Standing {
        alert,
        state,
        by: by_cancel.or(by_update).and_then(|by| all.get(by)).map(|(_, record)| &record.alert),
        from: spans.iter().map(|span| span.from).min().unwrap_or(alert.sent),
        until: spans.iter().map(|span| span.to).max().unwrap_or(alert.sent),
        is_end_assumed: spans.iter().any(|span| span.is_end_assumed),
        is_contested: record.is_contested,
        refused_acts: acts.refused.get(n).copied().unwrap_or(0),
    })
}

/// When one info holds.
struct Span {
    from: CityTime,
    to: CityTime,
    is_end_assumed: bool,
    is_all_clear: bool,
}

fn spans(alert: &Alert, rule: &WarningRule) -> Vec<Span> {
    let span = |info: Option<&Info>| {
        let from = info.and_then(|info| info.effective).unwrap_or(alert.sent);
        let expires = info.and_then(|info| info.expires);
        Span {
            from,
            to: expires.unwrap_or_else(|| from.plus_ms(rule.default_validity_s.saturating_mul(1000))),
            is_end_assumed: expires.is_none(),
            is_all_clear: info.is_some_and(Info::is_all_clear),
        }
    };
    if alert.infos.is_empty() {
        vec![span(None)]
    } else {
        alert.infos.iter().map(|i| span(Some(i))).collect()
    }
}

/// By its infos alone: it holds while one of them does, and none does before it is sent.
fn state(spans: &[Span], sent: CityTime, now: CityTime) -> WarningState {
    let holds = |span: &&Span| sent <= now && span.from <= now && now < span.to;
    if spans.iter().any(|span| holds(&span)) {
        let is_all_clear = spans.iter().filter(holds).all(|span| span.is_all_clear);
        return if is_all_clear { WarningState::AllClear } else { WarningState::InForce };
    }
    let comes = |span: &Span| now < span.to && (now < span.from || now < sent);
    if spans.iter().any(comes) { WarningState::NotYetEffective } else { WarningState::Expired }
}

/// What the messages do to one another; all vectors are by the place of a record in the order of keys.
struct Acts {
    replaced_by: Vec<Option<usize>>,
    cancelled_by: Vec<Option<usize>>,
    refused: Vec<u32>,
}

impl Acts {
    fn of(all: &[(&Key, &Record)], rule: &WarningRule, now: CityTime) -> Self {
        let mut acts = Self {
            replaced_by: vec![None; all.len()],
            cancelled_by: vec![None; all.len()],
            refused: vec![0; all.len()],
        };
        let mut sent: Vec<usize> = Vec::with_capacity(all.len());
        sent.extend(all.iter().enumerate().filter(|(_, (_, r))| r.alert.sent <= now).map(|(n, _)| n));
        // Latest first: whether a Cancel still counts is known before what it ends is asked for.
        sent.sort_unstable_by_key(|n| std::cmp::Reverse(all.get(*n).map(|(key, r)| order(key, r))));
        for actor in sent {
            let Some((key, record)) = all.get(actor) else { continue };
            let is_cancel = record.alert.message_type == MessageType::Cancel;
            if is_cancel && acts.cancelled_by.get(actor).copied().flatten().is_some() {
                continue;
            }
            if let Some(earlier) = earlier_self(all, actor) {
                acts.act(actor, earlier, is_cancel, all, true);
            }
            if record.alert.message_type == MessageType::Alert {
                continue;
            }
            for reference in &record.alert.references {
                let Some(target) = target(all, key, record, reference) else { continue };
                if may_act(&record.alert.sender, &reference.sender, rule) {
                    acts.act(actor, target, is_cancel, all, false);
                } else if let Some(count) = acts.refused.get_mut(target) {
                    *count = count.saturating_add(1);
                }
            }
        }
        acts
    }

    /// A Cancel sent again under its own identifier does not undo itself.
    fn act(&mut self, by: usize, on: usize, is_cancel: bool, all: &[(&Key, &Record)], is_own: bool) {
        let on_cancel = all.get(on).is_some_and(|(_, r)| r.alert.message_type == MessageType::Cancel);
        let acts = if is_cancel { &mut self.cancelled_by } else { &mut self.replaced_by };
        // The earliest act counts, since it ended the warning; the latest come first here.
        if let Some(place) = acts.get_mut(on).filter(|_| !(on_cancel && is_own)) {
            *place = Some(by);
        }
    }
}

/// Messages in the order of their sending; of one second, an Update comes after the Alert and a Cancel last.
fn order<'a>(key: &'a Key, record: &Record) -> (CityTime, u8, &'a str, &'a str) {
    let rank = match record.alert.message_type {
        MessageType::Alert | MessageType::Ack | MessageType::Error => 0,
        MessageType::Update => 1,
        MessageType::Cancel => 2,
    };
    (key.3, rank, &key.1, &key.0)
}

/// The message before this one of the same sender, identifier and status.
fn earlier_self(all: &[(&Key, &Record)], actor: usize) -> Option<usize> {
    let before = actor.checked_sub(1)?;
    let ((own, _), (other, _)) = (all.get(actor)?, all.get(before)?);
    ((&own.0, &own.1, own.2) == (&other.0, &other.1, other.2)).then_some(before)
}

/// The message that a reference means: of the actor's status, and earlier than the actor.
fn target(all: &[(&Key, &Record)], own: &Key, actor: &Record, reference: &Reference) -> Option<usize> {
    let name = (reference.sender.as_str(), reference.identifier.as_str(), own.2);
    let named = |key: &Key| (key.0.as_str(), key.1.as_str(), key.2) == name;
    let is_earlier = |n: usize| {
        all.get(n).is_some_and(|(key, record)| named(key) && order(key, record) < order(own, actor))
    };
    let until = |at: CityTime| {
        all.partition_point(|(key, _)| {
            (key.0.as_str(), key.1.as_str(), key.2, key.3) <= (name.0, name.1, name.2, at)
        })
    };
    // The very message, to the second, as references write it.
    if let Some(sent) = reference.sent {
        let last = until(CityTime(sent.0.div_euclid(1000).saturating_mul(1000).saturating_add(999)));
        let exact = last.checked_sub(1).filter(|n| {
            all.get(*n).is_some_and(|(key, _)| key.3.0.div_euclid(1000) == sent.0.div_euclid(1000))
        });
        if let Some(exact) = exact.filter(|n| is_earlier(*n)) {
            return Some(exact);
        }
    }
    let newest = until(own.3).checked_sub(1)?;
    // One of the very second of the actor may not be earlier; the one before it is.
    [Some(newest), newest.checked_sub(1)].into_iter().flatten().find(|n| is_earlier(*n))
}

fn may_act(actor: &str, owner: &str, rule: &WarningRule) -> bool {
    actor == owner || rule.acts_for.iter().any(|(who, whom)| who == actor && whom == owner)
}
