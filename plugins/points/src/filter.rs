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
    /// True where something changed while it was at work.
    is_due: bool,
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
    let (mut waiting, mut counted) = (0, 0);
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
            counted += 1;
            repaint.ask();
        }
        let told = set.told();
        let is_old = told != of_set.told.0 && clock.now.0 >= of_set.told.1 + ANEW_MS;
        if of_set.task.is_none() && (is_other || is_new || is_old || of_set.is_due) {
            of_set.is_due = false;
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
            // What is at work may not be what is wanted any more: that is looked at as soon as it has ended.
            of_set.is_due = true;
        }
        waiting += usize::from(of_set.task.is_some() && (set.counts.is_none() || clock.fixed));
    }
    filters.sets.retain(|key, _| sets.all.iter().any(|set| set.key == *key));
    sets.counted += counted;
    pending.set("point filters", waiting);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use city::{CityTime, LonLat, RiskClass};
    use layers::points::{Given, Kind, News, PointsBuilder, Standing};
    use shell::{PointSet, SetOf, judge_by_measures};

    fn city() -> App {
        let mut builder = PointsBuilder::default();
        for n in 0..100 {
            let class = if n < 40 { RiskClass::Gas } else { RiskClass::Fire };
            let (id, at) = (format!("D-{n}"), LonLat::new(106.5, 29.0 + f64::from(n) * 0.01));
            let kind = Kind::device(class);
            builder.push(&Given { id: &id, name: "", at, kind, place: None, value: 1.0, measured: None });
        }
        let points = builder.finish().0;
        judge_by_measures(&points);
        let mut app = App::new();
        app.add_plugins(TaskPoolPlugin::default()).init_resource::<PointSets>();
        app.init_resource::<OnScreenLayers>().init_resource::<PointSearch>();
        app.init_resource::<CityClock>().init_resource::<Pending>().init_resource::<Repaint>();
        app.world_mut().resource_mut::<CityClock>().fixed = true;
        app.add_systems(Update, filter);
        app.world_mut().resource_mut::<PointSets>().put(PointSet::new(
            SetOf::Devices,
            "a",
            "a",
            Arc::new(points),
        ));
        app
    }

    /// How many are on, and how many stand orange, once nothing is at work any more.
    fn settled(app: &mut App) -> (usize, usize) {
        app.update();
        while !app.world().resource::<Pending>().is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(1));
            app.update();
        }
        let set = &app.world().resource::<PointSets>().all[0];
        let counts = set.counts.as_ref().unwrap();
        (set.mask.count(0..100), counts.standings[Standing::Orange as usize])
    }

    #[test]
    fn what_is_switched_off_is_off_and_what_changes_is_counted_anew() {
        let mut app = city();
        assert_eq!(settled(&mut app), (100, 0));
        app.world_mut().resource_mut::<OnScreenLayers>().switch("risk.gas", false);
        assert_eq!(settled(&mut app), (60, 0));
        // A fire detector passes its alarm: the counts follow, the mask does not ask for values.
        let set = &app.world().resource::<PointSets>().all[0];
        let (row, feeder) = (set.points.row("D-99").unwrap() as u32, set.feeder());
        feeder.feed(&[News { row, value: 50.0, measured: CityTime(1_800_000_000_000) }], &mut Vec::new());
        app.world_mut().resource_mut::<CityClock>().now = CityTime(1_800_000_002_000);
        assert_eq!(settled(&mut app), (60, 1));
        app.world_mut().resource_mut::<OnScreenLayers>().switch("standing.usual", false);
        assert_eq!(settled(&mut app), (1, 1));
    }
}
