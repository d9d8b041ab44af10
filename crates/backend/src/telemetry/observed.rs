//! What devices' own publishers measured, on its way into the next batch, and which devices they feed.
//!
//! Of a device the newest by its own clock holds; whatever else came is superseded, and counted. Two clocks meet here:
//! devices measure by the world's, the city lives by its own, which may run faster or have stood still over night. What
//! passes from one to the other is the age alone: a value that was 3 s old when it came is 3 s old in the city.
//!
//! A device that is fed is no longer made up: what the training city says of it is left out until nobody has fed it for
//! [`FED_FOR`]. A value from further ahead than [`BELIEVED`] would hold off all later ones, and one from further behind
//! says nothing of the present where nothing newer is known: both are clocks that are hours off, and are refused.

use super::Reading;
use city::CityTime;
use std::time::{Duration, Instant};

/// For how long after its last observation a device counts as fed: slow gauges tell once an hour.
pub const FED_FOR: Duration = Duration::from_secs(2 * 3_600);
/// How much waits for the watch at most: the owner of the city looks ten times a second.
const MOST_HEARD: usize = 500_000;
/// How far the clock of a device may be from the clock here.
const BELIEVED: Duration = Duration::from_secs(3_600);

/// True where an observation whose clock is so far ahead of the wall clock is taken in, of a device that somebody feeds
/// already or not.
pub fn is_believed(ahead_ms: i64, is_fed: bool) -> bool {
    let believed_ms = BELIEVED.as_millis() as i64;
    ahead_ms <= believed_ms && (is_fed || ahead_ms >= -believed_ms)
}

/// When observations came, by each clock.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// By the one that never goes backwards.
    pub when: Instant,
    /// By the wall clock, which the devices' clocks are compared with.
    pub wall: CityTime,
    /// By the city's.
    pub city: CityTime,
}

/// A clock that is hours off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WrongClock {
    /// How far it is ahead of the wall clock, seconds; less than 0 behind it.
    pub ahead_s: f64,
}

/// The newest observation of a device.
#[derive(Clone, Copy, Debug)]
struct Newest {
    value: f64,
    /// By the clock of the device.
    measured: CityTime,
    /// The same in the city's time.
    at: CityTime,
    /// When something last came of it, be it old.
    heard: Instant,
    /// True until a batch has it.
    is_waiting: bool,
}

/// An observation that a batch is to have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fresh {
    /// Which device, as a row of the city's devices.
    pub device: usize,
    /// The value in the unit of its class.
    pub value: f64,
    /// When it was measured, by the device's clock.
    pub measured: CityTime,
    /// The same in the city's time.
    pub at: CityTime,
}

/// What the next batch is to have.
#[derive(Debug, Default, PartialEq)]
pub struct Cut {
    /// The newest observation of each device that has one since the last cut.
    pub fresh: Vec<Fresh>,
    /// How many observations were taken in so far, from the first on.
    pub taken: u64,
}

/// The newest observations of all devices.
#[derive(Debug, Default)]
pub struct Observed {
    /// By the row of the device; as long as the rows that were ever fed need.
    newest: Vec<Option<Newest>>,
    /// The rows that wait for a batch, each once.
    waiting: Vec<usize>,
    taken: u64,
    superseded: u64,
    /// All that was taken in since the watch last looked, by the city's time.
    heard: Vec<Reading>,
    unheard: u64,
}

impl Observed {
    /// Takes in an observation, whose time is that of the device's clock.
    pub fn take(&mut self, reading: Reading, arrival: &Arrival) -> Result<(), WrongClock> {
        let Reading { device, value, at: measured } = reading;
        let ahead_ms = measured.0.saturating_sub(arrival.wall.0);
        let is_fed = self.is_fed(device, arrival.when);
        if !is_believed(ahead_ms, is_fed) {
            return Err(WrongClock { ahead_s: ahead_ms as f64 / 1e3 });
        }
        self.taken += 1;
        if self.heard.len() < MOST_HEARD {
            // Who measured it has a clock that is a little ahead: in the city it is of this moment, here as in the batch.
            self.heard.push(Reading { device, value, at: arrival.city.plus_ms(ahead_ms.min(0)) });
        } else {
            self.unheard += 1;
        }
        if self.newest.len() <= device {
            self.newest.resize(device + 1, None);
        }
        let known = &mut self.newest[device];
        if let Some(known) = known.as_mut().filter(|_| is_fed) {
            known.heard = arrival.when;
            if measured < known.measured || (measured == known.measured && value == known.value) {
                self.superseded += 1;
                return Ok(());
            }
        }
        if known.is_some_and(|known| known.is_waiting) {
            self.superseded += 1;
        } else {
            self.waiting.push(device);
        }
        let at = arrival.city.plus_ms(ahead_ms.min(0));
        *known = Some(Newest { value, measured, at, heard: arrival.when, is_waiting: true });
        Ok(())
    }

    /// True while somebody feeds the device.
    pub fn is_fed(&self, device: usize, now: Instant) -> bool {
        let known = self.newest.get(device).and_then(Option::as_ref);
        known.is_some_and(|known| now.saturating_duration_since(known.heard) < FED_FOR)
    }

    /// True where observations wait for a batch.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// How many were older than what is known, or were replaced before a batch had them.
    pub fn superseded(&self) -> u64 {
        self.superseded
    }

    /// All that was taken in since it was last asked for, in the order it came, and how much more there was.
    pub fn heard(&mut self) -> (Vec<Reading>, u64) {
        (std::mem::take(&mut self.heard), std::mem::take(&mut self.unheard))
    }

    /// Takes out what waits for a batch.
    pub fn cut(&mut self) -> Cut {
        let rows = std::mem::take(&mut self.waiting);
        let mut fresh = Vec::with_capacity(rows.len());
        for device in rows {
            if let Some(newest) = self.newest.get_mut(device).and_then(Option::as_mut) {
                newest.is_waiting = false;
                let Newest { value, measured, at, .. } = *newest;
                fresh.push(Fresh { device, value, measured, at });
            }
        }
        Cut { fresh, taken: self.taken }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const WALL: CityTime = CityTime(1_800_000_000_000);
    const CITY: CityTime = CityTime(1_700_000_000_000);
    const HOUR_MS: i64 = 3_600_000;

    /// `after_s` seconds on by every clock.
    fn arrival(began: Instant, after_s: u64) -> Arrival {
        let ms = after_s as i64 * 1_000;
        let when = began + Duration::from_secs(after_s);
        Arrival { when, wall: WALL.plus_ms(ms), city: CITY.plus_ms(ms) }
    }

    fn reading(device: usize, after_ms: i64, value: f64) -> Reading {
        Reading { device, value, at: WALL.plus_ms(after_ms) }
    }

    #[test]
    fn the_newest_by_the_devices_clock_holds_and_all_others_are_superseded() {
        let (mut observed, now) = (Observed::default(), arrival(Instant::now(), 10));
        for (after_ms, value) in [(5_000, 1.0), (7_000, 2.0), (6_000, 3.0), (7_000, 2.0), (7_000, 4.0)] {
            observed.take(reading(3, after_ms, value), &now).unwrap();
        }
        observed.take(reading(1, 10_500, 5.0), &now).unwrap();
        let cut = observed.cut();
        let at = |ms| CITY.plus_ms(ms);
        let three = Fresh { device: 3, value: 4.0, measured: WALL.plus_ms(7_000), at: at(7_000) };
        // What is ahead by half a second is of this moment in the city.
        let one = Fresh { device: 1, value: 5.0, measured: WALL.plus_ms(10_500), at: at(10_000) };
        assert_eq!(cut, Cut { fresh: vec![three, one], taken: 6 });
        assert_eq!(cut.fresh.len() as u64 + observed.superseded(), cut.taken);
        observed.take(reading(3, 6_500, 9.0), &now).unwrap();
        assert!(!observed.is_waiting());
        assert_eq!((observed.cut().taken, observed.superseded()), (7, 5));
    }

    #[test]
    fn a_clock_that_is_hours_off_is_refused_and_what_waited_long_in_a_broker_is_not() {
        let (mut observed, began) = (Observed::default(), Instant::now());
        let now = arrival(began, 0);
        let ahead = observed.take(reading(0, 8 * HOUR_MS, 1.0), &now).unwrap_err();
        assert_eq!(ahead.ahead_s, 8.0 * 3_600.0);
        assert!(observed.take(reading(0, -8 * HOUR_MS, 1.0), &now).is_err());
        assert!(!observed.is_fed(0, now.when) && observed.cut() == Cut::default());
        observed.take(reading(0, -HOUR_MS / 2, 1.0), &now).unwrap();
        // A device that is fed: its older ones are superseded, however old, and newer ones taken.
        observed.take(reading(0, -8 * HOUR_MS, 2.0), &now).unwrap();
        observed.take(reading(0, -HOUR_MS / 2 + 1, 3.0), &arrival(began, 6_000)).unwrap();
        let cut = observed.cut();
        assert_eq!((cut.taken, cut.fresh.len(), cut.fresh[0].value), (3, 1, 3.0));
    }

    #[test]
    fn a_device_is_fed_until_nothing_came_for_long() {
        let (mut observed, began) = (Observed::default(), Instant::now());
        observed.take(reading(2, 50 * 60_000, 1.0), &arrival(began, 0)).unwrap();
        let last = FED_FOR.as_secs();
        assert!(observed.is_fed(2, began) && !observed.is_fed(1, began) && !observed.is_fed(9, began));
        assert!(observed.is_fed(2, began + FED_FOR - Duration::from_secs(1)));
        assert!(!observed.is_fed(2, began + FED_FOR));
        // Then its clock is compared with nothing but the wall's.
        observed.cut();
        observed.take(reading(2, last as i64 * 1_000 - HOUR_MS / 2, 2.0), &arrival(began, last)).unwrap();
        assert_eq!(observed.cut().fresh[0].value, 2.0);
    }
}
