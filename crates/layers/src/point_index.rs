//! Points at scale: columns of position, class, grade and district, found by place.
//!
//! A grid of 0.01° cells over the points' bounding box; each cell is a run of one column of row numbers
//! (counting sort), 4 bytes a point. Rows keep the order they came in.

use crate::plane::nearest_in_growing_boxes;
use city::{Device, DistrictCode, LonLat, RiskClass, RiskGrade, RiskPoint};

const CELL_DEG: f64 = 0.01;
const MAX_CELLS: f64 = 4_000_000.0;

/// Which points are asked for; an empty filter takes all.
#[derive(Clone, Debug, Default)]
pub struct PointFilter {
    /// Only these classes, when any.
    pub classes: Option<Vec<RiskClass>>,
    /// Only these grades, when any; points without a grade are left out.
    pub grades: Option<Vec<RiskGrade>>,
    /// Only this district, when any.
    pub district: Option<DistrictCode>,
}

/// Columns of points with a spatial index.
#[derive(Clone, Debug)]
pub struct PointIndex {
    lon: Vec<f64>,
    lat: Vec<f64>,
    class: Vec<u8>,
    grade: Vec<Option<RiskGrade>>,
    district: Vec<DistrictCode>,
    classes: Vec<RiskClass>,
    west: f64,
    south: f64,
    cell_deg: f64,
    columns: usize,
    rows: usize,
    starts: Vec<u32>,
    order: Vec<u32>,
}

impl PointIndex {
    /// An index of risk points; row `i` is `points[i]`.
    pub fn of_risk_points(points: &[RiskPoint]) -> Self {
        Self::new(points.iter().map(|p| (p.at, &p.class, Some(p.grade), p.place.district)))
    }

    /// An index of devices, which have no grade; row `i` is `devices[i]`.
    pub fn of_devices(devices: &[Device]) -> Self {
        Self::new(devices.iter().map(|d| (d.at, &d.class, None, d.place.district)))
    }

    /// An index of bare places, which no filter can tell apart.
    pub fn of_places(places: impl Iterator<Item = LonLat>) -> Self {
        Self::new(places.map(|at| (at, &RiskClass::Flood, None, DistrictCode(0))))
    }

    /// An index of points given as position, class, grade and district. A position that is not on the
    /// globe keeps its row and is never found.
    pub fn new<'a>(
        points: impl Iterator<Item = (LonLat, &'a RiskClass, Option<RiskGrade>, DistrictCode)>,
    ) -> Self {
        let mut index = Self {
            lon: Vec::new(),
            lat: Vec::new(),
            class: Vec::new(),
            grade: Vec::new(),
            district: Vec::new(),
            classes: Vec::new(),
            west: 0.0,
            south: 0.0,
            cell_deg: CELL_DEG,
            columns: 1,
            rows: 1,
            starts: Vec::new(),
            order: Vec::new(),
        };
        for (at, class, grade, district) in points {
            index.lon.push(at.lon);
            index.lat.push(at.lat);
            let known = index.classes.iter().position(|c| c == class);
            let class = known.unwrap_or_else(|| {
                index.classes.push(class.clone());
                index.classes.len() - 1
            });
            // Past 255 classes the rest share the last number: still found, not told apart.
            index.class.push(class.min(255) as u8);
            index.grade.push(grade);
            index.district.push(district);
        }
        index.sort_into_cells();
        index
    }

    fn sort_into_cells(&mut self) {
        let valid = |row: &usize| self.position(*row).is_valid();
        let rows: Vec<usize> = (0..self.len()).filter(valid).collect();
        let (mut west, mut south, mut east, mut north) = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        for &row in &rows {
            (west, east) = (west.min(self.lon[row]), east.max(self.lon[row]));
            (south, north) = (south.min(self.lat[row]), north.max(self.lat[row]));
        }
        if rows.is_empty() {
            (west, south, east, north) = (0.0, 0.0, 0.0, 0.0);
        }
        let cells_at = |deg: f64| ((east - west) / deg + 1.0) * ((north - south) / deg + 1.0);
        self.cell_deg = CELL_DEG;
        while cells_at(self.cell_deg) > MAX_CELLS {
            self.cell_deg *= 2.0;
        }
        (self.west, self.south) = (west, south);
        self.columns = ((east - west) / self.cell_deg) as usize + 1;
        self.rows = ((north - south) / self.cell_deg) as usize + 1;
        let mut starts = vec![0_u32; self.columns * self.rows + 1];
        for &row in &rows {
            starts[self.cell_of(row) + 1] += 1;
        }
        for cell in 1..starts.len() {
            starts[cell] += starts[cell - 1];
        }
        let mut next = starts.clone();
        self.order = vec![0; rows.len()];
        for &row in &rows {
            let slot = &mut next[self.cell_of(row)];
            self.order[*slot as usize] = row as u32;
            *slot += 1;
        }
        self.starts = starts;
    }

    fn cell_of(&self, row: usize) -> usize {
        let column = ((self.lon[row] - self.west) / self.cell_deg) as usize;
        let line = ((self.lat[row] - self.south) / self.cell_deg) as usize;
        line.min(self.rows - 1) * self.columns + column.min(self.columns - 1)
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.lon.len()
    }

    /// True without any point.
    pub fn is_empty(&self) -> bool {
        self.lon.is_empty()
    }

    /// Where the point of `row` is.
    pub fn position(&self, row: usize) -> LonLat {
        LonLat::new(self.lon[row], self.lat[row])
    }

    /// The class of the point of `row`.
    pub fn class(&self, row: usize) -> &RiskClass {
        &self.classes[usize::from(self.class[row])]
    }

    /// The grade of the point of `row`; devices have none.
    pub fn grade(&self, row: usize) -> Option<RiskGrade> {
        self.grade[row]
    }

    /// The district of the point of `row`.
    pub fn district(&self, row: usize) -> DistrictCode {
        self.district[row]
    }

    /// True when the point of `row` passes `filter`.
    pub fn passes(&self, row: usize, filter: &PointFilter) -> bool {
        filter.district.is_none_or(|code| code == self.district[row])
            && filter.classes.as_ref().is_none_or(|classes| classes.contains(self.class(row)))
            && filter
                .grades
                .as_ref()
                .is_none_or(|grades| self.grade[row].is_some_and(|g| grades.contains(&g)))
    }

    /// The rows in `[west, south, east, north]` that pass `filter`, cell by cell.
    pub fn in_bbox<'a>(
        &'a self,
        bbox: [f64; 4],
        filter: &'a PointFilter,
    ) -> impl Iterator<Item = usize> + 'a {
        let [west, south, east, north] = bbox;
        let column = |lon: f64| ((lon - self.west) / self.cell_deg).floor().clamp(-1.0, self.columns as f64);
        let line = |lat: f64| ((lat - self.south) / self.cell_deg).floor().clamp(-1.0, self.rows as f64);
        let lines = line(south).max(0.0) as usize..((line(north) + 1.0).max(0.0) as usize).min(self.rows);
        let first = column(west).max(0.0) as usize;
        let past = ((column(east) + 1.0).max(0.0) as usize).min(self.columns).max(first.min(self.columns));
        let runs = lines.filter(move |_| first < past).map(move |line| {
            let start = self.starts[line * self.columns + first] as usize;
            let end = self.starts[line * self.columns + past] as usize;
            &self.order[start..end]
        });
        runs.flatten().map(|&row| row as usize).filter(move |&row| {
            let at = self.position(row);
            (west..=east).contains(&at.lon) && (south..=north).contains(&at.lat) && self.passes(row, filter)
        })
    }

    /// The nearest point to `at` within `within_m` metres that passes `filter`, with its distance in metres.
    pub fn nearest(&self, at: LonLat, within_m: f64, filter: &PointFilter) -> Option<(usize, f64)> {
        nearest_in_growing_boxes(at, within_m, 500.0, |bounds| {
            self.in_bbox(bounds, filter)
                .map(|row| (row, at.distance_m(self.position(row))))
                .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::seeded::Seeded;

    #[test]
    fn finds_what_a_plain_search_finds() {
        let mut random = Seeded::new(1, "points");
        let points: Vec<_> = (0..5_000)
            .map(|i| {
                let at = LonLat::new(random.between(105.3, 110.2), random.between(28.2, 32.2));
                let class = if i % 3 == 0 { RiskClass::Flood } else { RiskClass::Gas };
                (at, class, RiskGrade::ALL[i % 4], DistrictCode(500_101 + (i % 5) as u32))
            })
            .collect();
        let index = PointIndex::new(points.iter().map(|(at, class, g, d)| (*at, class, Some(*g), *d)));
        let filter = PointFilter {
            classes: Some(vec![RiskClass::Flood]),
            grades: Some(vec![RiskGrade::Major, RiskGrade::Low]),
            district: Some(DistrictCode(500_102)),
        };
        for filter in [PointFilter::default(), filter] {
            for _ in 0..50 {
                let at = LonLat::new(random.between(105.0, 110.5), random.between(28.0, 32.4));
                let bbox = [at.lon, at.lat, at.lon + random.share(), at.lat + random.share()];
                let mut found: Vec<_> = index.in_bbox(bbox, &filter).collect();
                found.sort_unstable();
                let plain: Vec<_> = (0..points.len())
                    .filter(|&i| {
                        let p = points[i].0;
                        p.lon >= bbox[0] && p.lon <= bbox[2] && p.lat >= bbox[1] && p.lat <= bbox[3]
                    })
                    .filter(|&i| index.passes(i, &filter))
                    .collect();
                assert_eq!(found, plain);
                let near = index.nearest(at, 30_000.0, &filter).map(|(row, _)| row);
                let plain = (0..points.len())
                    .filter(|&i| index.passes(i, &filter) && at.distance_m(points[i].0) <= 30_000.0)
                    .min_by(|&a, &b| at.distance_m(points[a].0).total_cmp(&at.distance_m(points[b].0)));
                assert_eq!(near, plain);
            }
        }
    }

    #[test]
    fn empty_and_broken_positions_are_never_found() {
        let none = PointIndex::new(std::iter::empty());
        assert!(none.nearest(LonLat::new(106.0, 29.0), 1e6, &PointFilter::default()).is_none());
        let broken = [(LonLat::new(f64::NAN, 29.0), &RiskClass::Gas, None, DistrictCode(1))];
        let index = PointIndex::new(broken.into_iter());
        assert_eq!(index.len(), 1);
        assert_eq!(index.in_bbox([-180.0, -90.0, 180.0, 90.0], &PointFilter::default()).count(), 0);
    }
}
