//! What this console sent and has not seen take effect.

use crate::view::WatchView;
use city::Command;
use shell::Presses;

/// What this console sent.
#[derive(Debug, Default)]
pub struct Sent(Presses);

impl Sent {
    /// Notes a press at `time_s` of the screen's clock.
    pub fn press(&mut self, view: &WatchView, command: &Command, time_s: f64) {
        self.0.press(command, time_s, view.refused);
    }

    /// Forgets presses that were refused or have had their time.
    pub fn refresh(&mut self, view: &WatchView, time_s: f64) {
        self.0.refresh(time_s, view.refused);
    }

    /// True while `command`, or another answer to the same, was pressed just now or waits for its answer.
    pub fn is_on_its_way(&self, view: &WatchView, command: &Command) -> bool {
        let pending = view.pending.iter().map(|(_, pending)| pending);
        pending.chain(self.0.commands()).any(|sent| is_same_act(sent, command))
    }
}

/// A notice is answered once and an algorithm changed once at a time, whatever the reason.
fn is_same_act(sent: &Command, command: &Command) -> bool {
    use Command::ChangeAlgorithm;
    match (sent, command) {
        (ChangeAlgorithm { algorithm_id: a, .. }, ChangeAlgorithm { algorithm_id: b, .. }) => a == b,
        _ => sent == command || (sent.notice_id().is_some() && sent.notice_id() == command.notice_id()),
    }
}
