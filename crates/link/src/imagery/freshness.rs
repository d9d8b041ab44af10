//! How long an answer may be shown without asking again: RFC 9111, as far as tiles need it.

use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName};
use std::time::Duration;

/// Where a server says nothing, tiles are taken as OpenStreetMap asks it of whoever uses its own.
const UNSAID: Duration = Duration::from_secs(7 * 24 * 3600);
/// No longer than this, whatever a server says.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// How long an answer is fresh; none where it must not be kept.
pub(crate) fn fresh_for(headers: &HeaderMap) -> Option<Duration> {
    let control = text(headers, &CACHE_CONTROL).unwrap_or_default().to_ascii_lowercase();
    let directives = || control.split(',').map(str::trim);
    if directives().any(|directive| directive == "no-store") {
        return None;
    }
    if directives().any(|directive| directive == "no-cache") {
        return Some(Duration::ZERO);
    }
    let max_age = directives().find_map(|directive| directive.strip_prefix("max-age="));
    if let Some(seconds) = max_age.and_then(|seconds| seconds.trim_matches('"').parse::<u64>().ok()) {
        let age = text(headers, &AGE).and_then(|age| age.parse().ok()).unwrap_or(0);
        return Some(Duration::from_secs(seconds.saturating_sub(age)).min(LONGEST));
    }
    let Some(expires) = text(headers, &EXPIRES) else { return Some(UNSAID) };
    // By the server's own clock; a date that is none means that it is over.
    let time = |text: &str| httpdate::parse_http_date(text).ok();
    let span = time(&expires).zip(text(headers, &DATE).as_deref().and_then(time));
    let span = span.and_then(|(expires, now)| expires.duration_since(now).ok());
    Some(span.unwrap_or_default().min(LONGEST))
}

/// The text of a header, where there is one.
pub(crate) fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_say_is_heeded() {
        let seconds = |lines: &[(&'static str, &str)]| {
            let lines = lines.iter().map(|(n, v)| (HeaderName::from_static(n), v.parse().unwrap()));
            fresh_for(&lines.collect()).map(|fresh| fresh.as_secs())
        };
        let date = ("date", "Sun, 22 Nov 2026 08:00:00 GMT");
        let control = |value| seconds(&[("cache-control", value)]);
        assert_eq!(seconds(&[]), Some(UNSAID.as_secs()));
        assert_eq!(control("public, Max-Age=60, stale-if-error=5"), Some(60));
        assert_eq!(control("max-age=99999999999999"), Some(LONGEST.as_secs()));
        assert_eq!(control("max-age=soon"), Some(UNSAID.as_secs()));
        assert_eq!(control("no-cache, max-age=60"), Some(0));
        assert_eq!(control("no-store"), None);
        assert_eq!(seconds(&[("cache-control", "max-age=60"), ("age", "50")]), Some(10));
        assert_eq!(seconds(&[("cache-control", "max-age=60"), ("age", "70")]), Some(0));
        assert_eq!(seconds(&[date, ("expires", "Sun, 22 Nov 2026 08:02:00 GMT")]), Some(120));
        assert_eq!(seconds(&[date, ("expires", "Sun, 22 Nov 2026 07:00:00 GMT")]), Some(0));
        assert_eq!(seconds(&[date, ("expires", "0")]), Some(0));
    }
}
