//! Fetching the risk points of the one-map, once from each city that is reached.

use crate::backoff::{Backoff, Trouble};
use crate::message::LinkMessage;
use crate::thread::{Reached, Shared};
use city::RiskPoint;
use feeds::{Cause, Problems};

/// The first page.
const FIRST_PAGE: &str = "/collections/risk-points/items?limit=10000";
/// More pages than any city has are a server that goes round in circles.
const MOST_PAGES: usize = 2_000;

/// Fetches for ever: whenever another city is reached, and again after a failure.
pub(crate) async fn follow(shared: &Shared) {
    let mut backoff = Backoff::new(shared.pace);
    let mut reached = shared.reached.subscribe();
    let mut fetched_from: Option<Reached> = None;
    loop {
        // The sender lives as long as this future does, so waiting cannot fail.
        let Ok(city) =
            reached.wait_for(|now| now.is_some() && *now != fetched_from).await.map(|city| city.clone())
        else {
            return;
        };
        match all_pages(shared).await {
            Ok(points) => {
                backoff.reset();
                fetched_from = city;
                shared.mailbox.put(LinkMessage::RiskPoints(points)).await;
            }
            Err(trouble) => {
                let mut problems = Problems::default();
                problems.add("risk points", &trouble.why);
                shared.gauges.events_problems(problems);
                tokio::time::sleep(backoff.wait(trouble.again)).await;
            }
        }
    }
}

async fn all_pages(shared: &Shared) -> Result<Vec<RiskPoint>, Trouble> {
    let (mut points, mut next) = (Vec::new(), Some(FIRST_PAGE.to_owned()));
    for _ in 0..MOST_PAGES {
        let Some(address) = next else { return Ok(points) };
        // A link may hold the whole address; the token goes to nobody but this backend.
        let path = address.strip_prefix(shared.http.base()).unwrap_or(&address);
        if !path.starts_with('/') {
            return Err(Trouble::lasting(Cause::Stranger, format!("the next page is elsewhere: {address}")));
        }
        let body = shared.http.get(path).await?;
        let page = feeds::read_risk_points(&body)
            .map_err(|error| Trouble::lasting(Cause::Unreadable, error.to_string()))?;
        shared.gauges.events_problems(page.problems);
        points.extend(page.points);
        next = page.next;
    }
    Err(Trouble::lasting(Cause::Stranger, format!("more than {MOST_PAGES} pages of risk points")))
}
