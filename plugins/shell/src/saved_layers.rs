//! Sets of layers that people saved under a name, to have them again with one press.

use crate::OnScreenLayers;
use bevy::prelude::*;
use std::collections::BTreeSet;

/// A set of layers under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedSet {
    /// What it is called.
    pub name: String,
    /// The keys of the layers that are off; all others are on.
    pub off: BTreeSet<String>,
}

impl SavedSet {
    /// What is on now, under a name.
    pub fn of(name: &str, layers: &OnScreenLayers) -> Self {
        let off = layers.switched.iter().filter(|(_, on)| !**on).map(|(key, _)| key.clone()).collect();
        Self { name: name.to_owned(), off }
    }

    /// Has its layers on, and no others off.
    pub fn switch(&self, layers: &mut OnScreenLayers) {
        layers.switched = self.off.iter().map(|key| (key.clone(), false)).collect();
    }

    /// True while exactly its layers are off.
    pub fn is_on(&self, layers: &OnScreenLayers) -> bool {
        let off = layers.switched.iter().filter(|(_, on)| !**on);
        off.clone().count() == self.off.len() && off.clone().all(|(key, _)| self.off.contains(key))
    }
}

/// All saved sets; the program remembers them.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedLayers {
    /// The sets, in the order they were saved.
    pub all: Vec<SavedSet>,
}

impl SavedLayers {
    /// Saves a set, in the place of the one of its name.
    pub fn save(&mut self, set: SavedSet) {
        match self.all.iter_mut().find(|held| held.name == set.name) {
            Some(held) => *held = set,
            None => self.all.push(set),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_set_brings_back_what_was_on() {
        let mut layers = OnScreenLayers::default();
        layers.switch("roads", false);
        layers.switch("labels", true);
        let mut saved = SavedLayers::default();
        saved.save(SavedSet::of("汛期", &layers));
        layers.switch("roads", true);
        layers.switch("units", false);
        assert!(!saved.all[0].is_on(&layers));
        saved.all[0].switch(&mut layers);
        assert!(saved.all[0].is_on(&layers));
        assert!(!layers.is_on("roads") && layers.is_on("units") && layers.is_on("labels"));
        saved.save(SavedSet::of("汛期", &OnScreenLayers::default()));
        assert!(saved.all.len() == 1 && saved.all[0].off.is_empty());
    }
}
