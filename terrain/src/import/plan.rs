//! What will be made: the pyramid's shape from the sources' places, and which source lies where.

use super::{
    Import,
    source::{Memory, Source, system},
    source_list, wrong,
};
use crate::{
    TerrainError,
    pyramid::{Key, Shape, codec::TILE},
};
use city::LonLat;

/// The most tiles the finest level may have room for: the container's directory names each, also those not there.
const LARGEST: u64 = 8_000_000;
/// No survey's samples lie closer than this, metres.
const CLOSEST_M: f64 = 0.01;
/// Places along each side of a source at which its outline is followed.
const OUTLINE: usize = 33;

/// A source with its place in the pyramid.
pub(super) struct Placed {
    pub source: Source,
    /// West, south, east, north of its outline, degrees.
    pub bounds: [f64; 4],
    /// The level whose samples are as close as its own, or closer.
    pub level: u8,
    /// Degrees from one of its samples to the next.
    step_deg: (f64, f64),
}

/// What an import will make.
pub(super) struct Plan {
    pub shape: Shape,
    /// The first wins.
    pub sources: Vec<Placed>,
    pub feather: usize,
    pub memory: Memory,
}

impl Plan {
    /// Opens all sources and lays the pyramid over them.
    pub fn of(wanted: &Import) -> Result<Self, TerrainError> {
        let mut sources = Vec::new();
        for path in source_list::files(wanted)? {
            sources.push(placed(source_list::open(&path, wanted)?)?);
        }
        let shape = shape(&sources);
        if u64::from(shape.tiles(0).0) * u64::from(shape.tiles(0).1) > LARGEST {
            let problem = format!(
                "with the others it spans {} × {} samples; import sources that lie together",
                shape.columns, shape.rows
            );
            return Err(wrong(&sources[0].source.path, problem));
        }
        let top = shape.levels() - 1;
        for placed in &mut sources {
            let coarser = |step: f64, finest: f64| (step / finest).log2() + 0.02;
            let (east, south) = (placed.step_deg.0, placed.step_deg.1);
            let halvings = coarser(east, shape.step_deg.0).min(coarser(south, shape.step_deg.1)).floor();
            placed.level = (halvings.max(0.0) as u8).min(top);
        }
        let memory = Memory::for_sources(sources.iter().map(|placed| &placed.source));
        Ok(Self { shape, sources, feather: usize::from(wanted.feather), memory })
    }

    /// The level of the coarsest source.
    pub fn coarsest(&self) -> u8 {
        self.sources.iter().map(|placed| placed.level).max().unwrap_or(0)
    }

    /// True where the pyramid has a tile: some source as fine as its level, or finer, lies there.
    pub fn has(&self, key: Key) -> bool {
        let (across, down) = self.shape.tiles(key.level);
        let bounds = self.bounds(key);
        key.x < across
            && key.y < down
            && self.sources.iter().any(|placed| placed.level <= key.level && meet(&placed.bounds, &bounds))
    }

    /// West, south, east, north of a tile, degrees.
    fn bounds(&self, key: Key) -> [f64; 4] {
        let corner = |x: u32, y: u32| {
            self.shape.lon_lat(key.level, f64::from(x) * TILE as f64 - 0.5, f64::from(y) * TILE as f64 - 0.5)
        };
        let (first, last) = (corner(key.x, key.y), corner(key.x + 1, key.y + 1));
        [first.lon, last.lat, last.lon, first.lat]
    }

    /// The sources of a tile that are as coarse as its level, or coarser: the last named first.
    pub fn of_tile(&self, key: Key) -> impl Iterator<Item = (usize, &Placed)> {
        let bounds = self.bounds(key);
        let in_it = move |placed: &Placed| placed.level >= key.level && meet(&placed.bounds, &bounds);
        self.sources.iter().enumerate().rev().filter(move |(_, placed)| in_it(placed))
    }

    /// All tiles by level, the finest first; those of a level row by row from the north-west.
    pub fn tiles(&self) -> Vec<Vec<Key>> {
        let mut level = vec![Key { level: self.shape.levels() - 1, x: 0, y: 0 }];
        let mut tiles = Vec::new();
        while !level.is_empty() {
            level.sort_unstable_by_key(|key| (key.y, key.x));
            let below = level.iter().filter(|key| key.level > 0).flat_map(|key| key.children());
            let below = below.filter(|key| self.has(*key)).collect();
            tiles.push(std::mem::replace(&mut level, below));
        }
        tiles.reverse();
        tiles
    }
}

fn meet(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// Follows the outline of a source on the globe.
fn placed(source: Source) -> Result<Placed, TerrainError> {
    let system = system(&source.reference_system).map_err(|e| wrong(&source.path, e.to_string()))?;
    let (columns, rows) = (source.size.0 as f64, source.size.1 as f64);
    let nowhere = || {
        let problem = format!("its place is nowhere on the globe in {}; is that its system?", system.name());
        wrong(&source.path, problem)
    };
    let globe = |column: f64, row: f64| {
        let (x, y) = source.affine.at(column, row);
        system.to_lon_lat(x, y).filter(|at| at.is_valid()).ok_or_else(nowhere)
    };
    let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let mut before = [None; 4];
    for i in 0..OUTLINE {
        let part = i as f64 / (OUTLINE - 1) as f64;
        let (column, row) = (part * columns - 0.5, part * rows - 0.5);
        let places = [(column, -0.5), (column, rows - 0.5), (-0.5, row), (columns - 0.5, row)];
        for ((column, row), before) in places.into_iter().zip(&mut before) {
            // The edge of a model of the whole globe passes the poles and the date line by half a sample.
            let (x, y) = source.affine.at(column, row);
            let at = system.to_lon_lat(x, y).ok_or_else(nowhere)?;
            let leaps =
                before.is_some_and(|lon: f64| (at.lon - lon).abs() > 180.0 && lon.abs() < 179.999_999);
            if leaps && at.lon.abs() < 179.999_999 {
                let problem =
                    "it crosses the date line or holds a pole; cut it there with gdalwarp -t_srs EPSG:4326";
                return Err(wrong(&source.path, problem));
            }
            *before = Some(at.lon);
            bounds =
                [bounds[0].min(at.lon), bounds[1].min(at.lat), bounds[2].max(at.lon), bounds[3].max(at.lat)];
        }
    }
    let middle = (((columns - 1.0) / 2.0).floor(), ((rows - 1.0) / 2.0).floor());
    let (here, east, south) =
        (globe(middle.0, middle.1)?, globe(middle.0 + 1.0, middle.1)?, globe(middle.0, middle.1 + 1.0)?);
    let metres = here.distance_m(east).min(here.distance_m(south));
    if metres < CLOSEST_M {
        let problem = format!(
            "its samples would lie {metres:.1e} m apart in {}: it is in another system, such as degrees",
            system.name()
        );
        return Err(wrong(&source.path, problem));
    }
    let step_deg = if system.is_wgs84() && source.affine.x[1] == 0.0 && source.affine.y[0] == 0.0 {
        (source.affine.x[0].abs(), source.affine.y[1].abs())
    } else {
        // As a square of the same side on the ground.
        let north = metres / 110_852.0;
        (north / here.lat.to_radians().cos(), north)
    };
    Ok(Placed { source, bounds, level: 0, step_deg })
}

/// The finest source's grid, carried over all of them.
fn shape(sources: &[Placed]) -> Shape {
    let finest = sources.iter().min_by(|a, b| a.step_deg.1.total_cmp(&b.step_deg.1)).unwrap_or(&sources[0]);
    let (east, south) = finest.step_deg;
    let bound = |k: usize, pick: fn(f64, f64) -> f64| {
        sources.iter().map(|s| s.bounds[k]).fold(sources[0].bounds[k], pick)
    };
    let [west, low, right, north] =
        [bound(0, f64::min), bound(1, f64::min), bound(2, f64::max), bound(3, f64::max)];
    // Whole steps from the finest one's corner, so that its samples stay where they are.
    let columns_before = ((finest.bounds[0] - west) / east - 1e-6).ceil();
    let rows_before = ((north - finest.bounds[3]) / south - 1e-6).ceil();
    let corner =
        LonLat::new(finest.bounds[0] - columns_before * east, finest.bounds[3] + rows_before * south);
    Shape {
        columns: (((right - corner.lon) / east - 1e-6).ceil() as usize).max(2),
        rows: (((corner.lat - low) / south - 1e-6).ceil() as usize).max(2),
        north_west: corner,
        step_deg: (east, south),
    }
}
