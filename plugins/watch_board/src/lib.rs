//! What the city's watch says: warnings (预警), risk notices (风险预警提示单), the register of algorithms (算法备案), vital
//! signs (体征) and the quality of data (数据质量), in one panel and on the map.
//!
//! [`panel`] is a function from a [`view`] to [`action`]s; [`warnings`], [`notices`], [`register`], [`vital`] and
//! [`quality`] are its pages, each a list of which only the visible rows are laid out, over the detail of what is selected.
//! [`looking`] says which signs are asked for; while their pages are closed none are. [`map`] keeps signs and
//! areas on the map those of the city. Deliberately absent: rules, and what finds warnings and notices.

mod action;
mod acts;
mod board;
mod chip;
mod facts;
mod keys;
mod looking;
mod map;
mod notices;
mod panel;
mod quality;
mod reason_form;
mod register;
mod rows;
mod saying;
mod sent;
mod show;
mod view;
mod vital;
mod warnings;

#[cfg(test)]
mod tests;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;
use shell::CitySet;

/// The panel, and what the watch says on the map.
#[derive(Clone, Copy, Debug, Default)]
pub struct WatchBoardPlugin;

impl Plugin for WatchBoardPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<board::Board>();
        app.add_systems(Update, (map::lay, map::lay_evidence).in_set(CitySet::Step));
        app.add_systems(EguiPrimaryContextPass, show::show.in_set(CitySet::Panels));
    }
}
