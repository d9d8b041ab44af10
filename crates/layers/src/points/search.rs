//! Rows by what their id or name says.

use super::{Bits, Points, PointsError};
use crate::Needle;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// All rows whose id or name matches; `None` when `stop` was set meanwhile. `tell` hears the share that is done, 0 to 1,
/// every some 16,000 rows. Reads the file of texts once from end to end: not to be called while a frame waits.
///
/// # Errors
/// When the file of ids and names cannot be read any more.
pub fn search(
    points: &Points,
    needle: &Needle,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(f32),
) -> Result<Option<Bits>, PointsError> {
    let found = Bits::none(points.len());
    let go_on = |row: usize| {
        tell(row as f32 / points.len() as f32);
        !stop.load(Relaxed)
    };
    let whole = points.texts().each(go_on, |row, id, name| {
        if needle.matches(id) || needle.matches(name) {
            found.set(row, true);
        }
    })?;
    if whole {
        tell(1.0);
    }
    Ok(whole.then_some(found))
}
