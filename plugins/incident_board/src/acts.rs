//! The acts of the duty officer, one function each, asked alike by keys and buttons.

use crate::board::Board;
use crate::paint::Standing;
use crate::saying;
use crate::view::BoardView;
use city::{Command, Incident};

/// An act as it stands now: the command it would be, and whether it may be given.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// The command, where there is one to give.
    pub command: Option<Command>,
    /// Whether it may be given now.
    pub standing: Standing,
}

impl Ask {
    fn refused(view: &BoardView, key: &str) -> Self {
        Self { command: None, standing: Standing::Refused(view.words.get(key).to_owned()) }
    }

    fn of(view: &BoardView, board: &Board, command: Command) -> Self {
        let standing = standing(view, board, &command);
        Self { command: Some(command), standing }
    }
}

/// Whether `command` may be given now: not while it is on its way, and not against the rules of the city.
pub fn standing(view: &BoardView, board: &Board, command: &Command) -> Standing {
    if board.sent.is_on_its_way(view, command) {
        return Standing::OnItsWay;
    }
    match view.city.check(&view.on_duty.actor, command) {
        Ok(()) => Standing::Ready,
        Err(refusal) => Standing::Refused(saying::refusal(view, &refusal)),
    }
}

/// Acknowledge the selected incident.
pub fn acknowledge(view: &BoardView, board: &Board) -> Ask {
    match view.incident() {
        Some(incident) => Ask::of(view, board, Command::Acknowledge { incident_id: incident.id.clone() }),
        None => Ask::refused(view, "board.nothingSelected"),
    }
}

/// Send the first suited unit to the selected incident. While one is on its way to be sent there, no second.
pub fn dispatch_first(view: &BoardView, board: &Board) -> Ask {
    let Some(incident) = view.incident() else { return Ask::refused(view, "board.nothingSelected") };
    if board.sent.is_being_helped(view, &incident.id) {
        return Ask { command: None, standing: Standing::OnItsWay };
    }
    match board.offered.first(view, &board.sent) {
        Some(unit) => {
            let unit_id = unit.id.clone();
            Ask::of(view, board, Command::Dispatch { incident_id: incident.id.clone(), unit_id })
        }
        None => Ask::refused(view, "board.nobodySuited"),
    }
}

/// Undo the last dispatch.
pub fn undo(view: &BoardView, board: &Board) -> Ask {
    match board.sent.undo(view) {
        // What is still on its way is not in the city's state yet, so the rules cannot be asked.
        Some(command) => Ask { command: Some(command), standing: Standing::Ready },
        None => Ask::refused(view, "board.nothingToUndo"),
    }
}

/// Whether the close form may be opened: the rules are asked with a rating and a note that would do.
pub fn close_form(view: &BoardView, board: &Board) -> Standing {
    let Some(incident) = view.incident() else {
        return Standing::Refused(view.words.get("board.nothingSelected").to_owned());
    };
    standing(view, board, &close(incident, 5, "-"))
}

/// The command that closes `incident`.
pub fn close(incident: &Incident, rating: u8, note: &str) -> Command {
    Command::Close { incident_id: incident.id.clone(), rating, note: note.trim().to_owned() }
}
