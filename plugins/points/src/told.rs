//! What a frame tells the adapter: pages that came, values and places that changed, which pages are drawn, and the view.

use crate::look::Look;
use crate::page::{Packed, centimetres, height_and_look, newest};
use crate::resident::Residency;
use bevy::prelude::*;
use bevy::render::render_resource::ShaderType;
use layers::points::{Bits, PAGE};
use shell::{CameraEye, CityClock, GroundModel, PointSets, Projector, RenderOrigin, Theme};

/// Below this many points across a symbol is a disc without a rim.
const SMALL: f32 = 3.4;
/// The part of the picture that points may cover before they are drawn smaller.
const COVERED: f32 = 0.35;

/// Distance at which a symbol has its own size, metres, and its least and greatest factor.
const ZOOM: (f32, f32, f32) = (12_000.0, 0.45, 1.7);
/// Changes a frame tells at most of a set: about a millisecond. What is left waits for the next one.
const CHANGES: usize = 16_384;
/// Words a page has in the mask.
pub(crate) const MASK_WORDS: usize = PAGE / 32;

/// The shader's view.
#[derive(Clone, Copy, Debug, Default, PartialEq, ShaderType)]
pub(crate) struct View {
    pub clip_from_render: Mat4,
    pub eye: Vec4,
    pub origin: IVec2,
    pub size: UVec2,
    pub pages: u32,
    pub now_s: u32,
    pub changes: u32,
    pub moves: u32,
    pub zoom: Vec4,
    pub crowd: Vec4,
    pub rim: Vec4,
    pub stale: Vec4,
    pub standing: [Vec4; 8],
}

/// What is told, emptied by whoever takes it to the adapter.
#[derive(Resource, Default)]
pub(crate) struct Told {
    /// Pages that came: slot and rows.
    pub pages: Vec<(u32, Vec<Packed>)>,
    /// Masks of slots.
    pub masks: Vec<(u32, [u32; MASK_WORDS])>,
    /// Index and newest word of what changed.
    pub changes: Vec<[u32; 2]>,
    /// Index, east, north, height with look of what moved.
    pub moves: Vec<[u32; 4]>,
    /// The slots drawn, where they are others than before.
    pub drawn: Option<Vec<u32>>,
    /// The looks, where they are others than before.
    pub looks: Option<Vec<Look>>,
    /// The view of this frame.
    pub view: View,
    generation: u64,
    masked: Vec<u64>,
    rows: Vec<u32>,
}

impl Told {
    /// Tells of a page.
    pub fn page(&mut self, slot: u32, mut rows: Vec<Packed>, mask: &Bits, page: usize) {
        rows.resize(PAGE, [0; 4]);
        self.pages.push((slot, rows));
        self.mask(slot, mask, page);
    }

    fn mask(&mut self, slot: u32, mask: &Bits, page: usize) {
        let first = page * PAGE / 64;
        let half = |n: usize| {
            let word = mask.word(first + n / 2);
            (if n.is_multiple_of(2) { word } else { word >> 32 }) as u32
        };
        self.masks.push((slot, std::array::from_fn(half)));
    }
}

/// Tells what changed in the sets: values, places, masks, looks.
pub(crate) fn changes(
    mut sets: ResMut<PointSets>,
    residency: Res<Residency>,
    theme: Res<Theme>,
    mut told: ResMut<Told>,
) {
    let told = told.bypass_change_detection();
    let is_other = residency.generation != told.generation;
    told.generation = residency.generation;
    if is_other {
        told.drawn = Some(residency.drawn().map(|(_, slot)| slot).collect());
    }
    if is_other || theme.is_changed() {
        told.looks = Some(residency.table.table(&theme));
    }
    let Some(epoch) = residency.epoch else { return };
    let index = |set: usize, row: u32| {
        let (page, place) = (row as usize / PAGE, row % PAGE as u32);
        residency.slot((set, page)).map(|slot| slot * PAGE as u32 + place)
    };
    told.masked.resize(sets.all.len(), 0);
    for (n, set) in sets.bypass_change_detection().all.iter_mut().enumerate() {
        if set.masked != told.masked[n] {
            told.masked[n] = set.masked;
            for ((_, page), slot) in residency.resident_of(n) {
                told.mask(slot, &set.mask, page);
            }
        }
        told.rows.clear();
        if set.take_waiting(CHANGES, &mut told.rows) {
            let pages = residency.resident_of(n).flat_map(|((_, page), _)| set.points.page_rows(page));
            told.rows.extend(pages.map(|row| row as u32));
        }
        for row in told.rows.drain(..) {
            if let Some(index) = index(n, row) {
                told.changes.push([index, newest(&set.points, row as usize, epoch)]);
            }
        }
        for moved in set.moved.drain(..) {
            if let Some(index) = index(n, moved.row) {
                let look = residency.look_of(n, set.points.kind_number(moved.row as usize));
                let [east, north] = moved.at_cm;
                told.moves.push([index, east as u32, north as u32, height_and_look(moved.height_m, look)]);
            }
        }
    }
}

/// How many times as large symbols are drawn where so many are in sight: together they cover a part of the picture, so
/// that the ground stays in sight between them.
fn crowd(in_sight: usize, size: UVec2) -> f32 {
    // A usual symbol covers some twenty pixels.
    let covered = 20.0 * in_sight as f32;
    let room = COVERED * size.x as f32 * size.y as f32;
    (room / covered.max(1.0)).sqrt().clamp(0.25, 1.0)
}

/// Tells how the eye looks.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn view(
    eye: Single<(&Transform, &Projection, &Camera), With<CameraEye>>,
    origin: Res<RenderOrigin>,
    projector: Res<Projector>,
    ground: Res<GroundModel>,
    clock: Res<CityClock>,
    theme: Res<Theme>,
    residency: Res<Residency>,
    mut told: ResMut<Told>,
) {
    let told = told.bypass_change_detection();
    let (transform, projection, camera) = eye.into_inner();
    let size = camera.physical_viewport_size().unwrap_or_default();
    let pixels_a_point = (f64::from(size.y) / projector.size.y.max(1.0)) as f32;
    let colour = |n: usize| theme.map.grade[4 - n].linear().to_vec4().truncate();
    let mut standing = [Vec4::ONE; 8];
    for (n, larger) in [1.15_f32, 1.35, 1.6, 1.9].into_iter().enumerate() {
        standing[n + 1] = colour(n + 1).extend(larger);
    }
    let now_s = u32::try_from(clock.now.0.div_euclid(1000)).unwrap_or(0);
    let clip_from_view = projection.get_clip_from_view();
    told.view = View {
        clip_from_render: clip_from_view * transform.to_matrix().inverse(),
        eye: transform.translation.extend(pixels_a_point),
        origin: IVec2::new(centimetres(origin.at.east_m), centimetres(origin.at.north_m)),
        size,
        pages: told.view.pages,
        now_s: residency.epoch.map_or(0, |epoch| epoch.since(now_s)),
        changes: told.changes.len() as u32,
        moves: told.moves.len() as u32,
        zoom: Vec4::new(ground.exaggeration as f32, ZOOM.0, ZOOM.1, ZOOM.2),
        crowd: Vec4::new(crowd(residency.in_sight(), size), SMALL * pixels_a_point, 0.0, 0.0),
        rim: theme.map.halo.linear().to_vec3().extend(0.6),
        stale: theme.map.stale.linear().to_vec4(),
        standing,
    };
}
