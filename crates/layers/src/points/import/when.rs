//! Times as files write them, and whether they lie 8 hours off.

use super::report::EightHourSuspicion;
use city::CityTime;

/// The city's time is this much ahead of UTC.
const CITY_OFFSET_MS: i64 = 8 * 3_600_000;
/// Ahead of the clock by as much is still the same moment on a badly set clock, milliseconds.
pub(super) const LENIENT_MS: i64 = 600_000;
/// So many times, and such a share of them, make a suspicion.
const ENOUGH: (u64, f64) = (10, 0.5);

/// Reads RFC 3339, with a blank or `T` between date and time, `-` or `/` in the date; without an offset it is UTC+8.
/// Only 1970 to 2105 can be kept.
pub(super) fn read(text: &str) -> Option<CityTime> {
    let (date, rest) = text.trim().split_once(['T', 't', ' '])?;
    let mut date = date.splitn(3, ['-', '/']).map(number);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    if !(1970..=2105).contains(&year) || !(1..=12).contains(&month) || !(1..=days(year, month)).contains(&day)
    {
        return None;
    }
    let rest = rest.trim_start();
    let end = rest.find(['Z', 'z', '+', '-', '−']).unwrap_or(rest.len());
    let (clock, offset) = (rest[..end].trim_end(), &rest[end..]);
    let mut parts = clock.splitn(3, ':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let (second, fraction) = parts.next().map_or(Some((0, "")), |seconds| {
        let (whole, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, "0"));
        fraction.bytes().all(|b| b.is_ascii_digit()).then_some((number(whole)?, fraction))
    })?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let ms = fraction.bytes().chain(*b"000").take(3).fold(0, |ms, digit| ms * 10 + i64::from(digit - b'0'));
    let seconds = day_number(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let at = CityTime(seconds * 1000 + ms - offset_ms(offset)?);
    (at.0 >= 0).then_some(at)
}

fn number(text: &str) -> Option<i64> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn offset_ms(text: &str) -> Option<i64> {
    let sign = match text.chars().next() {
        None => return Some(CITY_OFFSET_MS),
        Some('Z' | 'z') => return (text.len() == 1).then_some(0),
        Some('+') => 1,
        Some(_) => -1,
    };
    let digits = text.trim_start_matches(['+', '-', '−']);
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (number(hours)?, number(minutes)?),
        None if digits.len() == 4 => (number(digits)? / 100, number(digits)? % 100),
        None => (number(digits)?, 0),
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
}

fn days(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year.div_euclid(400) * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Counts times that lie 8 hours ahead.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EightHours {
    times: u64,
    ahead: u64,
}

impl EightHours {
    /// Looks at one that lies `ahead_ms` ahead of now.
    pub fn look(&mut self, ahead_ms: i64) {
        self.times += 1;
        self.ahead += u64::from((28_440_000..=29_160_000).contains(&ahead_ms));
    }

    /// What they say together.
    pub fn suspicion(self) -> Option<EightHourSuspicion> {
        let share = self.ahead as f64 / self.times.max(1) as f64;
        (self.times >= ENOUGH.0 && share >= ENOUGH.1).then_some(EightHourSuspicion { share, n: self.times })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_city_unless_they_say_otherwise() {
        let at = CityTime::parse("2026-11-22T08:00:00.250Z").ok();
        for text in [
            "2026-11-22T08:00:00.250Z",
            "2026-11-22T16:00:00.25",
            "2026-11-22 16:00:00.2501",
            "2026/11/22 16:00:00.250",
            "2026-11-22T16:00:00.250+08:00",
            "2026-11-22T03:00:00.250-0500",
        ] {
            assert_eq!(read(text), at, "{text}");
        }
        assert_eq!(read("2024-02-29 8:00"), CityTime::parse("2024-02-29T00:00:00Z").ok());
        for wrong in [
            "",
            "2026-11-22",
            "2026-02-29 08:00",
            "2026-13-01T08:00:00",
            "2026-11-22T24:00:00",
            "2026-11-22T08:00:00Zz",
            "2026-11-22T08:00:00+99:00",
            "9999-11-22T08:00:00",
            "1970-01-01T00:00:00",
            "昨天 8:00",
            "2026-11-22T08:00:0é",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
