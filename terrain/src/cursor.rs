//! A reader of heights at many places after each other.

use crate::{Ground, pyramid::Held};
use city::LonLat;

/// Asks the ground for heights at many places after each other: what neighbouring places share may be kept from one
/// question to the next, and changes nothing in the answers. One a thread.
#[derive(Clone, Debug)]
pub struct Cursor {
    ground: Ground,
    /// The tile of a model that answered last.
    held: Held,
}

impl Cursor {
    /// As [`Ground::height_m`].
    pub fn height_m(&mut self, at: LonLat) -> Option<f64> {
        self.ground.height_held_m(at, &mut self.held)
    }
}

impl Ground {
    /// A reader for many places after each other.
    pub fn cursor(&self) -> Cursor {
        Cursor { ground: self.clone(), held: Held::default() }
    }

    /// How far apart samples may lie (metres) without missing forms of this ground: a model's grid, and for the
    /// reconstruction half the wavelength of its finest detail, which is far finer than what it was made from.
    pub fn spacing_m(&self) -> f64 {
        match self.info().kind {
            crate::GroundKind::Reconstruction => 12.0,
            crate::GroundKind::Model => self.info().resolution_m,
        }
    }
}
