//! Shapes that any plugin lays on the map: it names a set and says what is in it, and the one-map draws it.

use crate::ToldThing;
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use overlays::shapes::Shape;
use std::sync::Arc;

/// A set of shapes that come and go together.
#[derive(Clone, Debug)]
pub struct ShapeSet {
    /// What is in it; what comes later lies on top.
    pub shapes: Arc<Vec<Shape>>,
    /// What each shape shows, which a click on it selects; empty where a click means nothing.
    pub things: Arc<Vec<ToldThing>>,
    /// The layer it is switched with (see [`crate::OnScreenLayers`]).
    pub layer: String,
    /// Another number for another content.
    pub version: u64,
    /// Lies under the other sets, whenever it was laid.
    pub is_under: bool,
    /// What lies on top of a set has a greater one. A name keeps it, however often something else is laid by it.
    pub order: u32,
}

/// All sets, by name. Reading it in a system that runs when it changed costs nothing in other frames.
#[derive(Resource, Default)]
pub struct MapShapes {
    sets: HashMap<String, ShapeSet>,
    orders: HashMap<String, u32>,
    versions: u64,
}

impl MapShapes {
    /// Lays a set on the map, in place of what it held before.
    pub fn lay(&mut self, name: &str, layer: &str, shapes: Vec<Shape>) {
        self.lay_shared(name, layer, Arc::new(shapes));
    }

    /// The same with shapes that others hold as well.
    pub fn lay_shared(&mut self, name: &str, layer: &str, shapes: Arc<Vec<Shape>>) {
        self.put(name, layer, shapes, Arc::default(), false);
    }

    /// Lays shapes each of which shows a thing that can be selected.
    pub fn lay_things(&mut self, name: &str, layer: &str, shapes: Vec<(Shape, ToldThing)>) {
        let (shapes, things): (Vec<_>, Vec<_>) = shapes.into_iter().unzip();
        self.put(name, layer, Arc::new(shapes), Arc::new(things), false);
    }

    /// The same, under what others lay.
    pub fn lay_under(&mut self, name: &str, layer: &str, shapes: Vec<Shape>) {
        self.put(name, layer, Arc::new(shapes), Arc::default(), true);
    }

    /// Keeps a place for a set: what is laid by this name lies on what was laid or kept a place for before.
    pub fn reserve(&mut self, name: &str) -> u32 {
        let next = self.orders.len() as u32;
        *self.orders.entry_ref(name).or_insert(next)
    }

    fn put(
        &mut self,
        name: &str,
        layer: &str,
        shapes: Arc<Vec<Shape>>,
        things: Arc<Vec<ToldThing>>,
        is_under: bool,
    ) {
        self.versions += 1;
        let (layer, version, order) = (layer.to_owned(), self.versions, self.reserve(name));
        self.sets.insert(name.to_owned(), ShapeSet { shapes, things, layer, version, is_under, order });
    }

    /// Takes a set from the map.
    pub fn lift(&mut self, name: &str) {
        self.sets.remove(name);
    }

    /// A set by its name.
    pub fn get(&self, name: &str) -> Option<&ShapeSet> {
        self.sets.get(name)
    }

    /// All sets with their names, the one on top last.
    pub fn in_order(&self) -> Vec<(&str, &ShapeSet)> {
        let mut sets: Vec<_> = self.sets.iter().map(|(name, set)| (name.as_str(), set)).collect();
        sets.sort_by_key(|(_, set)| (!set.is_under, set.order));
        sets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_under_others_stays_there_whenever_it_is_laid() {
        let mut shapes = MapShapes::default();
        for name in ["first", "second"] {
            shapes.lay(name, "ways", Vec::new());
        }
        shapes.lay_under("network", "roads.imported", Vec::new());
        shapes.lay("first", "ways", Vec::new());
        let names: Vec<_> = shapes.in_order().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["network", "first", "second"], "what is laid anew stays where it lay");
    }
}
