//! Writes entities, pages and the root as a server answers, by the version's names.

use super::entity::Entity;
use super::observation::{Observation, Outcome};
use super::options::Options;
use super::request::escaped;
use super::root::Root;
use super::time::{When, instant};
use super::version::{Kind, Version};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Where a service stands and which version it speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    root: String,
    version: Version,
}

impl Service {
    /// A service at `root`, such as `https://a.example/sensorthings`, without the version.
    pub fn new(root: &str, version: Version) -> Self {
        Self { root: format!("{}/{}", root.trim_end_matches('/'), version.path()), version }
    }

    /// The address of a set.
    pub fn set_address(&self, kind: Kind) -> String {
        format!("{}/{}", self.root, kind.set(self.version))
    }

    /// The address of an entity.
    pub fn entity_address(&self, kind: Kind, id: &str) -> String {
        kind.entity_address(&self.root, self.version, id)
    }

    /// The root document: the sets that are served, and what is conformed to; brokers as in [`Root::brokers`].
    pub fn root(&self, kinds: &[Kind], conformance: &[&str], brokers: &[&str]) -> Value {
        let sets: Vec<Value> = kinds
            .iter()
            .map(|kind| json!({"name": kind.set(self.version), "url": self.set_address(*kind)}))
            .collect();
        let mut settings = Map::from_iter([("conformance".to_owned(), json!(conformance))]);
        if !brokers.is_empty() {
            let requirement = match self.version {
                Version::V2_0 => "http://www.opengis.net/spec/sensorthings/2.0/req/binding/mqtt",
                Version::V1_1 => {
                    "http://www.opengis.net/spec/iot_sensing/1.1/req/receive-updates-via-mqtt/receive-updates"
                }
                Version::V1_0 => {
                    "http://www.opengis.net/spec/iot_sensing/1.0/req/receive-updates-via-mqtt/receive-updates"
                }
            };
            settings.insert(requirement.to_owned(), json!({"endpoints": brokers}));
        }
        json!({"value": sets, "serverSettings": settings})
    }

    /// An entity with its own address and the links to what is related; what `wanted` expands stands within, as far as
    /// the entity brings it. `HistoricalLocations` are linked because the data model has them.
    pub fn entity(&self, entity: &Entity, wanted: &Options) -> Value {
        let mut object = Map::new();
        let (id_key, self_key) = (self.version.id_key(), self.version.self_key());
        if wanted.wants("id") || wanted.wants("@iot.id") {
            let number = entity.id.parse::<i64>().ok().filter(|number| number.to_string() == entity.id);
            object.insert(id_key.to_owned(), number.map_or_else(|| json!(entity.id), Value::from));
        }
        if wanted.select.is_empty() || wanted.wants(self_key) {
            object.insert(self_key.to_owned(), self.entity_address(entity.kind, &entity.id).into());
        }
        let fields = entity.fields.iter().filter(|(name, _)| wanted.wants(name));
        object.extend(fields.map(|(name, value)| (name.clone(), value.clone())));
        for (relation, many) in entity.kind.relations(self.version) {
            let link = || format!("{}/{relation}", self.entity_address(entity.kind, &entity.id));
            let Some(inner) = wanted.expansion(relation) else {
                if wanted.wants(relation) {
                    object.insert(format!("{relation}{}", self.version.navigation_suffix()), link().into());
                }
                continue;
            };
            let mut within: Vec<&Entity> =
                entity.related(relation).iter().filter(|one| inner.holds(*one)).collect();
            within.sort_by(|one, other| inner.compare(*one, *other));
            let all = within.len();
            if !many {
                let one = within.first().map_or(Value::Null, |one| self.entity(one, inner));
                object.insert((*relation).to_owned(), one);
                continue;
            }
            let skip = usize::try_from(inner.skip.unwrap_or(0)).unwrap_or(usize::MAX);
            let top = usize::try_from(inner.top.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
            let values: Vec<Value> =
                within.into_iter().skip(skip).take(top).map(|one| self.entity(one, inner)).collect();
            if inner.count {
                object.insert(format!("{relation}{}", self.version.count_key()), all.into());
            }
            if skip.saturating_add(values.len()) < all && !values.is_empty() {
                let next = format!("{}?$skip={}", link(), skip + values.len());
                object.insert(format!("{relation}{}", self.version.next_key()), next.into());
            }
            object.insert((*relation).to_owned(), Value::Array(values));
        }
        Value::Object(object)
    }

    /// A page: what was asked in `query` of the set or relation at `address`, and of `all` that match the `entities`.
    pub fn page(&self, entities: &[Entity], address: &str, query: &str, wanted: &Options, all: u64) -> Value {
        let values: Vec<Value> = entities.iter().map(|entity| self.entity(entity, wanted)).collect();
        self.page_of(values, address, query, wanted, all)
    }

    /// The same of observations as one data array of one Datastream (18-088, clause 13.1).
    pub fn data_array(&self, datastream: &str, rows: &[Observation<'_>]) -> Value {
        let cells = |row: &Observation<'_>| {
            let times =
                [row.phenomenon.map(|when| when.to_string()), row.result_time.map(|at| at.to_string())];
            let [phenomenon, result_time] = times;
            json!([row.id, phenomenon, result_time, result_json(&row.result)])
        };
        let link = self.entity_address(Kind::Datastream, datastream);
        let data: Vec<Value> = rows.iter().map(cells).collect();
        let mut block = Map::new();
        block.insert(format!("Datastream{}", self.version.navigation_suffix()), link.into());
        block.insert("components".to_owned(), json!(["id", "phenomenonTime", "resultTime", "result"]));
        block.insert(format!("dataArray{}", self.version.count_key()), data.len().into());
        block.insert("dataArray".to_owned(), Value::Array(data));
        Value::Object(block)
    }

    /// A page of values that are written already, such as data arrays.
    pub fn page_of(
        &self,
        values: Vec<Value>,
        address: &str,
        query: &str,
        wanted: &Options,
        all: u64,
    ) -> Value {
        let mut page = Map::new();
        if wanted.count {
            page.insert(self.version.count_key().to_owned(), all.into());
        }
        let behind = wanted.skip.unwrap_or(0).saturating_add(values.len() as u64);
        if behind < all && !values.is_empty() {
            page.insert(self.version.next_key().to_owned(), next_link(address, query, behind).into());
        }
        page.insert("value".to_owned(), Value::Array(values));
        Value::Object(page)
    }

    /// An observation as an entity of this version.
    pub fn observation(&self, row: &Observation<'_>) -> Entity {
        let mut entity = Entity::new(Kind::Observation, row.id.as_deref().unwrap_or_default());
        if let Some(when) = row.phenomenon {
            entity = entity.with("phenomenonTime", self.time(when));
        }
        // 1.1 has no observation without a result time, and `null` where it is not known; 2.0 leaves it out.
        match row.result_time {
            Some(at) => entity = entity.with("resultTime", at.to_string()),
            None if self.version == Version::V2_0 => {}
            None => entity = entity.with("resultTime", Value::Null),
        }
        entity = entity.with("result", result_json(&row.result));
        if let Some(quality) = row.quality.as_deref().and_then(|raw| serde_json::from_str::<Value>(raw).ok())
        {
            entity = entity.with("resultQuality", quality);
        }
        let mut numbered = Map::new();
        if let Some(sequence) = row.sequence {
            numbered.insert("sequence".to_owned(), sequence.into());
        }
        if let Some(publisher) = &row.publisher {
            numbered.insert("publisher".to_owned(), json!(publisher));
        }
        if !numbered.is_empty() {
            let field = if self.version == Version::V2_0 { "properties" } else { "parameters" };
            entity = entity.with(field, numbered);
        }
        if let Some(datastream) = row.datastream.as_deref() {
            entity = entity.with_related("Datastream", vec![Entity::new(Kind::Datastream, datastream)]);
        }
        entity
    }

    /// A time as this version writes it.
    pub fn time(&self, when: When) -> Value {
        match (self.version, when.to) {
            (Version::V2_0, None) => json!({"start": when.from.to_string()}),
            (Version::V2_0, Some(end)) => json!({"start": when.from.to_string(), "end": end.to_string()}),
            _ => when.to_string().into(),
        }
    }
}

fn result_json(result: &Outcome<'_>) -> Value {
    match result {
        Outcome::Number(number) => json!(number),
        Outcome::Flag(flag) => json!(flag),
        Outcome::Text(text) => json!(text),
        Outcome::Nothing => Value::Null,
        Outcome::Structure(raw) => serde_json::from_str(raw).unwrap_or_default(),
    }
}

/// The query again, from further behind.
fn next_link(address: &str, query: &str, skip: u64) -> String {
    let is_skip = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        percent_encoding::percent_decode_str(name).decode_utf8() == Ok(Cow::Borrowed("$skip"))
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_skip(pair)).collect();
    let skip = format!("$skip={}", escaped(&skip.to_string()));
    let joined: Vec<&str> = kept.into_iter().chain([skip.as_str()]).collect();
    format!("{address}?{}", joined.join("&"))
}

/// A time as JSON holds it in either version.
pub(super) fn when_of(value: &Value) -> Option<When> {
    if let Some(text) = value.as_str() {
        return When::parse(text);
    }
    let part = |name: &str| value.get(name).and_then(Value::as_str);
    let from = instant(part("start")?)?;
    match part("end") {
        None => Some(When::at(from)),
        Some(end) => When::between(from, instant(end)?),
    }
}

/// The same as a service tells it, and whether an offset had to be assumed ([`When::read`]).
pub(super) fn told_when_of(value: &Value) -> Option<(When, bool)> {
    value.as_str().map_or_else(|| when_of(value).map(|when| (when, false)), When::read)
}

impl Root {
    /// The kinds it serves.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        self.sets.iter().filter_map(|(name, _)| Kind::of_set(name))
    }
}

#[cfg(test)]
mod tests;
