//! Where lines without numbered nodes meet: where vertices coincide, with the same height or layer.
//!
//! The end of a bridge, tunnel, stair or ramp, and of a line that names no level, comes to another level where nothing
//! of its own goes on, unless what is there lies right under or over it all along.

use super::draft::{Draft, DraftNode, DraftWay};
use super::problems::Problems;
use super::tags::{NameTags, NodeRule, WayTags};
use crate::StreetClass;
use layers::Structure;
use std::collections::HashMap;

/// How high or on which layer a vertex lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Level {
    Layer(i8),
    /// Decimetres above the sea.
    Height(i32),
}

impl Line {
    /// True for what leads from one level to another: structures, stairs, lifts, ramps, and lines that name no level.
    fn changes_level(&self) -> bool {
        use StreetClass::{
            Elevator, Escalator, MotorwayLink, PrimaryLink, SecondaryLink, Steps, TertiaryLink, TrunkLink,
        };
        let leads =
            [Elevator, Escalator, Steps, MotorwayLink, TrunkLink, PrimaryLink, SecondaryLink, TertiaryLink];
        let level_given = self.tags.layer.is_some() || !self.vertices[0].2.is_nan();
        self.tags.structure != Structure::Ground || leads.contains(&self.tags.class) || !level_given
    }
}

/// What a file gives before its vertices are joined.
#[derive(Default)]
pub(crate) struct Gathered {
    pub lines: Vec<Line>,
    /// Points that hinder or lift who passes them.
    pub points: Vec<((i32, i32), NodeRule)>,
    pub problems: Problems,
    pub count: i64,
}

pub(crate) struct Line {
    pub id: i64,
    pub vertices: Vec<((i32, i32), Level, f32)>,
    pub tags: WayTags,
    pub name: u32,
}

type At = (i32, i32);

/// Makes nodes of vertices, and joins the ends of lines that lead to another level.
pub(crate) fn join(gathered: Gathered, draft: &mut Draft) {
    // How many lines have a vertex on each level of each position; the levels stand side by side in order.
    let mut uses: HashMap<(At, Level), u32> = HashMap::new();
    for line in &gathered.lines {
        for &(at, level, _) in &line.vertices {
            *uses.entry((at, level)).or_default() += 1;
        }
    }
    let mut levels: Vec<(At, Level)> = uses.keys().copied().collect();
    levels.sort_unstable();
    let at_position = |at: At| {
        let first = levels.partition_point(|known| known.0 < at);
        let last = levels.partition_point(|known| known.0 <= at);
        &levels[first..last]
    };
    // The pieces that lie exactly over one another: an end never comes down onto the line below it.
    let mut over: HashMap<(At, At), Vec<Level>> = HashMap::new();
    let stacked = |line: &Line| line.vertices.iter().any(|v| at_position(v.0).len() > 1);
    for line in gathered.lines.iter().filter(|line| stacked(line)) {
        for pair in line.vertices.windows(2) {
            over.entry((pair[0].0, pair[1].0)).or_default().push(pair[0].1);
            over.entry((pair[1].0, pair[0].0)).or_default().push(pair[1].1);
        }
    }
    // Where an end goes on: at the same position on another level.
    let mut onto: HashMap<(At, Level), Level> = HashMap::new();
    for line in &gathered.lines {
        let last = line.vertices.len() - 1;
        for (end, beside) in [(0, 1), (last, last - 1)] {
            let (at, level, _) = line.vertices[end];
            let others = at_position(at);
            if others.len() < 2 || uses[&(at, level)] > 1 || !line.changes_level() {
                continue;
            }
            let next = line.vertices[beside].0;
            let free = |other: &&(At, Level)| {
                let own = resolved(&onto, at, other.1) == resolved(&onto, at, level);
                !own && !over.get(&(at, next)).is_some_and(|known| known.contains(&other.1))
            };
            // Two given heights that differ are two places; a layer is only an order.
            let fits =
                |other: &&(At, Level)| !matches!((level, other.1), (Level::Height(_), Level::Height(_)));
            let joined = resolved(&onto, at, level) != level || is_met(&onto, others, level);
            if joined {
                continue;
            }
            if let Some(other) =
                others.iter().filter(free).filter(fits).min_by_key(|other| apart(level, other.1))
            {
                onto.insert((at, level), resolved(&onto, at, other.1));
            }
        }
    }
    let mut nodes: HashMap<(At, Level), u32> = HashMap::new();
    for line in gathered.lines {
        let mut run = Vec::with_capacity(line.vertices.len());
        for (at, level, height_m) in line.vertices {
            let level = resolved(&onto, at, level);
            let node = *nodes.entry((at, level)).or_insert_with(|| {
                draft.nodes.push(DraftNode { lon: at.0, lat: at.1, height_m });
                (draft.nodes.len() - 1) as u32
            });
            let known = &mut draft.nodes[node as usize].height_m;
            *known = if known.is_nan() { height_m } else { *known };
            if run.last() != Some(&node) {
                run.push(node);
            }
        }
        if run.len() > 1 {
            draft.ways.push(DraftWay { id: line.id, nodes: run, tags: line.tags, name: line.name });
        }
    }
    for (at, rule) in gathered.points {
        let here: Vec<u32> = at_position(at).iter().filter_map(|known| nodes.get(known).copied()).collect();
        match (rule, here.as_slice()) {
            (_, []) => draft.problems.add("points that lie on no line", || format!("{at:?}")),
            (NodeRule::Lift, here) => lift(draft, here),
            (rule, here) => draft.rules.extend(here.iter().map(|&node| (node, rule))),
        }
    }
}

/// The level on which what ends on `level` goes on.
fn resolved(onto: &HashMap<(At, Level), Level>, at: At, level: Level) -> Level {
    let mut level = level;
    while let Some(&next) = onto.get(&(at, level)) {
        level = next;
    }
    level
}

/// True when something else has come down to `level` already: then it goes on.
fn is_met(onto: &HashMap<(At, Level), Level>, levels: &[(At, Level)], level: Level) -> bool {
    levels.iter().any(|known| onto.get(known) == Some(&level))
}

fn apart(a: Level, b: Level) -> i32 {
    match (a, b) {
        (Level::Layer(a), Level::Layer(b)) => (i32::from(a) - i32::from(b)).abs(),
        (_, Level::Height(height)) => height.abs(),
        (_, Level::Layer(layer)) => i32::from(layer).abs(),
    }
}

/// A lift given as a point joins every level at its position.
fn lift(draft: &mut Draft, here: &[u32]) {
    let name = draft.name(NameTags::default());
    for (index, &from) in here.iter().enumerate() {
        for &to in &here[index + 1..] {
            draft.ways.push(DraftWay { id: 0, nodes: vec![from, to], tags: WayTags::lift(), name });
        }
    }
}
