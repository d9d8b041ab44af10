//! Ids and names of points: held in memory, or read from the file they came from when they are asked for.

use super::PointsError;
use super::file::{BATCH, FileTexts};
use std::sync::Arc;

/// Texts one after the other in one piece of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextColumn {
    text: String,
    ends: Vec<usize>,
}

impl TextColumn {
    /// Adds a text.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// The text of row `n`; empty past the last.
    pub fn get(&self, n: usize) -> &str {
        let start = n.checked_sub(1).map_or(Some(&0), |before| self.ends.get(before));
        let range = start.zip(self.ends.get(n));
        range.and_then(|(start, end)| self.text.get(*start..*end)).unwrap_or_default()
    }

    /// How many texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of memory it takes.
    pub fn bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<usize>()
    }
}

/// The ids and names of a run of rows.
#[derive(Clone, Debug, Default)]
pub struct TextBlock {
    /// The first of the rows.
    pub first: usize,
    /// Their ids.
    pub ids: TextColumn,
    /// Their names; empty for those without one.
    pub names: TextColumn,
}

impl TextBlock {
    /// The id of `row`, which is a row of the whole set.
    pub fn id(&self, row: usize) -> &str {
        row.checked_sub(self.first).map_or("", |n| self.ids.get(n))
    }

    /// The name of `row`.
    pub fn name(&self, row: usize) -> &str {
        row.checked_sub(self.first).map_or("", |n| self.names.get(n))
    }
}

/// Where ids and names are.
#[derive(Debug)]
pub enum Texts {
    /// In memory, all in one block.
    Held(Arc<TextBlock>),
    /// In the file that the points were read from.
    Filed(FileTexts),
}

impl Texts {
    /// The block that `row` lies in. Reads the file where it has to: not to be called while a frame waits.
    pub fn block(&self, row: usize) -> Result<Arc<TextBlock>, PointsError> {
        match self {
            Self::Held(block) => Ok(block.clone()),
            Self::Filed(file) => file.block(row),
        }
    }

    /// Shows `look` every row with its id and name, in order. Before each run of some 16,000 rows `go_on` is asked with the
    /// first of them, and ends it by saying no; returns false then. What is in a file is read run by run, each once, and
    /// not kept.
    pub(super) fn each(
        &self,
        mut go_on: impl FnMut(usize) -> bool,
        mut look: impl FnMut(usize, &str, &str),
    ) -> Result<bool, PointsError> {
        let block = match self {
            Self::Held(block) => block,
            Self::Filed(file) => return file.each(go_on, look),
        };
        for from in (0..block.ids.len()).step_by(BATCH) {
            if !go_on(block.first + from) {
                return Ok(false);
            }
            for n in from..(from + BATCH).min(block.ids.len()) {
                look(block.first + n, block.ids.get(n), block.names.get(n));
            }
        }
        Ok(true)
    }

    /// The block that `row` lies in if that needs no reading.
    pub fn at_hand(&self, row: usize) -> Option<Arc<TextBlock>> {
        match self {
            Self::Held(block) => Some(block.clone()),
            Self::Filed(file) => file.at_hand(row),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_by_their_row() {
        let mut block = TextBlock { first: 10, ..TextBlock::default() };
        for (id, name) in [("D-1", "解放碑 1"), ("", ""), ("D-3", "井盖")] {
            block.ids.push(id);
            block.names.push(name);
        }
        assert_eq!((block.id(10), block.name(12), block.id(11), block.id(13)), ("D-1", "井盖", "", ""));
        assert_eq!((block.id(9), block.ids.len()), ("", 3));
    }
}
