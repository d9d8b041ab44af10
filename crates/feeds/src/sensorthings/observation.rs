//! Observations from messages and pages, fast: text is borrowed, nothing passes through a tree of values.
//!
//! One reader takes whatever a server or broker sends: one observation, an array, a page (`value`), and data arrays
//! (18-088, clauses 8.2.7, 13 and 14). What a record is missing or has wrong costs only itself.

use super::streamed::{Role, RowSequence, Sequence, read_row, read_rows, read_sequence};
use super::time::When;
use super::wire::{Cells, Element, Head, WITHOUT_OFFSET, datastream};
use super::{NoDocument, Text, text_of};
use crate::Problems;
use crate::salvage;
use city::CityTime;
use serde::de::IgnoredAny;
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
