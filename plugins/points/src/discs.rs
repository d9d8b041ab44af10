//! Clusters on the screen: discs with their number, ringed by the colour of their worst, that never touch.

use crate::few::colour_of;
use bevy_egui::egui;
use layers::points::Standing;
use shell::Theme;
use std::f32::consts::TAU;

/// A number in at most four signs: 812, 3.4k, 17M.
fn short(count: usize) -> String {
    let n = count as f64;
    match count {
        0..1_000 => count.to_string(),
        1_000..10_000 => format!("{:.1}k", (n / 100.0).floor() / 10.0),
        10_000..1_000_000 => format!("{}k", count / 1_000),
        1_000_000..10_000_000 => format!("{:.1}M", (n / 100_000.0).floor() / 10.0),
        _ => format!("{}M", count / 1_000_000),
    }
}

/// How far the symbol of an incident reaches, its rim, and the room that a disc needs to grow to ten times its number,
/// points.
const INCIDENT_RADIUS: f32 = 19.6;
/// No disc is moved farther than this, points.
const FARTHEST_ASIDE: f32 = 88.0;

/// A cluster on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Disc {
    pub at: egui::Pos2,
    pub count: usize,
    pub worst: Standing,
}

impl Disc {
    fn radius(&self) -> f32 {
        9.0 + 2.6 * (self.count.max(1) as f32).log10()
    }

    /// The same disc moved aside to the nearest free place, so that it covers none of the `incidents`: they matter more,
    /// and each is one place, where a disc stands for many. In a crowd without a free place it stays where it is.
    pub fn clear_of(mut self, incidents: &[egui::Pos2]) -> Self {
        let room = self.radius() + INCIDENT_RADIUS;
        let reach = FARTHEST_ASIDE + room;
        let near: Vec<&egui::Pos2> = incidents.iter().filter(|at| at.distance(self.at) < reach).collect();
        let is_clear = |place: &egui::Pos2| near.iter().all(|at| at.distance(*place) >= room);
        let aside = |n: u8| {
            let (ring, turn) = (1.0 + f32::from(n / 12), f32::from(n % 12) / 12.0);
            self.at + egui::Vec2::angled(TAU * turn) * (FARTHEST_ASIDE / 11.0 * ring)
        };
        let places = std::iter::once(self.at).chain((0..11 * 12).map(aside));
        self.at = places.into_iter().find(is_clear).unwrap_or(self.at);
        self
    }

    pub fn paint(&self, painter: &egui::Painter, theme: &Theme) {
        let (at, radius) = (self.at, self.radius());
        painter.circle_filled(at, radius + 2.5, theme.map.halo.egui());
        painter.circle_filled(at, radius, theme.panel.inset.egui());
        painter.circle_stroke(at, radius, egui::Stroke::new(2.2, colour_of(theme, self.worst).egui()));
        number(painter, at, self.count, theme);
    }
}

/// Discs that do not touch: the larger takes the smaller ones in that lie under it, and stays where it is.
pub(crate) fn apart(mut discs: Vec<Disc>) -> Vec<Disc> {
    discs.sort_by(|a, b| {
        b.count.cmp(&a.count).then(a.at.x.total_cmp(&b.at.x)).then(a.at.y.total_cmp(&b.at.y))
    });
    let mut kept: Vec<Disc> = Vec::with_capacity(discs.len());
    for disc in discs {
        let touches = |one: &Disc| one.at.distance(disc.at) < one.radius() + disc.radius() + 4.0;
        match kept.iter_mut().find(|one| touches(one)) {
            Some(one) => {
                one.count += disc.count;
                one.worst = one.worst.max(disc.worst);
            }
            None => kept.push(disc),
        }
    }
    kept
}

pub(crate) fn number(painter: &egui::Painter, at: egui::Pos2, count: usize, theme: &Theme) {
    let font = egui::FontId::proportional(theme.size.small - 1.0);
    let colour = theme.map.label.egui();
    painter.text(at, egui::Align2::CENTER_CENTER, short(count), font, colour);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_never_say_more_than_there_is() {
        let said = [812, 1_000, 3_499, 9_999, 17_000, 999_999, 1_049_000, 17_000_000].map(short);
        assert_eq!(said, ["812", "1.0k", "3.4k", "9.9k", "17k", "999k", "1.0M", "17M"]);
    }

    #[test]
    fn no_disc_covers_an_incident() {
        let incidents = [egui::pos2(100.0, 100.0), egui::pos2(140.0, 100.0), egui::pos2(400.0, 400.0)];
        let disc = |x, y| Disc { at: egui::pos2(x, y), count: 17_000, worst: Standing::Red };
        for (x, y) in [(100.0, 100.0), (110.0, 96.0), (121.0, 100.0), (139.0, 104.0), (401.0, 399.0)] {
            let moved = disc(x, y).clear_of(&incidents);
            let clear = moved.radius() + INCIDENT_RADIUS;
            assert!(incidents.iter().all(|at| at.distance(moved.at) >= clear), "{moved:?}");
        }
        let crowd: Vec<egui::Pos2> =
            (0..900).map(|n| egui::pos2((n % 30) as f32 * 10.0, (n / 30) as f32 * 10.0)).collect();
        assert_eq!(disc(150.0, 150.0).clear_of(&crowd), disc(150.0, 150.0), "no free place is near");
        assert_eq!(disc(250.0, 250.0).clear_of(&incidents), disc(250.0, 250.0));
    }

    #[test]
    fn discs_never_touch_and_none_is_lost() {
        let disc = |n: usize| Disc {
            at: egui::pos2((n * 37 % 400) as f32, (n * 61 % 300) as f32),
            count: 1 + n * n % 977,
            worst: Standing::ALL[n % 5],
        };
        let all: Vec<Disc> = (0..200).map(disc).collect();
        let kept = apart(all.clone());
        let total = |discs: &[Disc]| discs.iter().map(|disc| disc.count).sum::<usize>();
        assert_eq!(total(&kept), total(&all));
        assert!(kept.len() > 10 && kept.len() < all.len());
        assert_eq!(kept.iter().map(|disc| disc.worst).max(), Some(Standing::Red));
        for (n, a) in kept.iter().enumerate() {
            assert!(kept[n + 1..].iter().all(|b| a.at.distance(b.at) > 18.0), "{a:?}");
        }
    }
}
