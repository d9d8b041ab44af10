//! Cuts features out of a FeatureCollection, and finds the next one after a damaged one.

use std::io::{BufRead, Read, Result};
use std::ops::Range;

/// Points in more bytes than this are damaged.
const LONGEST: usize = 1 << 16;
/// The list of features begins before this, bytes.
const PRELUDE: usize = 1 << 20;
/// The beginning of a feature is searched in so many bytes after its brace.
const BEGINNING: usize = 64;

/// A FeatureCollection on its way.
pub(super) struct Scan<R> {
    reader: R,
    window: Vec<u8>,
    at: usize,
    feature: Range<usize>,
    bytes: u64,
    /// True while it is not known how deep in the document `at` lies.
    is_lost: bool,
    is_closed: bool,
}

impl<R: BufRead> Scan<R> {
    /// A document.
    pub fn new(reader: R) -> Self {
        Self { reader, window: Vec::new(), at: 0, feature: 0..0, bytes: 0, is_lost: false, is_closed: false }
    }

    /// How many bytes were read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// True when the list of features was seen to end, or that cannot be known.
    pub fn is_closed(&self) -> bool {
        self.is_closed || self.is_lost
    }

    /// The feature that was found last.
    pub fn feature(&self) -> &[u8] {
        &self.window[self.feature.clone()]
    }

    /// Reads on; false at the end of the file. Moves what is left to the front.
    fn more(&mut self) -> Result<bool> {
        self.window.drain(..self.at);
        self.at = 0;
        let read = self.reader.by_ref().take(LONGEST as u64).read_to_end(&mut self.window)?;
        self.bytes += read as u64;
        Ok(read > 0)
    }

    /// Goes to the list of features; false where there is none.
    pub fn find_features(&mut self) -> Result<bool> {
        while self.more()? {
            let mut from = 0;
            while let Some(found) = find(&self.window[from..], b"\"features\"") {
                from += found + 10;
                let rest = self.window[from..].trim_ascii_start();
                if let Some(list) =
                    rest.strip_prefix(b":").and_then(|r| r.trim_ascii_start().strip_prefix(b"["))
                {
                    self.at = self.window.len() - list.len();
                    return Ok(true);
                }
            }
            if self.window.len() > PRELUDE {
                break;
            }
        }
        Ok(false)
    }

    /// Finds the next feature; false where it does not end. `None` after the last.
    pub fn next(&mut self) -> Result<Option<bool>> {
        loop {
            if self.is_lost && !self.find_beginning()? {
                return Ok(None);
            }
            let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
            let left = &self.window[self.at..];
            self.at += left.iter().position(|byte| !blank(byte)).unwrap_or(left.len());
            match self.window.get(self.at).copied() {
                None if self.more()? => {}
                None => return Ok(None),
                Some(b'{') => return self.cut().map(Some),
                Some(b']') => {
                    self.is_closed = true;
                    return Ok(None);
                }
                Some(_) => {
                    self.feature = self.at..self.at + 1;
                    return Ok(Some(false));
                }
            }
        }
    }

    fn cut(&mut self) -> Result<bool> {
        loop {
            if let Some(length) = end(&self.window[self.at..]) {
                self.feature = self.at..self.at + length;
                self.at += length;
                return Ok(true);
            }
            if self.window.len() - self.at >= LONGEST || !self.more()? {
                self.feature = self.at..self.window.len();
                self.at = self.window.len();
                return Ok(false);
            }
        }
    }

    /// After a damaged feature: the next one may begin inside of what was taken for it.
    pub fn search_from_within(&mut self) {
        self.at = (self.feature.start + 1).min(self.window.len());
        self.is_lost = true;
    }

    fn find_beginning(&mut self) -> Result<bool> {
        loop {
            let left = &self.window[self.at..];
            let mut braces = left.iter().enumerate().filter(|(_, byte)| **byte == b'{');
            if let Some((found, _)) = braces.find(|(n, _)| is_beginning(&left[*n..])) {
                self.at += found;
                self.is_lost = false;
                return Ok(true);
            }
            // A beginning may lie across the end of the window.
            self.at = self.at.max(self.window.len().saturating_sub(BEGINNING));
            if !self.more()? {
                return Ok(false);
            }
        }
    }
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|part| part == word)
}

/// Whether a feature begins here, as programs write it: with its type first.
fn is_beginning(text: &[u8]) -> bool {
    let text = &text[..text.len().min(BEGINNING)];
    let mut words = [&b"{"[..], b"\"type\"", b":", b"\"Feature\""].into_iter();
    words.try_fold(text, |rest, word| rest.trim_ascii_start().strip_prefix(word)).is_some()
}

/// Where the object that begins here ends.
fn end(text: &[u8]) -> Option<usize> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for (n, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(n + 1);
                }
            }
            _ => {}
        }
    }
    None
}
