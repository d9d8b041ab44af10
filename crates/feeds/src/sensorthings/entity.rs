//! Pages of entities: things, locations, series, sensors, properties, features, with what is expanded in them.
//!
//! One shape serves all kinds and both versions' names, and keeps fields that extensions add.

use super::time::When;
use super::version::Kind;
use super::{NoDocument, json_text};
use crate::geojson::first_position;
use crate::{Problems, salvage};
use city::{CityTime, LonLat};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How deep entities are read within entities.
const DEEPEST_EXPANSION: usize = 12;

/// One entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Its kind.
    pub kind: Kind,
    /// Its identifier as text; empty within another entity where it was not selected.
    pub id: String,
    /// Its own address, as it stands there.
    pub self_link: Option<String>,
    /// Its fields, such as `name`, `description`, `properties`.
    pub fields: Map<String, Value>,
    /// Its relations by name, such as `Locations`.
    pub related: BTreeMap<String, Related>,
}

/// What a relation leads to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Related {
    /// The link to it.
    pub link: Option<String>,
    /// The entities, where they were expanded.
    pub entities: Vec<Entity>,
    /// The link to more of them.
    pub next: Option<String>,
    /// How many there are.
    pub count: Option<u64>,
}

/// A unit of measurement (18-088, clause 8.2.4; 23-019: the `uom` of SWE Common).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// Its name, such as `degree Celsius`.
    pub name: String,
    /// Its symbol, such as `°C`.
    pub symbol: String,
    /// Its definition: an address, or its UCUM code.
    pub definition: String,
}

/// A position of an entity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Where.
    pub at: LonLat,
    /// Height in metres above the WGS-84 ellipsoid (RFC 7946, clause 4), where it is told.
    pub above_ellipsoid_m: Option<f64>,
}

impl Position {
    /// The first position of GeoJSON; 0,0 is a device that nobody placed.
    pub(super) fn of(shape: &Value) -> Option<Self> {
        let numbers = first_position(shape)?;
        let (&lon, &lat) = (numbers.first()?, numbers.get(1)?);
        let at = LonLat::new(lon, lat);
        let placed = at.is_valid() && (lon, lat) != (0.0, 0.0);
        placed.then(|| Self { at, above_ellipsoid_m: numbers.get(2).copied() })
    }
}

impl Entity {
    /// An entity of nothing but its identifier.
    pub fn new(kind: Kind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into(), self_link: None, fields: Map::new(), related: BTreeMap::new() }
    }

    /// The same with a field more.
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    /// The same with entities related to it.
    pub fn with_related(mut self, relation: &str, entities: Vec<Entity>) -> Self {
        self.related.entry(relation.to_owned()).or_default().entities = entities;
        self
    }

    /// A field that is a text; empty where it is missing or none.
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.text("name")
    }

    /// Its free properties.
    pub fn properties(&self) -> Option<&Map<String, Value>> {
        self.fields.get("properties").and_then(Value::as_object)
    }

    /// The entities of a relation that came with it.
    pub fn related(&self, relation: &str) -> &[Entity] {
        self.related.get(relation).map_or(&[], |related| &related.entities)
    }

    /// The unit of a Datastream, by either version.
    pub fn unit(&self) -> Option<Unit> {
        let (unit, names) = match self.fields.get("unitOfMeasurement") {
            Some(unit) => (unit, ["name", "symbol", "definition"]),
            None => (self.fields.get("resultType")?.get("uom")?, ["label", "symbol", "code"]),
        };
        let text = |name: &str| unit.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let [name, symbol, definition] = names.map(text);
        let symbol =
            if symbol.is_empty() && unit.get("code").is_some() { definition.clone() } else { symbol };
        let definition = if definition.is_empty() { text("href") } else { definition };
        let told = Unit { name, symbol, definition };
        (told != Unit::default()).then_some(told)
    }

    /// Where a Location or feature is, or where a Datastream was observed, where that is told as GeoJSON.
    pub fn position(&self) -> Option<Position> {
        Position::of(self.shape()?)
    }

    /// True where it tells a position that is none on earth, such as one with its longitude and latitude swapped.
    pub(super) fn is_nowhere(&self) -> bool {
        let told = self.shape().and_then(first_position);
        self.position().is_none() && told.is_some_and(|numbers| !numbers.starts_with(&[0.0, 0.0]))
    }

    /// GeoJSON by any of the names that services give it (`application/geo+json`, `application/vnd.geo+json`,
    /// `application/json`).
    fn shape(&self) -> Option<&Value> {
        let encoding = self.text("encodingType");
        if !encoding.is_empty() && !encoding.to_ascii_lowercase().contains("json") {
            return None;
        }
        let field = match self.kind {
            Kind::Location => "location",
            Kind::FeatureOfInterest => "feature",
            Kind::Datastream => "observedArea",
            _ => return None,
        };
        self.fields.get(field)
    }

    /// When an Observation tells of the world, and its number; a truth value is 1 or 0.
    pub fn measured(&self) -> Option<(CityTime, f64)> {
        let (when, _) = self.told_time()?;
        let number = match self.fields.get("result")? {
            Value::Bool(flag) => f64::from(u8::from(*flag)),
            result => result.as_f64()?,
        };
        number.is_finite().then_some((when.last(), number))
    }

    /// True where the time of an Observation has no offset and is taken as Asia/Shanghai's.
    pub fn is_assumed_local(&self) -> bool {
        self.told_time().is_some_and(|(_, is_assumed_local)| is_assumed_local)
    }

    fn told_time(&self) -> Option<(When, bool)> {
        let time = |field: &str| self.fields.get(field).and_then(super::write::told_when_of);
        time("phenomenonTime").or_else(|| time("resultTime"))
    }

    fn read(kind: Kind, object: Map<String, Value>, depth: usize) -> Self {
        let mut read = Self::new(kind, String::new());
        for (key, value) in object {
            match key.as_str() {
                "@iot.id" => read.id = id_text(&value).unwrap_or_default(),
                "id" if read.id.is_empty() => read.id = id_text(&value).unwrap_or_default(),
                "@iot.selfLink" | "@id" => read.self_link = value.as_str().map(str::to_owned),
                _ => read.read_member(key, value, depth),
            }
        }
        if read.id.is_empty() {
            let sets = super::Version::ALL.map(|version| kind.set(version));
            let link = read.self_link.as_deref().unwrap_or_default();
            let id = sets.into_iter().find_map(|set| super::entity_id(link, set));
            read.id = id.map(Into::into).unwrap_or_default();
        }
        read
    }

    fn read_member(&mut self, key: String, value: Value, depth: usize) {
        if let Some((name, annotation)) = key.split_once('@') {
            if Kind::of_relation(name).is_none() {
                return;
            }
            let related = self.related.entry(name.to_owned()).or_default();
            match annotation.strip_prefix("iot.").unwrap_or(annotation) {
                "navigationLink" => related.link = value.as_str().map(str::to_owned),
                "nextLink" => related.next = value.as_str().map(str::to_owned),
                "count" => related.count = value.as_u64(),
                _ => {}
            }
            return;
        }
        let relation = if depth < DEEPEST_EXPANSION { Kind::of_relation(&key) } else { None };
        match (relation, value) {
            (Some(kind), Value::Object(object)) => {
                let entity = Entity::read(kind, object, depth + 1);
                self.related.entry(key).or_default().entities = vec![entity];
            }
            (Some(kind), Value::Array(all)) => {
                let objects = all.into_iter().filter_map(|one| match one {
                    Value::Object(object) => Some(Entity::read(kind, object, depth + 1)),
                    _ => None,
                });
                self.related.entry(key).or_default().entities = objects.collect();
            }
            (_, value) => {
                self.fields.insert(key, value);
            }
        }
    }
}

/// An identifier as text; what is neither text nor number is none.
fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A page of entities.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Those that could be read.
    pub entities: Vec<Entity>,
    /// The link to the next page, as it stands there.
    pub next: Option<String>,
    /// How many there are on all pages.
    pub count: Option<u64>,
    /// Those that could not be read.
    pub problems: Problems,
}

/// Reads a page of entities of one kind, or one entity alone.
pub fn read_page(kind: Kind, body: &[u8]) -> Result<Page, NoDocument> {
    let text = json_text(body, "entities")?;
    let mut page = Page { entities: Vec::new(), next: None, count: None, problems: Problems::default() };
    match serde_json::from_str(text) {
        Ok(Value::Object(mut object)) => {
            page.next = annotation(&object, "nextLink").and_then(Value::as_str).map(str::to_owned);
            page.count = annotation(&object, "count").and_then(Value::as_u64);
            match object.remove("value") {
                Some(Value::Array(all)) => all.into_iter().for_each(|one| page.add(kind, one)),
                Some(_) => return Err(NoDocument::shape("entities", WANTED, text)),
                None => page.add(kind, Value::Object(object)),
            }
            if page.entities.is_empty() && page.problems.count > 0 && !text.contains("\"value\"") {
                return Err(NoDocument::shape("entities", WANTED, text));
            }
        }
        Ok(Value::Array(all)) => all.into_iter().for_each(|one| page.add(kind, one)),
        Ok(_) => return Err(NoDocument::shape("entities", WANTED, text)),
        Err(why) => {
            let records = salvage::member(text, "value").unwrap_or(text);
            for record in salvage::elements(records) {
                match serde_json::from_str(record) {
                    Ok(one) => page.add(kind, one),
                    Err(why) => page.problems.add(format_args!("no entity: {why}"), record),
                }
            }
            if page.entities.is_empty() {
                return Err(NoDocument::json("entities", &why, text));
            }
            let next = salvage::member(text, "@iot.nextLink").or_else(|| salvage::member(text, "@nextLink"));
            page.next = next.and_then(|raw| serde_json::from_str(raw).ok());
            // Its link to the next page may be what is missing, so it does not pass for a whole one.
            page.problems.add(format_args!("a page that is no JSON: {why}"), text);
        }
    }
    Ok(page)
}

const WANTED: &str = "an object with an array `value`, nor an entity with an `@iot.id` or `id`";

fn annotation<'o>(object: &'o Map<String, Value>, name: &str) -> Option<&'o Value> {
    object.get(&format!("@iot.{name}")).or_else(|| object.get(&format!("@{name}")))
}

impl Page {
    fn add(&mut self, kind: Kind, value: Value) {
        let Value::Object(object) = value else {
            return self.problems.add("an entity that is no object", &value.to_string());
        };
        let entity = Entity::read(kind, object, 0);
        if entity.id.is_empty() {
            let told = Value::Object(entity.fields).to_string();
            return self.problems.add("an entity without an identifier", &told);
        }
        self.entities.push(entity);
    }
}

#[cfg(test)]
mod tests;
