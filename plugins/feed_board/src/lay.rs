//! Keeps what the sources told on the map: a kind is laid anew when something of it changed, or its time came.

use crate::shapes::{Told, ToldShape, Tracks, features, missions, requests, shown, warnings};
use crate::signs::signs as signs_of;
use bevy::prelude::*;
use city::CityTime;
use shell::{CityClock, CitySource, CitySources, MapShapes, MapSigns, Repaint, StaticCity, Theme, Words};

/// What is laid on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Features,
    Warnings,
    Requests,
    Missions,
    Tracks,
}

impl Kind {
    /// What is laid later lies on top.
    const ALL: [Self; 5] = [Self::Features, Self::Warnings, Self::Requests, Self::Missions, Self::Tracks];

    /// The name of its set, and the layer it is switched with.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Features => ("sources.features", "sources.features"),
            Self::Warnings => ("sources.warnings", "sources.warnings"),
            Self::Requests => ("sources.requests", "sources.requests"),
            Self::Missions => ("sources.missions", "sources.tracks"),
            Self::Tracks => ("sources.tracks", "sources.tracks"),
        }
    }

    /// Whether a source is on, and how often what it told of this kind changed.
    fn version(self, source: &CitySource) -> (bool, u64) {
        let changes = source.held.changes;
        let count = match self {
            Self::Features => changes.collections,
            Self::Warnings => changes.warnings,
            Self::Requests => changes.requests,
            Self::Missions => changes.missions,
            Self::Tracks => changes.tracks,
        };
        (source.is_on, count)
    }
}

/// What is laid.
#[derive(Default)]
pub(crate) struct Laid {
    /// Of what each kind was made.
    versions: [Vec<(bool, u64)>; 5],
    second: i64,
    tracks: Tracks,
    /// When the next warning begins or ends by its times.
    next_warning: Option<CityTime>,
    next_track: Option<CityTime>,
}

/// Lays the kinds that changed, or all where words or colours did; once a second of the city's at most.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn lay(
    sources: Res<CitySources>,
    city: Option<Res<StaticCity>>,
    words: Res<Words>,
    theme: Res<Theme>,
    clock: Res<CityClock>,
    mut shapes: ResMut<MapShapes>,
    mut signs: ResMut<MapSigns>,
    mut repaint: ResMut<Repaint>,
    mut laid: Local<Laid>,
) {
    let Some(city) = city.filter(|_| !sources.all.is_empty()) else { return };
    let (second, is_other) =
        (clock.now.0.div_euclid(1_000), words.is_changed() || theme.is_changed() || city.is_changed());
    if second == laid.second && !is_other {
        return;
    }
    laid.second = second;
    // Warnings lie on features, and drones on both, whoever answers first.
    Kind::ALL.into_iter().for_each(|kind| _ = shapes.bypass_change_detection().reserve(kind.names().0));
    let told = Told { sources: &sources.all, city: &city, words: &words, theme: &theme, now: clock.now };
    for kind in Kind::ALL {
        let versions = || sources.all.iter().map(|source| kind.version(source));
        let is_told = is_other || !laid.versions[kind as usize].iter().copied().eq(versions());
        if is_told {
            laid.versions[kind as usize] = versions().collect();
        }
        let made = match kind {
            Kind::Features => is_told.then(|| features(told)),
            Kind::Warnings => {
                let is_due = laid.next_warning.is_some_and(|at| at <= told.now);
                (is_told || is_due).then(|| lay_warnings(told, &mut laid, &mut signs))
            }
            Kind::Requests => is_told.then(|| requests(told)),
            Kind::Missions => is_told.then(|| missions(told)),
            Kind::Tracks => lay_tracks(told, &mut laid, is_told),
        };
        if made.is_some_and(|made| put(&mut shapes, kind, made)) {
            repaint.ask();
        }
    }
}

/// Puts a set in the place of the one before; true where it is another.
fn put(shapes: &mut ResMut<MapShapes>, kind: Kind, made: Vec<ToldShape>) -> bool {
    let (name, layer) = kind.names();
    let known = shapes.get(name);
    let is_same = known.map_or(made.is_empty(), |set| {
        set.shapes.len() == made.len()
            && set.shapes.iter().zip(set.things.iter()).eq(made.iter().map(|(s, t)| (s, t)))
    });
    match (is_same, made.is_empty()) {
        (true, _) => return false,
        (false, true) => shapes.lift(name),
        (false, false) => shapes.lay_things(name, layer, made),
    }
    true
}

fn lay_warnings(told: Told, laid: &mut Laid, signs: &mut MapSigns) -> Vec<ToldShape> {
    let all = shown(told);
    signs.set("warnings", Kind::Warnings.names().1, signs_of(&all, told));
    let read = told.sources.iter().filter(|source| source.is_on);
    let listed = read.filter_map(|source| source.held.warnings.as_deref()).flatten();
    laid.next_warning = listed.filter_map(|warned| warned.next_change_after(told.now)).min();
    warnings(&all, told)
}

fn lay_tracks(told: Told, laid: &mut Laid, is_told: bool) -> Option<Vec<ToldShape>> {
    let is_due = laid.next_track.is_some_and(|at| at <= told.now);
    if is_told {
        laid.tracks = Tracks::of(told);
    } else if !is_due || laid.tracks.age(told) == 0 {
        return None;
    }
    laid.next_track = Some(laid.tracks.next_due());
    Some(laid.tracks.shapes().to_vec())
}
