//! Whose a position is: district and township, in a few microseconds.
//!
//! A grid of cells holds for each cell the districts whose border passes through it, or the one that
//! fills it, so that most questions need no polygon at all.

use crate::plane::{Plane, nearest_on_segment};
use crate::{District, StaticLayers};
use city::{DistrictCode, LonLat, Place, TownshipCode};
use geo::{BoundingRect, LineString, Rect};

/// How far outside every border a position still counts as the nearest district's, metres:
/// borders are generalised and have gaps.
pub const EDGE_TOLERANCE_M: f64 = 2_000.0;

const CELL_DEG: f64 = 0.02;

#[derive(Clone, Debug, Default)]
enum Cell {
    #[default]
    Outside,
    Inside(u8),
    Border(Vec<u8>),
}

#[derive(Clone, Debug)]
struct Area {
    code: DistrictCode,
    bounds: Rect<f64>,
    rings: Vec<LineString<f64>>,
    townships: Vec<(TownshipCode, LonLat)>,
}

/// Finds the district and township of a position.
#[derive(Clone, Debug)]
pub struct Gazetteer {
    areas: Vec<Area>,
    bounds: Rect<f64>,
    columns: usize,
    rows: usize,
    cells: Vec<Cell>,
}

impl Gazetteer {
    /// A gazetteer of the districts and townships of `layers`.
    pub fn new(layers: &StaticLayers) -> Self {
        let areas: Vec<Area> = layers.districts.iter().filter_map(|d| Area::of(d, layers)).collect();
        let mut bounds = Rect::new((0.0, 0.0), (0.0, 0.0));
        if let Some(first) = areas.first() {
            bounds = areas.iter().fold(first.bounds, |all, area| {
                let (low, high) = (all.min(), all.max());
                let (l, h) = (area.bounds.min(), area.bounds.max());
                Rect::new((low.x.min(l.x), low.y.min(l.y)), (high.x.max(h.x), high.y.max(h.y)))
            });
        }
        let columns = (bounds.width() / CELL_DEG).ceil() as usize + 1;
        let rows = (bounds.height() / CELL_DEG).ceil() as usize + 1;
        let cells = vec![Cell::Outside; columns * rows];
        let mut gazetteer = Self { areas, bounds, columns, rows, cells };
        gazetteer.mark_borders();
        gazetteer.fill_insides();
        gazetteer
    }

    /// The district and the nearest township of `at`; `None` more than [`EDGE_TOLERANCE_M`] outside the city.
    pub fn place(&self, at: LonLat) -> Option<Place> {
        let area = self.area(at)?;
        let plane = Plane::at(at);
        let square = |to: LonLat| {
            let [east, north] = plane.metres(to);
            east * east + north * north
        };
        let nearest = area.townships.iter().min_by(|a, b| square(a.1).total_cmp(&square(b.1)))?;
        Some(Place { district: area.code, township: nearest.0 })
    }

    fn area(&self, at: LonLat) -> Option<&Area> {
        if !at.is_valid() {
            return None;
        }
        match self.cell(at) {
            Some(Cell::Inside(index)) => self.areas.get(usize::from(*index)),
            Some(Cell::Border(candidates)) => {
                let mut areas = candidates.iter().map(|&index| &self.areas[usize::from(index)]);
                areas.clone().find(|area| area.contains(at)).or_else(|| {
                    let inside = self.areas.iter().find(|area| area.contains(at));
                    inside.or_else(|| areas.by_ref().min_by(|a, b| a.edge_m(at).total_cmp(&b.edge_m(at))))
                })
            }
            _ => self.nearest_outside(at),
        }
    }

    fn nearest_outside(&self, at: LonLat) -> Option<&Area> {
        let reach = 0.025;
        let near = self.areas.iter().filter(|area| {
            let (low, high) = (area.bounds.min(), area.bounds.max());
            at.lon > low.x - reach
                && at.lon < high.x + reach
                && at.lat > low.y - reach
                && at.lat < high.y + reach
        });
        let nearest = near.map(|area| (area, area.edge_m(at))).min_by(|a, b| a.1.total_cmp(&b.1))?;
        (nearest.1 <= EDGE_TOLERANCE_M).then_some(nearest.0)
    }

    fn cell(&self, at: LonLat) -> Option<&Cell> {
        let column = (at.lon - self.bounds.min().x) / CELL_DEG;
        let row = (at.lat - self.bounds.min().y) / CELL_DEG;
        if column < 0.0 || row < 0.0 || column >= self.columns as f64 || row >= self.rows as f64 {
            return None;
        }
        self.cells.get(row as usize * self.columns + column as usize)
    }

    fn mark_borders(&mut self) {
        for (index, area) in self.areas.iter().enumerate() {
            for line in area.rings.iter().flat_map(LineString::lines) {
                let low = self.bounds.min();
                let cell = |v: f64, origin: f64, count: usize| {
                    (((v - origin) / CELL_DEG).max(0.0) as usize).min(count - 1)
                };
                let (x0, x1) = (line.start.x.min(line.end.x), line.start.x.max(line.end.x));
                let (y0, y1) = (line.start.y.min(line.end.y), line.start.y.max(line.end.y));
                for row in cell(y0, low.y, self.rows)..=cell(y1, low.y, self.rows) {
                    for column in cell(x0, low.x, self.columns)..=cell(x1, low.x, self.columns) {
                        let found = &mut self.cells[row * self.columns + column];
                        match found {
                            Cell::Border(list) if list.contains(&(index as u8)) => {}
                            Cell::Border(list) => list.push(index as u8),
                            _ => *found = Cell::Border(vec![index as u8]),
                        }
                    }
                }
            }
        }
    }

    /// A cell no border touches belongs to whoever holds its middle; along a row that changes only at borders.
    fn fill_insides(&mut self) {
        for row in 0..self.rows {
            let mut known: Option<Option<usize>> = None;
            for column in 0..self.columns {
                let slot = row * self.columns + column;
                if matches!(self.cells[slot], Cell::Border(_)) {
                    known = None;
                    continue;
                }
                let holder = known.unwrap_or_else(|| {
                    let low = self.bounds.min();
                    let middle = LonLat::new(
                        low.x + (column as f64 + 0.5) * CELL_DEG,
                        low.y + (row as f64 + 0.5) * CELL_DEG,
                    );
                    self.areas.iter().position(|area| area.contains(middle))
                });
                known = Some(holder);
                if let Some(index) = holder {
                    self.cells[slot] = Cell::Inside(index as u8);
                }
            }
        }
    }
}

impl Area {
    fn of(district: &District, layers: &StaticLayers) -> Option<Self> {
        let rings = district.polygons.iter();
        let rings = rings.flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())).cloned().collect();
        let townships = layers.townships_of(district.code).iter().map(|t| (t.code, t.at)).collect();
        Some(Self { code: district.code, bounds: district.polygons.bounding_rect()?, rings, townships })
    }

    /// Even-odd rule over all rings, so holes and islands need no care.
    fn contains(&self, at: LonLat) -> bool {
        let (low, high) = (self.bounds.min(), self.bounds.max());
        if at.lon < low.x || at.lon > high.x || at.lat < low.y || at.lat > high.y {
            return false;
        }
        let mut inside = false;
        for ring in &self.rings {
            for pair in ring.0.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                if (a.y > at.lat) != (b.y > at.lat)
                    && at.lon < (b.x - a.x) * (at.lat - a.y) / (b.y - a.y) + a.x
                {
                    inside = !inside;
                }
            }
        }
        inside
    }

    /// Distance from `at` to the nearest border, metres.
    fn edge_m(&self, at: LonLat) -> f64 {
        let plane = Plane::at(at);
        let metres = |c: geo::Coord<f64>| plane.metres(LonLat::new(c.x, c.y));
        let edges = self.rings.iter().flat_map(LineString::lines);
        edges
            .map(|l| nearest_on_segment([0.0, 0.0], metres(l.start), metres(l.end)).1)
            .fold(f64::MAX, f64::min)
    }
}
