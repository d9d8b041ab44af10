//! Where the picture goes: a window or an image without one; and the part of it that panels leave to the map.

use bevy::math::DVec2;
use bevy::prelude::*;
use bevy_egui::egui;

/// Where the picture goes.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// The primary window.
    #[default]
    Window,
    /// An image of this many pixels, [`Picture`]; the camera jumps to its goals and nothing fades.
    Offscreen {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
}

impl Screen {
    /// True where every frame must look final: no smooth flight, no hysteresis, no fading.
    pub fn is_still(self) -> bool {
        matches!(self, Self::Offscreen { .. })
    }
}

/// The image an offscreen console draws into: what `Screenshot::image` takes.
#[derive(Resource, Clone, Debug)]
pub struct Picture(pub Handle<Image>);

/// The part of the screen that no panel covers, egui points. Whoever shows side panels sets it each frame to what
/// is left (`ui.available_rect_before_wrap()` after the last panel); the pointer works the map only inside it.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct MapArea {
    /// What is left; `None` while no panels are shown.
    pub free: Option<egui::Rect>,
}

impl MapArea {
    /// The middle of the map on a screen of `size` points, kept to whole points so that it does not creep.
    pub fn centre(&self, size: DVec2) -> DVec2 {
        match self.free {
            Some(free) if free.width() > 100.0 && free.height() > 100.0 => {
                let middle = free.center().round();
                DVec2::new(f64::from(middle.x), f64::from(middle.y)).clamp(DVec2::ZERO, size)
            }
            _ => size / 2.0,
        }
    }

    /// True when a point is not under a panel.
    pub fn contains(&self, at: egui::Pos2) -> bool {
        self.free.is_none_or(|free| free.contains(at))
    }
}
