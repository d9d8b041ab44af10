//! The theme: every colour and size on screen, read from `assets/theme_night.toml` or `assets/theme_day.toml`.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

/// An sRGB colour, written `"#rrggbb"` or `"#rrggbbaa"` in the theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Colour(pub [u8; 4]);

impl TryFrom<String> for Colour {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let bad = || format!("`{text}` is not a colour such as \"#1e6fd9\"");
        let hex = text.strip_prefix('#').filter(|h| h.is_ascii()).ok_or_else(bad)?;
        let byte = |i: usize| hex.get(i..i + 2).and_then(|b| u8::from_str_radix(b, 16).ok()).ok_or_else(bad);
        match hex.len() {
            6 => Ok(Self([byte(0)?, byte(2)?, byte(4)?, 255])),
            8 => Ok(Self([byte(0)?, byte(2)?, byte(4)?, byte(6)?])),
            _ => Err(bad()),
        }
    }
}

impl Colour {
    /// As Bevy's linear colour, for shaders.
    pub fn linear(self) -> LinearRgba {
        let [r, g, b, a] = self.0;
        Color::srgba_u8(r, g, b, a).to_linear()
    }

    /// As egui's colour.
    pub fn egui(self) -> bevy_egui::egui::Color32 {
        let [r, g, b, a] = self.0;
        bevy_egui::egui::Color32::from_rgba_unmultiplied(r, g, b, a)
    }

    /// The same colour with another opacity, 0 to 1.
    pub fn with_alpha(self, alpha: f32) -> Self {
        let [r, g, b, _] = self.0;
        Self([r, g, b, (alpha.clamp(0.0, 1.0) * 255.0).round() as u8])
    }
}

/// The themes that ship.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeName {
    /// Dark: for the night shift, and for the video wall.
    #[default]
    Night,
    /// Pale: for rooms with daylight, and for print.
    Day,
}

impl ThemeName {
    /// All of them, as they are written.
    pub const ALL: [(&str, Self); 2] = [("night", Self::Night), ("day", Self::Day)];

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Night => Self::Day,
            Self::Day => Self::Night,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Night => include_str!("../../../assets/theme_night.toml"),
            Self::Day => include_str!("../../../assets/theme_day.toml"),
        }
    }
}

/// Every colour and size on screen.
#[derive(Resource, Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Which one it is.
    pub name: ThemeName,
    /// Colours of panels and text.
    pub panel: PanelTheme,
    /// Colours of the ground.
    pub ground: GroundTheme,
    /// Colours of things on the map.
    pub map: MapTheme,
    /// Colours of what was asked of the roads, and of an imported network.
    pub ways: WaysTheme,
    /// Sizes of text and symbols, in points.
    pub size: SizeTheme,
}

macro_rules! theme_part {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),+ }
    };
}

theme_part! {
    /// Colours of panels and text.
    PanelTheme {
        /// Behind text.
        background: Colour,
        /// Behind a list or field inside a panel.
        inset: Colour,
        /// Lines between things.
        line: Colour,
        /// Text that must be read.
        text: Colour,
        /// Text that may be read.
        faint: Colour,
        /// What is selected or can be pressed.
        accent: Colour,
        /// Text on `accent`.
        on_accent: Colour,
        /// Good: live, done.
        good: Colour,
        /// Needs a look: late.
        attention: Colour,
        /// Bad: lost, overdue, refused.
        bad: Colour,
        /// Behind the band that says 演练.
        exercise_band: Colour,
        /// Text in that band.
        on_exercise_band: Colour,
    }
}

theme_part! {
    /// Colours of the ground.
    GroundTheme {
        /// Height tint: heights in metres and their colours, lowest first, exactly 6.
        tint: Vec<(f32, Colour)>,
        /// Slopes under 5°, 15°, 25°, 35° and 45°, and steeper: exactly 6.
        slope: Vec<Colour>,
        /// Slopes that fall to the north, east, south and west: exactly 4.
        aspect: Vec<Colour>,
        /// Ground that tells nothing by its colour.
        plain: Colour,
        /// What can be seen from a place, with the strength of its tint.
        seen: Colour,
        /// What cannot.
        unseen: Colour,
        /// Land under risen water.
        flood: Colour,
        /// How many times as steep as it is the ground is lit.
        relief: f32,
        /// Contour lines.
        contour: Colour,
        /// Water.
        water: Colour,
        /// The shore line.
        shore: Colour,
        /// Above the horizon.
        sky: Colour,
        /// What far ground fades to.
        haze: Colour,
    }
}

theme_part! {
    /// Colours of things on the map.
    MapTheme {
        /// Risk grades, gravest first: red, orange, yellow, blue.
        grade: [Colour; 4],
        /// How much of the ground the areas of warnings cover, 0 to 1, gravest first.
        warning_cover: [f32; 4],
        /// Incident levels, gravest first.
        level: [Colour; 4],
        /// District borders.
        border: Colour,
        /// The selected thing's ring.
        selected: Colour,
        /// The hovered thing's ring.
        hovered: Colour,
        /// Expressways.
        expressway: Colour,
        /// Other roads.
        road: Colour,
        /// Bridges.
        bridge: Colour,
        /// Walls of buildings.
        building_wall: Colour,
        /// Roofs of buildings.
        building_roof: Colour,
        /// Where wall and roof meet.
        building_edge: Colour,
        /// Drone routes.
        drone_route: Colour,
        /// The way of a dispatched unit.
        trip: Colour,
        /// Units that are free.
        unit_free: Colour,
        /// Units that are out.
        unit_busy: Colour,
        /// Drones.
        drone: Colour,
        /// Devices with a usual value.
        device: Colour,
        /// Devices past their alarm.
        device_alarm: Colour,
        /// Things whose age is over their feed's limit.
        stale: Colour,
        /// Labels.
        label: Colour,
        /// Behind labels.
        halo: Colour,
        /// Labels on water.
        water_label: Colour,
    }
}

theme_part! {
    /// Colours of what was asked of the roads, and of an imported network.
    WaysTheme {
        /// A route.
        route: Colour,
        /// Around a route, and around a closed road.
        casing: Colour,
        /// Where a route begins and ends, and where a reach begins.
        place: Colour,
        /// What is reached soonest, sooner, later and latest: each area holds the ones before it.
        reach: [Colour; 4],
        /// The edge of what is reached.
        reach_edge: Colour,
        /// A closed road.
        closed: Colour,
        /// Motorways and trunk roads.
        fast: Colour,
        /// Main roads.
        main: Colour,
        /// Streets.
        street: Colour,
        /// Ways for walkers.
        path: Colour,
        /// Steps, escalators and lifts.
        steps: Colour,
        /// Around a bridge.
        deck: Colour,
    }
}

theme_part! {
    /// Sizes, in points.
    SizeTheme {
        /// Ordinary text.
        body: f32,
        /// Small text.
        small: f32,
        /// Headings.
        heading: f32,
        /// Numbers that must be read from afar.
        clock: f32,
        /// District labels.
        district_label: f32,
        /// Place labels.
        place_label: f32,
        /// A risk point.
        risk_point: f32,
        /// A device.
        device: f32,
        /// A unit.
        unit: f32,
        /// An incident.
        incident: f32,
    }
}

impl Colour {
    /// How far two colours are from each other in lightness, 1 to 21: 4.5 and more reads well (WCAG 2.2, success
    /// criterion 1.4.3).
    pub fn contrast(self, other: Self) -> f32 {
        let [a, b] = [self, other].map(|colour| colour.linear().luminance() + 0.05);
        a.max(b) / a.min(b)
    }
}

impl Theme {
    /// The ink for text on a plate of some colour: the darker or the paler of the panels' two, whichever reads better.
    pub fn ink_on(&self, plate: Colour) -> Colour {
        let PanelTheme { text, background, .. } = self.panel;
        if text.contrast(plate) > background.contrast(plate) { text } else { background }
    }

    /// A theme that ships. It is part of the program, so a fault in it is one of the program.
    pub fn of(name: ThemeName) -> Self {
        Self::read(name.text()).unwrap_or_else(|fault| panic!("{name:?}: {fault}"))
    }

    /// The theme of the night.
    pub fn shipped() -> Self {
        Self::of(ThemeName::Night)
    }

    /// Reads a theme; the message names what is wrong and where.
    pub fn read(text: &str) -> Result<Self, String> {
        let theme = toml::from_str::<Self>(text).map_err(|e| format!("theme: {e}"))?;
        match theme.ground.tint.len() {
            6 => Ok(theme),
            count => Err(format!("theme: ground.tint holds {count} heights, not 6")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_themes_read_and_their_tints_rise() {
        for (_, name) in ThemeName::ALL {
            let theme = Theme::of(name);
            assert!(theme.name == name && theme.ground.tint.is_sorted_by(|a, b| a.0 < b.0));
        }
    }

    #[test]
    fn text_can_be_read_in_every_theme() {
        for (_, name) in ThemeName::ALL {
            let theme = Theme::of(name);
            let (panel, map) = (&theme.panel, &theme.map);
            for (what, ink) in [
                ("text", panel.text),
                ("faint", panel.faint),
                ("good", panel.good),
                ("attention", panel.attention),
                ("bad", panel.bad),
            ] {
                for ground in [panel.background, panel.inset] {
                    let found = ink.contrast(ground);
                    assert!(found > 4.5, "{name:?}: {what} has a contrast of {found:.1}");
                }
            }
            assert!(panel.on_accent.contrast(panel.accent) > 4.5);
            assert!(panel.on_exercise_band.contrast(panel.exercise_band) > 4.5);
            assert!(map.label.contrast(map.halo) > 7.0);
            for plate in map.grade {
                assert!(theme.ink_on(plate).contrast(plate) > 4.5, "{name:?}: {plate:?}");
            }
        }
    }

    #[test]
    fn a_wrong_colour_is_named() {
        let text = ThemeName::Night.text().replacen("#0c131b", "#0c13", 1);
        assert!(Theme::read(&text).is_err_and(|fault| fault.contains("#0c13")));
    }
}
