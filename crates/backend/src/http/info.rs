//! What the backend says of itself, and the whole state of the city at once.

use super::At;
use super::problem::Problem;
use crate::observations::Counted;
use crate::owner::Ask;
use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use city::{Actor, Fields, Sight, Snapshot, Telling, Withheld};
use serde_json::{Value, json};

/// The description of all routes.
const OPENAPI: &str = include_str!("../../data/openapi.json");
/// The version of the project's own routes.
const PROTOCOL: u32 = 1;

/// `GET /`: the landing page of OGC API – Features.
pub async fn landing() -> Json<Value> {
    let link = |rel: &str, href: &str, title: &str, kind: &str| json!({"rel": rel, "href": href, "title": title, "type": kind});
    Json(json!({
        "title": "山城 Shancheng",
        "description": "City backend: static layers as features, the living city under /api/v1. Exercise data.",
        "links": [
            link("self", "/", "This page", "application/json"),
            link("service-desc", "/openapi.json", "API definition", "application/vnd.oai.openapi+json;version=3.0"),
            link("conformance", "/conformance", "Conformance classes", "application/json"),
            link("data", "/collections", "Collections", "application/json"),
            link("related", "/api/v1", "The living city", "application/json"),
            link("related", "/sensorthings/v1.1", "Devices (OGC SensorThings)", "application/json"),
            link("related", "/cap/alerts", "Incidents as alerts (CAP 1.2)", "application/atom+xml"),
            link("related", "/open311/v2/requests.json", "Residents' reports (Open311)", "application/json"),
        ],
    }))
}

/// `GET /health`: that it answers, whether what it is told can be kept, whether it leads the training city, how
/// its rules do, and what it counted of observations; `degraded` where any of these is in trouble.
pub async fn health(
    axum::extract::State(doors): At,
    axum::Extension(actor): axum::Extension<Actor>,
) -> Result<Json<Value>, Problem> {
    let health = doors.ask(|answer| Ask::Health { answer }).await?;
    let observed = doors.observed.as_ref().map(|observed| observed.counted());
    let hears = observed.as_ref().is_none_or(Counted::is_heard);
    let is_well = health.trouble.is_none() && health.broker.is_none() && hears;
    let mut told = json!({
        "status": if is_well { "ok" } else { "degraded" },
        "sequence": health.sequence,
        "now": health.now,
        "leads": health.leads,
        "rules": health.rules,
    });
    if let Some(trouble) = health.trouble {
        told["database"] = trouble.into();
    }
    if let Some(trouble) = health.broker {
        told["broker"] = trouble.into();
    }
    if let Some(mut counted) = observed {
        // A sample may hold a value that not everybody sees.
        if doors.negative_list.sight(&actor) != Sight::WHOLE {
            counted.sample = None;
        }
        told["observations"] = json!(counted);
    }
    Ok(Json(told))
}

/// `GET /openapi.json`.
pub async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/vnd.oai.openapi+json;version=3.0")], OPENAPI).into_response()
}

/// `GET /api/v1`: what a console checks before it trusts the rest.
pub async fn about(
    axum::extract::State(doors): At,
    axum::Extension(actor): axum::Extension<Actor>,
) -> Json<Value> {
    // Why a field is missing is said to whoever misses it.
    let withheld = doors.negative_list.withheld_from(&actor);
    let withheld: Vec<_> =
        withheld.map(|entry| Withheld { what: entry.what, reason: entry.reason.clone() }).collect();
    Json(json!({
        "name": "山城 Shancheng city backend",
        "version": PROTOCOL,
        "cityId": doors.city_id,
        "status": "Exercise",
        "speed": doors.clock.speed,
        "now": doors.clock.now(),
        "withheld": withheld,
        "actor": actor,
    }))
}

/// `GET /api/v1/snapshot`: what the caller may see of the state.
pub async fn snapshot(
    axum::extract::State(doors): At,
    axum::Extension(actor): axum::Extension<Actor>,
) -> Result<Response, Problem> {
    let snapshot = super::whole(&doors).await?;
    let sight = doors.negative_list.sight(&actor);
    let snapshot = sight.of_snapshot(snapshot);
    // Most lack nothing, and need no detour.
    let body = if sight.withheld.is_empty() {
        serde_json::to_string(&snapshot).map_err(|e| unwritable(&e))?
    } else {
        state_without(&snapshot, sight.withheld)?.to_string()
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// A state without what is withheld.
pub fn without(snapshot: Snapshot, withheld: Fields) -> Result<Snapshot, Problem> {
    if withheld.is_empty() {
        return Ok(snapshot);
    }
    serde_json::from_value(state_without(&snapshot, withheld)?).map_err(|e| unwritable(&e))
}

fn state_without(snapshot: &Snapshot, withheld: Fields) -> Result<Value, Problem> {
    let mut state = serde_json::to_value(snapshot).map_err(|e| unwritable(&e))?;
    city::withhold(withheld, Telling::State, &mut state);
    Ok(state)
}

fn unwritable(error: &serde_json::Error) -> Problem {
    Problem::new(500, "unwritable", "The state cannot be written", error.to_string())
}
