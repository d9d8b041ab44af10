//! What the operator did on the board, as values: the panels return them, a system carries them out.

use city::{Command, LonLat};
use shell::Selected;

/// One thing the operator did.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Hand this command to the outbox.
    Do(Command),
    /// Select this, on the map and in the panels.
    Select(Selected),
    /// Move the camera to a place.
    FlyTo {
        /// Where.
        at: LonLat,
        /// How far from it, metres.
        distance_m: f64,
    },
    /// Move the camera to a named view.
    View(&'static str),
    /// Show the other language.
    SwitchLanguage,
    /// Show the other theme.
    SwitchTheme,
    /// Tell the operator why nothing happened.
    Explain(String),
}

/// How near the camera goes to an incident or unit, metres.
const NEAR_M: f64 = 4_000.0;

impl Action {
    /// Goes near to what stands at `at`.
    pub fn fly_near(at: LonLat) -> Self {
        Self::FlyTo { at, distance_m: NEAR_M }
    }
}
