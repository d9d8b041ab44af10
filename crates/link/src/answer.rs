//! What the backend's answer to a command means.

use crate::backoff::Trouble;
use crate::message::{Outcome, Problem};
use feeds::{Cause, Problems};
use serde_json::Value;

/// Reads the answer of a command: 2xx, and 4xx that say by a problem document what is wrong (RFC 9457). Whatever else
/// something between us and the backend may say in its place is no answer: the command is asked for again.
pub(crate) fn read(status: u16, is_problem: bool, body: &[u8]) -> Result<(Outcome, Problems), Trouble> {
    match status {
        200..=299 => done(body),
        400..=499 if is_problem => Ok((refused(status, body), Problems::default())),
        _ => Err(Trouble::lasting(
            Cause::Stranger,
            format!("commands are answered with {status}: is the address that of a city backend?"),
        )),
    }
}

fn done(body: &[u8]) -> Result<(Outcome, Problems), Trouble> {
    let mut problems = Problems::default();
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let Some(events) = answer.as_ref().and_then(|a| a.get("events")).and_then(Value::as_array) else {
        // Something between us and the backend may have answered in its place; the key makes asking again safe.
        return Err(Trouble::new(
            Cause::Unreadable,
            format!("the answer to a command is unreadable: `{}`", beginning(body)),
        ));
    };
    let read = |event: &Value| match feeds::read_event(&event.to_string()) {
        Ok(event) => Some(event),
        Err(bad) => {
            problems.merge(bad.problems);
            None
        }
    };
    let events = events.iter().filter_map(read).collect();
    Ok((Outcome::Done { events }, problems))
}

fn refused(status: u16, body: &[u8]) -> Outcome {
    let problem = match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => Problem { refusal: serde_json::from_slice(body).ok(), ..problem },
        Err(_) => Problem {
            kind: "about:blank".to_owned(),
            title: format!("refused with {status}"),
            detail: beginning(body),
            ..Problem::default()
        },
    };
    Outcome::Refused { status, problem }
}

fn beginning(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_refusal_keeps_its_rule_and_words() {
        let body =
            br#"{"type":"x","title":"Unit taken","status":409,"detail":"unit U-1 is driving","instance":"/a",
            "reason":"unitTaken","unit":"U-1","state":"driving","incident":"I-1"}"#;
        let (outcome, _) = read(409, true, body).unwrap();
        let Outcome::Refused { status: 409, problem } = outcome else { panic!("{outcome:?}") };
        assert_eq!(problem.reason.as_deref(), Some("unitTaken"));
        assert_eq!(problem.refusal.as_ref().unwrap().key(), "unitTaken");
        assert_eq!(problem.to_string(), "Unit taken: unit U-1 is driving");
    }

    #[test]
    fn what_is_no_answer_is_asked_for_again() {
        assert!(read(200, false, b"<html>log in</html>").is_err());
        assert!(read(302, true, b"").is_err());
        assert!(read(404, false, b"nothing here").is_err());
        let (outcome, _) = read(404, true, b"{}").unwrap();
        assert!(matches!(outcome, Outcome::Refused { status: 404, .. }));
        let (outcome, problems) = read(200, false, br#"{"events":[{"sequence":1}]}"#).unwrap();
        assert_eq!((outcome, problems.count), (Outcome::Done { events: Vec::new() }, 1));
    }
}
