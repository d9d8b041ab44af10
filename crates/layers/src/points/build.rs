//! From points as they are given to columns in the order of their places.

use super::kind::Dictionary;
use super::page::{PAGE, PageBounds, rows_of_page};
use super::{Bits, Fixed, FixedBox, IdIndex, Kind, Points, TextBlock, Texts, Thresholds};
use city::{CityTime, LonLat, Place};
use std::sync::atomic::{AtomicI32, AtomicU32};
use std::sync::{Arc, RwLock};

/// A point as it is given.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name; may be empty.
    pub name: &'a str,
    /// Where it is; not a number where that is not known.
    pub at: LonLat,
    /// What it is.
    pub kind: Kind,
    /// Whose it is, where that is known.
    pub place: Option<Place>,
    /// Its newest value; not a number where there is none.
    pub value: f32,
    /// When that was measured.
    pub measured: Option<CityTime>,
}

/// Rows on their way to a [`Points`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub at: Vec<Fixed>,
    pub kind: Vec<u16>,
    pub place: Vec<u16>,
    pub value: Vec<f32>,
    pub measured_s: Vec<u32>,
    pub hash: Vec<u64>,
    pub kinds: Dictionary<Kind>,
    pub places: Dictionary<Option<Place>>,
}

/// Gathers points in the order they come.
#[derive(Clone, Debug, Default)]
pub struct PointsBuilder {
    rows: Rows,
    texts: TextBlock,
}

impl PointsBuilder {
    /// Adds a point; false where it cannot be taken: 65,536 kinds or places, or 4 billion points, are there already.
    pub fn push(&mut self, point: &Given) -> bool {
        let rows = &mut self.rows;
        let numbers = rows.kinds.number(&point.kind).zip(rows.places.number(&point.place));
        let Some((kind, place)) = numbers.filter(|_| rows.at.len() < u32::MAX as usize) else { return false };
        rows.at.push(Fixed::of(point.at));
        rows.kind.push(kind);
        rows.place.push(place);
        rows.value.push(point.value);
        rows.measured_s.push(point.measured.map_or(0, seconds));
        rows.hash.push(IdIndex::hash(point.id));
        self.texts.ids.push(point.id);
        self.texts.names.push(point.name);
        true
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.at.len()
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The points in the order of their places, and the rows whose id another row has already, with that row.
    pub fn finish(self) -> (Points, Vec<(u32, u32)>) {
        let Self { mut rows, texts } = self;
        let mut order: Vec<(u64, u32)> = rows.at.iter().map(|at| at.morton()).zip(0..).collect();
        // Rows of one place stay in the order they came.
        order.sort_unstable();
        let order: Vec<u32> = order.into_iter().map(|(_, row)| row).collect();
        rows.at = sorted(&rows.at, &order);
        rows.kind = sorted(&rows.kind, &order);
        rows.place = sorted(&rows.place, &order);
        rows.value = sorted(&rows.value, &order);
        rows.measured_s = sorted(&rows.measured_s, &order);
        rows.hash = sorted(&rows.hash, &order);
        let mut block = TextBlock::default();
        for row in order {
            block.ids.push(texts.ids.get(row as usize));
            block.names.push(texts.names.get(row as usize));
        }
        rows.points(Texts::Held(Arc::new(block)))
    }
}

fn sorted<T: Copy>(column: &[T], order: &[u32]) -> Vec<T> {
    order.iter().map(|row| column[*row as usize]).collect()
}

/// Whole seconds since 1970, 0 for what lies outside 1970 to 2106.
pub(crate) fn seconds(at: CityTime) -> u32 {
    u32::try_from(at.0.div_euclid(1000)).unwrap_or(0)
}

impl Rows {
    /// The points of rows that are in order already. Columns are given up one after the other, so that no two forms of
    /// one are in memory for long.
    pub fn points(self, texts: Texts) -> (Points, Vec<(u32, u32)>) {
        let Self { at, kind, place, value, measured_s, hash, kinds, places } = self;
        let (ids, repeated) = IdIndex::new(hash.into_iter());
        let len = at.len();
        let page = |n| {
            let mut held = FixedBox::EMPTY;
            at[rows_of_page(n, len)].iter().for_each(|at| held.hold(*at));
            PageBounds::new(held)
        };
        let pages = (0..len.div_ceil(PAGE)).map(page).collect();
        let lon = at.iter().map(|at| AtomicI32::new(at.lon)).collect();
        let lat = at.iter().map(|at| AtomicI32::new(at.lat)).collect();
        drop(at);
        let (kinds, places) = (kinds.all().to_vec(), places.all().to_vec());
        let mut totals = vec![0; kinds.len() * places.len()];
        for (kind, place) in kind.iter().zip(&place) {
            totals[usize::from(*kind) * places.len() + usize::from(*place)] += 1;
        }
        let points = Points {
            lon,
            lat,
            kind,
            place,
            value: value.into_iter().map(|v| AtomicU32::new(v.to_bits())).collect(),
            measured_s: measured_s.into_iter().map(AtomicU32::new).collect(),
            thresholds: RwLock::new(vec![Thresholds::default(); kinds.len()]),
            kinds,
            places,
            totals,
            pages,
            raised: std::array::from_fn(|_| Bits::none(len)),
            ids,
            texts,
        };
        (points, repeated)
    }
}
