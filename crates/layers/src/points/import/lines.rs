//! Lines of a file one by one, none of them longer than can be a record; lines may be given back.

use std::collections::VecDeque;
use std::io::{BufRead, Read, Result};

/// Longer lines are cut here, bytes.
pub(super) const LONGEST: u64 = 1 << 16;

/// Lines with their number from 1.
pub(super) struct Lines<R> {
    reader: R,
    back: VecDeque<(u64, Vec<u8>)>,
    number: u64,
    bytes: u64,
}

impl<R: BufRead> Lines<R> {
    /// The lines of `reader`.
    pub fn new(reader: R) -> Self {
        Self { reader, back: VecDeque::new(), number: 0, bytes: 0 }
    }

    /// How many bytes were read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next line without its end, with its number; `None` after the last.
    pub fn next(&mut self, line: &mut Vec<u8>) -> Result<Option<u64>> {
        line.clear();
        if let Some((number, back)) = self.back.pop_front() {
            line.extend_from_slice(&back);
            return Ok(Some(number));
        }
        let read = self.reader.by_ref().take(LONGEST).read_until(b'\n', line)? as u64;
        self.bytes += read;
        if read == 0 {
            return Ok(None);
        }
        if read == LONGEST && line.last() != Some(&b'\n') {
            self.pass_over_the_rest()?;
        }
        while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            line.pop();
        }
        self.number += 1;
        Ok(Some(self.number))
    }

    fn pass_over_the_rest(&mut self) -> Result<()> {
        loop {
            let held = self.reader.fill_buf()?;
            let end = held.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let count = end.unwrap_or(held.len());
            self.reader.consume(count);
            self.bytes += count as u64;
            if end.is_some() || count == 0 {
                return Ok(());
            }
        }
    }

    /// Gives lines back, to be read again in their order.
    pub fn give_back(&mut self, lines: Vec<(u64, Vec<u8>)>) {
        for line in lines.into_iter().rev() {
            self.back.push_front(line);
        }
    }
}
