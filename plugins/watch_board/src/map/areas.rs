//! Where open risk notices hold: a dashed circle, the border of the district, a mark in the township, whose border nobody
//! gave; each with its name. What holds in the whole city is in the list alone.

use super::{mark, rgba};
use crate::saying;
use city::{City, LonLat, NoticeArea, RiskNotice};
use geo::{Coord, LineString, MultiPolygon, Polygon};
use overlays::shapes::{Form, Shape, Stroke, Style};
use shell::{StaticCity, Theme, ToldThing, Words};

/// The corners of a circle.
const CORNERS: usize = 64;
/// Metres of a degree of latitude, on the mean sphere.
const DEGREE_M: f64 = 111_195.0;
/// How wide an edge is, and how long its dashes are, points.
const EDGE: f32 = 2.2;
const DASH: f32 = 8.0;
/// How much of the ground an area covers.
const COVERS: f32 = 0.07;

/// The areas of open notices: districts under circles.
pub(crate) fn areas(
    city: &City,
    statics: &StaticCity,
    words: &Words,
    theme: &Theme,
) -> Vec<(Shape, ToldThing)> {
    let mut open: Vec<&RiskNotice> = city.notices.values().filter(|notice| notice.is_open()).collect();
    let key = |notice: &RiskNotice| matches!(notice.area, NoticeArea::Circle { .. });
    open.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id)));
    let shape = |notice: &RiskNotice| {
        let name = Some(saying::notice_title(words, notice));
        let form = match notice.area {
            NoticeArea::Circle { centre, radius_m } => {
                Form::Area(MultiPolygon(vec![circle(centre, radius_m)?]))
            }
            NoticeArea::District { code } => Form::Area(statics.layers.district(code)?.polygons.clone()),
            NoticeArea::Township { code } => {
                let townships = statics.layers.townships_of(code.district());
                let at = townships.iter().find(|township| township.code == code)?.at;
                return Some(mark(at, theme.panel.attention, name));
            }
            NoticeArea::City => return None,
        };
        let colour = theme.panel.attention;
        let stroke =
            Stroke { colour: rgba(colour), width_pt: EDGE, casing: None, dash_pt: Some(DASH), arrows: false };
        let style = Style { stroke: Some(stroke), fill: Some(rgba(colour.with_alpha(COVERS))) };
        Some(Shape { form, style, name })
    };
    let thing = |notice: &RiskNotice| ToldThing::risk_notice(&notice.id);
    open.into_iter().filter_map(|notice| Some((shape(notice)?, thing(notice)))).collect()
}

/// A circle on the ground; `None` where its middle is withheld.
fn circle(centre: LonLat, radius_m: f64) -> Option<Polygon<f64>> {
    let has_size = radius_m.is_finite() && radius_m > 0.0;
    if !centre.is_valid() || !has_size {
        return None;
    }
    let (lat, lon) = (radius_m / DEGREE_M, radius_m / DEGREE_M / centre.lat.to_radians().cos().max(0.01));
    let corner = |n: usize| {
        let (sin, cos) = (n as f64 / CORNERS as f64 * std::f64::consts::TAU).sin_cos();
        Coord { x: centre.lon + lon * sin, y: centre.lat + lat * cos }
    };
    Some(Polygon::new(LineString((0..=CORNERS).map(|n| corner(n % CORNERS)).collect()), Vec::new()))
}
