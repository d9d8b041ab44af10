//! Reads the register from TOML; an error names the line, the entry and the field.

use super::Register;
use city::{Algorithm, AlgorithmId, AlgorithmState, TwoTongues};
use serde::Deserialize;
use std::collections::BTreeMap;
use thiserror::Error;
use toml::Spanned;

/// Why a file of data cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file} line {line}, {field}: {problem}")]
pub struct FileFault {
    /// The name of the file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The entry and field, or the text of the line where the file is not TOML.
    pub field: String,
    /// What is wrong.
    pub problem: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    algorithm: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    version: Spanned<String>,
    state: Spanned<AlgorithmState>,
    name: Spanned<TwoTongues>,
    purpose: Spanned<TwoTongues>,
    owner: Spanned<String>,
    code: Spanned<String>,
    inputs: Spanned<Vec<String>>,
    validity: Spanned<TwoTongues>,
    method: Option<Spanned<String>>,
}

impl Register {
    /// Reads a register from the `text` of the file named `file`.
    pub fn read(file: &str, text: &str) -> Result<Self, FileFault> {
        let line_of = |offset: usize| line_of(text, offset);
        let parsed: File = from_toml(file, text)?;
        let mut entries = BTreeMap::new();
        for entry in parsed.algorithm {
            let entry = entry.into_inner();
            let fault = |offset: usize, field: &str, problem: &str| FileFault {
                file: file.to_owned(),
                line: line_of(offset),
                field: format!("algorithm `{}`, field `{field}`", entry.id.get_ref()),
                problem: problem.to_owned(),
            };
            if let Some((offset, field, problem)) = entry.fault() {
                return Err(fault(offset, field, problem));
            }
            let offset = entry.id.span().start;
            let algorithm = entry.algorithm();
            let id = algorithm.id.clone();
            if entries.insert(id.clone(), algorithm).is_some() {
                return Err(FileFault {
                    file: file.to_owned(),
                    line: line_of(offset),
                    field: format!("algorithm `{id}`, field `id`"),
                    problem: "stands in the register already".to_owned(),
                });
            }
        }
        Ok(Self { entries })
    }
}

/// The line of a text in which the byte at `offset` stands, from 1.
fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|b| *b == b'\n').count()
}

/// Reads what ships with the program, or a file in its place, from the `text` of the file named `file`.
pub(crate) fn from_toml<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, FileFault> {
    toml::from_str(text).map_err(|e| {
        let line = line_of(text, e.span().map_or(0, |span| span.start));
        let words = text.lines().nth(line - 1).unwrap_or_default().trim();
        let field = words.split_once('=').map_or(words, |(key, _)| key.trim());
        FileFault {
            file: file.to_owned(),
            line,
            field: format!("`{field}`"),
            problem: e.message().to_owned(),
        }
    })
}

impl Entry {
    /// The first field that cannot be as it is: where it stands, its name, and what is wrong.
    fn fault(&self) -> Option<(usize, &'static str, &'static str)> {
        let id = self.id.get_ref();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        if !(1..=40).contains(&id.len()) || !id.chars().all(plain) || id.starts_with(['.', '-']) {
            let problem = "an identifier has 1 to 40 letters, digits, dots and hyphens";
            return Some((self.id.span().start, "id", problem));
        }
        let method = self.method.as_ref().map(|m| (m, "method"));
        let texts = [(&self.version, "version"), (&self.owner, "owner"), (&self.code, "code")];
        for (text, field) in texts.into_iter().chain(method) {
            if text.get_ref().trim().is_empty() {
                return Some((text.span().start, field, "is empty"));
            }
        }
        for (words, field) in [(&self.name, "name"), (&self.purpose, "purpose"), (&self.validity, "validity")]
        {
            if words.get_ref().zh.trim().is_empty() || words.get_ref().en.trim().is_empty() {
                return Some((words.span().start, field, "needs words in both languages, zh and en"));
            }
        }
        let inputs = self.inputs.get_ref();
        let missing = inputs.is_empty() || inputs.iter().any(|input| input.trim().is_empty());
        missing.then(|| (self.inputs.span().start, "inputs", "names no input, or an empty one"))
    }

    fn algorithm(self) -> Algorithm {
        Algorithm {
            id: AlgorithmId::from(self.id.into_inner()),
            version: self.version.into_inner(),
            name: self.name.into_inner(),
            purpose: self.purpose.into_inner(),
            owner: self.owner.into_inner(),
            code: self.code.into_inner(),
            inputs: self.inputs.into_inner(),
            validity: self.validity.into_inner(),
            method: self.method.map(Spanned::into_inner),
            state: self.state.into_inner(),
            evaluation: None,
            changes: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"[[algorithm]]
id = "a.b"
version = "1"
state = "trial"
name = { zh = "甲", en = "A" }
purpose = { zh = "乙", en = "B" }
owner = "丙"
code = "crates/watch"
inputs = ["x"]
validity = { zh = "丁", en = "D" }
"#;

    #[test]
    fn an_error_names_line_and_field() {
        assert_eq!(Register::read("r", GOOD).unwrap().entries().count(), 1);
        let cases = [
            ("owner = \"丙\"", "owner = \" \"", 7, "field `owner`", "is empty"),
            ("inputs = [\"x\"]", "inputs = []", 9, "field `inputs`", "no input"),
            ("en = \"D\"", "en = \"\"", 10, "field `validity`", "both languages"),
            ("\"a.b\"", "\"a b\"", 2, "field `id`", "letters"),
            ("\"trial\"", "\"running\"", 4, "`state`", "running"),
            ("version = \"1\"", "version = 1", 3, "`version`", "string"),
            ("code = ", "kode = ", 8, "`kode`", "kode"),
            ("owner = \"丙\"\n", "", 1, "`[[algorithm]]`", "owner"),
            ("owner = \"丙\"", "owner = ", 7, "`owner`", ""),
        ];
        for (good, bad, line, field, problem) in cases {
            let e = Register::read("r", &GOOD.replace(good, bad)).unwrap_err();
            assert_eq!(e.line, line, "{bad}: {e}");
            assert!(e.field.contains(field) && e.problem.contains(problem), "{bad}: {e}");
        }
        let twice = Register::read("r", &format!("{GOOD}\n{GOOD}")).unwrap_err();
        assert_eq!((twice.line, twice.problem.as_str()), (13, "stands in the register already"));
    }
}
