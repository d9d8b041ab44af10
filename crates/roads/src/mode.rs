//! Who moves: by car, with right of way, as a fire engine, on foot, in a wheelchair; and how big they are.

use std::fmt;
use std::str::FromStr;

/// Who moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// An ordinary car.
    Car,
    /// A car with right of way: police, ambulance, repair.
    Emergency,
    /// A fire engine: right of way, but high, wide and heavy.
    FireEngine,
    /// Someone on foot.
    Foot,
    /// Someone in a wheelchair: no steps, no steep slope.
    Wheelchair,
}

impl Mode {
    pub(crate) const CAR: u8 = 1;
    pub(crate) const EMERGENCY: u8 = 2;
    pub(crate) const FOOT: u8 = 4;
    pub(crate) const WHEELCHAIR: u8 = 8;

    /// All, and the word for each.
    pub const ALL: [(Mode, &'static str); 5] = [
        (Mode::Car, "car"),
        (Mode::Emergency, "emergency"),
        (Mode::FireEngine, "fireEngine"),
        (Mode::Foot, "foot"),
        (Mode::Wheelchair, "wheelchair"),
    ];

    /// The bit of the access columns that it needs.
    pub(crate) fn bit(self) -> u8 {
        match self {
            Mode::Car => Self::CAR,
            Mode::Emergency | Mode::FireEngine => Self::EMERGENCY,
            Mode::Foot => Self::FOOT,
            Mode::Wheelchair => Self::WHEELCHAIR,
        }
    }

    /// True when it walks or rolls on footways.
    pub fn walks(self) -> bool {
        matches!(self, Mode::Foot | Mode::Wheelchair)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::ALL.iter().find(|known| known.0 == *self).map_or("", |known| known.1);
        f.write_str(word)
    }
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let plain = |w: &str| w.to_ascii_lowercase().replace(['-', '_'], "");
        let words: Vec<_> = Self::ALL.iter().map(|known| known.1).collect();
        Self::ALL
            .iter()
            .find(|known| plain(known.1) == plain(word))
            .map(|known| known.0)
            .ok_or_else(|| format!("`{word}` is none of {}", words.join(", ")))
    }
}

/// How high, wide and heavy a vehicle is. What a road does not sign does not limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Height, metres.
    pub height_m: f64,
    /// Width, metres.
    pub width_m: f64,
    /// Weight as it drives, tonnes.
    pub weight_t: f64,
}

impl Size {
    /// Nothing that any sign would stop.
    pub const NONE: Size = Size { height_m: 0.0, width_m: 0.0, weight_t: 0.0 };
}

/// Who moves, how big, and how steep at most: everything that decides which edge may be used and how long it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// Who moves.
    pub mode: Mode,
    /// How big.
    pub size: Size,
    /// The steepest slope that can be managed, rise over run.
    pub steepest: f64,
}

impl Profile {
    /// What is usual for `mode`.
    ///
    /// The fire engine is a water tender on a two-axle chassis: 3.6 m high, 2.5 m wide, 16 t. It keeps within what
    /// GB 50016-2014 (2018), 7.1.8 asks fire lanes to pass (4.0 m wide and high), and GB 1589-2016, which allows two
    /// axles 18 t and 2.55 m. A wheelchair manages 1:12, the ramp of GB 50763-2012, 3.4.4.
    pub fn of(mode: Mode) -> Profile {
        let size = match mode {
            Mode::FireEngine => Size { height_m: 3.6, width_m: 2.5, weight_t: 16.0 },
            Mode::Car | Mode::Emergency => Size { height_m: 2.0, width_m: 1.9, weight_t: 2.5 },
            Mode::Foot | Mode::Wheelchair => Size::NONE,
        };
        let steepest = if mode == Mode::Wheelchair { 1.0 / 12.0 } else { f64::INFINITY };
        Profile { mode, size, steepest }
    }

    /// The same of another size; a wrong figure is named.
    pub fn sized(self, size: Size) -> Result<Profile, String> {
        let figures = [
            ("height", size.height_m, 20.0),
            ("width", size.width_m, 20.0),
            ("weight", size.weight_t, 500.0),
        ];
        for (name, value, most) in figures {
            if !(0.0..=most).contains(&value) {
                return Err(format!("{name} {value}: 0 to {most}"));
            }
        }
        Ok(Profile { size, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_sizes() {
        assert_eq!("fireEngine".parse(), Ok(Mode::FireEngine));
        assert_eq!("fire-engine".parse(), Ok(Mode::FireEngine));
        assert_eq!(Mode::FireEngine.to_string(), "fireEngine");
        assert!("submarine".parse::<Mode>().is_err_and(|e| e.contains("wheelchair")));
        let wide = Size { width_m: f64::NAN, ..Size::NONE };
        assert!(Profile::of(Mode::Car).sized(wide).is_err());
    }
}
