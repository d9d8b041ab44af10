//! The desk at which one source is read: its health, what it told and nobody took yet, and its way out.

use super::basket::Basket;
use super::settings::Source;
use super::web::Web;
use crate::backoff::{Backoff, Trouble};
use crate::config::Pace;
use city::CityTime;
use feeds::told::News;
use feeds::{Cause, FeedHealth, FeedMeter, HealthRule, Problems};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// A source that speaks by itself is late and lost after so many seconds of silence.
const SPEAKS: HealthRule = HealthRule { late_s: 10.0, lost_s: 60.0 };

/// What one source's reader works with.
pub(crate) struct Desk {
    pub(crate) source: Source,
    pub(crate) pace: Pace,
    /// Whether it shall be read.
    pub(crate) on: watch::Sender<bool>,
    started: Instant,
    meter: Mutex<FeedMeter>,
    basket: Mutex<Basket>,
}

impl Desk {
    pub(crate) fn new(source: Source, pace: Pace) -> Self {
        let rule = match source.protocol.every() {
            // One answer may be slow; after three it is.
            Some(every) => {
                let every_s = every.as_secs_f64();
                HealthRule { late_s: 1.5 * every_s + 10.0, lost_s: 4.0 * every_s + 30.0 }
            }
            None => SPEAKS,
        };
        let mut meter = FeedMeter::new(&source.name, source.protocol.name(), rule, 0.0);
        meter.say(Cause::Connecting, format!("connecting to {}", source.protocol.url()));
        let on = watch::Sender::new(source.enabled);
        Self { source, pace, on, started: Instant::now(), meter: Mutex::new(meter), basket: Mutex::default() }
    }

    /// The way out by HTTP.
    pub(crate) fn web(&self) -> Result<Web, Trouble> {
        Web::new(&self.source, self.pace)
    }

    /// The workstation's clock: when what has no time of its own came.
    pub(crate) fn now(&self) -> CityTime {
        CityTime(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64))
    }

    fn meter(&self) -> MutexGuard<'_, FeedMeter> {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_s(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Hands over news of so many records; the newest tells of `newest`.
    pub(crate) fn tell(&self, news: News, records: u64, newest: Option<CityTime>) {
        let superseded = self.basket.lock().unwrap_or_else(PoisonError::into_inner).put(news);
        let now_s = self.now_s();
        let mut meter = self.meter();
        meter.received(records, newest, now_s);
        if let Some(newest) = newest {
            meter.lag(self.now().seconds_since(newest));
        }
        meter.superseded(superseded);
        meter.well();
    }

    /// Hands over news that did not come from the source, such as that something is gone.
    pub(crate) fn tell_quietly(&self, news: News) {
        let superseded = self.basket.lock().unwrap_or_else(PoisonError::into_inner).put(news);
        self.meter().superseded(superseded);
    }

    /// It answered, and had nothing new.
    pub(crate) fn nothing_new(&self) {
        self.tell(News::default(), 0, None);
    }

    pub(crate) fn problems(&self, problems: Problems) {
        if !problems.is_empty() {
            self.meter().problems(problems);
        }
    }

    /// So many records were sent and did not come, by the numbers that their publishers gave them.
    pub(crate) fn missing(&self, missing: u64) {
        self.meter().missing(missing);
    }

    /// Why it is not read at present.
    pub(crate) fn trouble(&self, trouble: &Trouble) {
        tracing::info!("source {}: {}", self.source.name, trouble.why);
        self.meter().say(trouble.cause, trouble.why.clone());
    }

    pub(crate) fn health(&self) -> FeedHealth {
        let now_s = self.now_s();
        let mut health = self.meter().health(now_s);
        if !*self.on.borrow() {
            health.state = feeds::FeedState::Off;
            (health.cause, health.message) = (None, String::new());
        }
        health
    }

    pub(crate) fn take(&self) -> Option<News> {
        self.basket.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Does `round` again and again, `every` so often, and after trouble as its backoff says.
    pub(crate) async fn poll(&self, every: Duration, mut round: impl AsyncFnMut() -> Result<(), Trouble>) {
        let mut backoff = Backoff::new(self.pace);
        loop {
            let wait = match round().await {
                Ok(()) => {
                    backoff.reset();
                    every
                }
                Err(trouble) => {
                    self.trouble(&trouble);
                    backoff.wait(trouble.again)
                }
            };
            tokio::time::sleep(wait).await;
        }
    }
}
