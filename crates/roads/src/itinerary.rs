//! A route as it is told: its line with heights, its length and time, what it climbs, and its steps by road.

use crate::locate::{Foothold, Stop};
use crate::routing::NEVER;
use crate::{OFF_ROAD_DETOUR, OFF_ROAD_SPEED_MPS, Profile, StreetClass, Streets, walking_mps};
use city::LonLat;
use serde::Serialize;

/// A part of an edge, as it is moved along: `from` and `to` are shares 0–1 in that direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leg {
    pub edge: u32,
    pub back: bool,
    pub from: f64,
    pub to: f64,
    pub time_ms: u32,
}

impl Leg {
    /// A part of an edge that takes `whole_ms` as a whole.
    pub fn part(edge: u32, back: bool, from: f64, to: f64, whole_ms: u32) -> Leg {
        let time_ms = (f64::from(whole_ms) * (to - from).max(0.0)).round() as u32;
        Leg { edge, back, from, to, time_ms: time_ms.min(NEVER - 1) }
    }
}

/// A point of a route.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RoutePoint {
    /// Longitude, degrees.
    pub lon: f64,
    /// Latitude, degrees.
    pub lat: f64,
    /// Height above the sea, metres; none where no ground is known.
    pub height_m: Option<f64>,
}

/// A stretch of a route along one road.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RouteStep {
    /// What the road is called in Chinese, or as its source names it; may be empty.
    pub name: String,
    /// In English; may be empty.
    #[serde(rename = "nameEn")]
    pub name_en: String,
    /// Its number, such as G50; may be empty.
    #[serde(rename = "ref")]
    pub number: String,
    /// The key of its class.
    pub class: &'static str,
    /// How long, metres.
    pub length_m: f64,
    /// How long it takes, seconds.
    pub duration_s: f64,
}

/// Where a route joins or leaves the network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Joint {
    /// The place on the network.
    #[serde(flatten)]
    pub at: RoutePoint,
    /// How far, straight, from the place that was asked for, metres.
    pub beside_m: f64,
    /// The edge.
    pub edge: u32,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Route {
    /// Its line, from where it was asked from to where it was asked to.
    pub path: Vec<RoutePoint>,
    /// How long, metres, with what lies beside the network.
    pub length_m: f64,
    /// How long it takes, seconds, with what lies beside the network.
    pub duration_s: f64,
    /// How much it climbs, metres.
    pub ascent_m: f64,
    /// How much it falls, metres.
    pub descent_m: f64,
    /// Where it joins the network.
    pub joins: Joint,
    /// Where it leaves it.
    pub leaves: Joint,
    /// Its stretches by road.
    pub steps: Vec<RouteStep>,
    /// The edges it takes, in order.
    #[serde(skip)]
    pub edges: Vec<u32>,
    /// For each of `edges` the point of `path` at which it is left.
    #[serde(skip)]
    pub edge_ends: Vec<usize>,
}

impl Route {
    /// Its line without heights.
    pub fn line(&self) -> Vec<LonLat> {
        self.path.iter().map(|point| LonLat::new(point.lon, point.lat)).collect()
    }

    pub(crate) fn of(
        streets: &Streets,
        profile: &Profile,
        from: Stop,
        to: Stop,
        (start, end): (Foothold, Foothold),
        legs: &[Leg],
    ) -> Route {
        let mut path = vec![point(start.at, start.height_m)];
        let (mut ascent_m, mut descent_m) = (0.0, 0.0);
        let mut steps: Vec<RouteStep> = Vec::new();
        let mut edge_ends = Vec::with_capacity(legs.len());
        for leg in legs {
            let rise = |path: &mut Vec<RoutePoint>, next: RoutePoint| {
                let last = path.last().copied().unwrap_or(next);
                if let (Some(a), Some(b)) = (last.height_m, next.height_m) {
                    (ascent_m, descent_m) = (ascent_m + (b - a).max(0.0), descent_m + (a - b).max(0.0));
                }
                if last != next {
                    path.push(next);
                }
            };
            walk(streets, leg, &mut path, rise);
            step(streets, leg, &mut steps);
            edge_ends.push(path.len() - 1);
        }
        let on_m: f64 = steps.iter().map(|step| step.length_m).sum();
        let on_ms: f64 = legs.iter().map(|leg| f64::from(leg.time_ms)).sum();
        let beside_m = (start.beside_m + end.beside_m) * OFF_ROAD_DETOUR;
        let (first, last) = (RoutePoint { height_m: None, ..point(from.at, 0.0) }, point(to.at, f64::NAN));
        // Nearer than a metre the place itself is on the road.
        if start.beside_m > 1.0 {
            path.insert(0, first);
            edge_ends.iter_mut().for_each(|end| *end += 1);
        }
        if end.beside_m > 1.0 || path.len() < 2 {
            path.push(last);
        }
        Route {
            path,
            length_m: on_m + beside_m,
            duration_s: on_ms / 1e3 + beside_m / beside_mps(profile),
            ascent_m,
            descent_m,
            joins: Joint { at: point(start.at, start.height_m), beside_m: start.beside_m, edge: start.edge },
            leaves: Joint { at: point(end.at, end.height_m), beside_m: end.beside_m, edge: end.edge },
            steps,
            edges: legs.iter().map(|leg| leg.edge).collect(),
            edge_ends,
        }
    }
}

/// How fast one moves beside the network, metres a second.
pub(crate) fn beside_mps(profile: &Profile) -> f64 {
    if profile.mode.walks() { walking_mps(0.0) } else { OFF_ROAD_SPEED_MPS }
}

fn point(at: LonLat, height_m: f64) -> RoutePoint {
    // Ten-millionths of a degree, and centimetres of height, are beyond what any source knows.
    let round = |value: f64, parts: f64| (value * parts).round() / parts;
    let height_m = Some(round(height_m, 100.0)).filter(|height| height.is_finite());
    RoutePoint { lon: round(at.lon, 1e7), lat: round(at.lat, 1e7), height_m }
}

/// Hands out the points of a leg in the order of moving, its ends cut to the shares.
fn walk(
    streets: &Streets,
    leg: &Leg,
    path: &mut Vec<RoutePoint>,
    mut each: impl FnMut(&mut Vec<RoutePoint>, RoutePoint),
) {
    let mut line: Vec<(LonLat, f64)> = streets.edge(leg.edge).line().collect();
    if leg.back {
        line.reverse();
    }
    let length_m: f64 = line.windows(2).map(|pair| pair[0].0.distance_m(pair[1].0)).sum();
    let (from_m, to_m) = (leg.from * length_m, leg.to * length_m);
    let whole = leg.from <= 0.0 && leg.to >= 1.0;
    let mut far_m = 0.0;
    for pair in line.windows(2) {
        let ((a, a_m), (b, b_m)) = (pair[0], pair[1]);
        let piece_m = a.distance_m(b);
        let at = |along_m: f64| {
            let share = if piece_m > 0.0 { ((along_m - far_m) / piece_m).clamp(0.0, 1.0) } else { 1.0 };
            let mid = |x: f64, y: f64| x + (y - x) * share;
            point(LonLat::new(mid(a.lon, b.lon), mid(a.lat, b.lat)), mid(a_m, b_m))
        };
        if whole || far_m <= to_m && far_m + piece_m >= from_m {
            if far_m <= from_m {
                each(path, if whole { point(a, a_m) } else { at(from_m) });
            }
            each(path, if whole || far_m + piece_m <= to_m { point(b, b_m) } else { at(to_m) });
        }
        far_m += piece_m;
    }
}

/// Adds a leg to the steps: to the last one where the road is the same.
fn step(streets: &Streets, leg: &Leg, steps: &mut Vec<RouteStep>) {
    let edge = streets.edge(leg.edge);
    let (length_m, duration_s) =
        (edge.length_m() * (leg.to - leg.from).max(0.0), f64::from(leg.time_ms) / 1e3);
    let (name, class) = (edge.name(), edge.class().key());
    let barrier = edge.class() == StreetClass::Barrier;
    match steps.last_mut() {
        Some(last)
            if barrier
                || (last.name == name.zh
                    && last.number == name.number
                    && last.class == class
                    && last.name_en == name.en) =>
        {
            (last.length_m, last.duration_s) = (last.length_m + length_m, last.duration_s + duration_s);
        }
        _ if barrier || length_m == 0.0 && duration_s == 0.0 => {}
        _ => steps.push(RouteStep {
            name: name.zh.clone(),
            name_en: name.en.clone(),
            number: name.number.clone(),
            class,
            length_m,
            duration_s,
        }),
    }
}
