//! The one clock: milliseconds of UTC, written RFC 3339, shown in Asia/Shanghai.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339, macros::format_description};

/// An instant of the city, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CityTime(pub i64);

impl CityTime {
    /// This instant moved by `ms` milliseconds, saturating.
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// This instant moved by `seconds`, to the nearest millisecond.
    pub fn plus_s(self, seconds: f64) -> Self {
        self.plus_ms((seconds * 1000.0).round() as i64)
    }

    /// Seconds from `earlier` to this instant; negative when `earlier` is later.
    pub fn seconds_since(self, earlier: CityTime) -> f64 {
        (self.0.saturating_sub(earlier.0)) as f64 / 1000.0
    }

    /// Reads RFC 3339 text such as `2026-11-22T08:00:00.000Z`. The clock only moves forward, so a time of the far
    /// future would spoil every age: what is not of 1970 to 2199 is refused.
    pub fn parse(text: &str) -> Result<Self, String> {
        let at = OffsetDateTime::parse(text, &Rfc3339)
            .map_err(|e| format!("`{text}` is not an RFC 3339 time such as 2026-11-22T08:00:00Z: {e}"))?
            .to_utc();
        if !(1970..2200).contains(&at.year()) {
            return Err(format!("`{text}` is not a time of the years 1970 to 2199"));
        }
        Ok(Self((at.unix_timestamp_nanos() / 1_000_000) as i64))
    }

    fn at_offset(self, offset: UtcOffset) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|at| at.checked_to_offset(offset))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// The time of day in Asia/Shanghai, `HH:MM:SS`.
    pub fn shanghai_clock(self) -> String {
        let local = self.at_offset(shanghai());
        format!("{:02}:{:02}:{:02}", local.hour(), local.minute(), local.second())
    }

    /// Date and time of day in Asia/Shanghai, `YYYY-MM-DD HH:MM:SS`.
    pub fn shanghai_date_clock(self) -> String {
        let local = self.at_offset(shanghai());
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            local.year(),
            u8::from(local.month()),
            local.day(),
            local.hour(),
            local.minute(),
            local.second()
        )
    }
}

/// Asia/Shanghai has kept UTC+8 without summer time since 1991.
fn shanghai() -> UtcOffset {
    UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC)
}

impl fmt::Display for CityTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format =
            format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
        f.write_str(&self.at_offset(UtcOffset::UTC).format(&format).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for CityTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CityTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips_and_shows_shanghai() {
        let at = CityTime::parse("2026-11-22T16:30:05.250Z").unwrap();
        assert_eq!(at.to_string(), "2026-11-22T16:30:05.250Z");
        assert_eq!(at.shanghai_date_clock(), "2026-11-23 00:30:05");
        for wrong in ["yesterday", "9999-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "1969-12-31T23:59:59Z"] {
            assert!(CityTime::parse(wrong).is_err(), "{wrong}");
        }
        for ms in [i64::MIN, 253_402_300_799_999, i64::MAX] {
            assert_eq!(CityTime(ms).shanghai_clock().len(), 8);
        }
    }
}
