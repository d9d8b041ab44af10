//! The health of every feed of the link, told to the console at short intervals.

use crate::backoff::Trouble;
use crate::mailbox::Mailbox;
use city::CityTime;
use feeds::{Cause, FeedHealth, FeedMeter, HealthRule, Problems};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(crate) struct Gauges {
    started: Instant,
    needles: Mutex<Needles>,
}

struct Needles {
    events: FeedMeter,
    telemetry: FeedMeter,
    commands: FeedMeter,
    /// Since when the oldest command waits for its answer.
    waits_from_s: Option<f64>,
    /// Since when the backend has not been reached, from the start on.
    unreached_from_s: Option<f64>,
}

impl Gauges {
    pub(crate) fn new(backend: &str, telemetry: bool) -> Self {
        let meter = |name, protocol, rule| {
            let mut meter = FeedMeter::new(name, protocol, rule, 0.0);
            meter.say(Cause::Connecting, format!("connecting to {backend}"));
            meter
        };
        let mut needles = Needles {
            events: meter("events", "Server-Sent Events", HealthRule::EVENTS),
            telemetry: meter("telemetry", "Server-Sent Events", HealthRule::TELEMETRY),
            commands: meter("commands", "HTTP POST", HealthRule::COMMANDS),
            waits_from_s: None,
            unreached_from_s: Some(0.0),
        };
        needles.commands.well();
        if !telemetry {
            needles.telemetry.switch_off();
        }
        Self { started: Instant::now(), needles: Mutex::new(needles) }
    }

    fn lock(&self) -> MutexGuard<'_, Needles> {
        self.needles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_s(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// The backend answered; its city runs at `speed`.
    pub(crate) fn reached(&self, speed: f64) {
        let mut needles = self.lock();
        needles.unreached_from_s = None;
        needles.events.set_rule(HealthRule::EVENTS.at_speed(speed));
        needles.telemetry.set_rule(HealthRule::TELEMETRY.at_speed(speed));
        needles.events.well();
    }

    /// An event came, or a snapshot.
    pub(crate) fn event(&self, at: CityTime) {
        let now_s = self.now_s();
        self.lock().events.received(1, Some(at), now_s);
    }

    /// Something came that is not for this console: the stream lives all the same.
    pub(crate) fn passed(&self) {
        let now_s = self.now_s();
        self.lock().events.received(1, None, now_s);
    }

    pub(crate) fn events_problems(&self, problems: Problems) {
        if !problems.is_empty() {
            self.lock().events.problems(problems);
        }
    }

    /// The event stream is broken, and why.
    pub(crate) fn events_broken(&self, cause: Cause, why: String) {
        let now_s = self.now_s();
        let mut needles = self.lock();
        needles.unreached_from_s.get_or_insert(now_s);
        needles.events.say(cause, why);
    }

    pub(crate) fn telemetry(&self, values: u64, at: CityTime, superseded: u64) {
        let now_s = self.now_s();
        let mut needles = self.lock();
        needles.telemetry.received(values, Some(at), now_s);
        needles.telemetry.superseded(superseded);
        needles.telemetry.well();
    }

    pub(crate) fn telemetry_problems(&self, problems: Problems) {
        if !problems.is_empty() {
            self.lock().telemetry.problems(problems);
        }
    }

    pub(crate) fn telemetry_broken(&self, trouble: Trouble) {
        self.lock().telemetry.say(trouble.cause, trouble.why);
    }

    /// A command was answered.
    pub(crate) fn answered(&self) {
        let now_s = self.now_s();
        let mut needles = self.lock();
        needles.commands.received(1, None, now_s);
        needles.commands.well();
        needles.waits_from_s = None;
    }

    /// A command waits for its answer; why an earlier attempt failed stays said until one is answered.
    pub(crate) fn commands_wait(&self) {
        let now_s = self.now_s();
        self.lock().waits_from_s.get_or_insert(now_s);
    }

    /// No command waits that could be sent; one given for another backend may.
    pub(crate) fn commands_rest(&self, said: Option<Trouble>) {
        let mut needles = self.lock();
        needles.waits_from_s = None;
        match said {
            Some(trouble) => needles.commands.say(trouble.cause, trouble.why),
            None => needles.commands.well(),
        }
    }

    /// A command could not be sent, or its answer not be kept.
    pub(crate) fn commands_broken(&self, trouble: Trouble) {
        self.commands_wait();
        self.lock().commands.say(trouble.cause, trouble.why);
    }

    pub(crate) fn commands_problems(&self, problems: Problems) {
        if !problems.is_empty() {
            self.lock().commands.problems(problems);
        }
    }

    fn health(&self) -> Vec<FeedHealth> {
        let now_s = self.now_s();
        let mut needles = self.lock();
        // Commands do well while none waits and the backend is there to take one.
        let since_s = [needles.waits_from_s, needles.unreached_from_s].into_iter().flatten().reduce(f64::min);
        let age_s = since_s.map_or(0.0, |from| now_s - from);
        vec![
            needles.events.health(now_s),
            needles.telemetry.health(now_s),
            needles.commands.health_at_age(Some(age_s), now_s),
        ]
    }

    /// Tells health for ever.
    pub(crate) async fn tell(&self, mailbox: &Mailbox, every: Duration) {
        // What starts well has said so before the first word on health is due.
        let mut beat = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            mailbox.put_health(self.health());
        }
    }
}
