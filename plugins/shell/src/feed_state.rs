//! How a feed does, as a shape and a colour, and how long that is in one short word: the same on every board.

use crate::{Colour, Theme};
use bevy_egui::egui;
use egui::{Painter, Pos2, Rect, Stroke, vec2};
use feeds::FeedState;

/// Half the width of the mark of a state, points.
const RADIUS: f32 = 4.0;

/// The colour of a state.
pub fn state_colour(theme: &Theme, state: FeedState) -> Colour {
    let panel = &theme.panel;
    match state {
        FeedState::Live => panel.good,
        FeedState::Late => panel.attention,
        FeedState::Lost => panel.bad,
        FeedState::Off => panel.faint,
    }
}

/// Paints a state: disc, ring or square, so that nobody needs to tell colours apart.
pub fn paint_state(painter: &Painter, at: Pos2, theme: &Theme, state: FeedState) {
    let colour = state_colour(theme, state).egui();
    match state {
        FeedState::Live => painter.circle_filled(at, RADIUS, colour),
        FeedState::Late => painter.circle_stroke(at, RADIUS, Stroke::new(2.0, colour)),
        FeedState::Lost | FeedState::Off => {
            painter.rect_filled(Rect::from_center_size(at, vec2(2.0 * RADIUS, 2.0 * RADIUS)), 0.0, colour)
        }
    };
}

/// A span of time in seconds in one short word: `0.2 s`, `3 s`, `4 min`, `2 h`, `5 d`; what is told of the future has
/// no age.
pub fn span(seconds: f64) -> String {
    match seconds.max(0.0) {
        s if s < 0.05 => "0 s".to_owned(),
        s if s < 0.95 => format!("{s:.1} s"),
        s if s < 100.0 => format!("{s:.0} s"),
        s if s < 6_000.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.0} h", s / 3_600.0),
        s => format!("{:.0} d", s / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_one_short_word() {
        let said = [-1.0, 0.25, 3.4, 240.0, 7_200.0, 9e5].map(span);
        assert_eq!(said, ["0 s", "0.2 s", "3 s", "4 min", "2 h", "10 d"]);
    }
}
