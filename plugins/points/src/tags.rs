//! Names of single points close by: the gravest first, then those nearest to where the eye looks.
//!
//! Names may be in a file, so they are chosen and read off the frame, and only once the eye has come to rest.

use crate::few::colour_of;
use crate::gather::ANEW_MS;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use city::{CityTime, LonLat, Measure};
use layers::AgeRule;
use layers::points::{Bits, Fixed, FixedBox, Points, Standing};
use shell::labels::on_map;
use shell::{
    CityClock, EyePose, GroundModel, LabelKind, MapCamera, MapLabel, MapLabels, OnScreenLayers, Pending,
    PointSets, Repaint, Theme, known_id,
};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// From farther away than this single points are not named, metres.
const WITHIN_M: f64 = 4_000.0;
/// From so far away a risk point is named, and a device of which there is nothing to say: an id is of use to who stands
/// before it, metres.
const GRADED_WITHIN_M: f64 = 3_000.0;
const CALM_WITHIN_M: f64 = 900.0;
/// So many points of a set are offered for a name; fewer find room.
const MOST: usize = 120;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// Where names are looked for: this far around a place, metres.
#[derive(Clone, Copy, PartialEq)]
struct Around {
    at: LonLat,
    reach_m: f64,
}

impl Around {
    fn bounds(self) -> FixedBox {
        let north = self.reach_m / DEGREE_M;
        let east = north / self.at.lat.to_radians().cos().max(0.1);
        FixedBox::of([self.at.lon - east, self.at.lat - north, self.at.lon + east, self.at.lat + north])
    }
}

/// The points that may be named, by their rows: the gravest first, the nearest of these before others.
fn chosen(points: &Points, mask: &Bits, around: Around) -> Vec<usize> {
    let middle = Fixed::of(around.at);
    let mut found: Vec<(Reverse<Standing>, i64, usize)> = points
        .rows_in(around.bounds(), mask)
        .map(|row| {
            let at = points.fixed(row);
            let (x, y) =
                (i64::from(at.lon) - i64::from(middle.lon), i64::from(at.lat) - i64::from(middle.lat));
            (Reverse(points.rank(row)), x * x + y * y, row)
        })
        .collect();
    if found.len() > MOST {
        found.select_nth_unstable(MOST);
        found.truncate(MOST);
    }
    found.sort_unstable();
    found.into_iter().map(|(_, _, row)| row).collect()
}

/// What a point is called, with its value where that stands out and is not old; `None` where its file cannot be read,
/// which is told where the point is looked at.
fn text(points: &Points, row: usize, now: CityTime) -> Option<(String, Standing)> {
    let block = points.texts().block(row).ok()?;
    let name = block.name(row);
    // The map says where it is: of 渝中区 · 解放碑街道 · 老旧小区 the last is left.
    let name = name.rsplit(" · ").next().unwrap_or(name);
    let name = on_map(if name.is_empty() { known_id(block.id(row)) } else { name });
    let (value, class) = (points.value(row), &points.kind(row).class);
    let is_heard =
        points.measured(row).is_some_and(|at| now.seconds_since(at) <= AgeRule::of(class).silent_s);
    let standing = if is_heard { points.standing(row) } else { Standing::Usual };
    if standing == Standing::Usual {
        return Some((name, standing));
    }
    let unit = Measure::of(class).map_or("", |measure| measure.unit);
    Some((format!("{name}  {} {unit}", shell::saying::figure(value.into())).trim_end().to_owned(), standing))
}

/// What a set is named for: other masks, values, words or places make other names.
#[derive(Clone, PartialEq)]
struct For {
    around: Around,
    masked: u64,
    length: usize,
}

#[derive(Default)]
pub(crate) struct OfSet {
    wanted: Option<For>,
    /// How often values had changed by then, and when that was.
    told: (u64, i64),
    task: Option<Task<Vec<MapLabel>>>,
    has_labels: bool,
}

fn owner(key: &str) -> String {
    format!("points {key}")
}

/// Names what is close by, and takes the names away from afar.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn name(
    sets: Res<PointSets>,
    ground: Res<GroundModel>,
    camera: Res<MapCamera>,
    eye: Res<EyePose>,
    clock: Res<CityClock>,
    theme: Res<Theme>,
    layers: Res<OnScreenLayers>,
    mut labels: ResMut<MapLabels>,
    mut pending: ResMut<Pending>,
    mut repaint: ResMut<Repaint>,
    mut named: Local<HashMap<Arc<str>, OfSet>>,
) {
    let is_near = camera.distance_m <= WITHIN_M && layers.is_on("labels");
    let anew = theme.is_changed() || ground.is_changed();
    let around = Around { at: camera.focus, reach_m: camera.distance_m };
    let mut waiting = 0;
    for set in &sets.all {
        let of_set = named.entry(set.key.clone()).or_default();
        if !(is_near && set.as_points) {
            if std::mem::take(&mut of_set.has_labels) {
                labels.set(&owner(&set.key), Vec::new());
            }
            (of_set.wanted, of_set.task) = (None, None);
            continue;
        }
        if let Some(found) = of_set.task.as_mut().and_then(check_ready) {
            of_set.task = None;
            of_set.has_labels = !found.is_empty();
            labels.set(&owner(&set.key), found);
            repaint.ask();
        }
        let wanted = For { around, masked: set.masked, length: set.points.len() };
        let told = set.told();
        let is_old = told != of_set.told.0 && clock.now.0 >= of_set.told.1 + ANEW_MS;
        let is_other = anew || is_old || of_set.wanted.as_ref() != Some(&wanted);
        // While the eye moves, what is named stays named.
        if is_other && of_set.task.is_none() && !eye.moving {
            (of_set.wanted, of_set.told) = (Some(wanted), (told, clock.now.0));
            let (points, mask, ground) = (set.points.clone(), set.mask.clone(), ground.clone());
            let (theme, now) = (theme.clone(), clock.now);
            let work = async move { label(&points, &mask, around, &ground, &theme, now) };
            of_set.task = Some(AsyncComputeTaskPool::get().spawn(work));
        }
        waiting += usize::from(of_set.task.is_some() && clock.fixed);
    }
    named.retain(|key, of_set| {
        let is_there = sets.get(key).is_some();
        if !is_there && of_set.has_labels {
            labels.set(&owner(key), Vec::new());
        }
        is_there
    });
    pending.set("names of points", waiting);
}

fn label(
    points: &Points,
    mask: &Bits,
    around: Around,
    ground: &GroundModel,
    theme: &Theme,
    now: CityTime,
) -> Vec<MapLabel> {
    let made = chosen(points, mask, around).into_iter().enumerate().filter_map(|(n, row)| {
        let (text, standing) = text(points, row, now)?;
        let at = points.position(row);
        let calm = theme.map.label.with_alpha(0.9);
        let (colour, priority, within_m) = match standing {
            Standing::Usual if points.kind(row).grade.is_some() => (calm, 9.0, GRADED_WITHIN_M),
            Standing::Usual => (calm, 8.0, CALM_WITHIN_M),
            // What stands out goes before the names of places, never before an incident.
            standing => (colour_of(theme, standing), 40.0 + standing as usize as f32, f64::INFINITY),
        };
        Some(MapLabel {
            at,
            height_m: ground.drawn_height_m(at),
            text,
            size: theme.size.small - 1.0,
            colour,
            priority: priority - 0.01 * n as f32,
            kind: LabelKind::Point,
            within_m,
        })
    });
    made.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use layers::points::{Given, Kind, News, PointsBuilder, Thresholds};

    const HERE: LonLat = LonLat { lon: 106.577, lat: 29.557 };
    const NOW: CityTime = CityTime(1_800_000_000_000);

    const GAS: Thresholds =
        Thresholds { from: [Some(5.0), Some(10.0), Some(20.0), Some(50.0)], below: false };

    /// A point each 11 m to the north: gas detectors.
    fn a_street(count: usize) -> Points {
        let mut builder = PointsBuilder::default();
        for n in 0..count {
            let at = LonLat::new(HERE.lon, HERE.lat + 1e-4 * n as f64);
            let (id, kind) = (format!("D-{n}"), Kind::device(city::RiskClass::Gas));
            let name = if n == 0 { "渝中区 · 解放碑街道 · 阀井 1" } else { "" };
            let given = Given { id: &id, name, at, kind, place: None, value: f32::NAN, measured: None };
            assert!(builder.push(&given));
        }
        builder.finish().0
    }

    #[test]
    fn the_gravest_are_named_first_and_what_is_not_there_never() {
        let points = a_street(1_000);
        points.judge(|_| GAS);
        let far = points.row("D-700").unwrap();
        points.apply(&[News { row: far as u32, value: 30.0, measured: NOW }], &mut Vec::new());
        let around = Around { at: HERE, reach_m: 9_000.0 };
        let found = chosen(&points, &Bits::all(points.len()), around);
        assert_eq!(found.len(), MOST);
        assert_eq!((found[0], found[1]), (far, points.row("D-0").unwrap()), "the gravest, then the nearest");
        let near = Around { reach_m: 105.0, ..around };
        assert_eq!(chosen(&points, &Bits::all(points.len()), near).len(), 10);
        assert!(chosen(&points, &Bits::none(points.len()), around).is_empty());
    }

    #[test]
    fn a_name_tells_a_value_that_stands_out_until_it_is_old() {
        let points = a_street(2);
        points.judge(|_| GAS);
        let row = points.row("D-0").unwrap();
        assert_eq!(text(&points, row, NOW), Some(("阀井 1".to_owned(), Standing::Usual)));
        points.apply(&[News { row: row as u32, value: 30.0, measured: NOW }], &mut Vec::new());
        let (said, standing) = text(&points, row, NOW).unwrap();
        assert!(said.starts_with("阀井 1  30") && standing == Standing::Orange, "{said}");
        let later = CityTime(NOW.0 + 86_400_000 * 30);
        assert_eq!(text(&points, row, later), Some(("阀井 1".to_owned(), Standing::Usual)));
        assert_eq!(text(&points, points.row("D-1").unwrap(), NOW).unwrap().0, "D-1");
    }
}
