//! Where each sign stands for the present eye.

use super::{MapSigns, Sign, Signs, holds};
use crate::{
    GroundModel, MapArea, MapLabel, MapLabels, MapShapes, OnScreenLayers, Projector, Repaint, Screen, Theme,
    cursor_ground,
};
use bevy::prelude::*;
use bevy_egui::egui;
use city::LonLat;
use geodesy::{EastNorth, to_city_frame};
use overlays::shapes::{Form, Shape, Style};
use std::time::{Duration, Instant};

/// How often signs find other places while the eye moves.
const EVERY: Duration = Duration::from_millis(300);
/// So far from the edge of the map a sign stands at least, points: its name must find room.
const EDGE: f32 = 40.0;
/// Where on the map it is looked for ground to stand on: shares of its width and height, those in the middle first.
const ACROSS: [f32; 5] = [0.5, 0.33, 0.67, 0.12, 0.88];
const DOWN: [f32; 4] = [0.4, 0.6, 0.2, 0.85];

/// Where a sign stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Where.
    pub at: LonLat,
    /// The same in the city frame.
    pub east_north: EastNorth,
    /// Height as drawn, metres.
    pub height_m: f64,
}

/// What the eye sees of the map.
pub(crate) struct View<'a> {
    pub projector: &'a Projector,
    pub ground: &'a GroundModel,
    /// The part of the screen that the map has.
    pub free: egui::Rect,
    /// Ground in sight, asked for when the first sign needs it.
    spots: Option<Vec<LonLat>>,
}

impl<'a> View<'a> {
    pub fn new(projector: &'a Projector, ground: &'a GroundModel, free: egui::Rect) -> Self {
        Self { projector, ground, free, spots: None }
    }

    fn sees(&self, at: LonLat) -> bool {
        let room = self.free.shrink(EDGE);
        let seen = self.projector.project(at, self.ground.drawn_height_m(at));
        seen.is_some_and(|seen| room.contains(seen.at))
    }

    /// Ground in sight that no other sign stands on.
    fn spots(&mut self) -> &mut Vec<LonLat> {
        let (projector, ground, room) = (self.projector, self.ground, self.free.shrink(EDGE));
        self.spots.get_or_insert_with(|| {
            let places =
                DOWN.iter().flat_map(|down| ACROSS.iter().map(move |across| egui::vec2(*across, *down)));
            let on_ground = |share| cursor_ground(projector, ground, room.min + room.size() * share);
            places.filter_map(on_ground).map(|(at, _)| at).collect()
        })
    }

    /// Where a sign stands: in its middle, else where it stood, else elsewhere in its area, as far as that is seen.
    pub fn place_of(&mut self, sign: &Sign, before: Option<LonLat>) -> LonLat {
        if self.sees(sign.middle) || !sign.follows_the_eye() {
            return sign.middle;
        }
        if let Some(before) = before.filter(|at| self.sees(*at)) {
            return before;
        }
        let spots = self.spots();
        let found = spots.iter().position(|at| holds(&sign.area, *at));
        found.map_or(sign.middle, |n| spots.remove(n))
    }
}

/// Lets signs, their names and where a click meets them follow the eye.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn stand(
    mut signs: ResMut<MapSigns>,
    projector: Res<Projector>,
    area: Res<MapArea>,
    ground: Option<Res<GroundModel>>,
    layers: Res<OnScreenLayers>,
    theme: Res<Theme>,
    screen: Res<Screen>,
    mut labels: ResMut<MapLabels>,
    mut shapes: ResMut<MapShapes>,
    mut repaint: ResMut<Repaint>,
    mut looked: Local<Option<(Projector, Instant)>>,
) {
    let Some(ground) = ground else { return };
    let is_other = signs.is_changed() || ground.is_changed() || layers.is_changed() || area.is_changed();
    if !is_other && (signs.is_empty() || looked.is_some_and(|(before, _)| before == *projector)) {
        return;
    }
    if !is_other && !screen.is_still() && looked.is_some_and(|(_, at)| at.elapsed() < EVERY) {
        return;
    }
    *looked = Some((*projector, Instant::now()));
    let size = egui::vec2(projector.size.x as f32, projector.size.y as f32);
    let free = area.free.unwrap_or(egui::Rect::from_min_size(egui::Pos2::ZERO, size));
    let mut view = View::new(&projector, &ground, free);
    let mut moved = false;
    for (owner, signs) in &mut signs.bypass_change_detection().by_owner {
        let standing = standings(&mut view, signs);
        if standing == signs.standing && !is_other {
            continue;
        }
        signs.standing = standing;
        let names = if layers.is_on(signs.layer) { names(signs, &theme) } else { Vec::new() };
        labels.set(owner, names);
        lay_clicks(&mut shapes, owner, signs);
        moved = true;
    }
    if moved {
        repaint.ask();
    }
}

/// Where the signs of one who warns stand: the gravest choose first; they are the last.
fn standings(view: &mut View, signs: &Signs) -> Vec<Standing> {
    let mut standing: Vec<Standing> = (0..signs.all.len())
        .rev()
        .map(|n| {
            let before = signs.standing.get(n).map(|standing| standing.at);
            let before = before.or_else(|| signs.stood.get(n).copied().flatten());
            let at = view.place_of(&signs.all[n], before);
            Standing { at, east_north: to_city_frame(at), height_m: view.ground.drawn_height_m(at) }
        })
        .collect();
    standing.reverse();
    standing
}

/// Lays the places where a click meets a sign.
fn lay_clicks(shapes: &mut MapShapes, owner: &str, signs: &Signs) {
    let set = format!("{} signs of {owner}", signs.layer);
    let place = |at: LonLat| Shape { form: Form::Place(at), style: Style::default(), name: None };
    let places = signs.all.iter().zip(&signs.standing);
    let places = places.map(|(sign, stands)| (place(stands.at), sign.thing.clone())).collect();
    match signs.all.is_empty() {
        true if shapes.get(&set).is_none() => {}
        true => shapes.lift(&set),
        false => shapes.lay_things(&set, signs.layer, places),
    }
}

fn names(signs: &Signs, theme: &Theme) -> Vec<MapLabel> {
    let name = |(sign, standing): (&Sign, &Standing)| {
        let is_bare = sign.level == 5;
        MapLabel {
            at: standing.at,
            height_m: standing.height_m,
            text: sign.name.clone(),
            size: if sign.level <= 2 { theme.size.district_label } else { theme.size.place_label },
            colour: if is_bare { theme.map.label } else { sign.colour },
            priority: sign.priority(),
            kind: sign.label(),
            within_m: sign.within_m(),
        }
    };
    signs.all.iter().zip(&signs.standing).map(name).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Colour, ToldId, ToldThing};
    use bevy::math::{DVec2, DVec3};
    use geo::{MultiPolygon, Rect};
    use geodesy::to_lon_lat;

    fn sign(level: u8, corner: (f64, f64), other: (f64, f64)) -> Sign {
        let [a, b] = [corner, other].map(|(east_m, north_m)| to_lon_lat(EastNorth::new(east_m, north_m)));
        let area = Rect::new((a.lon, a.lat), (b.lon, b.lat)).to_polygon();
        Sign {
            thing: ToldThing { source: "s".to_owned(), id: ToldId::Track("t".to_owned()) },
            name: String::new(),
            level,
            colour: Colour([0; 4]),
            is_exercise: false,
            count: 1,
            middle: LonLat::new((a.lon + b.lon) / 2.0, (a.lat + b.lat) / 2.0),
            area: MultiPolygon(vec![area]),
        }
    }

    #[test]
    fn a_sign_stands_in_the_middle_of_its_area_or_wherever_the_area_is_in_sight() {
        let ground = GroundModel { ground: terrain::Ground::shipped().unwrap(), exaggeration: 1.0 };
        let eye = DVec3::new(0.0, -6_000.0, 6_000.0);
        let projector = Projector::looking(eye, 0.0, 45.0, DVec2::new(1280.0, 720.0));
        let free = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1280.0, 720.0));
        let mut view = View::new(&projector, &ground, free);
        let small = sign(1, (-500.0, -500.0), (500.0, 500.0));
        assert_eq!(view.place_of(&small, None), small.middle);
        let wide = sign(1, (-5_000.0, -60_000.0), (90_000.0, 60_000.0));
        let (first, second) = (view.place_of(&wide, None), view.place_of(&wide, None));
        assert!(view.sees(first) && holds(&wide.area, first));
        assert!(view.sees(second) && first != second, "two signs do not stand on one another");
        assert_eq!(view.place_of(&wide, Some(first)), first, "what stands well stays");
        // What is calm, and what is elsewhere, stays in its middle.
        for other in [
            sign(4, (-5_000.0, -60_000.0), (90_000.0, 60_000.0)),
            sign(1, (70_000.0, 0.0), (90_000.0, 9_000.0)),
        ] {
            assert_eq!(view.place_of(&other, None), other.middle);
        }
    }
}
