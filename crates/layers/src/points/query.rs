//! Points by place: in a box, nearest to a spot.

use super::{Bits, FixedBox, Points};
use crate::plane::nearest_in_growing_boxes;
use city::LonLat;
use std::ops::Range;

impl Points {
    /// The pages that `bounds` touches, and whether all of each lies inside.
    pub fn pages_in(&self, bounds: FixedBox) -> impl Iterator<Item = (usize, bool)> + '_ {
        let pages = self.pages.iter().map(super::page::PageBounds::get).enumerate();
        pages
            .filter(move |(_, page)| !page.is_empty() && page.meets(bounds))
            .map(move |(n, page)| (n, bounds.covers(page)))
    }

    /// The rows of `mask` inside `bounds`.
    pub fn rows_in<'a>(&'a self, bounds: FixedBox, mask: &'a Bits) -> impl Iterator<Item = usize> + 'a {
        self.pages_in(bounds).flat_map(move |(n, whole)| {
            let inside = move |row: &usize| {
                let at = self.fixed(*row);
                if whole { at.is_somewhere() } else { bounds.contains(at) }
            };
            mask.rows(self.page_rows(n)).filter(inside)
        })
    }

    /// How many rows of `mask` lie inside `bounds`. Pages that lie wholly inside cost nothing a row.
    pub fn count_in(&self, bounds: FixedBox, mask: &Bits) -> usize {
        let count = |(n, whole): (usize, bool)| {
            let rows: Range<usize> = self.page_rows(n);
            // Things without a position are sorted first, so only a page that holds one has to be looked through.
            if whole && rows.clone().next().is_none_or(|first| self.fixed(first).is_somewhere()) {
                mask.count(rows)
            } else {
                mask.rows(rows).filter(|row| bounds.contains(self.fixed(*row))).count()
            }
        };
        self.pages_in(bounds).map(count).sum()
    }

    /// The nearest row of `mask` to `at` within `within_m` metres, with its distance in metres.
    pub fn nearest(&self, at: LonLat, within_m: f64, mask: &Bits) -> Option<(usize, f64)> {
        if !at.is_valid() {
            return None;
        }
        nearest_in_growing_boxes(at, within_m, 50.0, |bounds| {
            self.rows_in(FixedBox::of(bounds), mask)
                .map(|row| (row, at.distance_m(self.position(row))))
                .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))
        })
    }
}
