//! How long to wait before trying again: doubling, with jitter so that many consoles do not come back at once.

use crate::config::Pace;
use feeds::Cause;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime};

/// The longest patience that a server can ask for, seconds.
const LONGEST_ASKED_S: u64 = 3_600;

/// Why something failed, in words, and how it should be tried again.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trouble {
    pub(crate) cause: Cause,
    pub(crate) why: String,
    pub(crate) again: Again,
    /// The HTTP status, where one was the trouble.
    pub(crate) status: Option<u16>,
}

/// How to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// The backend's wish, as for a token that has expired: soon, and no more rarely than before.
    Soon,
    /// The network's fault: soon, then more and more rarely.
    Doubling,
    /// A refused token, a wrong version, another kind of server: rarely, until somebody has put it right.
    Rarely,
    /// When the server asked for it, seconds.
    After(u64),
}

impl Trouble {
    pub(crate) fn new(cause: Cause, why: impl Into<String>) -> Self {
        Self { cause, why: why.into(), again: Again::Doubling, status: None }
    }

    pub(crate) fn lasting(cause: Cause, why: impl Into<String>) -> Self {
        Self { cause, why: why.into(), again: Again::Rarely, status: None }
    }
}

/// How long a server asks to wait: so many seconds, or until an instant (RFC 9110, 10.2.3), which is counted by the
/// server's own clock where it tells that.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let asked = header(RETRY_AFTER)?.trim();
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(asked).ok()?;
    let now = header(DATE).and_then(|date| httpdate::parse_http_date(date).ok());
    Some(until.duration_since(now.unwrap_or_else(SystemTime::now)).unwrap_or_default())
}

/// The same in whole seconds, none too few.
pub(crate) fn retry_after_s(headers: &HeaderMap) -> Option<u64> {
    retry_after(headers).map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
}

#[derive(Debug)]
pub(crate) struct Backoff {
    pace: Pace,
    next: Duration,
}

impl Backoff {
    pub(crate) fn new(pace: Pace) -> Self {
        Self { pace, next: pace.first_wait }
    }

    /// All is well again: the next wait is the shortest.
    pub(crate) fn reset(&mut self) {
        self.next = self.pace.first_wait;
    }

    /// How long to wait now: between half and the whole of the doubling span.
    pub(crate) fn wait(&mut self, again: Again) -> Duration {
        match again {
            Again::Soon => self.pace.first_wait,
            Again::Rarely => self.pace.refused_wait,
            Again::After(seconds) => Duration::from_secs(seconds.min(LONGEST_ASKED_S)),
            Again::Doubling => {
                let span = self.next;
                self.next = (span * 2).min(self.pace.longest_wait);
                // Not a secret, only something that differs from console to console and from time to time.
                let chance = (RandomState::new().hash_one(0) >> 11) as f64 / (1u64 << 53) as f64;
                span.mul_f64(0.5 + 0.5 * chance)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use reqwest::header::HeaderName;

    #[test]
    fn waits_double_up_to_the_longest_and_start_over() {
        let mut backoff = Backoff::new(Pace::default());
        let waits: Vec<_> = (0..12).map(|_| backoff.wait(Again::Doubling)).collect();
        assert!(waits[0] >= Duration::from_millis(125) && waits[0] <= Duration::from_millis(250));
        assert!(waits.iter().all(|w| *w <= Duration::from_secs(10)));
        assert!(waits[11] >= Duration::from_secs(5));
        backoff.reset();
        assert!(backoff.wait(Again::Doubling) <= Duration::from_millis(250));
        assert_eq!(backoff.wait(Again::Rarely), Duration::from_secs(10));
    }

    #[test]
    fn patience_is_asked_for_in_seconds_or_until_an_instant_of_the_servers_clock() {
        let headers = |pairs: &[(HeaderName, &str)]| {
            pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect::<HeaderMap>()
        };
        let patience_s = |text: &str| retry_after_s(&headers(&[(RETRY_AFTER, text)]));
        assert_eq!(patience_s(" 120 "), Some(120));
        assert_eq!(patience_s("Wed, 21 Oct 2015 07:28:00 GMT"), Some(0));
        let later = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(600));
        assert!(patience_s(&later).is_some_and(|s| (590..=601).contains(&s)));
        assert_eq!(patience_s("soon"), None);
        let (then, until) = ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:29:30 GMT");
        assert_eq!(retry_after_s(&headers(&[(DATE, then), (RETRY_AFTER, until)])), Some(90));
    }
}
