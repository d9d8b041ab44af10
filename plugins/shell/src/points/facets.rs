//! What of the points is switched on: the facets of the tree of layers, each value of them a key of
//! [`OnScreenLayers`], and the [`Filter`] they make together.

use super::{PointSet, SetOf};
use crate::OnScreenLayers;
use crate::symbols::{grade_key, layer_key, segment_key};
use city::{Layer, RiskClass, RiskGrade, Segment};
use layers::points::{Bits, Filter, Kind, Standing};
use std::sync::Arc;

/// The segments of the one-map in order (分段).
pub const SEGMENTS: [Segment; 4] = [Segment::Prevent, Segment::Monitor, Segment::Handle, Segment::Recover];
/// Its layers from below (分层).
pub const LAYERS: [Layer; 4] = [Layer::Underground, Layer::Surface, Layer::Building, Layer::LowAltitude];

/// A value of a facet: points have one of each facet.
#[derive(Clone, Debug, PartialEq)]
pub enum Facet {
    /// 分段.
    Segment(Segment),
    /// 分层.
    Layer(Layer),
    /// 分类.
    Class(RiskClass),
    /// 分级; none are devices.
    Grade(Option<RiskGrade>),
    /// How values stand.
    Standing(Standing),
    /// Whose they are.
    District(city::DistrictCode),
}

impl Facet {
    /// The key it is switched by.
    pub fn key(&self) -> String {
        match self {
            Self::Segment(segment) => format!("segment.{}", segment_key(*segment)),
            Self::Layer(layer) => format!("layer.{}", layer_key(*layer)),
            Self::Class(class) => format!("risk.{class}"),
            Self::Grade(Some(grade)) => format!("grade.{}", grade_key(*grade)),
            Self::Grade(None) => "devices".to_owned(),
            Self::Standing(standing) => {
                let name = standing.colour().map_or("usual", city::WarningColour::key);
                format!("standing.{name}")
            }
            Self::District(code) => format!("district.{}", code.0),
        }
    }
}

/// Those of `all` that are on; `None` where all are.
fn on<T>(
    layers: &OnScreenLayers,
    all: impl IntoIterator<Item = T>,
    facet: impl Fn(&T) -> Facet,
) -> Option<Vec<T>> {
    let mut some_off = false;
    let on = |value: &T| {
        let is_on = layers.is_on(&facet(value).key());
        some_off |= !is_on;
        is_on
    };
    let on: Vec<T> = all.into_iter().filter(on).collect();
    some_off.then_some(on)
}

/// Which points of a set are switched on; `found` are those a search left.
pub fn filter_of(layers: &OnScreenLayers, set: &PointSet, found: Option<Arc<Bits>>) -> Filter {
    let kinds = set.points.kinds();
    let mut classes: Vec<RiskClass> = kinds.iter().map(|kind: &Kind| kind.class.clone()).collect();
    classes.sort();
    classes.dedup();
    let is_off = set.of == SetOf::Sensors && !layers.is_on(set.of.key());
    let grades = RiskGrade::ALL.into_iter().map(Some).chain([None]);
    // Thousands of districts are none: whose points are is asked for only where something of it is switched off.
    let any_district = layers.switched.iter().any(|(key, on)| !on && key.starts_with("district."));
    Filter {
        classes: if is_off { Some(Vec::new()) } else { on(layers, classes, |c| Facet::Class(c.clone())) },
        grades: on(layers, grades, |g| Facet::Grade(*g)),
        segments: on(layers, SEGMENTS, |s| Facet::Segment(*s)),
        layers: on(layers, LAYERS, |l| Facet::Layer(*l)),
        standings: on(layers, Standing::ALL, |s| Facet::Standing(*s)),
        districts: any_district.then(|| on(layers, set.districts(), |d| Facet::District(*d))).flatten(),
        found,
        ..Filter::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use city::{CityTime, DistrictCode, LonLat, Place, TownshipCode};
    use layers::points::{Given, PointsBuilder};

    fn set() -> PointSet {
        let mut builder = PointsBuilder::default();
        for n in 0..8_u32 {
            let class = if n < 4 { RiskClass::Gas } else { RiskClass::Flood };
            let mut kind = Kind::device(class);
            kind.grade = (n % 2 == 0).then_some(RiskGrade::Major);
            let place = Place { district: DistrictCode(500_103 + n % 2), township: TownshipCode(1) };
            builder.push(&Given {
                id: &n.to_string(),
                name: "",
                at: LonLat::new(106.5, 29.5),
                kind,
                place: Some(place),
                value: 1.0,
                measured: Some(CityTime(1_000)),
            });
        }
        PointSet::new(SetOf::Laid, "a", "a", Arc::new(builder.finish().0))
    }

    #[test]
    fn what_is_switched_off_of_any_facet_is_not_meant() {
        let (set, mut layers) = (set(), OnScreenLayers::default());
        let count = |layers: &OnScreenLayers| {
            let filter = filter_of(layers, &set, None);
            set.points.mask(&filter, 0..8).count(0..8)
        };
        assert!(filter_of(&layers, &set, None).is_empty());
        assert_eq!(count(&layers), 8);
        layers.switch(&Facet::Class(RiskClass::Gas).key(), false);
        assert_eq!(count(&layers), 4);
        layers.switch("devices", false);
        assert_eq!(count(&layers), 2, "what has no grade is a device");
        layers.switch(&Facet::District(DistrictCode(500_103)).key(), false);
        assert_eq!(count(&layers), 0);
        layers.switched.clear();
        layers.switch(&Facet::Standing(Standing::Usual).key(), false);
        assert_eq!(count(&layers), 0);
        layers.switched.clear();
        let found = Arc::new(Bits::none(8));
        found.set(3, true);
        let filter = filter_of(&layers, &set, Some(found));
        assert_eq!(set.points.mask(&filter, 0..8).rows(0..8).collect::<Vec<_>>(), [3]);
    }
}
