//! The devices, 48 bytes each, by the handle their caller chose.

use super::wheel::NOBODY;

#[derive(Clone, Copy, Debug)]
pub(super) struct Hot {
    /// The newest valid measurement; `i64::MIN` before the first.
    pub newest_at: i64,
    /// When it was last heard, whatever it said, never after the engine's time; `i64::MIN` before the first.
    pub heard: i64,
    /// The newest valid value, in the unit of its kind.
    pub value: f64,
    /// Its township, by the number of the place table.
    pub township: u32,
    /// Who comes after it in its bucket of the wheel.
    pub next: u32,
    pub weight: f32,
    pub profile: u16,
    pub enrolled: bool,
    pub online: bool,
    pub reporting: bool,
    /// True while it stands in the wheel.
    pub waits: bool,
    /// True while it stands among those to be looked at before the wheel would.
    pub early: bool,
    /// When the wheel looks at it, seconds, never later than said here.
    pub due_s: u32,
}

impl Hot {
    /// A handle that nobody enrolled.
    pub const VACANT: Hot = Hot {
        newest_at: i64::MIN,
        heard: i64::MIN,
        value: f64::NAN,
        township: 0,
        next: NOBODY,
        weight: 1.0,
        profile: 0,
        enrolled: false,
        online: false,
        reporting: false,
        waits: false,
        early: false,
        due_s: 0,
    };

    /// The value, while it is young enough to count.
    pub fn counted(&self) -> Option<f64> {
        self.reporting.then_some(self.value)
    }
}
