//! `/cap/alerts`: warnings in force and open incidents as an Atom feed of CAP 1.2, and each message by its number.

use super::At;
use super::problem::Problem;
use crate::served::alerts;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use city::{Actor, City};
use feeds::cap::{Alert, AlertList, EntryBody, ListEntry, write_alert, write_atom};

const ATOM: &str = "application/atom+xml; charset=utf-8";
const CAP: &str = "application/cap+xml; charset=utf-8";

/// `GET /cap/alerts`.
pub async fn list(
    State(doors): At,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let city = super::seen(&doors, &actor).await?;
    let (sender, base) = (sender(&doors.city_id), super::base(&doors, &headers));
    let written = tokio::task::spawn_blocking(move || write_atom(&feed(&city, &sender, &base)));
    Ok(([(header::CONTENT_TYPE, ATOM)], written.await.map_err(|_| Problem::busy())?).into_response())
}

fn feed(city: &City, sender: &str, base: &str) -> AlertList {
    let newest = city.incidents.values().filter_map(|incident| alerts::newest(incident, sender, city.now));
    let warned = city.warnings.values();
    let warned = warned.filter_map(|w| alerts::newest_of_warning(w, city.status, sender, city.now));
    let mut entries: Vec<ListEntry> = newest.chain(warned).map(|alert| entry(alert, base)).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.updated));
    AlertList {
        id: format!("{base}/cap/alerts"),
        title: "山城 Shancheng".to_owned(),
        updated: entries.first().and_then(|entry| entry.updated).or(Some(city.now)),
        next: None,
        entries,
    }
}

/// `GET /cap/alerts/{number}`.
pub async fn one(
    State(doors): At,
    Extension(actor): Extension<Actor>,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    let city = super::seen(&doors, &actor).await?;
    let sender = sender(&doors.city_id);
    let all = city.incidents.values().flat_map(|incident| alerts::messages(incident, &sender));
    let warned = city.warnings.values().flat_map(|w| alerts::of_warning(w, city.status, &sender));
    let alert = all.chain(warned).find(|alert| alert.identifier == number).ok_or_else(|| {
        let detail = format!("there is no alert {number}, or it is not yours to see: /cap/alerts lists all");
        Problem::new(404, "noSuchAlert", "There is no such alert", detail)
    })?;
    Ok(([(header::CONTENT_TYPE, CAP)], write_alert(&alert)).into_response())
}

fn entry(alert: Alert, base: &str) -> ListEntry {
    let headline = alert.infos.first().map(|info| info.headline.clone()).unwrap_or_default();
    ListEntry {
        id: format!("{base}/cap/alerts/{}", alert.identifier),
        title: headline,
        updated: Some(alert.sent),
        href: Some(format!("{base}/cap/alerts/{}", alert.identifier)),
        body: EntryBody::Whole(Box::new(alert)),
    }
}

/// A sender has neither blanks nor commas.
fn sender(city_id: &str) -> String {
    format!("shancheng.{city_id}")
}
