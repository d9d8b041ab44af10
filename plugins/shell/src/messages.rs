//! Messages between plugins.

use bevy::prelude::*;
use city::{Command, LonLat};

/// An act of the operator: `feed_link` hands it to the outbox.
#[derive(Message, Clone, Debug)]
pub struct Act(pub Command);

/// The state of the city changed in this frame (at least one event or a snapshot was applied).
#[derive(Message, Clone, Copy, Debug, Default)]
pub struct CityChanged {
    /// True when a whole snapshot replaced the state.
    pub replaced: bool,
}

/// Move the camera.
#[derive(Message, Clone, Debug)]
pub enum FlyTo {
    /// To a named view (`city`, `centre`, `yuzhong`, `jiefangbei`, `lijia`).
    View(String),
    /// To a place, keeping heading and pitch; nearer than `distance_m` the distance is kept.
    Place {
        /// Where.
        at: LonLat,
        /// How far from it, metres.
        distance_m: f64,
    },
}

/// How a notice looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something was done.
    Done,
    /// Something needs a look.
    Attention,
    /// Something failed.
    Failed,
}

/// A line for the operator, shown for some seconds and kept in the list of notices.
#[derive(Message, Clone, Debug)]
pub struct Notice {
    /// How it looks.
    pub kind: NoticeKind,
    /// What it says, in the operator's language.
    pub text: String,
}
