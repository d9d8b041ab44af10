//! Roads that are closed: by number, about a place, or within an area; to all or to some.

use crate::{Mode, Problem, Streets};
use city::LonLat;
use serde_json::Value;

/// What is closed.
#[derive(Clone, Debug, PartialEq)]
pub enum Closed {
    /// An edge of this network file.
    Edge(u32),
    /// A way, by the source's number.
    Way(i64),
    /// Everything within a distance of a place.
    About {
        /// The place.
        at: LonLat,
        /// The distance, metres.
        radius_m: f64,
    },
    /// Everything that touches a polygon: its outer ring, then its holes.
    Area(Vec<Vec<LonLat>>),
}

/// A closure, and to whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Closure {
    /// What is closed.
    pub what: Closed,
    /// To whom; empty closes it to all.
    pub to: Vec<Mode>,
}

impl Closure {
    /// A closure to all.
    pub fn to_all(what: Closed) -> Self {
        Self { what, to: Vec::new() }
    }
}

impl Streets {
    /// The edges that `closures` close to `mode`, each once, in order.
    pub fn closed(&self, closures: &[Closure], mode: Mode) -> Vec<u32> {
        let mut edges = Vec::new();
        let ways: Vec<i64> = closures.iter().filter(|c| c.holds_for(mode)).filter_map(Closure::way).collect();
        if !ways.is_empty() {
            let all = self.columns.way.iter().enumerate();
            edges.extend(all.filter(|(_, way)| ways.contains(way)).map(|(edge, _)| edge as u32));
        }
        for closure in closures.iter().filter(|closure| closure.holds_for(mode)) {
            match &closure.what {
                Closed::Edge(edge) if (*edge as usize) < self.edge_count() => edges.push(*edge),
                Closed::Edge(_) | Closed::Way(_) => {}
                Closed::About { at, radius_m } => {
                    let (dx, dy) =
                        (radius_m / (111_195.0 * at.lat.to_radians().cos().max(0.01)), radius_m / 111_195.0);
                    let about = self.edges_in([at.lon - dx, at.lat - dy, at.lon + dx, at.lat + dy]);
                    edges.extend(about.into_iter().filter(|&edge| self.within(edge, *at, *radius_m)));
                }
                Closed::Area(rings) => {
                    let outer = rings.first().map_or(&[][..], Vec::as_slice);
                    let least = |of: fn(&LonLat) -> f64| outer.iter().map(of).fold(f64::MAX, f64::min);
                    let most = |of: fn(&LonLat) -> f64| outer.iter().map(of).fold(f64::MIN, f64::max);
                    let bbox = [least(|p| p.lon), least(|p| p.lat), most(|p| p.lon), most(|p| p.lat)];
                    if outer.len() > 2 {
                        edges.extend(
                            self.edges_in(bbox).into_iter().filter(|&edge| self.touches(edge, rings)),
                        );
                    }
                }
            }
        }
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    fn within(&self, edge: u32, at: LonLat, radius_m: f64) -> bool {
        let east = 111_195.0 * at.lat.to_radians().cos();
        let line: Vec<[f64; 2]> = self
            .edge(edge)
            .line()
            .map(|(p, _)| [(p.lon - at.lon) * east, (p.lat - at.lat) * 111_195.0])
            .collect();
        line.windows(2).any(|pair| {
            let ([ax, ay], [bx, by]) = (pair[0], pair[1]);
            let (dx, dy) = (bx - ax, by - ay);
            let share = (-(ax * dx + ay * dy) / (dx * dx + dy * dy).max(1e-12)).clamp(0.0, 1.0);
            (ax + dx * share).hypot(ay + dy * share) <= radius_m
        })
    }

    fn touches(&self, edge: u32, rings: &[Vec<LonLat>]) -> bool {
        let line: Vec<LonLat> = self.edge(edge).line().map(|(at, _)| at).collect();
        line.iter().any(|&at| inside(at, rings))
            || line.windows(2).any(|pair| sides(rings).any(|(c, d)| cross(pair[0], pair[1], c, d)))
    }
}

impl Closure {
    fn holds_for(&self, mode: Mode) -> bool {
        self.to.is_empty() || self.to.contains(&mode)
    }

    fn way(&self) -> Option<i64> {
        if let Closed::Way(way) = self.what { Some(way) } else { None }
    }
}

fn sides(rings: &[Vec<LonLat>]) -> impl Iterator<Item = (LonLat, LonLat)> {
    rings.iter().flat_map(|ring| {
        let next = ring.iter().skip(1).chain(ring.first());
        ring.iter().copied().zip(next.copied())
    })
}

/// Even–odd over all rings, so that holes are outside.
fn inside(at: LonLat, rings: &[Vec<LonLat>]) -> bool {
    let crosses = |(a, b): &(LonLat, LonLat)| {
        (a.lat > at.lat) != (b.lat > at.lat)
            && at.lon < a.lon + (at.lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon)
    };
    sides(rings).filter(crosses).count() % 2 == 1
}

fn cross(a: LonLat, b: LonLat, c: LonLat, d: LonLat) -> bool {
    let turn = |p: LonLat, q: LonLat, r: LonLat| {
        (q.lon - p.lon) * (r.lat - p.lat) - (q.lat - p.lat) * (r.lon - p.lon)
    };
    turn(a, b, c) * turn(a, b, d) <= 0.0
        && turn(c, d, a) * turn(c, d, b) <= 0.0
        && a.lon.min(b.lon) <= c.lon.max(d.lon)
        && c.lon.min(d.lon) <= a.lon.max(b.lon)
        && a.lat.min(b.lat) <= c.lat.max(d.lat)
        && c.lat.min(d.lat) <= a.lat.max(b.lat)
}

/// Reads closures from GeoJSON: polygons, points with `radius_m`, and features with a `way` or an `edge`. `vehicles`
/// (a word or an array of them) says to whom; without it, to all. Returns what was read, and what could not be.
///
/// # Errors
/// Text that is no GeoJSON at all, in words.
pub fn read_closures(text: &str) -> Result<(Vec<Closure>, Vec<Problem>), String> {
    let mut json: Value = serde_json::from_str(text).map_err(|e| format!("no JSON: {e}"))?;
    let features = match json["type"].as_str() {
        Some("FeatureCollection") => match json["features"].take() {
            Value::Array(features) => features,
            _ => return Err("a FeatureCollection without `features`".to_owned()),
        },
        Some("Feature") => vec![json],
        Some("Polygon" | "MultiPolygon") => vec![serde_json::json!({ "properties": {}, "geometry": json })],
        _ => return Err("expected a GeoJSON FeatureCollection, Feature or polygon".to_owned()),
    };
    let (mut read, mut problems) = (Vec::new(), Vec::new());
    for (index, feature) in features.iter().enumerate() {
        match closures_of(feature) {
            Ok(closures) => read.extend(closures),
            Err(what) => problems.push(Problem { what, count: 1, sample: format!("feature {}", index + 1) }),
        }
    }
    Ok((read, problems))
}

fn closures_of(feature: &Value) -> Result<Vec<Closure>, String> {
    let properties = &feature["properties"];
    let words: Vec<&str> = match &properties["vehicles"] {
        Value::String(words) => words.split(',').map(str::trim).collect(),
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let to = words.iter().map(|word| word.parse()).collect::<Result<Vec<Mode>, String>>()?;
    let coordinates = &feature["geometry"]["coordinates"];
    let what = match feature["geometry"]["type"].as_str() {
        Some("Polygon") => vec![Closed::Area(rings(coordinates)?)],
        Some("MultiPolygon") => {
            let polygons = coordinates.as_array().ok_or("a MultiPolygon without coordinates")?;
            polygons.iter().map(|polygon| rings(polygon).map(Closed::Area)).collect::<Result<_, String>>()?
        }
        Some("Point") => {
            let radius_m = properties["radius_m"].as_f64().or(properties["radius"].as_f64());
            let radius_m = radius_m.filter(|r| *r >= 0.0).ok_or("a Point needs `radius_m`, metres")?;
            vec![Closed::About { at: place(coordinates)?, radius_m }]
        }
        _ => Vec::new(),
    };
    let edge = properties["edge"].as_u64().and_then(|edge| u32::try_from(edge).ok()).map(Closed::Edge);
    let named: Vec<Closed> = properties["way"].as_i64().map(Closed::Way).into_iter().chain(edge).collect();
    if what.is_empty() && named.is_empty() {
        return Err("neither a polygon, a point with `radius_m`, a `way` nor an `edge`".to_owned());
    }
    Ok(what.into_iter().chain(named).map(|what| Closure { what, to: to.clone() }).collect())
}

fn rings(polygon: &Value) -> Result<Vec<Vec<LonLat>>, String> {
    let rings = polygon.as_array().filter(|rings| !rings.is_empty()).ok_or("a polygon without rings")?;
    rings
        .iter()
        .map(|ring| ring.as_array().ok_or("a ring that is none")?.iter().map(place).collect())
        .collect()
}

fn place(coordinates: &Value) -> Result<LonLat, String> {
    let at =
        LonLat::new(coordinates[0].as_f64().unwrap_or(f64::NAN), coordinates[1].as_f64().unwrap_or(f64::NAN));
    at.is_valid()
        .then_some(at)
        .ok_or_else(|| format!("{coordinates} is no longitude and latitude in degrees"))
}
