//! Which theme the console wears: named, remembered, or switched while it runs.

use crate::settings::{Remembering, Settings, remember};
use bevy::prelude::*;
use shell::{Theme, ThemeName};

/// What is not remembered where that fails.
const WHAT: &str = "the theme";

/// The theme named, which is remembered; else the one remembered, else that of the night.
pub fn chosen(named: Option<ThemeName>) -> ThemeName {
    if let Some(named) = named {
        remember(WHAT, |kept| kept.theme = Some(named));
        return named;
    }
    // What is wrong with the settings is told where the ground is looked for in them.
    let kept = Settings::file().and_then(|file| Settings::read(&file));
    kept.ok().and_then(|settings| settings.theme).unwrap_or_default()
}

/// Remembers what the officer switches to.
pub fn follow(app: &mut App) {
    let write = |theme: Res<Theme>, mut remembering: Local<Remembering>| {
        let name = theme.name;
        remembering.change(WHAT, move |kept| kept.theme = Some(name));
    };
    app.add_systems(Last, write.run_if(resource_changed::<Theme>.and_then(not(resource_added::<Theme>))));
}
