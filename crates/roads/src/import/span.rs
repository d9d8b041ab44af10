//! Heights of what hangs between: decks and tunnels span evenly from one known height to the next.
//!
//! Over a chain this is the straight line; where several spans meet, each junction lies at the mean of its neighbours,
//! the nearer ones weighing more (the harmonic function, found by conjugate gradients).

/// Fills the unknown (NaN) heights that `spans` (two nodes and a length in metres) tie to known ones.
pub(crate) fn fill(heights_m: &mut [f32], spans: &[([u32; 2], f32)]) {
    // The unknown nodes in order, and what ties each to others.
    let mut unknown: Vec<u32> =
        spans.iter().flat_map(|span| span.0).filter(|&n| heights_m[n as usize].is_nan()).collect();
    unknown.sort_unstable();
    unknown.dedup();
    let place = |node: u32| unknown.binary_search(&node).ok();
    let mut ties: Vec<(usize, usize, f64)> = Vec::new();
    let (mut weight, mut right) = (vec![0.0_f64; unknown.len()], vec![0.0_f64; unknown.len()]);
    let mut anchored = vec![false; unknown.len()];
    for &(ends, length_m) in spans {
        let stiffness = 1.0 / f64::from(length_m.max(0.5));
        match ends.map(place) {
            [Some(a), Some(b)] if a != b => {
                (weight[a], weight[b]) = (weight[a] + stiffness, weight[b] + stiffness);
                ties.push((a, b, stiffness));
            }
            [Some(free), None] | [None, Some(free)] => {
                let known = if place(ends[0]).is_none() { ends[0] } else { ends[1] };
                weight[free] += stiffness;
                right[free] += stiffness * f64::from(heights_m[known as usize]);
                anchored[free] = true;
            }
            _ => {}
        }
    }
    spread(&mut anchored, &ties);
    let solved = solve(&weight, &right, &ties, &anchored);
    for (place, &node) in unknown.iter().enumerate() {
        if anchored[place] {
            heights_m[node as usize] = solved[place] as f32;
        }
    }
}

/// Marks all that hangs together with something anchored.
fn spread(anchored: &mut [bool], ties: &[(usize, usize, f64)]) {
    let mut near: Vec<Vec<usize>> = vec![Vec::new(); anchored.len()];
    for &(a, b, _) in ties {
        near[a].push(b);
        near[b].push(a);
    }
    let mut open: Vec<usize> = (0..anchored.len()).filter(|&i| anchored[i]).collect();
    while let Some(node) = open.pop() {
        for &next in &near[node] {
            if !std::mem::replace(&mut anchored[next], true) {
                open.push(next);
            }
        }
    }
}

/// Conjugate gradients with the diagonal as preconditioner, to a millimetre.
fn solve(weight: &[f64], right: &[f64], ties: &[(usize, usize, f64)], anchored: &[bool]) -> Vec<f64> {
    let count = weight.len();
    let times = |x: &[f64]| {
        let mut y: Vec<f64> = (0..count).map(|i| weight[i] * x[i]).collect();
        for &(a, b, stiffness) in ties {
            y[a] -= stiffness * x[b];
            y[b] -= stiffness * x[a];
        }
        y
    };
    let dot = |a: &[f64], b: &[f64]| -> f64 { (0..count).map(|i| a[i] * b[i]).sum() };
    let mut x = vec![0.0; count];
    let mut residual: Vec<f64> = (0..count).map(|i| if anchored[i] { right[i] } else { 0.0 }).collect();
    let eased = |r: &[f64]| -> Vec<f64> { (0..count).map(|i| r[i] / weight[i].max(1e-12)).collect() };
    let mut step = eased(&residual);
    let mut size = dot(&residual, &step);
    for _ in 0..20_000 {
        if eased(&residual).iter().all(|error| error.abs() < 1e-5) {
            break;
        }
        let moved = times(&step);
        let along = size / dot(&step, &moved).max(1e-300);
        for i in 0..count {
            x[i] += along * step[i];
            residual[i] -= along * moved[i];
        }
        let next = eased(&residual);
        let next_size = dot(&residual, &next);
        for i in 0..count {
            step[i] = next[i] + next_size / size.max(1e-300) * step[i];
        }
        size = next_size;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_a_straight_line_and_what_hangs_on_nothing_stays_unknown() {
        let mut heights = vec![100.0, f32::NAN, f32::NAN, 160.0, f32::NAN, f32::NAN];
        fill(&mut heights, &[([0, 1], 100.0), ([1, 2], 300.0), ([2, 3], 200.0), ([4, 5], 10.0)]);
        assert!((heights[1] - 110.0).abs() < 0.01 && (heights[2] - 140.0).abs() < 0.01, "{heights:?}");
        assert!(heights[4].is_nan() && heights[5].is_nan());
    }
}
