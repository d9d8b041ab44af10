//! `/api/v1/vital-signs` and `/api/v1/quality`: how the city is, and how good what it is told is.

use super::At;
use super::problem::Problem;
use crate::vitals::Asked;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use city::{Actor, Field, Jurisdiction};
use serde::Serialize;
use std::collections::BTreeMap;
use watch::vital::told::{Span, area_key, read_area};

/// `GET /api/v1/vital-signs?area=…`: every sign of an area.
pub async fn all(
    State(doors): At,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let path = "/api/v1/vital-signs";
    let query = Query::read(query.as_deref(), &["area"]).map_err(|problem| problem.at(path))?;
    let area = query.area(&doors, &actor).map_err(|problem| problem.at(path))?;
    let without_values = lacks_values(&doors, &actor);
    answer(move || doors.vitals.signs(area, without_values)).await
}

/// `GET /api/v1/vital-signs/{id}?area=…&span=…`: one with its past, the districts and the parts of the area.
pub async fn one(
    State(doors): At,
    Extension(actor): Extension<Actor>,
    Path(sign): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let path = format!("/api/v1/vital-signs/{sign}");
    let query = Query::read(query.as_deref(), &["area", "span"]).map_err(|problem| problem.at(&path))?;
    let ids = doors.vitals.sign_ids();
    if !ids.contains(&sign) {
        let detail = format!("no vital sign `{}`; there are {}", short(&sign), ids.join(", "));
        return Err(Problem::new(404, "noSuchSign", "There is no such vital sign", detail).at(&path));
    }
    let area = query.area(&doors, &actor).map_err(|problem| problem.at(&path))?;
    let span = query.span().map_err(|problem| problem.at(&path))?;
    let without_values = lacks_values(&doors, &actor);
    let jurisdiction = actor.jurisdiction;
    answer(move || doors.vitals.in_depth(Asked { sign: &sign, area, span, jurisdiction, without_values }))
        .await
}

/// `GET /api/v1/quality`: every source of data with its score and why.
pub async fn quality(
    State(doors): At,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[]).map_err(|problem| problem.at("/api/v1/quality"))?;
    answer(move || doors.vitals.quality(actor.jurisdiction)).await
}

/// True where values of devices are withheld from somebody.
fn lacks_values(doors: &super::Doors, actor: &Actor) -> bool {
    doors.negative_list.sight(actor).withheld.contains(Field::DeviceValue)
}

/// The answer that is made beside those who only wait: it looks at thousands of devices.
async fn answer<T: Serialize>(make: impl FnOnce() -> T + Send + 'static) -> Result<Response, Problem> {
    let text = tokio::task::spawn_blocking(move || serde_json::to_string(&make())).await;
    let text = text.map_err(|_| Problem::busy())?.map_err(|error| {
        Problem::new(500, "unwritable", "The answer cannot be written", error.to_string())
    })?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// The words of a query, each once.
struct Query(BTreeMap<String, String>);

impl Query {
    fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Problem> {
        let mut words = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let bad = |what: &str| {
                let known = if known.is_empty() { "none".to_owned() } else { known.join(" and ") };
                let detail = format!("`{}` {what}: {known} may be given, each once", short(&name));
                Problem::new(400, "badQuery", "The query cannot be answered", detail)
            };
            if !known.contains(&name.as_ref()) {
                return Err(bad("is unknown here"));
            }
            if words.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(bad("is given twice"));
            }
        }
        Ok(Self(words))
    }

    /// The area that is asked for, if there is such a one and it is the caller's to see; without one, their own.
    fn area(&self, doors: &super::Doors, actor: &Actor) -> Result<Jurisdiction, Problem> {
        let Some(text) = self.0.get("area") else { return Ok(actor.jurisdiction) };
        let area = read_area(text).ok_or_else(|| {
            let detail = format!(
                "`{}` is no area: write city, a district such as 500103, or a township such as 500103001",
                short(text)
            );
            Problem::new(400, "badArea", "This is no area", detail)
        })?;
        if !doors.surroundings.has(area) {
            let detail = format!(
                "no district or township {}: /collections/districts/items and /collections/townships/items list all",
                area_key(area)
            );
            return Err(Problem::new(404, "noSuchArea", "There is no such area", detail));
        }
        if !actor.jurisdiction.covers_centre(area) {
            let detail = format!(
                "{} answers for {}, and sees the vital signs of nothing outside it: ask for that, or for a part of it",
                actor.name,
                area_key(actor.jurisdiction)
            );
            return Err(Problem::new(403, "outsideJurisdiction", "This area is not yours to see", detail));
        }
        Ok(area)
    }

    fn span(&self) -> Result<Span, Problem> {
        let Some(text) = self.0.get("span") else { return Ok(Span::Day) };
        Span::of_key(text).ok_or_else(|| {
            let spans = Span::ALL.map(Span::key).join(", ");
            let detail = format!("`{}` is no span: it is one of {spans}", short(text));
            Problem::new(400, "badSpan", "This is no span", detail)
        })
    }
}

/// The beginning of what somebody wrote.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}
