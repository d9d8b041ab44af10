//! The fields of one table of a rule file, each asked for by name; what nobody asked for is a fault.

use crate::rules::duration::read_duration;
use crate::rules::error::{Page, nearest};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(crate) type Value<'a> = &'a Spanned<DeValue<'a>>;

/// A table while its fields are read.
pub(crate) struct Fields<'a> {
    table: &'a DeTable<'a>,
    /// Where the table begins.
    pub span: Range<usize>,
    /// Its name, such as `rule[2].when`; empty for the file itself.
    pub path: String,
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub fn new(table: &'a DeTable<'a>, span: Range<usize>, path: impl Into<String>) -> Self {
        Self { table, span, path: path.into(), asked: Vec::new() }
    }

    /// The table inside `value`, which stands at `path`.
    pub fn inside(value: Value<'a>, path: String, page: &mut Page) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(table) => Some(Self::new(table, value.span(), path)),
            other => {
                let what = format!("is {}, not a table", kind(other));
                page.wrong(value.span(), &path, what, "write { name = value, … }");
                None
            }
        }
    }

    /// The full name of a field of this table.
    pub fn name(&self, field: &str) -> String {
        if self.path.is_empty() { field.to_owned() } else { format!("{}.{field}", self.path) }
    }

    pub fn get(&mut self, field: &'static str) -> Option<Value<'a>> {
        self.asked.push(field);
        self.table.get(field)
    }

    /// True when the field is there, whatever it says.
    pub fn has(&self, field: &str) -> bool {
        self.table.contains_key(field)
    }

    /// The text of a field as it stands, empty or not.
    pub fn plain(&self, field: &str) -> Option<&'a str> {
        self.table.get(field).and_then(|value| value.get_ref().as_str())
    }

    /// True when the field is a table.
    pub fn is_table(&self, field: &str) -> bool {
        matches!(self.table.get(field).map(Spanned::get_ref), Some(DeValue::Table(_)))
    }

    /// True when the field is a number.
    pub fn is_number(&self, field: &str) -> bool {
        let value = self.table.get(field).map(Spanned::get_ref);
        matches!(value, Some(DeValue::Integer(_) | DeValue::Float(_)))
    }

    /// Notes that `field` is wrong, at its value or, when it is absent, at the table.
    pub fn wrong(&self, page: &mut Page, field: &str, what: impl Into<String>, fix: impl Into<String>) {
        let span = self.table.get(field).map_or_else(|| self.span.clone(), Spanned::span);
        page.wrong(span, &self.name(field), what, fix);
    }

    /// A text that is not empty.
    pub fn text(&mut self, field: &'static str, page: &mut Page) -> Option<&'a str> {
        let value = self.get(field)?;
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.trim()),
            DeValue::String(_) => {
                self.wrong(page, field, "is empty", "say something, or leave the field out");
                None
            }
            other => {
                let what = format!("is {}, not a text", kind(other));
                self.wrong(page, field, what, "write it in quotes");
                None
            }
        }
    }

    /// A text that must be there.
    pub fn needed(&mut self, field: &'static str, page: &mut Page, example: &str) -> Option<&'a str> {
        let there = self.table.get(field).is_some();
        let text = self.text(field, page);
        if !there {
            self.missing(field, page, example);
        }
        text
    }

    pub fn missing(&mut self, field: &'static str, page: &mut Page, example: &str) {
        self.asked.push(field);
        self.wrong(page, field, "is missing", format!("add {example}"));
    }

    /// A finite number, whole or not.
    pub fn number(&mut self, field: &'static str, page: &mut Page) -> Option<f64> {
        let value = self.get(field)?;
        let path = self.name(field);
        number(value, &path, page)
    }

    /// A whole number from `least` to `most`.
    pub fn whole(&mut self, field: &'static str, least: u32, most: u32, page: &mut Page) -> Option<u32> {
        let value = self.number(field, page)?;
        if value.fract() == 0.0 && (f64::from(least)..=f64::from(most)).contains(&value) {
            return Some(value as u32);
        }
        let fix = format!("write a whole number from {least} to {most}");
        self.wrong(page, field, format!("is {value}"), fix);
        None
    }

    pub fn yes(&mut self, field: &'static str, page: &mut Page) -> Option<bool> {
        let value = self.get(field)?;
        if let DeValue::Boolean(yes) = value.get_ref() {
            return Some(*yes);
        }
        self.wrong(page, field, format!("is {}", kind(value.get_ref())), "write true or false");
        None
    }

    /// A duration in milliseconds.
    pub fn duration(&mut self, field: &'static str, page: &mut Page) -> Option<i64> {
        let value = self.get(field)?;
        let path = self.name(field);
        duration(value, &path, page)
    }

    pub fn table(&mut self, field: &'static str, page: &mut Page) -> Option<Fields<'a>> {
        let value = self.get(field)?;
        let path = self.name(field);
        Fields::inside(value, path, page)
    }

    /// The elements of a list, each with its name.
    pub fn list(&mut self, field: &'static str, page: &mut Page) -> Vec<(Value<'a>, String)> {
        let Some(value) = self.get(field) else { return Vec::new() };
        let path = self.name(field);
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong(page, field, format!("is {}, not a list", kind(value.get_ref())), "write [ … ]");
            return Vec::new();
        };
        array.iter().enumerate().map(|(n, value)| (value, format!("{path}[{n}]"))).collect()
    }

    /// A list of texts.
    pub fn texts(&mut self, field: &'static str, page: &mut Page) -> Vec<(&'a str, Range<usize>)> {
        let mut found = Vec::new();
        for (value, path) in self.list(field, page) {
            match value.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => found.push((text.trim(), value.span())),
                _ => page.wrong(value.span(), &path, "is not a text", "write it in quotes"),
            }
        }
        found
    }

    /// One of the words of `choices`.
    pub fn choice<T: Copy>(
        &mut self,
        field: &'static str,
        choices: &[(&'static str, T)],
        page: &mut Page,
    ) -> Option<T> {
        let word = self.text(field, page)?;
        if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == word) {
            return Some(*choice);
        }
        let names = || choices.iter().map(|(name, _)| *name);
        let meant = nearest(word, names()).map(|name| format!("did you mean `{name}`? "));
        let fix =
            format!("{}it is one of {}", meant.unwrap_or_default(), names().collect::<Vec<_>>().join(", "));
        self.wrong(page, field, format!("is `{word}`"), fix);
        None
    }

    /// Notes every field that nobody asked for.
    pub fn finish(self, page: &mut Page) {
        for (key, _) in self.table.iter() {
            let name: &str = key.get_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let fix = match nearest(name, self.asked.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("the fields here are {}", self.asked.join(", ")),
            };
            page.wrong(key.span(), &self.name(name), "is not a field", fix);
        }
    }
}

/// The finite number `value`, which stands at `path`.
pub(crate) fn number(value: Value, path: &str, page: &mut Page) -> Option<f64> {
    let read = match value.get_ref() {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64),
        DeValue::Float(n) => n.as_str().parse::<f64>().ok(),
        other => {
            page.wrong(value.span(), path, format!("is {}, not a number", kind(other)), "write a number");
            return None;
        }
    };
    let finite = read.filter(|n| n.is_finite());
    if finite.is_none() {
        page.wrong(value.span(), path, "is not a finite number", "write a number such as 5.0");
    }
    finite
}

/// The duration `value`, which stands at `path`, in milliseconds.
pub(crate) fn duration(value: Value, path: &str, page: &mut Page) -> Option<i64> {
    let fix = "write a duration such as 90s, 15min, 3h or 3d";
    let DeValue::String(text) = value.get_ref() else {
        page.wrong(value.span(), path, format!("is {}, not a duration", kind(value.get_ref())), fix);
        return None;
    };
    read_duration(text).map_err(|why| page.wrong(value.span(), path, why, fix)).ok()
}

fn kind(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
