//! How an imported network looks: colours and widths by class, decks with a rim, tunnels and stairs dashed.

use layers::Structure;
use overlays::shapes::{Rgba, Stroke};
use roads::{Edge, StreetClass};
use shell::Theme;

/// A dash in a tunnel, and one on a stair with a gap as long as a tread, points.
const TUNNEL_DASH: f32 = 10.0;
const STEPS_DASH: f32 = 3.0;

/// A colour of the theme as shapes have it.
pub(crate) fn rgba(colour: shell::Colour) -> Rgba {
    Rgba(colour.0)
}

/// How much a class matters where there is no room for all: the least first.
pub(crate) fn rank(class: StreetClass) -> u8 {
    use StreetClass::*;
    match class {
        Motorway | Trunk => 0,
        Primary => 1,
        MotorwayLink | TrunkLink | Secondary => 2,
        Tertiary | PrimaryLink | SecondaryLink => 3,
        Unclassified | Residential | LivingStreet | Pedestrian | TertiaryLink => 4,
        Steps | Escalator | Elevator => 5,
        Service | Track => 6,
        Footway | Path | Cycleway | Corridor | Barrier => 7,
    }
}

/// How an edge is drawn; nothing where there is nothing to draw.
pub(crate) fn stroke(edge: &Edge, theme: &Theme) -> Option<Stroke> {
    use StreetClass::*;
    let ways = &theme.ways;
    let (colour, width_pt) = match edge.class() {
        Motorway | Trunk => (ways.fast, 4.0),
        MotorwayLink | TrunkLink => (ways.fast, 2.6),
        Primary => (ways.main, 3.2),
        Secondary | PrimaryLink => (ways.main, 2.6),
        Tertiary | SecondaryLink | TertiaryLink => (ways.street, 2.2),
        Unclassified | Residential | LivingStreet => (ways.street, 1.7),
        Service | Track => (ways.street, 1.1),
        Pedestrian => (ways.path, 1.7),
        Footway | Path | Cycleway | Corridor => (ways.path, 1.0),
        Steps => (ways.steps, 2.4),
        Escalator | Elevator => (ways.steps, 2.0),
        Barrier => return None,
    };
    let dash_pt = match (edge.class(), edge.structure()) {
        (Steps | Escalator, _) => Some(STEPS_DASH),
        (_, Structure::Tunnel) => Some(TUNNEL_DASH),
        _ => None,
    };
    let casing = (edge.structure() == Structure::Bridge).then_some((rgba(ways.deck), 1.2));
    Some(Stroke { colour: rgba(colour), width_pt, casing, dash_pt, arrows: false })
}
