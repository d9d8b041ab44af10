//! Where a thing of a class plausibly stands: the search behind risk points and devices.

use super::hills::{Find, Hills};
use crate::plane::Plane;
use crate::seeded::Seeded;
use crate::{Gazetteer, Road, RoadClass, StaticLayers, Structure};
use city::{DistrictCode, LonLat, Place, RiskClass};
use std::collections::BTreeMap;
use terrain::Ground;

/// A place found for a thing.
pub(crate) struct Site {
    pub at: LonLat,
    pub place: Place,
    /// How grave the place is for its class, 0–1: steepness, closeness to the water.
    pub severity: f64,
}

/// The city as places to put things.
pub(crate) struct Sites<'a> {
    gazetteer: &'a Gazetteer,
    ground: &'a Ground,
    layers: &'a StaticLayers,
    districts: Vec<DistrictCode>,
    by_population: Vec<f64>,
    streets: BTreeMap<DistrictCode, Vec<&'a Road>>,
    main_roads: Vec<&'a Road>,
    main_lengths: Vec<f64>,
    bridges: Vec<LonLat>,
    river_pieces: Vec<(usize, usize)>,
    river_lengths: Vec<f64>,
    hills: Hills<'a>,
}

impl<'a> Sites<'a> {
    pub fn new(layers: &'a StaticLayers, gazetteer: &'a Gazetteer, ground: &'a Ground) -> Self {
        let mut streets: BTreeMap<_, Vec<&Road>> = BTreeMap::new();
        for road in layers.roads.iter().filter(|road| road.class == RoadClass::Local) {
            if let Some(place) = gazetteer.place(road.path[0]) {
                streets.entry(place.district).or_default().push(road);
            }
        }
        let populated: Vec<_> = layers.districts.iter().filter(|d| streets.contains_key(&d.code)).collect();
        let main = |road: &&Road| road.class <= RoadClass::Artery && road.structure != Structure::Tunnel;
        let main_roads: Vec<&Road> = layers.roads.iter().filter(main).collect();
        // Of a trunk road through the hills few kilometres are watched.
        let weight =
            |road: &&Road| road_length_m(road) * if road.class == RoadClass::Artery { 6.0 } else { 1.0 };
        let mut bridges: Vec<LonLat> = layers.bridges.iter().map(|bridge| bridge.at).collect();
        let schematic =
            layers.roads.iter().filter(|r| r.structure == Structure::Bridge && r.class == RoadClass::County);
        bridges.extend(schematic.map(|road| point_along(&road.path, 0.5)));
        let rivers = layers.rivers();
        let river_pieces: Vec<_> = rivers
            .iter()
            .enumerate()
            .flat_map(|(r, river)| (1..river.centreline.len()).map(move |s| (r, s)))
            .collect();
        // Built-up banks are watched four times as closely as others; beyond the border nothing is.
        let piece_weight = |&(r, s): &(usize, usize)| {
            let (from, to) = (rivers[r].centreline[s - 1].at, rivers[r].centreline[s].at);
            let streets = gazetteer.place(from).map(|place| {
                let towns = layers.townships_of(place.district);
                towns.iter().any(|t| t.code == place.township && t.is_street())
            });
            from.distance_m(to) * streets.map_or(0.0, |built_up| if built_up { 4.0 } else { 1.0 })
        };
        Self {
            by_population: running(populated.iter().map(|d| f64::from(d.population))),
            districts: populated.iter().map(|d| d.code).collect(),
            main_lengths: running(main_roads.iter().map(weight)),
            river_lengths: running(river_pieces.iter().map(piece_weight)),
            gazetteer,
            ground,
            layers,
            streets,
            main_roads,
            bridges,
            river_pieces,
            hills: Hills::new(layers, ground),
        }
    }

    /// A place for a thing of `class`; `None` when some tens of tries found none.
    pub fn find(&mut self, class: &RiskClass, random: &mut Seeded) -> Option<Site> {
        match class {
            RiskClass::Flood => self.low_bank(random),
            RiskClass::Landslide => self.in_the_hills(random, Hills::slope),
            RiskClass::ForestFire => self.in_the_hills(random, Hills::ridge),
            RiskClass::Crowd => self.town_centre(random),
            RiskClass::Bridge => self.bridge(random),
            RiskClass::WaterQuality => self.river_section(random),
            RiskClass::Traffic | RiskClass::MuckTruck => self.main_road(random),
            _ => {
                let district = *self.districts.get(random.weighted(&self.by_population))?;
                self.street(district, random)
            }
        }
    }

    /// Beside a street of `district`, off the water.
    pub fn street(&self, district: DistrictCode, random: &mut Seeded) -> Option<Site> {
        let streets = self.streets.get(&district)?;
        let road = streets.get(random.index(streets.len().max(1)))?;
        let on_road = point_along(&road.path, random.share());
        let at = moved(on_road, random.between(-45.0, 45.0), random.between(-45.0, 45.0));
        self.site(if self.layers.waters.is_wet(at) { on_road } else { at }, random.share())
    }

    fn site(&self, at: LonLat, severity: f64) -> Option<Site> {
        Some(Site { at, place: self.gazetteer.place(at)?, severity })
    }

    fn town_centre(&self, random: &mut Seeded) -> Option<Site> {
        let district = *self.districts.get(random.weighted(&self.by_population))?;
        let towns = self.layers.townships_of(district);
        let streets: Vec<_> = towns.iter().filter(|t| t.is_street()).collect();
        let town = match streets.len() {
            0 => towns.get(random.index(towns.len().max(1)))?,
            count => streets[random.index(count)],
        };
        let place = Place { district, township: town.code };
        (0..20).find_map(|_| {
            let at = moved(town.at, random.bell() * 220.0, random.bell() * 220.0);
            let dry = !self.layers.waters.is_wet(at) && self.gazetteer.place(at) == Some(place);
            dry.then(|| Site { at, place, severity: random.share() })
        })
    }

    /// Within 300 m of a shore and at most 18 m above its water.
    fn low_bank(&self, random: &mut Seeded) -> Option<Site> {
        for _ in 0..30 {
            let (at, width_m, along) = self.on_river(random)?;
            let side = if random.share() < 0.5 { 1.0 } else { -1.0 };
            let off = side * (width_m / 2.0 + random.between(15.0, 300.0));
            let bank = moved(at, -along[1] * off, along[0] * off);
            let Some(near) = self.layers.waters.nearest(bank) else { continue };
            let Some(height_m) = self.ground.height_m(bank) else { continue };
            let above_m = height_m - near.level_m;
            if near.shore_m > 5.0 && (0.0..18.0).contains(&above_m) {
                return self.site(bank, 1.0 - above_m / 18.0);
            }
        }
        None
    }

    fn river_section(&self, random: &mut Seeded) -> Option<Site> {
        (0..20).find_map(|_| {
            let (at, ..) = self.on_river(random)?;
            self.site(at, random.share())
        })
    }

    /// A position on a centreline, the river's width there, and its direction (east, north) of length 1.
    fn on_river(&self, random: &mut Seeded) -> Option<(LonLat, f64, [f64; 2])> {
        let &(r, s) = self.river_pieces.get(random.weighted(&self.river_lengths))?;
        let line = &self.layers.rivers()[r].centreline;
        let (a, b) = (&line[s - 1], &line[s]);
        let share = random.share();
        let [east, north] = Plane::at(a.at).metres(b.at);
        let length = east.hypot(north).max(1e-9);
        let at =
            LonLat::new(a.at.lon + (b.at.lon - a.at.lon) * share, a.at.lat + (b.at.lat - a.at.lat) * share);
        Some((at, a.width_m + (b.width_m - a.width_m) * share, [east / length, north / length]))
    }

    /// A township, more often where many people live.
    fn lived_in(&self, random: &mut Seeded) -> Option<LonLat> {
        let district = *self.districts.get(random.weighted(&self.by_population))?;
        let towns = self.layers.townships_of(district);
        towns.get(random.index(towns.len().max(1))).map(|town| town.at)
    }

    fn in_the_hills(
        &mut self,
        random: &mut Seeded,
        look: fn(&mut Hills<'a>, LonLat, &mut Seeded) -> Option<Find>,
    ) -> Option<Site> {
        (0..8).find_map(|_| {
            let town = self.lived_in(random)?;
            let (at, severity) = look(&mut self.hills, town, random)?;
            self.site(at, severity)
        })
    }

    fn bridge(&self, random: &mut Seeded) -> Option<Site> {
        let &at = self.bridges.get(random.index(self.bridges.len().max(1)))?;
        self.site(moved(at, random.bell() * 25.0, random.bell() * 25.0), random.share())
    }

    fn main_road(&self, random: &mut Seeded) -> Option<Site> {
        (0..20).find_map(|_| {
            let road = self.main_roads.get(random.weighted(&self.main_lengths))?;
            self.site(point_along(&road.path, random.share()), random.share())
        })
    }
}

fn running(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    weights
        .scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect()
}

fn moved(at: LonLat, east_m: f64, north_m: f64) -> LonLat {
    Plane::at(at).lon_lat([east_m, north_m])
}

fn road_length_m(road: &Road) -> f64 {
    road.path.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum()
}

/// The position after `share` 0–1 of a path's length.
fn point_along(path: &[LonLat], share: f64) -> LonLat {
    let lengths = running(path.windows(2).map(|pair| pair[0].distance_m(pair[1])));
    let want = lengths.last().copied().unwrap_or(0.0) * share;
    let piece = lengths.partition_point(|&sum| sum < want).min(path.len().saturating_sub(2));
    let before = if piece == 0 { 0.0 } else { lengths[piece - 1] };
    let (a, b) = (path[piece], path[piece + 1]);
    let t = ((want - before) / (lengths[piece] - before).max(1e-9)).clamp(0.0, 1.0);
    LonLat::new(a.lon + (b.lon - a.lon) * t, a.lat + (b.lat - a.lat) * t)
}
