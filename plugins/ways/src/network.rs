//! An imported network on the map: the edges about what the eye looks at, chosen off the frame, the most important
//! classes first where there are too many.

use crate::network_look::{rank, rgba, stroke};
use crate::view_box::ViewBox;
use crate::ways_shapes::lie_of;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use city::LonLat;
use overlays::shapes::{Form, Shape, Style};
use roads::{Edge, StreetClass, Streets};
use shell::{GivenRoads, MapCamera, MapShapes, OnScreenLayers, Pending, Theme};
use std::sync::Arc;

/// The layer, and the name of the set.
pub const LAYER: &str = "roads.imported";
/// More edges than this are not laid.
pub const MOST_EDGES: usize = 8_000;

/// What of the network is on the map.
#[derive(Resource, Default)]
pub(crate) struct NetworkDrawn {
    /// The box that is laid or being chosen.
    about: Option<ViewBox>,
    task: Option<Task<Vec<Shape>>>,
}

/// Lays the edges near what the eye looks at; lifts them from afar and where the layer is off.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn lay(
    given: Option<Res<GivenRoads>>,
    camera: Res<MapCamera>,
    layers: Res<OnScreenLayers>,
    theme: Res<Theme>,
    mut drawn: ResMut<NetworkDrawn>,
    mut shapes: ResMut<MapShapes>,
    mut pending: ResMut<Pending>,
) {
    let Some(given) = given else { return };
    let streets = given.network.as_ref().and_then(|network| network.streets());
    let drawn = drawn.bypass_change_detection();
    if let Some(chosen) = drawn.task.as_mut().and_then(check_ready) {
        drawn.task = None;
        shapes.lay_under(LAYER, LAYER, chosen);
    }
    let wanted = ViewBox::of(&camera).filter(|_| layers.is_on(LAYER));
    let (Some(wanted), Some(streets)) = (wanted, streets) else {
        (drawn.about, drawn.task) = (None, None);
        if shapes.get(LAYER).is_some() {
            shapes.lift(LAYER);
        }
        pending.bypass_change_detection().set(LAYER, 0);
        return;
    };
    let is_other = given.is_changed() || theme.is_changed();
    if is_other || !drawn.about.is_some_and(|about| about.serves(&wanted)) {
        let (streets, theme) = (streets.clone(), theme.clone());
        drawn.about = Some(wanted);
        drawn.task =
            Some(AsyncComputeTaskPool::get().spawn(async move { edges_about(&streets, wanted, &theme) }));
    }
    pending.bypass_change_detection().set(LAYER, usize::from(drawn.task.is_some()));
}

/// The shapes of the edges in a box, the least important first so that the others lie on top.
fn edges_about(streets: &Arc<Streets>, about: ViewBox, theme: &Theme) -> Vec<Shape> {
    let edges = streets.edges_in(about.bounds());
    let far = |edge: &Edge| edge.line().next().map_or(f64::MAX, |(at, _)| at.distance_m(about.middle));
    let mut order: Vec<(u8, f64, u32)> = edges
        .into_iter()
        .map(|edge| streets.edge(edge))
        .filter(|edge| edge.class() != StreetClass::Barrier)
        .map(|edge| (rank(edge.class()), far(&edge), edge.index()))
        .collect();
    order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    order.truncate(MOST_EDGES);
    order.iter().rev().filter_map(|(_, _, edge)| shape(&streets.edge(*edge), theme)).collect()
}

/// An edge as a line; a lift, which has no length on the map, as a place.
fn shape(edge: &Edge, theme: &Theme) -> Option<Shape> {
    let path: Vec<LonLat> = edge.line().map(|point| point.0).collect();
    let stroke = stroke(edge, theme)?;
    if edge.length_m() < 1.0 && edge.class() == StreetClass::Elevator {
        let style = Style { stroke: None, fill: Some(rgba(theme.ways.steps)) };
        return path.first().map(|at| Shape { form: Form::Place(*at), style, name: None });
    }
    let style = Style { stroke: Some(stroke), fill: None };
    Some(Shape { form: Form::Line { path, lie: lie_of(edge) }, style, name: None })
}
