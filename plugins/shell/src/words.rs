//! Words on screen, by key, in Chinese first and English by a switch. They live in `assets/words/*.toml`.

use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use city::Unit;

/// The language on screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// 简体中文.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }
}

/// A count as people read it, in groups of three figures: 17,000,000.
pub fn grouped(count: usize) -> String {
    let figures = count.to_string();
    let mut text = String::with_capacity(figures.len() + figures.len() / 3);
    for (n, figure) in figures.chars().enumerate() {
        if n > 0 && (figures.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(figure);
    }
    text
}

/// The words of both languages and which is shown.
#[derive(Resource, Clone, Debug, Default)]
pub struct Words {
    /// The language shown.
    pub language: Language,
    chinese: HashMap<String, String>,
    english: HashMap<String, String>,
}

impl Words {
    /// Reads both tables; the message names table, and what is wrong where.
    pub fn read(chinese: &str, english: &str) -> Result<Self, String> {
        Ok(Self {
            language: Language::default(),
            chinese: table("zh-CN", chinese)?,
            english: table("en", english)?,
        })
    }

    /// The words that ship in `assets/words`. They are part of the program, so a fault in them is one of the program.
    pub fn shipped() -> Self {
        let read = Self::read(
            include_str!("../../../assets/words/zh-CN.toml"),
            include_str!("../../../assets/words/en.toml"),
        );
        read.unwrap_or_else(|fault| panic!("assets/words: {fault}"))
    }

    /// The words of `key`; the key itself where a language lacks it, so that a gap is seen and nothing breaks.
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        let table = match self.language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        };
        table.get(key).map_or(key, String::as_str)
    }

    /// So many seconds ago, in words: seconds up to two minutes, then minutes, then hours.
    pub fn ago(&self, seconds: f64) -> String {
        let (key, n) = match seconds.max(0.0) {
            s if s < 120.0 => ("mapCard.secondsAgo", s),
            s if s < 7200.0 => ("mapCard.minutesAgo", s / 60.0),
            s => ("mapCard.hoursAgo", s / 3600.0),
        };
        self.fill(key, &[("n", &n.floor().to_string())])
    }

    /// So long a time, in words of two parts at most: 45 秒, 12 分钟, 2 小时 5 分, 3 天 4 小时.
    pub fn lasting(&self, seconds: f64) -> String {
        let whole = seconds.clamp(0.0, 1e12) as u64;
        let (days, hours, minutes) = (whole / 86_400, whole / 3_600, whole / 60);
        let (key, n, m) = match (days, hours, minutes) {
            (0, 0, 0) => ("mapCard.seconds", whole, 0),
            (0, 0, _) => ("mapCard.minutes", minutes, 0),
            (0, _, _) => ("mapCard.hoursAndMinutes", hours, minutes % 60),
            _ => ("mapCard.daysAndHours", days, hours % 24),
        };
        self.fill(key, &[("n", &n.to_string()), ("m", &m.to_string())])
    }

    /// The words of `key` with `{name}` replaced.
    pub fn fill(&self, key: &str, parts: &[(&str, &str)]) -> String {
        parts
            .iter()
            .fold(self.get(key).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// Chinese or English, whichever is shown.
    pub fn pick<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        match self.language {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }

    /// What a thing is called in the language shown; not everything has an English name.
    pub fn name<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        if english.is_empty() { chinese } else { self.pick(chinese, english) }
    }

    /// What a unit is called in the language shown.
    pub fn unit<'a>(&self, unit: &'a Unit) -> &'a str {
        self.name(&unit.name, &unit.name_en)
    }

    /// Keys that one language has and the other lacks: a test holds this empty.
    pub fn gaps(&self) -> Vec<String> {
        let one_sided = |a: &HashMap<String, String>, b: &HashMap<String, String>| {
            a.keys().filter(|k| !b.contains_key(*k)).cloned().collect::<Vec<_>>()
        };
        let mut gaps = one_sided(&self.chinese, &self.english);
        gaps.extend(one_sided(&self.english, &self.chinese));
        gaps.sort();
        gaps
    }
}

/// A name on the map, with how old what it names is while its feed is lost.
pub fn aged(name: &str, age: Option<&str>) -> String {
    age.map_or_else(|| name.to_owned(), |age| format!("{name} · {age}"))
}

/// A table of words: `[group]` tables of `key = "words"`, flattened to `group.key`.
fn table(name: &str, text: &str) -> Result<HashMap<String, String>, String> {
    let groups: HashMap<String, HashMap<String, String>> =
        toml::from_str(text).map_err(|e| format!("words {name}: {e}"))?;
    Ok(groups
        .into_iter()
        .flat_map(|(group, words)| words.into_iter().map(move |(key, text)| (format!("{group}.{key}"), text)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_two_parts_at_most() {
        let words = Words::shipped();
        let said = [45.9, 725.0, 7_530.0, 273_600.0].map(|s| words.lasting(s));
        assert_eq!(said, ["45 秒", "12 分钟", "2 小时 5 分", "3 天 4 小时"]);
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        assert_eq!(Words::shipped().gaps(), Vec::<String>::new());
    }
}
