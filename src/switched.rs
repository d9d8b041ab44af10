//! Which sources are read: as their settings say, unless the officer switched them otherwise; that is remembered.

use crate::settings::{Remembering, Settings};
use bevy::prelude::*;
use link::sources::Source;
use shell::SwitchSource;

/// The sources as they were switched last.
pub fn as_remembered(sources: Vec<Source>) -> Vec<Source> {
    // What is wrong with the settings is told where the ground is looked for in them.
    let kept = Settings::file().and_then(|file| Settings::read(&file)).unwrap_or_default().sources;
    let switched = |source: Source| Source { enabled: kept.is_on(&source.name, source.enabled), ..source };
    sources.into_iter().map(switched).collect()
}

/// Remembers how the officer switches them.
pub fn follow(app: &mut App) {
    let write = |mut wishes: MessageReader<SwitchSource>, mut remembering: Local<Remembering>| {
        for SwitchSource { name, on } in wishes.read().cloned() {
            remembering.change("which sources are read", move |kept| kept.sources.switch(&name, on));
        }
    };
    app.add_systems(Last, write);
}
