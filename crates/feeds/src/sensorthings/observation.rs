//! Observations from messages and pages, fast: text is borrowed, nothing passes through a tree of values.
//!
//! One reader takes whatever a server or broker sends: one observation, an array, a page (`value`), and data arrays
//! (18-088, clauses 8.2.7, 13 and 14). What a record is missing or has wrong costs only itself.

use super::streamed::{Role, RowSequence, Sequence, read_row, read_rows, read_sequence};
use super::time::{When, instant};
use super::topic::entity_id;
use super::{NoDocument, Text, text_of};
use crate::Problems;
use crate::salvage;
use city::CityTime;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The result of an observation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<'a> {
    /// A finite number, in the unit of its Datastream.
    Number(f64),
    /// A truth value.
    Flag(bool),
    /// A text, a category or an address.
    Text(Text<'a>),
    /// `null`: observed, and nothing to tell.
    Nothing,
    /// An object or array, as its JSON.
    Structure(Text<'a>),
}

impl Outcome<'_> {
    /// The number, where it is one.
    pub fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }
}

/// One observation.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation<'a> {
    /// The Datastream it belongs to; `None` where neither it nor its context tells (the topic `Observations`).
    pub datastream: Option<Text<'a>>,
    /// Its own identifier, where it has one already.
    pub id: Option<Text<'a>>,
    /// When the world was so; `None` where it does not say, and the server takes the time of arrival.
    pub phenomenon: Option<When>,
    /// When the result was made.
    pub result_time: Option<CityTime>,
    /// The result.
    pub result: Outcome<'a>,
    /// What is said of its quality, as JSON.
    pub quality: Option<Text<'a>>,
    /// Its publisher's number for it, from `parameters.sequence`.
    pub sequence: Option<u64>,
    /// Who numbered it, from `parameters.publisher`.
    pub publisher: Option<Text<'a>>,
}

/// How many results there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Numbers.
    pub numbers: u64,
    /// Truth values.
    pub flags: u64,
    /// Texts.
    pub texts: u64,
    /// `null`.
    pub nothings: u64,
    /// Objects and arrays.
    pub structures: u64,
    /// Observations, of any result, whose Datastream is not known.
    pub homeless: u64,
}

/// What a message or page held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observations<'a> {
    /// Those that could be read, in their order.
    pub rows: Vec<Observation<'a>>,
    /// The link to the next page, as it stands there.
    pub next: Option<Text<'a>>,
    /// How many there are on all pages.
    pub count: Option<u64>,
    /// What results they have.
    pub tally: Tally,
    /// Those that could not be read.
    pub problems: Problems,
}

/// Reads a message or a page. `datastream` is the one that its topic or address names, for what does not say itself.
pub fn read_observations<'a>(
    body: &'a [u8],
    datastream: Option<&'a str>,
) -> Result<Observations<'a>, NoDocument> {
    let text = super::json_text(body, "observations")?;
    let mut read = Observations::default();
    let whole: Option<Head<'a>> = if text.starts_with('{') { serde_json::from_str(text).ok() } else { None };
    let records = match &whole {
        Some(head) => {
            read.next = head.next.or(head.newer_next).and_then(|raw| text_of(raw.get()));
            read.count = head.count.or(head.newer_count).and_then(|raw| raw.get().parse().ok());
            head.value.map(RawValue::get)
        }
        None if text.starts_with('[') => Some(text),
        None => salvage::member(text, "value"),
    };
    let Some(records) = records else {
        let mut single = Reading { into: &mut read, datastream };
        match serde_json::from_str::<Element<'a>>(text) {
            Ok(element) if !element.is_none() => single.take(element),
            Err(_) if single.take_broken_block(text) => {}
            Err(why) if why.is_syntax() || why.is_eof() => {
                return Err(NoDocument::json("observations", &why, text));
            }
            _ => return Err(NoDocument::shape("observations", SHAPES, text)),
        }
        return Ok(read);
    };
    if records.starts_with('[') {
        read.read_all(records, datastream);
        if whole.is_none() && text.starts_with('{') {
            // Its link to the next page may be what is missing, so it does not pass for a whole one.
            read.problems.add("a page that is cut off or garbled", text);
        }
        // What is no JSON and held not one record is no message.
        if !read.rows.is_empty() || whole.is_some() || serde_json::from_str::<IgnoredAny>(text).is_ok() {
            return Ok(read);
        }
    }
    Err(NoDocument::shape("observations", SHAPES, text))
}

const SHAPES: &str = "an observation, an array of them, or an object with an array `value`";

/// What stands around the records of a page.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, default)]
    value: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "@iot.nextLink")]
    next: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "@nextLink")]
    newer_next: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "@iot.count")]
    count: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "@count")]
    newer_count: Option<&'a RawValue>,
}

/// One record: an observation, or a block of them as a data array. Both versions' names.
#[derive(Deserialize)]
pub(super) struct Element<'a> {
    #[serde(borrow, default, rename = "@iot.id")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "id")]
    newer_id: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "phenomenonTime")]
    phenomenon: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "resultTime")]
    result_time: Option<&'a RawValue>,
    // `null` is a result; only its absence is none.
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "resultQuality")]
    quality: Option<&'a RawValue>,
    #[serde(borrow, default)]
    parameters: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "properties")]
    newer_parameters: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "Datastream")]
    datastream: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "Datastream@iot.navigationLink")]
    link: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "Datastream@navigationLink")]
    newer_link: Option<&'a RawValue>,
    #[serde(borrow, default)]
    components: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "dataArray")]
    data: Option<&'a RawValue>,
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
    fn is_none(&self) -> bool {
        self.result.is_none() && self.phenomenon.is_none() && self.data.is_none()
    }

    fn datastream(&self) -> Option<Text<'a>> {
        datastream(self.datastream.map(RawValue::get), self.link.or(self.newer_link).map(RawValue::get))
    }
}

/// The Datastream that is expanded, or else linked.
fn datastream<'a>(expanded: Option<&'a str>, link: Option<&'a str>) -> Option<Text<'a>> {
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
    let from = instant(&told.start).ok_or(bad)?;
    let when = match told.end {
        None => Some(When::at(from)),
        Some(end) => instant(&end).and_then(|to| When::between(from, to)),
    };
    when.map(|when| Some((when, false))).ok_or(bad)
}

/// What is said of a time that lacks its offset.
pub const WITHOUT_OFFSET: &str = "a time without an offset, taken as Asia/Shanghai";

/// Why a record is bad, and the text of what is bad in it.
type Bad<'a> = (&'static str, &'a str);

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
    fn read(self, datastream: Option<Text<'a>>) -> Result<(Observation<'a>, Option<&'a str>), Bad<'a>> {
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

impl<'a> Observations<'a> {
    fn add(&mut self, cells: Cells<'a>, datastream: Option<Text<'a>>) {
        match cells.read(datastream) {
            Ok((row, without_offset)) => {
                if let Some(time) = without_offset {
                    self.problems.add(WITHOUT_OFFSET, time);
                }
                let tally = &mut self.tally;
                tally.homeless += u64::from(row.datastream.is_none());
                *match row.result {
                    Outcome::Number(_) => &mut tally.numbers,
                    Outcome::Flag(_) => &mut tally.flags,
                    Outcome::Text(_) => &mut tally.texts,
                    Outcome::Nothing => &mut tally.nothings,
                    Outcome::Structure(_) => &mut tally.structures,
                } += 1;
                self.rows.push(row);
            }
            Err((why, part)) => self.problems.add(why, part),
        }
    }

    /// All records at once; where one stops that, the rest one by one.
    fn read_all(&mut self, records: &'a str, datastream: Option<&'a str>) {
        let mut done = 0;
        let seed = Sequence {
            done: &mut done,
            each: |element: Element<'a>| Reading { into: self, datastream }.take(element),
        };
        if read_sequence(records, seed) {
            return;
        }
        let before = self.problems.count;
        for record in salvage::elements(records).skip(done) {
            match serde_json::from_str(record) {
                Ok(element) => Reading { into: self, datastream }.take(element),
                Err(_) if (Reading { into: self, datastream }).take_broken_block(record) => {}
                Err(why) => self.problems.add(format_args!("no observation: {why}"), record),
            }
        }
        if self.problems.count == before {
            self.problems.add("a message that is cut off or garbled", records);
        }
    }
}

struct Reading<'r, 'a> {
    into: &'r mut Observations<'a>,
    datastream: Option<&'a str>,
}

impl<'a> Reading<'_, 'a> {
    fn take(&mut self, element: Element<'a>) {
        let datastream = element.datastream().or(self.datastream.map(Cow::Borrowed));
        if let Some(data) = element.data {
            let components = element.components.map(RawValue::get);
            return self.take_block(components, data.get(), datastream.as_ref());
        }
        let text = |raw: Option<&'a RawValue>| raw.map(RawValue::get);
        let cells = Cells {
            id: text(element.id.or(element.newer_id)),
            phenomenon: text(element.phenomenon),
            result_time: text(element.result_time),
            result: text(element.result),
            quality: text(element.quality),
            parameters: text(element.parameters.or(element.newer_parameters)),
            ..Cells::default()
        };
        self.into.add(cells, datastream);
    }

    /// A data array that is no JSON as a whole, perhaps for one `NaN` in it; false where it is none.
    fn take_broken_block(&mut self, record: &'a str) -> bool {
        let Some(data) = salvage::member(record, "dataArray") else { return false };
        let link = ["Datastream@iot.navigationLink", "Datastream@navigationLink"];
        let link = link.into_iter().find_map(|name| salvage::member(record, name));
        let told = datastream(salvage::member(record, "Datastream"), link);
        let datastream = told.or(self.datastream.map(Cow::Borrowed));
        self.take_block(salvage::member(record, "components"), data, datastream.as_ref());
        true
    }

    /// A data array: the names of the columns, and a row an observation (18-088, clause 13).
    fn take_block(&mut self, components: Option<&'a str>, data: &'a str, datastream: Option<&Text<'a>>) {
        let names: Vec<Cow<'a, str>> = match components.map(serde_json::from_str) {
            Some(Ok(names)) => names,
            _ => return self.into.problems.add("a data array without readable `components`", data),
        };
        let roles: Vec<Role> = names.iter().map(|name| Role::of(name)).collect();
        let mut done = 0;
        let into = &mut *self.into;
        let seed = RowSequence {
            done: &mut done,
            roles: &roles,
            each: |row| match row {
                Ok(cells) => into.add(cells, datastream.cloned()),
                Err(why) => into.problems.add(why, data),
            },
        };
        if read_rows(data, seed) {
            return;
        }
        let before = into.problems.count;
        for row in salvage::elements(data).skip(done) {
            match read_row(row, &roles) {
                Ok(cells) => into.add(cells, datastream.cloned()),
                Err(why) => into.problems.add(format_args!("no row of a data array: {why}"), row),
            }
        }
        if into.problems.count == before {
            into.problems.add("a data array that is cut off or garbled", data);
        }
    }
}

#[cfg(test)]
mod tests;
