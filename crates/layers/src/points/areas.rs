//! Points gathered in the districts and townships they belong to.

use super::{Bits, Points, Standing};
use city::{DistrictCode, Place, TownshipCode};
use std::collections::BTreeMap;

/// The points of an area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gathered {
    /// How many.
    pub count: usize,
    /// How the worst of them stands, by its value or its grade.
    pub worst: Standing,
    /// How many values stand out, at blue or worse.
    pub raised: usize,
}

impl Gathered {
    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.worst = self.worst.max(other.worst);
        self.raised += other.raised;
    }
}

/// The points of `mask` by district; those that belong to none are left out, and areas without points too.
pub fn by_district(points: &Points, mask: &Bits) -> BTreeMap<DistrictCode, Gathered> {
    by(points, mask, |place| place.district)
}

/// The points of `mask` by township; those that belong to none are left out, and areas without points too.
pub fn by_township(points: &Points, mask: &Bits) -> BTreeMap<TownshipCode, Gathered> {
    by(points, mask, |place| place.township)
}

fn by<Code: Ord>(points: &Points, mask: &Bits, code: impl Fn(&Place) -> Code) -> BTreeMap<Code, Gathered> {
    let mut places = vec![Gathered::default(); points.places.len()];
    let ranks: Vec<Standing> = points.kinds.iter().map(super::Kind::rank).collect();
    for n in 0..points.len().div_ceil(64) {
        let wanted = mask.word(n);
        each(wanted, |bit| {
            let place = &mut places[usize::from(points.place[64 * n + bit])];
            place.count += 1;
            place.worst = place.worst.max(ranks[usize::from(points.kind[64 * n + bit])]);
        });
        for (bits, standing) in points.raised.iter().zip(&Standing::ALL[1..]) {
            each(wanted & bits.word(n), |bit| {
                let place = &mut places[usize::from(points.place[64 * n + bit])];
                place.worst = place.worst.max(*standing);
                place.raised += 1;
            });
        }
    }
    let mut areas = BTreeMap::new();
    for (place, gathered) in points.places.iter().zip(&places) {
        if let Some(place) = place.as_ref().filter(|_| gathered.count > 0) {
            areas.entry(code(place)).or_insert_with(Gathered::default).add(gathered);
        }
    }
    areas
}

fn each(mut word: u64, mut bit: impl FnMut(usize)) {
    while word != 0 {
        bit(word.trailing_zeros() as usize);
        word &= word - 1;
    }
}
