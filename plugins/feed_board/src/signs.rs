//! The signs of the warnings that sources told of. Where they stand and how they look is the shell's.

use crate::shapes::{Shown, Told};
use feeds::cap::MessageStatus;
use geo::MultiPolygon;
use shell::labels::on_map;
use shell::signs::{Sign, middle};
use shell::told_look::{warning_colour, warning_level, warning_name};

/// The signs of the warnings that are shown now, the gravest last.
pub(crate) fn signs(shown: &[Shown], told: Told) -> Vec<Sign> {
    shown.iter().filter_map(|shown| sign(shown, told)).collect()
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
        count: 1,
        middle,
        area,
    })
}
