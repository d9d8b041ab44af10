//! What is wrong with a rule file: where, what, and what to do about it.

use std::fmt;
use std::ops::Range;

/// One fault of a rule file. A set with a fault is not taken; the rules before it stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// The file, as its caller named it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, in characters from 1.
    pub column: u32,
    /// The field, such as `rule[2].when.yellow`; empty where the file is no TOML at all.
    pub field: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub fix: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if !self.field.is_empty() {
            write!(f, "`{}` ", self.field)?;
        }
        write!(f, "{}; {}", self.what, self.fix)
    }
}

impl std::error::Error for RuleError {}

/// A file while it is read, and the faults found so far.
pub(crate) struct Page<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub errors: Vec<RuleError>,
}

impl<'a> Page<'a> {
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, errors: Vec::new() }
    }

    /// Notes a fault at the bytes `span` of the text.
    pub fn wrong(
        &mut self,
        span: Range<usize>,
        field: &str,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) {
        let (line, column) = line_and_column(self.text, span.start);
        self.errors.push(RuleError {
            file: self.file.to_owned(),
            line,
            column,
            field: field.to_owned(),
            what: what.into(),
            fix: fix.into(),
        });
    }
}

/// Line and column, both from 1, of the byte `offset`; the column counts characters.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() as u32 + 1, before[line_start..].chars().count() as u32 + 1)
}

/// The name of `known` that `written` was probably meant to be: at most two letters off, or a third of a long name.
pub(crate) fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let written = written.to_lowercase();
    let close = |name: &str| distance(&written, &name.to_lowercase());
    let best = known.into_iter().map(|name| (close(name), name)).min()?;
    (best.0 <= 2.max(best.1.chars().count() / 3) && best.0 < best.1.chars().count().max(2)).then_some(best.1)
}

/// How many letters must be changed, added, left out or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_columns_and_near_names() {
        assert_eq!(line_and_column("甲乙\n丙 x", "甲乙\n丙 ".len()), (2, 3));
        assert_eq!(line_and_column("甲", 1), (1, 1));
        assert_eq!(nearest("depatments", ["departments", "district"]), Some("departments"));
        assert_eq!(nearest("yelow", ["yellow", "red"]), Some("yellow"));
        assert_eq!(nearest("banana", ["yellow", "red"]), None);
    }
}
