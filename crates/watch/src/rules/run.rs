//! Rules as they run. Everything a part of the engine does to a warning goes through the desk to the board.

mod areas;
mod board;
mod cause;
mod desk;
mod devices;
mod engine;
mod enrol;
mod memory;
mod near;
mod profile;
mod recall;
mod recent;
mod reload;
mod shared_text;
mod silence;
mod slope;
mod slots;
mod state;
mod storm;
mod work;

pub use cause::{CAUSE_SHARE, Cause, CauseKind};
pub use engine::Engine;
pub use memory::Memory;
pub use recent::RECENT_KEPT;
pub use storm::Group;
