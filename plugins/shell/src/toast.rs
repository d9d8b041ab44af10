//! Notices: shown at the bottom of the map for some seconds, and kept for the list of notices.

use crate::{CityClock, MapArea, Notice, NoticeKind, Screen, Theme};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use city::CityTime;
use std::collections::VecDeque;

/// How many notices are kept.
const KEPT: usize = 200;
/// How many are shown at once.
const SHOWN: usize = 4;
/// How long one is shown, seconds; what failed is shown twice as long.
const SHOWN_S: f64 = 6.0;

/// A notice that was given.
#[derive(Clone, Debug)]
pub struct GivenNotice {
    /// What it said.
    pub notice: Notice,
    /// When, city time.
    pub at: CityTime,
    /// When, seconds since the console started.
    since_start_s: f64,
}

/// The notices of this shift, newest last.
#[derive(Resource, Default)]
pub struct NoticeBook {
    /// At most 200 of them.
    pub given: VecDeque<GivenNotice>,
}

/// Keeps what is said.
pub(crate) fn keep_notices(
    mut notices: MessageReader<Notice>,
    mut book: ResMut<NoticeBook>,
    clock: Res<CityClock>,
    time: Res<Time<Real>>,
) {
    for notice in notices.read() {
        let given =
            GivenNotice { notice: notice.clone(), at: clock.now, since_start_s: time.elapsed_secs_f64() };
        book.given.push_back(given);
        while book.given.len() > KEPT {
            book.given.pop_front();
        }
    }
}

/// Shows the newest; never on a still picture, whose bytes must not depend on when they were given.
pub(crate) fn show_toasts(
    mut contexts: EguiContexts,
    book: Res<NoticeBook>,
    area: Res<MapArea>,
    screen: Res<Screen>,
    theme: Res<Theme>,
    time: Res<Time<Real>>,
) -> Result {
    let now_s = time.elapsed_secs_f64();
    let lasts_s = |kind| if kind == NoticeKind::Failed { 2.0 * SHOWN_S } else { SHOWN_S };
    let fresh: Vec<_> = book
        .given
        .iter()
        .rev()
        .take_while(|given| now_s - given.since_start_s < 2.0 * SHOWN_S)
        .filter(|given| now_s - given.since_start_s < lasts_s(given.notice.kind))
        .take(SHOWN)
        .collect();
    if fresh.is_empty() || screen.is_still() {
        return Ok(());
    }
    let context = contexts.ctx_mut()?;
    let free = area.free.unwrap_or_else(|| context.viewport_rect());
    egui::Area::new(egui::Id::new("toasts"))
        .order(egui::Order::Foreground)
        .interactable(false)
        .pivot(egui::Align2::CENTER_BOTTOM)
        .fixed_pos(free.center_bottom() - egui::vec2(0.0, 16.0))
        .show(context, |ui| {
            for given in fresh.iter().rev() {
                toast(ui, &given.notice, &theme, free.width().min(520.0));
            }
        });
    Ok(())
}

/// One notice: its kind by a sign and a colour, and its words.
fn toast(ui: &mut egui::Ui, notice: &Notice, theme: &Theme, width: f32) {
    let (sign, colour) = match notice.kind {
        NoticeKind::Done => ("✔", theme.panel.good),
        NoticeKind::Attention => ("▲", theme.panel.attention),
        NoticeKind::Failed => ("✖", theme.panel.bad),
    };
    egui::Frame::new()
        .fill(theme.panel.background.egui())
        .stroke(egui::Stroke::new(1.0, colour.egui()))
        .corner_radius(6)
        .inner_margin(egui::Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_max_width(width);
            ui.horizontal_wrapped(|ui| {
                ui.colored_label(colour.egui(), sign);
                ui.colored_label(theme.panel.text.egui(), &notice.text);
            });
        });
}
