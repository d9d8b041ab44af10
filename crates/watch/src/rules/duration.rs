//! How long, and at what time of the day: `90s`, `15min`, `1h30min`, `3d`; `22:00-06:00` in Asia/Shanghai.

use city::CityTime;

const DAY_MS: i64 = 86_400_000;
/// Asia/Shanghai has kept UTC+8 without summer time since 1991.
const SHANGHAI_MS: i64 = 8 * 3_600_000;
/// No rule needs longer than ten years.
const LONGEST_MS: f64 = 3_660.0 * DAY_MS as f64;

const PARTS: [(&str, f64); 5] =
    [("ms", 1.0), ("s", 1_000.0), ("min", 60_000.0), ("h", 3_600_000.0), ("d", 86_400_000.0)];

/// Reads a duration to milliseconds; more than nothing and at most ten years.
pub(super) fn read_duration(text: &str) -> Result<i64, String> {
    let mut rest = text.trim();
    let mut total = 0.0;
    if rest.is_empty() {
        return Err("is empty".to_owned());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        if number.is_empty() {
            let what = if after.starts_with('-') { "is negative" } else { "is not a number and a unit" };
            return Err(format!("`{text}` {what}"));
        }
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, next) = after.split_at(letters);
        let Some((_, ms)) = PARTS.iter().find(|(name, _)| *name == unit) else {
            return Err(match unit {
                "" => format!("`{text}` has no unit"),
                "m" => format!("`{text}`: `m` may be minutes or months"),
                other => format!("`{text}`: `{other}` is not a unit of time"),
            });
        };
        let number: f64 = number.parse().map_err(|_| format!("`{text}`: `{number}` is not a number"))?;
        total += number * ms;
        rest = next.trim_start();
    }
    if total < 1.0 {
        return Err(format!("`{text}` is no time at all"));
    }
    if total > LONGEST_MS {
        return Err(format!("`{text}` is longer than ten years"));
    }
    Ok(total.round() as i64)
}

/// A duration as people write it, such as `3 d` or `1 h 30 min`.
pub fn duration_text(ms: i64) -> String {
    let mut left = ms.max(0);
    let mut parts = Vec::new();
    for (name, size) in PARTS.iter().rev() {
        let size = *size as i64;
        if left >= size && parts.len() < 2 {
            parts.push(format!("{} {name}", left / size));
            left %= size;
        }
    }
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

/// A part of every day in Asia/Shanghai, from a minute on and up to another; it may pass midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    from_ms: i64,
    to_ms: i64,
}

impl Hours {
    /// Reads `22:00-06:00`; `24:00` is the end of the day.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let (from, to) =
            text.split_once('-').ok_or_else(|| format!("`{text}` is not two times of the day"))?;
        let hours = Self { from_ms: time_of_day(from)?, to_ms: time_of_day(to)? };
        if hours.from_ms == hours.to_ms {
            return Err(format!("`{text}` begins when it ends"));
        }
        Ok(hours)
    }

    /// True when `at` lies in these hours; the first minute does, the last does not.
    pub fn contains(&self, at: CityTime) -> bool {
        let of_day = (at.0.saturating_add(SHANGHAI_MS)).rem_euclid(DAY_MS);
        if self.from_ms < self.to_ms {
            (self.from_ms..self.to_ms).contains(&of_day)
        } else {
            of_day >= self.from_ms || of_day < self.to_ms
        }
    }
}

fn time_of_day(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is not a time of the day");
    let (hour, minute) = text.trim().split_once(':').ok_or_else(wrong)?;
    let (hour, minute): (i64, i64) =
        (hour.parse().map_err(|_| wrong())?, minute.parse().map_err(|_| wrong())?);
    let right = (0..24).contains(&hour) && (0..60).contains(&minute) || hour == 24 && minute == 0;
    if right { Ok((hour * 60 + minute) * 60_000) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_said() {
        for (text, ms) in [("90s", 90_000), ("1h30min", 5_400_000), ("3d", 259_200_000), ("0.5h", 1_800_000)]
        {
            assert_eq!(read_duration(text), Ok(ms), "{text}");
        }
        for wrong in ["", "3", "-3h", "0s", "5m", "3 weeks", "99999d", "1.2.3s", "min", "3h x"] {
            assert!(read_duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(duration_text(90_061_000), "1 d 1 h");
        assert_eq!(duration_text(0), "0 s");
    }

    #[test]
    fn hours_pass_midnight_in_shanghai() {
        let night = Hours::read("22:00-06:00").unwrap();
        let at = |text| CityTime::parse(text).unwrap();
        assert!(night.contains(at("2026-07-01T14:00:00Z")) && night.contains(at("2026-07-01T21:59:59Z")));
        assert!(!night.contains(at("2026-07-01T22:00:00Z")) && !night.contains(at("2026-07-01T13:59:59Z")));
        for wrong in ["22:00", "25:00-06:00", "06:00-06:00", "a-b", "12:60-13:00"] {
            assert!(Hours::read(wrong).is_err(), "{wrong}");
        }
    }
}
