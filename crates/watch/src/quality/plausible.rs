//! Whether a position can be that of what stands there.

use city::{LonLat, Place};
use layers::{Gazetteer, Waters};

/// What positions are held against.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Whose a position is.
    pub gazetteer: &'a Gazetteer,
    /// Where the rivers are.
    pub waters: &'a Waters,
}

/// What is wrong with a position, the plainest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PositionFault {
    /// There is none, or it is no position on the globe.
    Missing,
    /// It is at 0, 0, where nothing of the city is.
    Zero,
    /// Longitude and latitude are exchanged.
    Swapped,
    /// It is outside the municipality.
    Outside,
    /// It is in another district than told.
    District,
    /// It is in the water of a river, and what is told of stands on land.
    River,
}

impl PositionFault {
    /// All of them.
    pub const ALL: [PositionFault; 6] =
        [Self::Missing, Self::Zero, Self::Swapped, Self::Outside, Self::District, Self::River];

    /// The word that its count fills in a reason.
    pub fn key(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Zero => "zero",
            Self::Swapped => "swapped",
            Self::Outside => "outside",
            Self::District => "district",
            Self::River => "river",
        }
    }
}

/// What a look at a position gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Looked {
    /// What is wrong with it.
    pub fault: Option<PositionFault>,
    /// Its district is the one told, its township is not.
    pub other_township: bool,
}

/// Looks at a position told with a place, of something that stands on land when `on_land`.
pub(super) fn look(at: LonLat, told: Option<Place>, on_land: bool, around: &Surroundings) -> Looked {
    let faulty = |fault| Looked { fault: Some(fault), other_township: false };
    let swapped = LonLat::new(at.lat, at.lon);
    if at.lon.abs() < 0.01 && at.lat.abs() < 0.01 {
        return faulty(PositionFault::Zero);
    }
    if swapped.is_valid() && around.gazetteer.place(swapped).is_some() {
        return faulty(PositionFault::Swapped);
    }
    if !at.is_valid() {
        return faulty(PositionFault::Missing);
    }
    let Some(found) = around.gazetteer.place(at) else { return faulty(PositionFault::Outside) };
    if told.is_some_and(|told| told.district != found.district) {
        return faulty(PositionFault::District);
    }
    if on_land && around.waters.is_wet(at) {
        return faulty(PositionFault::River);
    }
    Looked { fault: None, other_township: told.is_some_and(|told| told.township != found.township) }
}
