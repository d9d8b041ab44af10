//! The last two fixes of every unit and drone, and where each is between them.
//!
//! A picture runs one batch behind the city, so that it moves between fixes it knows instead of guessing ahead.
//! A batch names only what moved: what it does not name stood still.

use crate::problems::Problems;
use city::{CityTime, LonLat, MoverColumns, UnitId};
use std::collections::{HashMap, HashSet};

/// The usual distance between batches before two were seen, seconds.
const USUAL_INTERVAL_S: f64 = 1.0;
/// A jump over more than this many intervals is shown as a jump, not as a slide.
const LONGEST_SLIDE: f64 = 8.0;

/// Where a unit is at one moment, and how sure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fix {
    /// Where.
    pub at: LonLat,
    /// Metres above the ground.
    pub above_ground_m: f64,
    /// Course over ground, degrees clockwise from north, 0 to 360.
    pub heading_deg: f64,
    /// Battery in percent; `None` where there is none.
    pub battery_pct: Option<f64>,
    /// Seconds since telemetry last confirmed it.
    pub age_s: f64,
    /// True while it moves.
    pub moving: bool,
}

#[derive(Clone, Copy, Debug)]
struct Told {
    at: LonLat,
    when: CityTime,
    above_ground_m: f64,
    heading_deg: f64,
    battery_pct: Option<f64>,
}

/// Units and drones in rows; a row's index stays the same until one is dropped.
#[derive(Clone, Debug)]
pub struct MoverTable {
    id: Vec<UnitId>,
    before: Vec<Told>,
    last: Vec<Told>,
    by_id: HashMap<UnitId, u32>,
    newest: Option<CityTime>,
    interval_s: f64,
}

impl Default for MoverTable {
    fn default() -> Self {
        Self {
            id: Vec::new(),
            before: Vec::new(),
            last: Vec::new(),
            by_id: HashMap::new(),
            newest: None,
            interval_s: USUAL_INTERVAL_S,
        }
    }
}

impl MoverTable {
    /// How many movers.
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// True before the first batch.
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// Which movers, by row.
    pub fn ids(&self) -> &[UnitId] {
        &self.id
    }

    /// When the newest batch was made.
    pub fn newest(&self) -> Option<CityTime> {
        self.newest
    }

    /// Takes a batch made at `at`; returns the rows it changed, and what could not be used.
    pub fn apply(&mut self, columns: &MoverColumns, at: CityTime) -> (Vec<u32>, Problems) {
        let mut problems = Problems::default();
        if !columns.is_even() {
            problems.add("mover columns of different lengths", &format!("{} ids", columns.id.len()));
            return (Vec::new(), problems);
        }
        if self.newest.is_some_and(|newest| at < newest) {
            return (Vec::new(), problems);
        }
        let batch_before = self.newest.replace(at);
        if let Some(seconds) = batch_before.map(|b| at.seconds_since(b)).filter(|s| *s > 0.0) {
            // A quarter of each new interval: one late batch does not make the picture stutter.
            self.interval_s = (0.75 * self.interval_s + 0.25 * seconds).clamp(0.01, 2_000.0);
        }
        let mut changed = Vec::with_capacity(columns.id.len());
        for (i, id) in columns.id.iter().enumerate() {
            let told = Told {
                at: LonLat::new(columns.lon[i], columns.lat[i]),
                when: at,
                above_ground_m: f64::from(columns.above_ground_m[i]),
                heading_deg: f64::from(columns.heading_deg[i]).rem_euclid(360.0),
                battery_pct: (columns.battery_pct[i] >= 0.0).then_some(f64::from(columns.battery_pct[i])),
            };
            if !told.at.is_valid() || !told.above_ground_m.is_finite() || !told.heading_deg.is_finite() {
                problems.add("no position on the globe", &format!("{id} {:?}", told.at));
                continue;
            }
            changed.push(self.tell(id, told, batch_before));
        }
        (changed, problems)
    }

    fn tell(&mut self, id: &UnitId, told: Told, batch_before: Option<CityTime>) -> u32 {
        if let Some(&row) = self.by_id.get(id) {
            let i = row as usize;
            self.before[i] = self.last[i];
            if let Some(batch_before) = batch_before {
                // The batch before did not name it, so it still stood there then.
                self.before[i].when = self.before[i].when.max(batch_before);
            }
            self.last[i] = told;
            row
        } else {
            let row = self.id.len() as u32;
            self.id.push(id.clone());
            self.before.push(told);
            self.last.push(told);
            self.by_id.insert(id.clone(), row);
            row
        }
    }

    /// Drops every mover that `ids` does not name: a stream's first batch is everything.
    pub fn keep_only(&mut self, ids: &[UnitId]) {
        let keep: HashSet<&UnitId> = ids.iter().collect();
        self.keep(|id| keep.contains(id));
    }

    /// Drops those that `ids` names: they left the sight.
    pub fn drop_all(&mut self, ids: &[UnitId]) {
        self.keep(|id| !ids.contains(id));
    }

    fn keep(&mut self, keeps: impl Fn(&UnitId) -> bool) {
        if self.id.iter().all(&keeps) {
            return;
        }
        let rows: Vec<usize> = (0..self.id.len()).filter(|i| keeps(&self.id[*i])).collect();
        self.before = rows.iter().map(|i| self.before[*i]).collect();
        self.last = rows.iter().map(|i| self.last[*i]).collect();
        self.id = rows.iter().map(|i| self.id[*i].clone()).collect();
        self.by_id = self.id.iter().cloned().zip(0..).collect();
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The row of `id`, while `hint` (the row it had) or a look into the index finds one.
    pub fn row(&self, id: &UnitId, hint: Option<usize>) -> Option<usize> {
        let kept = hint.filter(|row| self.id.get(*row) == Some(id));
        kept.or_else(|| self.by_id.get(id).map(|row| *row as usize))
    }

    /// The two last fixes of `row` (below [`MoverTable::len`]), and how far from the first to the second it is
    /// at `now`: 0 at the first, 1 at the second, a little more while the next batch is late.
    pub fn slide(&self, row: usize, now: CityTime) -> ([LonLat; 2], f64) {
        let (before, last) = (&self.before[row], &self.last[row]);
        ([before.at, last.at], self.share(before, last, now))
    }

    /// Where `id` is at the city's time `now`, seen one batch behind.
    pub fn position(&self, id: &UnitId, now: CityTime) -> Option<Fix> {
        self.by_id.get(id).map(|row| self.position_of_row(*row as usize, now))
    }

    /// Where the mover of `row` (below [`MoverTable::len`]) is at `now`.
    pub fn position_of_row(&self, row: usize, now: CityTime) -> Fix {
        let (before, last) = (&self.before[row], &self.last[row]);
        let share = self.share(before, last, now);
        let mix = |a: f64, b: f64| a + (b - a) * share;
        let turn = (last.heading_deg - before.heading_deg + 540.0).rem_euclid(360.0) - 180.0;
        Fix {
            at: LonLat::new(mix(before.at.lon, last.at.lon), mix(before.at.lat, last.at.lat)),
            above_ground_m: mix(before.above_ground_m, last.above_ground_m).max(0.0),
            heading_deg: (before.heading_deg + turn * share.min(1.0)).rem_euclid(360.0),
            battery_pct: last.battery_pct,
            age_s: self.newest.map_or(0.0, |newest| now.seconds_since(newest).max(0.0)),
            moving: before.at != last.at && self.past_s(last, now) < self.interval_s,
        }
    }

    /// Seconds from a fix to the moment shown at `now`.
    fn past_s(&self, last: &Told, now: CityTime) -> f64 {
        now.plus_s(-self.interval_s).seconds_since(last.when)
    }

    fn share(&self, before: &Told, last: &Told, now: CityTime) -> f64 {
        let span_s = last.when.seconds_since(before.when);
        if span_s <= 0.0 || span_s > LONGEST_SLIDE * self.interval_s {
            return 1.0;
        }
        (1.0 + self.guess_s(self.past_s(last, now)) / span_s).max(0.0)
    }

    /// How far along to be, `past_s` after the last fix: ahead by at most half an interval while the next batch
    /// is late, then back to the last fix, which is all that is known.
    fn guess_s(&self, past_s: f64) -> f64 {
        let most_s = 0.5 * self.interval_s;
        if past_s <= most_s { past_s } else { (2.0 * most_s - past_s).max(0.0) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn one(lon: f64, heading_deg: f32) -> MoverColumns {
        MoverColumns {
            id: vec!["U-1".into()],
            lon: vec![lon],
            lat: vec![29.5],
            above_ground_m: vec![0.0],
            heading_deg: vec![heading_deg],
            battery_pct: vec![-1.0],
        }
    }

    fn lon(table: &MoverTable, now_ms: i64) -> f64 {
        table.position(&"U-1".into(), CityTime(now_ms)).unwrap().at.lon
    }

    #[test]
    fn moves_evenly_one_second_behind_then_guesses_a_little_and_holds() {
        let mut table = MoverTable::default();
        table.apply(&one(106.0, 350.0), CityTime(0));
        table.apply(&one(106.1, 10.0), CityTime(1_000));
        let at = |now_ms| (lon(&table, now_ms) - 106.0) * 10.0;
        for (now_ms, share) in
            [(1_000, 0.0), (1_500, 0.5), (2_000, 1.0), (2_400, 1.4), (3_000, 1.0), (60_000, 1.0)]
        {
            assert!((at(now_ms) - share).abs() < 1e-6, "at {now_ms} ms: {}", at(now_ms));
        }
        let fix = table.position(&"U-1".into(), CityTime(1_500)).unwrap();
        assert!(fix.heading_deg.abs() < 1e-9 && fix.battery_pct.is_none() && fix.moving);
        let old = table.position(&"U-1".into(), CityTime(61_000)).unwrap();
        assert_eq!((old.age_s, old.moving), (60.0, false));
    }

    #[test]
    fn what_stood_still_starts_from_where_it_stood_without_a_jump() {
        let mut table = MoverTable::default();
        table.apply(&one(106.0, 0.0), CityTime(0));
        for second in 1..60 {
            table.apply(&MoverColumns::default(), CityTime(second * 1_000));
        }
        table.apply(&one(106.1, 0.0), CityTime(60_000));
        assert!((lon(&table, 60_000) - 106.0).abs() < 1e-9);
        assert!((lon(&table, 60_500) - 106.05).abs() < 1e-9);
    }

    #[test]
    fn a_fast_city_is_shown_one_of_its_batches_behind() {
        let mut table = MoverTable::default();
        for batch in 0..40 {
            table.apply(&one(106.0 + 0.01 * batch as f64, 0.0), CityTime(batch * 10_000));
        }
        let halfway = lon(&table, 395_000);
        assert!((halfway - 106.385).abs() < 1e-4, "{halfway}");
    }

    #[test]
    fn bad_rows_are_left_out_and_the_gone_dropped() {
        let mut table = MoverTable::default();
        let (changed, problems) = table.apply(&one(999.0, 0.0), CityTime(0));
        assert!(changed.is_empty() && problems.count == 1);
        table.apply(&one(106.0, 0.0), CityTime(1_000));
        table.keep_only(&["U-2".into()]);
        assert!(table.is_empty() && table.position(&"U-1".into(), CityTime(0)).is_none());
        table.apply(&one(106.0, 0.0), CityTime(2_000));
        table.drop_all(&["U-2".into()]);
        assert_eq!(table.len(), 1);
        table.drop_all(&["U-1".into()]);
        assert!(table.is_empty());
    }
}
