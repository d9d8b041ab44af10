//! Right triangles, halved where they leave a sample by more than the bound.
//!
//! A triangle is known by two samples: its right angle (`apex`) and the middle of its hypotenuse (`middle`), at which it
//! is halved. A sample is the middle of at most two triangles, which share their hypotenuse and are halved together;
//! they exist once their apexes are vertices. So the mesh is the least set of vertices in which every triangle that
//! fails is halved and every vertex has the two apexes before it: the same whatever the order of the work.

use super::TriangleMesh;

/// No vertex yet.
const NONE: u32 = u32::MAX;

/// Working memory.
#[derive(Clone, Debug)]
pub(super) struct Bisection {
    samples: usize,
    /// Whether a sample is a vertex.
    is_vertex: Vec<bool>,
    /// Samples that become vertices.
    opening: Vec<u32>,
    /// Triangles to be judged: middle and apex.
    untested: Vec<(u32, u32)>,
    /// The number of the vertex at a sample.
    numbers: Vec<u32>,
}

/// What a sample is the middle of.
enum Hypotenuse {
    /// A diagonal of the square that reaches `half` samples from its middle; `rising`: from south-west to north-east.
    Diagonal { half: usize, rising: bool },
    /// A line from west to east.
    Eastwards { half: usize },
    /// A line from south to north.
    Northwards { half: usize },
}

impl Bisection {
    pub fn new(samples: usize) -> Self {
        let count = samples * samples;
        let (opening, untested) = (Vec::new(), Vec::new());
        Self { samples, is_vertex: vec![false; count], opening, untested, numbers: vec![NONE; count] }
    }

    /// The mesh; `wanted` samples become vertices in any case.
    pub fn mesh(&mut self, heights_m: &[f32], bound_m: f32, wanted: &[u32]) -> TriangleMesh {
        let last = self.samples - 1;
        let corners = [0, last, last * self.samples, last * self.samples + last];
        self.is_vertex.fill(false);
        corners.iter().for_each(|&corner| self.is_vertex[corner] = true);
        wanted.iter().for_each(|&sample| self.open(sample as usize));
        let middle = (corners[3] / 2) as u32;
        self.untested.extend([(middle, corners[1] as u32), (middle, corners[2] as u32)]);
        while let Some((middle, apex)) = self.untested.pop() {
            let (middle, apex) = (middle as usize, apex as usize);
            if !self.is_vertex[middle] && !self.fits(heights_m, bound_m, middle, apex) {
                self.open(middle);
            }
        }
        self.collect(corners)
    }

    /// What a sample is the middle of: the lowest bits of its column and row tell. Not for corners.
    fn hypotenuse(&self, column: usize, row: usize) -> Hypotenuse {
        // Zero is a multiple of everything.
        let bit = |k: usize| (k | (2 * (self.samples - 1))).trailing_zeros();
        let (east, north) = (bit(column), bit(row));
        match east.cmp(&north) {
            std::cmp::Ordering::Less => Hypotenuse::Eastwards { half: 1 << east },
            std::cmp::Ordering::Greater => Hypotenuse::Northwards { half: 1 << north },
            // The diagonals of the four squares in a square meet in its middle.
            std::cmp::Ordering::Equal => Hypotenuse::Diagonal {
                half: 1 << east,
                rising: ((column >> east >> 1) + (row >> north >> 1)).is_multiple_of(2),
            },
        }
    }

    /// Makes a sample a vertex, with all that must be one before it, and sets what it halves out for judging.
    fn open(&mut self, sample: usize) {
        let (n, last) = (self.samples, self.samples - 1);
        self.opening.push(sample as u32);
        while let Some(sample) = self.opening.pop() {
            let sample = sample as usize;
            if std::mem::replace(&mut self.is_vertex[sample], true) {
                continue;
            }
            let (column, row) = (sample % n, sample / n);
            let hypotenuse = self.hypotenuse(column, row);
            let is_vertex = &self.is_vertex;
            let mut before = |apex: usize| {
                if !is_vertex[apex] {
                    self.opening.push(apex as u32);
                }
            };
            let mut halved = |inside: bool, middle: usize| {
                if inside && !is_vertex[middle] {
                    self.untested.push((middle as u32, sample as u32));
                }
            };
            let half = match hypotenuse {
                Hypotenuse::Diagonal { half, rising } => {
                    let aside = if rising { half * n - half } else { half * n + half };
                    before(sample - aside);
                    before(sample + aside);
                    halved(true, sample - half);
                    halved(true, sample + half);
                    halved(true, sample - half * n);
                    halved(true, sample + half * n);
                    continue;
                }
                Hypotenuse::Eastwards { half } => {
                    if row > 0 {
                        before(sample - half * n);
                    }
                    if row < last {
                        before(sample + half * n);
                    }
                    half / 2
                }
                Hypotenuse::Northwards { half } => {
                    if column > 0 {
                        before(sample - half);
                    }
                    if column < last {
                        before(sample + half);
                    }
                    half / 2
                }
            };
            if half > 0 {
                halved(row > 0 && column > 0, sample.wrapping_sub(half * n + half));
                halved(row > 0 && column < last, sample.wrapping_sub(half * n).wrapping_add(half));
                halved(row < last && column > 0, sample + half * n - half);
                halved(row < last && column < last, sample + half * n + half);
            }
        }
    }

    /// Whether a triangle is within the bound of all its samples.
    fn fits(&self, heights_m: &[f32], bound_m: f32, middle: usize, apex: usize) -> bool {
        let n = self.samples;
        let (column, row) = (middle % n, middle / n);
        let apex_m = heights_m[apex];
        match self.hypotenuse(column, row) {
            Hypotenuse::Diagonal { half, .. } => {
                let side = 2 * half;
                let (eastwards, northwards) = (apex % n < column, apex / n < row);
                let east = if eastwards { apex + side } else { apex - side };
                let north = if northwards { apex + side * n } else { apex - side * n };
                let (east_m, north_m) = (heights_m[east], heights_m[north]);
                if (heights_m[middle] - 0.5 * (east_m + north_m)).abs() > bound_m {
                    return false;
                }
                let share = 1.0 / side as f32;
                let (away, up) = ((east_m - apex_m) * share, (north_m - apex_m) * share);
                (0..=side).all(|k| {
                    let corner = if northwards { apex + k * n } else { apex - k * n };
                    let corner_m = apex_m + up * k as f32;
                    toward(heights_m, corner, corner_m, side - k, away, eastwards, bound_m)
                })
            }
            Hypotenuse::Eastwards { half } => {
                let (west_m, east_m) = (heights_m[middle - half], heights_m[middle + half]);
                let middle_m = 0.5 * (west_m + east_m);
                if (heights_m[middle] - middle_m).abs() > bound_m {
                    return false;
                }
                let share = 1.0 / half as f32;
                let (along, up) = ((east_m - middle_m) * share, (apex_m - middle_m) * share);
                let northwards = apex > middle;
                (0..half).all(|k| {
                    let reach = half - k;
                    let row = if northwards { middle + k * n } else { middle - k * n };
                    let west_m = middle_m + up * k as f32 - along * reach as f32;
                    fit(&heights_m[row - reach..=row + reach], west_m, along, bound_m)
                })
            }
            Hypotenuse::Northwards { half } => {
                let (south_m, north_m) = (heights_m[middle - half * n], heights_m[middle + half * n]);
                let middle_m = 0.5 * (south_m + north_m);
                if (heights_m[middle] - middle_m).abs() > bound_m {
                    return false;
                }
                let share = 1.0 / half as f32;
                let (along, away) = ((north_m - middle_m) * share, (apex_m - middle_m) * share);
                let eastwards = apex > middle;
                (0..half).all(|k| {
                    let (up, down) = (middle + k * n, middle - k * n);
                    let (up_m, down_m) = (middle_m + along * k as f32, middle_m - along * k as f32);
                    toward(heights_m, up, up_m, half - k, away, eastwards, bound_m)
                        && toward(heights_m, down, down_m, half - k, away, eastwards, bound_m)
                })
            }
        }
    }

    /// The triangles, from the vertices.
    fn collect(&mut self, [south_west, south_east, north_west, north_east]: [usize; 4]) -> TriangleMesh {
        self.numbers.fill(NONE);
        let mut mesh = TriangleMesh::default();
        // As many halvings as reach the half of a single square.
        let depth = 2 * (self.samples - 1).trailing_zeros();
        let mut open =
            vec![(north_east, south_west, south_east, depth), (south_west, north_east, north_west, depth)];
        while let Some((a, b, apex, depth)) = open.pop() {
            let middle = (a + b) / 2;
            if depth > 0 && self.is_vertex[middle] {
                open.extend([(b, apex, middle, depth - 1), (apex, a, middle, depth - 1)]);
                continue;
            }
            let samples = self.samples;
            let mut number = |sample: usize| {
                let number = &mut self.numbers[sample];
                if *number == NONE {
                    *number = mesh.vertices.len() as u32;
                    mesh.vertices.push([(sample % samples) as u16, (sample / samples) as u16]);
                }
                *number
            };
            let triangle = [number(a), number(b), number(apex)];
            mesh.triangles.push(triangle);
        }
        mesh
    }
}

/// Whether the samples from `from` over `reach` more, eastwards or westwards, are within the bound of a line that
/// begins at `from_m` and rises `away` a sample.
#[inline]
fn toward(
    h_m: &[f32],
    from: usize,
    from_m: f32,
    reach: usize,
    away: f32,
    eastwards: bool,
    bound_m: f32,
) -> bool {
    if eastwards {
        fit(&h_m[from..=from + reach], from_m, away, bound_m)
    } else {
        fit(&h_m[from - reach..=from], from_m + away * reach as f32, -away, bound_m)
    }
}

/// Whether samples are within the bound of a line that begins at `start_m` and rises `slope` a sample.
#[inline]
fn fit(heights_m: &[f32], start_m: f32, slope: f32, bound_m: f32) -> bool {
    let mut off = false;
    for (k, height_m) in heights_m.iter().enumerate() {
        off |= (height_m - (start_m + slope * k as f32)).abs() > bound_m;
    }
    !off
}
