//! Single models: each is read once, off the frame, when a place of it can first be seen, and drawn wherever it stands.

mod one;
mod show;

pub(crate) use one::receive;
pub(crate) use show::show;

use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task};
use geodesy::{EastNorth, to_city_frame};
use models::{Foot, PlacedModel};
use one::{OneModel, Read};
use shell::{GivenModels, GivenPlaces, GroundModel};
use std::sync::Arc;

/// A place, ready to be looked at.
#[derive(Clone, Copy)]
struct Spot {
    at: EastNorth,
    /// Metres above the sea, of the ground or of the model itself, and what it stands above that.
    base_m: f64,
    above_m: f64,
}

/// The places of one source.
struct Set {
    given: Arc<GivenPlaces>,
    /// Which of all models each of its own is.
    models: Vec<usize>,
    spots: Vec<Spot>,
    measuring: Option<Task<Vec<Spot>>>,
    /// What is drawn of each place.
    drawn: Vec<Vec<Entity>>,
}

/// All single models.
#[derive(Resource, Default)]
pub(crate) struct Standing {
    sets: Vec<Set>,
    /// Each model once, however many sources name it.
    models: Vec<OneModel>,
    ground: Option<terrain::Ground>,
    changed: bool,
}

/// Takes in sources that are others, and finds the ground under every place, off the frame, where that is another.
pub(crate) fn begin(
    mut commands: Commands,
    given: Res<GivenModels>,
    ground: Res<GroundModel>,
    mut standing: ResMut<Standing>,
) {
    if !given.is_changed() && !ground.is_changed() {
        return;
    }
    let standing = &mut *standing;
    standing.changed = true;
    if !standing.sets.iter().map(|set| Arc::as_ptr(&set.given)).eq(given.places.iter().map(Arc::as_ptr)) {
        standing.take(&mut commands, &given.places);
    }
    if standing.ground.as_ref().is_some_and(|before| !before.is_same(&ground.ground)) {
        for set in &mut standing.sets {
            set.clear(&mut commands);
            (set.measuring, set.spots) = (None, Vec::new());
        }
    }
    standing.ground = Some(ground.ground.clone());
    for set in standing.sets.iter_mut().filter(|set| set.measuring.is_none()) {
        if set.spots.len() != set.given.places.placed.len() {
            set.measure(&ground.ground);
        }
    }
}

impl Set {
    fn new(given: &Arc<GivenPlaces>) -> Self {
        let drawn = given.places.placed.iter().map(|_| Vec::new()).collect();
        Self { given: given.clone(), models: Vec::new(), spots: Vec::new(), measuring: None, drawn }
    }

    fn measure(&mut self, ground: &terrain::Ground) {
        let (given, ground) = (self.given.clone(), ground.clone());
        let spot = move |placed: &PlacedModel| {
            let (base_m, above_m) = match placed.foot {
                Foot::AboveGround(above_m) => (ground.height_m(placed.at).unwrap_or(0.0), above_m),
                Foot::AboveSea(height_m) => (height_m, 0.0),
            };
            Spot { at: to_city_frame(placed.at), base_m, above_m }
        };
        let work = async move { given.places.placed.iter().map(spot).collect() };
        self.measuring = Some(AsyncComputeTaskPool::get().spawn(work));
    }

    fn clear(&mut self, commands: &mut Commands) {
        for entity in self.drawn.iter_mut().flat_map(|entities| entities.drain(..)) {
            commands.entity(entity).despawn();
        }
    }
}

impl Standing {
    /// Takes these sources instead of those before. Those that stay keep what they have; models that only the others
    /// had are forgotten, and read anew when they come again.
    fn take(&mut self, commands: &mut Commands, given: &[Arc<GivenPlaces>]) {
        let mut before = std::mem::take(&mut self.sets);
        let mut old: Vec<Option<OneModel>> = self.models.drain(..).map(Some).collect();
        let mut kept: HashMap<String, OneModel> = HashMap::default();
        for given in given {
            let stays = before.iter().position(|set| Arc::ptr_eq(&set.given, given));
            let set = stays.map_or_else(|| Set::new(given), |at| before.swap_remove(at));
            let models = set.models.iter().filter_map(|model| old.get_mut(*model)?.take());
            kept.extend(models.map(|model| (model.address.clone(), model)));
            self.sets.push(set);
        }
        before.iter_mut().for_each(|set| set.clear(commands));
        let mut known: HashMap<String, usize> = HashMap::default();
        for set in &mut self.sets {
            let number = |address: &String| {
                *known.entry(address.clone()).or_insert_with(|| {
                    self.models.push(kept.remove(address).unwrap_or_else(|| OneModel::new(address)));
                    self.models.len() - 1
                })
            };
            set.models = set.given.places.models.iter().map(number).collect();
        }
    }

    /// What was wrong, a line each.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.models.iter().filter_map(|model| model.told.as_deref())
    }

    /// Whom to thank for the models: as their sources say, and as the models that were read do.
    pub fn thanks(&self) -> impl Iterator<Item = String> {
        let said = self.sets.iter().filter_map(|set| set.given.thanks.clone());
        said.chain(self.models.iter().filter_map(|model| model.thanks.clone()))
    }

    /// How many places are drawn, and their triangles.
    pub fn drawn(&self) -> (usize, usize) {
        let of_set = |set: &Set| {
            let seen = (0..set.drawn.len()).filter(|n| !set.drawn[*n].is_empty());
            seen.fold((0, 0), |(places, sum), n| {
                let model = set.models[set.given.places.placed[n].model];
                (places + 1, sum + self.models[model].triangles())
            })
        };
        self.sets.iter().map(of_set).fold((0, 0), |all, set| (all.0 + set.0, all.1 + set.1))
    }
}
