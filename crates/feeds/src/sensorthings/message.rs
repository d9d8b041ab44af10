//! What a message of a broker tells a map: values, when they held, and what of it cannot be shown.

use super::observation::{Observation, Observations, Outcome, read_observations};
use super::topic::read_topic;
use super::version::Kind;
use crate::Problems;
use city::CityTime;
use std::borrow::Cow;

/// The longest message that is read, bytes.
pub const LONGEST_MESSAGE: usize = 16 << 20;

/// Why what is no number is not shown.
const NO_NUMBER: &str = "a result that is no number, which is not shown";

impl Observation<'_> {
    /// When it tells of the world: until when it holds, else when its result was made.
    pub fn time(&self) -> Option<CityTime> {
        self.phenomenon.map(super::When::last).or(self.result_time)
    }

    /// Its value as the one-map shows it; a truth value is 1 or 0.
    pub fn value(&self) -> Option<f64> {
        match self.result {
            Outcome::Number(number) => Some(number),
            Outcome::Flag(flag) => Some(f64::from(u8::from(flag))),
            Outcome::Text(_) | Outcome::Nothing | Outcome::Structure(_) => None,
        }
    }
}

impl Observations<'_> {
    /// Takes out what is wrong: what could not be read, what belongs nowhere, what is no number.
    pub fn take_problems(&mut self) -> Problems {
        let mut problems = std::mem::take(&mut self.problems);
        let tally = self.tally;
        for (count, why) in [
            (tally.homeless, "an observation that does not say of which Datastream it is"),
            (tally.texts + tally.structures, NO_NUMBER),
        ] {
            if count > 0 {
                problems.merge(Problems { count, sample: Some(why.to_owned()) });
            }
        }
        problems
    }
}

/// Hands to `take` what a message at `topic` holds; else why it holds nothing, to be said before the topic.
pub fn read_message<T>(
    topic: &str,
    payload: &[u8],
    take: impl FnOnce(Observations<'_>) -> T,
) -> Result<T, String> {
    if payload.len() > LONGEST_MESSAGE {
        return Err(format!("a message of {} bytes, which is too long to be read, at", payload.len()));
    }
    let of_topic = datastream_of(topic)?;
    let read = read_observations(payload, of_topic.as_deref()).map_err(|why| format!("{why}, at"))?;
    Ok(take(read))
}

/// The Datastream that a topic names; else why no observations are read at it.
fn datastream_of(topic: &str) -> Result<Option<Cow<'_, str>>, String> {
    // Not every publisher names its topics as the standard does; then the observations say whose they are.
    let Some(topic) = read_topic(topic) else { return Ok(None) };
    match topic.kind {
        Kind::Observation if topic.is_wish => Err("a wish to create an observation, at".to_owned()),
        Kind::Observation => Ok(topic.datastream),
        other => Err(format!("a {other:?} and no observation, at")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn topics_tell_the_datastream_or_leave_it_to_the_observations() {
        assert_eq!(datastream_of("v1.1/Datastreams('a''b')/Observations").unwrap().as_deref(), Some("a'b"));
        assert_eq!(datastream_of("v1.1/Observations").unwrap(), None);
        assert_eq!(datastream_of("city/gas/values").unwrap(), None);
        assert!(datastream_of("v1.1/Things(1)").unwrap_err().contains("Thing"));
        assert!(datastream_of("v2.0/Datastreams(1)/Observations/create").is_err());
    }

    #[test]
    fn a_message_is_read_with_its_topic_or_refused_with_a_reason() {
        let told = r#"[{"result":true,"resultTime":"2026-11-22T08:00:00Z"},{"result":"open"}]"#;
        let read = |topic: &str, text: &str| {
            read_message(topic, text.as_bytes(), |mut read| {
                let first = read.rows.first().map(|row| (row.value(), row.time(), row.datastream.is_some()));
                (first, read.take_problems().count)
            })
        };
        let at = CityTime::parse("2026-11-22T08:00:00Z").ok();
        assert_eq!(read("v1.1/Datastreams(7)/Observations", told), Ok((Some((Some(1.0), at, true)), 1)));
        assert_eq!(read("city/doors", told), Ok((Some((Some(1.0), at, false)), 3)));
        assert!(read("city/doors", "moo").unwrap_err().ends_with(", at"));
        assert!(read("city/doors", &" ".repeat(LONGEST_MESSAGE + 1)).unwrap_err().contains("too long"));
    }
}
