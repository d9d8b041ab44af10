//! The bottom: a chip a feed, why the connection is lost, and the lists of pending, refused and notices.

use crate::board::{Board, StripList};
use crate::paint;
use crate::saying;
use crate::view::BoardView;
use bevy_egui::egui;
use egui::{Align2, RichText, ScrollArea, Sense, Ui, pos2, vec2};
use feeds::{FeedHealth, FeedState};
use shell::{NoticeKind, paint_state, span, state_colour, theme::Colour};

/// From this width on the line says who works here, points.
const NAMES_FROM: f32 = 800.0;

/// The chips and the buttons of the lists in one line: chips say less where there is little room.
pub fn strip_line(ui: &mut Ui, view: &BoardView, board: &mut Board) {
    let named = ui.available_width() >= NAMES_FROM;
    paint::both_ends(
        ui,
        |ui| {
            list_buttons(ui, view, board);
            if named {
                on_duty(ui, view);
            }
        },
        |ui| {
            if view.feeds.is_empty() {
                paint::faint(ui, view.theme, view.words.get("board.noFeeds"));
            }
            for (feed, text) in view.feeds.iter().zip(fitting_words(ui, view)) {
                chip(ui, view, feed, &text);
            }
            lost_line(ui, view);
        },
    );
}

fn list_buttons(ui: &mut Ui, view: &BoardView, board: &mut Board) {
    let (words, panel) = (view.words, &view.theme.panel);
    let lists = [
        (StripList::Notices, "board.notices", view.notices_given, panel.text),
        (StripList::Refused, "board.refused", view.refused.len(), panel.bad),
        (StripList::Pending, "board.pending", view.pending.len(), panel.attention),
    ];
    for (list, key, n, loud) in lists {
        let colour = if n == 0 { panel.faint } else { loud };
        let label = words.fill(key, &[("n", &n.to_string())]);
        let text = RichText::new(label).size(view.theme.size.small).color(colour.egui());
        if ui.add(egui::Button::selectable(board.strip == Some(list), text)).clicked() {
            board.strip = if board.strip == Some(list) { None } else { Some(list) };
        }
    }
}

/// What the chips say: all there is to say, or name and state, or the name, whichever finds room.
fn fitting_words(ui: &Ui, view: &BoardView) -> Vec<String> {
    let (words, size) = (view.words, view.theme.size.small);
    let name = |feed: &FeedHealth| saying::keyed(words, "feed", &feed.name);
    let all = |say: &dyn Fn(&FeedHealth) -> String| view.feeds.iter().map(say).collect::<Vec<String>>();
    let room = ui.available_width();
    let fits = |texts: &Vec<String>| {
        let wide =
            |text: &String| paint::line(ui, text, size, view.theme.panel.text.egui(), CHIP_TEXT).size().x;
        let gap = CHIP_FRAME + ui.spacing().item_spacing.x;
        texts.iter().map(|text| wide(text) + gap).sum::<f32>() <= room
    };
    let short =
        |feed: &FeedHealth| format!("{} {}", name(feed), saying::keyed(words, "feed", feed.state.key()));
    let choices = [all(&|feed| chip_words(view, feed)), all(&short)];
    choices.into_iter().find(fits).unwrap_or_else(|| all(&|feed| name(feed)))
}

/// What a chip says: name, state, age of the newest value, rate, problems.
pub fn chip_words(view: &BoardView, feed: &FeedHealth) -> String {
    let words = view.words;
    let name = saying::keyed(words, "feed", &feed.name);
    let state = saying::keyed(words, "feed", feed.state.key());
    let mut text = format!("{name} {state}");
    if feed.state == FeedState::Off {
        return text;
    }
    // The one clock: an age is the city's time since the newest value, whatever the feed last said of itself.
    let age_s = feed.newest.map(|newest| view.now.seconds_since(newest)).or(feed.age_s);
    let age = match age_s {
        Some(age_s) => words.fill("feed.age", &[("t", &span(age_s))]),
        None => words.get("feed.never").to_owned(),
    };
    let rate = if feed.rate_per_s < 10.0 {
        format!("{:.1}", feed.rate_per_s)
    } else {
        format!("{:.0}", feed.rate_per_s)
    };
    text = format!("{text} · {age} · {}", words.fill("feed.rate", &[("n", &rate)]));
    if feed.problems > 0 {
        text = format!("{text} · {}", words.fill("feed.problems", &[("n", &feed.problems.to_string())]));
    }
    text
}

/// The widest text of a chip, and what its mark and its ends take beside it, points.
const CHIP_TEXT: f32 = 420.0;
const CHIP_FRAME: f32 = 28.0;

fn chip(ui: &mut Ui, view: &BoardView, feed: &FeedHealth, text: &str) {
    let (theme, words) = (view.theme, view.words);
    let ink = if feed.state == FeedState::Live { theme.panel.text } else { state_colour(theme, feed.state) };
    let galley = paint::line(ui, text, theme.size.small, ink.egui(), CHIP_TEXT);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + CHIP_FRAME, 22.0), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, text));
    ui.painter().rect_filled(rect, 11.0, theme.panel.inset.egui());
    let dot = pos2(rect.left() + 12.0, rect.center().y);
    let colour = state_colour(theme, feed.state).egui();
    paint_state(ui.painter(), dot, theme, feed.state);
    paint::place(ui, galley, Align2::LEFT_CENTER, pos2(rect.left() + 21.0, rect.center().y));
    response.on_hover_ui(|ui| {
        ui.label(chip_words(view, feed));
        let parts = [
            ("protocol", feed.protocol.as_str()),
            ("received", &feed.received.to_string()),
            ("superseded", &feed.superseded.to_string()),
        ];
        ui.label(words.fill("feed.hover", &parts));
        if let Some(cause) = feed.cause {
            ui.label(RichText::new(saying::keyed(words, "cause", cause.key())).color(colour));
            ui.label(&feed.message);
        }
        if let Some(sample) = &feed.sample {
            ui.label(words.fill("feed.sample", &[("sample", sample)]));
        }
    });
}

/// Who works here: names come from outside, so a long one is cut.
fn on_duty(ui: &mut Ui, view: &BoardView) {
    let text = saying::on_duty(view);
    let galley = paint::line(ui, &text, view.theme.size.small, view.theme.panel.faint.egui(), 200.0);
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, &text));
    paint::place(ui, galley, Align2::LEFT_CENTER, rect.left_center());
    response.on_hover_text(format!("{text}\n{}", view.words.get("board.onDutyHint")));
}

/// The first lost feed and why, in the room that is left.
fn lost_line(ui: &mut Ui, view: &BoardView) {
    let words = view.words;
    let Some(feed) = view.feeds.iter().find(|feed| feed.state == FeedState::Lost) else { return };
    let why = match feed.cause {
        // First in the officer's words; then which address, as whoever is called about it needs it.
        Some(cause) => format!("{} — {}", saying::keyed(words, "cause", cause.key()), feed.message),
        None => words.get("board.noReason").to_owned(),
    };
    let name = saying::keyed(words, "feed", &feed.name);
    let mut text = words.fill("board.connectionLost", &[("feed", &name), ("why", &why)]);
    if view.received {
        text = format!("{text} · {}", words.get("board.lastPicture"));
    }
    let label =
        egui::Label::new(RichText::new(&text).size(view.theme.size.small).color(view.theme.panel.bad.egui()));
    ui.add(label.truncate()).on_hover_text(&text);
}

/// The open list: newest first.
pub fn strip_list(ui: &mut Ui, view: &BoardView, list: StripList) {
    let (theme, words) = (view.theme, view.words);
    let panel = &theme.panel;
    ScrollArea::vertical().id_salt("strip list").auto_shrink([false, false]).show(ui, |ui| {
        let mut empty = true;
        let mut line = |ui: &mut Ui, text: String, colour: Colour| {
            empty = false;
            let text = RichText::new(text).size(theme.size.small).color(colour.egui());
            ui.add(egui::Label::new(text).wrap());
        };
        let none = match list {
            StripList::Pending => {
                for (_, command) in view.pending {
                    line(ui, saying::command(view, command), panel.text);
                }
                "board.nothingPending"
            }
            StripList::Refused => {
                for (command, why) in view.refused.iter().rev() {
                    line(ui, format!("{} — {why}", saying::command(view, command)), panel.bad);
                }
                "board.nothingRefused"
            }
            StripList::Notices => {
                for notice in view.notices.iter().rev() {
                    let colour = match notice.kind {
                        NoticeKind::Done => panel.good,
                        NoticeKind::Attention => panel.attention,
                        NoticeKind::Failed => panel.bad,
                    };
                    line(ui, format!("{}  {}", notice.at.shanghai_clock(), notice.text), colour);
                }
                "board.noNotices"
            }
        };
        if empty {
            paint::faint(ui, theme, words.get(none));
        }
    });
}
