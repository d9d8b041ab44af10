//! Beginning: definitions are read, devices enrolled, and the thread is started that keeps what was.

use super::feeder::Feeder;
use super::keeper::Keeper;
use super::kept;
use super::roster::Roster;
use super::sources::Sources;
use super::{Shared, Training, Vitals, unfit};
use crate::training::chance::Chance;
use crate::{BackendError, Surroundings};
use city::{CityTime, Place};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use watch::quality::Standards;
use watch::vital::{Definitions, Places};

impl Vitals {
    /// Vital signs of the city of `surroundings` at `now`, kept in `folder`. What an earlier run kept is taken up on a
    /// thread of its own; else the made-up past is filled in there, when it is first asked for or a little later.
    pub fn begin(
        surroundings: Arc<Surroundings>,
        training: Training,
        now: CityTime,
        folder: &Path,
    ) -> Result<Arc<Vitals>, BackendError> {
        let definitions = Definitions::shipped()
            .map_err(|faults| unfit(faults.first().map_or(String::new(), ToString::to_string)))?;
        let standards = Standards::shipped().map_err(unfit)?;
        let places = places(&surroundings);
        let chance = Chance::new(training.seed);
        let roster = Roster::of(&surroundings, definitions.stations(), chance);
        let signs = roster.enrolled(&surroundings, definitions, places, now);
        let mut sources = Sources::new(standards, &surroundings, training.speed, now);
        sources.remember(kept::weeks(folder));
        let shared = Arc::new(Shared {
            surroundings,
            training,
            chance,
            roster,
            signs: Mutex::new(signs),
            sources: Mutex::new(sources),
            folder: folder.to_owned(),
            past_is_ready: AtomicBool::new(false),
        });
        let keeper = Keeper::start(shared.clone()).map_err(BackendError::Thread)?;
        let feeder = Feeder::start(shared.clone()).map_err(BackendError::Thread)?;
        Ok(Arc::new(Vitals { shared, feeder, keeper }))
    }
}

/// The areas of the city.
fn places(surroundings: &Surroundings) -> Places {
    let layers = &surroundings.layers;
    let place = |code: city::TownshipCode| Place { district: code.district(), township: code };
    let townships = layers.townships.iter().map(|township| place(township.code));
    Places::new(townships, layers.districts.iter().map(|district| district.code))
}
