//! How observations are written by both versions of the standard, and what each part of one means; the parts are borrowed,
//! and read only where they are asked for.

use super::observation::{Observation, Outcome};
use super::time::When;
use super::topic::entity_id;
use super::{Text, text_of};
use serde::Deserialize;
use serde::de::Deserializer;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What stands around the records of a page.
#[derive(Deserialize)]
pub(super) struct Head<'a> {
    #[serde(borrow, default)]
    pub(super) value: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "@iot.nextLink")]
    pub(super) next: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "@nextLink")]
    pub(super) newer_next: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "@iot.count")]
    pub(super) count: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "@count")]
    pub(super) newer_count: Option<&'a RawValue>,
}

/// One record: an observation, or a block of them as a data array. Both versions' names.
#[derive(Deserialize)]
pub(super) struct Element<'a> {
    #[serde(borrow, default, rename = "@iot.id")]
    pub(super) id: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "id")]
    pub(super) newer_id: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "phenomenonTime")]
    pub(super) phenomenon: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "resultTime")]
    pub(super) result_time: Option<&'a RawValue>,
    // `null` is a result; only its absence is none.
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) result: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "resultQuality")]
    pub(super) quality: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) parameters: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "properties")]
    pub(super) newer_parameters: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "Datastream")]
    pub(super) datastream: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "Datastream@iot.navigationLink")]
    pub(super) link: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "Datastream@navigationLink")]
    pub(super) newer_link: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) components: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "dataArray")]
    pub(super) data: Option<&'a RawValue>,
}

fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}

#[derive(Deserialize)]
struct Reference<'a> {
    #[serde(borrow, default, rename = "@iot.id")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "id")]
    newer_id: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "@iot.selfLink")]
    link: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "@id")]
    newer_link: Option<&'a RawValue>,
}

/// The id in a link such as `…/Datastreams(7)`; one such as `…/Observations(3)/Datastream` does not tell.
fn id_in_link(raw: &str) -> Option<Text<'_>> {
    match text_of(raw)? {
        Cow::Borrowed(link) => entity_id(link, "Datastreams"),
        Cow::Owned(link) => entity_id(&link, "Datastreams").map(|id| Cow::Owned(id.into_owned())),
    }
}

impl<'a> Element<'a> {
    /// True when it has nothing of an observation, as the answer of a server that says why it has none.
    pub(super) fn is_none(&self) -> bool {
        self.result.is_none() && self.phenomenon.is_none() && self.data.is_none()
    }

    pub(super) fn datastream(&self) -> Option<Text<'a>> {
        datastream(self.datastream.map(RawValue::get), self.link.or(self.newer_link).map(RawValue::get))
    }
}

/// The Datastream that is expanded, or else linked.
pub(super) fn datastream<'a>(expanded: Option<&'a str>, link: Option<&'a str>) -> Option<Text<'a>> {
    let expanded: Option<Reference<'a>> = expanded.and_then(|raw| serde_json::from_str(raw).ok());
    let of_expanded = expanded.and_then(|it| {
        let id = it.id.or(it.newer_id).and_then(|raw| text_of(raw.get()));
        id.or_else(|| id_in_link(it.link.or(it.newer_link)?.get()))
    });
    of_expanded.or_else(|| id_in_link(link?))
}

#[derive(Deserialize)]
struct Interval<'a> {
    #[serde(borrow)]
    start: Cow<'a, str>,
    #[serde(borrow, default)]
    end: Option<Cow<'a, str>>,
}

/// Both ways a time is written: as text, and as an object with `start` and perhaps `end` (2.0), and whether its offset
/// had to be assumed. `null` is none.
fn when(raw: &str) -> Result<Option<(When, bool)>, Bad<'_>> {
    let bad = ("no time of 1970 to 2199", raw);
    if raw == "null" {
        return Ok(None);
    }
    if let Some(text) = text_of(raw).filter(|_| raw.starts_with('"')) {
        return When::read(&text).map(Some).ok_or(bad);
    }
    let told: Interval<'_> = serde_json::from_str(raw).map_err(|_| bad)?;
    let when = match told.end {
        None => When::read(&told.start),
        Some(end) => When::read(&format!("{}/{end}", told.start)),
    };
    when.map(Some).ok_or(bad)
}

/// What is said of a time that lacks its offset.
pub const WITHOUT_OFFSET: &str = "a time without an offset, taken as Asia/Shanghai";

/// Why a record is bad, and the text of what is bad in it.
pub(super) type Bad<'a> = (&'static str, &'a str);

fn outcome(raw: &str) -> Result<Outcome<'_>, Bad<'_>> {
    match raw.as_bytes().first() {
        Some(b'"') => text_of(raw).map(Outcome::Text).ok_or(("an unreadable text as result", raw)),
        Some(b't') => Ok(Outcome::Flag(true)),
        Some(b'f') => Ok(Outcome::Flag(false)),
        Some(b'n') => Ok(Outcome::Nothing),
        Some(b'{' | b'[') => Ok(Outcome::Structure(Cow::Borrowed(raw))),
        _ => match raw.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Outcome::Number(number)),
            _ => Err(("a result that is no finite number", raw)),
        },
    }
}

#[derive(Deserialize)]
struct Parameters<'a> {
    #[serde(borrow, default)]
    sequence: Option<&'a RawValue>,
    #[serde(borrow, default)]
    publisher: Option<&'a RawValue>,
}

/// The parts of an observation as they stand in an object or in a row of a data array.
#[derive(Clone, Copy, Default)]
pub(super) struct Cells<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) phenomenon: Option<&'a str>,
    pub(super) result_time: Option<&'a str>,
    pub(super) result: Option<&'a str>,
    pub(super) quality: Option<&'a str>,
    pub(super) parameters: Option<&'a str>,
    pub(super) sequence: Option<&'a str>,
    pub(super) publisher: Option<&'a str>,
}

impl<'a> Cells<'a> {
    /// The observation, and its time where that has no offset.
    pub(super) fn read(
        self,
        datastream: Option<Text<'a>>,
    ) -> Result<(Observation<'a>, Option<&'a str>), Bad<'a>> {
        let mut without_offset = None;
        let mut time = |raw: Option<&'a str>| -> Result<Option<When>, Bad<'a>> {
            let told = raw.map(when).transpose()?.flatten();
            if told.is_some_and(|(_, is_assumed_local)| is_assumed_local) {
                without_offset = raw;
            }
            Ok(told.map(|(when, _)| when))
        };
        let phenomenon = time(self.phenomenon)?;
        // A result time that is an interval is against the standard and still tells when it was made.
        let result_time = time(self.result_time)?.map(When::last);
        let result =
            outcome(self.result.ok_or(("an observation without a result", self.id.unwrap_or_default()))?)?;
        let (mut sequence, mut publisher) = (self.sequence, self.publisher);
        if let Some(raw) = self.parameters.filter(|raw| raw.starts_with('{')) {
            let told: Option<Parameters<'a>> = serde_json::from_str(raw).ok();
            if let Some(told) = told {
                sequence = sequence.or(told.sequence.map(RawValue::get));
                publisher = publisher.or(told.publisher.map(RawValue::get));
            }
        }
        let sequence = sequence.and_then(text_of).and_then(|text| text.parse().ok());
        let quality = self.quality.filter(|raw| *raw != "null").map(Cow::Borrowed);
        let (id, publisher) = (self.id.and_then(text_of), publisher.and_then(text_of));
        let row =
            Observation { datastream, id, phenomenon, result_time, result, quality, sequence, publisher };
        Ok((row, without_offset))
    }
}
