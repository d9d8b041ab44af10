//! How high a building is, by what is said of it: many surveys write it, each by another name.

use crate::vector::Properties;

/// The height of a building of which none is told: three floors.
pub const DEFAULT_HEIGHT_M: f64 = 9.0;
/// Nothing that is built is higher.
pub const HIGHEST_M: f64 = 800.0;
/// A floor with its ceiling.
const FLOOR_M: f64 = 3.0;

/// Metres, in the order of trust.
const METRES: [&str; 5] = ["height", "Height", "HEIGHT", "render_height", "measuredHeight"];
/// Numbers of floors.
const FLOORS: [&str; 6] = ["building:levels", "levels", "Floor", "floor", "floors", "num_floors"];

/// What is said of a building's height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Told {
    /// So many metres.
    Metres(f64),
    /// Nothing, or zero, which surveys write for it.
    Nothing,
    /// What cannot be.
    Absurd(f64),
}

pub(super) fn height(said: &Properties) -> Told {
    let metres = METRES.iter().filter_map(|name| said.number(name));
    let floors = FLOORS.iter().filter_map(|name| said.number(name)).map(|floors| floors * FLOOR_M);
    match metres.chain(floors).find(|height_m| *height_m != 0.0) {
        None => Told::Nothing,
        Some(height_m) if (0.0..=HIGHEST_M).contains(&height_m) => Told::Metres(height_m),
        Some(height_m) => Told::Absurd(height_m),
    }
}

/// Whether these properties tell a building's height or floors.
pub fn tells_height(said: &Properties) -> bool {
    matches!(height(said), Told::Metres(_))
}

/// Where it begins, metres above the ground: parts of buildings may hang over a street.
pub(super) fn base(said: &Properties) -> f64 {
    let floors = said.number("building:min_level").map(|floors| floors * FLOOR_M);
    said.number("min_height").or(floors).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::Value;

    #[test]
    fn the_first_name_that_says_something_counts() {
        let check = |said: &[(&str, &str)], told: Told| {
            let said = said.iter().map(|(name, text)| ((*name).into(), Value::Text((*text).to_owned())));
            assert_eq!(height(&Properties(said.collect())), told);
        };
        check(&[("height", "12 m")], Told::Metres(12.0));
        check(&[("Floor", "7"), ("render_height", "30.5")], Told::Metres(30.5));
        check(&[("height", "0"), ("building:levels", "6")], Told::Metres(18.0));
        check(&[("height", "tall"), ("num_floors", "2")], Told::Metres(6.0));
        check(&[("name", "x"), ("Floor", "0")], Told::Nothing);
        check(&[("HEIGHT", "-4"), ("levels", "2")], Told::Absurd(-4.0));
        check(&[("levels", "900")], Told::Absurd(2700.0));
    }
}
