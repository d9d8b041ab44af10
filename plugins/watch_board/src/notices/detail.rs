//! The detail of a risk notice: what is said, who should act and by when, what was answered, the figures, what answers for
//! it; and the buttons that answer.

use super::figures::figures;
use super::row::countdown;
use crate::action::{Action, notice_place};
use crate::acts::{self, Reasoned};
use crate::board::Board;
use crate::facts::{coloured_fact, fact, paragraph, remark};
use crate::reason_form::{ReasonForm, reason_form};
use crate::saying;
use crate::view::WatchView;
use bevy_egui::egui;
use city::{Command, NoticeState, Outcome, RiskNotice, Status};
use egui::{RichText, Ui, vec2};
use shell::Selected;
use shell::saying::keyed;
use shell::widgets::{Face, Standing, act_button, faint};

/// Draws the detail.
pub fn detail(
    ui: &mut Ui,
    view: &WatchView,
    board: &mut Board,
    notice: &RiskNotice,
    actions: &mut Vec<Action>,
) {
    let (theme, words) = (view.theme, view.words);
    let title = RichText::new(saying::notice_title(words, notice)).size(theme.size.body).strong();
    ui.add(egui::Label::new(title.color(theme.panel.text.egui())).wrap());
    faint(ui, theme, format!("{} · {}", notice.id, status(view, notice.status)));
    let is_open_form = matches!(&board.form, Some(form) if form.what == Reasoned::Reject(notice.id.clone()));
    if is_open_form {
        reason_form(ui, view, board, words.get("watch.rejectTitle"), actions);
    } else {
        buttons(ui, view, board, notice, actions);
    }
    paragraph(ui, theme, saying::told(words, &notice.words));
    if notice.on_trial {
        remark(ui, theme, words.get("watch.onTrial"), theme.panel.attention);
    }
    acting(ui, view, notice);
    figures(ui, view, notice);
    shell::widgets::heading(ui, theme, words.get("watch.answersFor"));
    let algorithm = saying::algorithm(view, &notice.algorithm, &notice.version);
    fact(ui, theme, words.get("watch.algorithm"), &algorithm);
    fact(ui, theme, words.get("watch.validity"), saying::told(words, &notice.validity));
    let span =
        format!("{} – {}", saying::moment(notice.from, view.now), saying::moment(notice.until, view.now));
    fact(ui, theme, words.get("watch.period"), &span);
    fact(ui, theme, words.get("watch.issued"), &saying::moment(notice.issued_at, view.now));
    fact(ui, theme, words.get("watch.holdsUntil"), &saying::moment(notice.valid_until, view.now));
}

/// Who should act and by when, and what was answered.
fn acting(ui: &mut Ui, view: &WatchView, notice: &RiskNotice) {
    let (theme, words) = (view.theme, view.words);
    let say = |key: &str| keyed(words, "watch", key);
    fact(ui, theme, &say("place"), &saying::area(view, notice));
    let level = keyed(words, "level", level_key(notice.act.level));
    let whose = view.places.jurisdiction(words, notice.act.jurisdiction);
    fact(ui, theme, &say("acts"), &format!("{whose} · {level}"));
    fact(ui, theme, &say("departments"), &notice.act.departments.join(words.pick("、", ", ")));
    let (left, colour) = countdown(view, notice);
    let by = format!("{} · {left}", saying::moment(notice.act.by, view.now));
    coloured_fact(ui, theme, &say("by"), by.trim_end_matches([' ', '·']), colour);
    fact(ui, theme, &say("severity"), &keyed(words, "noticeSeverity", &notice.act.severity));
    fact(ui, theme, &say("cause"), notice.cause.as_deref().unwrap_or_default());
    fact(ui, theme, &say("state"), &saying::notice_state(view, notice));
    if let NoticeState::Rejected { reason, .. } = &notice.state {
        fact(ui, theme, &say("reason"), reason);
    }
    let (outcome, colour) = match notice.outcome {
        Outcome::Hit => ("hit", theme.panel.good),
        Outcome::Miss => ("miss", theme.panel.bad),
        Outcome::Unknown => ("unjudged", theme.panel.faint),
    };
    coloured_fact(ui, theme, &say("outcome"), &say(outcome), colour);
}

/// Accept, reject, turn into an incident; go there.
fn buttons(ui: &mut Ui, view: &WatchView, board: &mut Board, notice: &RiskNotice, actions: &mut Vec<Action>) {
    let (theme, words) = (view.theme, view.words);
    let time_s = ui.input(|input| input.time);
    ui.horizontal(|ui| {
        let size = vec2((ui.available_width() - 3.0 * ui.spacing().item_spacing.x) / 4.0, 28.0);
        let face = |key, primary| Face { label: words.get(key), key: "", primary, size };
        let accept = Command::AcceptNotice { notice_id: notice.id.clone() };
        let standing = acts::standing(view, board, &accept);
        if act_button(ui, theme, words, &face("watch.accept", true), &standing) {
            board.give(view, accept, time_s, actions);
        }
        let reject = Reasoned::Reject(notice.id.clone());
        let standing = reject.standing(view, board);
        if act_button(ui, theme, words, &face("watch.reject", false), &standing) {
            board.form = Some(ReasonForm::of(reject));
        }
        if let NoticeState::BecameIncident { incident_id, .. } = &notice.state {
            if act_button(ui, theme, words, &face("watch.toIncident", false), &Standing::Ready) {
                actions.push(Action::Select(Selected::Incident(incident_id.clone())));
            }
        } else {
            let turn = Command::NoticeToIncident { notice_id: notice.id.clone() };
            let standing = acts::standing(view, board, &turn);
            if act_button(ui, theme, words, &face("watch.turn", false), &standing) {
                board.give(view, turn, time_s, actions);
            }
        }
        if act_button(ui, theme, words, &face("board.flyThere", false), &Standing::Ready) {
            actions.push(Action::Fly(notice_place(notice)));
        }
    });
}

fn status<'a>(view: &WatchView<'a>, status: Status) -> &'a str {
    view.words.get(match status {
        Status::Actual => "status.actual",
        Status::Exercise => "status.exercise",
        Status::Simulated => "status.simulated",
    })
}

fn level_key(level: city::Level) -> &'static str {
    match level {
        city::Level::City => "city",
        city::Level::District => "district",
        city::Level::Township => "township",
        city::Level::Grid => "grid",
    }
}
