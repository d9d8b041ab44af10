//! Voids are filled from their rim inwards, each sample with the mean of the neighbours that are known by then.

use super::Raster;

/// Fills the voids (NaN) and says how many there were; none if there is no height at all.
pub(super) fn voids(raster: &mut Raster) -> Option<usize> {
    let (columns, heights_m) = (raster.columns, &mut raster.heights_m);
    let voids = heights_m.iter().filter(|h| h.is_nan()).count();
    if voids == heights_m.len() {
        return None;
    }
    let mut rim: Vec<usize> = (0..heights_m.len()).filter(|&i| heights_m[i].is_nan()).collect();
    rim.retain(|&index| neighbours(index, columns, heights_m.len()).any(|n| !heights_m[n].is_nan()));
    while !rim.is_empty() {
        let mean = |&index: &usize| {
            let known =
                neighbours(index, columns, heights_m.len()).map(|n| heights_m[n]).filter(|h| !h.is_nan());
            let (count, sum) = known.fold((0.0, 0.0), |(count, sum), h| (count + 1.0, sum + h));
            (index, sum / count)
        };
        let filled: Vec<(usize, f32)> = rim.iter().map(mean).collect();
        filled.iter().for_each(|&(index, height_m)| heights_m[index] = height_m);
        let next = filled.iter().flat_map(|&(index, _)| neighbours(index, columns, heights_m.len()));
        rim = next.filter(|&n| heights_m[n].is_nan()).collect();
        rim.sort_unstable();
        rim.dedup();
    }
    Some(voids)
}

/// The samples beside a sample: at most four.
fn neighbours(index: usize, columns: usize, count: usize) -> impl Iterator<Item = usize> {
    let column = index % columns;
    let west = (column > 0).then(|| index - 1);
    let east = (column + 1 < columns).then(|| index + 1);
    let north = index.checked_sub(columns);
    let south = Some(index + columns).filter(|&south| south < count);
    [west, east, north, south].into_iter().flatten()
}
