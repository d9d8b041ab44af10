//! Sets of layers saved under a name, as they are kept in the settings.

use crate::settings::{LayerSet, Remembering, Settings};
use bevy::prelude::*;
use shell::{SavedLayers, SavedSet};

/// The sets that were saved.
pub fn remembered() -> anyhow::Result<SavedLayers> {
    let kept = Settings::file().and_then(|file| Settings::read(&file))?.layer_sets;
    let set = |LayerSet { name, off }| SavedSet { name, off };
    Ok(SavedLayers { all: kept.into_iter().map(set).collect() })
}

/// Has them at hand, and remembers what is saved and removed.
pub fn follow(app: &mut App) {
    // What is wrong with the settings is told where the ground is looked for in them.
    app.insert_resource(remembered().unwrap_or_default());
    let write = |saved: Res<SavedLayers>, mut remembering: Local<Remembering>| {
        let set = |SavedSet { name, off }: &SavedSet| LayerSet { name: name.clone(), off: off.clone() };
        let all: Vec<LayerSet> = saved.all.iter().map(set).collect();
        remembering.change("the saved sets of layers", move |kept| kept.layer_sets = all.clone());
    };
    let is_other = resource_changed::<SavedLayers>.and_then(not(resource_added::<SavedLayers>));
    app.add_systems(Last, write.run_if(is_other));
}
