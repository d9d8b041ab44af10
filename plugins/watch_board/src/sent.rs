//! What this console sent and has not seen take effect: a command is on its way from the very press on, so that a second
//! press by accident does nothing.

use crate::view::WatchView;
use city::Command;

/// A press counts as on its way for this long at least; the outbox and the echo take over meanwhile, seconds.
const HELD_S: f64 = 2.0;

#[derive(Clone, Debug)]
struct Press {
    command: Command,
    at_s: f64,
    refusals: usize,
}

/// What this console sent.
#[derive(Debug, Default)]
pub struct Sent {
    presses: Vec<Press>,
}

impl Sent {
    /// Notes a press at `time_s` of the screen's clock.
    pub fn press(&mut self, view: &WatchView, command: &Command, time_s: f64) {
        let refusals = refusals(view, command);
        self.presses.push(Press { command: command.clone(), at_s: time_s, refusals });
    }

    /// Forgets presses that were refused or have had their time.
    pub fn refresh(&mut self, view: &WatchView, time_s: f64) {
        self.presses.retain(|press| {
            (0.0..HELD_S).contains(&(time_s - press.at_s)) && refusals(view, &press.command) <= press.refusals
        });
    }

    /// True while `command`, or another answer to the same, was pressed just now or waits for its answer.
    pub fn is_on_its_way(&self, view: &WatchView, command: &Command) -> bool {
        let pending = view.pending.iter().map(|(_, pending)| pending);
        pending.chain(self.presses.iter().map(|press| &press.command)).any(|sent| is_same_act(sent, command))
    }
}

fn refusals(view: &WatchView, command: &Command) -> usize {
    view.refused.iter().filter(|(refused, _)| refused == command).count()
}

/// A notice is answered once and an algorithm changed once at a time, whatever the reason.
fn is_same_act(sent: &Command, command: &Command) -> bool {
    use Command::ChangeAlgorithm;
    match (sent, command) {
        (ChangeAlgorithm { algorithm_id: a, .. }, ChangeAlgorithm { algorithm_id: b, .. }) => a == b,
        _ => sent == command || (sent.notice_id().is_some() && sent.notice_id() == command.notice_id()),
    }
}
