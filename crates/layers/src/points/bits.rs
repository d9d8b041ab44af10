//! A bit for every row, shared between the thread that writes and those that count.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A set of rows. Each bit is read and written by itself: a count made while another thread writes is that of a moment.
#[derive(Debug, Default)]
pub struct Bits {
    words: Vec<AtomicU64>,
    len: usize,
}

impl Bits {
    /// A set of `len` rows, none of them in it.
    pub fn none(len: usize) -> Self {
        Self { words: (0..len.div_ceil(64)).map(|_| AtomicU64::new(0)).collect(), len }
    }

    /// A set of all of `len` rows.
    pub fn all(len: usize) -> Self {
        Self::from_words(len, |_| u64::MAX)
    }

    /// A set of `len` rows, 64 at a time: `word(n)` has a bit for each of the rows from `64 n` on.
    pub fn from_words(len: usize, mut word: impl FnMut(usize) -> u64) -> Self {
        let full = len / 64;
        let mut words: Vec<AtomicU64> = (0..full).map(|n| AtomicU64::new(word(n))).collect();
        if !len.is_multiple_of(64) {
            words.push(AtomicU64::new(word(full) & ((1 << (len % 64)) - 1)));
        }
        Self { words, len }
    }

    /// How many rows it tells of.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when it tells of no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether `row` is in the set.
    pub fn has(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word.load(Relaxed) >> (row % 64) & 1 == 1)
    }

    /// Puts `row` in, or takes it out.
    pub fn set(&self, row: usize, is_in: bool) {
        let Some(word) = self.words.get(row / 64) else { return };
        let bit = 1 << (row % 64);
        if is_in {
            word.fetch_or(bit, Relaxed)
        } else {
            word.fetch_and(!bit, Relaxed)
        };
    }

    /// The 64 rows from `64 n` on.
    pub fn word(&self, n: usize) -> u64 {
        self.words.get(n).map_or(0, |word| word.load(Relaxed))
    }

    /// How many of `rows` are in the set.
    pub fn count(&self, rows: Range<usize>) -> usize {
        self.counted(rows, |_, word| word)
    }

    /// How many of `rows` are in both sets.
    pub fn count_with(&self, other: &Self, rows: Range<usize>) -> usize {
        self.counted(rows, |n, word| word & other.word(n))
    }

    fn counted(&self, rows: Range<usize>, of: impl Fn(usize, u64) -> u64) -> usize {
        let rows = rows.start..rows.end.min(self.len);
        words_of(&rows).map(|(n, part)| (of(n, self.word(n)) & part).count_ones() as usize).sum()
    }

    /// Those of `rows` that are in the set, in order.
    pub fn rows(&self, rows: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let rows = rows.start..rows.end.min(self.len);
        words_of(&rows).flat_map(|(n, part)| {
            let mut word = self.word(n) & part;
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
                word &= word - 1;
                Some(64 * n + bit)
            })
        })
    }
}

/// The words that `rows` touch, each with the bits of it that they mean.
fn words_of(rows: &Range<usize>) -> impl Iterator<Item = (usize, u64)> + use<> {
    let Range { start, end } = *rows;
    let words = if start < end { start / 64..end.div_ceil(64) } else { 0..0 };
    words.map(move |n| {
        let from = if n == start / 64 { u64::MAX << (start % 64) } else { u64::MAX };
        let to = if n == end / 64 { (1 << (end % 64)) - 1 } else { u64::MAX };
        (n, from & to)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_a_plain_list_counts() {
        let is_in = |row: usize| row.is_multiple_of(3) || row.is_multiple_of(7);
        let bits = Bits::none(300);
        (0..300).filter(|row| is_in(*row)).for_each(|row| bits.set(row, true));
        for range in [0..300, 0..0, 63..65, 64..128, 1..299, 250..400, 299..300, 5..6] {
            let plain: Vec<usize> = range.clone().filter(|row| *row < 300 && is_in(*row)).collect();
            assert_eq!(bits.count(range.clone()), plain.len(), "{range:?}");
            assert_eq!(bits.rows(range.clone()).collect::<Vec<_>>(), plain);
            assert_eq!(Bits::all(300).count_with(&bits, range), plain.len());
        }
        bits.set(3, false);
        assert!(!bits.has(3) && bits.has(6) && !bits.has(9_999));
        assert_eq!(Bits::all(65).count(0..65), 65);
        assert!(Bits::none(0).is_empty());
    }
}
