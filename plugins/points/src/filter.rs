//! Which points are on: what the tree of layers and a search leave of each set, and how many there are of each kind, worked
//! out off the frame.

use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use layers::points::{Bits, Counts, Filter, Points};
use shell::{CityClock, OnScreenLayers, Pending, PointSearch, PointSets, Repaint, filter_of};
use std::collections::HashMap;
use std::sync::{Arc, Weak};

/// Values that change have what depends on them counted anew this often, milliseconds of the city's clock.
const ANEW_MS: i64 = 1_000;

struct Done {
    /// `None` where the same rows are on as before.
    mask: Option<Bits>,
    counts: Counts,
}

#[derive(Default)]
struct OfSet {
    of: Weak<Points>,
    wanted: Option<Filter>,
    /// How often values had changed by then, and when that was.
    told: (u64, i64),
    task: Option<Task<Done>>,
}

/// The filter of each set, by its key.
#[derive(Default)]
pub(crate) struct Filters {
    sets: HashMap<Arc<str>, OfSet>,
}

/// Takes over what was worked out, and begins where something else is on, or values changed that counts are of.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn filter(
    mut sets: ResMut<PointSets>,
    on: Res<OnScreenLayers>,
    search: Res<PointSearch>,
    clock: Res<CityClock>,
    mut filters: Local<Filters>,
    mut pending: ResMut<Pending>,
    mut repaint: ResMut<Repaint>,
) {
    let is_other = on.is_changed() || search.is_changed() || sets.is_changed();
    let sets = sets.bypass_change_detection();
    let mut waiting = 0;
    for set in &mut sets.all {
        let of_set = filters.sets.entry(set.key.clone()).or_default();
        let is_new = !std::ptr::eq(of_set.of.as_ptr(), Arc::as_ptr(&set.points));
        if is_new {
            *of_set = OfSet { of: Arc::downgrade(&set.points), ..OfSet::default() };
        }
        if let Some(done) = of_set.task.as_mut().and_then(check_ready) {
            of_set.task = None;
            if let Some(mask) = done.mask {
                (set.mask, set.masked) = (Arc::new(mask), set.masked + 1);
            }
            set.counts = Some(Arc::new(done.counts));
            repaint.ask();
        }
        let told = set.told();
        let is_old = told != of_set.told.0 && clock.now.0 >= of_set.told.1 + ANEW_MS;
        if of_set.task.is_none() && (is_other || is_new || is_old || of_set.wanted.is_none()) {
            let filter = filter_of(&on, set, search.found_in(&set.key));
            let is_same = of_set.wanted.as_ref() == Some(&filter);
            if !is_same || is_old {
                let asks_values = filter.standings.is_some();
                of_set.told = (told, clock.now.0);
                of_set.wanted = Some(filter.clone());
                let points = set.points.clone();
                let work = async move {
                    let mask = (!is_same || asks_values).then(|| points.mask(&filter, 0..points.len()));
                    Done { mask, counts: points.counts(&filter) }
                };
                of_set.task = Some(AsyncComputeTaskPool::get().spawn(work));
            }
        } else if of_set.task.is_some() && is_other {
            // What is at work is not what is wanted any more: it begins anew as soon as it has ended.
            of_set.wanted = None;
        }
        waiting += usize::from(of_set.task.is_some() && (set.counts.is_none() || clock.fixed));
    }
    filters.sets.retain(|key, _| sets.all.iter().any(|set| set.key == *key));
    pending.set("point filters", waiting);
}
