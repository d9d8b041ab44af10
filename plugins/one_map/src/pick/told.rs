//! Picking what the city's other systems told of: marks and signs at places, lines and areas.

use super::{Nearest, OnMap};
use bevy_egui::egui;
use city::LonLat;
use geodesy::{EastNorth, to_city_frame, to_lon_lat};
use shell::{Selected, ToldThing};

/// How near to the pointer the middle of a mark and a line must be, points.
const PLACE_REACH: f32 = 12.0;
const LINE_REACH: f32 = 5.0;
/// Marks that lie no farther apart than this lie at one place, points.
const SAME_PLACE: f32 = 3.0;

impl OnMap<'_> {
    /// The marks and signs at a point of the screen: the nearest, and those that lie at the same place.
    pub(super) fn told_places_at(&self, to: egui::Pos2, at: LonLat, height_m: f64) -> Vec<Selected> {
        let bounds = self.around(at, height_m, PLACE_REACH);
        let mut near: Vec<(f32, &ToldThing)> = Vec::new();
        for (_, spots) in self.shapes.spots().filter(|(layer, _)| self.layers.is_on(layer)) {
            for spot in spots.places_in(bounds) {
                let seen = self.seen(spot.at, spot.height_m);
                let within_m = if spot.is_mark { crate::shape_names::WITHIN_M } else { f64::INFINITY };
                if let Some(seen) = seen.filter(|seen| seen.depth_m < within_m) {
                    near.push((seen.at.distance(to), spot.thing));
                }
            }
        }
        near.retain(|(distance, _)| *distance <= PLACE_REACH);
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        let nearest = near.first().map_or(0.0, |(distance, _)| *distance);
        near.retain(|(distance, _)| *distance - nearest <= SAME_PLACE);
        near.into_iter().map(|(_, thing)| Selected::Told(thing.clone())).collect()
    }

    /// The line nearest to a point of the screen, on the ground or above it.
    pub(super) fn told_line_at(&self, to: egui::Pos2, at: LonLat, height_m: f64) -> Option<Selected> {
        let bounds = self.around(at, height_m, LINE_REACH);
        let mut nearest = Nearest::new(to, LINE_REACH);
        for (_, spots) in self.shapes.spots().filter(|(layer, _)| self.layers.is_on(layer)) {
            for (thing, place) in spots.lines_in(bounds, at) {
                if let Some(seen) = self.projector.project(place, height_m) {
                    nearest.offer(seen.at, || Selected::Told(thing.clone()));
                }
            }
            let Some(highest_m) = spots.highest_m() else { continue };
            for (thing, ends) in spots.aloft_over(self.under_sight(at, height_m, highest_m)) {
                if let [Some(from), Some(end)] = ends.map(|(at, height_m)| self.seen(at, height_m)) {
                    nearest.offer(nearest_of(from.at, end.at, to), || Selected::Told(thing.clone()));
                }
            }
        }
        nearest.found
    }

    /// The ground under the sight from a place on it up to a height, and what lies within reach of it: west, south, east,
    /// north. What is seen before a place of the ground lies over this.
    fn under_sight(&self, at: LonLat, height_m: f64, up_to_m: f32) -> [f64; 4] {
        let (eye, foot) = (self.projector.eye, to_city_frame(at));
        let top_m = f64::from(up_to_m) * self.exaggeration();
        // Never behind the eye, nor quite at it.
        let share = if eye.z - height_m > 1.0 {
            ((top_m - height_m) / (eye.z - height_m)).clamp(0.0, 0.95)
        } else {
            0.95
        };
        let over = EastNorth::new(
            foot.east_m + share * (eye.x - foot.east_m),
            foot.north_m + share * (eye.y - foot.north_m),
        );
        let over_m = height_m + share * (eye.z - height_m);
        let (near, far) =
            (self.around(to_lon_lat(over), over_m, LINE_REACH), self.around(at, height_m, LINE_REACH));
        [near[0].min(far[0]), near[1].min(far[1]), near[2].max(far[2]), near[3].max(far[3])]
    }

    /// The areas over a place, the smallest first, so that what lies within a great one can be had; of equal ones that on
    /// top.
    pub(super) fn told_areas_at(&self, at: LonLat) -> Vec<Selected> {
        let on = self.shapes.spots().filter(|(layer, _)| self.layers.is_on(layer));
        let mut areas: Vec<_> = on.flat_map(|(_, spots)| spots.areas_at(at).into_iter().rev()).collect();
        areas.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut things: Vec<Selected> = Vec::new();
        for (_, thing) in areas {
            let thing = Selected::Told(thing.clone());
            if !things.contains(&thing) {
                things.push(thing);
            }
        }
        things
    }

    /// Where something that was told of is: city frame and height of the ground, metres.
    pub(super) fn place_of_told(&self, thing: &ToldThing) -> Option<(EastNorth, f32)> {
        let on = self.shapes.spots().filter(|(layer, _)| self.layers.is_on(layer));
        on.map(|(_, spots)| spots).find_map(|spots| spots.place_of(thing))
    }
}

/// The place on a straight line of the screen that is nearest to another.
fn nearest_of(from: egui::Pos2, end: egui::Pos2, to: egui::Pos2) -> egui::Pos2 {
    let along = end - from;
    let length = along.length_sq();
    let share = if length > 0.0 { ((to - from).dot(along) / length).clamp(0.0, 1.0) } else { 0.0 };
    from + share * along
}

/// Of things at one place that after the one selected, so that click after click all can be had.
pub(super) fn next_of(things: Vec<Selected>, selected: &Selected) -> Option<Selected> {
    let next = things.iter().position(|thing| thing == selected).map_or(0, |n| (n + 1) % things.len());
    things.into_iter().nth(next)
}

/// Of areas over one another that under the one selected; nothing after the last, so that the ground can be had as well.
pub(super) fn step_through(areas: &[Selected], selected: &Selected) -> Option<Selected> {
    let next = areas.iter().position(|area| area == selected).map_or(0, |n| n + 1);
    areas.get(next).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shell::ToldId;

    #[test]
    fn click_after_click_all_things_at_a_place_can_be_had() {
        let thing = |id: &str| Selected::Told(ToldThing { source: "s".into(), id: ToldId::Track(id.into()) });
        let all = || vec![thing("a"), thing("b")];
        assert_eq!(next_of(all(), &Selected::Nothing), Some(thing("a")));
        assert_eq!(next_of(all(), &thing("a")), Some(thing("b")));
        assert_eq!(next_of(all(), &thing("b")), Some(thing("a")));
        assert_eq!(next_of(Vec::new(), &thing("b")), None);
        assert_eq!(step_through(&all(), &thing("c")), Some(thing("a")));
        assert_eq!(step_through(&all(), &thing("a")), Some(thing("b")));
        assert_eq!(step_through(&all(), &thing("b")), None);
    }
}
