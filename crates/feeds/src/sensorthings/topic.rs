//! Topics of MQTT and what addresses name: the version, the entities on the way, the options (18-088, clause 14; 23-019, "MQTT").

use super::version::{Kind, Version};
use std::borrow::Cow;

/// The most segments of a topic that are looked at.
const MOST_SEGMENTS: usize = 16;

/// What a topic tells of the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic<'a> {
    /// The version that its beginning names.
    pub version: Option<Version>,
    /// The kind of entity that is published.
    pub kind: Kind,
    /// The Datastream that it lies under.
    pub datastream: Option<Cow<'a, str>>,
    /// The options behind the `?`, as they stand there.
    pub options: Option<&'a str>,
    /// True on the topics that create (`…/Observations/create`, 2.0), where what comes is a wish and not yet a fact.
    pub is_wish: bool,
}

/// Reads a topic such as `v1.1/Datastreams(1)/Observations?$select=result`, perhaps behind a prefix of the broker's.
pub fn read_topic(topic: &str) -> Option<Topic<'_>> {
    let (path, options) = match split_options(topic) {
        (path, "") => (path, None),
        (path, options) => (path, Some(options)),
    };
    let mut read = None;
    let mut datastream = None;
    let (mut version, mut is_wish) = (None, false);
    for segment in segments(path).take(MOST_SEGMENTS) {
        if let Some(found) = Version::ALL.into_iter().find(|version| version.path() == segment) {
            (version, read, datastream) = (Some(found), None, None);
            continue;
        }
        if segment == "create" {
            is_wish = true;
            continue;
        }
        let (name, key) = name_and_key(segment);
        let kind = Kind::of_relation(name);
        if kind == Some(Kind::Datastream) {
            datastream = key;
        }
        read = kind.or(read);
    }
    Some(Topic { version, kind: read?, datastream, options, is_wish })
}

/// The topic on which new observations are told: of one Datastream, or of all.
pub fn observations_topic(version: Version, datastream: Option<&str>, select: &[&str]) -> String {
    let under =
        datastream.map_or(String::new(), |id| format!("Datastreams({})/", super::request::id_literal(id)));
    let select = if select.is_empty() { String::new() } else { format!("?$select={}", select.join(",")) };
    format!("{}/{under}Observations{select}", version.path())
}

/// The id in the last segment of a link, such as `7` of `https://a/v1.1/Datastreams(7)`, where that is of `set`.
pub fn entity_id<'a>(link: &'a str, set: &str) -> Option<Cow<'a, str>> {
    let path = split_options(link).0.trim_end_matches('/');
    let (name, key) = name_and_key(segments(path).last()?);
    if name == set { key } else { None }
}

/// What stands before a `?`, and behind it; one within quotes does not count.
fn split_options(text: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '?' if !quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

/// The segments between slashes; a slash within quotes belongs to an id.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    path.split(move |c| {
        if c == '\'' {
            quoted = !quoted;
        }
        c == '/' && !quoted
    })
}

/// `Datastreams('a')` is the name and the id `a`; quotes within are doubled (OData 4.01, part 2, 5.1.1.6.2).
fn name_and_key(segment: &str) -> (&str, Option<Cow<'_, str>>) {
    let Some((name, rest)) = segment.split_once('(') else { return (segment, None) };
    let Some(key) = rest.strip_suffix(')') else { return (name, None) };
    let key = match percent_encoding::percent_decode_str(key).decode_utf8() {
        Ok(key) => key,
        Err(_) => Cow::Borrowed(key),
    };
    let bare = key.strip_prefix('\'').and_then(|key| key.strip_suffix('\''));
    let key = match (bare, &key) {
        (Some(bare), _) if bare.contains("''") => Cow::Owned(bare.replace("''", "'")),
        (Some(_), Cow::Borrowed(key)) => Cow::Borrowed(key.get(1..key.len() - 1).unwrap_or_default()),
        (Some(bare), Cow::Owned(_)) => Cow::Owned(bare.to_owned()),
        (None, _) => key,
    };
    (name, (!key.is_empty()).then_some(key))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn topics_name_version_kind_and_datastream() {
        let read = |topic| {
            let read: Topic<'_> = read_topic(topic).unwrap();
            (read.version, read.kind, read.datastream.map(Cow::into_owned), read.options.map(str::to_owned))
        };
        let (one, obs) = (Some(Version::V1_1), Kind::Observation);
        assert_eq!(read("v1.1/Datastreams(1)/Observations"), (one, obs, Some("1".into()), None));
        assert_eq!(read("v1.1/Observations"), (one, obs, None, None));
        assert_eq!(
            read("v1.1/Datastreams('a-b')/Observations?$select=result"),
            (one, obs, Some("a-b".into()), Some("$select=result".into()))
        );
        assert_eq!(read("city/frost/v1.1/Datastreams('it''s/山?')/Observations").2, Some("it's/山?".into()));
        assert_eq!(read("Datastreams(%27x%20y%27)/Observations").2, Some("x y".into()));
        assert_eq!(read("v1.1/Things(1)/Datastreams").1, Kind::Datastream);
        assert!(read_topic("v2.0/Datastreams(4)/Observations/create").unwrap().is_wish);
        for bad in ["", "/", "v1.1", "a/b/c", "?"] {
            assert_eq!(read_topic(bad), None, "{bad}");
        }
        for odd in [
            "v1.1/Datastreams(/Observations",
            "v1.1/Datastreams()/Observations",
            "v1.1/Datastreams(')/Observations",
        ] {
            let _ = read_topic(odd);
        }
        assert_eq!(
            observations_topic(Version::V1_1, Some("a'b"), &["result"]),
            "v1.1/Datastreams('a''b')/Observations?$select=result"
        );
        assert_eq!(observations_topic(Version::V2_0, Some("12"), &[]), "v2.0/Datastreams(12)/Observations");
        assert_eq!(
            read_topic(&observations_topic(Version::V1_1, Some("a'b"), &[])).unwrap().datastream.as_deref(),
            Some("a'b")
        );
    }

    #[test]
    fn links_tell_an_id_only_where_they_lead_to_the_entity() {
        assert_eq!(entity_id("https://a/v1.1/Datastreams(7)", "Datastreams").as_deref(), Some("7"));
        assert_eq!(
            entity_id("https://a/v1.1/Things(1)/Datastreams('x')/?a=b", "Datastreams").as_deref(),
            Some("x")
        );
        assert_eq!(entity_id("https://a/v1.1/Observations(7)/Datastream", "Datastreams"), None);
        assert_eq!(entity_id("", "Datastreams"), None);
    }
}
