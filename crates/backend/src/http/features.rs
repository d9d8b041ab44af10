//! OGC API – Features 1.0: the static layers as pages of GeoJSON.
//!
//! What everybody may know, such as shelters and rivers, is told to all; risk points to those they belong to.

use super::At;
use super::problem::Problem;
use axum::extract::{Path, RawQuery};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use city::{Actor, Fields, Telling};
use layers::{Collection, FeaturePage};
use serde_json::{Value, json};

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
/// Chongqing, west, south, east, north in degrees.
const EXTENT: [f64; 4] = [105.28, 28.15, 110.2, 32.21];
const DEFAULT_LIMIT: usize = 100;
const MOST: usize = 10_000;

/// `GET /conformance`.
pub async fn conformance() -> Json<Value> {
    let class = |name: &str| format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}");
    Json(json!({"conformsTo": [class("core"), class("oas30"), class("geojson")]}))
}

/// `GET /collections`.
pub async fn collections() -> Json<Value> {
    let all: Vec<Value> = layers::collections().iter().map(description).collect();
    Json(json!({
        "collections": all,
        "links": [{"rel": "self", "href": "/collections", "type": "application/json"}],
    }))
}

/// `GET /collections/{id}`.
pub async fn collection(Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    Ok(Json(description(find(&id)?)))
}

/// `GET /collections/{id}/items`.
pub async fn items(
    axum::extract::State(doors): At,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = Asked::read(query.as_deref().unwrap_or_default())?;
    find(&id)?;
    let page = tokio::task::spawn_blocking(move || {
        let still = &doors.surroundings;
        let page = layers::features(
            &still.layers,
            risk_points_of(still, &id, &actor),
            &id,
            asked.bbox,
            asked.offset,
            asked.limit,
        )
        .map_err(|e| bad_query(e.to_string()))?;
        let page = as_told(page, &id, doors.negative_list.sight(&actor).withheld);
        Ok(document(&id, &asked, page, doors.clock.now()).to_string())
    });
    let text = page.await.map_err(|_| Problem::busy())??;
    Ok(geojson(text))
}

/// `GET /collections/{id}/items/{feature}`.
pub async fn item(
    axum::extract::State(doors): At,
    Extension(actor): Extension<Actor>,
    Path((id, feature)): Path<(String, String)>,
) -> Result<Response, Problem> {
    find(&id)?;
    let found = tokio::task::spawn_blocking(move || {
        let still = &doors.surroundings;
        let page =
            layers::features(&still.layers, risk_points_of(still, &id, &actor), &id, None, 0, usize::MAX);
        let page = page.map_err(|e| bad_query(e.to_string()))?;
        let page = as_told(page, &id, doors.negative_list.sight(&actor).withheld);
        let found = page.features.into_iter().find(|f| f.get("id").and_then(Value::as_str) == Some(&feature));
        found.map(|f| f.to_string()).ok_or_else(|| {
            Problem::new(404, "noSuchFeature", "There is no such feature", format!("{id} has no {feature}"))
        })
    });
    Ok(geojson(found.await.map_err(|_| Problem::busy())??))
}

/// Risk points take a while to make, so they are asked for only where they are shown.
fn risk_points_of<'a>(
    still: &'a crate::Surroundings,
    id: &str,
    actor: &Actor,
) -> impl Iterator<Item = &'a city::RiskPoint> {
    let points = if id == "risk-points" { still.risk_points() } else { &[] };
    let here = actor.jurisdiction;
    points.iter().filter(move |point| here.covers(point.place))
}

/// A page without what is withheld.
fn as_told(mut page: FeaturePage, id: &str, withheld: Fields) -> FeaturePage {
    if id == "risk-points" {
        page.features.iter_mut().for_each(|point| city::withhold(withheld, Telling::RiskPoint, point));
    }
    page
}

fn geojson(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/geo+json")], text).into_response()
}

fn find(id: &str) -> Result<&'static Collection, Problem> {
    layers::collections().iter().find(|c| c.id == id).ok_or_else(|| {
        let known = layers::collections().iter().map(|c| c.id).collect::<Vec<_>>().join(", ");
        let detail = format!("no collection {id}; there are {known}");
        Problem::new(404, "noSuchCollection", "There is no such collection", detail)
    })
}

fn description(collection: &Collection) -> Value {
    let id = collection.id;
    json!({
        "id": id,
        "title": collection.zh,
        "description": collection.en,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {"spatial": {"bbox": [EXTENT], "crs": CRS84}},
        "links": [
            {"rel": "self", "href": format!("/collections/{id}"), "type": "application/json"},
            {"rel": "items", "href": format!("/collections/{id}/items"), "type": "application/geo+json"},
        ],
    })
}

/// What of a collection is asked for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    bbox: Option<[f64; 4]>,
    limit: usize,
    offset: usize,
}

impl Asked {
    /// Reads a query; an unknown parameter is refused, as the standard asks.
    fn read(query: &str) -> Result<Self, Problem> {
        let mut asked = Self { bbox: None, limit: DEFAULT_LIMIT, offset: 0 };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = value.replace("%2C", ",").replace("%2c", ",");
            let whole = || {
                value.parse::<usize>().map_err(|_| bad_query(format!("{name}={value} is no whole number")))
            };
            match name {
                "bbox" => asked.bbox = Some(bbox(&value)?),
                // More than is given out is no error by the standard: the server's limit holds.
                "limit" => match whole()? {
                    0 => return Err(bad_query("limit=0: ask for 1 to 10000".to_owned())),
                    limit => asked.limit = limit.min(MOST),
                },
                "offset" => asked.offset = whole()?,
                "f" if value == "json" => {}
                "bbox-crs" | "crs" if value.replace("%3A", ":").replace("%2F", "/") == CRS84 => {}
                // Static layers have no time of their own, so every instant matches.
                "datetime" => {}
                _ => {
                    return Err(bad_query(format!(
                        "{name} is not known; there are bbox, limit, offset, datetime"
                    )));
                }
            }
        }
        Ok(asked)
    }

    fn address(&self, id: &str, offset: usize) -> String {
        let bbox = self.bbox.map(|[w, s, e, n]| format!("&bbox={w},{s},{e},{n}")).unwrap_or_default();
        format!("/collections/{id}/items?limit={}&offset={offset}{bbox}", self.limit)
    }
}

fn bbox(value: &str) -> Result<[f64; 4], Problem> {
    let numbers: Result<Vec<f64>, _> = value.split(',').map(|n| n.trim().parse::<f64>()).collect();
    match numbers.as_deref() {
        Ok([w, s, e, n]) => Ok([*w, *s, *e, *n]),
        // Six numbers carry heights, which flat layers do not look at.
        Ok([w, s, _, e, n, _]) => Ok([*w, *s, *e, *n]),
        _ => Err(bad_query(format!("bbox={value} must be west,south,east,north in degrees"))),
    }
}

fn bad_query(detail: String) -> Problem {
    Problem::new(400, "badQuery", "The question cannot be answered", detail)
}

fn document(id: &str, asked: &Asked, page: FeaturePage, now: city::CityTime) -> Value {
    let link = |rel: &str, offset| json!({"rel": rel, "href": asked.address(id, offset), "type": "application/geo+json"});
    let mut links = vec![link("self", asked.offset)];
    let next = asked.offset.saturating_add(page.features.len());
    if next < page.number_matched && !page.features.is_empty() {
        links.push(link("next", next));
    }
    if asked.offset > 0 {
        links.push(link("prev", asked.offset.saturating_sub(asked.limit)));
    }
    links
        .push(json!({"rel": "collection", "href": format!("/collections/{id}"), "type": "application/json"}));
    json!({
        "type": "FeatureCollection",
        "numberMatched": page.number_matched,
        "numberReturned": page.features.len(),
        "timeStamp": now,
        "links": links,
        "features": page.features,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn queries_are_read_and_what_is_wrong_is_refused() {
        let asked = Asked::read("bbox=106.1,29.2%2C107,30&limit=20000&offset=5").unwrap();
        assert_eq!(asked, Asked { bbox: Some([106.1, 29.2, 107.0, 30.0]), limit: 10_000, offset: 5 });
        for wrong in ["bbox=1,2,3", "limit=0", "limit=-1", "offset=x", "colour=red", "bbox=a,b,c,d"] {
            assert_eq!(Asked::read(wrong).unwrap_err().status, 400, "{wrong}");
        }
    }
}
