//! How a value stands: as usual, or past one of the four colours' thresholds.

use city::WarningColour;

/// How a point's newest value stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// No threshold is passed, or there is none.
    #[default]
    Usual,
    /// Past the threshold of a blue warning.
    Blue,
    /// … of a yellow one.
    Yellow,
    /// … of an orange one.
    Orange,
    /// … of a red one.
    Red,
}

impl Standing {
    /// All, calmest first; the number of each is its place.
    pub const ALL: [Self; 5] = [Self::Usual, Self::Blue, Self::Yellow, Self::Orange, Self::Red];

    /// The colour of the threshold that is passed.
    pub fn colour(self) -> Option<WarningColour> {
        match self {
            Self::Usual => None,
            Self::Blue => Some(WarningColour::Blue),
            Self::Yellow => Some(WarningColour::Yellow),
            Self::Orange => Some(WarningColour::Orange),
            Self::Red => Some(WarningColour::Red),
        }
    }
}

/// From where on a value stands out, calmest colour first; a colour may have no threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Thresholds {
    /// Blue, yellow, orange, red, in the unit of the values.
    pub from: [Option<f32>; 4],
    /// True where low values are the grave ones (dissolved oxygen).
    pub below: bool,
}

impl Thresholds {
    /// How `value` stands: the gravest colour whose threshold it is at or past. What is no number stands as usual.
    pub fn standing(&self, value: f32) -> Standing {
        let passed = |threshold: &Option<f32>| {
            threshold.is_some_and(|t| if self.below { value <= t } else { value >= t })
        };
        let colour = self.from.iter().rposition(passed);
        colour.map_or(Standing::Usual, |n| Standing::ALL[n + 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_threshold_passed_counts() {
        let level = Thresholds { from: [Some(1.0), None, Some(3.0), Some(4.0)], below: false };
        let oxygen = Thresholds { from: [Some(6.0), Some(5.0), Some(3.0), Some(2.0)], below: true };
        assert_eq!([0.9, 1.0, 2.9, 3.0, 9.0].map(|v| level.standing(v) as u8), [0, 1, 1, 3, 4]);
        assert_eq!([7.0, 6.0, 4.9, 1.0].map(|v| oxygen.standing(v) as u8), [0, 1, 2, 4]);
        assert_eq!(level.standing(f32::NAN), Standing::Usual);
        assert_eq!(Thresholds::default().standing(9.0), Standing::Usual);
    }
}
