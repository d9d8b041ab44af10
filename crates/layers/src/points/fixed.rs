//! Positions in 32-bit fixed point, and the order of rows that keeps neighbours together.

use crate::plane::box_around;
use city::LonLat;

/// A position in units of 10⁻⁷ degrees (about a centimetre).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// Longitude, 10⁻⁷ degrees.
    pub lon: i32,
    /// Latitude, 10⁻⁷ degrees.
    pub lat: i32,
}

impl Fixed {
    /// The nearest position in fixed point; what is not on the globe gives [`Fixed::NOWHERE`].
    pub fn of(at: LonLat) -> Self {
        if !at.is_valid() {
            return Self::NOWHERE;
        }
        Self { lon: (at.lon * 1e7).round() as i32, lat: (at.lat * 1e7).round() as i32 }
    }

    /// A thing without a position: it has a row and stands nowhere on the map.
    pub const NOWHERE: Self = Self { lon: i32::MIN, lat: i32::MIN };

    /// True where there is a position.
    pub fn is_somewhere(self) -> bool {
        self.lat != i32::MIN
    }

    /// Longitude and latitude in degrees; not a number where there is no position.
    pub fn lon_lat(self) -> LonLat {
        if self.is_somewhere() {
            LonLat::new(f64::from(self.lon) * 1e-7, f64::from(self.lat) * 1e-7)
        } else {
            LonLat::new(f64::NAN, f64::NAN)
        }
    }

    /// Its place on the Z-order curve (Morton 1966): the bits of longitude and latitude in turns, so that rows sorted by
    /// it lie near their neighbours. Things without a position come first.
    pub fn morton(self) -> u64 {
        let spread = |value: i32| {
            let mut x = u64::from((value as u32) ^ 0x8000_0000);
            x = (x | (x << 16)) & 0x0000_FFFF_0000_FFFF;
            x = (x | (x << 8)) & 0x00FF_00FF_00FF_00FF;
            x = (x | (x << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
            x = (x | (x << 2)) & 0x3333_3333_3333_3333;
            (x | (x << 1)) & 0x5555_5555_5555_5555
        };
        spread(self.lon) | (spread(self.lat) << 1)
    }
}

/// A box of positions, edges included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedBox {
    /// The western and southern edge.
    pub low: Fixed,
    /// The eastern and northern edge.
    pub high: Fixed,
}

impl FixedBox {
    /// A box that holds nothing.
    pub const EMPTY: Self =
        Self { low: Fixed { lon: i32::MAX, lat: i32::MAX }, high: Fixed { lon: i32::MIN, lat: i32::MIN } };

    /// The box `[west, south, east, north]` in degrees; what reaches over the globe's edge ends there.
    pub fn of([west, south, east, north]: [f64; 4]) -> Self {
        let e7 = |degrees: f64, most: f64| (degrees.clamp(-most, most) * 1e7) as i32;
        Self {
            low: Fixed { lon: e7(west, 180.0), lat: e7(south, 90.0) },
            high: Fixed { lon: e7(east, 180.0), lat: e7(north, 90.0) },
        }
    }

    /// The box that reaches `reach_m` metres to each side of `at`, and a hundredth more.
    pub fn around(at: LonLat, reach_m: f64) -> Self {
        Self::of(box_around(at, reach_m))
    }

    /// Grows it so that `at` lies inside.
    pub fn hold(&mut self, at: Fixed) {
        if at.is_somewhere() {
            self.low = Fixed { lon: self.low.lon.min(at.lon), lat: self.low.lat.min(at.lat) };
            self.high = Fixed { lon: self.high.lon.max(at.lon), lat: self.high.lat.max(at.lat) };
        }
    }

    /// True when `at` lies inside.
    pub fn contains(self, at: Fixed) -> bool {
        at.lon >= self.low.lon && at.lon <= self.high.lon && at.lat >= self.low.lat && at.lat <= self.high.lat
    }

    /// True when all of `other` lies inside.
    pub fn covers(self, other: Self) -> bool {
        self.contains(other.low) && self.contains(other.high)
    }

    /// True when the two share a position.
    pub fn meets(self, other: Self) -> bool {
        self.low.lon <= other.high.lon
            && other.low.lon <= self.high.lon
            && self.low.lat <= other.high.lat
            && other.low.lat <= self.high.lat
    }

    /// True when it holds nothing.
    pub fn is_empty(self) -> bool {
        self.low.lon > self.high.lon || self.low.lat > self.high.lat
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_comes_back_within_a_centimetre() {
        let at = LonLat::new(106.583_456_7, 29.561_234_5);
        assert!(Fixed::of(at).lon_lat().distance_m(at) < 0.02);
        let nowhere = Fixed::of(LonLat::new(f64::NAN, 29.0));
        assert!(!nowhere.is_somewhere() && !nowhere.lon_lat().is_valid());
    }

    #[test]
    fn the_curve_keeps_quarters_together() {
        let codes: Vec<u64> = [(105.0, 28.0), (105.1, 28.1), (110.0, 32.0)]
            .map(|(lon, lat)| Fixed::of(LonLat::new(lon, lat)).morton())
            .to_vec();
        assert!(codes[0].abs_diff(codes[1]) < codes[1].abs_diff(codes[2]));
        assert_eq!(Fixed::NOWHERE.morton(), 0);
    }

    #[test]
    fn boxes_hold_what_they_were_given() {
        let mut held = FixedBox::EMPTY;
        assert!(held.is_empty() && !held.meets(FixedBox::of([-180.0, -90.0, 180.0, 90.0])));
        held.hold(Fixed::NOWHERE);
        assert!(held.is_empty());
        held.hold(Fixed::of(LonLat::new(106.0, 29.0)));
        held.hold(Fixed::of(LonLat::new(107.0, 30.0)));
        assert!(FixedBox::of([105.0, 28.0, 108.0, 31.0]).covers(held));
        assert!(held.meets(FixedBox::of([106.5, 29.5, 120.0, 40.0])));
        assert!(!held.meets(FixedBox::of([107.1, 29.5, 120.0, 40.0])));
    }
}
