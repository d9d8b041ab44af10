//! Where a thing is and whose it is: position, GB/T 2260 codes, jurisdiction.

use serde::{Deserialize, Serialize};

/// A position on WGS-84 / CGCS2000, degrees. The two differ by centimetres, which nothing here resolves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LonLat {
    /// Longitude in degrees, east positive.
    pub lon: f64,
    /// Latitude in degrees, north positive.
    pub lat: f64,
}

impl LonLat {
    /// A position from longitude and latitude in degrees.
    pub const fn new(lon: f64, lat: f64) -> Self {
        Self { lon, lat }
    }

    /// True when both are finite and on the globe.
    pub fn is_valid(self) -> bool {
        self.lon.is_finite() && self.lat.is_finite() && self.lon.abs() <= 180.0 && self.lat.abs() <= 90.0
    }

    /// Great-circle distance in metres on a sphere of 6,371,008.8 m (mean radius, IUGG); within 0.5 % of the
    /// ellipsoid's, which is enough to rank units.
    pub fn distance_m(self, other: LonLat) -> f64 {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let half_dlat = (lat2 - lat1) / 2.0;
        let half_dlon = (other.lon - self.lon).to_radians() / 2.0;
        let a = half_dlat.sin().powi(2) + lat1.cos() * lat2.cos() * half_dlon.sin().powi(2);
        2.0 * 6_371_008.8 * a.sqrt().min(1.0).asin()
    }
}

/// A degree that the backend withholds.
pub(crate) fn unsaid() -> f64 {
    f64::NAN
}

/// A district or county by its six-digit GB/T 2260 code, such as 500103 (渝中区).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DistrictCode(pub u32);

/// A township or street by its nine-digit code, whose first six digits are its district's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TownshipCode(pub u32);

impl TownshipCode {
    /// The district the township lies in.
    pub fn district(self) -> DistrictCode {
        DistrictCode(self.0 / 1000)
    }
}

/// The district and township that a position lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Its district or county.
    pub district: DistrictCode,
    /// Its township or street.
    pub township: TownshipCode,
}

/// The area an actor answers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Jurisdiction {
    /// The whole municipality.
    City,
    /// One district or county.
    District(DistrictCode),
    /// One township or street.
    Township(TownshipCode),
}

impl Jurisdiction {
    /// True when all of a district lies inside.
    pub fn covers_district(self, district: DistrictCode) -> bool {
        matches!(self, Self::City) || self == Self::District(district)
    }

    /// True when a thing at `place` lies inside.
    pub fn covers(self, place: Place) -> bool {
        match self {
            Self::City => true,
            Self::District(code) => code == place.district,
            Self::Township(code) => code == place.township,
        }
    }

    /// True when a centre of `other` lies inside, or is the own one.
    pub fn covers_centre(self, other: Jurisdiction) -> bool {
        match other {
            _ if self == Self::City || self == other => true,
            Self::Township(code) => self == Self::District(code.district()),
            Self::City | Self::District(_) => false,
        }
    }

    /// True when units at home in `district` are seen: a township sees those of its district, for units belong to no
    /// smaller area and it would have nobody to ask for.
    pub fn sees_units_of(self, district: DistrictCode) -> bool {
        match self {
            Self::Township(code) => code.district() == district,
            Self::City | Self::District(_) => self.covers_district(district),
        }
    }
}

/// Whether what is told happened, is an exercise, or was computed. The three never look alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Status {
    /// It happened.
    Actual,
    /// It belongs to an exercise (演练).
    #[default]
    Exercise,
    /// It was computed by a model.
    Simulated,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_from_chaotianmen_to_jiefangbei_is_right() {
        let d = LonLat::new(106.588, 29.566).distance_m(LonLat::new(106.577, 29.557));
        assert!((d - 1460.0).abs() < 20.0, "{d}");
    }

    #[test]
    fn jurisdiction_covers_its_own() {
        let place = Place { district: DistrictCode(500103), township: TownshipCode(500103001) };
        assert_eq!(place.township.district(), place.district);
        assert!(Jurisdiction::City.covers(place));
        assert!(Jurisdiction::District(DistrictCode(500103)).covers(place));
        assert!(!Jurisdiction::District(DistrictCode(500105)).covers(place));
    }
}
