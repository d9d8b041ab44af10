//! Whether an act may be done now, asked alike by keys and buttons.

use crate::board::Board;
use crate::view::WatchView;
use city::{AlgorithmId, AlgorithmState, Command, NoticeId, Warning};
use shell::saying;
use shell::widgets::Standing;

/// Whether `command` may be given now: not while it is on its way, and not against the rules of the city.
pub fn standing(view: &WatchView, board: &Board, command: &Command) -> Standing {
    if board.sent.is_on_its_way(view, command) {
        return Standing::OnItsWay;
    }
    match view.city.check(&view.on_duty.actor, command) {
        Ok(()) => Standing::Ready,
        Err(refusal) => Standing::Refused(saying::refusal(view.words, view.city, &refusal)),
    }
}

/// Takes note of a warning; what somebody took note of needs no second.
pub fn note(view: &WatchView, board: &Board, warning: &Warning) -> (Command, Standing) {
    let command = Command::NoteWarning { warning_id: warning.id.clone() };
    let standing = match (&warning.noted, standing(view, board, &command)) {
        (Some(noted), Standing::Ready) => Standing::Refused(crate::saying::noted(view, noted)),
        (_, standing) => standing,
    };
    (command, standing)
}

/// What a form asks a reason for.
#[derive(Clone, Debug, PartialEq)]
pub enum Reasoned {
    /// A notice is rejected.
    Reject(NoticeId),
    /// An algorithm's state is changed.
    Change(AlgorithmId, AlgorithmState),
}

impl Reasoned {
    /// The command with this reason.
    pub fn command(&self, reason: &str) -> Command {
        let reason = reason.trim().to_owned();
        match self.clone() {
            Self::Reject(notice_id) => Command::RejectNotice { notice_id, reason },
            Self::Change(algorithm_id, state) => Command::ChangeAlgorithm { algorithm_id, state, reason },
        }
    }

    /// Whether it may be asked for: the rules are asked with a reason that would do.
    pub fn standing(&self, view: &WatchView, board: &Board) -> Standing {
        standing(view, board, &self.command("-"))
    }
}
