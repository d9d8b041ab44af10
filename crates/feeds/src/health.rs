//! How well a feed does: state, age, rate, problems, and why in words.
//!
//! The meter is fed seconds of a monotonic clock by its owner, so that the same calls give the same health.

use crate::problems::Problems;
use city::CityTime;
use std::collections::VecDeque;

/// What an officer is told of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FeedState {
    /// News come as they should.
    Live,
    /// News are overdue.
    Late,
    /// Nothing came for long, or the feed cannot be reached: what is shown is the last picture.
    Lost,
    /// Switched off by configuration.
    Off,
}

impl FeedState {
    /// The key of its words and colour.
    pub fn key(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Late => "late",
            Self::Lost => "lost",
            Self::Off => "off",
        }
    }
}

/// Why a feed is not well, for the officer's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The first connection is being made.
    Connecting,
    /// Nobody takes the connection.
    Unreachable,
    /// The connection was taken and nothing came, at first or for long.
    Silent,
    /// The connection broke, or the backend closed it.
    Broken,
    /// The server's certificate cannot be trusted.
    Certificate,
    /// The token is wrong, expired or missing.
    Token,
    /// The backend is there and cannot serve now.
    Unable,
    /// What answers is no city backend, or of another version.
    Stranger,
    /// The backend's answer or events cannot be read, or some are missing.
    Unreadable,
    /// This computer's disk or the like.
    Local,
    /// Commands that were given for another backend wait for it.
    Elsewhere,
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Connecting,
        Self::Unreachable,
        Self::Silent,
        Self::Broken,
        Self::Certificate,
        Self::Token,
        Self::Unable,
        Self::Stranger,
        Self::Unreadable,
        Self::Local,
        Self::Elsewhere,
    ];

    /// The key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Unreachable => "unreachable",
            Self::Silent => "silent",
            Self::Broken => "broken",
            Self::Certificate => "certificate",
            Self::Token => "token",
            Self::Unable => "unable",
            Self::Stranger => "stranger",
            Self::Unreadable => "unreadable",
            Self::Local => "local",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// The health of one feed at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedHealth {
    /// Its name, the key of its words: `events`, `telemetry`, `commands`.
    pub name: String,
    /// The protocol, as an engineer calls it.
    pub protocol: String,
    /// How it does.
    pub state: FeedState,
    /// The newest instant of the city it told of.
    pub newest: Option<CityTime>,
    /// Seconds since it last brought something; `None` when it never did.
    pub age_s: Option<f64>,
    /// How much later than it tells of its newest value came, seconds; `None` where it tells of no time.
    pub lag_s: Option<f64>,
    /// Records a second over the last ten seconds.
    pub rate_per_s: f64,
    /// Records since the start.
    pub received: u64,
    /// Records that a newer one replaced before the console took them.
    pub superseded: u64,
    /// Records that were sent and did not come, by the numbers that their publishers gave them.
    pub missing: u64,
    /// Records that could not be read.
    pub problems: u64,
    /// The newest of those, with the reason.
    pub sample: Option<String>,
    /// Why it is in this state; `None` while all is well.
    pub cause: Option<Cause>,
    /// The same in full, in English, for logs and engineers; empty while all is well.
    pub message: String,
    /// For how many seconds it has been in this state.
    pub since_s: f64,
}

/// From which age on a feed is late, and lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HealthRule {
    /// Late from this age on, seconds.
    pub late_s: f64,
    /// Lost from this age on, seconds.
    pub lost_s: f64,
}

impl HealthRule {
    /// The event stream: a backend at speed 1 says something at least every 3 s.
    pub const EVENTS: Self = Self { late_s: 6.0, lost_s: 20.0 };
    /// Telemetry: a batch a second.
    pub const TELEMETRY: Self = Self { late_s: 3.0, lost_s: 10.0 };
    /// Commands: seconds the oldest has waited for its answer.
    pub const COMMANDS: Self = Self { late_s: 6.0, lost_s: 20.0 };

    /// The rule for a city that runs at `speed`: a slow city speaks more rarely, a fast one not less.
    pub fn at_speed(self, speed: f64) -> Self {
        let slower = if speed > 0.0 && speed < 1.0 { 1.0 / speed } else { 1.0 };
        Self { late_s: self.late_s * slower, lost_s: self.lost_s * slower }
    }

    /// The state that follows from an age in seconds; never heard is lost.
    pub fn state(self, age_s: Option<f64>) -> FeedState {
        match age_s {
            Some(age) if age < self.late_s => FeedState::Live,
            Some(age) if age < self.lost_s => FeedState::Late,
            _ => FeedState::Lost,
        }
    }
}

/// The span over which a rate is taken, seconds.
const RATE_SPAN_S: f64 = 10.0;

/// Counts what a feed brings and tells its health.
#[derive(Clone, Debug)]
pub struct FeedMeter {
    name: String,
    protocol: String,
    rule: HealthRule,
    off: bool,
    heard_s: Option<f64>,
    newest: Option<CityTime>,
    lag_s: Option<f64>,
    received: u64,
    superseded: u64,
    missing: u64,
    problems: Problems,
    cause: Option<Cause>,
    message: String,
    recent: VecDeque<(f64, u64)>,
    state: FeedState,
    state_from_s: f64,
}

impl FeedMeter {
    /// The meter of a feed that was started at `now_s`.
    pub fn new(name: &str, protocol: &str, rule: HealthRule, now_s: f64) -> Self {
        Self {
            name: name.to_owned(),
            protocol: protocol.to_owned(),
            rule,
            off: false,
            heard_s: None,
            newest: None,
            lag_s: None,
            received: 0,
            superseded: 0,
            missing: 0,
            problems: Problems::default(),
            cause: None,
            message: String::new(),
            recent: VecDeque::new(),
            state: FeedState::Lost,
            state_from_s: now_s,
        }
    }

    /// `records` came at `now_s`; the newest tells of the city at `newest`.
    pub fn received(&mut self, records: u64, newest: Option<CityTime>, now_s: f64) {
        self.heard_s = Some(now_s);
        self.newest = self.newest.max(newest);
        self.received += records;
        // Records of one tenth of a second share an entry, so that the span stays a hundred entries long.
        match self.recent.back_mut() {
            Some((at_s, count)) if now_s - *at_s < 0.1 => *count += records,
            _ => self.recent.push_back((now_s, records)),
        }
        self.forget_old(now_s);
    }

    /// What came last was so many seconds old when it came, by the clock of whoever received it.
    pub fn lag(&mut self, lag_s: f64) {
        self.lag_s = Some(lag_s);
    }

    /// `records` were replaced by newer ones before anybody took them.
    pub fn superseded(&mut self, records: u64) {
        self.superseded += records;
    }

    /// So many records in all were sent and did not come; those that come late are taken off again.
    pub fn missing(&mut self, records: u64) {
        self.missing = records;
    }

    /// Records could not be read.
    pub fn problems(&mut self, problems: Problems) {
        self.problems.merge(problems);
    }

    /// Why it is as it is, and that in full.
    pub fn say(&mut self, cause: Cause, message: impl Into<String>) {
        (self.cause, self.message) = (Some(cause), message.into());
    }

    /// All is well.
    pub fn well(&mut self) {
        (self.cause, self.message) = (None, String::new());
    }

    /// Applies the rule of a city that runs at another speed.
    pub fn set_rule(&mut self, rule: HealthRule) {
        self.rule = rule;
    }

    /// Switches it off.
    pub fn switch_off(&mut self) {
        self.off = true;
        self.well();
    }

    /// Its health at `now_s`, its state following from how long ago it last brought something.
    pub fn health(&mut self, now_s: f64) -> FeedHealth {
        let age_s = self.heard_s.map(|heard| (now_s - heard).max(0.0));
        self.health_at_age(age_s, now_s)
    }

    /// Its health at `now_s`, its state following from `age_s` that the caller measured otherwise.
    pub fn health_at_age(&mut self, age_s: Option<f64>, now_s: f64) -> FeedHealth {
        self.forget_old(now_s);
        let state = if self.off { FeedState::Off } else { self.rule.state(age_s) };
        if state != self.state {
            self.state = state;
            self.state_from_s = now_s;
        }
        let in_span: u64 = self.recent.iter().map(|(_, count)| count).sum();
        FeedHealth {
            name: self.name.clone(),
            protocol: self.protocol.clone(),
            state,
            newest: self.newest,
            age_s,
            lag_s: self.lag_s,
            rate_per_s: in_span as f64 / RATE_SPAN_S,
            received: self.received,
            superseded: self.superseded,
            missing: self.missing,
            problems: self.problems.count,
            sample: self.problems.sample.clone(),
            cause: self.cause,
            message: self.message.clone(),
            since_s: (now_s - self.state_from_s).max(0.0),
        }
    }

    fn forget_old(&mut self, now_s: f64) {
        while self.recent.front().is_some_and(|(at_s, _)| now_s - at_s > RATE_SPAN_S) {
            self.recent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_late_then_lost_and_recovers() {
        let mut meter = FeedMeter::new("events", "SSE", HealthRule::EVENTS, 0.0);
        assert_eq!(meter.health(1.0).state, FeedState::Lost);
        meter.received(5, Some(CityTime(10)), 2.0);
        for (now_s, state) in [(2.0, FeedState::Live), (7.9, FeedState::Live), (8.0, FeedState::Late)] {
            assert_eq!(meter.health(now_s).state, state, "at {now_s} s");
        }
        let lost = meter.health(23.0);
        assert_eq!((lost.state, lost.age_s, lost.since_s), (FeedState::Lost, Some(21.0), 0.0));
        meter.received(1, Some(CityTime(5)), 24.0);
        let live = meter.health(24.5);
        assert_eq!((live.state, live.newest, live.received), (FeedState::Live, Some(CityTime(10)), 6));
        assert!((live.rate_per_s - 0.1).abs() < 1e-9);
        assert_eq!(HealthRule::EVENTS.at_speed(0.1).state(Some(30.0)), FeedState::Live);
        assert_eq!(HealthRule::EVENTS.at_speed(60.0), HealthRule::EVENTS);
    }
}
