//! Reads a filter by descent, with a bound on its depth; an error names the place in the text.

use super::shape;
use super::{Comparison, Expression, Filter, Function, LONGEST_PATH, Value};
use crate::sensorthings::options::{BadQuery, LONGEST_QUERY};
use crate::sensorthings::time::When;

/// How deep brackets, functions and negations may lie in one another.
pub const DEEPEST: usize = 32;

/// Reads the text of a `$filter`, no longer escaped.
pub fn read_filter(text: &str) -> Result<Filter, BadQuery> {
    let mut reader = Reader::new("$filter", text)?;
    let condition = read_condition(&mut reader)?;
    reader.end()?;
    Ok(Filter(condition))
}

/// Reads a condition and leaves what comes behind it.
pub(in crate::sensorthings) fn read_condition(reader: &mut Reader<'_>) -> Result<Expression, BadQuery> {
    let from = reader.at;
    let expression = either(reader)?;
    condition(reader, expression, from)
}

/// A text that is being read, and how far.
pub(in crate::sensorthings) struct Reader<'t> {
    pub(in crate::sensorthings) option: &'t str,
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    pub(in crate::sensorthings) fn new(option: &'t str, text: &'t str) -> Result<Self, BadQuery> {
        let reader = Self { option, text, at: 0, depth: 0 };
        if text.len() > LONGEST_QUERY {
            return Err(reader.bad(format_args!("it is longer than {LONGEST_QUERY} bytes")));
        }
        Ok(reader)
    }

    pub(in crate::sensorthings) fn bad(&self, why: impl std::fmt::Display) -> BadQuery {
        self.bad_at(self.at, why)
    }

    fn bad_at(&self, at: usize, why: impl std::fmt::Display) -> BadQuery {
        BadQuery::new(self.option, self.text, at, why)
    }

    pub(in crate::sensorthings) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(in crate::sensorthings) fn spaces(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Takes one character, where it is next.
    pub(in crate::sensorthings) fn take(&mut self, wanted: char) -> bool {
        self.spaces();
        let is_next = self.rest().starts_with(wanted);
        if is_next {
            self.at += wanted.len_utf8();
        }
        is_next
    }

    pub(in crate::sensorthings) fn want(&mut self, wanted: char) -> Result<(), BadQuery> {
        if self.take(wanted) { Ok(()) } else { Err(self.bad(format_args!("`{wanted}` is missing"))) }
    }

    pub(in crate::sensorthings) fn end(&mut self) -> Result<(), BadQuery> {
        self.spaces();
        if self.rest().is_empty() { Ok(()) } else { Err(self.bad("this does not belong here")) }
    }

    /// Takes the characters that may stand in a word.
    pub(in crate::sensorthings) fn word(&mut self) -> &'t str {
        self.spaces();
        let may = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '@' | '.' | '-');
        let rest = self.rest();
        let end = rest.find(|c| !may(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// The word that is next, left where it is.
    fn next_word(&mut self) -> &'t str {
        let at = self.at;
        let word = self.word();
        self.at = at;
        word
    }

    fn deeper(&mut self) -> Result<(), BadQuery> {
        self.depth += 1;
        if self.depth > DEEPEST {
            Err(self.bad(format_args!("it is nested more than {DEEPEST} deep")))
        } else {
            Ok(())
        }
    }

    /// A text in quotes, quotes within doubled.
    fn quoted(&mut self) -> Result<String, BadQuery> {
        let from = self.at;
        let mut text = String::new();
        let mut rest = self.rest().strip_prefix('\'').unwrap_or_default();
        loop {
            let Some((part, behind)) = rest.split_once('\'') else {
                return Err(self.bad_at(from, "the quote is not closed"));
            };
            text.push_str(part);
            match behind.strip_prefix('\'') {
                Some(behind) => {
                    text.push('\'');
                    rest = behind;
                }
                None => {
                    self.at = self.text.len() - behind.len();
                    return Ok(text);
                }
            }
        }
    }
}

fn either(reader: &mut Reader<'_>) -> Result<Expression, BadQuery> {
    joined(reader, "or", both, Expression::Any)
}

fn both(reader: &mut Reader<'_>) -> Result<Expression, BadQuery> {
    joined(reader, "and", comparison, Expression::All)
}

type Part = fn(&mut Reader<'_>) -> Result<Expression, BadQuery>;

/// Parts with a word between them; conditions all of them where there is more than one.
fn joined(
    reader: &mut Reader<'_>,
    word: &str,
    part: Part,
    all: fn(Vec<Expression>) -> Expression,
) -> Result<Expression, BadQuery> {
    reader.spaces();
    let from = reader.at;
    let first = part(reader)?;
    if reader.next_word() != word {
        return Ok(first);
    }
    let mut parts = vec![condition(reader, first, from)?];
    while reader.next_word() == word {
        reader.word();
        reader.spaces();
        let from = reader.at;
        let next = part(reader)?;
        parts.push(condition(reader, next, from)?);
    }
    Ok(all(parts))
}

/// Refuses what cannot be true or false.
fn condition(reader: &Reader<'_>, expression: Expression, from: usize) -> Result<Expression, BadQuery> {
    let is_value = match &expression {
        Expression::Literal(value) => !matches!(value, Value::Flag(_)),
        Expression::Call(function, _) => matches!(
            function,
            Function::ToLower | Function::ToUpper | Function::Trim | Function::Length | Function::Distance
        ),
        _ => false,
    };
    if is_value {
        Err(reader.bad_at(from, "this is a value and no condition: compare it with another"))
    } else {
        Ok(expression)
    }
}

fn comparison(reader: &mut Reader<'_>) -> Result<Expression, BadQuery> {
    let one = operand(reader)?;
    let comparison = match reader.next_word() {
        "eq" => Comparison::Equal,
        "ne" => Comparison::NotEqual,
        "gt" => Comparison::Greater,
        "ge" => Comparison::GreaterOrEqual,
        "lt" => Comparison::Less,
        "le" => Comparison::LessOrEqual,
        "add" | "sub" | "mul" | "div" | "mod" | "-" => {
            reader.spaces();
            return Err(reader.bad("arithmetic is not supported"));
        }
        _ => return Ok(one),
    };
    reader.word();
    let other = operand(reader)?;
    Ok(Expression::Compare(Box::new(one), comparison, Box::new(other)))
}

fn operand(reader: &mut Reader<'_>) -> Result<Expression, BadQuery> {
    reader.spaces();
    reader.deeper()?;
    let from = reader.at;
    let read = match reader.rest().chars().next() {
        None => return Err(reader.bad("a value or condition is missing at the end")),
        Some('(') => {
            reader.take('(');
            let inside = either(reader)?;
            reader.want(')')?;
            inside
        }
        Some('\'') => Expression::Literal(Value::Text(reader.quoted()?.into())),
        Some(c) if c.is_ascii_digit() || c == '-' => number_or_time(reader)?,
        Some(c) if c.is_alphabetic() || c == '_' || c == '@' => named(reader, from)?,
        Some(c) => return Err(reader.bad(format_args!("`{c}` cannot stand here"))),
    };
    reader.depth -= 1;
    Ok(read)
}

fn named(reader: &mut Reader<'_>, from: usize) -> Result<Expression, BadQuery> {
    let word = reader.word();
    match word {
        "not" => {
            reader.spaces();
            let inner_from = reader.at;
            let inner = operand(reader)?;
            return Ok(Expression::Not(Box::new(condition(reader, inner, inner_from)?)));
        }
        "null" => return Ok(Expression::Literal(Value::Nothing)),
        "true" | "false" => return Ok(Expression::Literal(Value::Flag(word == "true"))),
        "geography" | "geometry" if reader.rest().starts_with('\'') => {
            let text = reader.quoted()?;
            return match shape::read(&text) {
                Ok(value) => Ok(Expression::Literal(value)),
                Err(why) => Err(reader.bad_at(from, why)),
            };
        }
        "duration" | "datetimeoffset" | "datetime" if reader.rest().starts_with('\'') => {
            return Err(reader.bad_at(
                from,
                "write times bare, such as 2026-11-22T08:00:00Z; durations are not supported",
            ));
        }
        "and" | "or" | "eq" | "ne" | "gt" | "ge" | "lt" | "le" => {
            return Err(reader.bad_at(from, format_args!("something is missing before `{word}`")));
        }
        _ => {}
    }
    if reader.rest().starts_with('(') {
        return call(reader, word, from);
    }
    path_from(reader, word).map(Expression::Path)
}

fn call(reader: &mut Reader<'_>, name: &str, from: usize) -> Result<Expression, BadQuery> {
    let Some((_, wanted, function)) = Function::NAMES.into_iter().find(|(known, ..)| *known == name) else {
        let known: Vec<_> = Function::NAMES.iter().map(|(name, ..)| *name).collect();
        return Err(reader.bad_at(
            from,
            format_args!("`{name}` is no function that is known here; these are: {}", known.join(", ")),
        ));
    };
    reader.want('(')?;
    let mut arguments = vec![operand(reader)?];
    while reader.take(',') {
        arguments.push(operand(reader)?);
    }
    reader.want(')')?;
    if arguments.len() != wanted {
        let given = arguments.len();
        return Err(reader.bad_at(from, format_args!("`{name}` takes {wanted} arguments and has {given}")));
    }
    Ok(Expression::Call(function, arguments))
}

/// Reads a path such as `Datastream/unitOfMeasurement/name`.
pub(in crate::sensorthings) fn path(reader: &mut Reader<'_>) -> Result<Vec<String>, BadQuery> {
    let word = reader.word();
    path_from(reader, word)
}

fn path_from(reader: &mut Reader<'_>, first: &str) -> Result<Vec<String>, BadQuery> {
    if first.is_empty() {
        return Err(reader.bad("a name is missing"));
    }
    let mut path = vec![first.to_owned()];
    while reader.rest().starts_with('/') {
        reader.take('/');
        let segment = reader.word();
        if segment.is_empty() {
            return Err(reader.bad("a name is missing behind `/`"));
        }
        if path.len() >= LONGEST_PATH {
            return Err(reader.bad(format_args!("a path has more than {LONGEST_PATH} names")));
        }
        path.push(segment.to_owned());
    }
    Ok(path)
}

fn number_or_time(reader: &mut Reader<'_>) -> Result<Expression, BadQuery> {
    let (from, rest) = (reader.at, reader.rest());
    let is_time = rest.as_bytes().get(4) == Some(&b'-');
    let may = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-') || (is_time && matches!(c, ':' | '/'))
    };
    let mut end = rest.find(|c| !may(c)).unwrap_or(rest.len());
    let mut text = rest.get(..end).unwrap_or_default().to_owned();
    if is_time {
        while let Some(offset) = spaced_offset(rest.get(end..).unwrap_or_default()) {
            text = format!("{text}+{offset}");
            end += 1 + offset.len();
        }
    }
    reader.at += end;
    if is_time {
        let when = When::parse(&text).ok_or_else(|| {
            reader.bad_at(
                from,
                format_args!(
                    "`{text}` is no time such as 2026-11-22T08:00:00Z, nor an interval of two with `/`"
                ),
            )
        })?;
        return Ok(Expression::Literal(Value::Time(when)));
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && text != "-" => Ok(Expression::Literal(Value::Number(number))),
        _ => Err(reader.bad_at(from, format_args!("`{text}` is no number"))),
    }
}

/// A `+` that was not escaped comes as a space: `08:00:00 08:00` is the offset of a time, perhaps with `/` and another
/// time behind it.
fn spaced_offset(behind: &str) -> Option<&str> {
    let behind = behind.strip_prefix(' ')?;
    let may = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | ':' | '/');
    let offset = behind.get(..behind.find(|c| !may(c)).unwrap_or(behind.len()))?;
    let first = offset.split('/').next().unwrap_or_default().as_bytes();
    let is_offset = matches!(first, [a, b, b':', c, d] if [a, b, c, d].iter().all(|c| c.is_ascii_digit()));
    is_offset.then_some(offset)
}
