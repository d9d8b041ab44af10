//! Risk points: shape by class, colour by grade, grave ones above and ahead of low ones.

use crate::symbol_layer::{ANCHOR, LayerTools, SymbolLayer, local};
use crate::symbol_material::SymbolMaterial;
use crate::symbol_mesh::{Symbol, SymbolMesh};
use crate::thinning::spacings_m;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use city::{RiskGrade, RiskPoint};
use geodesy::{EastNorth, to_city_frame};
use layers::PointIndex;
use shell::symbols::{class_symbol, grade_colour, grade_index, grade_key, segment_key};
use shell::{CitySet, GroundModel, OnScreenLayers, Pending, RiskPoints, Theme};
use std::sync::Arc;

/// Points of screen a risk point has for itself before low ones give way.
pub(crate) const GAP: f32 = 17.0;

/// Risk points as drawn: columns beside the one-map's list, row for row.
pub(crate) struct RiskColumns {
    /// The list they were made of: rows of another must not be looked up in it.
    pub points: Arc<Vec<RiskPoint>>,
    /// Finds them by place.
    pub index: PointIndex,
    /// City frame.
    pub at: Vec<EastNorth>,
    /// Height of the ground, metres, not exaggerated.
    pub height_m: Vec<f32>,
    /// The ground each has for itself, metres; 0 while it is filtered out.
    pub spacing_m: Vec<f32>,
    /// Rows by falling grade.
    by_grade: Vec<u32>,
}

/// The layer of risk points.
#[derive(Resource)]
pub(crate) struct RiskLayer {
    layer: SymbolLayer,
    task: Option<Task<RiskColumns>>,
    /// What is drawn; `None` until it is prepared.
    pub columns: Option<RiskColumns>,
}

fn begin(mut tools: LayerTools) {
    let layer = tools.layer(SymbolMaterial::new(2, GAP, 30_000.0, (0.55, 1.5)));
    tools.commands.insert_resource(RiskLayer { layer, task: None, columns: None });
}

fn prepare(points: Arc<Vec<RiskPoint>>, ground: &terrain::Ground) -> RiskColumns {
    let mut by_grade: Vec<u32> = (0..points.len() as u32).collect();
    by_grade.sort_by_key(|row| grade_index(points[*row as usize].grade));
    RiskColumns {
        index: PointIndex::of_risk_points(&points),
        at: points.iter().map(|p| to_city_frame(p.at)).collect(),
        height_m: points.iter().map(|p| ground.height_m(p.at).unwrap_or(0.0) as f32).collect(),
        spacing_m: vec![0.0; points.len()],
        by_grade,
        points,
    }
}

/// Whether a point passes the layers that are on.
fn is_on(point: &RiskPoint, layers: &OnScreenLayers) -> bool {
    layers.is_on(&format!("risk.{}", point.class.key()))
        && layers.is_on(&format!("grade.{}", grade_key(point.grade)))
        && layers.is_on(&format!("segment.{}", segment_key(point.segment)))
}

#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
fn draw(
    mut tools: LayerTools,
    mut risk: ResMut<RiskLayer>,
    held: Res<RiskPoints>,
    ground: Option<Res<GroundModel>>,
    layers: Res<OnScreenLayers>,
    theme: Res<Theme>,
    mut pending: ResMut<Pending>,
) {
    let Some(ground) = ground else { return };
    // Nothing is prepared before the first word; after it an empty list takes away what another city showed.
    let told_before = risk.columns.is_some() || risk.task.is_some();
    if held.is_changed() && (held.received || told_before) {
        pending.set("risk points", 1);
        let (points, ground) = (held.points.clone(), ground.ground.clone());
        let task = AsyncComputeTaskPool::get().spawn(async move { prepare(points, &ground) });
        risk.task = Some(task);
    }
    let ready = risk.bypass_change_detection().task.as_mut().and_then(check_ready);
    let arrived = ready.is_some();
    if let Some(columns) = ready {
        risk.columns = Some(columns);
        risk.task = None;
        pending.set("risk points", 0);
    }
    if !(arrived || layers.is_changed() || theme.is_changed()) {
        return;
    }
    let risk = &mut *risk;
    let Some(columns) = &mut risk.columns else { return };
    let symbols = symbols(columns, &layers, &theme);
    tools.redraw(&risk.layer, symbols);
}

fn symbols(columns: &mut RiskColumns, layers: &OnScreenLayers, theme: &Theme) -> SymbolMesh {
    let points = columns.points.clone();
    columns.spacing_m.fill(0.0);
    let shown: Vec<usize> =
        columns.by_grade.iter().map(|row| *row as usize).filter(|row| is_on(&points[*row], layers)).collect();
    let places: Vec<EastNorth> = shown.iter().map(|row| columns.at[*row]).collect();
    let spacings = spacings_m(&places);
    let mut mesh = SymbolMesh::default();
    for (&row, &spacing_m) in shown.iter().zip(&spacings).rev() {
        let point = &points[row];
        // From afar low grades give way sooner than their place alone would ask.
        let (size, presence) = match point.grade {
            RiskGrade::Major => (1.3, 1.0),
            RiskGrade::Considerable => (1.1, 0.6),
            RiskGrade::General => (0.95, 0.35),
            RiskGrade::Low => (0.8, 0.2),
        };
        columns.spacing_m[row] = spacing_m * presence;
        let (shape, hollow) = class_symbol(&point.class);
        let symbol = Symbol {
            shape,
            hollow,
            colour: grade_colour(theme, point.grade).0,
            size: theme.size.risk_point * size,
            spacing_m: spacing_m * presence,
            pulse: false,
            stale: false,
            group: 0,
        };
        mesh.push(local(columns.at[row], columns.height_m[row], ANCHOR), &symbol);
    }
    mesh
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, begin).add_systems(Update, draw.in_set(CitySet::Draw));
}
