//! What is not yet drawn: a picture is complete when nothing is pending.

use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use std::fmt;

/// What each drawer still has to do for the present view. A drawer sets its own count every frame it changes.
#[derive(Resource, Default, Debug)]
pub struct Pending {
    counts: HashMap<&'static str, usize>,
}

impl Pending {
    /// Says that `drawer` has `count` things left to draw.
    pub fn set(&mut self, drawer: &'static str, count: usize) {
        self.counts.insert(drawer, count);
    }

    /// True when every drawer is done.
    pub fn is_empty(&self) -> bool {
        self.counts.values().all(|count| *count == 0)
    }
}

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut waiting: Vec<_> = self.counts.iter().filter(|(_, count)| **count > 0).collect();
        waiting.sort();
        for (n, (drawer, count)) in waiting.into_iter().enumerate() {
            write!(f, "{}{count} of {drawer}", if n == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// The language the console begins with; the shell takes it into `Words`.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct StartLanguage(pub crate::words::Language);
