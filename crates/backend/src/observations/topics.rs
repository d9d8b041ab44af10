//! The topics at which observations are told.

use crate::BackendError;

/// Topics, or filters of them, of an MQTT broker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObservedTopics(Vec<String>);

impl ObservedTopics {
    /// The topics of these words, such as `v1.1/Observations` or `city/+/gas/#`.
    pub fn named(words: &[String]) -> Result<Self, BackendError> {
        for topic in words {
            let wrong = |why: &str| Err(BackendError::Observations { why: format!("`{topic}` {why}") });
            if topic.starts_with("$share/") {
                return wrong(
                    "shares what comes among those who subscribe, but each backend needs all of it",
                );
            }
            if !rumqttc::valid_filter(topic) || topic.contains('\0') || topic.len() > usize::from(u16::MAX) {
                return wrong(
                    "is no topic: `+` stands for one level and `#` for all that follow, between slashes",
                );
            }
        }
        Ok(Self(words.to_vec()))
    }

    /// All of them.
    pub fn all(&self) -> &[String] {
        &self.0
    }

    /// True where none is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True where `topic` is one of them.
    pub fn has(&self, topic: &str) -> bool {
        self.0.iter().any(|filter| rumqttc::matches(topic, filter))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn topics_are_named_or_refused_in_one_line() {
        let named = |words: &[&str]| {
            ObservedTopics::named(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
        };
        let topics = named(&["v1.1/Observations", "city/+/gas/#"]).unwrap();
        assert!(topics.has("v1.1/Observations") && topics.has("city/a/gas/b/c") && !topics.has("city/gas"));
        assert!(named(&[]).unwrap().is_empty());
        for wrong in ["", "a/#/b", "a+/b", "$share/all/v1.1/Observations"] {
            let error = named(&["v1.1/Observations", wrong]).unwrap_err().to_string();
            assert!(error.starts_with("--observations: `") && !error.contains('\n'), "{error}");
        }
    }
}
