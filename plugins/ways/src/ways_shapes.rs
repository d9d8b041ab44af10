//! What was asked and answered, as shapes on the map.

use crate::answer::{Answer, reach_minutes};
use crate::inquiry::Inquiry;
use crate::network_look::rgba;
use crate::told::Told;
use crate::work::Works;
use bevy::prelude::*;
use city::LonLat;
use geo::{Coord, LineString, MultiPolygon, Polygon};
use layers::Structure;
use overlays::shapes::{Form, Lie, Shape, Stroke, Style};
use roads::{Edge, Isochrone, StreetClass, Streets};
use shell::{MapShapes, Repaint, Theme, Words};

/// The layer of everything asked.
const LAYER: &str = "ways";

/// Lays what is asked on the map when it, the words or the colours are others.
pub(crate) fn lay(
    inquiry: Res<Inquiry>,
    works: Res<Works>,
    theme: Res<Theme>,
    words: Res<Words>,
    mut shapes: ResMut<MapShapes>,
    mut repaint: ResMut<Repaint>,
) {
    if !inquiry.is_changed() && !theme.is_changed() && !words.is_changed() {
        return;
    }
    let streets = works.streets();
    let answer = match (inquiry.answer(), &streets) {
        (Some(Ok(Answer::Route(told))), Some(streets)) => route(streets, told, &theme),
        (Some(Ok(Answer::Reach(areas))), _) => reach(areas, &theme, &words),
        _ => Vec::new(),
    };
    let closed = streets.map_or(Vec::new(), |streets| closures(&streets, &inquiry.closures, &theme));
    for (name, made) in
        [("ways.answer", answer), ("ways.closed", closed), ("ways.places", places(&inquiry.places, &theme))]
    {
        let known = shapes.get(name).map_or(&[][..], |set| &set.shapes);
        if known == made {
            continue;
        }
        if made.is_empty() {
            shapes.lift(name)
        } else {
            shapes.lay(name, LAYER, made)
        }
        repaint.ask();
    }
}

/// A route: along the ground, on bridges and in tunnels at its own height, dashed beside the network.
fn route(streets: &Streets, told: &Told, theme: &Theme) -> Vec<Shape> {
    let (route, mut shapes) = (&told.route, Vec::new());
    let stroke = Stroke {
        colour: rgba(theme.ways.route),
        width_pt: 5.0,
        casing: Some((rgba(theme.ways.casing), 1.5)),
        dash_pt: None,
        arrows: true,
    };
    let beside = Stroke { dash_pt: Some(6.0), width_pt: 3.0, arrows: false, ..stroke };
    let mut add = |from: usize, to: usize, own: bool, stroke: Stroke| {
        let Some(points) = route.path.get(from..=to).filter(|points| points.len() > 1) else { return };
        let path = points.iter().map(|point| LonLat::new(point.lon, point.lat)).collect();
        let heights: Option<Vec<f64>> = points.iter().map(|point| point.height_m).collect();
        let lie = heights.filter(|_| own).map_or(Lie::AboveGround(0.0), Lie::Heights);
        shapes.push(line(path, lie, stroke));
    };
    let first = usize::from(route.joins.beside_m > 1.0);
    let (mut begin, mut end) = (first, first);
    add(0, first, false, beside);
    let mut own_before = None;
    for (&edge, &left) in route.edges.iter().zip(&route.edge_ends) {
        let own = Some(has_own_height(&streets.edge(edge)));
        if own_before != own {
            add(begin, end, own_before == Some(true), stroke);
            (begin, own_before) = (end, own);
        }
        end = left;
    }
    add(begin, end, own_before == Some(true), stroke);
    add(end, route.path.len() - 1, false, beside);
    shapes
}

/// True where a road does not lie on the ground.
pub(crate) fn has_own_height(edge: &Edge) -> bool {
    use StreetClass::{Corridor, Elevator, Escalator, Steps};
    let built = matches!(edge.class(), Steps | Escalator | Elevator | Corridor);
    edge.structure() != Structure::Ground || edge.layer() != 0 || built
}

/// How high an edge lies: at its own heights where it has them all and does not lie on the ground.
pub(crate) fn lie_of(edge: &Edge) -> Lie {
    let heights: Vec<f64> = edge.line().map(|point| point.1).collect();
    if has_own_height(edge) && heights.iter().all(|height| height.is_finite()) {
        Lie::Heights(heights)
    } else {
        Lie::AboveGround(0.0)
    }
}

fn line(path: Vec<LonLat>, lie: Lie, stroke: Stroke) -> Shape {
    Shape { form: Form::Line { path, lie }, style: Style { stroke: Some(stroke), fill: None }, name: None }
}

/// The areas reached, the latest first so that the nearest lie on top; each with its minutes at its northernmost place.
fn reach(areas: &[Isochrone], theme: &Theme, words: &Words) -> Vec<Shape> {
    let edge = Stroke {
        colour: rgba(theme.ways.reach_edge),
        width_pt: 1.2,
        casing: None,
        dash_pt: None,
        arrows: false,
    };
    let with_colour: Vec<_> = areas.iter().zip(theme.ways.reach).collect();
    let area = |(area, colour): &(&Isochrone, shell::Colour)| Shape {
        form: Form::Area(multi_polygon(area)),
        style: Style { stroke: Some(edge), fill: Some(rgba(*colour)) },
        name: None,
    };
    let label = |(area, _): &(&Isochrone, shell::Colour)| {
        let places = area.polygons.iter().filter_map(|rings| rings.first()).flatten();
        let north = places.max_by(|a, b| a.lat.total_cmp(&b.lat))?;
        let name = words.fill("ways.minutes", &[("n", &reach_minutes(area))]);
        Some(Shape { form: Form::Place(*north), style: Style::default(), name: Some(name) })
    };
    let filled = with_colour.iter().rev().filter(|area| !area.0.polygons.is_empty());
    filled.clone().map(area).chain(filled.clone().filter_map(label)).collect()
}

fn multi_polygon(area: &Isochrone) -> MultiPolygon<f64> {
    let ring =
        |ring: &Vec<LonLat>| LineString(ring.iter().map(|at| Coord { x: at.lon, y: at.lat }).collect());
    let polygon = |rings: &Vec<Vec<LonLat>>| {
        let (outer, holes) = rings.split_first()?;
        Some(Polygon::new(ring(outer), holes.iter().map(ring).collect()))
    };
    MultiPolygon(area.polygons.iter().filter_map(polygon).collect())
}

fn closures(streets: &Streets, closed: &[Vec<u32>], theme: &Theme) -> Vec<Shape> {
    let stroke = Stroke {
        colour: rgba(theme.ways.closed),
        width_pt: 5.0,
        casing: Some((rgba(theme.ways.casing), 1.5)),
        dash_pt: Some(8.0),
        arrows: false,
    };
    let edges = closed.iter().flatten().map(|&edge| streets.edge(edge));
    edges.map(|edge| line(edge.line().map(|point| point.0).collect(), lie_of(&edge), stroke)).collect()
}

fn places(places: &[LonLat], theme: &Theme) -> Vec<Shape> {
    let style = Style { stroke: None, fill: Some(rgba(theme.ways.place)) };
    places.iter().map(|&at| Shape { form: Form::Place(at), style: style.clone(), name: None }).collect()
}
