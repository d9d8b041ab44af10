//! Fetching the risk points of the one-map, once from each city that is reached.

use crate::backoff::{Backoff, Trouble};
use crate::message::LinkMessage;
use crate::thread::{Reached, Shared};
use city::RiskPoint;
use feeds::Cause;
use reqwest::Url;

/// The first page.
const FIRST_PAGE: &str = "/collections/risk-points/items?limit=10000";
/// More than any city shows on one map: what gives more is no such collection.
const MOST: usize = 1_000_000;

/// Fetches for ever: whenever another city is reached, and again after a failure, of which the console is told once.
pub(crate) async fn follow(shared: &Shared) {
    let mut backoff = Backoff::new(shared.pace);
    let mut reached = shared.reached.subscribe();
    let mut fetched_from: Option<Reached> = None;
    let mut told_of: Option<(Option<Reached>, String)> = None;
    loop {
        // The sender lives as long as this future does, so waiting cannot fail.
        let Ok(city) = reached.wait_for(|now| now.is_some() && *now != fetched_from).await else { return };
        let city = city.clone();
        let trouble = match all_pages(shared).await {
            Ok(points) => {
                backoff.reset();
                (fetched_from, told_of) = (city, None);
                shared.mailbox.put(LinkMessage::RiskPoints(Ok(points))).await;
                continue;
            }
            Err(trouble) => trouble,
        };
        let wait = backoff.wait(trouble.again);
        tracing::info!("risk points: {}; trying again in {:.1} s", trouble.why, wait.as_secs_f64());
        let telling = Some((city, trouble.why.clone()));
        if telling != told_of {
            told_of = telling;
            shared.mailbox.put(LinkMessage::RiskPoints(Err(trouble.why))).await;
        }
        tokio::time::sleep(wait).await;
    }
}

async fn all_pages(shared: &Shared) -> Result<Vec<RiskPoint>, Trouble> {
    let (mut points, mut path, mut visited) = (Vec::new(), FIRST_PAGE.to_owned(), Vec::new());
    loop {
        let body = shared.http.get(&path).await?;
        let page = feeds::read_risk_points(&body)
            .map_err(|error| Trouble::lasting(Cause::Unreadable, error.to_string()))?;
        shared.gauges.events_problems(page.problems);
        points.extend(page.points);
        let Some(href) = page.next else { return Ok(points) };
        let next = next_path(shared.http.base(), &path, &href).ok_or_else(|| {
            Trouble::lasting(Cause::Stranger, format!("the next page of risk points is elsewhere: {href}"))
        })?;
        visited.push(std::mem::replace(&mut path, next));
        if visited.contains(&path) || points.len() > MOST {
            let why = format!("the pages of risk points never end: {} of them lead to {path}", visited.len());
            return Err(Trouble::lasting(Cause::Stranger, why));
        }
    }
}

/// The path of the page that `href` on the page at `path` leads to, behind the backend's address `base`; `None` where
/// it leads elsewhere: the token goes to nobody but this backend.
fn next_path(base: &str, path: &str, href: &str) -> Option<String> {
    let next = Url::parse(&format!("{base}{path}")).ok()?.join(href).ok()?;
    match next.as_str().strip_prefix(base).filter(|rest| rest.starts_with('/')) {
        Some(rest) => Some(rest.to_owned()),
        // A backend behind a prefix may not know of it.
        None => (href.starts_with('/') && !href.starts_with("//")).then(|| href.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_however_it_is_written_and_never_elsewhere() {
        let base = "http://city.example:8087";
        let page = "/collections/risk-points/items?limit=1";
        let next = "/collections/risk-points/items?offset=1";
        for href in [next, "items?offset=1", "?offset=1", &format!("{base}{next}")] {
            assert_eq!(next_path(base, page, href).as_deref(), Some(next), "{href}");
        }
        assert_eq!(next_path("http://city.example/one", page, next).as_deref(), Some(next));
        for href in ["http://evil.example/a", "//evil.example/a", "http://city.example:80870/a", "http://["] {
            assert_eq!(next_path(base, page, href), None, "{href}");
        }
    }
}
