//! The rows of the table in their order, made off the frame, and the names of those that are seen.

use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, IoTaskPool, Task, futures::check_ready};
use layers::points::{Bits, Points, PointsError, Sort, order};
use shell::{CityClock, Notice, NoticeKind, PointSearch, PointSet, PointSets, Repaint};
use std::sync::Arc;

/// Where rows are sorted by what changes they are sorted anew this often, milliseconds of the city's clock.
const ANEW_MS: i64 = 5_000;

/// What rows are listed for; held, so that whatever comes later has another address.
#[derive(Clone)]
struct Wanted {
    points: Arc<Points>,
    mask: Arc<Bits>,
    found: Option<Arc<Bits>>,
    sort: Sort,
    descending: bool,
}

impl Wanted {
    fn is_same(&self, other: &Self) -> bool {
        let found = |one: &Self| one.found.as_ref().map(Arc::as_ptr);
        Arc::ptr_eq(&self.points, &other.points)
            && Arc::ptr_eq(&self.mask, &other.mask)
            && found(self) == found(other)
            && (self.sort, self.descending) == (other.sort, other.descending)
    }

    fn rows(&self) -> Vec<u32> {
        let Self { points, mask, found, sort, descending } = self;
        match found {
            None => order(points, mask, None, *sort, *descending),
            Some(found) => {
                let both = Bits::from_words(points.len(), |n| mask.word(n) & found.word(n));
                order(points, &both, None, *sort, *descending)
            }
        }
    }
}

/// The table.
#[derive(Resource, Default)]
pub(crate) struct Listing {
    /// The set that is listed; the uppermost where it is none of those on the map.
    pub key: Option<Arc<str>>,
    /// What the rows are sorted by.
    pub sort: Sort,
    /// The greatest first.
    pub descending: bool,
    /// The rows, in their order.
    pub rows: Vec<u32>,
    /// Counts how often the rows were others.
    pub listed: u64,
    /// The row of the list that is on top, with the part of it that is above.
    pub top: f64,
    /// How many rows are seen.
    pub seen: usize,
    /// True while the panel is unfolded: else nothing is sorted.
    pub is_shown: bool,
    /// What the rows are of.
    of: Option<Wanted>,
    /// How often values had changed by then, and when that was.
    told: (u64, i64),
    task: Option<(Wanted, Task<Vec<u32>>)>,
    reading: Option<Task<Result<(), PointsError>>>,
    /// The row whose name was read for last: what cannot be read is not asked for again.
    read: Option<u32>,
}

impl Listing {
    /// The set that is listed.
    pub fn set<'a>(&self, sets: &'a PointSets) -> Option<&'a PointSet> {
        let named = self.key.as_ref().and_then(|key| sets.get(key));
        named.or_else(|| sets.all.last())
    }

    /// True while the rows are those of `set`.
    pub fn is_of(&self, set: &PointSet) -> bool {
        self.of.as_ref().is_some_and(|of| Arc::ptr_eq(&of.points, &set.points))
    }

    /// True while rows are being sorted.
    pub fn is_at_work(&self) -> bool {
        self.task.is_some()
    }

    /// The rows that are seen.
    pub fn visible(&self) -> &[u32] {
        let from = (self.top as usize).min(self.rows.len());
        &self.rows[from..self.rows.len().min(from + self.seen + 1)]
    }

    /// Keeps what is on top within the list.
    pub fn scroll_to(&mut self, top: f64) {
        self.top = top.clamp(0.0, (self.rows.len() as f64 - self.seen as f64 + 1.0).max(0.0));
    }
}

/// Has the rows sorted anew where something else is on, or is searched, or they are to stand in another order.
pub(crate) fn list(
    sets: Res<PointSets>,
    search: Res<PointSearch>,
    clock: Res<CityClock>,
    mut listing: ResMut<Listing>,
    mut repaint: ResMut<Repaint>,
) {
    let listing = listing.bypass_change_detection();
    if let Some((_, task)) = &mut listing.task
        && let Some(rows) = check_ready(task)
    {
        if let Some((of, _)) = listing.task.take() {
            let is_other_set = listing.of.as_ref().is_none_or(|held| !Arc::ptr_eq(&held.points, &of.points));
            (listing.of, listing.rows, listing.listed) = (Some(of), rows, listing.listed + 1);
            listing.scroll_to(if is_other_set { 0.0 } else { listing.top });
        }
        repaint.ask();
    }
    if !listing.is_shown || listing.task.is_some() {
        return;
    }
    let Some(set) = listing.set(&sets) else { return };
    let wanted = Wanted {
        points: set.points.clone(),
        mask: set.mask.clone(),
        found: search.found.get(&set.key).cloned(),
        sort: listing.sort,
        descending: listing.descending,
    };
    let changes = matches!(wanted.sort, Sort::Value | Sort::Measured | Sort::Standing);
    let told = set.told();
    let is_old = changes && told != listing.told.0 && clock.now.0 >= listing.told.1 + ANEW_MS;
    if is_old || !listing.of.as_ref().is_some_and(|of| of.is_same(&wanted)) {
        listing.told = (told, clock.now.0);
        let work = wanted.clone();
        listing.task = Some((wanted, AsyncComputeTaskPool::get().spawn(async move { work.rows() })));
    }
}

/// Reads the names of the rows that are seen from the file they are in, a block at a time.
pub(crate) fn bring(
    sets: Res<PointSets>,
    mut listing: ResMut<Listing>,
    mut notices: MessageWriter<Notice>,
    mut repaint: ResMut<Repaint>,
) {
    let listing = listing.bypass_change_detection();
    if let Some(read) = listing.reading.as_mut().and_then(check_ready) {
        listing.reading = None;
        repaint.ask();
        if let Err(why) = read {
            notices.write(Notice { kind: NoticeKind::Failed, text: why.to_string() });
        }
    }
    if !listing.is_shown || listing.reading.is_some() {
        return;
    }
    let Some(set) = listing.set(&sets).filter(|set| listing.is_of(set)) else { return };
    let missing = |row: &&u32| set.points.texts().at_hand(**row as usize).is_none();
    let Some(row) = listing.visible().iter().find(missing).copied().filter(|row| listing.read != Some(*row))
    else {
        return;
    };
    listing.read = Some(row);
    let points = set.points.clone();
    listing.reading =
        Some(IoTaskPool::get().spawn(async move { points.texts().block(row as usize).map(drop) }));
}
