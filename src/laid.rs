//! What the command line laid on the ground.

use overlays::buildings::Footprint;
use overlays::imagery::Store;
use shell::{GivenModels, MapShapes};
use std::sync::Arc;

/// What lies on the ground from the start.
#[derive(Default)]
pub struct Laid {
    /// Buildings that stand on it.
    pub buildings: Arc<Vec<Footprint>>,
    /// Models that stand on it.
    pub models: GivenModels,
    /// Imagery draped over it, what lies on top last.
    pub imagery: Vec<Arc<dyn Store>>,
    /// Shapes drawn on it.
    pub shapes: MapShapes,
    /// What is asked of the roads.
    pub inquiry: ways::Inquiry,
}
