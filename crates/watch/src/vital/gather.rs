//! How the values of devices become one, and which side of a sign is the bad one.

/// Which values are worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Greater ones, as of gas.
    Above,
    /// Lesser ones, as of oxygen.
    Below,
}

impl Side {
    /// `value`, so that more is worse.
    pub fn badness(self, value: f64) -> f64 {
        if self == Self::Above { value } else { -value }
    }
}

/// How the newest values of the devices that report become the value of an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gather {
    /// Their mean, each device alike.
    Mean,
    /// Their mean, each device by its weight: the length of its road, the places of its car park.
    WeightedMean,
    /// The value that this share of them does not exceed, from 0 to 1, within half a bucket of the histogram.
    Quantile(f64),
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// Their sum.
    Sum,
    /// How many of them in a hundred are at or past this value, on this side.
    Share(Side, f64),
    /// How many of the enrolled in a hundred were heard of within their age.
    Online,
    /// How many of the enrolled in a hundred have a valid value within their age.
    Reporting,
    /// How many have a valid value within their age.
    Count,
}

impl Gather {
    /// True when the devices' values count, not only whether they report.
    pub fn asks_values(self) -> bool {
        !matches!(self, Self::Online | Self::Reporting | Self::Count)
    }

    /// True when a device's own value can be put beside the area's: both are in the same unit and mean the same.
    pub fn is_like_its_devices(self) -> bool {
        matches!(self, Self::Mean | Self::WeightedMean | Self::Quantile(_) | Self::Max | Self::Min)
    }
}
