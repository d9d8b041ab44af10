//! Signs and names of warnings: what an officer sees of a warning at a glance, from the whole city to a street.
//!
//! A sign stands in the middle of its area. Where that is out of sight and the area is not, it stands at a place of the
//! area that is in sight, so that nobody works in a warned district without being told. Deliberately absent: the areas.

mod paint;
mod place;

pub(crate) use paint::paint;
pub(crate) use place::{Standing, stand};

use crate::shapes::{Shown, Told};
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use city::LonLat;
use feeds::cap::MessageStatus;
use geo::{Centroid, Contains, InteriorPoint, MultiPolygon, Point};
use shell::labels::on_map;
use shell::told_look::{warning_colour, warning_level, warning_name};
use shell::{Colour, LabelKind, ToldThing};

/// The sign of a warning.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sign {
    /// The warning.
    pub thing: ToldThing,
    /// What it is called.
    pub name: String,
    /// 1 for red to 4 for blue, 5 for none.
    pub level: u8,
    pub colour: Colour,
    pub is_exercise: bool,
    /// Where it stands if that can be seen.
    pub middle: LonLat,
    /// Where else it may stand.
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
        self.level <= 3
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

/// All signs, the gravest last.
#[derive(Resource, Default)]
pub(crate) struct Signs {
    /// What they say.
    pub all: Vec<Sign>,
    /// Where each stands, in the same order.
    pub standing: Vec<Standing>,
    /// Where each stood before the warnings changed, in the same order.
    pub stood: Vec<Option<LonLat>>,
}

impl Signs {
    /// Makes the signs of the warnings that are shown now.
    pub fn follow(&mut self, shown: &[Shown], told: Told) {
        let before = self.all.drain(..).map(|sign| sign.thing);
        let before: HashMap<_, _> = before.zip(self.standing.drain(..).map(|standing| standing.at)).collect();
        self.all = shown.iter().filter_map(|shown| sign(shown, told)).collect();
        self.stood = self.all.iter().map(|sign| before.get(&sign.thing).copied()).collect();
    }
}

fn sign(shown: &Shown, told: Told) -> Option<Sign> {
    let area = MultiPolygon(shown.areas.iter().flatten().cloned().collect());
    let middle = middle(&area).or(shown.spots.first().copied())?;
    Some(Sign {
        thing: shown.thing.clone(),
        name: on_map(&warning_name(shown.warned, told.words)),
        level: warning_level(shown.warned),
        colour: warning_colour(shown.warned, told.theme),
        is_exercise: shown.warned.alert.status == MessageStatus::Exercise,
        middle,
        area,
    })
}

/// The middle of an area where that lies in it, else a place within.
fn middle(area: &MultiPolygon<f64>) -> Option<LonLat> {
    let centre = area.centroid().filter(|centre| area.contains(centre));
    let at = centre.or_else(|| area.interior_point())?;
    Some(LonLat::new(at.x(), at.y()))
}

/// True for a place in the area.
pub(crate) fn holds(area: &MultiPolygon<f64>, at: LonLat) -> bool {
    area.contains(&Point::new(at.lon, at.lat))
}
