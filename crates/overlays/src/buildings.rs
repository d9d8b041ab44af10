//! Buildings: footprints with heights, and the blocks they are raised to, a square of the city at a time.
//!
//! [`read`] takes footprints from files, [`deal`] says which square each belongs to, [`raise`] makes the walls and roofs
//! of one. Deliberately absent: the ground they stand on, which is asked for by a function.

mod chunks;
mod corner;
mod footprint;
mod heights;
mod massed;
mod outline;
mod raise;
mod synthetic;
mod synthetic_files;

pub use chunks::{CHUNK_M, Chunk, ChunkKey, anchor_of, chunk_of, deal};
pub use corner::{Corner, Side};
pub use footprint::{Buildings, Footprint, read};
pub use heights::{DEFAULT_HEIGHT_M, HIGHEST_M, tells_height};
pub use raise::{Block, Fineness, raise};
pub use synthetic::synthetic;
pub use synthetic_files::{to_flatgeobuf, to_geojson};
