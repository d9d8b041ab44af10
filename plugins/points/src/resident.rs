//! Which pages of rows lie on the adapter: those a view needs, the nearest to the eye first, in a budget.

use crate::gather::Gathered;
use crate::look::Looks;
use crate::page::{Epoch, Packed, pack};
use crate::told::Told;
use bevy::math::DVec3;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use city::LonLat;
use geodesy::{EastNorth, to_city_frame};
use layers::points::FixedBox;
use shell::{CityClock, GroundModel, Pending, PointSets, Projector};

/// Pages that the adapter holds at most: four million points in 64 MiB.
const MOST: usize = 1024;
/// Pages being prepared at once.
const AT_WORK: usize = 64;
/// Pages a task prepares.
const BATCH: usize = 8;
/// Pages taken over in a frame: half a megabyte.
const TAKEN: usize = 16;
/// The hills reach to here, metres: what is seen of a page is not known better before it is prepared.
const HIGHEST_M: f64 = 2_800.0;

/// In the place of a slot: none.
const NOWHERE: u32 = u32::MAX;

/// A page of a set.
pub(crate) type PageId = (usize, usize);

/// The ground of a page as seen from above: its middle in the city frame and how far it reaches.
#[derive(Clone, Copy, Debug)]
struct Ball {
    bounds: FixedBox,
    middle: DVec3,
    radius_m: f64,
}

impl Ball {
    fn of(bounds: FixedBox) -> Self {
        let (low, high) = (bounds.low.lon_lat(), bounds.high.lon_lat());
        let corners = [low, LonLat::new(high.lon, low.lat), high, LonLat::new(low.lon, high.lat)];
        let places = corners.map(to_city_frame);
        let middle = EastNorth::new(
            places.iter().map(|p| p.east_m).sum::<f64>() / 4.0,
            places.iter().map(|p| p.north_m).sum::<f64>() / 4.0,
        );
        let reach = places.iter().map(|p| p.distance_m(middle)).fold(0.0, f64::max);
        let middle = DVec3::new(middle.east_m, middle.north_m, HIGHEST_M / 2.0);
        Self { bounds, middle, radius_m: reach.hypot(HIGHEST_M / 2.0) }
    }
}

struct Prepared {
    page: PageId,
    rows: Vec<Packed>,
}

/// The pages on the adapter.
#[derive(Resource, Default)]
pub struct Residency {
    layout: u64,
    ground: Option<terrain::Ground>,
    looks: Vec<Vec<u32>>,
    pub(crate) table: Looks,
    pub(crate) epoch: Option<Epoch>,
    balls: Vec<Vec<Ball>>,
    /// The slot of each page of each set; [`NOWHERE`] for those that are not there.
    slots: Vec<Vec<u32>>,
    /// Whose a slot is, and when it was needed last.
    held: Vec<Option<(PageId, u64)>>,
    at_work: Vec<(Vec<PageId>, Task<Vec<Prepared>>)>,
    prepared: Vec<Prepared>,
    /// Pages the view needs, in order.
    wanted: Vec<PageId>,
    looked: u64,
    /// Counts how often another page is drawn than before.
    pub(crate) generation: u64,
    is_new: bool,
    /// How often a set was drawn in another way, and how often other rows were on.
    switched: (u64, u64),
}

impl Residency {
    /// The slot of a page.
    pub(crate) fn slot(&self, page: PageId) -> Option<u32> {
        self.slots.get(page.0)?.get(page.1).copied().filter(|slot| *slot != NOWHERE)
    }

    /// The slots drawn, in the order of their pages, each with its page.
    pub(crate) fn drawn(&self) -> impl Iterator<Item = (PageId, u32)> + '_ {
        self.wanted.iter().filter_map(|page| Some((*page, self.slot(*page)?)))
    }

    /// How many points the pages that are drawn have.
    pub(crate) fn in_sight(&self) -> usize {
        self.wanted.len() * layers::points::PAGE
    }

    /// All slots of a set, each with its page.
    pub(crate) fn resident_of(&self, set: usize) -> impl Iterator<Item = (PageId, u32)> + '_ {
        let slots = self.slots.get(set).into_iter().flatten().enumerate();
        slots.filter(|(_, slot)| **slot != NOWHERE).map(move |(page, slot)| ((set, page), *slot))
    }

    /// The look of a kind of a set.
    pub(crate) fn look_of(&self, set: usize, kind: u16) -> u32 {
        let looks = self.looks.get(set);
        looks.and_then(|looks| looks.get(usize::from(kind))).copied().unwrap_or(0)
    }

    fn forget(&mut self) {
        self.slots.clear();
        self.held.clear();
        self.at_work.clear();
        self.prepared.clear();
        self.wanted.clear();
        self.is_new = true;
        self.generation += 1;
    }
}

/// Begins anew when another set is on the map, or another ground under it.
pub(crate) fn begin(
    sets: Res<PointSets>,
    ground: Res<GroundModel>,
    clock: Res<CityClock>,
    mut residency: ResMut<Residency>,
) {
    let residency = residency.bypass_change_detection();
    // Heights are stretched by the shader: another exaggeration is no other ground.
    let is_same = residency.ground.as_ref().is_some_and(|held| held.is_same(&ground.ground));
    if sets.layout == residency.layout && is_same {
        return;
    }
    residency.forget();
    residency.ground = Some(ground.ground.clone());
    residency.layout = sets.layout;
    residency.slots = sets.all.iter().map(|set| vec![NOWHERE; set.points.page_count()]).collect();
    residency.table = Looks::default();
    residency.epoch = Some(Epoch::around(clock.now.0.div_euclid(1000)));
    residency.looks = sets.all.iter().map(|set| residency.table.of(&set.points)).collect();
    let balls = |set: &shell::PointSet| {
        (0..set.points.page_count()).map(|n| Ball::of(set.points.page_bounds(n))).collect()
    };
    residency.balls = sets.all.iter().map(balls).collect();
}

/// Takes over what was prepared.
pub(crate) fn receive(mut residency: ResMut<Residency>, mut told: ResMut<Told>, sets: Res<PointSets>) {
    let residency = residency.bypass_change_detection();
    let mut done = Vec::new();
    residency.at_work.retain_mut(|(_, task)| match check_ready(task) {
        Some(prepared) => {
            done.extend(prepared);
            false
        }
        None => true,
    });
    residency.prepared.extend(done);
    let count = residency.prepared.len().min(TAKEN);
    for Prepared { page, rows } in residency.prepared.drain(..count).collect::<Vec<_>>() {
        // What the view has left behind meanwhile takes no place from what it needs.
        if residency.wanted.binary_search(&page).is_err() {
            continue;
        }
        let Some(slot) = residency.free_slot() else { continue };
        residency.held[slot as usize] = Some((page, residency.looked));
        residency.slots[page.0][page.1] = slot;
        residency.generation += 1;
        if let Some(set) = sets.all.get(page.0) {
            told.bypass_change_detection().page(slot, rows, &set.mask, page.1);
        }
    }
}

impl Residency {
    fn free_slot(&mut self) -> Option<u32> {
        if let Some(free) = self.held.iter().position(Option::is_none) {
            return u32::try_from(free).ok();
        }
        if self.held.len() < MOST {
            self.held.push(None);
            return u32::try_from(self.held.len() - 1).ok();
        }
        let oldest = (0..self.held.len()).min_by_key(|n| self.held[*n].map(|(_, looked)| looked))?;
        let (page, looked) = self.held[oldest]?;
        if looked == self.looked {
            return None;
        }
        self.slots[page.0][page.1] = NOWHERE;
        u32::try_from(oldest).ok()
    }
}

/// Looks which pages the view needs, when it is another, and has the missing ones prepared.
pub(crate) fn choose(
    sets: Res<PointSets>,
    gathered: Res<Gathered>,
    ground: Res<GroundModel>,
    projector: Res<Projector>,
    mut residency: ResMut<Residency>,
    mut pending: ResMut<Pending>,
) {
    let residency = residency.bypass_change_detection();
    let switched = (gathered.switched(), sets.all.iter().map(|set| set.masked).sum());
    if projector.is_changed() || residency.is_new || switched != residency.switched {
        (residency.is_new, residency.switched) = (false, switched);
        residency.look(&sets, &projector);
    }
    let busy: usize = residency.at_work.iter().map(|(pages, _)| pages.len()).sum();
    let is_coming = |page: &PageId| {
        residency.at_work.iter().any(|(pages, _)| pages.contains(page))
            || residency.prepared.iter().any(|p| p.page == *page)
    };
    let missing: Vec<PageId> = residency
        .wanted
        .iter()
        .filter(|page| residency.slot(**page).is_none() && !is_coming(page))
        .copied()
        .take(AT_WORK.saturating_sub(busy))
        .collect();
    let waiting = missing.len() + busy + residency.prepared.len();
    for batch in missing.chunks(BATCH) {
        let work: Vec<_> = batch
            .iter()
            .filter_map(|page| {
                Some((*page, sets.all.get(page.0)?.points.clone(), residency.looks.get(page.0)?.clone()))
            })
            .collect();
        let (ground, epoch) = (ground.ground.clone(), residency.epoch.unwrap_or(Epoch(0)));
        let task = AsyncComputeTaskPool::get().spawn(async move {
            let prepare =
                |(page, points, looks): (PageId, std::sync::Arc<layers::points::Points>, Vec<u32>)| {
                    let rows = pack(&points, page.1, &looks, &ground, epoch);
                    Prepared { page, rows }
                };
            work.into_iter().map(prepare).collect()
        });
        residency.at_work.push((batch.to_vec(), task));
    }
    pending.set("points", waiting);
}

impl Residency {
    fn look(&mut self, sets: &PointSets, projector: &Projector) {
        self.looked += 1;
        let mut seen: Vec<(f64, PageId)> = Vec::new();
        for (n, (set, balls)) in sets.all.iter().zip(&mut self.balls).enumerate() {
            if !set.as_points {
                continue;
            }
            for (page, ball) in balls.iter_mut().enumerate() {
                let bounds = set.points.page_bounds(page);
                // What moves takes the bounds of its page along.
                if bounds != ball.bounds {
                    *ball = Ball::of(bounds);
                }
                let is_seen = !bounds.is_empty() && projector.sees(ball.middle, ball.radius_m);
                // A page of which nothing is on is not drawn.
                if is_seen && set.mask.count(set.points.page_rows(page)) > 0 {
                    seen.push(((ball.middle - projector.eye).length() - ball.radius_m, (n, page)));
                }
            }
        }
        if seen.len() > MOST {
            seen.sort_by(|a, b| a.0.total_cmp(&b.0));
            seen.truncate(MOST);
        }
        let mut wanted: Vec<PageId> = seen.into_iter().map(|(_, page)| page).collect();
        wanted.sort_unstable();
        for page in &wanted {
            if let Some(slot) = self.slot(*page) {
                self.held[slot as usize] = Some((*page, self.looked));
            }
        }
        if wanted != self.wanted {
            self.wanted = wanted;
            self.generation += 1;
        }
    }
}
