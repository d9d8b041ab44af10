//! When a rule warns. Levels stand in the order of [`city::WarningColour::ALL`], red first.

use super::{Hours, Shape};
use city::WarningColour;
use std::sync::Arc;

/// What must be so for a rule to warn.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A value past a level, perhaps for some time, perhaps only in some place or at some hours.
    Value {
        /// On which side of the level it warns.
        side: Side,
        /// True when the level itself is not past (`over`, `under`), false when it is (`above`, `below`).
        strict: bool,
        /// Where and when it counts at all.
        fence: Fence,
        /// Levels and times.
        steps: Steps,
    },
    /// A value that rises or falls too fast.
    Rate {
        /// Which way.
        direction: Direction,
        /// Levels are changes of value in this many milliseconds.
        per_ms: i64,
        /// The change is looked for over this long, milliseconds.
        over_ms: i64,
        /// The fewest readings it is taken from; five are not misled by one spike.
        points: u32,
        /// Levels and times.
        steps: Steps,
    },
    /// A thing that is where it should not be; with a time it is a dwell.
    Place {
        /// Where and when.
        fence: Fence,
        /// Times; levels say nothing.
        steps: Steps,
    },
    /// Nothing heard of a device for each colour's time, or of a share of those that have something in common.
    Silence {
        /// `Some` when a share of a group must be silent, not one device.
        of: Option<ShareOf>,
        /// Times of the colours; with `of`, levels are shares from 0 to 1.
        steps: Steps,
    },
    /// Warnings of other rules that come together.
    Together {
        /// The other rules.
        of: Vec<Arc<str>>,
        /// How many of them.
        need: usize,
        /// How near one another.
        near: Near,
        /// A warning that ended counts for this long, milliseconds.
        lingers_ms: i64,
        /// Times.
        steps: Steps,
    },
    /// Many reports near one another.
    Count {
        /// How near one another.
        near: Near,
        /// Within how long, milliseconds.
        within_ms: i64,
        /// True when each device counts once.
        distinct: bool,
        /// Only reports with at least this value count.
        at_least: f64,
        /// Only reports with at most this value count.
        at_most: f64,
        /// Numbers of reports, and times.
        steps: Steps,
    },
}

/// On which side of a level a rule warns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// High values are bad.
    Above,
    /// Low values are bad.
    Below,
}

/// Which way a value moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Upwards.
    Rising,
    /// Downwards.
    Falling,
    /// Either way.
    Changing,
}

/// Where and when a reading counts; one that does not is as good as none past its level.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fence {
    /// Only inside one of these.
    pub inside: Vec<Arc<Shape>>,
    /// Only outside all of these.
    pub outside: Vec<Arc<Shape>>,
    /// Only at these hours.
    pub hours: Option<Hours>,
}

impl Fence {
    /// True when it asks for the position of the reading.
    pub fn asks_where(&self) -> bool {
        !self.inside.is_empty() || !self.outside.is_empty()
    }
}

/// The group of devices of which a share is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareOf {
    /// What they have in common.
    pub by: Shared,
    /// How long each must be silent, milliseconds.
    pub silent_ms: i64,
    /// The fewest devices that are a group.
    pub at_least: u32,
}

/// What devices can have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// The gateway they speak through.
    Gateway,
    /// The source, such as one company's platform.
    Source,
    /// The district.
    District,
    /// The township.
    Township,
}

/// How near things must be to one another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Near {
    /// In one township.
    Township,
    /// In one district.
    District,
    /// In the city.
    City,
    /// At most so many metres from the newest of them.
    Metres(f64),
}

/// Levels of the colours, and how long they must hold and be over.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    /// The level of each colour, red first; `None` for a colour the rule does not use.
    pub levels: [Option<Step>; 4],
    /// How far back past a level a value must come before its colour ends, in the rule's unit; never negative.
    pub margin: f64,
    /// How long it must be back before the colour ends, milliseconds.
    pub clear_after_ms: i64,
    /// Readings further apart than this say nothing of the time between them, milliseconds.
    pub max_gap_ms: Option<i64>,
    /// What a longer gap does to a level that must hold for some time.
    pub on_gap: OnGap,
}

/// One colour's level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The level.
    pub level: f64,
    /// How long it must hold by the readings' own times, milliseconds; 0 for at once.
    pub hold_ms: i64,
}

/// What a gap longer than the longest allowed does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OnGap {
    /// It begins anew with the reading after the gap.
    Break,
    /// It goes on, and the gap counts as not covered; this share of the whole time must be covered.
    Suspend {
        /// More than 0 and at most 1.
        coverage: f64,
    },
}

impl Steps {
    /// The colours used, gravest first, with their levels.
    pub fn used(&self) -> impl Iterator<Item = (WarningColour, Step)> + '_ {
        WarningColour::ALL.into_iter().zip(self.levels).filter_map(|(colour, step)| Some((colour, step?)))
    }
}

impl Condition {
    /// Its levels and times.
    pub fn steps(&self) -> &Steps {
        match self {
            Self::Value { steps, .. }
            | Self::Rate { steps, .. }
            | Self::Place { steps, .. }
            | Self::Silence { steps, .. }
            | Self::Together { steps, .. }
            | Self::Count { steps, .. } => steps,
        }
    }

    /// The name it has in a file, such as `under`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Value { side: Side::Above, strict: false, .. } => "above",
            Self::Value { side: Side::Above, strict: true, .. } => "over",
            Self::Value { side: Side::Below, strict: false, .. } => "below",
            Self::Value { side: Side::Below, strict: true, .. } => "under",
            Self::Rate { direction: Direction::Rising, .. } => "rising",
            Self::Rate { direction: Direction::Falling, .. } => "falling",
            Self::Rate { direction: Direction::Changing, .. } => "changing",
            Self::Place { fence, .. } if fence.inside.is_empty() => "outside",
            Self::Place { .. } => "inside",
            Self::Silence { .. } => "silent",
            Self::Together { .. } => "together",
            Self::Count { .. } => "count",
        }
    }
}
