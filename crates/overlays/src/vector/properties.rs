//! What is said of a feature.

use std::collections::HashSet;
use std::sync::Arc;

/// The value of a property. What is null, a list or an object is left out.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// True or false.
    Bool(bool),
}

impl Value {
    /// The number it is, or the number its text begins with: "12", "12.5 m".
    pub fn number(&self) -> Option<f64> {
        let number = match self {
            Self::Number(number) => *number,
            Self::Text(text) => {
                let text = text.trim();
                let end =
                    text.find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.')).unwrap_or(text.len());
                text[..end].parse().ok()?
            }
            Self::Bool(_) => return None,
        };
        Some(number).filter(|number: &f64| number.is_finite())
    }

    /// Its text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it says yes: true, "true" or "yes", a number other than 0.
    pub fn is_yes(&self) -> bool {
        match self {
            Self::Bool(yes) => *yes,
            Self::Text(text) => matches!(text.as_str(), "true" | "yes"),
            Self::Number(number) => *number != 0.0,
        }
    }
}

/// The properties of a feature, in the order of the file. Names are shared by all features of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(pub Vec<(Arc<str>, Value)>);

impl Properties {
    /// A property by its name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| &**key == name).map(|(_, value)| value)
    }

    /// The number of a property.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.number()
    }

    /// The text of a property.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }
}

/// The names met so far.
#[derive(Default)]
pub(super) struct Names(HashSet<Arc<str>>);

impl Names {
    /// The one copy of a name.
    pub fn shared(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return known.clone();
        }
        let new: Arc<str> = name.into();
        self.0.insert(new.clone());
        new
    }
}
