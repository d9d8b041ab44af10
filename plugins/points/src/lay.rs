//! What was gathered as shapes on the ground, and the words that say what their colours mean.

use crate::few::{Area, Few, Piece, colour_of};
use city::LonLat;
use contour::ContourBuilder;
use geo::{Coord, LineString, MultiPolygon, Polygon};
use layers::StaticLayers;
use layers::points::{Heat, Hexagon, Standing};
use overlays::shapes::{Form, Lie, Rgba, Shape, Stroke, Style};
use shell::{Colour, LegendLine, MapShapes, PointSet, StaticCity, Theme};

/// What is gathered is of points that are on: it is switched by no layer of its own.
const LAYER: &str = "points";
/// Steps of a heat map: each begins at twice the density of the one before.
const STEPS: i32 = 5;
/// How much of the ground a step covers more than the one before.
const STEP_COVERS: f32 = 0.13;

/// The name of the shapes of a set.
pub(crate) fn name_of(key: &str) -> String {
    format!("gathered {key}")
}

/// Lays what was gathered under everything else; says what its colours mean.
pub(crate) fn lay(
    shapes: &mut MapShapes,
    set: &PointSet,
    few: &Few,
    theme: &Theme,
    city: Option<&StaticCity>,
) -> Vec<LegendLine> {
    let (laid, legend) = match few {
        Few::AsPoints | Few::Clusters(_) => (Vec::new(), Vec::new()),
        Few::Hexagons(cells) => {
            let counts = cells.iter().map(|cell| cell.count);
            let most = counts.clone().max().unwrap_or(1);
            let worst = cells.iter().map(|cell| cell.worst);
            (cells.iter().map(|cell| hexagon(cell, most, theme)).collect(), by_count(most, worst, theme))
        }
        Few::Areas(areas) => {
            let most = areas.iter().map(|area| area.gathered.count).max().unwrap_or(1);
            let shape = |area: &Area| district(area, most, theme, &city?.layers);
            let worst = areas.iter().map(|area| area.gathered.worst);
            (areas.iter().filter_map(shape).collect(), by_count(most, worst, theme))
        }
        Few::Lines(pieces) => {
            let most = pieces.iter().map(|piece| piece.along.count).max().unwrap_or(1);
            let worst = pieces.iter().map(|piece| piece.along.worst);
            (pieces.iter().map(|piece| line(piece, most, theme)).collect(), by_count(most, worst, theme))
        }
        Few::Heat(heat) => warmth(heat, theme),
    };
    let name = name_of(&set.key);
    if laid.is_empty() {
        shapes.lift(&name)
    } else {
        shapes.lay_under(&name, LAYER, laid)
    }
    legend
}

fn rgba(colour: Colour, cover: f32) -> Rgba {
    let [r, g, b, _] = colour.0;
    Rgba([r, g, b, (255.0 * cover) as u8])
}

fn stroke(colour: Rgba, width_pt: f32) -> Option<Stroke> {
    Some(Stroke { colour, width_pt, casing: None, dash_pt: None, arrows: false })
}

/// Numbers differ by powers of ten: so does the cover.
fn share(count: usize, most: usize) -> f32 {
    ((1 + count) as f32).ln() / ((1 + most) as f32).ln().max(0.1)
}

fn area(form: MultiPolygon, edge: (Colour, f32), fill: (Colour, f32)) -> Shape {
    let style = Style { stroke: stroke(rgba(edge.0, 0.7), edge.1), fill: Some(rgba(fill.0, fill.1)) };
    Shape { form: Form::Area(form), style, name: None }
}

fn hexagon(cell: &Hexagon, most: usize, theme: &Theme) -> Shape {
    let corner = |c: &LonLat| Coord { x: c.lon, y: c.lat };
    let ring = LineString::from(cell.corners().iter().map(corner).collect::<Vec<_>>());
    let form = MultiPolygon::new(vec![Polygon::new(ring, Vec::new())]);
    let colour = colour_of(theme, cell.worst);
    area(form, (colour, 1.0), (colour, 0.12 + 0.4 * share(cell.count, most)))
}

/// Some grave risk is in every district: there the worst is told by the edge alone, and the ground tells how many.
fn district(of: &Area, most: usize, theme: &Theme, layers: &StaticLayers) -> Option<Shape> {
    let form = layers.district(of.code)?.polygons.clone();
    let edge = (colour_of(theme, of.gathered.worst), 1.4);
    Some(area(form, edge, (theme.panel.accent, 0.6 * share(of.gathered.count, most).powi(3))))
}

fn line(piece: &Piece, most: usize, theme: &Theme) -> Shape {
    let colour = rgba(colour_of(theme, piece.along.worst), 0.9);
    let width_pt = 1.5 + 4.5 * share(piece.along.count, most);
    Shape {
        form: Form::Line { path: piece.path.clone(), lie: Lie::AboveGround(0.0) },
        style: Style { stroke: stroke(colour, width_pt), fill: None },
        name: None,
    }
}

/// The ground where there are more points than a step says, one over the other: from the outermost, which is a thirty-second
/// of the densest, to half of that.
fn warmth(heat: &Heat, theme: &Theme) -> (Vec<Shape>, Vec<LegendLine>) {
    let (low, high) = (heat.bounds.low.lon_lat(), heat.bounds.high.lon_lat());
    let step = |from: f64, to: f64, count: usize| (to - from) / count.max(1) as f64;
    let (dx, dy) = (step(low.lon, high.lon, heat.columns), step(low.lat, high.lat, heat.rows));
    let thresholds: Vec<f64> =
        (1..=STEPS).rev().map(|n| f64::from(heat.most) / f64::from(1 << n)).filter(|t| *t > 0.0).collect();
    let values: Vec<f64> = heat.density.iter().map(|density| f64::from(*density)).collect();
    let builder = ContourBuilder::new(heat.columns, heat.rows, true)
        .x_origin(low.lon)
        .y_origin(low.lat)
        .x_step(dx)
        .y_step(dy);
    let colour = theme.panel.accent;
    let Ok(steps) = builder.contours(&values, &thresholds) else { return (Vec::new(), Vec::new()) };
    let shape = |step: contour::Contour| Shape {
        form: Form::Area(step.into_inner().0),
        style: Style { stroke: None, fill: Some(rgba(colour, STEP_COVERS)) },
        name: None,
    };
    let covers = |n: usize| 1.0 - (1.0 - STEP_COVERS).powi(n as i32 + 1);
    let legend = thresholds.iter().enumerate().map(|(n, from)| LegendLine {
        colour: colour.with_alpha(covers(n)),
        key: "legend.density",
        figure: shell::saying::figure(*from),
    });
    (steps.into_iter().map(shape).collect(), legend.collect())
}

/// The worst are told by colour, and numbers by how much is covered, or how wide a line is.
fn by_count(most: usize, worst: impl Iterator<Item = Standing>, theme: &Theme) -> Vec<LegendLine> {
    let mut seen: Vec<Standing> = worst.collect();
    seen.sort_unstable();
    seen.dedup();
    let colours = seen.into_iter().rev().map(|worst| LegendLine {
        colour: colour_of(theme, worst),
        key: match worst {
            Standing::Usual => "legend.usual",
            Standing::Blue => "legend.blue",
            Standing::Yellow => "legend.yellow",
            Standing::Orange => "legend.orange",
            Standing::Red => "legend.red",
        },
        figure: String::new(),
    });
    let count =
        LegendLine { colour: theme.panel.faint, key: "legend.most", figure: shell::words::grouped(most) };
    colours.chain([count]).collect()
}
