//! An act of somebody in the training city: a command and who gives it.

use city::{Actor, Command, Source};

/// A command of the training city, with who gives it and, for reports, who saw it.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Who gives it.
    pub actor: Actor,
    /// What they want done.
    pub command: Command,
    /// Who or what saw it.
    pub source: Option<Source>,
}

impl Act {
    /// What the crew of a unit says.
    pub fn crew(unit: &city::UnitId, command: Command) -> Self {
        Self { actor: Actor::crew(&format!("crew:{unit}")), command, source: None }
    }

    /// What somebody or something reports.
    pub fn report(name: &str, source: Source, command: Command) -> Self {
        Self { actor: Actor::reporter(name), command, source: Some(source) }
    }
}
