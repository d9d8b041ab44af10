//! Days and months of Asia/Shanghai.

use city::CityTime;

/// A day, milliseconds.
pub(super) const DAY_MS: i64 = 86_400_000;
/// An hour, milliseconds.
pub(super) const HOUR_MS: i64 = 3_600_000;
/// A minute, milliseconds.
pub(super) const MINUTE_MS: i64 = 60_000;
/// Asia/Shanghai has kept UTC+8 without summer time since 1991.
const SHANGHAI_MS: i64 = 8 * HOUR_MS;

/// How many periods have passed since 1970 began in Asia/Shanghai.
pub(super) fn index(at: CityTime, period_ms: i64) -> i64 {
    at.0.saturating_add(SHANGHAI_MS).div_euclid(period_ms)
}

/// When the period with this index began.
pub(super) fn start(index: i64, period_ms: i64) -> CityTime {
    CityTime(index.saturating_mul(period_ms).saturating_sub(SHANGHAI_MS))
}

/// The days of the month that `day` lies in, `years` years before it, as indices from and to, the last exclusive.
pub(super) fn month_days(day: i64, years: i64) -> (i64, i64) {
    let (year, month) = year_and_month(day);
    let year = year - years;
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    (first_day(year, month), first_day(next.0, next.1))
}

/// Howard Hinnant's `civil_from_days`, proleptic Gregorian.
fn year_and_month(day: i64) -> (i64, i64) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month)
}

/// Howard Hinnant's `days_from_civil` of the first of a month.
fn first_day(year: i64, month: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_and_end_where_the_calendar_says() {
        let day = |text| index(CityTime::parse(text).unwrap(), DAY_MS);
        let noon = day("2028-02-29T04:00:00Z");
        assert_eq!(month_days(noon, 0), (day("2028-02-01T04:00:00Z"), day("2028-03-01T04:00:00Z")));
        assert_eq!(month_days(noon, 1), (day("2027-02-01T04:00:00Z"), day("2027-03-01T04:00:00Z")));
        let december = day("2026-12-31T15:59:59Z");
        assert_eq!(month_days(december, 0), (day("2026-12-01T00:00:00Z"), day("2026-12-31T16:00:00Z")));
    }
}
