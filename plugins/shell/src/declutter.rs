//! Which of many labels fit on a screen: the most important first, none over another, and one that was shown stays as
//! long as it can. Deliberately absent: fonts, painting and the camera.

use bevy::platform::collections::HashMap;
use bevy_egui::egui;

/// Side of a cell of the screen grid, points.
const CELL: f32 = 64.0;
/// A label that was not shown needs this much more room, points.
const MARGIN_OF_NEW: f32 = 5.0;
/// At most this many labels are shown: more than a screen of any size can hold legibly.
const MOST: usize = 400;

/// A label that wants room.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// What tells it from others while its place moves.
    pub id: u64,
    /// The middle of its text, and the size of it, points.
    pub middle: egui::Pos2,
    /// Width and height of its text, points.
    pub size: egui::Vec2,
    /// What lesser labels may not lie over: the symbol it belongs to.
    pub guards: Option<egui::Rect>,
    /// Greater ones may not lie over it either.
    pub guards_from_all: bool,
    /// Where else it may stand, from the middle, in the order in which that is tried, points.
    pub elsewhere: &'static [egui::Vec2],
    /// Lies over no symbol that any other guards, greater or lesser.
    pub keeps_clear: bool,
}

/// A label that has room, by its number among the candidates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlacedLabel {
    /// Its number among the candidates.
    pub index: usize,
    /// Where its text goes.
    pub rect: egui::Rect,
}

/// Gives labels room on one screen, time after time.
#[derive(Debug, Default)]
pub struct Declutter {
    /// Which are shown, and in which of their places.
    shown: HashMap<u64, usize>,
    taken: Cells,
    /// All that is guarded, whatever is tried first.
    guarded: Cells,
}

/// Rectangles by cell, so that a look costs the same however many there are.
#[derive(Debug, Default)]
struct Cells(HashMap<(i32, i32), Vec<egui::Rect>>);

impl Cells {
    /// The cells are kept, empty, for the next time: the screen has a few hundred at most.
    fn clear(&mut self) {
        self.0.values_mut().for_each(Vec::clear);
    }

    fn are_free(&self, rect: egui::Rect) -> bool {
        cells_of(rect)
            .filter_map(|cell| self.0.get(&cell))
            .all(|taken| taken.iter().all(|other| !other.intersects(rect)))
    }

    fn take(&mut self, rect: egui::Rect) {
        for cell in cells_of(rect) {
            self.0.entry(cell).or_default().push(rect);
        }
    }
}

impl Declutter {
    /// Which of the candidates, the most important first, fit into `area`. Where `is_still`, the result depends on the
    /// candidates alone; else those shown last time need less room than new ones.
    pub fn place(
        &mut self,
        area: egui::Rect,
        is_still: bool,
        candidates: impl Iterator<Item = (usize, Candidate)>,
    ) -> Vec<PlacedLabel> {
        let before = std::mem::take(&mut self.shown);
        self.taken.clear();
        self.guarded.clear();
        let candidates: Vec<_> = candidates.collect();
        for (_, candidate) in &candidates {
            let Some(guarded) = candidate.guards else { continue };
            let cells = if candidate.guards_from_all { &mut self.taken } else { &mut self.guarded };
            cells.take(guarded);
        }
        let mut placed = Vec::new();
        for (index, candidate) in candidates {
            if let Some(guarded) = candidate.guards.filter(|_| !candidate.guards_from_all) {
                self.taken.take(guarded);
            }
            let was_at = before.get(&candidate.id).copied().filter(|_| !is_still);
            // Where it stood last is tried first, so that it does not jump to and fro.
            let places = was_at.into_iter().chain(0..=candidate.elsewhere.len());
            let room =
                places.filter_map(|place| Some((place, candidate.at(place, area)?))).find(|(place, rect)| {
                    let kept = is_still || was_at == Some(*place);
                    let needed = if kept { *rect } else { rect.expand(MARGIN_OF_NEW) };
                    self.taken.are_free(needed) && (!candidate.keeps_clear || self.guarded.are_free(*rect))
                });
            let Some((place, rect)) = room else { continue };
            self.taken.take(rect.expand(2.0));
            self.shown.insert(candidate.id, place);
            placed.push(PlacedLabel { index, rect });
            if placed.len() == MOST {
                break;
            }
        }
        placed
    }
}

impl Candidate {
    /// Where its text goes in one of its places, the usual one first.
    fn at(&self, place: usize, area: egui::Rect) -> Option<egui::Rect> {
        let aside =
            place.checked_sub(1).map_or(Some(egui::Vec2::ZERO), |n| self.elsewhere.get(n).copied())?;
        Some(inside(area, egui::Rect::from_center_size(self.middle + aside, self.size)))
    }
}

fn cells_of(rect: egui::Rect) -> impl Iterator<Item = (i32, i32)> {
    let cell = |v: f32| (v / CELL).floor() as i32;
    let (x0, x1, y0, y1) = (cell(rect.min.x), cell(rect.max.x), cell(rect.min.y), cell(rect.max.y));
    (y0..=y1).flat_map(move |y| (x0..=x1).map(move |x| (x, y)))
}

/// `rect` moved into `area`, so that no name is cut off at its edge.
fn inside(area: egui::Rect, rect: egui::Rect) -> egui::Rect {
    let into = |low: f32, high: f32, from: f32, to: f32| (low - from).max(0.0) + (high - to).min(0.0);
    rect.translate(egui::vec2(
        into(area.left(), area.right(), rect.left(), rect.right()),
        into(area.top(), area.bottom(), rect.top(), rect.bottom()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::platform::collections::HashSet;

    const AREA: egui::Rect = egui::Rect { min: egui::pos2(0.0, 50.0), max: egui::pos2(800.0, 650.0) };

    fn at(id: u64, x: f32, y: f32) -> (usize, Candidate) {
        let (middle, size) = (egui::pos2(x, y), egui::vec2(80.0, 16.0));
        (
            id as usize,
            Candidate {
                id,
                middle,
                size,
                guards: None,
                guards_from_all: false,
                elsewhere: &[],
                keeps_clear: false,
            },
        )
    }

    fn shown(declutter: &mut Declutter, candidates: &[(usize, Candidate)]) -> Vec<usize> {
        declutter.place(AREA, false, candidates.iter().copied()).iter().map(|placed| placed.index).collect()
    }

    #[test]
    fn the_first_wins_and_its_neighbour_has_room() {
        let mut declutter = Declutter::default();
        let three = [at(0, 100.0, 164.0), at(1, 170.0, 172.0), at(2, 100.0, 190.0)];
        assert_eq!(shown(&mut declutter, &three), [0, 2]);
    }

    #[test]
    fn one_that_was_shown_stays_where_a_new_one_would_not_come() {
        let mut declutter = Declutter::default();
        let (far, near) =
            ([at(0, 100.0, 164.0), at(1, 100.0, 190.0)], [at(0, 100.0, 164.0), at(1, 100.0, 184.5)]);
        assert_eq!(shown(&mut declutter, &near), [0], "too close to come");
        assert_eq!(shown(&mut declutter, &far), [0, 1]);
        assert_eq!(shown(&mut declutter, &near), [0, 1], "not too close to stay");
    }

    #[test]
    fn nothing_lies_over_what_is_guarded_and_nothing_is_cut_at_the_edge() {
        let mut declutter = Declutter::default();
        let guarded = egui::Rect::from_center_size(egui::pos2(300.0, 330.0), egui::vec2(30.0, 30.0));
        let (index, incident) = at(0, 300.0, 300.0);
        let all = [
            (index, Candidate { guards: Some(guarded), ..incident }),
            at(1, 300.0, 330.0),
            at(2, 795.0, 652.0),
        ];
        let placed = declutter.place(AREA, true, all.into_iter());
        assert_eq!(placed.iter().map(|p| p.index).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(placed[1].rect.max, AREA.max);
    }

    #[test]
    fn a_plate_finds_room_beside_lesser_symbols_and_stays_where_it_was() {
        const UNDER: [egui::Vec2; 1] = [egui::vec2(0.0, 48.0)];
        let mut declutter = Declutter::default();
        let symbol = egui::Rect::from_center_size(egui::pos2(300.0, 300.0), egui::vec2(30.0, 30.0));
        let plate = |middle_y: f32| {
            let (index, candidate) = at(0, 300.0, middle_y);
            (index, Candidate { elsewhere: &UNDER, keeps_clear: true, ..candidate })
        };
        let (index, lesser) = at(1, 300.0, 262.0);
        let lesser = (index, Candidate { guards: Some(symbol), ..lesser });
        let mut top = |all: &[(usize, Candidate)]| {
            declutter
                .place(AREA, false, all.iter().copied())
                .iter()
                .map(|p| p.rect.center().y)
                .collect::<Vec<_>>()
        };
        assert_eq!(top(&[plate(300.0), lesser]), [348.0, 262.0], "the symbol is tried later and still seen");
        assert_eq!(top(&[plate(300.0)]), [348.0], "it does not jump back");
        assert_eq!(top(&[]), Vec::<f32>::new());
        let sign = Candidate { guards_from_all: true, ..lesser.1 };
        assert_eq!(top(&[at(2, 300.0, 305.0), (1, sign)]), [262.0], "nothing at all lies over a sign");
        assert_eq!(top(&[plate(300.0)]), [300.0]);
    }

    #[test]
    fn a_new_plate_stands_right_above_its_own_sign() {
        use crate::LabelKind;
        let (index, plate) = at(0, 300.0, 300.0 - LabelKind::Warning.lift());
        let sign = egui::Rect::from_center_size(egui::pos2(300.0, 300.0), egui::vec2(22.0, 22.0));
        let plate = Candidate {
            size: egui::vec2(80.0, 22.0),
            guards: Some(sign),
            guards_from_all: true,
            elsewhere: LabelKind::Warning.elsewhere(),
            keeps_clear: true,
            ..plate
        };
        let placed = Declutter::default().place(AREA, false, [(index, plate)].into_iter());
        assert_eq!(placed[0].rect.center(), plate.middle);
    }

    #[test]
    fn of_ten_thousand_those_that_fit_never_overlap_and_do_not_flicker_while_the_map_creeps() {
        let mut declutter = Declutter::default();
        let candidates = |shift: f32| -> Vec<_> {
            let spread = |n: u64, step: f64| (n as f64 * step).fract() as f32;
            (0..10_000)
                .map(|n| {
                    at(
                        n,
                        800.0 * spread(n, 0.618_033_988_75) + shift,
                        50.0 + 600.0 * spread(n, 0.754_877_666_25),
                    )
                })
                .collect()
        };
        let mut before: Option<HashSet<usize>> = None;
        for frame in 0..50 {
            let now = candidates(frame as f32 * 0.2);
            let placed = declutter.place(AREA, false, now.into_iter());
            assert!(placed.len() > 80, "{}", placed.len());
            for (n, one) in placed.iter().enumerate() {
                assert!(placed[..n].iter().all(|other| !other.rect.intersects(one.rect)));
            }
            let now: HashSet<usize> = placed.iter().map(|p| p.index).collect();
            if let Some(before) = before.replace(now.clone()) {
                let gone = before.difference(&now).count();
                assert!(gone * 20 <= before.len(), "frame {frame}: {gone} of {} went", before.len());
            }
        }
    }
}
