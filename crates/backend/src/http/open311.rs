//! `/open311/v2`: residents' reports as Open311 GeoReport v2 (JSON), read only.

use super::At;
use super::problem::Problem;
use crate::served::requests;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use city::{Actor, City, CityTime, Field, Sight};
use feeds::open311::{RequestStatus, ServiceRequest, write_requests, write_services};

/// How many requests are told at most (GeoReport v2: 1,000), the newest.
const MOST: usize = 1_000;
/// Where nothing is asked of times, requests of the last ninety days are told (GeoReport v2).
const DAYS_S: f64 = 90.0 * 86_400.0;

/// What may be asked of the list.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Asked {
    service_request_id: Option<String>,
    service_code: Option<String>,
    start_date: Option<String>,
    end_date: Option<String>,
    status: Option<String>,
}

/// `GET /open311/v2/services.json`.
pub async fn services() -> Response {
    json(write_services(&requests::services()))
}

/// `GET /open311/v2/requests.json`.
pub async fn list(
    State(doors): At,
    Extension(actor): Extension<Actor>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let city = seen(&doors, &actor).await?;
    let from = time(asked.start_date.as_deref(), "start_date")?;
    let to = time(asked.end_date.as_deref(), "end_date")?;
    let from = from.unwrap_or_else(|| to.unwrap_or(city.now).plus_s(-DAYS_S));
    let listed = |text: &Option<String>, value: &str| {
        text.as_ref().is_none_or(|list| list.split(',').any(|one| one.trim() == value))
    };
    let status =
        |request: &ServiceRequest| if request.status == RequestStatus::Closed { "closed" } else { "open" };
    let wanted = |request: &ServiceRequest| {
        let is_then = request.requested.is_some_and(|at| at >= from && to.is_none_or(|to| at <= to));
        let is_named = asked.service_request_id.is_some();
        listed(&asked.service_request_id, &request.service_request_id)
            && (is_named
                || is_then
                    && listed(&asked.service_code, &request.service_code)
                    && listed(&asked.status, status(request)))
    };
    let mut found: Vec<ServiceRequest> =
        city.incidents.values().filter_map(requests::request).filter(wanted).collect();
    found.sort_by_key(|request| std::cmp::Reverse(request.requested));
    found.truncate(MOST);
    Ok(json(write_requests(&found)))
}

/// `GET /open311/v2/requests/{number}.json`.
pub async fn one(
    State(doors): At,
    Extension(actor): Extension<Actor>,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    let city = seen(&doors, &actor).await?;
    let number = number.strip_suffix(".json").unwrap_or(&number);
    let found = city.incidents.get(&number.into()).and_then(requests::request);
    let found = found.ok_or_else(|| {
        let detail = format!("there is no request {number}, or it is not yours to see");
        Problem::new(404, "noSuchRequest", "There is no such request", detail)
    })?;
    Ok(json(write_requests(&[found])))
}

/// The city with who reported what: who it was is told by no request, only that it was a person.
async fn seen(doors: &super::Doors, actor: &Actor) -> Result<City, Problem> {
    let sight = doors.negative_list.sight(actor);
    super::seen_by(doors, Sight { withheld: sight.withheld.without(Field::IncidentReporter), ..sight }).await
}

fn time(text: Option<&str>, field: &str) -> Result<Option<CityTime>, Problem> {
    let read = |text: &str| {
        feeds::sensorthings::instant(text).ok_or_else(|| {
            let detail = format!("{field} `{text}` is no time such as 2026-11-22T08:00:00Z");
            Problem::new(400, "badTime", "This is no time", detail)
        })
    };
    text.map(read).transpose()
}

fn json(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response()
}
