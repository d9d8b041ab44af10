//! `/sensorthings/v1.1`: devices and their newest values, read only.

use super::At;
use super::problem::Problem;
use crate::served::sensing::{Key, Needs, Sensing, VERSION};
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use city::{Actor, Field};
use feeds::sensorthings::{Entity, Kind, Options, Service, read_options};
use serde_json::{Value, json};

/// How many entities a page has where nothing is asked, and at most.
const USUAL: u64 = 100;
const MOST: u64 = 1_000;
/// More entities than this in one answer, expanded ones among them, are refused.
const MOST_EXPANDED: usize = 50_000;
/// More entities than this are not made for what a filter or an order looks at: a few for each device.
const MOST_LOOKED_AT: usize = 150_000;

/// What is conformed to (18-088, clause 2): the data model and reading it.
const CONFORMANCE: [&str; 6] = [
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/resource-path/resource-path-to-entities",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/filter",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/orderby",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/pagination",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/expand",
];

/// `GET /sensorthings/v1.1`.
pub async fn root(State(doors): At, headers: HeaderMap) -> Json<Value> {
    Json(service(&doors, &headers).root(&Kind::ALL, &CONFORMANCE, &[]))
}

/// `GET /sensorthings/v1.1/…`.
pub async fn read(
    State(doors): At,
    Extension(actor): Extension<Actor>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Problem> {
    let service = service(&doors, request.headers());
    let place = request.uri().path().to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let devices = &doors.surroundings.devices;
        // A value that is withheld is no observation.
        let no_values = doors.negative_list.sight(&actor).withheld.contains(Field::DeviceValue);
        let newest = if no_values { Vec::new() } else { doors.telemetry.newest() };
        let sensing =
            Sensing::new(devices, newest, service, |device| actor.jurisdiction.covers(device.place));
        answer(&sensing, &path, query.as_deref().unwrap_or_default()).map(|value| value.to_string())
    });
    let text = answer.await.map_err(|_| Problem::busy())?.map_err(|problem| problem.at(&place))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// Where this service stands, as the caller names it.
fn service(doors: &super::Doors, headers: &HeaderMap) -> Service {
    Service::new(&format!("{}/sensorthings", super::base(doors, headers)), VERSION)
}

/// What a path has led to so far.
enum Found {
    One(Kind, Key),
    Many(Kind, Vec<Key>),
}

fn answer(sensing: &Sensing<'_>, path: &str, query: &str) -> Result<Value, Problem> {
    let options = read_options(query)
        .map_err(|error| Problem::new(400, "badQuery", "The query cannot be answered", error.to_string()))?;
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let mut found = first(sensing, segments.next().unwrap_or_default())?;
    while let Some(segment) = segments.next() {
        found = match found {
            Found::One(kind, key) if Kind::of_relation(name(segment)).is_some() => {
                follow(sensing, kind, key, segment)?
            }
            Found::One(kind, key) => return property(sensing, kind, key, segment, segments.next()),
            Found::Many(..) => return Err(nothing(path)),
        };
    }
    let needs = Needs::of(&options);
    match found {
        Found::One(kind, key) => {
            bounded(sensing, kind, &[key], &needs, MOST_EXPANDED)?;
            Ok(sensing.service.entity(&sensing.entity(kind, key, &needs), &options))
        }
        Found::Many(kind, keys) => page(sensing, kind, keys, path, query, options, &needs),
    }
}

/// `Things` or `Things('D-1')`.
fn first(sensing: &Sensing<'_>, segment: &str) -> Result<Found, Problem> {
    let kind = Kind::of_set(name(segment)).filter(|kind| kind.set(VERSION) == name(segment));
    let kind = kind.ok_or_else(|| {
        let sets = Kind::ALL.map(|kind| kind.set(VERSION)).join(", ");
        let detail = format!("no set `{}`; there are {sets}", name(segment));
        Problem::new(404, "noSuchSet", "There is no such set", detail)
    })?;
    match id(segment)? {
        None => Ok(Found::Many(kind, sensing.all(kind))),
        Some(id) => sensing.find(kind, &id).map(|key| Found::One(kind, key)).ok_or_else(|| nothing(segment)),
    }
}

/// `Datastreams`, `Datastreams('D-1')` or `Thing` of an entity.
fn follow(sensing: &Sensing<'_>, kind: Kind, key: Key, segment: &str) -> Result<Found, Problem> {
    let relation = name(segment);
    let (to, keys) = sensing.related(kind, key, relation).ok_or_else(|| nothing(segment))?;
    let is_many = kind.relations(VERSION).iter().any(|(name, many)| *name == relation && *many);
    match (id(segment)?, is_many) {
        (None, true) => Ok(Found::Many(to, keys)),
        (None, false) => keys.first().map(|key| Found::One(to, *key)).ok_or_else(|| nothing(segment)),
        (Some(id), _) => {
            let found = sensing.find(to, &id).filter(|found| keys.contains(found));
            found.map(|key| Found::One(to, key)).ok_or_else(|| nothing(segment))
        }
    }
}

/// One property of an entity, or its bare value.
fn property(
    sensing: &Sensing<'_>,
    kind: Kind,
    key: Key,
    field: &str,
    then: Option<&str>,
) -> Result<Value, Problem> {
    let entity = sensing.entity(kind, key, &Needs::default());
    let value = entity.fields.get(field).ok_or_else(|| nothing(field))?;
    match then {
        None => Ok(json!({ field: value })),
        Some("$value") => Ok(value.clone()),
        Some(more) => Err(nothing(more)),
    }
}

fn page(
    sensing: &Sensing<'_>,
    kind: Kind,
    keys: Vec<Key>,
    path: &str,
    query: &str,
    mut options: Options,
    needs: &Needs,
) -> Result<Value, Problem> {
    let top = options.top.unwrap_or(USUAL).min(MOST) as usize;
    let skip = usize::try_from(options.skip.unwrap_or(0)).unwrap_or(usize::MAX);
    options.top = Some(top as u64);
    let root = sensing.service.set_address(kind);
    let root = root.rsplit_once('/').map_or(root.as_str(), |(root, _)| root);
    let address = format!("{root}/{}", path.trim_matches('/'));
    // Where neither filter nor order looks at the entities, only those of the page are made.
    if options.filter.is_none() && options.order.is_empty() {
        let all = keys.len();
        let keys: Vec<Key> = keys.into_iter().skip(skip).take(top).collect();
        bounded(sensing, kind, &keys, needs, MOST_EXPANDED)?;
        let shown: Vec<Entity> = keys.into_iter().map(|key| sensing.entity(kind, key, needs)).collect();
        return Ok(sensing.service.page(&shown, &address, query, &options, all as u64));
    }
    bounded(sensing, kind, &keys, needs, MOST_LOOKED_AT)?;
    let (mut held, mut all) = (Vec::new(), 0_u64);
    let wanted = skip.saturating_add(top);
    for key in keys {
        let entity = sensing.entity(kind, key, needs);
        if !options.holds(&entity) {
            continue;
        }
        all += 1;
        held.push((key, entity));
        // Those that no page shows are let go on the way: memory follows what is asked for, not what there is.
        if held.len() >= wanted.saturating_mul(2) {
            held.sort_by(|(_, one), (_, other)| options.compare(one, other));
            held.truncate(wanted);
        }
    }
    held.sort_by(|(_, one), (_, other)| options.compare(one, other));
    let (keys, shown): (Vec<Key>, Vec<Entity>) = held.into_iter().skip(skip).take(top).unzip();
    bounded(sensing, kind, &keys, &Needs::told(&options), MOST_EXPANDED)?;
    Ok(sensing.service.page(&shown, &address, query, &options, all))
}

/// Refuses what would make more than `most` entities: the devices of all classes, each with all of them again.
fn bounded(
    sensing: &Sensing<'_>,
    kind: Kind,
    keys: &[Key],
    needs: &Needs,
    most: usize,
) -> Result<(), Problem> {
    let mut count = 0_usize;
    for key in keys {
        count = count.saturating_add(sensing.weight(kind, *key, needs, most - count));
        if count >= most {
            let detail = format!(
                "more than {most} entities would be looked at: ask for fewer by $top, or filter, order and expand by \
                 fewer relations"
            );
            return Err(Problem::new(400, "tooMuch", "The answer would be too large", detail));
        }
    }
    Ok(())
}

fn nothing(what: &str) -> Problem {
    let detail = format!("nothing is at `{what}`, or it is not yours to see");
    Problem::new(404, "noSuchEntity", "There is no such entity", detail)
}

/// The name before an identifier in brackets.
fn name(segment: &str) -> &str {
    segment.split_once('(').map_or(segment, |(name, _)| name)
}

/// The identifier in brackets: a number, or a text in single quotes that doubles those within.
fn id(segment: &str) -> Result<Option<String>, Problem> {
    let Some((_, rest)) = segment.split_once('(') else { return Ok(None) };
    let bad = || {
        let detail = format!("`{segment}`: an identifier reads (7) or ('D-1')");
        Problem::new(400, "badIdentifier", "This is no identifier", detail)
    };
    let literal = rest.strip_suffix(')').ok_or_else(bad)?;
    if let Some(quoted) = literal.strip_prefix('\'') {
        let text = quoted.strip_suffix('\'').ok_or_else(bad)?;
        return Ok(Some(text.replace("''", "'")));
    }
    if literal.parse::<i64>().is_ok() { Ok(Some(literal.to_owned())) } else { Err(bad()) }
}
