//! The boxes of grouped warnings, in the colour of the worst of them.

use super::rgba;
use super::signs::area;
use crate::chip::colour_of;
use city::Warning;
use overlays::shapes::{Form, Shape, Stroke, Style};
use shell::{Theme, ToldThing};

/// How wide the edge of a box is, and how long its dashes are, points.
const EDGE: f32 = 2.0;
const DASH: f32 = 14.0;
/// How much of the ground a box covers, of what an area of a warning of its colour does: it is no outline of a danger.
const COVERS: f32 = 0.5;

/// The boxes, the gravest last.
pub(crate) fn groups(shown: &[&Warning], theme: &Theme) -> Vec<(Shape, ToldThing)> {
    let boxes = shown.iter().map(|warning| (warning, area(warning))).filter(|(_, area)| !area.0.is_empty());
    let shape = |(warning, area): (&&Warning, geo::MultiPolygon<f64>)| {
        let colour = colour_of(theme, warning.colour);
        let covers = COVERS * theme.map.warning_cover[usize::from(warning.colour.level() - 1)];
        let stroke =
            Stroke { colour: rgba(colour), width_pt: EDGE, casing: None, dash_pt: Some(DASH), arrows: false };
        let style = Style { stroke: Some(stroke), fill: Some(rgba(colour.with_alpha(covers))) };
        (Shape { form: Form::Area(area), style, name: None }, ToldThing::city_warning(&warning.id))
    };
    boxes.map(shape).collect()
}
