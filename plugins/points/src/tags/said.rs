//! Which points of a set are named, and what they are called.

use crate::few::colour_of;
use city::{CityTime, LonLat, RiskPoint};
use layers::points::{Bits, Fixed, FixedBox, Points, Standing};
use layers::{AgeRule, StaticLayers};
use shell::labels::on_map;
use shell::words::Language;
use shell::{GroundModel, LabelKind, MapLabel, Theme, name_or_id};
use std::cmp::Reverse;
use std::sync::Arc;

/// From so far away a risk point is named, and a device of which there is nothing to say: an id is of use to who stands
/// before it, metres.
const GRADED_WITHIN_M: f64 = 3_000.0;
const CALM_WITHIN_M: f64 = 900.0;
/// So many points of a set are offered for a name; fewer find room.
const MOST: usize = 120;

/// Where names are looked for: this far around a place, metres.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Around {
    pub at: LonLat,
    pub reach_m: f64,
}

/// What names are made from beside the points.
#[derive(Clone)]
pub(super) struct Naming {
    pub language: Language,
    pub layers: Arc<StaticLayers>,
    /// Where the points are the city's risk points, which have a name in each language.
    pub risk_points: Option<Arc<Vec<RiskPoint>>>,
    pub now: CityTime,
}

impl Naming {
    fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.language == Language::English && !en.is_empty() { en } else { zh }
    }

    /// What a risk point is called where it stands: the map says its district and township already.
    fn of_risk_point<'a>(&self, point: &'a RiskPoint) -> &'a str {
        let name = self.pick(&point.name, &point.name_en);
        let Some(district) = self.layers.district(point.place.district) else { return name };
        let townships = self.layers.townships_of(district.code);
        let township = townships.iter().find(|township| township.code == point.place.township);
        let district = self.pick(&district.zh, &district.en);
        let place = match township {
            Some(township) => format!("{district} · {} · ", self.pick(&township.zh, &township.en)),
            None => format!("{district} · "),
        };
        name.strip_prefix(&*place).unwrap_or(name)
    }

    /// What a point is called, with its value where that stands out and is not old; `None` where its file cannot be
    /// read, which is told where the point is looked at.
    fn text(&self, points: &Points, row: usize) -> Option<(String, Standing)> {
        let block = points.texts().block(row).ok()?;
        let id = block.id(row);
        let known =
            self.risk_points.as_ref().and_then(|all| all.iter().find(|point| point.id.as_str() == id));
        let name = known.map_or_else(|| name_or_id(block.name(row), id), |point| self.of_risk_point(point));
        let name = on_map(name);
        let class = &points.kind(row).class;
        let silent_s = AgeRule::of(class).silent_s;
        let is_heard = points.measured(row).is_some_and(|at| self.now.seconds_since(at) <= silent_s);
        let standing = if is_heard { points.standing(row) } else { Standing::Usual };
        if standing == Standing::Usual {
            return Some((name, standing));
        }
        Some((format!("{name}  {}", shell::saying::measured(class, points.value(row))), standing))
    }
}

/// The points that may be named, by their rows: the gravest first, the nearest of these before others.
fn chosen(points: &Points, mask: &Bits, around: Around) -> Vec<usize> {
    let middle = Fixed::of(around.at);
    let bounds = FixedBox::around(around.at, around.reach_m);
    let of_row = |row| {
        let at = points.fixed(row);
        let (x, y) = (i64::from(at.lon) - i64::from(middle.lon), i64::from(at.lat) - i64::from(middle.lat));
        (Reverse(points.rank(row)), x * x + y * y, row)
    };
    let mut found: Vec<(Reverse<Standing>, i64, usize)> = points.rows_in(bounds, mask).map(of_row).collect();
    if found.len() > MOST {
        found.select_nth_unstable(MOST);
        found.truncate(MOST);
    }
    found.sort_unstable();
    found.into_iter().map(|(_, _, row)| row).collect()
}

/// The names of the points of `mask` around a place.
pub(super) fn labels(
    points: &Points,
    mask: &Bits,
    around: Around,
    naming: &Naming,
    ground: &GroundModel,
    theme: &Theme,
) -> Vec<MapLabel> {
    let label = |(n, row): (usize, usize)| {
        let (text, standing) = naming.text(points, row)?;
        let at = points.position(row);
        let calm = theme.map.label.with_alpha(0.9);
        let (colour, priority, within_m) = match standing {
            Standing::Usual if points.kind(row).grade.is_some() => (calm, 9.0, GRADED_WITHIN_M),
            Standing::Usual => (calm, 8.0, CALM_WITHIN_M),
            // What stands out goes before the names of places near it, and after those of most incidents.
            standing => (colour_of(theme, standing), 40.0 + standing as usize as f32, f64::INFINITY),
        };
        Some(MapLabel {
            at,
            height_m: ground.drawn_height_m(at),
            text,
            size: theme.size.small - 1.0,
            colour,
            // The first of 120 stays within the step of its kind.
            priority: priority - 0.005 * n as f32,
            kind: LabelKind::Point,
            within_m,
        })
    };
    chosen(points, mask, around).into_iter().enumerate().filter_map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use city::{Place, RiskClass, RiskGrade, TownshipCode};
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
            let (id, kind) = (format!("D-{n}"), Kind::device(RiskClass::Gas));
            let name = if n == 0 { "阀井 · 1" } else { "" };
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

    fn naming(now: CityTime) -> Naming {
        let layers = Arc::new(StaticLayers::shipped().unwrap());
        Naming { language: Language::Chinese, layers, risk_points: None, now }
    }

    #[test]
    fn a_name_tells_a_value_that_stands_out_until_it_is_old() {
        let points = a_street(2);
        points.judge(|_| GAS);
        let row = points.row("D-0").unwrap();
        let now = naming(NOW);
        let calm = Some(("阀井 · 1".to_owned(), Standing::Usual));
        assert_eq!(now.text(&points, row), calm);
        points.apply(&[News { row: row as u32, value: 30.0, measured: NOW }], &mut Vec::new());
        let (said, standing) = now.text(&points, row).unwrap();
        assert!(said.starts_with("阀井 · 1  30 ") && standing == Standing::Orange, "{said}");
        let later = Naming { now: CityTime(NOW.0 + 86_400_000 * 30), ..now.clone() };
        assert_eq!(later.text(&points, row), calm);
        assert_eq!(now.text(&points, points.row("D-1").unwrap()).unwrap().0, "D-1");
    }

    #[test]
    fn a_risk_point_is_called_by_what_the_map_does_not_say_yet_in_the_language_shown() {
        let mut naming = naming(NOW);
        let district = &naming.layers.districts[0];
        let township = &naming.layers.townships_of(district.code)[0];
        let called = |district: &str, township: &str, name: &str| format!("{district} · {township} · {name}");
        let point = RiskPoint {
            id: "r".into(),
            name: called(&district.zh, &township.zh, "老旧小区 · 1"),
            name_en: called(&district.en, &township.en, "Old housing 1"),
            at: HERE,
            place: Place { district: district.code, township: township.code },
            class: RiskClass::Fire,
            grade: RiskGrade::Major,
            segment: city::Segment::Prevent,
            layer: city::Layer::Building,
        };
        assert_eq!(naming.of_risk_point(&point), "老旧小区 · 1");
        let elsewhere = Place { township: TownshipCode::default(), ..point.place };
        assert!(
            naming.of_risk_point(&RiskPoint { place: elsewhere, ..point.clone() }).starts_with(&township.zh)
        );
        naming.language = Language::English;
        assert_eq!(naming.of_risk_point(&point), "Old housing 1");
        assert_eq!(naming.of_risk_point(&RiskPoint { name_en: String::new(), ..point.clone() }), point.name);
    }
}
