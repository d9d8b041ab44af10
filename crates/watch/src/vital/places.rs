//! The areas of the city by number: 0 the city, then the districts, then the townships.

use city::{DistrictCode, Jurisdiction, Place, TownshipCode};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Which districts there are, and which townships belong to each. A zone with a centre of its own, such as 两江新区, is a
/// district here; a township belongs to the district that its place says, whatever its code.
#[derive(Clone, Debug, Default)]
pub struct Places {
    areas: Vec<Jurisdiction>,
    districts: usize,
    above: Vec<u32>,
    below: Vec<Vec<u32>>,
    by_township: HashMap<TownshipCode, u32>,
    by_district: HashMap<DistrictCode, u32>,
}

impl Places {
    /// The places of these townships and of these districts, which need not have townships. A township told twice belongs
    /// to the district it was told of first.
    pub fn new(
        townships: impl IntoIterator<Item = Place>,
        districts: impl IntoIterator<Item = DistrictCode>,
    ) -> Self {
        let mut of = BTreeMap::new();
        let mut all: BTreeSet<DistrictCode> = districts.into_iter().collect();
        for place in townships {
            all.insert(place.district);
            of.entry(place.township).or_insert(place.district);
        }
        let mut places = Self { areas: vec![Jurisdiction::City], above: vec![0], ..Self::default() };
        for district in &all {
            places.by_district.insert(*district, places.areas.len() as u32);
            places.areas.push(Jurisdiction::District(*district));
            places.above.push(0);
        }
        places.districts = all.len();
        for (township, district) in of {
            places.by_township.insert(township, places.areas.len() as u32);
            places.areas.push(Jurisdiction::Township(township));
            places.above.push(places.by_district.get(&district).copied().unwrap_or(0));
        }
        places.below = vec![Vec::new(); places.areas.len()];
        for area in 1..places.areas.len() {
            places.below[places.above[area] as usize].push(area as u32);
        }
        places
    }

    /// How many areas there are, the city among them.
    pub fn len(&self) -> usize {
        self.areas.len()
    }

    /// True when there is neither a district nor a township.
    pub fn is_empty(&self) -> bool {
        self.areas.len() <= 1
    }

    /// The districts, by code.
    pub fn districts(&self) -> impl Iterator<Item = DistrictCode> + '_ {
        self.areas.iter().filter_map(|area| match area {
            Jurisdiction::District(code) => Some(*code),
            _ => None,
        })
    }

    pub(super) fn number(&self, area: Jurisdiction) -> Option<usize> {
        match area {
            Jurisdiction::City => (!self.areas.is_empty()).then_some(0),
            Jurisdiction::District(code) => self.by_district.get(&code).map(|n| *n as usize),
            Jurisdiction::Township(code) => self.by_township.get(&code).map(|n| *n as usize),
        }
    }

    /// The number of a place's township, if it lies in the place's district.
    pub(super) fn township(&self, place: Place) -> Option<u32> {
        let found = *self.by_township.get(&place.township)?;
        (self.above[found as usize] == *self.by_district.get(&place.district)?).then_some(found)
    }

    pub(super) fn area(&self, number: usize) -> Jurisdiction {
        self.areas[number]
    }

    pub(super) fn below(&self, number: usize) -> &[u32] {
        &self.below[number]
    }

    pub(super) fn is_township(&self, number: usize) -> bool {
        number > self.districts
    }
}
