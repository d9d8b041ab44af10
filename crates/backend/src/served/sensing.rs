//! Devices and their newest values as entities of SensorThings 1.1 (OGC 18-088).
//!
//! A device is a Thing with one Location, one Datastream and one FeatureOfInterest of its own identifier; Sensors and
//! ObservedProperties are those of its class. Of each Datastream the newest Observation is held, none before it.

use city::{CityTime, Device, Measure, RiskClass};
use feeds::sensorthings::{Entity, Expand, Expression, Filter, Kind, Options, Service, Version, When};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The version that is served.
pub const VERSION: Version = Version::V1_1;

/// What an entity is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A device, by its row.
    Device(usize),
    /// A class of risk, by its place among those that are measured.
    Class(usize),
}

/// The devices that somebody may see, and their newest values.
pub struct Sensing<'a> {
    /// All devices.
    pub devices: &'a [Device],
    /// The newest value of each, row for row.
    pub newest: Vec<Option<(f64, CityTime)>>,
    /// Where the service stands.
    pub service: Service,
    rows: Vec<usize>,
    classes: Vec<&'static RiskClass>,
}

/// Which relations an answer has to bring with it: those that are expanded, and those a filter or an order looks at.
#[derive(Debug, Default)]
pub struct Needs(BTreeMap<String, Needs>);

impl Needs {
    /// Those of a query.
    pub fn of(options: &Options) -> Self {
        let mut needs = Self::default();
        needs.add(options);
        needs
    }

    /// Those that are expanded, which an answer holds.
    pub fn told(options: &Options) -> Self {
        let told = |expand: &Expand| (expand.relation.clone(), Self::told(&expand.options));
        Self(options.expand.iter().map(told).collect())
    }

    fn add(&mut self, options: &Options) {
        for expand in &options.expand {
            self.0.entry(expand.relation.clone()).or_default().add(&expand.options);
        }
        for order in &options.order {
            self.path(&order.path);
        }
        if let Some(Filter(expression)) = &options.filter {
            self.expression(expression);
        }
    }

    fn path(&mut self, path: &[String]) {
        if let Some((first, rest)) = path.split_first()
            && Kind::of_relation(first).is_some()
        {
            self.0.entry(first.clone()).or_default().path(rest);
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match expression {
            Expression::Path(path) => self.path(path),
            Expression::Literal(_) => {}
            Expression::Call(_, parts) | Expression::All(parts) | Expression::Any(parts) => {
                parts.iter().for_each(|part| self.expression(part));
            }
            Expression::Compare(one, _, other) => {
                self.expression(one);
                self.expression(other);
            }
            Expression::Not(part) => self.expression(part),
        }
    }
}

impl<'a> Sensing<'a> {
    /// The devices for which `sees` holds.
    pub fn new(
        devices: &'a [Device],
        newest: Vec<Option<(f64, CityTime)>>,
        service: Service,
        sees: impl Fn(&Device) -> bool,
    ) -> Self {
        let rows = (0..devices.len()).filter(|row| sees(&devices[*row])).collect();
        let classes = RiskClass::KNOWN.iter().filter(|class| Measure::of(class).is_some()).collect();
        Self { devices, newest, service, rows, classes }
    }

    /// All entities of a kind.
    pub fn all(&self, kind: Kind) -> Vec<Key> {
        match kind {
            Kind::HistoricalLocation => Vec::new(),
            Kind::Sensor | Kind::ObservedProperty => (0..self.classes.len()).map(Key::Class).collect(),
            Kind::Observation => {
                let told = self.rows.iter().filter(|row| self.value(**row).is_some());
                told.map(|row| Key::Device(*row)).collect()
            }
            _ => self.rows.iter().map(|row| Key::Device(*row)).collect(),
        }
    }

    /// The entity of a kind with this identifier.
    pub fn find(&self, kind: Kind, id: &str) -> Option<Key> {
        self.all(kind).into_iter().find(|key| self.id(kind, *key) == id)
    }

    /// What a relation of an entity leads to.
    pub fn related(&self, kind: Kind, key: Key, relation: &str) -> Option<(Kind, Vec<Key>)> {
        kind.relations(VERSION).iter().find(|(name, _)| *name == relation)?;
        let to = Kind::of_relation(relation)?;
        let keys = match (to, key) {
            (Kind::HistoricalLocation, _) => Vec::new(),
            (Kind::Sensor | Kind::ObservedProperty, Key::Device(row)) => {
                self.class_of(row).map(Key::Class).into_iter().collect()
            }
            (Kind::Observation, Key::Device(row)) => self.value(row).map(|_| key).into_iter().collect(),
            (_, Key::Device(_)) => vec![key],
            (_, Key::Class(class)) => {
                let of_class = self.rows.iter().filter(|row| self.class_of(**row) == Some(class));
                of_class.map(|row| Key::Device(*row)).collect()
            }
        };
        Some((to, keys))
    }

    /// An entity, with what is needed of its relations.
    pub fn entity(&self, kind: Kind, key: Key, needs: &Needs) -> Entity {
        let mut entity = self.bare(kind, key);
        for (relation, inner) in &needs.0 {
            if let Some((to, keys)) = self.related(kind, key, relation) {
                let related = keys.into_iter().map(|key| self.entity(to, key, inner)).collect();
                entity = entity.with_related(relation, related);
            }
        }
        entity
    }

    /// How many entities [`Self::entity`] would make, itself among them; counting ends at `most`.
    pub fn weight(&self, kind: Kind, key: Key, needs: &Needs, most: usize) -> usize {
        let mut count = 1_usize;
        for (relation, inner) in &needs.0 {
            let Some((to, keys)) = self.related(kind, key, relation) else { continue };
            for key in keys {
                if count >= most {
                    return count;
                }
                count += self.weight(to, key, inner, most - count);
            }
        }
        count
    }

    fn id(&self, kind: Kind, key: Key) -> String {
        match key {
            Key::Device(row) => match (kind, self.value(row)) {
                (Kind::Observation, Some((_, at))) => format!("{}@{}", self.devices[row].id, at.0),
                _ => self.devices[row].id.to_string(),
            },
            Key::Class(class) => self.classes[class].key().to_owned(),
        }
    }

    fn bare(&self, kind: Kind, key: Key) -> Entity {
        let entity = Entity::new(kind, self.id(kind, key));
        match key {
            Key::Device(row) => self.of_device(entity, row),
            Key::Class(class) => of_class(entity, self.classes[class]),
        }
    }

    fn of_device(&self, entity: Entity, row: usize) -> Entity {
        let device = &self.devices[row];
        let class = &device.class;
        let named = |what: &str| format!("{what} {}", device.id);
        let point = json!({"type": "Point", "coordinates": [device.at.lon, device.at.lat]});
        match entity.kind {
            Kind::Thing => entity
                .with("name", named(class.zh()))
                .with("description", format!("{} sensing device", class.en()))
                .with(
                    "properties",
                    json!({
                        "riskClass": class.key(),
                        "districtCode": device.place.district,
                        "townshipCode": device.place.township,
                    }),
                ),
            Kind::Location | Kind::FeatureOfInterest => {
                let field = if entity.kind == Kind::Location { "location" } else { "feature" };
                entity
                    .with("name", named(class.zh()))
                    .with("description", "Where the device stands, WGS-84")
                    .with("encodingType", "application/geo+json")
                    .with(field, point)
            }
            Kind::Datastream => self.datastream(entity, row, point),
            Kind::Observation => match self.value(row) {
                Some((value, at)) => entity
                    .with("phenomenonTime", self.service.time(When { from: at, to: None }))
                    .with("resultTime", at.to_string())
                    .with("result", value),
                None => entity,
            },
            _ => entity,
        }
    }

    fn datastream(&self, entity: Entity, row: usize, point: Value) -> Entity {
        let class = &self.devices[row].class;
        let measure = Measure::of(class);
        let (zh, en, unit) = measure.map_or(("", "", ""), |measure| (measure.zh, measure.en, measure.unit));
        let ucum = format!("urn:shancheng:unit:{}", class.key());
        let mut entity = entity
            .with("name", format!("{zh} {}", self.devices[row].id))
            .with("description", en)
            .with("observationType", "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement")
            .with("unitOfMeasurement", json!({"name": en, "symbol": unit, "definition": ucum}))
            .with("observedArea", point);
        if let Some(measure) = measure {
            let alarm = json!({"alarm": measure.alarm, "alarmBelow": measure.alarm_below});
            entity = entity.with("properties", alarm);
        }
        match self.value(row) {
            Some((_, at)) => {
                let held = When { from: at, to: Some(at) };
                let time = self.service.time(held);
                entity.with("phenomenonTime", time.clone()).with("resultTime", time)
            }
            None => entity,
        }
    }

    fn class_of(&self, row: usize) -> Option<usize> {
        let class = &self.devices.get(row)?.class;
        self.classes.iter().position(|known| *known == class)
    }

    fn value(&self, row: usize) -> Option<(f64, CityTime)> {
        self.newest.get(row).copied().flatten()
    }
}

fn of_class(entity: Entity, class: &RiskClass) -> Entity {
    let (zh, en) = Measure::of(class).map_or(("", ""), |measure| (measure.zh, measure.en));
    match entity.kind {
        Kind::Sensor => entity
            .with("name", format!("{}监测", class.zh()))
            .with("description", format!("Sensor of {}", class.en()))
            .with("encodingType", "text/plain")
            .with("metadata", format!("{zh} / {en}")),
        _ => entity
            .with("name", zh)
            .with("description", en)
            .with("definition", format!("urn:shancheng:property:{}", class.key())),
    }
}
