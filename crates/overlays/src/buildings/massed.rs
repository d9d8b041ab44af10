//! Buildings seen from so far that a block of houses is a few points of the screen: neighbours of about one height are
//! drawn as one box that covers as much ground as they do and is as high as they are on the mean.

use super::Footprint;
use super::outline::{Outline, Spot};
use super::raise::tone;
use geodesy::EastNorth;
use std::collections::BTreeMap;

/// Houses whose middles lie in one square of this width are drawn as one, metres.
const CELL_M: f64 = 80.0;
/// But not low ones with high ones, for these make the skyline: what is higher is a class of its own, metres.
const CLASSES_M: [f64; 3] = [20.0, 45.0, 80.0];
/// And not those that cover more ground themselves, square metres.
const ALONE_M2: f64 = 2_500.0;
/// Boxes whose width and height together are less than this are left out, metres.
const SEEN_M: f64 = 26.0;

/// What is drawn for a building or for several.
pub(super) struct Mass {
    pub outline: Outline,
    pub height_m: f64,
    pub tone: u32,
}

#[derive(Default)]
struct Gathered {
    area_m2: f64,
    /// Middle and height, times area.
    moment: [f64; 3],
    /// The largest of them: its box, its area and its tone.
    largest: Option<(Outline, u32)>,
    count: usize,
}

/// The boxes for a square's buildings; `skipped` counts those that cover nothing.
pub(super) fn masses<'a>(
    footprints: impl IntoIterator<Item = &'a Footprint>,
    anchor: EastNorth,
    skipped: &mut usize,
) -> Vec<Mass> {
    let mut alone = Vec::new();
    let mut cells = BTreeMap::<(usize, [i32; 2]), Gathered>::new();
    for footprint in footprints {
        let Some(outline) = Outline::of(footprint, anchor) else {
            *skipped += 1;
            continue;
        };
        let (outline, height_m, tone) = (outline.boxed(), footprint.height_m, tone(footprint));
        if outline.area_m2 > ALONE_M2 {
            alone.push(Mass { outline, height_m, tone });
            continue;
        }
        let class = CLASSES_M.iter().filter(|metres| height_m > **metres).count();
        let middle = middle(&outline);
        let cell = middle.map(|metres| (metres / CELL_M).floor() as i32);
        cells.entry((class, cell)).or_default().add(outline, middle, height_m, tone);
    }
    alone.extend(cells.into_values().filter_map(Gathered::mass));
    alone.retain(|mass| mass.outline.area_m2.sqrt() + mass.height_m >= SEEN_M);
    alone
}

fn middle(outline: &Outline) -> Spot {
    let ring = outline.rings.first().map_or(&[][..], Vec::as_slice);
    let sum = ring.iter().fold([0.0; 2], |sum, spot| [sum[0] + spot[0], sum[1] + spot[1]]);
    sum.map(|sum| sum / ring.len().max(1) as f64)
}

impl Gathered {
    fn add(&mut self, outline: Outline, [east_m, north_m]: Spot, height_m: f64, tone: u32) {
        self.count += 1;
        self.area_m2 += outline.area_m2;
        for (moment, of) in self.moment.iter_mut().zip([east_m, north_m, height_m]) {
            *moment += of * outline.area_m2;
        }
        if self.largest.as_ref().is_none_or(|(largest, _)| largest.area_m2 < outline.area_m2) {
            self.largest = Some((outline, tone));
        }
    }

    /// One building keeps its shape; of several the largest gives the direction.
    fn mass(self) -> Option<Mass> {
        let (largest, tone) = self.largest?;
        let [east_m, north_m, height_m] = self.moment.map(|moment| moment / self.area_m2);
        let outline = match self.count {
            1 => largest,
            _ => largest.square_at([east_m, north_m], self.area_m2),
        };
        Some(Mass { outline, height_m, tone })
    }
}
