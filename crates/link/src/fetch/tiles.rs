//! The one-degree tiles of the Copernicus elevation models: which ones a box needs, and what they are called.

use std::fmt;

/// A side of a box this close to a degree line (0.1 mm) lies on it: sums of decimals miss it by less.
const ON_THE_LINE_DEG: f64 = 1e-9;

/// Which of the two global models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// GLO-30: a sample every second of arc, some 30 m.
    Glo30,
    /// GLO-90: a sample every three seconds of arc, some 90 m.
    Glo90,
}

impl Resolution {
    /// The model of so many metres: 30 or 90.
    pub fn of_metres(metres: u32) -> Option<Self> {
        match metres {
            30 => Some(Self::Glo30),
            90 => Some(Self::Glo90),
            _ => None,
        }
    }

    /// The distance of its samples, metres.
    pub fn metres(self) -> u32 {
        match self {
            Self::Glo30 => 30,
            Self::Glo90 => 90,
        }
    }

    /// The public bucket it lies in, as the readme there and the register of open data name it:
    /// <https://copernicus-dem-30m.s3.amazonaws.com/readme.html>, <https://registry.opendata.aws/copernicus-dem/>.
    pub fn bucket(self) -> &'static str {
        match self {
            Self::Glo30 => "https://copernicus-dem-30m.s3.amazonaws.com",
            Self::Glo90 => "https://copernicus-dem-90m.s3.amazonaws.com",
        }
    }

    /// How tile names tell it: tenths of a second of arc.
    fn in_names(self) -> &'static str {
        match self {
            Self::Glo30 => "10",
            Self::Glo90 => "30",
        }
    }
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Copernicus DEM GLO-{}", self.metres())
    }
}

/// One tile, known by its south-west corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Which model.
    pub resolution: Resolution,
    /// Latitude of the south side, degrees, -90 to 89.
    pub south: i32,
    /// Longitude of the west side, degrees, -180 to 179.
    pub west: i32,
}

impl Tile {
    /// Its name in the bucket, such as `Copernicus_DSM_COG_10_N29_00_E106_00_DEM`.
    pub fn name(&self) -> String {
        let (ns, ew) = (if self.south < 0 { 'S' } else { 'N' }, if self.west < 0 { 'W' } else { 'E' });
        format!(
            "Copernicus_DSM_COG_{}_{ns}{:02}_00_{ew}{:03}_00_DEM",
            self.resolution.in_names(),
            self.south.abs(),
            self.west.abs()
        )
    }
}

/// The tiles that share ground with the box W, S, E, N (degrees, west before east, south before north), from south to
/// north and west to east. A tile the box only touches is not among them.
pub(crate) fn tiles_of([w, s, e, n]: [f64; 4], resolution: Resolution) -> Vec<Tile> {
    let first = |side: f64| (side + ON_THE_LINE_DEG).floor() as i32;
    let after = |side: f64, first: i32| ((side - ON_THE_LINE_DEG).ceil() as i32).max(first + 1);
    let (west, south) = (first(w).min(179), first(s).min(89));
    let (east, north) = (after(e, west), after(n, south));
    (south..north).flat_map(|south| (west..east).map(move |west| Tile { resolution, south, west })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(bbox: [f64; 4]) -> Vec<String> {
        let short = |tile: &Tile| tile.name()[22..33].replace("_00", "");
        tiles_of(bbox, Resolution::Glo30).iter().map(short).collect()
    }

    #[test]
    fn names_are_those_of_the_bucket() {
        let name = |south, west, resolution| Tile { resolution, south, west }.name();
        assert_eq!(name(29, 106, Resolution::Glo30), "Copernicus_DSM_COG_10_N29_00_E106_00_DEM");
        assert_eq!(name(29, 106, Resolution::Glo90), "Copernicus_DSM_COG_30_N29_00_E106_00_DEM");
        assert_eq!(name(-14, -172, Resolution::Glo30), "Copernicus_DSM_COG_10_S14_00_W172_00_DEM");
        assert_eq!(name(0, 0, Resolution::Glo30), "Copernicus_DSM_COG_10_N00_00_E000_00_DEM");
        assert_eq!(name(-1, -1, Resolution::Glo30), "Copernicus_DSM_COG_10_S01_00_W001_00_DEM");
    }

    #[test]
    fn a_box_gets_the_tiles_it_shares_ground_with() {
        assert_eq!(names([106.2, 29.3, 106.4, 29.6]), ["N29_E106"]);
        assert_eq!(names([106.2, 29.3, 107.4, 30.6]), ["N29_E106", "N29_E107", "N30_E106", "N30_E107"]);
        assert_eq!(names([-0.5, -0.5, 0.5, 0.5]), ["S01_W001", "S01_E000", "N00_W001", "N00_E000"]);
        assert_eq!(names([-43.9, -22.95, -43.1, -22.1]), ["S23_W044"]);
        assert_eq!(tiles_of([105.2, 28.1, 110.2, 32.3], Resolution::Glo90).len(), 30);
        assert_eq!(tiles_of([-180.0, -90.0, 180.0, 90.0], Resolution::Glo30).len(), 64_800);
    }

    #[test]
    fn a_box_on_degree_lines_does_not_get_the_neighbours_it_touches() {
        assert_eq!(names([106.0, 29.0, 107.0, 30.0]), ["N29_E106"]);
        assert_eq!(names([-44.0, -23.0, -43.0, -22.0]), ["S23_W044"]);
        // 106.7 + 0.3 is a hair more than 107, 0.1 + 0.2 + 28.7 a hair off 29.
        assert_eq!(names([106.1, 0.1 + 0.2 + 28.7, 106.7 + 0.3, 29.5]), ["N29_E106"]);
        assert_eq!(names([106.9999999999, 28.9999999999, 107.5, 29.5]), ["N29_E107"]);
    }

    #[test]
    fn a_box_at_the_edge_of_the_globe_or_as_thin_as_a_hair_still_gets_a_tile() {
        assert_eq!(names([179.5, 89.5, 180.0, 90.0]), ["N89_E179"]);
        assert_eq!(names([-180.0, -90.0, -179.5, -89.5]), ["S90_W180"]);
        assert_eq!(names([106.0, 29.0, 106.0 + 1e-10, 29.0 + 1e-10]), ["N29_E106"]);
        assert_eq!(names([180.0 - 1e-10, 90.0 - 1e-10, 180.0, 90.0]), ["N89_E179"]);
    }
}
