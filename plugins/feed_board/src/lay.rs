//! Keeps what the sources told on the map: a kind is laid anew when it changed.

use crate::shapes::{Told, features, requests, tracks, warnings};
use bevy::prelude::*;
use overlays::shapes::Shape;
use shell::{CityClock, CitySources, MapShapes, Repaint, StaticCity, Theme, Words};

/// The layers that shapes of sources are switched with, and the names of their sets.
pub const LAYERS: [&str; 4] = ["sources.features", "sources.warnings", "sources.requests", "sources.tracks"];

/// What is laid of each kind, by how often its sources changed.
#[derive(Default)]
pub(crate) struct Laid([Vec<(bool, u64)>; 4], i64);

/// Lays the kinds that changed, or all where words or colours did; tracks grow old by themselves.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn lay(
    sources: Res<CitySources>,
    city: Option<Res<StaticCity>>,
    words: Res<Words>,
    theme: Res<Theme>,
    clock: Res<CityClock>,
    mut shapes: ResMut<MapShapes>,
    mut repaint: ResMut<Repaint>,
    mut laid: Local<Laid>,
) {
    let Some(city) = city.filter(|_| !sources.all.is_empty()) else { return };
    let (second, is_other) =
        (clock.now.0.div_euclid(1_000), words.is_changed() || theme.is_changed() || city.is_changed());
    if second == laid.1 && !is_other {
        return;
    }
    laid.1 = second;
    let told = Told { sources: &sources.all, city: &city, words: &words, theme: &theme };
    for (kind, layer) in LAYERS.into_iter().enumerate() {
        let versions: Vec<(bool, u64)> = sources
            .all
            .iter()
            .map(|source| {
                let changes = source.held.changes;
                let counts = [changes.collections, changes.warnings, changes.requests, changes.tracks];
                (source.is_on, counts[kind])
            })
            .collect();
        let has_tracks = kind == 3 && sources.all.iter().any(|source| !source.held.tracks.is_empty());
        if versions == laid.0[kind] && !is_other && !has_tracks {
            continue;
        }
        laid.0[kind] = versions;
        let made: Vec<Shape> = match kind {
            0 => features(told),
            1 => warnings(told),
            2 => requests(told),
            _ => tracks(told, clock.now),
        };
        let known = shapes.get(layer).map_or(&[][..], |set| &set.shapes);
        if known == made {
            continue;
        }
        match made.is_empty() {
            true => shapes.lift(layer),
            false => shapes.lay(layer, layer, made),
        }
        repaint.ask();
    }
}
