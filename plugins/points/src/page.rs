//! A page of rows on its way to the adapter: projected, stood on the ground, packed to sixteen bytes a point.

use geodesy::to_city_frame;
use layers::points::{PAGE, Points, Standing};

/// A point as the shader reads it: east and north in centimetres, height in decimetres with the look, and the moment it
/// was heard with its standing.
pub(crate) type Packed = [u32; 4];

/// Times are told from here on, in 28 bits: four years before to four after the moment a set is first drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Epoch(pub u32);

impl Epoch {
    /// Around `now`, seconds since 1970.
    pub fn around(now_s: i64) -> Self {
        Self(u32::try_from(now_s - (1 << 27)).unwrap_or(0))
    }

    /// Seconds since the epoch, 0 for what is older.
    pub fn since(self, s: u32) -> u32 {
        s.saturating_sub(self.0).min((1 << 28) - 1)
    }
}

/// The newest word of a row: when it was heard, and how much it matters.
pub(crate) fn newest(points: &Points, row: usize, epoch: Epoch) -> u32 {
    (epoch.since(points.measured_s(row)) << 4) | points.rank(row) as u32
}

/// Centimetres of the city frame.
pub(crate) fn centimetres(metres: f64) -> i32 {
    (metres * 100.0).round() as i32
}

/// The word of height and look.
pub(crate) fn height_and_look(height_m: f32, look: u32) -> u32 {
    let height_dm = (height_m.max(0.0) * 10.0).round().min(65_535.0) as u32;
    height_dm | (look << 16)
}

/// The rows of page `n`. `looks` is the look of each kind. It takes milliseconds: never call it in a frame.
pub(crate) fn pack(
    points: &Points,
    n: usize,
    looks: &[u32],
    ground: &terrain::Ground,
    epoch: Epoch,
) -> Vec<Packed> {
    let mut packed = Vec::with_capacity(PAGE);
    for row in points.page_rows(n) {
        let at = points.position(row);
        if !at.is_valid() {
            packed.push([0; 4]);
            continue;
        }
        let place = to_city_frame(at);
        let height_m = ground.height_m(at).unwrap_or(0.0) as f32;
        let look = looks.get(usize::from(points.kind_number(row))).copied().unwrap_or(0);
        packed.push([
            centimetres(place.east_m) as u32,
            centimetres(place.north_m) as u32,
            height_and_look(height_m, look),
            newest(points, row, epoch),
        ]);
    }
    packed
}

// The shader reads the standing from three bits.
const _: () = assert!((Standing::Red as u32) < 8);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_fit_and_order_stays() {
        let now = 1_800_000_000_i64;
        let epoch = Epoch::around(now);
        assert_eq!(epoch.since(0), 0);
        assert_eq!(epoch.since(now as u32), 1 << 27);
        assert!(epoch.since(u32::MAX) < 1 << 28);
        assert!(epoch.since(now as u32 - 10) < epoch.since(now as u32));
        assert_eq!(height_and_look(250.04, 3), 2500 | 3 << 16);
        assert_eq!(height_and_look(-20.0, 0), 0);
    }
}
