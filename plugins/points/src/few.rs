//! What is gathered of a set for a view, off the frame: clusters, hexagons, districts, lines, or a heat map.

use city::{DistrictCode, LonLat};
use layers::points::{
    Along, Bits, Cluster, FixedBox, Gathered, Heat, Hexagon, Pieces, Points, Standing, along, by_district,
    clusters, heat, hexagons,
};
use layers::{RoadClass, StaticLayers};
use shell::{Display, GroundModel, Theme};
use std::sync::{Arc, OnceLock};

/// Where more points than this are in sight they are gathered, unless somebody wants each.
pub(crate) const FEW: usize = 20_000;
/// The ground is looked for at this height, metres.
pub(crate) const GROUND_M: f64 = 300.0;
/// A line is coloured in pieces of this length at most, by points within this distance of it, metres.
const PIECE_M: f64 = 1_000.0;
const BESIDE_M: f64 = 250.0;
/// A heat map has so many cells across and down, and its kernel reaches so many of them.
const CELLS: (usize, usize) = (160, 120);
const REACH: f64 = 4.0;

/// What a set was gathered for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct For {
    pub bounds: FixedBox,
    pub level: u32,
    pub resolution: u8,
    pub display: Display,
    pub masked: u64,
}

/// A district with what is gathered of it.
pub(crate) struct Area {
    pub code: DistrictCode,
    pub at: LonLat,
    pub gathered: Gathered,
}

/// A piece of a river, road or bridge with what stands beside it.
pub(crate) struct Piece {
    pub path: Vec<LonLat>,
    pub along: Along,
}

/// What became of a set.
pub(crate) enum Few {
    /// It is drawn point by point.
    AsPoints,
    /// Clusters, each with the height of the ground, metres.
    Clusters(Vec<(Cluster, f64)>),
    Hexagons(Vec<Hexagon>),
    /// Districts, with the layers that know their borders.
    Areas(Vec<Area>),
    Lines(Vec<Piece>),
    Heat(Heat),
}

/// What the city is made of, which points are gathered by.
#[derive(Clone, Default)]
pub(crate) struct Basis {
    pub layers: Option<Arc<StaticLayers>>,
    /// Cut when lines are asked for first.
    pieces: Arc<OnceLock<Pieces>>,
}

impl Basis {
    pub fn of(layers: Arc<StaticLayers>) -> Self {
        Self { layers: Some(layers), pieces: Arc::default() }
    }

    pub fn is_of(&self, layers: &Arc<StaticLayers>) -> bool {
        self.layers.as_ref().is_some_and(|held| Arc::ptr_eq(held, layers))
    }

    fn pieces(&self) -> &Pieces {
        self.pieces.get_or_init(|| {
            let Some(layers) = &self.layers else {
                return Pieces::new(Vec::<(String, Vec<LonLat>)>::new(), 1.0);
            };
            let river = |river: &terrain::River| {
                (river.name_zh.clone(), river.centreline.iter().map(|point| point.at).collect())
            };
            let bridges = layers.bridges.iter().map(|bridge| (bridge.zh.clone(), bridge.ends.to_vec()));
            // Streets of a quarter are too many for a map of lines.
            let roads = layers.roads.iter().filter(|road| road.class != RoadClass::Local);
            let roads = roads.map(|road| (road.zh.clone(), road.path.clone()));
            Pieces::new(layers.rivers().iter().map(river).chain(roads).chain(bridges), PIECE_M)
        })
    }
}

pub(crate) fn few(
    points: &Arc<Points>,
    mask: &Bits,
    wanted: For,
    ground: &GroundModel,
    basis: &Basis,
) -> Few {
    let For { bounds, level, resolution, display, .. } = wanted;
    match display {
        Display::Points => Few::AsPoints,
        Display::Hexagons => Few::Hexagons(hexagons(points, mask, bounds, resolution)),
        Display::Areas => {
            let Some(layers) = &basis.layers else { return Few::Areas(Vec::new()) };
            let area = |(code, gathered)| {
                let at = layers.district(code)?.label;
                Some(Area { code, at, gathered })
            };
            Few::Areas(by_district(points, mask).into_iter().filter_map(area).collect())
        }
        Display::Lines => {
            let pieces = basis.pieces();
            let piece = |along: Along| Piece { path: pieces.line(along.piece).to_vec(), along };
            Few::Lines(along(points, mask, bounds, pieces, BESIDE_M).into_iter().map(piece).collect())
        }
        Display::Heat => {
            let (low, high) = (bounds.low.lon_lat(), bounds.high.lon_lat());
            let across_m = low.distance_m(LonLat::new(high.lon, low.lat));
            Few::Heat(heat(points, mask, bounds, CELLS.0, CELLS.1, REACH * across_m / CELLS.0 as f64))
        }
        Display::Auto if points.count_in(bounds, mask) <= FEW => Few::AsPoints,
        Display::Auto | Display::Clusters => {
            let found = clusters(points, mask, bounds, level).into_iter();
            Few::Clusters(found.map(|c| (c, ground.drawn_height_m(c.at))).collect())
        }
    }
}

/// The colour of what is gathered: that of its worst, else that of devices.
pub(crate) fn colour_of(theme: &Theme, worst: Standing) -> shell::Colour {
    let grade = (worst as usize).checked_sub(1).map(|n| theme.map.grade[3 - n]);
    grade.unwrap_or(theme.map.device)
}
