//! What was pressed and has not been seen to take effect: a command is on its way from the very press on, so that a second
//! press by accident does nothing.

use city::Command;

/// A press counts as on its way for this long at least; the outbox and the echo take over meanwhile, seconds.
const HELD_S: f64 = 2.0;

#[derive(Clone, Debug)]
struct Press {
    command: Command,
    at_s: f64,
    refusals: usize,
}

/// The presses of a board.
#[derive(Debug, Default)]
pub struct Presses(Vec<Press>);

impl Presses {
    /// Notes a press at `time_s` of the screen's clock. `refused` are the commands that were refused, with the reasons.
    pub fn press(&mut self, command: &Command, time_s: f64, refused: &[(Command, String)]) {
        let refusals = refusals(refused, command);
        self.0.push(Press { command: command.clone(), at_s: time_s, refusals });
    }

    /// Forgets presses that were refused or have had their time.
    pub fn refresh(&mut self, time_s: f64, refused: &[(Command, String)]) {
        self.0.retain(|press| {
            (0.0..HELD_S).contains(&(time_s - press.at_s))
                && refusals(refused, &press.command) <= press.refusals
        });
    }

    /// What was pressed.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.0.iter().map(|press| &press.command)
    }
}

fn refusals(refused: &[(Command, String)], command: &Command) -> usize {
    refused.iter().filter(|(refused, _)| refused == command).count()
}
