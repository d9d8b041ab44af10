//! Which points are meant, and how many there are of each.

use super::{Bits, Points, Standing};
use city::{DistrictCode, Layer, RiskClass, RiskGrade, Segment, TownshipCode};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Which points are meant. A part that is `None` takes all; parts combine.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these classes (分类).
    pub classes: Option<Vec<RiskClass>>,
    /// Only these grades (分级); `None` among them means points without a grade.
    pub grades: Option<Vec<Option<RiskGrade>>>,
    /// Only these segments (分段).
    pub segments: Option<Vec<Segment>>,
    /// Only these layers (分层).
    pub layers: Option<Vec<Layer>>,
    /// Only these districts.
    pub districts: Option<Vec<DistrictCode>>,
    /// Only these townships.
    pub townships: Option<Vec<TownshipCode>>,
    /// Only values that stand so.
    pub standings: Option<Vec<Standing>>,
    /// Only what was heard before this, seconds since 1970: the silent ones.
    pub silent_since_s: Option<u32>,
    /// Only these rows: what a search found.
    pub found: Option<Arc<Bits>>,
}

/// How many points there are of each, among those that pass all other parts of a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All that pass.
    pub all: usize,
    /// By class.
    pub classes: BTreeMap<RiskClass, usize>,
    /// By grade; those without one are last.
    pub grades: [usize; 5],
    /// By segment, in the order of [`Segment`].
    pub segments: [usize; 4],
    /// By layer, from below.
    pub layers: [usize; 4],
    /// By district.
    pub districts: BTreeMap<DistrictCode, usize>,
    /// By how values stand, calmest first.
    pub standings: [usize; 5],
}

impl Counts {
    /// Counts another set along.
    pub fn add(&mut self, other: &Self) {
        fn sum<K: Ord + Clone>(to: &mut BTreeMap<K, usize>, from: &BTreeMap<K, usize>) {
            from.iter().for_each(|(key, n)| *to.entry(key.clone()).or_default() += n);
        }
        fn sums<const N: usize>(to: &mut [usize; N], from: &[usize; N]) {
            to.iter_mut().zip(from).for_each(|(to, n)| *to += n);
        }
        self.all += other.all;
        sum(&mut self.classes, &other.classes);
        sums(&mut self.grades, &other.grades);
        sums(&mut self.segments, &other.segments);
        sums(&mut self.layers, &other.layers);
        sum(&mut self.districts, &other.districts);
        sums(&mut self.standings, &other.standings);
    }
}

impl PartialEq for Filter {
    /// Rows found are the same only where they are the same search's.
    fn eq(&self, other: &Self) -> bool {
        let parts = |f: &Self| {
            let Self { classes, grades, segments, layers, districts, townships, standings, .. } = f.clone();
            (classes, grades, segments, layers, districts, townships, standings, f.silent_since_s)
        };
        let found = |f: &Self| f.found.as_ref().map(Arc::as_ptr);
        parts(self) == parts(other) && found(self) == found(other)
    }
}

fn passes<T: PartialEq>(wanted: Option<&Vec<T>>, given: &T) -> bool {
    wanted.is_none_or(|wanted| wanted.contains(given))
}

impl Filter {
    /// True when it takes all.
    pub fn is_empty(&self) -> bool {
        let Self { classes, grades, segments, layers, districts, townships, .. } = self;
        classes.is_none()
            && grades.is_none()
            && segments.is_none()
            && layers.is_none()
            && districts.is_none()
            && townships.is_none()
            && self.asks_no_row()
    }

    /// True when a row's kind and place alone decide.
    fn asks_no_row(&self) -> bool {
        self.standings.is_none() && self.silent_since_s.is_none() && self.found.is_none()
    }

    /// For each kind of `points` whether it passes: class, grade, segment, layer, all of them.
    fn kinds(&self, points: &Points) -> Vec<[bool; 4]> {
        let tested = |kind: &super::Kind| {
            [
                passes(self.classes.as_ref(), &kind.class),
                passes(self.grades.as_ref(), &kind.grade),
                passes(self.segments.as_ref(), &kind.segment),
                passes(self.layers.as_ref(), &kind.layer),
            ]
        };
        points.kinds.iter().map(tested).collect()
    }

    /// For each place of `points` whether it passes.
    fn places(&self, points: &Points) -> Vec<bool> {
        let tested = |place: &Option<city::Place>| {
            let (district, township) = place.map_or_else(Default::default, |p| (p.district, p.township));
            passes(self.districts.as_ref(), &district) && passes(self.townships.as_ref(), &township)
        };
        points.places.iter().map(tested).collect()
    }
}

impl Points {
    /// The rows of `rows` that pass, as a set over all rows. Some 2 ns a row.
    pub fn mask(&self, filter: &Filter, rows: Range<usize>) -> Bits {
        if filter.is_empty() && rows == (0..self.len()) {
            return Bits::all(self.len());
        }
        let kinds: Vec<u64> = filter.kinds(self).iter().map(|k| u64::from(k.iter().all(|p| *p))).collect();
        let places: Vec<u64> = filter.places(self).iter().map(|p| u64::from(*p)).collect();
        Bits::from_words(self.len(), |n| {
            let from = (64 * n).max(rows.start);
            let to = (64 * (n + 1)).min(rows.end);
            let mut word = 0;
            for row in from..to {
                let bit = kinds[usize::from(self.kind[row])] & places[usize::from(self.place[row])];
                word |= bit << (row % 64);
            }
            if word == 0 || filter.asks_no_row() { word } else { word & self.asked(filter, n) }
        })
    }

    /// Of the 64 rows from `64 n` on, those that pass what only a row itself can answer.
    fn asked(&self, filter: &Filter, n: usize) -> u64 {
        let mut word = filter.found.as_ref().map_or(u64::MAX, |found| found.word(n));
        if let Some(standings) = &filter.standings {
            let raised = self.raised.each_ref().map(|bits| bits.word(n));
            word &= standings.iter().fold(0, |all, standing| {
                all | match (*standing as usize).checked_sub(1) {
                    Some(colour) => raised[colour],
                    None => !raised.iter().fold(0, |any, one| any | one),
                }
            });
        }
        if let Some(since) = filter.silent_since_s {
            let rows = 64 * n..(64 * (n + 1)).min(self.len());
            word &= rows.fold(0, |all, row| all | u64::from(self.measured_s(row) < since) << (row % 64));
        }
        word
    }

    /// How many points there are of each. Where kinds and places alone decide it costs nothing a row.
    pub fn counts(&self, filter: &Filter) -> Counts {
        let (kinds, places) = (filter.kinds(self), filter.places(self));
        let histogram = if filter.asks_no_row() { self.totals.clone() } else { self.histogram(filter) };
        let mut counts = Counts::default();
        for (kind, tested) in self.kinds.iter().zip(&kinds).zip(histogram.chunks(places.len().max(1))) {
            let ((kind, tested), row) = (kind, tested);
            let here: usize = row.iter().zip(&places).filter(|(_, p)| **p).map(|(n, _)| *n as usize).sum();
            let others_pass = |own: usize| (0..4).all(|part| part == own || tested[part]);
            if others_pass(0) {
                *counts.classes.entry(kind.class.clone()).or_default() += here;
            }
            if others_pass(1) {
                counts.grades[kind.grade.map_or(4, |grade| grade as usize)] += here;
            }
            if others_pass(2) {
                counts.segments[kind.segment as usize] += here;
            }
            if others_pass(3) {
                counts.layers[kind.layer as usize] += here;
            }
            if others_pass(4) {
                counts.all += here;
                for (place, n) in self.places.iter().zip(row) {
                    let of_townships = filter.townships.as_ref();
                    if let Some(place) = place.filter(|p| passes(of_townships, &p.township)) {
                        *counts.districts.entry(place.district).or_default() += *n as usize;
                    }
                }
            }
        }
        counts.standings = self.count_standings(filter);
        counts
    }

    fn histogram(&self, filter: &Filter) -> Vec<u32> {
        let mut histogram = vec![0; self.totals.len()];
        for n in 0..self.len().div_ceil(64) {
            let mut word = self.asked(filter, n);
            if 64 * n + 64 > self.len() {
                word &= (1 << (self.len() % 64)) - 1;
            }
            while word != 0 {
                let row = 64 * n + word.trailing_zeros() as usize;
                histogram[usize::from(self.kind[row]) * self.places.len() + usize::from(self.place[row])] +=
                    1;
                word &= word - 1;
            }
        }
        histogram
    }

    fn count_standings(&self, filter: &Filter) -> [usize; 5] {
        let any = Filter { standings: None, ..filter.clone() };
        let mask = self.mask(&any, 0..self.len());
        let mut counts = [mask.count(0..self.len()), 0, 0, 0, 0];
        for (n, raised) in self.raised.iter().enumerate() {
            counts[n + 1] = mask.count_with(raised, 0..self.len());
            counts[0] -= counts[n + 1];
        }
        counts
    }
}
