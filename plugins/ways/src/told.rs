//! What is told of a route beside its line: its roads in order, and what a walker climbs or rides.

use roads::{Route, StreetClass, Streets};

/// A route with what is told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The route.
    pub route: Route,
    /// Its roads in order.
    pub rows: Vec<Row>,
    /// Stairs (梯坎) it takes.
    pub stairs: usize,
    /// Their steps, as far as their source counts them.
    pub steps: usize,
    /// Escalators it takes.
    pub escalators: usize,
    /// Lifts it takes.
    pub lifts: usize,
}

/// A stretch along one road.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The road.
    pub name: RowName,
    /// How long, metres.
    pub length_m: f64,
}

/// What a road is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowName {
    /// By its name or number: in Chinese or as its source has it, and in English, which may be empty.
    Named(String, String),
    /// It has no name: the key of what it is.
    Kind(&'static str),
}

impl Told {
    /// What is told of a route on a network.
    pub fn of(streets: &Streets, route: Route) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        for step in &route.steps {
            let name = row_name(step);
            match rows.last_mut() {
                Some(last) if last.name == name => last.length_m += step.length_m,
                _ => rows.push(Row { name, length_m: step.length_m }),
            }
        }
        let edges: Vec<_> = route.edges.iter().map(|edge| streets.edge(*edge)).collect();
        // A stair in several edges is one stair.
        let runs = |class: StreetClass| {
            edges.chunk_by(|a, b| a.class() == b.class()).filter(|run| run[0].class() == class).count()
        };
        let steps = edges.iter().filter(|edge| edge.class() == StreetClass::Steps);
        let steps = steps.map(|edge| usize::from(edge.step_count())).sum();
        let (stairs, lifts) = (runs(StreetClass::Steps), runs(StreetClass::Elevator));
        let escalators = runs(StreetClass::Escalator);
        Self { rows, stairs, steps, escalators, lifts, route }
    }
}

fn row_name(step: &roads::RouteStep) -> RowName {
    match (step.name.as_str(), step.number.as_str()) {
        ("", "") if !step.name_en.is_empty() => RowName::Named(step.name_en.clone(), String::new()),
        ("", "") => RowName::Kind(kind(step.class)),
        ("", number) => RowName::Named(number.to_owned(), String::new()),
        (name, "") => RowName::Named(name.to_owned(), step.name_en.clone()),
        (name, number) => {
            let english = if step.name_en.is_empty() { name } else { &step.name_en };
            RowName::Named(format!("{number} {name}"), format!("{number} {english}"))
        }
    }
}

/// The words for a class without a name: what an officer tells apart.
fn kind(class: &str) -> &'static str {
    match StreetClass::from_word(class) {
        Some(StreetClass::Steps) => "wayKind.steps",
        Some(StreetClass::Escalator) => "wayKind.escalator",
        Some(StreetClass::Elevator) => "wayKind.lift",
        Some(StreetClass::Motorway | StreetClass::Trunk) => "wayKind.fast",
        Some(
            StreetClass::MotorwayLink
            | StreetClass::TrunkLink
            | StreetClass::PrimaryLink
            | StreetClass::SecondaryLink
            | StreetClass::TertiaryLink,
        ) => "wayKind.ramp",
        Some(class) if !class.is_motor() => "wayKind.path",
        _ => "wayKind.road",
    }
}
