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

/// The boxes, the gravest last.
pub(crate) fn groups(shown: &[&Warning], theme: &Theme) -> Vec<(Shape, ToldThing)> {
    let boxes = shown.iter().map(|warning| (warning, area(warning))).filter(|(_, area)| !area.0.is_empty());
    let shape = |(warning, area): (&&Warning, geo::MultiPolygon<f64>)| {
        let colour = colour_of(theme, warning.colour);
        let stroke =
            Stroke { colour: rgba(colour), width_pt: EDGE, casing: None, dash_pt: Some(DASH), arrows: false };
        // It covers nothing: where members lie far apart it would tint a city, and it is no outline of a danger.
        let style = Style { stroke: Some(stroke), fill: None };
        (Shape { form: Form::Area(area), style, name: None }, ToldThing::city_warning(&warning.id))
    };
    boxes.map(shape).collect()
}
