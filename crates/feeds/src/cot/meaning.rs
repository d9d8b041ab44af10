//! What a type says: whose, in which battle dimension, a short class for the map; or an alarm, words, a ping, a removal.
//!
//! By the public catalogue of CoT types (MITRE) and TAK's own `b-` and `t-` types; letters match by case.

/// Whose side an atom is on (the second part of an `a-` type).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Affiliation {
    /// `p`: not judged yet.
    Pending,
    /// `u`.
    Unknown,
    /// `a`.
    AssumedFriend,
    /// `f`.
    Friend,
    /// `n`.
    Neutral,
    /// `s`.
    Suspect,
    /// `h`.
    Hostile,
    /// `j`: an exercise's suspect.
    Joker,
    /// `k`: an exercise's hostile.
    Faker,
    /// `o` and `x`: none, or another.
    None,
}

/// Where it moves (the third part of an `a-` type).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// `P`.
    Space,
    /// `A`.
    Air,
    /// `G`.
    Ground,
    /// `S`.
    Surface,
    /// `U`.
    Subsurface,
    /// `F`: special forces.
    SpecialForces,
    /// Anything else.
    Other,
}

/// What to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// People.
    Unit,
    /// A vehicle on the ground.
    Vehicle,
    /// A device or other equipment.
    Equipment,
    /// A building or site.
    Installation,
    /// An aircraft with fixed wings.
    FixedWing,
    /// A helicopter.
    Helicopter,
    /// An aircraft without a pilot.
    Drone,
    /// Any other aircraft.
    Aircraft,
    /// A vessel.
    Vessel,
    /// A submarine or diver.
    Submarine,
    /// A satellite.
    Satellite,
    /// Something that happened, such as a fire or an accident (`a-.-X-i`).
    Incident,
    /// Anything else with a place.
    Point,
}

/// What a type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Something real with a place (`a-`).
    Atom {
        /// Whose.
        affiliation: Affiliation,
        /// Where it moves.
        dimension: Dimension,
        /// What to draw.
        shape: Shape,
    },
    /// A point that somebody put on the map (`b-m-p`).
    Marker,
    /// A drawing or a route (`u-d`, `b-m-r`).
    Drawing,
    /// An alarm (`b-a-o-tbl` and other `b-a`).
    Emergency,
    /// The end of an alarm (`b-a-o-can`).
    EmergencyCancelled,
    /// Words of people (`b-t-f`).
    Chat,
    /// Are you there? (`t-x-c-t`).
    Ping,
    /// I am here (`t-x-c-t-r`).
    Pong,
    /// What its links name is removed (`t-x-d-d`).
    Delete,
    /// Anything else: tasks, files, the protocol's own.
    Other,
}

/// What the type `kind` says.
pub fn meaning(kind: &str) -> Meaning {
    let starts =
        |prefix: &str| kind.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    if let Some(atom) = kind.strip_prefix("a-") {
        return self::atom(atom);
    }
    match kind {
        _ if starts("b-a-o-can") => Meaning::EmergencyCancelled,
        _ if starts("b-a") => Meaning::Emergency,
        _ if starts("b-t-f") => Meaning::Chat,
        _ if starts("t-x-c-t-r") => Meaning::Pong,
        _ if starts("t-x-c-t") => Meaning::Ping,
        _ if starts("t-x-d-d") => Meaning::Delete,
        _ if starts("b-m-p") => Meaning::Marker,
        _ if starts("b-m-r") || starts("u-d") => Meaning::Drawing,
        _ => Meaning::Other,
    }
}

fn atom(rest: &str) -> Meaning {
    let mut parts = rest.split('-');
    let affiliation = match parts.next() {
        Some("p") => Affiliation::Pending,
        Some("a") => Affiliation::AssumedFriend,
        Some("f") => Affiliation::Friend,
        Some("n") => Affiliation::Neutral,
        Some("s") => Affiliation::Suspect,
        Some("h") => Affiliation::Hostile,
        Some("j") => Affiliation::Joker,
        Some("k") => Affiliation::Faker,
        Some("o" | "x") => Affiliation::None,
        _ => Affiliation::Unknown,
    };
    let dimension = parts.next().unwrap_or_default();
    let (first, second, third) = (parts.next(), parts.next(), parts.next());
    let (dimension, shape) = match dimension {
        "P" => (Dimension::Space, Shape::Satellite),
        "A" => (Dimension::Air, aircraft(second, third)),
        "G" => (Dimension::Ground, on_the_ground(first, second)),
        "S" => (Dimension::Surface, Shape::Vessel),
        "U" => (Dimension::Subsurface, Shape::Submarine),
        "F" => (Dimension::SpecialForces, Shape::Unit),
        "X" if first == Some("i") => (Dimension::Other, Shape::Incident),
        _ => (Dimension::Other, Shape::Point),
    };
    Meaning::Atom { affiliation, dimension, shape }
}

/// `A-M-F`, `A-C-H`, …: after military or civil, the kind; a drone is `Q`, of a civil one `q`.
fn aircraft(kind: Option<&str>, function: Option<&str>) -> Shape {
    match (kind, function) {
        (_, Some("Q" | "q")) => Shape::Drone,
        (Some("F"), _) => Shape::FixedWing,
        (Some("H"), _) => Shape::Helicopter,
        _ => Shape::Aircraft,
    }
}

fn on_the_ground(kind: Option<&str>, of: Option<&str>) -> Shape {
    match (kind, of) {
        (Some("U"), _) => Shape::Unit,
        (Some("E"), Some("V")) => Shape::Vehicle,
        (Some("E"), _) => Shape::Equipment,
        (Some("I"), _) => Shape::Installation,
        _ => Shape::Point,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_say_whose_where_and_what() {
        use {Affiliation as A, Dimension as D, Shape as S};
        for (kind, affiliation, dimension, shape) in [
            ("a-f-G-U-C", A::Friend, D::Ground, S::Unit),
            ("a-f-G-U-C-I", A::Friend, D::Ground, S::Unit),
            ("a-n-G-E-V-C", A::Neutral, D::Ground, S::Vehicle),
            ("a-f-G-E-S", A::Friend, D::Ground, S::Equipment),
            ("a-u-G-I", A::Unknown, D::Ground, S::Installation),
            ("a-f-A-M-H-Q", A::Friend, D::Air, S::Drone),
            ("a-n-A-C-F-q", A::Neutral, D::Air, S::Drone),
            ("a-n-A-C-F", A::Neutral, D::Air, S::FixedWing),
            ("a-h-A-M-H-A", A::Hostile, D::Air, S::Helicopter),
            ("a-.-A", A::Unknown, D::Air, S::Aircraft),
            ("a-s-S-X-M", A::Suspect, D::Surface, S::Vessel),
            ("a-o-X-i-o", A::None, D::Other, S::Incident),
            ("a-p-G", A::Pending, D::Ground, S::Point),
            ("a-f-g-u", A::Friend, D::Other, S::Point),
            ("a-", A::Unknown, D::Other, S::Point),
        ] {
            assert_eq!(meaning(kind), Meaning::Atom { affiliation, dimension, shape }, "{kind}");
        }
        for (kind, means) in [
            ("t-x-c-t", Meaning::Ping),
            ("t-x-c-t-r", Meaning::Pong),
            ("b-t-f", Meaning::Chat),
            ("b-t-f-d", Meaning::Chat),
            ("b-t-fire", Meaning::Other),
            ("t-x-d-d", Meaning::Delete),
            ("b-a-o-tbl", Meaning::Emergency),
            ("b-a-o-can", Meaning::EmergencyCancelled),
            ("b-a-g", Meaning::Emergency),
            ("b-m-p-s-m", Meaning::Marker),
            ("u-d-f", Meaning::Drawing),
            ("", Meaning::Other),
            ("a", Meaning::Other),
        ] {
            assert_eq!(meaning(kind), means, "{kind}");
        }
    }
}
