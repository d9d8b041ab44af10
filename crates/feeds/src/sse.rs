//! Server-Sent Events (WHATWG HTML, "Interpreting an event stream"), from bytes cut anywhere.
//!
//! Bounded: a message longer than [`LONGEST_MESSAGE`] is dropped and counted, never kept.
//! Deliberately absent: reconnecting, which is the link's business.

use crate::problems::Problems;

/// The longest message taken, in bytes: the first telemetry batch of 17,000 devices is about 1.5 MB.
pub const LONGEST_MESSAGE: usize = 64 * 1024 * 1024;

/// One message of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SseMessage {
    /// The identifier its block gave; `None` when it gave none.
    pub id: Option<String>,
    /// The kind its block gave; empty when it gave none.
    pub event: String,
    /// Its data, lines joined by a line feed.
    pub data: String,
}

/// Reads messages from a stream of bytes.
#[derive(Debug)]
pub struct SseParser {
    line: Vec<u8>,
    message: SseMessage,
    has_data: bool,
    /// The last byte was a carriage return: a line feed that follows belongs to it.
    after_return: bool,
    first_line: bool,
    /// The message in hand grew past the bound: drop what comes until its end.
    too_long: bool,
    longest: usize,
    problems: Problems,
}

impl Default for SseParser {
    fn default() -> Self {
        Self::with_longest(LONGEST_MESSAGE)
    }
}

impl SseParser {
    /// A parser that takes messages of up to `longest` bytes.
    pub fn with_longest(longest: usize) -> Self {
        Self {
            line: Vec::new(),
            message: SseMessage::default(),
            has_data: false,
            after_return: false,
            first_line: true,
            too_long: false,
            longest,
            problems: Problems::default(),
        }
    }

    /// Takes the next bytes; returns the messages they complete.
    pub fn push(&mut self, mut bytes: &[u8]) -> Vec<SseMessage> {
        let mut out = Vec::new();
        while !bytes.is_empty() {
            if std::mem::take(&mut self.after_return) && bytes[0] == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let Some(end) = bytes.iter().position(|b| matches!(b, b'\n' | b'\r')) else {
                self.extend_line(bytes);
                break;
            };
            self.extend_line(&bytes[..end]);
            self.after_return = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
            let line = std::mem::take(&mut self.line);
            if let Some(message) = self.take_line(&line) {
                out.push(message);
            }
            self.line = line;
            self.line.clear();
        }
        out
    }

    /// The problems met since this was last asked.
    pub fn take_problems(&mut self) -> Problems {
        std::mem::take(&mut self.problems)
    }

    fn extend_line(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if self.too_long {
            // What follows is dropped; one byte is kept so that the line is not taken for an empty one.
            self.line.clear();
            self.line.push(b':');
        } else if self.line.len() + self.message.data.len() + bytes.len() > self.longest {
            self.too_long = true;
            let start = String::from_utf8_lossy(&self.line[..self.line.len().min(400)]).into_owned();
            self.problems.add(format_args!("message longer than {} bytes dropped", self.longest), &start);
            self.message = SseMessage::default();
            self.has_data = false;
            self.line.clear();
            self.line.push(b':');
        } else {
            self.line.extend_from_slice(bytes);
        }
    }

    fn take_line(&mut self, mut line: &[u8]) -> Option<SseMessage> {
        if std::mem::take(&mut self.first_line) {
            line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        }
        if line.is_empty() {
            self.too_long = false;
            let message = std::mem::take(&mut self.message);
            return std::mem::take(&mut self.has_data).then_some(message);
        }
        if line[0] == b':' {
            return None;
        }
        let (field, value) = match line.iter().position(|b| *b == b':') {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &line[..0]),
        };
        let value = String::from_utf8_lossy(value.strip_prefix(b" ").unwrap_or(value));
        if value.contains('\u{FFFD}') {
            self.problems.add("not UTF-8", &value);
        }
        match field {
            b"data" => {
                if self.has_data {
                    self.message.data.push('\n');
                }
                self.has_data = true;
                self.message.data.push_str(&value);
            }
            b"event" => self.message.event = value.into_owned(),
            b"id" if !value.contains('\0') => self.message.id = Some(value.into_owned()),
            b"retry" => {}
            _ => self.problems.add("no line of an event stream", &String::from_utf8_lossy(line)),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] = "\u{FEFF}: hello\n\nid: 7\nevent: e\ndata: {\"山\":1}\ndata:two\r\n\r\nretry: 5\rid: 8\rdata\r\rdata: cut"
        .as_bytes();

    fn expected() -> Vec<SseMessage> {
        vec![
            SseMessage { id: Some("7".into()), event: "e".into(), data: "{\"山\":1}\ntwo".into() },
            SseMessage { id: Some("8".into()), event: String::new(), data: String::new() },
        ]
    }

    #[test]
    fn any_cut_gives_the_same_messages() {
        for size in 1..STREAM.len() {
            let mut parser = SseParser::default();
            let got: Vec<_> = STREAM.chunks(size).flat_map(|cut| parser.push(cut)).collect();
            assert_eq!(got, expected(), "cut every {size} bytes");
            assert!(parser.take_problems().is_empty());
        }
    }

    #[test]
    fn garbage_is_counted_and_the_next_message_still_read() {
        let mut parser = SseParser::default();
        let got = parser.push(b"<html>\n\xFF\xFE\x00zz\n\ndata: ok\n\n");
        assert_eq!(got.len(), 1);
        let problems = parser.take_problems();
        assert_eq!(problems.count, 2);
        assert!(problems.sample.is_some());
        assert!(parser.take_problems().is_empty());
    }

    #[test]
    fn a_message_without_end_is_dropped_not_kept() {
        let mut parser = SseParser::with_longest(100);
        for _ in 0..50 {
            assert!(parser.push(b"data: 0123456789\n").is_empty());
            assert!(parser.push(&[b'x'; 300]).is_empty());
            assert!(parser.line.len() < 200 && parser.message.data.len() <= 100);
        }
        assert_eq!(parser.push(b"\n\ndata: next\n\n").len(), 1);
        assert_eq!(parser.take_problems().count, 1);
    }
}
