//! Arrays handed on element by element while they are read, so that a bad element costs none before it, and no array of
//! them is built.

use super::wire::{Cells, Element};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// What a column of a data array holds.
#[derive(Clone, Copy)]
pub(super) enum Role {
    Id,
    Phenomenon,
    ResultTime,
    Result,
    Quality,
    Parameters,
    Sequence,
    Publisher,
    Other,
}

impl Role {
    pub(super) fn of(name: &str) -> Self {
        match name {
            "id" | "@iot.id" => Self::Id,
            "phenomenonTime" => Self::Phenomenon,
            "resultTime" => Self::ResultTime,
            "result" => Self::Result,
            "resultQuality" => Self::Quality,
            "parameters" | "properties" => Self::Parameters,
            "parameters/sequence" | "properties/sequence" => Self::Sequence,
            "parameters/publisher" | "properties/publisher" => Self::Publisher,
            _ => Self::Other,
        }
    }
}

pub(super) fn read_sequence<'a, F: FnMut(Element<'a>)>(text: &'a str, seed: Sequence<'_, F>) -> bool {
    let mut from = serde_json::Deserializer::from_str(text);
    seed.deserialize(&mut from).is_ok() && from.end().is_ok()
}

pub(super) fn read_rows<'a, F: FnMut(Result<Cells<'a>, &'static str>)>(
    text: &'a str,
    seed: RowSequence<'_, F>,
) -> bool {
    let mut from = serde_json::Deserializer::from_str(text);
    seed.deserialize(&mut from).is_ok() && from.end().is_ok()
}

pub(super) fn read_row<'a>(text: &'a str, roles: &[Role]) -> Result<Cells<'a>, String> {
    let mut from = serde_json::Deserializer::from_str(text);
    let row = Row(roles).deserialize(&mut from).map_err(|why| why.to_string())?;
    from.end().map_err(|why| why.to_string())?;
    row.map_err(str::to_owned)
}

/// Hands on each element of an array as it is read, and counts them, so that a bad one costs none before it.
pub(super) struct Sequence<'r, F> {
    pub(super) done: &'r mut usize,
    pub(super) each: F,
}

impl<'de, F: FnMut(Element<'de>)> DeserializeSeed<'de> for Sequence<'_, F> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(Element<'de>)> Visitor<'de> for Sequence<'_, F> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of observations")
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut records: A) -> Result<(), A::Error> {
        while let Some(element) = records.next_element()? {
            (self.each)(element);
            *self.done += 1;
        }
        Ok(())
    }
}

pub(super) struct RowSequence<'r, F> {
    pub(super) done: &'r mut usize,
    pub(super) roles: &'r [Role],
    pub(super) each: F,
}

impl<'de, F: FnMut(Result<Cells<'de>, &'static str>)> DeserializeSeed<'de> for RowSequence<'_, F> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(Result<Cells<'de>, &'static str>)> Visitor<'de> for RowSequence<'_, F> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut rows: A) -> Result<(), A::Error> {
        while let Some(row) = rows.next_element_seed(Row(self.roles))? {
            (self.each)(row);
            *self.done += 1;
        }
        Ok(())
    }
}

/// One row of a data array: its cells by the roles of their columns.
struct Row<'r>(&'r [Role]);

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = Result<Cells<'de>, &'static str>;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = Result<Cells<'de>, &'static str>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row of a data array")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<Self::Value, A::Error> {
        let mut cells = Cells::default();
        for role in self.0 {
            let Some(cell) = row.next_element::<&'de RawValue>()? else {
                return Ok(Err("a row of a data array with fewer cells than `components`"));
            };
            let place = match role {
                Role::Id => &mut cells.id,
                Role::Phenomenon => &mut cells.phenomenon,
                Role::ResultTime => &mut cells.result_time,
                Role::Result => &mut cells.result,
                Role::Quality => &mut cells.quality,
                Role::Parameters => &mut cells.parameters,
                Role::Sequence => &mut cells.sequence,
                Role::Publisher => &mut cells.publisher,
                Role::Other => continue,
            };
            *place = Some(cell.get());
        }
        if row.next_element::<IgnoredAny>()?.is_some() {
            return Err(A::Error::custom("a row of a data array with more cells than `components`"));
        }
        Ok(Ok(cells))
    }
}
