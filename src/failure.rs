//! How the program ends: 0 done, 1 the work failed, 2 the words were wrong; always one clear line.

use link::LinkError;
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

/// An address, a token or an authority that can be none was wrong on the command line; all else is work that failed.
fn exit_code(error: &anyhow::Error) -> u8 {
    use LinkError as E;
    let wrong_words = |e: &LinkError| {
        matches!(
            e,
            E::BadAddress { .. }
                | E::BadHeader { .. }
                | E::TokenFile { .. }
                | E::Ca { .. }
                | E::InClear { .. }
        )
    };
    if error.downcast_ref::<LinkError>().is_some_and(wrong_words) { 2 } else { 1 }
}

/// An error and its causes, each said once: many name their cause themselves.
pub fn in_one_line(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |line, cause| match line.as_str() {
        "" => cause,
        said if said.contains(&cause) => line,
        said => format!("{said}: {cause}"),
    })
}

/// Says what went wrong on one line and turns it into the exit code.
pub fn answer(outcome: Outcome) -> ExitCode {
    let (line, code) = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Said) => return ExitCode::from(1),
        Err(Failure::Work(error)) => (in_one_line(&error), exit_code(&error)),
        Err(Failure::Words(message)) => (message, 2),
    };
    eprintln!("shancheng: {}", line.replace('\n', " "));
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn each_cause_is_said_once() {
        let cause = std::io::Error::other("no space");
        let error = Err::<(), _>(cause).context("the outbox cannot be opened: no space").context("starting");
        let line = error.map_err(|e| in_one_line(&e));
        assert_eq!(line, Err("starting: the outbox cannot be opened: no space".to_owned()));
    }
}
