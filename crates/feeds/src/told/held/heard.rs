//! How many of a source's devices are heard from: the share online (在线率) and the share reporting (活跃率).

use super::Held;
use city::CityTime;

/// A device is online while its newest value is no older than this, seconds.
pub const ONLINE_WITHIN_S: f64 = 600.0;
/// A device is reporting while its newest value is no older than this, seconds: a day.
pub const REPORTING_WITHIN_S: f64 = 86_400.0;

/// How many devices there are, and how many of them are heard from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Devices that are described, and drones and teams that were seen.
    pub known: usize,
    /// Those with a value of the last ten minutes; of a source that is asked more rarely, of its last three answers.
    pub online: usize,
    /// Those with a value of the last day.
    pub reporting: usize,
}

impl Heard {
    /// Adds another source's.
    pub fn and(self, other: Self) -> Self {
        Self {
            known: self.known + other.known,
            online: self.online + other.online,
            reporting: self.reporting + other.reporting,
        }
    }

    /// The share online and the share reporting, 0 to 1; `None` where there is no device.
    pub fn shares(self) -> Option<(f64, f64)> {
        let share = |part: usize| part as f64 / self.known as f64;
        (self.known > 0).then(|| (share(self.online), share(self.reporting)))
    }

    fn add(&mut self, age_s: Option<f64>, online_within_s: f64) {
        self.known += 1;
        self.online += usize::from(age_s.is_some_and(|age| age <= online_within_s));
        self.reporting += usize::from(age_s.is_some_and(|age| age <= REPORTING_WITHIN_S));
    }
}

impl Held {
    /// Who is heard from at `now`; `every_s` is how often the source is asked, seconds, where it is.
    ///
    /// A device of several series counts once, by the newest value of any. Looks at every device.
    pub fn heard(&self, now: CityTime, every_s: Option<f64>) -> Heard {
        let online_within_s = every_s.map_or(ONLINE_WITHIN_S, |every_s| ONLINE_WITHIN_S.max(3.0 * every_s));
        let mut heard = Heard::default();
        for device in self.devices.all() {
            heard.add(device.heard.map(|at| now.seconds_since(at)), online_within_s);
        }
        for track in self.tracks.values() {
            let is_stale = track.stale_at.is_some_and(|stale| stale <= now);
            let age_s = now.seconds_since(track.seen);
            heard.add(Some(age_s), if is_stale { -1.0 } else { online_within_s });
        }
        heard
    }
}
