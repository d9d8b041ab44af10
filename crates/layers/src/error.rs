//! What can be wrong with the layers that ship or with a question about them.

use thiserror::Error;

/// Why a layer could not be read or asked.
#[derive(Debug, Error)]
pub enum LayerError {
    /// A layer that ships has a record that cannot be read: the build is broken, not the user's data.
    #[error(
        "layer `{layer}` that ships: {problem}; restore assets/layers from the repository and build again"
    )]
    Shipped {
        /// The layer's file name.
        layer: &'static str,
        /// What is wrong, with the line or record.
        problem: String,
    },
    /// A collection nobody knows was asked for.
    #[error("no collection `{asked}`; there are {known}")]
    UnknownCollection {
        /// What was asked for.
        asked: String,
        /// Those there are, separated by commas.
        known: String,
    },
    /// A bounding box that is no box.
    #[error("bbox {bbox:?} is not west, south, east, north in degrees with west ≤ east and south ≤ north")]
    Box {
        /// What was asked for.
        bbox: [f64; 4],
    },
}
