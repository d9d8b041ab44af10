//! From pages of entities to rows of devices: what is measured, in which unit, by what thing, and where.
//!
//! Pages may come in any order and from any set; the rows are put together when they are asked for.

use super::entity::{Entity, Position, Unit};
use super::time::When;
use super::version::Kind;
use crate::Problems;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// Whence a position is known, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PositionSource {
    /// The thing's Location.
    Location,
    /// The feature of interest.
    Feature,
    /// The area that was observed.
    ObservedArea,
}

/// A series of observations as the one-map shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogueRow {
    /// The Datastream's identifier.
    pub datastream: String,
    /// Its name.
    pub name: String,
    /// Its unit, empty where it has none.
    pub unit: Unit,
    /// The observed property's name.
    pub property: String,
    /// The observed property's definition, an address.
    pub property_definition: String,
    /// The thing's identifier.
    pub thing: String,
    /// The thing's name.
    pub thing_name: String,
    /// Where it is, and whence that is known.
    pub position: Option<(Position, PositionSource)>,
    /// Over which time there are observations.
    pub observed: Option<When>,
    /// The link to its observations, as the server says it.
    pub observations: Option<String>,
    /// The Datastream's properties.
    pub properties: Map<String, Value>,
    /// The thing's properties.
    pub thing_properties: Map<String, Value>,
}

/// Why a thing with a Location is not placed.
const NOWHERE: &str = "a Location that is nowhere on earth (longitude comes before latitude), of the Thing";

/// What pages told so far.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    series: BTreeMap<String, Entity>,
    things: BTreeMap<String, Entity>,
    // Of things and of series, whichever told it.
    thing_places: HashMap<String, Position>,
    feature_places: HashMap<String, Position>,
    thing_of: HashMap<String, String>,
    property_of: HashMap<String, (String, String)>,
    /// Series and things that could not be used.
    pub problems: Problems,
}

impl Catalogue {
    /// Takes the entities of a page of any kind, with what is expanded in them.
    pub fn take(&mut self, entities: impl IntoIterator<Item = Entity>) {
        for entity in entities {
            self.take_one(entity);
        }
    }

    fn take_one(&mut self, mut entity: Entity) {
        let mut related = std::mem::take(&mut entity.related);
        let mut inside =
            |name: &str| related.get_mut(name).map(|it| std::mem::take(&mut it.entities)).unwrap_or_default();
        match entity.kind {
            Kind::Datastream => {
                let id = entity.id.clone();
                if id.is_empty() {
                    return self.problems.add("a Datastream without an identifier", entity.name());
                }
                for thing in inside("Thing") {
                    if !thing.id.is_empty() {
                        self.thing_of.insert(id.clone(), thing.id.clone());
                        self.take_one(thing);
                    }
                }
                for name in ["ObservedProperty", "ObservedProperties"] {
                    self.note_property(inside(name).first(), &id);
                }
                for name in ["ProximateFeatureOfInterest", "UltimateFeaturesOfInterest"] {
                    self.note_feature(&id, inside(name).first());
                }
                let observations = inside("Observations");
                let features = observations.iter().flat_map(|one| one.related("FeatureOfInterest"));
                self.note_feature(&id, features.last());
                entity.related = related.into_iter().filter(|(name, _)| name == "Observations").collect();
                insert_richer(&mut self.series, id, entity);
            }
            Kind::Thing => {
                let id = entity.id.clone();
                let places = inside("Locations");
                if let Some(place) = places.iter().find_map(Entity::position) {
                    self.thing_places.insert(id.clone(), place);
                } else if places.iter().any(Entity::is_nowhere) {
                    self.problems.add(NOWHERE, &format!("{} {id}", entity.name()));
                }
                for series in inside("Datastreams") {
                    self.thing_of.insert(series.id.clone(), id.clone());
                    self.take_one(series);
                }
                insert_richer(&mut self.things, id, entity);
            }
            Kind::Location => {
                let things = inside("Things");
                for thing in things {
                    if let Some(place) = entity.position() {
                        self.thing_places.insert(thing.id.clone(), place);
                    }
                    self.take_one(thing);
                }
            }
            Kind::ObservedProperty => {
                for series in inside("Datastreams") {
                    self.note_property(Some(&entity), &series.id);
                    self.take_one(series);
                }
            }
            Kind::Observation => {
                let features = inside("FeatureOfInterest");
                for series in inside("Datastream") {
                    self.note_feature(&series.id, features.first());
                }
            }
            Kind::Sensor => self.take(inside("Datastreams")),
            Kind::FeatureOfInterest => {
                for observation in inside("Observations") {
                    for series in observation.related("Datastream") {
                        self.note_feature(&series.id, Some(&entity));
                    }
                }
            }
            Kind::HistoricalLocation => {}
        }
    }

    fn note_property(&mut self, property: Option<&Entity>, series: &str) {
        if let Some(property) = property {
            let told = (property.name().to_owned(), property.text("definition").to_owned());
            self.property_of.insert(series.to_owned(), told);
        }
    }

    fn note_feature(&mut self, series: &str, feature: Option<&Entity>) {
        if let Some(place) = feature.and_then(Entity::position) {
            self.feature_places.insert(series.to_owned(), place);
        }
    }

    /// How many series there are.
    pub fn len(&self) -> usize {
        self.series.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// The rows, by the Datastreams' identifiers.
    pub fn rows(&self) -> impl Iterator<Item = CatalogueRow> + '_ {
        self.series.iter().map(|(id, series)| self.row_of(id, series))
    }

    /// The row of one Datastream.
    pub fn row(&self, datastream: &str) -> Option<CatalogueRow> {
        self.series.get(datastream).map(|series| self.row_of(datastream, series))
    }

    fn row_of(&self, id: &str, series: &Entity) -> CatalogueRow {
        let thing_id = self.thing_of.get(id);
        let thing = thing_id.and_then(|thing| self.things.get(thing));
        let (property, property_definition) = self.property_of.get(id).cloned().unwrap_or_default();
        let position = [
            (thing_id.and_then(|thing| self.thing_places.get(thing)).copied(), PositionSource::Location),
            (self.feature_places.get(id).copied(), PositionSource::Feature),
            (series.position(), PositionSource::ObservedArea),
        ];
        CatalogueRow {
            datastream: id.to_owned(),
            name: series.name().to_owned(),
            unit: series.unit().unwrap_or_default(),
            property,
            property_definition,
            thing: thing_id.cloned().unwrap_or_default(),
            thing_name: thing.map(|thing| thing.name().to_owned()).unwrap_or_default(),
            position: position.into_iter().find_map(|(place, source)| Some((place?, source))),
            observed: series.fields.get("phenomenonTime").and_then(super::write::when_of),
            observations: series.related.get("Observations").and_then(|it| it.link.clone()),
            properties: series.properties().cloned().unwrap_or_default(),
            thing_properties: thing.and_then(Entity::properties).cloned().unwrap_or_default(),
        }
    }
}

/// A page that selected less does not make poorer what is known.
fn insert_richer(known: &mut BTreeMap<String, Entity>, id: String, entity: Entity) {
    let weight = |entity: &Entity| entity.fields.len() + entity.related.len();
    if known.get(&id).is_none_or(|old| weight(old) <= weight(&entity)) {
        known.insert(id, entity);
    }
}

#[cfg(test)]
mod tests;
