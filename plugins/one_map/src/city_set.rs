//! The city's own sets of points: made off the frame, then put on the map.

use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use layers::points::Points;
use shell::{Display, Feeder, PointSet, PointSets, SetOf};
use std::sync::Arc;

/// Something that is being made off the frame.
pub(crate) struct Building<T>(Option<Task<T>>);

impl<T> Default for Building<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Send + 'static> Building<T> {
    /// Begins anew; what was at work is given up.
    pub fn begin(&mut self, make: impl FnOnce() -> T + Send + 'static) {
        self.0 = Some(AsyncComputeTaskPool::get().spawn(async move { make() }));
    }

    /// What was made, once.
    pub fn take(&mut self) -> Option<T> {
        let made = self.0.as_mut().and_then(check_ready);
        if made.is_some() {
            self.0 = None;
        }
        made
    }

    /// True while something is being made.
    pub fn is_at_work(&self) -> bool {
        self.0.is_some()
    }
}

/// Puts one of the city's own sets on the map; shown as the command line says until
/// somebody says otherwise; returns who brings its values.
pub(crate) fn put(sets: &mut PointSets, of: SetOf, points: Points, display: Display) -> Feeder {
    let mut set = PointSet::new(of, of.key(), of.key(), Arc::new(points));
    set.display = display;
    let feeder = set.feeder();
    sets.put(set);
    feeder
}
