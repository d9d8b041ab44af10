//! What this console sent and has not seen take effect: a command is on its way from the very press on,
//! so that a second press by accident does nothing, and the last dispatch can be undone.

use crate::view::BoardView;
use city::{Command, IncidentId, UnitId};
use shell::Presses;

/// How many own dispatches are remembered for undoing.
const UNDO_KEPT: usize = 50;

/// What this console sent.
#[derive(Debug, Default)]
pub struct Sent {
    presses: Presses,
    dispatched: Vec<(IncidentId, UnitId)>,
}

impl Sent {
    /// Notes a press at `time_s` of the screen's clock.
    pub fn press(&mut self, view: &BoardView, command: &Command, time_s: f64) {
        self.presses.press(command, time_s, view.refused);
        if let Command::Dispatch { incident_id, unit_id } = command {
            self.dispatched.push((incident_id.clone(), unit_id.clone()));
            if self.dispatched.len() > UNDO_KEPT {
                self.dispatched.remove(0);
            }
        }
        if let Command::Recall { incident_id, unit_id } = command {
            self.dispatched.retain(|(incident, unit)| (incident, unit) != (incident_id, unit_id));
        }
    }

    /// Forgets presses that were refused or have had their time.
    pub fn refresh(&mut self, view: &BoardView, time_s: f64) {
        self.presses.refresh(time_s, view.refused);
    }

    /// True while `command` was pressed just now or waits for its answer.
    pub fn is_on_its_way(&self, view: &BoardView, command: &Command) -> bool {
        let pending = view.pending.iter().map(|(_, pending)| pending);
        pending.chain(self.presses.commands()).any(|sent| is_same_act(sent, command))
    }

    /// True while `unit` is on its way to be sent anywhere.
    pub fn is_being_sent(&self, view: &BoardView, unit: &UnitId) -> bool {
        self.dispatches(view).any(|(_, sent)| sent == unit)
    }

    /// True while any unit is on its way to be sent to `incident`.
    pub fn is_being_helped(&self, view: &BoardView, incident: &IncidentId) -> bool {
        self.dispatches(view).any(|(helped, _)| helped == incident)
    }

    fn dispatches<'s>(
        &'s self,
        view: &BoardView<'s>,
    ) -> impl Iterator<Item = (&'s IncidentId, &'s UnitId)> + use<'s> {
        let pending = view.pending.iter().map(|(_, pending)| pending);
        pending.chain(self.presses.commands()).filter_map(|command| match command {
            Command::Dispatch { incident_id, unit_id } => Some((incident_id, unit_id)),
            _ => None,
        })
    }

    /// The recall that undoes this console's last dispatch still standing; without one, the recall of the unit
    /// last sent to the selected incident. A dispatch still on its way can be undone: the outbox keeps the order.
    pub fn undo(&self, view: &BoardView) -> Option<Command> {
        let recall = |(incident_id, unit_id): (IncidentId, UnitId)| Command::Recall { incident_id, unit_id };
        let own = self.dispatched.iter().rev().cloned().map(recall).find(|command| {
            let stands = view.city.check(&view.on_duty.actor, command).is_ok();
            (stands || self.is_dispatch_on_its_way(view, command)) && !self.is_on_its_way(view, command)
        });
        own.or_else(|| {
            let incident = view.incident()?;
            let last = incident.units.iter().rev().map(|unit| recall((incident.id.clone(), unit.clone())));
            last.into_iter().find(|command| !self.is_on_its_way(view, command))
        })
    }

    fn is_dispatch_on_its_way(&self, view: &BoardView, recall: &Command) -> bool {
        self.dispatches(view)
            .any(|(incident, unit)| Some(incident) == recall.incident_id() && Some(unit) == recall.unit_id())
    }
}

/// An incident is closed once, whatever the rating and the note.
fn is_same_act(sent: &Command, command: &Command) -> bool {
    match (sent, command) {
        (Command::Close { incident_id: a, .. }, Command::Close { incident_id: b, .. }) => a == b,
        _ => sent == command,
    }
}
