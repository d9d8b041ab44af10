//! Hands what is laid on the map to whoever draws it.

use super::{LaidContent, LaidThing, LaidThings, drop_elsewhere};
use crate::{
    DrapedImagery, GivenBuildings, GivenImagery, GivenModels, MapShapes, Pending, PointSet, PointSets, SetOf,
};
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use overlays::buildings::Footprint;
use overlays::shapes::Shape;
use std::sync::Arc;

/// The layer laid shapes are switched with.
const SHAPES: &str = "shapes";

/// What [`give`] remembers.
#[derive(Default)]
pub(crate) struct Given {
    shapes: Vec<(String, Arc<Vec<Shape>>)>,
    buildings: Vec<Arc<Vec<Footprint>>>,
    joining: Option<Task<Vec<Footprint>>>,
}

/// Hands what is shown to whoever draws it, each kind only when it is another.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn give(
    things: Res<LaidThings>,
    mut imagery: ResMut<GivenImagery>,
    mut buildings: ResMut<GivenBuildings>,
    mut shapes: ResMut<MapShapes>,
    mut models: ResMut<GivenModels>,
    mut points: ResMut<PointSets>,
    mut pending: ResMut<Pending>,
    mut given: Local<Given>,
) {
    if let Some(joined) = given.joining.as_mut().and_then(check_ready) {
        (given.joining, buildings.footprints) = (None, Arc::new(joined));
        pending.set("laid buildings", 0);
    }
    if !things.is_changed() {
        return;
    }
    let (mut layers, mut drawn, mut raised) = (Vec::new(), Vec::new(), Vec::new());
    let mut standing = GivenModels::default();
    for thing in things.shown() {
        match &thing.content {
            LaidContent::Imagery(store) => {
                layers.push(DrapedImagery { store: store.clone(), opacity: thing.opacity });
            }
            LaidContent::Shapes(shapes) => drawn.push((format!("laid {}", thing.id), shapes.clone())),
            LaidContent::Buildings(footprints) => raised.push(footprints.clone()),
            LaidContent::Models(set) => standing.add(set),
            LaidContent::Points(all) => {
                let display = things.display(thing.id);
                if !points.all.iter().any(|set| Arc::ptr_eq(&set.points, all)) {
                    let set = PointSet::new(SetOf::Laid, &*thing.given, &*thing.name, all.clone());
                    points.put(set);
                }
                if let Some(set) = points.all.iter_mut().find(|set| Arc::ptr_eq(&set.points, all)) {
                    set.display = display;
                }
            }
            LaidContent::Missing(_) => {}
        }
    }
    let lies = |set: &PointSet| {
        let is_it = |thing: &LaidThing| matches!(&thing.content, LaidContent::Points(all) if Arc::ptr_eq(all, &set.points));
        set.of != SetOf::Laid || things.shown().any(is_it)
    };
    if !points.all.iter().all(lies) {
        points.all.retain(lies);
        points.layout += 1;
    }
    if imagery.layers != layers {
        drop_elsewhere(std::mem::replace(&mut imagery.layers, layers));
    }
    if !models.is_same(&standing) {
        drop_elsewhere(std::mem::replace(&mut *models, standing));
    }
    let same =
        |a: &(String, Arc<Vec<Shape>>), b: &(String, Arc<Vec<Shape>>)| a.0 == b.0 && Arc::ptr_eq(&a.1, &b.1);
    if !(given.shapes.len() == drawn.len() && given.shapes.iter().zip(&drawn).all(|(a, b)| same(a, b))) {
        given
            .shapes
            .iter()
            .filter(|set| !drawn.iter().any(|d| d.0 == set.0))
            .for_each(|set| shapes.lift(&set.0));
        for set in drawn.iter().filter(|set| !given.shapes.iter().any(|g| same(g, set))) {
            shapes.lay_shared(&set.0, SHAPES, set.1.clone());
        }
        drop_elsewhere(std::mem::replace(&mut given.shapes, drawn));
    }
    let is_same = given.buildings.len() == raised.len()
        && given.buildings.iter().zip(&raised).all(|(a, b)| Arc::ptr_eq(a, b));
    if !is_same {
        given.buildings = raised;
        given.joining = None;
        match given.buildings.as_slice() {
            [] => buildings.footprints = Arc::default(),
            [one] => buildings.footprints = one.clone(),
            many => {
                let many = many.to_vec();
                let join = async move { many.iter().flat_map(|some| some.iter().cloned()).collect() };
                given.joining = Some(AsyncComputeTaskPool::get().spawn(join));
            }
        }
        pending.set("laid buildings", usize::from(given.joining.is_some()));
    }
}
