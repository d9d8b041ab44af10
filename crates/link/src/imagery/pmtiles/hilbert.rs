//! The number of a tile: zoom by zoom, and within a zoom along a Hilbert curve.

use overlays::imagery::TileAddress;

pub(super) fn number(address: TileAddress) -> u64 {
    // Four to the power of each zoom before, in all.
    let before = ((1_u64 << (2 * u64::from(address.zoom))) - 1) / 3;
    let (mut x, mut y) = (address.column, address.row);
    let mut along = 0_u64;
    for bit in (0..address.zoom).rev() {
        let half = 1_u32 << bit;
        let (east, south) = (u64::from(x & half != 0), u64::from(y & half != 0));
        along += ((3 * east) ^ south) << (2 * u64::from(bit));
        (x, y) = (x & (half - 1), y & (half - 1));
        // Within the quadrant the curve is turned.
        if south == 0 {
            if east == 1 {
                (x, y) = (half - 1 - x, half - 1 - y);
            }
            (x, y) = (y, x);
        }
    }
    before + along
}
