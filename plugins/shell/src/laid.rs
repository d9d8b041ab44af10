//! What people laid on the map, thing by thing: imagery, shapes, buildings, models and points, each with its switch. The program
//! reads files and opens sources; [`give`] hands what is shown to whoever draws it.

mod give;

pub(crate) use give::give;

use crate::{Display, ModelSet};
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use bevy::tasks::AsyncComputeTaskPool;
use layers::points::Points;
use overlays::buildings::Footprint;
use overlays::imagery::Store;
use overlays::shapes::Shape;
use std::sync::Arc;

/// What lies there.
#[derive(Clone)]
pub enum LaidContent {
    /// Imagery at work.
    Imagery(Arc<dyn Store>),
    /// Shapes.
    Shapes(Arc<Vec<Shape>>),
    /// Buildings.
    Buildings(Arc<Vec<Footprint>>),
    /// Models.
    Models(ModelSet),
    /// Points at scale.
    Points(Arc<Points>),
    /// Nothing, because it could not be read: why.
    Missing(String),
}

/// What a thing is, whether or not it could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaidKind {
    /// Imagery.
    Imagery,
    /// Shapes.
    Shapes,
    /// Buildings.
    Buildings,
    /// Models: single ones in their places, or 3D Tiles.
    Models,
    /// Points at scale.
    Points,
}

/// One thing laid on the map.
#[derive(Clone)]
pub struct LaidThing {
    /// Its number, in the order in which things were asked for.
    pub id: u64,
    /// As it was given: a file, or a line of imagery or models. It may hold a key and is not for the screen.
    pub given: String,
    /// What it is called on screen.
    pub name: String,
    /// What it is.
    pub kind: LaidKind,
    /// Whether it is switched on.
    pub shown: bool,
    /// How much imagery covers, 0 to 1.
    pub opacity: f32,
    /// What lies there.
    pub content: LaidContent,
}

/// Everything laid on the map, what lies on top last.
#[derive(Resource, Default)]
pub struct LaidThings {
    things: Vec<LaidThing>,
    numbered: u64,
    /// Names of what is being read.
    pub coming: Vec<String>,
    /// How points are shown of which nobody said otherwise.
    pub usual_display: Display,
    displays: HashMap<u64, Display>,
}

/// Wishes that something be laid on the map: a file or a line of imagery or models, as people write it.
#[derive(Message, Clone, Debug)]
pub struct LayOnMap(pub String);

impl LaidThings {
    /// All of them.
    pub fn all(&self) -> &[LaidThing] {
        &self.things
    }

    /// The number of the next thing: what is asked for first lies below, whatever is read first.
    pub fn next_id(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered
    }

    /// Lays a thing on the map, over those of a lower number; in the place of the same file or source, where that lies
    /// there already.
    pub fn lay(&mut self, thing: LaidThing) {
        self.numbered = self.numbered.max(thing.id);
        let is_same =
            |old: &LaidThing| !old.given.is_empty() && (&old.given, old.kind) == (&thing.given, thing.kind);
        if let Some(old) = self.things.iter_mut().find(|old| is_same(old)) {
            let id = old.id;
            drop_elsewhere(std::mem::replace(old, LaidThing { id, ..thing }).content);
            return;
        }
        let above = self.things.iter().position(|other| other.id > thing.id);
        self.things.insert(above.unwrap_or(self.things.len()), thing);
    }

    /// Takes a thing from the map.
    pub fn remove(&mut self, id: u64) {
        if let Some(at) = self.place(id) {
            drop_elsewhere(self.things.remove(at).content);
        }
    }

    /// Switches a thing on or off.
    pub fn switch(&mut self, id: u64, on: bool) {
        if let Some(at) = self.place(id) {
            self.things[at].shown = on;
        }
    }

    /// How points are shown.
    pub fn display(&self, id: u64) -> Display {
        self.displays.get(&id).copied().unwrap_or(self.usual_display)
    }

    /// Shows points in another way.
    pub fn show_as(&mut self, id: u64, display: Display) {
        self.displays.insert(id, display);
    }

    /// Lets imagery cover more or less.
    pub fn fade(&mut self, id: u64, opacity: f32) {
        if let Some(at) = self.place(id) {
            self.things[at].opacity = opacity.clamp(0.0, 1.0);
        }
    }

    /// Moves imagery over the next imagery above it, or under the one below.
    pub fn shift(&mut self, id: u64, up: bool) {
        let Some(at) = self.place(id) else { return };
        let is_imagery = |thing: &LaidThing| thing.kind == LaidKind::Imagery;
        let other = match up {
            true => self.things.iter().skip(at + 1).position(is_imagery).map(|n| at + 1 + n),
            false => self.things.iter().take(at).rposition(is_imagery),
        };
        if let Some(other) = other.filter(|_| is_imagery(&self.things[at])) {
            // Numbers stay where they are, so that what is still being read finds its place.
            let (low, high) = (at.min(other), at.max(other));
            let [below, above] = [self.things[low].id, self.things[high].id];
            self.things.swap(low, high);
            (self.things[low].id, self.things[high].id) = (below, above);
        }
    }

    fn place(&self, id: u64) -> Option<usize> {
        self.things.iter().position(|thing| thing.id == id)
    }

    fn shown(&self) -> impl Iterator<Item = &LaidThing> {
        self.things.iter().filter(|thing| thing.shown)
    }
}

/// Threads of a source end, and large files are freed, without a frame waiting for it.
pub fn drop_elsewhere(value: impl Send + 'static) {
    AsyncComputeTaskPool::get().spawn(async move { drop(value) }).detach();
}

#[cfg(test)]
mod tests;
