//! Signs of warnings: what an officer sees of a warning at a glance, from the whole city to a street, whoever warns.
//!
//! A sign stands in the middle of its area. Where that is out of sight and the area is not, it stands at a place of the
//! area that is in sight, so that nobody works in a warned district without being told. Deliberately absent: the areas,
//! and what a sign stands for.

mod paint;
mod place;

pub(crate) use paint::paint;
pub use place::Standing;
pub(crate) use place::stand;

use crate::{Colour, LabelKind, ToldThing};
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use city::LonLat;
use geo::{Centroid, Contains, InteriorPoint, MultiPolygon, Point};
use std::collections::BTreeMap;

/// The sign of a warning.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    /// The warning.
    pub thing: ToldThing,
    /// What it is called.
    pub name: String,
    /// 1 for red to 4 for blue, 5 for none.
    pub level: u8,
    /// Its colour.
    pub colour: Colour,
    /// True for one that is no truth.
    pub is_exercise: bool,
    /// Of how many warnings it is made; above 1 the number stands on it.
    pub count: u32,
    /// Where it stands if that can be seen.
    pub middle: LonLat,
    /// Where else it may stand; empty for a place.
    pub area: MultiPolygon<f64>,
}

impl Sign {
    /// From farther away than this it is not shown, metres: what is grave is seen from everywhere.
    pub fn within_m(&self) -> f64 {
        match self.level {
            1 | 2 => f64::INFINITY,
            3 => 300_000.0,
            _ => 120_000.0,
        }
    }

    /// True where it is said wherever the area is seen, not only where its middle is.
    pub fn follows_the_eye(&self) -> bool {
        self.level <= 3 && !self.area.0.is_empty()
    }

    /// On a plate but for what is calm.
    pub fn label(&self) -> LabelKind {
        match (self.is_exercise, self.level) {
            (true, _) => LabelKind::Exercise,
            (false, 1..=3) => LabelKind::Warning,
            (false, _) => LabelKind::CalmWarning,
        }
    }

    /// How its name stands among others: red after incidents of level Ⅰ that wait, orange after all that wait but the
    /// least, both before names of districts; yellow after these.
    pub fn priority(&self) -> f32 {
        let truth = [62.0, 57.0, 47.0, 41.0, 40.0][usize::from(self.level.clamp(1, 5) - 1)];
        if self.is_exercise { truth - 10.0 } else { truth }
    }
}

/// The signs of one who warns, the gravest last.
#[derive(Debug, Default)]
pub struct Signs {
    /// The layer they are switched with (see [`crate::OnScreenLayers`]).
    pub layer: &'static str,
    /// What they say.
    pub all: Vec<Sign>,
    /// Where each stands, in the same order.
    pub standing: Vec<Standing>,
    /// Where each stood before the warnings changed, in the same order.
    pub stood: Vec<Option<LonLat>>,
}

impl Signs {
    /// Takes these in place of those before.
    pub fn follow(&mut self, signs: Vec<Sign>) {
        let before = self.all.drain(..).map(|sign| sign.thing);
        let before: HashMap<_, _> = before.zip(self.standing.drain(..).map(|standing| standing.at)).collect();
        self.all = signs;
        self.stood = self.all.iter().map(|sign| before.get(&sign.thing).copied()).collect();
    }
}

/// The signs of all who warn, by their names.
#[derive(Resource, Debug, Default)]
pub struct MapSigns {
    pub(crate) by_owner: BTreeMap<&'static str, Signs>,
}

impl MapSigns {
    /// Replaces the signs of `owner`, the gravest last. Call it when they changed, not each frame.
    pub fn set(&mut self, owner: &'static str, layer: &'static str, signs: Vec<Sign>) {
        let own = self.by_owner.entry(owner).or_default();
        own.layer = layer;
        own.follow(signs);
    }

    /// The signs of `owner`.
    pub fn get(&self, owner: &str) -> Option<&Signs> {
        self.by_owner.get(owner)
    }

    fn is_empty(&self) -> bool {
        self.by_owner.values().all(|signs| signs.all.is_empty())
    }
}

/// The middle of an area where that lies in it, else a place within.
pub fn middle(area: &MultiPolygon<f64>) -> Option<LonLat> {
    let centre = area.centroid().filter(|centre| area.contains(centre));
    let at = centre.or_else(|| area.interior_point())?;
    Some(LonLat::new(at.x(), at.y()))
}

/// True for a place in the area.
pub fn holds(area: &MultiPolygon<f64>, at: LonLat) -> bool {
    area.contains(&Point::new(at.lon, at.lat))
}
