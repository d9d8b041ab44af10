//! Many points as few: clusters with their number and their worst, or hexagons, worked out off the frame for the view.

use bevy::math::DVec2;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use bevy_egui::{EguiContexts, egui};
use city::LonLat;
use geo::{Coord, LineString, MultiPolygon, Polygon};
use geodesy::{EastNorth, to_lon_lat};
use layers::points::{Bits, Cluster, FixedBox, Hexagon, Points, Standing, clusters, hexagons};
use overlays::shapes::{Form, Rgba, Shape, Stroke, Style};
use shell::{
    CityClock, Display, EyePose, GroundModel, MapShapes, Pending, PointSet, PointSets, Projector, Repaint,
    Theme,
};
use std::collections::HashMap;
use std::sync::{Arc, Weak};

/// What is gathered is of points that are on: it is switched by no layer of its own.
const LAYER: &str = "points";
/// Where more points than this are in sight they are gathered, unless somebody wants each.
const FEW: usize = 20_000;
/// Points of screen a cluster has for itself.
const APART: f64 = 76.0;
/// Points of screen an edge of a hexagon takes at least.
const EDGE: f64 = 17.0;
/// Metres of an edge at each H3 resolution, on the average of all cells (h3geo.org, table of cell statistics).
const EDGES_M: [f64; 13] = [
    1_281_256.0,
    483_057.0,
    182_513.0,
    68_979.2,
    26_071.8,
    9_854.1,
    3_724.5,
    1_406.5,
    531.4,
    200.8,
    75.9,
    28.7,
    10.8,
];
/// The ground is looked for at this height, metres.
const GROUND_M: f64 = 300.0;
/// No view reaches farther than this, metres.
const FARTHEST_M: f64 = 500_000.0;
/// Values that change have it gathered anew this often, milliseconds of the city's clock.
const ANEW_MS: i64 = 2_000;

/// What became of a set.
enum Few {
    /// It is drawn point by point.
    AsPoints,
    /// Clusters, each with the height of the ground, metres.
    Clusters(Vec<(Cluster, f64)>),
    Hexagons(Vec<Hexagon>),
}

/// What a set was gathered for.
#[derive(Clone, Copy, PartialEq)]
struct For {
    bounds: FixedBox,
    level: u32,
    resolution: u8,
    display: Display,
    masked: u64,
}

#[derive(Default)]
struct OfSet {
    /// The set it is of: another may come by its name.
    of: Weak<Points>,
    wanted: Option<For>,
    /// How often values had changed by then, and when that was.
    told: (u64, i64),
    task: Option<Task<Few>>,
    few: Option<Few>,
}

/// What is gathered of each set, by its key.
#[derive(Resource, Default)]
pub(crate) struct Gathered {
    sets: HashMap<Arc<str>, OfSet>,
    switched: u64,
}

impl Gathered {
    /// Counts how often a set changed between the two.
    pub fn switched(&self) -> u64 {
        self.switched
    }
}

/// The box of the ground in sight.
fn in_sight(projector: &Projector) -> FixedBox {
    let mut held: Option<(DVec2, DVec2)> = None;
    let size = projector.size;
    for corner in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, 0.0), (0.5, 1.0)] {
        let sight = projector.sight(egui::pos2((corner.0 * size.x) as f32, (corner.1 * size.y) as f32));
        let down = (sight.from.z - GROUND_M).max(1.0) / (-sight.towards.z).max(1e-4);
        let at = sight.from.truncate() + sight.towards.truncate() * down.min(FARTHEST_M);
        held = Some(held.map_or((at, at), |(low, high)| (low.min(at), high.max(at))));
    }
    let (low, high) = held.unwrap_or_default();
    let mut bounds = FixedBox::EMPTY;
    for (east, north) in [(low.x, low.y), (high.x, low.y), (low.x, high.y), (high.x, high.y)] {
        bounds.hold(layers::points::Fixed::of(to_lon_lat(EastNorth::new(east, north))));
    }
    bounds
}

/// Gathers anew what the view, a filter or the values ask for.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn gather(
    mut sets: ResMut<PointSets>,
    ground: Res<GroundModel>,
    projector: Res<Projector>,
    eye: Res<EyePose>,
    clock: Res<CityClock>,
    theme: Res<Theme>,
    mut gathered: ResMut<Gathered>,
    mut shapes: ResMut<MapShapes>,
    mut pending: ResMut<Pending>,
    mut repaint: ResMut<Repaint>,
) {
    let (gathered, sets) = (gathered.bypass_change_detection(), sets.bypass_change_detection());
    if gathered.sets.is_empty() && sets.all.is_empty() {
        return;
    }
    let mut waiting = 0;
    for set in &mut sets.all {
        let of_set = gathered.sets.entry(set.key.clone()).or_default();
        if !std::ptr::eq(of_set.of.as_ptr(), Arc::as_ptr(&set.points)) {
            *of_set = OfSet { of: Arc::downgrade(&set.points), ..OfSet::default() };
        }
        if let Some(few) = of_set.task.as_mut().and_then(check_ready) {
            let as_points = matches!(few, Few::AsPoints);
            gathered.switched += u64::from(std::mem::replace(&mut set.as_points, as_points) != as_points);
            lay(&mut shapes, set, &few, &theme);
            (of_set.few, of_set.task) = (Some(few), None);
            repaint.ask();
        }
        // While the eye moves what was gathered stays where it is.
        if of_set.task.is_none() && (!eye.moving || of_set.few.is_none()) {
            let (wanted, told) = (wanted(set, &projector), set.told());
            let (before, at) = of_set.told;
            let is_old = told != before && clock.now.0 >= at + ANEW_MS && wanted.display != Display::Points;
            if of_set.wanted != Some(wanted) || is_old {
                (of_set.wanted, of_set.told) = (Some(wanted), (told, clock.now.0));
                let (points, mask, ground) = (set.points.clone(), set.mask.clone(), ground.clone());
                let work = async move { few(&points, &mask, wanted, &ground) };
                of_set.task = Some(AsyncComputeTaskPool::get().spawn(work));
            }
        }
        waiting += usize::from(of_set.task.is_some() && (of_set.few.is_none() || clock.fixed));
    }
    gathered.sets.retain(|key, _| {
        let is_there = sets.all.iter().any(|set| set.key == *key);
        if !is_there {
            shapes.lift(&name_of(key));
        }
        is_there
    });
    pending.set("gathered points", waiting);
}

fn wanted(set: &PointSet, projector: &Projector) -> For {
    if set.display == Display::Points || set.display == Display::Auto && set.points.len() <= FEW {
        // Wherever one looks.
        let display = Display::Points;
        return For { bounds: FixedBox::EMPTY, level: 0, resolution: 0, display, masked: 0 };
    }
    let bounds = in_sight(projector);
    let depth_m = (projector.eye.z - GROUND_M).max(20.0) / (-projector.forward.z).max(0.1);
    let metres_a_point = projector.metres_a_point(depth_m);
    let square = metres_a_point * APART / 111_195.0 * 1e7;
    let finer = EDGES_M.iter().rposition(|edge| *edge >= EDGE * metres_a_point);
    For {
        bounds,
        level: square.max(1.0).log2().ceil() as u32,
        resolution: finer.unwrap_or(0) as u8,
        display: set.display,
        masked: set.masked,
    }
}

fn few(points: &Arc<Points>, mask: &Bits, wanted: For, ground: &GroundModel) -> Few {
    let For { bounds, level, resolution, display, .. } = wanted;
    match display {
        Display::Points => Few::AsPoints,
        Display::Hexagons => Few::Hexagons(hexagons(points, mask, bounds, resolution)),
        Display::Auto if points.count_in(bounds, mask) <= FEW => Few::AsPoints,
        Display::Auto | Display::Clusters => {
            let found = clusters(points, mask, bounds, level).into_iter();
            Few::Clusters(found.map(|c| (c, ground.drawn_height_m(c.at))).collect())
        }
    }
}

fn name_of(key: &str) -> String {
    format!("hexagons {key}")
}

/// The colour of what is gathered: that of its worst, else that of devices.
fn colour_of(theme: &Theme, worst: Standing) -> shell::Colour {
    let grade = (worst as usize).checked_sub(1).map(|n| theme.map.grade[3 - n]);
    grade.unwrap_or(theme.map.device)
}

fn lay(shapes: &mut MapShapes, set: &PointSet, few: &Few, theme: &Theme) {
    let name = name_of(&set.key);
    let Few::Hexagons(cells) = few else { return shapes.lift(&name) };
    let most = cells.iter().map(|cell| cell.count).max().unwrap_or(1) as f32;
    let shape = |cell: &Hexagon| {
        let colour = colour_of(theme, cell.worst).0;
        // Numbers differ by powers of ten: so does the cover.
        let cover = 0.12 + 0.55 * ((1 + cell.count) as f32).ln() / (1.0 + most).ln();
        let fill = Rgba([colour[0], colour[1], colour[2], (255.0 * cover) as u8]);
        let edge = Rgba([colour[0], colour[1], colour[2], 150]);
        let ring = LineString::from(
            cell.corners().iter().map(|c: &LonLat| Coord { x: c.lon, y: c.lat }).collect::<Vec<_>>(),
        );
        let stroke = Stroke { colour: edge, width_pt: 1.0, casing: None, dash_pt: None, arrows: false };
        Shape {
            form: Form::Area(MultiPolygon::new(vec![Polygon::new(ring, Vec::new())])),
            style: Style { stroke: Some(stroke), fill: Some(fill) },
            name: None,
        }
    };
    shapes.lay_under(&name, LAYER, cells.iter().map(shape).collect());
}

/// Paints clusters: a disc as large as its number asks, ringed by the colour of its worst.
pub(crate) fn paint(
    mut contexts: EguiContexts,
    gathered: Res<Gathered>,
    projector: Res<Projector>,
    theme: Res<Theme>,
) -> Result {
    if gathered.sets.is_empty() {
        return Ok(());
    }
    let painter = contexts.ctx_mut()?.layer_painter(egui::LayerId::background());
    for set in gathered.sets.values() {
        match &set.few {
            Some(Few::Clusters(found)) => {
                let seen = found.iter().filter_map(|(cluster, height_m)| {
                    let at = projector.project(cluster.at, *height_m)?.at;
                    Some(Disc { at, count: cluster.count, worst: cluster.worst })
                });
                for disc in apart(seen.filter(|disc| projector.is_on_screen(disc.at, 40.0)).collect()) {
                    disc.paint(&painter, &theme);
                }
            }
            Some(Few::Hexagons(cells)) if cells.len() < 400 => {
                for cell in cells {
                    if let Some(seen) = projector.project(cell.middle(), GROUND_M) {
                        number(&painter, seen.at, cell.count, &theme);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

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

/// A cluster on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Disc {
    at: egui::Pos2,
    count: usize,
    worst: Standing,
}

impl Disc {
    fn radius(&self) -> f32 {
        9.0 + 2.6 * (self.count.max(1) as f32).log10()
    }

    fn paint(&self, painter: &egui::Painter, theme: &Theme) {
        let (at, radius) = (self.at, self.radius());
        painter.circle_filled(at, radius + 2.5, theme.map.halo.egui());
        painter.circle_filled(at, radius, theme.panel.inset.egui());
        painter.circle_stroke(at, radius, egui::Stroke::new(2.2, colour_of(theme, self.worst).egui()));
        number(painter, at, self.count, theme);
    }
}

/// Discs that do not touch: the larger takes the smaller ones in that lie under it, and stays where it is.
fn apart(mut discs: Vec<Disc>) -> Vec<Disc> {
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

fn number(painter: &egui::Painter, at: egui::Pos2, count: usize, theme: &Theme) {
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

    #[test]
    fn the_view_holds_what_it_looks_at() {
        let eye = bevy::math::DVec3::new(0.0, -5_000.0, 5_000.0);
        let projector = Projector::looking(eye, 0.0, 45.0, DVec2::new(1280.0, 720.0));
        let bounds = in_sight(&projector);
        let seen = layers::points::Fixed::of(to_lon_lat(EastNorth::new(0.0, 0.0)));
        let behind = layers::points::Fixed::of(to_lon_lat(EastNorth::new(0.0, -9_000.0)));
        assert!(bounds.contains(seen) && !bounds.contains(behind));
    }
}
