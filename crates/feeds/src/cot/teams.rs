//! The newest event of everything that teams tell of; what is stale stays, with its age, for a stated time.
//!
//! An older event never overwrites a newer one. Senders whose clock is off are recognised by when their events come,
//! and then the arrival decides how long an event holds.

use super::event::CotEvent;
use super::meaning::{Meaning, meaning};
use city::CityTime;
use std::collections::HashMap;

/// How the register judges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TeamsRule {
    /// A sender whose time differs from ours by more is off, seconds.
    pub clock_off_s: f64,
    /// For how long a stale event is kept, seconds.
    pub kept_s: f64,
    /// How many are kept; where there is no room, stale ones go first, and then new ones are refused.
    pub most: usize,
}

impl Default for TeamsRule {
    /// Off from five minutes on, kept for an hour, five thousand.
    fn default() -> Self {
        Self { clock_off_s: 300.0, kept_s: 3_600.0, most: 5_000 }
    }
}

/// One person, vehicle, drone, marker or alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The newest event of it.
    pub event: CotEvent,
    /// What its type says.
    pub meaning: Meaning,
    /// When that event came.
    pub arrived: CityTime,
    /// From when on it is stale, by our clock.
    pub stale_at: CityTime,
    /// How far the sender's clock is ahead of ours, milliseconds; `None` where it is right.
    pub clock_ahead_ms: Option<i64>,
    offset_ms: i64,
}

/// Whether an event still holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MemberState {
    /// It holds.
    Fresh,
    /// It held until so many seconds ago.
    Stale {
        /// Seconds.
        since_s: f64,
    },
}

impl Member {
    /// Whether it holds at `now`.
    pub fn state(&self, now: CityTime) -> MemberState {
        let since_s = now.seconds_since(self.stale_at);
        if since_s < 0.0 { MemberState::Fresh } else { MemberState::Stale { since_s } }
    }

    /// Seconds since it was told: by its time, or by its arrival where its clock is off.
    pub fn age_s(&self, now: CityTime) -> f64 {
        let told = if self.clock_ahead_ms.is_some() { self.arrived } else { self.event.time };
        now.seconds_since(told).max(0.0)
    }
}

/// What an event did.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// Nothing was known of this uid.
    New(String),
    /// It is newer than what was known.
    Newer(String),
    /// Nothing: what is known is as new or newer, or was removed since.
    Older,
    /// These uids were removed, or their alarms ended.
    Removed(Vec<String>),
    /// Words of people: they are in the event's `remarks`.
    Chat(Box<CotEvent>),
    /// The other side asks whether we are there, and would like a `t-x-c-t-r`.
    Ping,
    /// The other side is there.
    Pong,
    /// A task, a file or the protocol's own: nothing for the map.
    PassedOver,
    /// There is no room for another one.
    Full,
}

/// The register.
#[derive(Clone, Debug)]
pub struct Teams {
    rule: TeamsRule,
    members: HashMap<String, Member>,
    removed: HashMap<String, Removal>,
    /// When no room was found last.
    full_at: Option<CityTime>,
}

/// That something was removed, or an alarm ended.
#[derive(Clone, Copy, Debug)]
struct Removal {
    /// Nothing that was told until then, by the clock of who told it, comes back.
    until: CityTime,
    /// The time of the event that said so: the very same once more removes nothing.
    said: CityTime,
    /// When that came.
    arrived: CityTime,
}

/// Two events of a sender whose clock is behind come at least this far apart before that is believed, milliseconds:
/// events that were kept by a server are old too, and come all at once.
const APART_MS: i64 = 2_000;
/// How much the difference of a clock that is off may change between two events, milliseconds.
const SAME_OFFSET_MS: i64 = 30_000;

impl Teams {
    /// An empty register.
    pub fn new(rule: TeamsRule) -> Self {
        Self { rule, members: HashMap::new(), removed: HashMap::new(), full_at: None }
    }

    /// All of them, in no order.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// Alarms that are not ended.
    pub fn emergencies(&self) -> impl Iterator<Item = &Member> {
        self.members().filter(|member| member.meaning == Meaning::Emergency)
    }

    /// The one of that uid.
    pub fn get(&self, uid: &str) -> Option<&Member> {
        self.members.get(uid)
    }

    /// Takes an event that came at `arrived`.
    pub fn take(&mut self, event: CotEvent, arrived: CityTime) -> Taken {
        let means = meaning(&event.kind);
        let is_cancelled = event.detail.emergency.as_ref().is_some_and(|emergency| emergency.cancelled);
        match means {
            Meaning::Ping => Taken::Ping,
            Meaning::Pong => Taken::Pong,
            Meaning::Other => Taken::PassedOver,
            Meaning::Chat => Taken::Chat(Box::new(event)),
            Meaning::Delete => {
                let uids = event.detail.links.into_iter().map(|link| link.uid);
                Taken::Removed(uids.filter(|uid| self.remove(uid, event.time, arrived)).collect())
            }
            Meaning::EmergencyCancelled => self.end_emergency(&event, arrived),
            Meaning::Emergency if is_cancelled => self.end_emergency(&event, arrived),
            _ => self.put(event, means, arrived),
        }
    }

    /// Forgets what has been stale for longer than the rule says; returns the uids.
    pub fn forget_old(&mut self, now: CityTime) -> Vec<String> {
        let kept_s = self.rule.kept_s;
        let is_old = |member: &Member| now.seconds_since(member.stale_at) > kept_s;
        let old: Vec<_> =
            self.members.iter().filter(|(_, m)| is_old(m)).map(|(uid, _)| uid.clone()).collect();
        for uid in &old {
            self.members.remove(uid);
        }
        self.removed.retain(|_, removal| now.seconds_since(removal.arrived) <= kept_s);
        old
    }

    fn put(&mut self, event: CotEvent, means: Meaning, arrived: CityTime) -> Taken {
        if self.removed.get(&event.uid).is_some_and(|removal| event.time <= removal.until) {
            return Taken::Older;
        }
        let before = self.members.get(&event.uid);
        let offset_ms = event.time.0.saturating_sub(arrived.0);
        let clock_ahead_ms = self.clock(before, offset_ms, arrived);
        if let Some(before) = before {
            let delayed = clock_ahead_ms.is_none() && offset_ms < -self.off_ms();
            let same_clock = match (before.clock_ahead_ms, clock_ahead_ms) {
                (None, None) => true,
                (Some(old), Some(new)) => new.saturating_sub(old).saturating_abs() <= self.off_ms(),
                // One that is off by as much as is allowed is judged this way and that.
                _ => before.offset_ms.saturating_sub(offset_ms).saturating_abs() <= SAME_OFFSET_MS,
            };
            // Times of two clocks cannot be compared, be it theirs or ours that was set: then what comes later is newer.
            // Some clocks tell whole seconds, and the later of two equals holds.
            if (same_clock || delayed) && event.time < before.event.time {
                return Taken::Older;
            }
        } else if !self.has_room(arrived) {
            return Taken::Full;
        }
        let stale_at = match clock_ahead_ms {
            Some(_) => arrived.plus_ms(event.stale.0.saturating_sub(event.time.0).max(0)),
            None => event.stale.max(event.time),
        };
        let uid = event.uid.clone();
        let member = Member { event, meaning: means, arrived, stale_at, clock_ahead_ms, offset_ms };
        match self.members.insert(uid.clone(), member) {
            None => Taken::New(uid),
            Some(_) => Taken::Newer(uid),
        }
    }

    fn off_ms(&self) -> i64 {
        (self.rule.clock_off_s * 1000.0) as i64
    }

    /// How far the sender's clock is ahead, where that is too far.
    fn clock(&self, before: Option<&Member>, offset_ms: i64, arrived: CityTime) -> Option<i64> {
        if offset_ms.saturating_abs() <= self.off_ms() {
            return None;
        }
        // Nothing comes before it was sent, so a time ahead of ours is a wrong clock. A time behind ours may be delay,
        // unless it lags by the same again and again.
        let lags_again = before.is_some_and(|before| {
            let same = before.offset_ms.saturating_sub(offset_ms).saturating_abs() <= SAME_OFFSET_MS;
            let apart = arrived.0.saturating_sub(before.arrived.0) >= APART_MS;
            same && (apart || before.clock_ahead_ms.is_some())
        });
        (offset_ms > 0 || lags_again).then_some(offset_ms)
    }

    /// Makes room by forgetting what is stale, at most once a second: a flood must not make every event cost a sweep.
    fn has_room(&mut self, arrived: CityTime) -> bool {
        if self.members.len() < self.rule.most {
            return true;
        }
        let since_ms = self.full_at.map(|at| arrived.0.saturating_sub(at.0));
        if since_ms.is_some_and(|since_ms| (0..1_000).contains(&since_ms)) {
            return false;
        }
        self.members.retain(|_, member| member.state(arrived) == MemberState::Fresh);
        let has_room = self.members.len() < self.rule.most;
        self.full_at = (!has_room).then_some(arrived);
        has_room
    }

    /// Removes the one of that uid, because an event of the time `said` told so; false where there is none, or where
    /// that event came before.
    fn remove(&mut self, uid: &str, said: CityTime, arrived: CityTime) -> bool {
        let before = self.removed.get(uid);
        if before.is_some_and(|before| said == before.said) {
            return false;
        }
        let has_room = before.is_some() || self.removed.len() < self.rule.most;
        let member = self.members.remove(uid);
        if has_room {
            // What was sent before now by the clock of who is removed may still be on its way.
            let sent = |member: &Member| member.event.time.max(arrived.plus_ms(member.offset_ms));
            let until = member.as_ref().map_or(said, sent);
            self.removed.insert(uid.to_owned(), Removal { until, said, arrived });
        }
        member.is_some()
    }

    /// The end of an alarm has the alarm's uid, or names who raised it.
    fn end_emergency(&mut self, end: &CotEvent, arrived: CityTime) -> Taken {
        let raised_by = |alarm: &CotEvent| {
            alarm.detail.links.iter().any(|link| end.detail.links.iter().any(|other| other.uid == link.uid))
        };
        let is_ended = |member: &&Member| member.event.uid == end.uid || raised_by(&member.event);
        let mut ended: Vec<_> =
            self.emergencies().filter(is_ended).map(|member| member.event.uid.clone()).collect();
        // The end may come before the alarm.
        if ended.is_empty() {
            ended.push(end.uid.clone());
        }
        Taken::Removed(ended.into_iter().filter(|uid| self.remove(uid, end.time, arrived)).collect())
    }
}
