//! Names of single points close by: the gravest first, then those nearest to where the eye looks.
//!
//! Names may be in a file, so they are chosen and read off the frame ([`said`]), and only once the eye has come to rest.

mod said;

use crate::gather::ANEW_MS;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use layers::points::Points;
use said::{Around, Naming};
use shell::{
    CityClock, EyePose, GroundModel, MapCamera, MapLabel, MapLabels, OnScreenLayers, Pending, PointSets,
    Repaint, RiskPoints, SetOf, StaticCity, Theme, Words,
};
use std::collections::HashMap;
use std::sync::{Arc, Weak};

/// From farther away than this single points are not named, metres.
const WITHIN_M: f64 = 4_000.0;

/// What a set is named for: another mask or place makes other names.
#[derive(Clone, PartialEq)]
struct For {
    around: Around,
    masked: u64,
}

#[derive(Default)]
pub(crate) struct OfSet {
    /// The points it is of: others may come by the set's name.
    of: Weak<Points>,
    wanted: Option<For>,
    /// How often values had changed by then, and when that was.
    told: (u64, i64),
    task: Option<Task<Vec<MapLabel>>>,
    has_labels: bool,
}

fn owner(key: &str) -> String {
    format!("points {key}")
}

/// Names what is close by, and takes the names away from afar.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn name(
    sets: Res<PointSets>,
    ground: Res<GroundModel>,
    camera: Res<MapCamera>,
    eye: Res<EyePose>,
    clock: Res<CityClock>,
    theme: Res<Theme>,
    layers: Res<OnScreenLayers>,
    words: Res<Words>,
    city: Option<Res<StaticCity>>,
    risk_points: Res<RiskPoints>,
    mut labels: ResMut<MapLabels>,
    mut pending: ResMut<Pending>,
    mut repaint: ResMut<Repaint>,
    mut named: Local<HashMap<Arc<str>, OfSet>>,
) {
    let is_near = camera.distance_m <= WITHIN_M && layers.is_on("labels");
    let Some(city) = city.filter(|_| is_near || !named.is_empty()) else { return };
    let anew = theme.is_changed() || ground.is_changed() || words.is_changed() || risk_points.is_changed();
    let around = Around { at: camera.focus, reach_m: camera.distance_m };
    let mut waiting = 0;
    for set in &sets.all {
        if !(is_near && set.as_points) {
            continue;
        }
        let of_set = named.entry(set.key.clone()).or_default();
        // What is being made by then is of before.
        if anew || !std::ptr::eq(of_set.of.as_ptr(), Arc::as_ptr(&set.points)) {
            (of_set.wanted, of_set.of) = (None, Arc::downgrade(&set.points));
        }
        if let Some(found) = of_set.task.as_mut().and_then(check_ready) {
            of_set.task = None;
            of_set.has_labels = !found.is_empty();
            labels.set(&owner(&set.key), found);
            repaint.ask();
        }
        let wanted = For { around, masked: set.masked };
        let told = set.told();
        let is_old = told != of_set.told.0 && clock.now.0 >= of_set.told.1 + ANEW_MS;
        let is_other = is_old || of_set.wanted.as_ref() != Some(&wanted);
        // While the eye moves, what is named stays named.
        if is_other && of_set.task.is_none() && !eye.moving {
            (of_set.wanted, of_set.told) = (Some(wanted), (told, clock.now.0));
            let (points, mask, ground) = (set.points.clone(), set.mask.clone(), ground.clone());
            let naming = Naming {
                language: words.language,
                layers: city.layers.clone(),
                risk_points: (set.of == SetOf::RiskPoints).then(|| risk_points.points.clone()),
                now: clock.now,
            };
            let theme = theme.clone();
            let work = async move { said::labels(&points, &mask, around, &naming, &ground, &theme) };
            of_set.task = Some(AsyncComputeTaskPool::get().spawn(work));
        }
        waiting += usize::from(of_set.task.is_some() && clock.fixed);
    }
    named.retain(|key, of_set| {
        let stays = is_near && sets.get(key).is_some_and(|set| set.as_points);
        if !stays && of_set.has_labels {
            labels.set(&owner(key), Vec::new());
        }
        stays
    });
    pending.set("names of points", waiting);
}
