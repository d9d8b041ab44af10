//! Which theme the console wears: named, remembered, or switched while it runs.

use crate::settings::Settings;
use bevy::prelude::*;
use bevy::tasks::{IoTaskPool, Task};
use shell::{Theme, ThemeName};

/// The theme named, which is remembered; else the one remembered, else that of the night.
pub fn chosen(named: Option<ThemeName>) -> ThemeName {
    if let Some(named) = named {
        remember(named);
        return named;
    }
    // What is wrong with the settings is told where the ground is looked for in them.
    let kept = Settings::file().and_then(|file| Settings::read(&file));
    kept.ok().and_then(|settings| settings.theme).unwrap_or_default()
}

/// Remembers what the officer switches to, off the frame, one switch after the other.
pub fn follow(app: &mut App) {
    let write = |theme: Res<Theme>, mut last: Local<Option<Task<()>>>| {
        let (name, before) = (theme.name, last.take());
        *last = Some(IoTaskPool::get().spawn(async move {
            if let Some(before) = before {
                before.await;
            }
            remember(name);
        }));
    };
    app.add_systems(Last, write.run_if(resource_changed::<Theme>.and_then(not(resource_added::<Theme>))));
}

fn remember(name: ThemeName) {
    let kept = Settings::file().and_then(|file| Settings::change(&file, |kept| kept.theme = Some(name)));
    if let Err(error) = kept {
        tracing::warn!("the theme is not remembered: {error:#}");
    }
}
