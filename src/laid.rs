//! What is laid on the map: named on the command line, remembered from the last run, or asked for while the console runs.

mod missing;
mod models;
mod read;
mod remember;
mod while_running;

pub use models::read_models;
pub use read::{Read, read_buildings, read_imagery, read_points, read_shapes};
pub use remember::{lines_of, with_whole_path};
pub use while_running::{Remembered, follow};

use overlays::buildings::Footprint;
use shell::{LaidContent, LaidKind, LaidThing, LaidThings};
use std::sync::Arc;

/// What lies on the ground from the start.
#[derive(Default)]
pub struct Laid {
    /// Imagery, shapes, buildings and models.
    pub things: LaidThings,
    /// What is asked of the roads.
    pub inquiry: ways::Inquiry,
}

impl Laid {
    /// Lays buildings that come from no file.
    pub fn raise(&mut self, footprints: Vec<Footprint>) {
        let (id, content) = (self.things.next_id(), LaidContent::Buildings(Arc::new(footprints)));
        let (given, name, kind) = (String::new(), String::new(), LaidKind::Buildings);
        self.things.lay(LaidThing { id, given, name, kind, shown: true, opacity: 1.0, content });
    }
}
