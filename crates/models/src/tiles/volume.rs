//! The room a tile takes, as a box in the city frame.

use super::earth::Earth;
use super::json::VolumeJson;
use city::LonLat;
use glam::{DMat3, DMat4, DVec3};

/// What is larger is everywhere: the city frame is for what lies around the city.
const EVERYWHERE_M: f64 = 500_000.0;

/// A box: its middle and half its three axes, east, north and height above the sea, metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Its middle.
    pub middle: DVec3,
    /// From the middle to the middle of three of its sides, at right angles to one another.
    pub axes: [DVec3; 3],
    /// It is so large, or so strange, that it is seen from everywhere.
    pub everywhere: bool,
}

impl Bound {
    /// A box that is everywhere.
    pub const EVERYWHERE: Self = Self { middle: DVec3::ZERO, axes: [DVec3::ZERO; 3], everywhere: true };

    fn of(middle: DVec3, axes: [DVec3; 3]) -> Self {
        let size_m = axes.iter().map(|axis| axis.length()).sum::<f64>();
        let sound = middle.is_finite() && size_m.is_finite() && size_m < EVERYWHERE_M;
        if sound { Self { middle, axes, everywhere: false } } else { Self::EVERYWHERE }
    }

    /// Its lowest height.
    pub fn lowest_m(&self) -> f64 {
        self.middle.z - self.axes.iter().map(|axis| axis.z.abs()).sum::<f64>()
    }

    /// From its middle to its corners, metres.
    pub fn reach_m(&self) -> f64 {
        self.axes.iter().map(|axis| axis.length_squared()).sum::<f64>().sqrt()
    }
}

/// A volume as the file gives it: regions are in degrees and never moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Volume {
    /// Middle and half axes.
    Cuboid(DVec3, [DVec3; 3]),
    /// West, south, east and north, radians; least and greatest height, metres.
    Region([f64; 6]),
    /// Middle and radius.
    Sphere(DVec3, f64),
    /// None that is known.
    Unknown,
}

impl Volume {
    pub fn of(json: &VolumeJson) -> Self {
        if let Some(numbers) = &json.cuboid {
            let three = |n: usize| DVec3::new(numbers[n], numbers[n + 1], numbers[n + 2]);
            Self::Cuboid(three(0), [three(3), three(6), three(9)])
        } else if let Some(region) = json.region {
            Self::Region(region)
        } else if let Some([x, y, z, radius]) = json.sphere {
            Self::Sphere(DVec3::new(x, y, z), radius)
        } else {
            Self::Unknown
        }
    }

    /// Its middle in the tileset's own metres; none of a region.
    pub fn own_middle(&self) -> Option<DVec3> {
        match self {
            Self::Cuboid(middle, _) | Self::Sphere(middle, _) => Some(*middle),
            _ => None,
        }
    }

    /// As a box in the city frame, moved by the tile's matrix.
    pub fn bound(&self, matrix: &DMat4, earth: Earth) -> Bound {
        match self {
            Self::Cuboid(middle, axes) => {
                let place = matrix.transform_point3(*middle);
                let turn = earth.turn(place) * DMat3::from_mat4(*matrix);
                Bound::of(earth.to_city(place), axes.map(|axis| turn * axis))
            }
            Self::Sphere(middle, radius) => {
                let place = matrix.transform_point3(*middle);
                let radius = radius.abs() * scale_of(matrix);
                Bound::of(earth.to_city(place), [DVec3::X, DVec3::Y, DVec3::Z].map(|axis| axis * radius))
            }
            Self::Region([west, south, east, north, low, high]) => {
                let (mut least, mut most) = (DVec3::MAX, DVec3::MIN);
                for part in 0..18 {
                    let mix =
                        |a: f64, b: f64, third: u32| (a + (b - a) * f64::from(third) / 2.0).to_degrees();
                    let at = LonLat::new(mix(*west, *east, part % 3), mix(*south, *north, part / 3 % 3));
                    let place = earth.of(at, if part < 9 { *low } else { *high });
                    // Not by `min`, which would hide what is not a number.
                    if !place.is_finite() {
                        return Bound::EVERYWHERE;
                    }
                    (least, most) = (least.min(place), most.max(place));
                }
                let half = (most - least) / 2.0;
                let axes = [DVec3::X * half.x, DVec3::Y * half.y, DVec3::Z * half.z];
                Bound::of((least + most) / 2.0, axes)
            }
            Self::Unknown => Bound::EVERYWHERE,
        }
    }

    /// One of its parts by its place in a grid of `count` by `count` (by `count`) parts; none of a sphere.
    pub fn part(&self, count: f64, [x, y, z]: [f64; 3], in_height: bool) -> Option<Self> {
        let range = |low: f64, high: f64, n: f64| {
            let step = (high - low) / count;
            (low + step * n, low + step * (n + 1.0))
        };
        match self {
            Self::Cuboid(middle, axes) => {
                let along = |n: f64| (2.0 * n + 1.0) / count - 1.0;
                let up = if in_height { along(z) } else { 0.0 };
                let moved = *middle + axes[0] * along(x) + axes[1] * along(y) + axes[2] * up;
                let high = if in_height { axes[2] / count } else { axes[2] };
                Some(Self::Cuboid(moved, [axes[0] / count, axes[1] / count, high]))
            }
            Self::Region([west, south, east, north, low, high]) => {
                let ((west, east), (south, north)) = (range(*west, *east, x), range(*south, *north, y));
                let (low, high) = if in_height { range(*low, *high, z) } else { (*low, *high) };
                Some(Self::Region([west, south, east, north, low, high]))
            }
            _ => None,
        }
    }
}

/// By how much a matrix makes things larger, at most.
pub(crate) fn scale_of(matrix: &DMat4) -> f64 {
    let scale = [matrix.x_axis, matrix.y_axis, matrix.z_axis].map(|axis| axis.truncate().length());
    scale.into_iter().fold(0.0, f64::max)
}
