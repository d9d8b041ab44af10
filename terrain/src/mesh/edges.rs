//! The sides of a tile: which samples along them become vertices, from nothing but the samples along the side.

/// The four sides, each as its first sample and the step to the next: south and north eastwards, west and east
/// northwards, so that two tiles read the side they share in the same order.
pub(super) fn sides(samples: usize) -> [(usize, usize); 4] {
    let last = samples - 1;
    [(0, 1), (last * samples, 1), (0, samples), (last, samples)]
}

/// The samples (grid indices) along the sides that become vertices, corners included; sorted. A side is halved until
/// every sample along it is within the bound of the straight line.
pub(super) fn wanted(heights_m: &[f32], samples: usize, bound_m: f32) -> Vec<u32> {
    let mut wanted = Vec::new();
    for (first, step) in sides(samples) {
        let side: Vec<f32> = (0..samples).map(|k| heights_m[first + k * step]).collect();
        let mut open = vec![(0, samples - 1)];
        while let Some((from, to)) = open.pop() {
            let index = |k: usize| (first + k * step) as u32;
            wanted.extend([index(from), index(to)]);
            if !is_straight(&side[from..=to], bound_m) {
                let middle = (from + to) / 2;
                open.extend([(from, middle), (middle, to)]);
            }
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

fn is_straight(side: &[f32], bound_m: f32) -> bool {
    (1..side.len() - 1).all(|k| (side[k] - between(side, k)).abs() <= bound_m)
}

/// The height of the straight line through the ends of a piece of a side, at its sample `k`.
fn between(side: &[f32], k: usize) -> f32 {
    let last = side.len() - 1;
    side[0] + (side[last] - side[0]) * (k as f32 / last as f32)
}

/// Lays the samples of the sides on the straight lines between the wanted ones.
pub(super) fn straighten(heights_m: &mut [f32], samples: usize, wanted: &[u32]) {
    for (first, step) in sides(samples) {
        let mut from = 0;
        for to in 1..samples {
            if wanted.binary_search(&((first + to * step) as u32)).is_err() {
                continue;
            }
            let piece: Vec<f32> = (from..=to).map(|k| heights_m[first + k * step]).collect();
            for k in from + 1..to {
                heights_m[first + k * step] = between(&piece, k - from);
            }
            from = to;
        }
    }
}

/// Whether a sample lies on a side.
pub(super) fn is_on_side(index: usize, samples: usize) -> bool {
    let (column, row, last) = (index % samples, index / samples, samples - 1);
    column == 0 || row == 0 || column == last || row == last
}
