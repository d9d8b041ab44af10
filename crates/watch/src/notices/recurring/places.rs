//! Spots that were handled and came back.

use super::super::tails::binomial_at_least;
use city::CityTime;
use geodesy::EastNorth;
use std::collections::{BinaryHeap, HashMap};

/// How far the density around a spot is looked at, in radii of the spot.
const AROUND: f64 = 5.0;
/// How much denser than around it a spot may be without anything coming back: events crowd in the middle of towns.
const CROWDED: f64 = 1.5;

/// An event with its place, when it was reported and when handled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpotEvent {
    /// Its place, finite metres.
    pub at: EastNorth,
    /// When it was reported.
    pub time: CityTime,
    /// When it was handled, if it was.
    pub handled: Option<CityTime>,
}

/// Which spots are told.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceSettings {
    /// The radius of a spot, metres.
    pub radius_m: f64,
    /// How often it must have come back after it was handled.
    pub min_returns: u32,
    /// Within how many days back.
    pub days: u32,
    /// What is reported sooner after the last report belongs to it, hours.
    pub same_h: f64,
}

impl Default for PlaceSettings {
    /// Thirty metres, three returns in 180 days, a day apart.
    fn default() -> Self {
        Self { radius_m: 30.0, min_returns: 3, days: 180, same_h: 24.0 }
    }
}

/// A spot that came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Its middle: one of its events.
    pub centre: EastNorth,
    /// Its events, indices of those given, newest first.
    pub events: Vec<u32>,
    /// How often it began: once, and each time after everything before was handled.
    pub episodes: u32,
    /// Episodes that the density around lets expect in the circle, the first one included.
    pub expected: f64,
    /// Events around it, to five times its radius.
    pub around: u32,
    /// The chance that any spot comes back so often when events fall evenly around it.
    pub p_value: f64,
}

/// The spots among `events` that came back often enough at `until`, most often first; no event is in two.
///
/// Of n events within five radii each falls into the circle with chance 1/25 when they fall evenly, and 1.5/25 is allowed
/// for the middles of towns; the chance of as many episodes besides the one in the middle is binomial. As every event
/// could be a middle, it is multiplied by their number: an isolated spot needs some five episodes to stand among 500.
pub fn recurring_places(events: &[SpotEvent], until: CityTime, settings: &PlaceSettings) -> Vec<Spot> {
    let since = until.plus_ms(-i64::from(settings.days) * 86_400_000);
    let usable = |e: &SpotEvent| {
        e.time > since && e.time <= until && e.at.east_m.is_finite() && e.at.north_m.is_finite()
    };
    let held: Vec<u32> = (0..events.len() as u32).filter(|i| usable(&events[*i as usize])).collect();
    if held.is_empty() || settings.radius_m.is_nan() || settings.radius_m <= 0.0 {
        return Vec::new();
    }
    let near = Near::new(events, &held, settings.radius_m);
    let mut used = vec![false; events.len()];
    // By episodes, then by number of the middle, lower first. A spot whose events were taken is counted again.
    let mut queue: BinaryHeap<(u32, std::cmp::Reverse<u32>)> = BinaryHeap::new();
    let needed = settings.min_returns + 1;
    let inside = |middle: u32, used: &[bool]| -> Vec<u32> {
        let mut inside = near.within(middle, settings.radius_m);
        inside.retain(|i| !used[*i as usize]);
        inside.sort_by_key(|i| (events[*i as usize].time, *i));
        inside
    };
    for &middle in &held {
        let episodes = episodes(events, &inside(middle, &used), settings.same_h);
        if episodes >= needed {
            queue.push((episodes, std::cmp::Reverse(middle)));
        }
    }
    let mut spots = Vec::new();
    while let Some((before, std::cmp::Reverse(middle))) = queue.pop() {
        if used[middle as usize] {
            continue;
        }
        let mut members = inside(middle, &used);
        let episodes = episodes(events, &members, settings.same_h);
        if episodes < before {
            if episodes >= needed {
                queue.push((episodes, std::cmp::Reverse(middle)));
            }
            continue;
        }
        let ring = near.within(middle, settings.radius_m * AROUND).len()
            - near.within(middle, settings.radius_m).len();
        let others = u64::from(episodes - 1);
        let share = CROWDED / (AROUND * AROUND);
        let chance = binomial_at_least(others, others + ring as u64, share);
        members.iter().for_each(|i| used[*i as usize] = true);
        members.reverse();
        spots.push(Spot {
            centre: events[middle as usize].at,
            events: members,
            episodes,
            expected: 1.0 + ring as f64 * CROWDED / (AROUND * AROUND - CROWDED),
            around: ring as u32,
            p_value: (chance * held.len() as f64).clamp(1e-15, 1.0),
        });
    }
    spots
}

/// How often a spot began: a report begins a new episode when everything before was handled before it, and long enough
/// after the last report. `members` are in the order of their time.
fn episodes(events: &[SpotEvent], members: &[u32], same_h: f64) -> u32 {
    let mut count = 0;
    let mut last: Option<CityTime> = None;
    let mut all_handled: Option<CityTime> = Some(CityTime(i64::MIN));
    for &i in members {
        let event = &events[i as usize];
        let returned = all_handled.is_some_and(|handled| handled <= event.time);
        let apart = last.is_none_or(|last| event.time.seconds_since(last) >= same_h * 3_600.0);
        if returned && apart {
            count += 1;
        }
        // One that is never handled keeps its episode open.
        all_handled = match (all_handled, event.handled) {
            (Some(before), Some(handled)) => Some(before.max(handled)),
            _ => None,
        };
        last = Some(event.time);
    }
    count
}

/// Events by cells as wide as the ring reaches.
struct Near<'a> {
    events: &'a [SpotEvent],
    width_m: f64,
    cells: HashMap<(i64, i64), Vec<u32>>,
}

impl<'a> Near<'a> {
    fn new(events: &'a [SpotEvent], held: &[u32], radius_m: f64) -> Self {
        // Narrow cells serve the many questions of one radius; the ring asks more of them.
        let mut near = Self { events, width_m: radius_m * 2.0, cells: HashMap::new() };
        for &i in held {
            near.cells.entry(near.cell(events[i as usize].at)).or_default().push(i);
        }
        near
    }

    fn cell(&self, at: EastNorth) -> (i64, i64) {
        ((at.east_m / self.width_m).floor() as i64, (at.north_m / self.width_m).floor() as i64)
    }

    fn within(&self, middle: u32, reach_m: f64) -> Vec<u32> {
        let at = self.events[middle as usize].at;
        let ((west, south), (east, north)) = (
            self.cell(EastNorth::new(at.east_m - reach_m, at.north_m - reach_m)),
            self.cell(EastNorth::new(at.east_m + reach_m, at.north_m + reach_m)),
        );
        let cells = (south..=north).flat_map(|y| (west..=east).map(move |x| (x, y)));
        let all = cells.flat_map(|cell| self.cells.get(&cell).map_or(&[][..], Vec::as_slice));
        all.copied().filter(|i| self.events[*i as usize].at.distance_m(at) <= reach_m).collect()
    }
}
