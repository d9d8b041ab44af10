//! The names of drones, among the map's labels so that none lies over another; and having the map painted anew when
//! a drone moved by what can be seen.

use crate::body::{DETAIL_WITHIN_M, SEEN_WITHIN_M};
use crate::fleet::{DroneNow, Fleet};
use bevy::prelude::*;
use bevy_egui::egui::Pos2;
use geodesy::to_lon_lat;
use shell::{
    LabelKind, MapLabel, MapLabels, OnScreenLayers, Projector, Repaint, SEEN_POINTS, Selected, Selection,
    Theme, Words, aged,
};

/// Before places and streets, after incidents, but for the least of those that are in hand.
const PRIORITY: f32 = 44.5;

/// Where each drone is on the screen, `None` off it; and how old that is while telemetry is lost, in words.
#[derive(Default, PartialEq)]
pub(crate) struct Painted(Vec<Option<Pos2>>, Option<String>);

impl Painted {
    fn now(fleet: &Fleet, projector: &Projector, words: &Words) -> Self {
        let place = |d: &DroneNow| {
            let seen = projector.project_city(d.at, d.height_m)?;
            projector.is_on_screen(seen.at, 60.0).then_some(seen.at)
        };
        let lost = fleet.drones.iter().find(|d| d.stale);
        let old = lost.map(|d| words.ago((d.age_s / 10.0).floor() * 10.0));
        Self(fleet.drones.iter().map(place).collect(), old)
    }

    fn looks_like(&self, other: &Self) -> bool {
        let stands = |(a, b): (&Option<Pos2>, &Option<Pos2>)| match (a, b) {
            (Some(a), Some(b)) => a.distance(*b) < SEEN_POINTS,
            (a, b) => a.is_none() && b.is_none(),
        };
        self.1 == other.1 && self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(stands)
    }
}

/// Names the drones that are near, and the selected one, where they are now.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn name(
    fleet: Res<Fleet>,
    projector: Res<Projector>,
    layers: Res<OnScreenLayers>,
    selection: Res<Selection>,
    theme: Res<Theme>,
    words: Res<Words>,
    mut labels: ResMut<MapLabels>,
    mut repaint: ResMut<Repaint>,
    mut painted: Local<Painted>,
) {
    if !layers.is_on("drones") {
        if layers.is_changed() {
            labels.set("drones", Vec::new());
        }
        return;
    }
    let now = Painted::now(&fleet, &projector, &words);
    let same = !layers.is_changed() && !selection.is_changed() && !theme.is_changed() && !words.is_changed();
    if same && now.looks_like(&painted) {
        return;
    }
    let named = fleet.drones.iter().zip(&now.0).filter_map(|(drone, seen)| {
        seen.as_ref()?;
        let depth_m = projector.project_city(drone.at, drone.height_m)?.depth_m;
        let selected = matches!(&selection.selected, Selected::Unit(id) if *id == drone.id);
        let named = depth_m < DETAIL_WITHIN_M || (selected && depth_m < SEEN_WITHIN_M);
        named.then(|| MapLabel {
            at: to_lon_lat(drone.at),
            height_m: drone.height_m,
            text: aged(&drone.name, now.1.as_deref()),
            size: theme.size.small,
            colour: theme.map.label,
            priority: PRIORITY,
            kind: LabelKind::Unit,
            within_m: SEEN_WITHIN_M,
        })
    });
    labels.set("drones", named.collect());
    repaint.ask();
    *painted = now;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_to_move_stands() {
        let at = |x: f32| Painted(vec![Some(Pos2::new(x, 10.0)), None], None);
        assert!(at(100.0).looks_like(&at(100.3)) && !at(100.0).looks_like(&at(101.0)));
        assert!(!at(100.0).looks_like(&Painted(vec![None, None], None)));
        let old = Painted(at(100.0).0, Some("20 s".to_owned()));
        assert!(!at(100.0).looks_like(&old));
        assert!(!at(100.0).looks_like(&Painted::default()));
    }
}
