//! How the program ends: 0 done, 1 the work failed, 2 the words were wrong; always one clear line.

use std::process::ExitCode;

/// Why the program stops early.
#[derive(Debug)]
pub enum Failure {
    /// The words on the command line, or in a file they name, were wrong.
    Words(String),
    /// The work failed.
    Work(anyhow::Error),
    /// The work is done and printed, but its answer is no: a refused command, a failed case.
    Said,
}

/// What a command returns.
pub type Outcome = Result<(), Failure>;

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Work(error.into())
    }
}

/// A failure of the words.
pub fn words(message: impl Into<String>) -> Failure {
    Failure::Words(message.into())
}

/// Says what went wrong on one line and turns it into the exit code.
pub fn answer(outcome: Outcome) -> ExitCode {
    let (line, code) = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Said) => return ExitCode::from(1),
        Err(Failure::Work(error)) => (format!("{error:#}"), 1),
        Err(Failure::Words(message)) => (message, 2),
    };
    eprintln!("shancheng: {}", line.replace('\n', " "));
    ExitCode::from(code)
}
