//! How far each sample of a source lies from where the source ends: near its end it passes into the one below.

/// The weight of each known sample of a square, from nearly 0 at the end of what is known to 1 `width` samples inside,
/// along a smooth step; distances by the chamfer (3, 4) of Borgefors 1986.
pub(super) fn weights(heights_m: &[f32], side: usize, width: usize) -> Vec<f32> {
    let far = 3 * (width as u16 + 1);
    let mut distance: Vec<u16> = heights_m.iter().map(|h| if h.is_finite() { far } else { 0 }).collect();
    let relax = |distance: &mut [u16], at: usize, beside: Option<usize>, step: u16| {
        if let Some(beside) = beside {
            distance[at] = distance[at].min(distance[beside] + step);
        }
    };
    for at in 0..side * side {
        let (x, y) = (at % side, at / side);
        relax(&mut distance, at, (x > 0).then(|| at - 1), 3);
        relax(&mut distance, at, (y > 0).then(|| at - side), 3);
        relax(&mut distance, at, (x > 0 && y > 0).then(|| at - side - 1), 4);
        relax(&mut distance, at, (x + 1 < side && y > 0).then(|| at - side + 1), 4);
    }
    for at in (0..side * side).rev() {
        let (x, y) = (at % side, at / side);
        relax(&mut distance, at, (x + 1 < side).then(|| at + 1), 3);
        relax(&mut distance, at, (y + 1 < side).then(|| at + side), 3);
        relax(&mut distance, at, (x + 1 < side && y + 1 < side).then(|| at + side + 1), 4);
        relax(&mut distance, at, (x > 0 && y + 1 < side).then(|| at + side - 1), 4);
    }
    let step = |d: u16| {
        let t = f32::from(d) / f32::from(far);
        t * t * (3.0 - 2.0 * t)
    };
    distance.into_iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_grow_inwards() {
        let side = 40;
        let heights_m: Vec<f32> =
            (0..side * side).map(|i| if i % side < 10 { f32::NAN } else { 5.0 }).collect();
        let weights = weights(&heights_m, side, 8);
        let row = &weights[20 * side..21 * side];
        assert_eq!(row[9], 0.0);
        assert!(row[10] > 0.0 && row[10] < 0.1 && row[18] == 1.0 && row[30] == 1.0);
        assert!(row[10..19].windows(2).all(|pair| pair[0] < pair[1]));
    }
}
