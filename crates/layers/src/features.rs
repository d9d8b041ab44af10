//! Pages of GeoJSON for OGC API – Features: which collections there are, and what of them lies in a box.

use crate::{LayerError, StaticLayers};
use city::{LonLat, RiskPoint};
use geo::{Coord, Intersects, LineString, Rect};
use serde::Serialize;
use serde_json::{Value, json};

/// A collection of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Collection {
    /// Its identifier in the address.
    pub id: &'static str,
    /// Its Chinese title.
    pub zh: &'static str,
    /// Its English title.
    pub en: &'static str,
}

/// The collections there are, in the order they are listed.
pub fn collections() -> &'static [Collection] {
    const fn c(id: &'static str, zh: &'static str, en: &'static str) -> Collection {
        Collection { id, zh, en }
    }
    const ALL: [Collection; 8] = [
        c("districts", "区县", "Districts and counties"),
        c("townships", "镇街", "Townships and streets"),
        c("rivers", "河流", "Rivers"),
        c("roads", "道路(示意)", "Roads (schematic)"),
        c("bridges", "桥梁", "Bridges"),
        c("risk-points", "风险点(演练数据)", "Risk points (training data)"),
        c("shelters", "应急避难场所(演练数据)", "Emergency shelters (training data)"),
        c("drone-routes", "无人机航线", "Drone routes"),
    ];
    &ALL
}

/// A page of features.
#[derive(Clone, Debug)]
pub struct FeaturePage {
    /// How many features match in all.
    pub number_matched: usize,
    /// The features of this page, GeoJSON Feature objects.
    pub features: Vec<Value>,
}

/// The features of `collection` whose geometry meets `bbox` (west, south, east, north in degrees),
/// from the `offset`-th on, `limit` at most.
pub fn features<'a>(
    layers: &StaticLayers,
    risk_points: impl IntoIterator<Item = &'a RiskPoint>,
    collection: &str,
    bbox: Option<[f64; 4]>,
    offset: usize,
    limit: usize,
) -> Result<FeaturePage, LayerError> {
    let mut page = Page { window: window(bbox)?, offset, limit, matched: 0, features: Vec::new() };
    match collection {
        "districts" => layers.districts.iter().for_each(|d| page.district(d)),
        "townships" => layers.townships.iter().for_each(|t| {
            page.point(t.at, || {
                let position = if t.is_known { "known" } else { "schematic" };
                let district = t.code.district().0;
                feature(
                    t.code.0.to_string(),
                    json!({"code": t.code.0, "zh": t.zh, "en": t.en, "districtCode": district, "position": position}),
                    point(t.at),
                )
            });
        }),
        "rivers" => layers.rivers().iter().enumerate().for_each(|(i, river)| page.river(i, river)),
        "roads" => layers.roads.iter().enumerate().for_each(|(i, road)| {
            page.line(&road.path, || {
                let speed_kmh = (road.speed_mps * 3.6).round();
                feature(
                    format!("road-{i}"),
                    json!({"class": road.class.key(), "zh": road.zh, "en": road.en, "speedKmh": speed_kmh,
                           "structure": road.structure.key(), "schematic": true}),
                    line(&road.path),
                )
            });
        }),
        "bridges" => layers.bridges.iter().enumerate().for_each(|(i, b)| {
            page.line(&b.ends, || {
                feature(
                    format!("bridge-{i}"),
                    json!({"zh": b.zh, "en": b.en, "river": b.river, "spanM": b.span_m}),
                    line(&b.ends),
                )
            });
        }),
        "risk-points" => risk_points.into_iter().for_each(|r| {
            page.point(r.at, || {
                feature(
                    r.id.to_string(),
                    json!({"name": r.name, "nameEn": r.name_en, "class": r.class, "grade": r.grade,
                           "segment": r.segment, "layer": r.layer, "districtCode": r.place.district,
                           "townshipCode": r.place.township, "training": true}),
                    point(r.at),
                )
            });
        }),
        "shelters" => layers.shelters.iter().for_each(|s| {
            page.point(s.at, || {
                feature(
                    s.id.clone(),
                    json!({"zh": s.zh, "en": s.en, "capacity": s.capacity, "training": true}),
                    point(s.at),
                )
            });
        }),
        "drone-routes" => layers.drone_routes.iter().for_each(|r| {
            page.line(&r.path, || {
                feature(
                    r.id.clone(),
                    json!({"zh": r.zh, "en": r.en, "areaZh": r.area.zh, "areaEn": r.area.en,
                           "aboveGroundM": r.above_ground_m, "speedMps": r.speed_mps}),
                    line(&r.path),
                )
            });
        }),
        _ => {
            let known = collections().iter().map(|c| c.id).collect::<Vec<_>>().join(", ");
            return Err(LayerError::UnknownCollection { asked: collection.to_owned(), known });
        }
    }
    Ok(FeaturePage { number_matched: page.matched, features: page.features })
}

fn window(bbox: Option<[f64; 4]>) -> Result<Option<Rect<f64>>, LayerError> {
    let Some(bbox) = bbox else { return Ok(None) };
    let [west, south, east, north] = bbox;
    let corners = LonLat::new(west, south).is_valid() && LonLat::new(east, north).is_valid();
    if !corners || west > east || south > north {
        return Err(LayerError::Box { bbox });
    }
    Ok(Some(Rect::new((west, south), (east, north))))
}

struct Page {
    window: Option<Rect<f64>>,
    offset: usize,
    limit: usize,
    matched: usize,
    features: Vec<Value>,
}

impl Page {
    fn take(&mut self, matches: bool, make: impl FnOnce() -> Value) {
        if matches {
            if self.matched >= self.offset && self.features.len() < self.limit {
                self.features.push(make());
            }
            self.matched += 1;
        }
    }

    fn point(&mut self, at: LonLat, make: impl FnOnce() -> Value) {
        let matches = self.window.is_none_or(|w| w.intersects(&Coord { x: at.lon, y: at.lat }));
        self.take(matches, make);
    }

    fn line(&mut self, path: &[LonLat], make: impl FnOnce() -> Value) {
        let matches = self.window.is_none_or(|w| {
            let coords = path.iter().map(|at| Coord { x: at.lon, y: at.lat }).collect();
            w.intersects(&LineString(coords))
        });
        self.take(matches, make);
    }

    fn district(&mut self, d: &crate::District) {
        let matches = self.window.is_none_or(|w| d.polygons.intersects(&w));
        self.take(matches, || {
            let ring = |r: &LineString<f64>| r.0.iter().map(|c| [c.x, c.y]).collect::<Vec<_>>();
            let rings = d
                .polygons
                .iter()
                .map(|p| std::iter::once(p.exterior()).chain(p.interiors()).map(ring).collect::<Vec<_>>());
            let coordinates = rings.collect::<Vec<_>>();
            feature(
                d.code.0.to_string(),
                json!({"code": d.code, "zh": d.zh, "en": d.en, "label": [d.label.lon, d.label.lat],
                       "seat": [d.seat.lon, d.seat.lat]}),
                json!({"type": "MultiPolygon", "coordinates": coordinates}),
            )
        });
    }

    fn river(&mut self, index: usize, river: &terrain::River) {
        let path: Vec<LonLat> = river.centreline.iter().map(|p| p.at).collect();
        self.line(&path, || {
            let of = |value: fn(&terrain::RiverPoint) -> f64| {
                river.centreline.iter().map(|p| (value(p) * 10.0).round() / 10.0).collect::<Vec<_>>()
            };
            feature(
                format!("river-{index}"),
                json!({"zh": river.name_zh, "en": river.name_en, "widthM": of(|p| p.width_m), "levelM": of(|p| p.level_m)}),
                line(&path),
            )
        });
    }
}

fn feature(id: String, properties: Value, geometry: Value) -> Value {
    json!({"type": "Feature", "id": id, "properties": properties, "geometry": geometry})
}

fn point(at: LonLat) -> Value {
    json!({"type": "Point", "coordinates": [at.lon, at.lat]})
}

fn line(path: &[LonLat]) -> Value {
    let coordinates = path.iter().map(|at| [at.lon, at.lat]).collect::<Vec<_>>();
    json!({"type": "LineString", "coordinates": coordinates})
}
