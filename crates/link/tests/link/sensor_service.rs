//! A service of SensorThings 1.1 in the tests: datastreams and observations that it answers questions about, as the
//! standard says, and as badly as a test wants.

use super::fault_server::{Asked, FaultServer, JSON, Reply};
use city::CityTime;
use feeds::sensorthings::{Entity, Kind, Options, Service, Version, read_options};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// What stands at a place and measures.
#[derive(Clone)]
pub struct Series {
    pub id: String,
    pub name: String,
    pub lon: f64,
    pub lat: f64,
    /// What its Location says instead: the encoding, and the shape.
    pub shape: Option<(&'static str, Value)>,
    /// True where its thing has no Location, and its observations have a feature of interest.
    pub has_feature: bool,
    /// When, and what.
    pub observed: Vec<(CityTime, Value)>,
}

/// What the service knows, and what it does not do.
#[derive(Clone, Default)]
pub struct Holding {
    pub series: Vec<Series>,
    /// Observations that belong to series that are not listed.
    pub unlisted: Vec<Series>,
    /// The most entities of a page.
    pub a_page: usize,
    /// Options that are answered with 400, by a part of the question.
    pub refuses: Vec<&'static str>,
    /// Options that are left out of the question before it is answered.
    pub ignores: Vec<&'static str>,
    /// True where it says that it tells data arrays.
    pub has_arrays: bool,
    /// What it calls itself, where that is not where it is.
    pub calls_itself: Option<String>,
}

impl Holding {
    /// So many series in a row along the river, each with one value of `at`.
    pub fn of(count: usize, at: CityTime) -> Self {
        let series = (0..count).map(|n| Series {
            id: n.to_string(),
            name: format!("水位 {n}"),
            lon: 106.5 + n as f64 * 1e-5,
            lat: 29.5,
            shape: None,
            has_feature: false,
            observed: vec![(at, json!(n as f64 + 0.5))],
        });
        Self { series: series.collect(), a_page: 100, ..Self::default() }
    }

    pub fn observe(&mut self, id: &str, at: CityTime, value: impl Into<Value>) {
        let value = value.into();
        for series in self.series.iter_mut().chain(&mut self.unlisted).filter(|series| series.id == id) {
            series.observed.push((at, value.clone()));
        }
    }

    fn observations(&self) -> Vec<Entity> {
        let all = self.series.iter().chain(&self.unlisted);
        all.flat_map(|series| {
            series.observed.iter().map(|(at, value)| {
                observed(series, *at, value)
                    .with_related("Datastream", vec![Entity::new(Kind::Datastream, &series.id)])
            })
        })
        .collect()
    }

    fn answer(&self, asked: &Asked, at: &str) -> Option<Reply> {
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let rest = path.strip_prefix("/v1.1")?.trim_start_matches('/');
        if self.refuses.iter().any(|part| query.contains(part)) {
            return Some(Reply::Whole(400, JSON, r#"{"code":400,"message":"not known here"}"#.into()));
        }
        let kept: Vec<_> =
            query.split('&').filter(|part| !self.ignores.iter().any(|left| part.contains(left))).collect();
        let wanted = read_options(&kept.join("&")).unwrap();
        let service = Service::new(self.calls_itself.as_deref().unwrap_or(at), Version::V1_1);
        let body = match rest {
            "" => {
                let class = "http://www.opengis.net/spec/iot_sensing/1.1/req/data-array/data-array";
                let classes = [class, "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel"];
                let classes = if self.has_arrays { &classes[..] } else { &classes[1..] };
                service.root(&[Kind::Thing, Kind::Datastream, Kind::Observation], classes, &[])
            }
            "Datastreams" => {
                let (from, to) = self.slice(&wanted, self.series.len());
                let page: Vec<_> = self.series[from..to].iter().map(|one| datastream(one, &wanted)).collect();
                let address = service.set_address(Kind::Datastream);
                service.page(&page, &address, query, &wanted, self.series.len() as u64)
            }
            "Observations" => {
                let mut all = self.observations();
                all.retain(|one| wanted.holds(one));
                all.sort_by(|one, other| wanted.compare(one, other));
                let (from, to) = self.slice(&wanted, all.len());
                let address = service.set_address(Kind::Observation);
                let page = service.page(&all[from..to], &address, query, &wanted, all.len() as u64);
                if wanted.data_array { as_arrays(page, &all[from..to]) } else { page }
            }
            one if one.ends_with(")/Observations") => {
                let id =
                    feeds::sensorthings::entity_id(one.trim_end_matches("/Observations"), "Datastreams")?;
                let series = self.series.iter().find(|series| series.id == id)?;
                let mut all: Vec<_> =
                    series.observed.iter().map(|(at, it)| observed(series, *at, it)).collect();
                all.sort_by(|one, other| wanted.compare(one, other));
                let (from, to) = self.slice(&wanted, all.len());
                let address = service.set_address(Kind::Observation);
                service.page(&all[from..to], &address, query, &wanted, all.len() as u64)
            }
            one => {
                let id = feeds::sensorthings::entity_id(one, "Datastreams")?;
                match self.series.iter().find(|series| series.id == id) {
                    Some(series) => service.entity(&datastream(series, &wanted), &wanted),
                    None => return Some(Reply::Whole(404, JSON, r#"{"message":"nothing found"}"#.into())),
                }
            }
        };
        Some(Reply::Whole(200, JSON, body.to_string()))
    }

    fn slice(&self, wanted: &Options, all: usize) -> (usize, usize) {
        let top = wanted.top.unwrap_or(u64::MAX).min(self.a_page as u64) as usize;
        let from = (wanted.skip.unwrap_or(0) as usize).min(all);
        (from, (from + top).min(all))
    }
}

fn observation(at: CityTime, value: &Value) -> Entity {
    Entity::new(Kind::Observation, at.0.to_string())
        .with("phenomenonTime", at.to_string())
        .with("resultTime", Value::Null)
        .with("result", value.clone())
}

/// The same with its feature of interest, where that tells the place.
fn observed(series: &Series, at: CityTime, value: &Value) -> Entity {
    let one = observation(at, value);
    if !series.has_feature {
        return one;
    }
    let feature = Entity::new(Kind::FeatureOfInterest, format!("F{}", series.id))
        .with("encodingType", "application/geo+json")
        .with("feature", json!({"type": "Point", "coordinates": [series.lon, series.lat]}));
    one.with_related("FeatureOfInterest", vec![feature])
}

fn datastream(series: &Series, wanted: &Options) -> Entity {
    let point = json!({"type": "Point", "coordinates": [series.lon, series.lat]});
    let (encoding, shape) = series.shape.clone().unwrap_or(("application/geo+json", point));
    let place = Entity::new(Kind::Location, format!("L{}", series.id))
        .with("encodingType", encoding)
        .with("location", shape);
    let places = if series.has_feature { Vec::new() } else { vec![place] };
    let thing = Entity::new(Kind::Thing, format!("T{}", series.id))
        .with("name", format!("站 {}", series.id))
        .with_related("Locations", places);
    let property = Entity::new(Kind::ObservedProperty, "P").with("name", "水位");
    let entity = Entity::new(Kind::Datastream, &series.id)
        .with("name", series.name.as_str())
        .with("unitOfMeasurement", json!({"name": "metre", "symbol": "m", "definition": "ucum:m"}))
        .with_related("Thing", vec![thing])
        .with_related("ObservedProperty", vec![property]);
    match wanted.expansion("Observations") {
        Some(_) => {
            let observed = series.observed.iter().map(|(at, value)| observation(*at, value)).collect();
            entity.with_related("Observations", observed)
        }
        None => entity,
    }
}

/// The rows of a page as data arrays of runs of one datastream.
fn as_arrays(mut page: Value, rows: &[Entity]) -> Value {
    let blocks: Vec<Value> = rows
        .chunk_by(|one, other| one.related("Datastream") == other.related("Datastream"))
        .map(|run| {
            let id = &run[0].related("Datastream")[0].id;
            let cells = |row: &Entity| json!([row.fields["phenomenonTime"], row.fields["result"]]);
            json!({
                "Datastream@iot.navigationLink": format!("http://anywhere/v1.1/Datastreams({id})"),
                "components": ["phenomenonTime", "result"],
                "dataArray": run.iter().map(cells).collect::<Vec<_>>(),
            })
        })
        .collect();
    page["value"] = json!(blocks);
    page
}

/// A service that holds something.
pub struct SensorService {
    pub server: FaultServer,
    pub holds: Arc<Mutex<Holding>>,
}

impl SensorService {
    pub fn of(holding: Holding) -> Self {
        let (server, holds) = (FaultServer::of_city(0), Arc::new(Mutex::new(holding)));
        let (at, held) = (server.address(), holds.clone());
        server.answer_by(move |asked| held.lock().unwrap().answer(asked, &at));
        Self { server, holds }
    }

    /// Its root.
    pub fn root(&self) -> String {
        format!("{}/v1.1", self.server.address())
    }

    /// What was asked of a set.
    pub fn asked(&self, set: &str) -> Vec<String> {
        let below = format!("/v1.1/{set}");
        let all = self.server.all_asked().into_iter().map(|asked| asked.path);
        all.filter(|path| path.split('?').next() == Some(&below)).collect()
    }
}
