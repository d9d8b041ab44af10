//! `$filter`: what it says, and whether an entity is so (18-088, clause 9.3.3.5; OData 4.01, part 2).
//!
//! Deliberately absent: arithmetic, functions of dates, and every geometry but points and polygons.

mod read;
mod shape;

pub use read::{DEEPEST, read_filter};
pub(super) use read::{Reader, path, read_condition};
pub use shape::Area;

use super::time::When;
use super::version::Kind;
use city::LonLat;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The most segments of a path.
pub(super) const LONGEST_PATH: usize = 12;

/// What a path of an entity leads to, and what literals are.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`, and what is not there.
    Nothing,
    /// A truth value.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// An instant or interval.
    Time(When),
    /// A point.
    Place(LonLat),
    /// A polygon.
    Area(Cow<'a, Area>),
}

/// An entity that a filter looks at.
pub trait Subject {
    /// What `path` leads to, such as `["Datastream", "unitOfMeasurement", "name"]`.
    fn value(&self, path: &[&str]) -> Value<'_>;
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `gt`; of times: begins after the other is over.
    Greater,
    /// `ge`
    GreaterOrEqual,
    /// `lt`; of times: is over before the other begins.
    Less,
    /// `le`
    LessOrEqual,
}

/// What can be reckoned of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `substringof(part, whole)`
    SubstringOf,
    /// `contains(whole, part)`
    Contains,
    /// `startswith(whole, beginning)`
    StartsWith,
    /// `endswith(whole, end)`
    EndsWith,
    /// `tolower(text)`
    ToLower,
    /// `toupper(text)`
    ToUpper,
    /// `trim(text)`
    Trim,
    /// `length(text)`, in characters
    Length,
    /// `geo.distance(place, place)`, in metres on the sphere
    Distance,
    /// `st_within(place, area)`
    Within,
}

/// A part of a filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A field of the entity, or of one that is related to it.
    Path(Vec<String>),
    /// A literal.
    Literal(Value<'static>),
    /// A function of its arguments.
    Call(Function, Vec<Expression>),
    /// A comparison.
    Compare(Box<Expression>, Comparison, Box<Expression>),
    /// All of them hold.
    All(Vec<Expression>),
    /// One of them holds.
    Any(Vec<Expression>),
    /// It does not hold.
    Not(Box<Expression>),
}

/// A whole filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(pub Expression);

impl Filter {
    /// True when the entity is so. What is not known is not so.
    pub fn holds(&self, entity: &dyn Subject) -> bool {
        self.0.value(entity) == Value::Flag(true)
    }
}

impl Expression {
    /// Its value for an entity; conditions give [`Value::Flag`], or [`Value::Nothing`] where that is not known.
    pub fn value<'s>(&'s self, entity: &'s dyn Subject) -> Value<'s> {
        match self {
            Self::Path(path) => {
                let mut segments = [""; LONGEST_PATH];
                let length = path.len().min(LONGEST_PATH);
                segments.iter_mut().zip(path).for_each(|(place, segment)| *place = segment);
                entity.value(segments.get(..length).unwrap_or_default())
            }
            Self::Literal(value) => value.clone(),
            Self::Call(function, arguments) => {
                let mut values = arguments.iter().map(|argument| argument.value(entity));
                let first = values.next().unwrap_or(Value::Nothing);
                function.value(first, values.next().unwrap_or(Value::Nothing))
            }
            Self::Compare(one, comparison, other) => {
                Value::Flag(comparison.holds(&one.value(entity), &other.value(entity)))
            }
            Self::All(parts) => Value::Flag(parts.iter().all(|part| part.value(entity) == Value::Flag(true))),
            Self::Any(parts) => Value::Flag(parts.iter().any(|part| part.value(entity) == Value::Flag(true))),
            Self::Not(part) => match part.value(entity) {
                Value::Flag(flag) => Value::Flag(!flag),
                _ => Value::Nothing,
            },
        }
    }
}

impl Function {
    /// All of them: the name, how many arguments, and the function.
    pub(super) const NAMES: [(&'static str, usize, Self); 12] = [
        ("substringof", 2, Self::SubstringOf),
        ("contains", 2, Self::Contains),
        ("startswith", 2, Self::StartsWith),
        ("endswith", 2, Self::EndsWith),
        ("tolower", 1, Self::ToLower),
        ("toupper", 1, Self::ToUpper),
        ("trim", 1, Self::Trim),
        ("length", 1, Self::Length),
        ("geo.distance", 2, Self::Distance),
        ("st_within", 2, Self::Within),
        ("st_intersects", 2, Self::Within),
        ("geo.intersects", 2, Self::Within),
    ];

    fn value<'v>(self, first: Value<'v>, second: Value<'v>) -> Value<'v> {
        match (self, first, second) {
            (Self::SubstringOf, Value::Text(part), Value::Text(whole))
            | (Self::Contains, Value::Text(whole), Value::Text(part)) => Value::Flag(whole.contains(&*part)),
            (Self::StartsWith, Value::Text(whole), Value::Text(part)) => {
                Value::Flag(whole.starts_with(&*part))
            }
            (Self::EndsWith, Value::Text(whole), Value::Text(part)) => Value::Flag(whole.ends_with(&*part)),
            (Self::ToLower, Value::Text(text), _) => Value::Text(text.to_lowercase().into()),
            (Self::ToUpper, Value::Text(text), _) => Value::Text(text.to_uppercase().into()),
            (Self::Trim, Value::Text(text), _) => Value::Text(text.trim().to_owned().into()),
            (Self::Length, Value::Text(text), _) => Value::Number(text.chars().count() as f64),
            (Self::Distance, Value::Place(one), Value::Place(other)) => Value::Number(one.distance_m(other)),
            (Self::Within, Value::Place(place), Value::Area(area))
            | (Self::Within, Value::Area(area), Value::Place(place)) => Value::Flag(area.contains(place)),
            _ => Value::Nothing,
        }
    }
}

impl Comparison {
    fn holds(self, one: &Value<'_>, other: &Value<'_>) -> bool {
        if let (Value::Time(one), Value::Time(other)) = (one, other) {
            return self.holds_of_times(*one, *other);
        }
        // A text that is compared with a time is one: properties have no other way to hold it.
        match (one, other) {
            (Value::Text(text), Value::Time(time)) => {
                return When::parse(text).is_some_and(|one| self.holds_of_times(one, *time));
            }
            (Value::Time(time), Value::Text(text)) => {
                return When::parse(text).is_some_and(|other| self.holds_of_times(*time, other));
            }
            _ => {}
        }
        let ordering = match (one, other) {
            (Value::Number(one), Value::Number(other)) => one.partial_cmp(other),
            (Value::Text(one), Value::Text(other)) => Some(one.cmp(other)),
            (Value::Flag(one), Value::Flag(other)) => Some(one.cmp(other)),
            _ => None,
        };
        match self {
            Self::Equal => ordering == Some(Ordering::Equal) || (ordering.is_none() && one == other),
            Self::NotEqual => ordering != Some(Ordering::Equal) && one != other,
            Self::Greater => ordering == Some(Ordering::Greater),
            Self::GreaterOrEqual => ordering.is_some_and(Ordering::is_ge),
            Self::Less => ordering == Some(Ordering::Less),
            Self::LessOrEqual => ordering.is_some_and(Ordering::is_le),
        }
    }

    fn holds_of_times(self, one: When, other: When) -> bool {
        match self {
            Self::Equal => one == other,
            Self::NotEqual => one != other,
            Self::Greater => other.is_before(one),
            Self::GreaterOrEqual => one == other || other.is_before(one) || one.from == other.last(),
            Self::Less => one.is_before(other),
            Self::LessOrEqual => one == other || one.is_before(other) || one.last() == other.from,
        }
    }
}

/// The order of two values for `$orderby`: nothing first, then by kind, then by value (23-019, "$orderby").
pub fn compare(one: &Value<'_>, other: &Value<'_>) -> Ordering {
    let rank = |value: &Value<'_>| match value {
        Value::Nothing => 0,
        Value::Flag(_) => 1,
        Value::Number(_) => 2,
        Value::Text(_) => 3,
        Value::Time(_) => 4,
        Value::Place(_) => 5,
        Value::Area(_) => 6,
    };
    match (one, other) {
        (Value::Flag(one), Value::Flag(other)) => one.cmp(other),
        (Value::Number(one), Value::Number(other)) => one.total_cmp(other),
        (Value::Text(one), Value::Text(other)) => one.cmp(other),
        (Value::Time(one), Value::Time(other)) => (one.from, one.last()).cmp(&(other.from, other.last())),
        _ => rank(one).cmp(&rank(other)),
    }
}

/// What a JSON value is to a filter; objects and arrays but GeoJSON points are nothing.
pub(super) fn json_value(value: &serde_json::Value) -> Value<'_> {
    match value {
        serde_json::Value::Bool(flag) => Value::Flag(*flag),
        serde_json::Value::Number(number) => number.as_f64().map_or(Value::Nothing, Value::Number),
        serde_json::Value::String(text) => Value::Text(Cow::Borrowed(text)),
        serde_json::Value::Object(_) => {
            super::Position::of(value).map_or(Value::Nothing, |it| Value::Place(it.at))
        }
        _ => Value::Nothing,
    }
}

impl Subject for super::Entity {
    fn value(&self, path: &[&str]) -> Value<'_> {
        match path {
            [] => Value::Nothing,
            ["id" | "@iot.id"] => match self.id.parse::<i64>() {
                // As it is written: `entity` gives an identifier of digits as a number.
                Ok(number) => Value::Number(number as f64),
                Err(_) => Value::Text(Cow::Borrowed(&self.id)),
            },
            [relation, rest @ ..] if Kind::of_relation(relation).is_some() && !rest.is_empty() => {
                self.related(relation).first().map_or(Value::Nothing, |entity| entity.value(rest))
            }
            [field, rest @ ..] => {
                let Some(mut value) = self.fields.get(*field) else { return Value::Nothing };
                if field.ends_with("Time") && (rest.is_empty() || matches!(rest, ["start" | "end"])) {
                    return match (super::write::when_of(value), rest) {
                        (Some(when), ["start"]) => Value::Time(When::at(when.from)),
                        (Some(when), ["end"]) => Value::Time(When::at(when.last())),
                        (Some(when), _) => Value::Time(when),
                        (None, _) => Value::Nothing,
                    };
                }
                for segment in rest {
                    match value.get(segment) {
                        Some(inner) => value = inner,
                        None => return Value::Nothing,
                    }
                }
                json_value(value)
            }
        }
    }
}

#[cfg(test)]
mod tests;
