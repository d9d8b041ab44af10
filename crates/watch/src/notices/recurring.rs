//! What comes back: spots that were handled and returned, causes whose share grows.
//!
//! Both hold a rule (so many times in so many days) and a test against chance: of a spot against the density around it,
//! of a cause against its own share before. Deliberately absent: several tests at once, which `notices` judges together.

mod causes;
mod places;

pub use causes::{Cause, CauseEvent, CauseSettings, recurring_causes};
pub use places::{PlaceSettings, Spot, SpotEvent, recurring_places};

#[cfg(test)]
mod tests;
