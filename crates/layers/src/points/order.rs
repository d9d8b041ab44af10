//! Rows in the order of what they say, for lists.

use super::{Bits, FixedBox, Kind, Points};

/// By what rows are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// By place: the order of rows.
    #[default]
    Place,
    /// By class (分类), in the order of the layer tree.
    Class,
    /// By grade (分级), gravest first.
    Grade,
    /// By segment (分段).
    Segment,
    /// By layer (分层), from below.
    Layer,
    /// By the code of the district.
    District,
    /// By the newest value, lowest first.
    Value,
    /// By the time of the newest value, oldest first.
    Measured,
    /// By how the newest value stands, calmest first.
    Standing,
}

/// Past all keys: that of rows which do not say what is sorted by.
const LAST: u32 = u32::MAX;

/// The rows of `mask`, in `bounds` where given, in the order of `sort`, or in the opposite one where `descending`. Rows
/// that say the same stay in the order of rows, and those that say nothing come last, either way.
pub fn order(
    points: &Points,
    mask: &Bits,
    bounds: Option<FixedBox>,
    sort: Sort,
    descending: bool,
) -> Vec<u32> {
    let keys = Keys::of(points, sort);
    let key = |row: usize| match keys.key(points, row) {
        Some(key) if descending => LAST - 1 - key,
        Some(key) => key,
        None => LAST,
    };
    // The row in the lower half of a number keeps the order of those with one key.
    let packed = |row: usize| u64::from(key(row)) << 32 | row as u64;
    let mut rows: Vec<u64> = match bounds {
        Some(bounds) => points.rows_in(bounds, mask).map(packed).collect(),
        None => mask.rows(0..points.len()).map(packed).collect(),
    };
    if sort != Sort::Place || descending {
        rows.sort_unstable();
    }
    rows.into_iter().map(|packed| packed as u32).collect()
}

/// Where keys come from; those of kinds and places are worked out once for each.
enum Keys {
    Kind(Vec<Option<u32>>),
    Place(Vec<Option<u32>>),
    Row(fn(&Points, usize) -> Option<u32>),
}

impl Keys {
    fn of(points: &Points, sort: Sort) -> Self {
        let kinds = |key: &dyn Fn(&Kind) -> Option<u32>| Self::Kind(points.kinds.iter().map(key).collect());
        match sort {
            Sort::Place => Self::Row(|_, row| Some(row as u32)),
            Sort::Class => {
                let mut classes: Vec<_> = points.kinds.iter().map(|kind| &kind.class).collect();
                classes.sort_unstable();
                classes.dedup();
                kinds(&|kind| classes.binary_search(&&kind.class).ok().map(|n| n as u32))
            }
            Sort::Grade => kinds(&|kind| kind.grade.map(|grade| grade as u32)),
            Sort::Segment => kinds(&|kind| Some(kind.segment as u32)),
            Sort::Layer => kinds(&|kind| Some(kind.layer as u32)),
            Sort::District => {
                let key = |place: &Option<city::Place>| place.map(|place| place.district.0.min(LAST - 1));
                Self::Place(points.places.iter().map(key).collect())
            }
            Sort::Value => Self::Row(|points, row| key_of(points.value(row))),
            Sort::Measured => Self::Row(|points, row| points.measured_s(row).checked_sub(1)),
            Sort::Standing => Self::Row(|points, row| Some(points.standing(row) as u32)),
        }
    }

    fn key(&self, points: &Points, row: usize) -> Option<u32> {
        match self {
            Self::Kind(keys) => keys[usize::from(points.kind[row])],
            Self::Place(keys) => keys[usize::from(points.place[row])],
            Self::Row(key) => key(points, row),
        }
    }
}

/// A number that rises with `value`; none for what is no number. The bits of an IEEE 754 number rise with it above 0 and
/// fall below.
fn key_of(value: f32) -> Option<u32> {
    // Adding 0 turns −0 into the 0 that it equals.
    let bits = (value + 0.0).to_bits();
    let key = if bits >> 31 == 1 { !bits } else { bits | 1 << 31 };
    (!value.is_nan()).then_some(key)
}
