//! Times as other services write them. Deliberately absent: a clock.

use city::CityTime;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

/// An instant that was read, and whether its offset had to be assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReadTime {
    pub at: CityTime,
    pub is_assumed_local: bool,
}

/// Reads a date and time as ISO 8601 has it (`2026-11-22T08:00:00+08:00`), with a blank for the `T` too, or as mail
/// and RSS have it (`Fri, 04 Feb 2011 20:32:08 GMT`). Without an offset it is taken as Asia/Shanghai's, the one
/// that a service of this city means, and says so. `None` where it is no time of 1970 to 2199.
pub(crate) fn read_time(text: &str) -> Option<ReadTime> {
    let text = text.trim();
    if text.len() > 64 || !text.is_ascii() {
        return None;
    }
    let read = |at| Some(ReadTime { at, is_assumed_local: false });
    if let Ok(at) = CityTime::parse(text) {
        return read(at);
    }
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let at = OffsetDateTime::parse(text, &Rfc2822).ok()?.to_utc();
        return CityTime::parse(&CityTime(at.unix_timestamp().checked_mul(1000)?).to_string())
            .ok()
            .and_then(read);
    }
    let mut whole = text.replacen([' ', 't'], "T", 1);
    // ISO 8601 lets an offset go without its colon, RFC 3339 does not.
    if let Some((rest, offset)) = whole.split_at_checked(whole.len().saturating_sub(5))
        && offset.starts_with(['+', '-'])
        && offset.chars().skip(1).all(|c| c.is_ascii_digit())
        && rest.contains('T')
    {
        whole.insert(rest.len() + 3, ':');
    }
    if whole.len() == "2026-11-22T08:00".len() {
        whole.push_str(":00");
    }
    if let Ok(at) = CityTime::parse(&whole) {
        return read(at);
    }
    let at = CityTime::parse(&format!("{whole}+08:00")).ok()?;
    Some(ReadTime { at, is_assumed_local: true })
}

/// The instant in Asia/Shanghai with its offset and without fractions of a second, the one form that CAP 1.2
/// (3.3.2) allows: `2026-11-22T16:00:00+08:00`.
pub(crate) fn with_offset(at: CityTime) -> String {
    format!("{}+08:00", at.shanghai_date_clock().replacen(' ', "T", 1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn times_are_read_in_the_forms_that_services_write() {
        let eight = CityTime::parse("2026-11-22T08:00:00Z").unwrap();
        for text in [
            "2026-11-22T08:00:00-00:00",
            "2026-11-22T16:00:00+08:00",
            "2026-11-22t16:00:00+0800",
            "2026-11-22 16:00:00+08:00",
            "Sun, 22 Nov 2026 08:00:00 GMT",
            " 2026-11-22T08:00:00.0Z ",
        ] {
            assert_eq!(read_time(text), Some(ReadTime { at: eight, is_assumed_local: false }), "{text}");
        }
        for text in ["2026-11-22T16:00:00", "2026-11-22 16:00:00", "2026-11-22 16:00"] {
            assert_eq!(read_time(text), Some(ReadTime { at: eight, is_assumed_local: true }), "{text}");
        }
        for wrong in
            ["", "soon", "2026-13-22T16:00:00Z", "9999-01-01T00:00:00Z", "山", "Sun", "+0800", "-----"]
        {
            assert_eq!(read_time(wrong), None, "{wrong}");
        }
        assert_eq!(with_offset(eight), "2026-11-22T16:00:00+08:00");
    }
}
