//! JSON into rows of named texts. A list that breaks off gives the rows before the break.

use super::read::{Row, Rows};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// The rows of a list; `Err` says why there is not even the beginning of one.
pub(super) fn rows(bytes: &[u8]) -> Result<Rows, String> {
    let mut rows = Rows::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = Document(&mut rows).deserialize(&mut json);
    match read.and_then(|()| json.end()) {
        Ok(()) => Ok(rows),
        Err(why) if rows.has_begun => {
            rows.broken = Some(why.to_string());
            Ok(rows)
        }
        Err(why) => Err(why.to_string()),
    }
}

struct Document<'a>(&'a mut Rows);

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        self.0.has_begun = true;
        while let Some(value) = array.next_element::<Value>()? {
            self.0.rows.push(row(value));
        }
        Ok(())
    }

    /// Some services wrap the array as the XML is wrapped, or give one object for a list of one.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut alone = serde_json::Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if matches!(name.as_str(), "service_requests" | "requests" | "services" | "errors") {
                map.next_value_seed(Inner { rows: &mut *self.0, is_error: name == "errors" })?;
            } else {
                alone.insert(name, map.next_value()?);
            }
        }
        let is_row =
            ["service_request_id", "service_code", "token", "code"].iter().any(|n| alone.contains_key(*n));
        if is_row {
            self.0.has_begun = true;
            self.0.rows.push(row(Value::Object(alone)));
        } else if !self.0.has_begun {
            return Err(serde::de::Error::custom("an object that holds no list"));
        }
        Ok(())
    }
}

struct Inner<'a> {
    rows: &'a mut Rows,
    is_error: bool,
}

impl<'de> DeserializeSeed<'de> for Inner<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let value: Value = serde::Deserialize::deserialize(from)?;
        let Value::Array(values) = value else { return Ok(()) };
        self.rows.has_begun = true;
        self.rows.are_errors |= self.is_error;
        self.rows.rows.extend(values.into_iter().map(row));
        Ok(())
    }
}

fn row(value: Value) -> Row {
    let Value::Object(fields) = value else {
        return Row { sample: value.to_string(), ..Row::default() };
    };
    let sample = ["service_request_id", "token", "service_code", "code"]
        .iter()
        .find_map(|name| fields.get(*name).filter(|value| !value.is_null()))
        .map(Value::to_string)
        .unwrap_or_default();
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Array(words) => Some(words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")),
        Value::Null | Value::Object(_) => None,
    };
    let fields = fields.iter().filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect();
    Row { fields, sample }
}
