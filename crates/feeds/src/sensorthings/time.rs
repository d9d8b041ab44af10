//! Times of observations: instants and intervals with any offset (ISO 8601; 18-088, clause 8.2.7; 23-019, TM_Object).
//!
//! A time without an offset is none in a question. In what a service tells it is taken as Asia/Shanghai's, and that is
//! said: eight hours are the difference between a reading and an old one.

use city::CityTime;

/// When something was: an instant, or an interval whose end is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct When {
    /// The instant, or the beginning.
    pub from: CityTime,
    /// The end of an interval.
    pub to: Option<CityTime>,
}

impl When {
    /// An instant.
    pub fn at(instant: CityTime) -> Self {
        Self { from: instant, to: None }
    }

    /// The instant, or the end of the interval: until when the value tells of the world.
    pub fn last(self) -> CityTime {
        self.to.unwrap_or(self.from)
    }

    /// Reads an instant, or two with a `/` between; an interval that ends before it begins is none.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once('/') {
            None => instant(text).map(Self::at),
            Some((from, to)) => Self::between(instant(from)?, instant(to)?),
        }
    }

    /// Reads the same as a service tells it, and whether an offset was missing and Asia/Shanghai's assumed.
    pub fn read(text: &str) -> Option<(Self, bool)> {
        if let Some(when) = Self::parse(text) {
            return Some((when, false));
        }
        let local = |text: &str| instant(text).or_else(|| instant(&format!("{}+08:00", text.trim())));
        let when = match text.split_once('/') {
            None => local(text).map(Self::at),
            Some((from, to)) => Self::between(local(from)?, local(to)?),
        };
        when.map(|when| (when, true))
    }

    /// The interval between two instants, where it does not end before it begins.
    pub fn between(from: CityTime, to: CityTime) -> Option<Self> {
        (from <= to).then_some(Self { from, to: Some(to) })
    }

    /// True when this is over before `other` begins, as `lt` asks.
    pub fn is_before(self, other: Self) -> bool {
        match self.to {
            Some(end) if end > self.from => end <= other.from,
            _ => self.last() < other.from,
        }
    }
}

impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.to {
            None => write!(f, "{}", self.from),
            Some(to) => write!(f, "{}/{to}", self.from),
        }
    }
}

/// Reads one instant such as `2026-11-22T08:00:00.5+08:00` of the years 1970 to 2199; finer than a millisecond is cut off.
///
/// Written out rather than left to a general reader, because a message has two of them in each observation.
pub fn instant(text: &str) -> Option<CityTime> {
    let bytes = text.trim().as_bytes();
    let number = |from: usize, digits: usize| -> Option<i64> {
        let digits = bytes.get(from..from.checked_add(digits)?)?;
        digits.iter().try_fold(0, |sum, c| c.is_ascii_digit().then(|| sum * 10 + i64::from(c - b'0')))
    };
    let is = |at: usize, allowed: &[u8]| bytes.get(at).is_some_and(|c| allowed.contains(c));
    if !is(4, b"-") || !is(7, b"-") || !is(10, b"Tt ") || !is(13, b":") {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let (hour, minute) = (number(11, 2)?, number(14, 2)?);
    // Seconds may be left out (ISO 8601), fractions may follow them.
    let (mut second, mut ms, mut at) = (0, 0, 16);
    if is(16, b":") {
        (second, at) = (number(17, 2)?, 19);
        if is(at, b".,") {
            at += 1;
            let digits = bytes.iter().skip(at).take_while(|c| c.is_ascii_digit());
            let mut worth = 100;
            let mut length = 0;
            for digit in digits {
                ms += i64::from(digit - b'0') * worth;
                (worth, length) = (worth / 10, length + 1);
            }
            if length == 0 {
                return None;
            }
            at += length;
        }
    }
    let offset_min = match bytes.get(at..)? {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let (hours, minutes) = match rest.len() {
                2 => (number(at + 1, 2)?, 0),
                4 => (number(at + 1, 2)?, number(at + 3, 2)?),
                5 if is(at + 3, b":") => (number(at + 1, 2)?, number(at + 4, 2)?),
                _ => return None,
            };
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if *sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    if second == 60 {
        // A leap second is shown as the last millisecond before it, because the city's clock has none.
        (second, ms) = (59, 999);
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of_month = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days_of_month).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days_since_1970(year, month, day);
    let at_ms = ((days * 24 + hour) * 60 + minute - offset_min) * 60_000 + second * 1000 + ms;
    // The city's clock takes nothing from outside these years (`CityTime::parse`).
    (0..FIRST_OF_2200_MS).contains(&at_ms).then_some(CityTime(at_ms))
}

/// 2200-01-01T00:00:00Z in milliseconds.
const FIRST_OF_2200_MS: i64 = 7_258_118_400_000;

/// Days of the Gregorian calendar since 1970-01-01, the year taken to begin in March so that a leap day is its last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn instants_agree_with_the_city_clock() {
        let days = [
            "1970-01-01",
            "1999-12-31",
            "2000-02-29",
            "2000-03-01",
            "2026-11-22",
            "2100-02-28",
            "2199-12-31",
            "2024-02-29",
        ];
        for day in days {
            for rest in
                ["T00:00:00Z", "T23:59:59.999Z", "T12:34:56.7Z", "T12:00:00.123456789Z", "T20:15:30-05:30"]
            {
                let text = format!("{day}{rest}");
                assert_eq!(instant(&text), CityTime::parse(&text).ok(), "{text}");
            }
        }
        let noon = CityTime::parse("2026-11-22T12:00:00Z").unwrap();
        for same in [
            "2026-11-22T20:00:00+08:00",
            "2026-11-22T20:00:00+0800",
            "2026-11-22T20:00+08",
            "2026-11-22 12:00:00z",
            "2026-11-22T12:00:00,0Z",
        ] {
            assert_eq!(instant(same), Some(noon), "{same}");
        }
        assert_eq!(
            instant("2016-12-31T23:59:60Z"),
            Some(CityTime::parse("2016-12-31T23:59:59.999Z").unwrap())
        );
    }

    #[test]
    fn a_time_without_an_offset_is_taken_as_the_citys_and_said_to_be() {
        let when = |text| Some(When::parse(text).unwrap());
        for (told, meant) in [
            ("2026-11-22T08:00:00", "2026-11-22T08:00:00+08:00"),
            ("2026-11-22 08:00", "2026-11-22T08:00:00+08:00"),
            (
                "2026-11-22T08:00:00.5/2026-11-22T09:00:00",
                "2026-11-22T08:00:00.5+08:00/2026-11-22T09:00:00+08:00",
            ),
        ] {
            assert_eq!(When::read(told), when(meant).map(|when| (when, true)), "{told}");
            assert_eq!(When::read(meant), when(meant).map(|when| (when, false)), "{meant}");
        }
        for bad in [
            "",
            "soon",
            "2026-11-22",
            "2026-11-22T08:00:00Zx",
            "2026-11-22T08:00:00+8",
            "2026-13-01T08:00:00",
        ] {
            assert_eq!(When::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in [
            "",
            "soon",
            "2026-11-22",
            "2026-11-22T08:00:00",
            "2026-02-29T08:00:00Z",
            "2026-13-01T08:00:00Z",
            "2026-11-31T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T08:60:00Z",
            "2026-11-22T08:00:00.Z",
            "2026-11-22T08:00:00+8",
            "2026-11-22T08:00:00+24:00",
            "1969-12-31T23:59:59Z",
            "2200-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "２０２6-11-22T08:00:00Z",
            "2026-11-22T08:00:00Zx",
            "1970-01-01T00:00:00+01:00",
        ] {
            assert_eq!(instant(bad), None, "{bad}");
        }
        let whole = "2026-11-22T08:00:00.123+08:00/2026-11-22T09:00:00Z";
        assert!(When::parse(whole).is_some());
        for end in 0..whole.len() {
            let _ = When::parse(&whole[..end]);
        }
        assert_eq!(
            When::parse("2026-11-22T09:00:00Z/2026-11-22T08:00:00Z"),
            None,
            "it ends before it begins"
        );
        assert_eq!(When::parse("2026-11-22T09:00:00Z/P1D"), None);
    }
}
