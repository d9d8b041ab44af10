//! The value of a sign in an area, with what it rests on.

use city::{CityTime, WarningColour};

/// Whether a reading may be believed, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// Enough devices report.
    Valid,
    /// The place table does not hold the area.
    NoSuchArea,
    /// No device of the sign stands in the area.
    NoDevices,
    /// Fewer devices report than the sign needs: the value is unknown.
    TooFew {
        /// How many are needed.
        least: u32,
    },
    /// The quantile lies beyond the scale of the histogram: the value is the scale's end, the true one is beyond it.
    BeyondScale,
}

/// The value of a sign in an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The value in the sign's unit; `None` where it is unknown.
    pub value: Option<f64>,
    /// By how much the value may be wrong through the way it is gathered, in the sign's unit; not the devices' own error.
    pub error: f64,
    /// Its colour; `None` below every level, and where the value is unknown.
    pub colour: Option<WarningColour>,
    /// How many devices are enrolled.
    pub devices: u32,
    /// How many were heard of within their age, whatever they said.
    pub online: u32,
    /// How many have a valid value within their age: those the value is made of.
    pub reporting: u32,
    /// When the newest measurement was made that any device here told.
    pub as_of: Option<CityTime>,
    /// Whether it may be believed.
    pub validity: Validity,
}

impl Reading {
    /// A reading of nothing, for this reason.
    pub(super) fn nothing(validity: Validity) -> Self {
        Self {
            value: None,
            error: 0.0,
            colour: None,
            devices: 0,
            online: 0,
            reporting: 0,
            as_of: None,
            validity,
        }
    }
}
