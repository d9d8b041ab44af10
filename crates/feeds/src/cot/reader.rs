//! From bytes to events: a stream with one event after another, XML or TAK protocol version 1, or a datagram with one.

use super::event::CotEvent;
use super::proto::{read_message, varint};
use super::read::{CotError, read_xml};
use super::split::{Cut, Cutter};
use crate::problems::Problems;

/// The longest event that is read, bytes.
pub const LONGEST_EVENT: usize = 65_536;
/// Begins a header of TAK protocol version 1.
const MAGIC: u8 = 0xBF;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads one datagram: XML, or TAK protocol with a mesh header (`BF 01 BF`, `BF 00 BF`) or a stream's.
pub fn read_datagram(bytes: &[u8]) -> Result<(CotEvent, Problems), CotError> {
    let message = match *bytes {
        [MAGIC, 0x01, MAGIC, ref message @ ..] => message,
        [MAGIC, 0x00, MAGIC, ref xml @ ..] => return read_xml(xml),
        [MAGIC, ref rest @ ..] => match varint(rest) {
            Some((length, message)) if length == message.len() as u64 => message,
            _ => return Err(CotError::NoProtobuf),
        },
        _ => return read_xml(bytes),
    };
    let other = || CotError::NoEvent { found: "a TAK message without an event".to_owned() };
    read_message(message)?.ok_or_else(other)
}

/// Reads the events of one stream. It keeps no more than one event that is not complete.
#[derive(Clone, Debug, Default)]
pub struct EventReader {
    held: Vec<u8>,
    cutter: Cutter,
    /// True after garbage: what follows is passed over until an event begins.
    lost: bool,
}

/// What stands at the beginning of what is held.
enum Step {
    /// Nothing to do before more comes.
    Wait,
    /// So many bytes are done with.
    Done(usize),
}

impl EventReader {
    /// The events that are complete with the next `bytes`, and what could not be read.
    pub fn take(&mut self, bytes: &[u8]) -> (Vec<CotEvent>, Problems) {
        let (mut events, mut problems) = (Vec::new(), Problems::default());
        let mut held = std::mem::take(&mut self.held);
        held.extend_from_slice(bytes);
        let mut from = 0;
        while let Some(rest) = held.get(from..).filter(|rest| !rest.is_empty()) {
            match self.step(rest, &mut events, &mut problems) {
                Step::Done(used) => {
                    from += used;
                    self.cutter = Cutter::default();
                }
                Step::Wait if rest.len() > LONGEST_EVENT => {
                    problems.add("a CoT event longer than can be", &String::from_utf8_lossy(head(rest)));
                    from = held.len();
                    (self.lost, self.cutter) = (true, Cutter::default());
                }
                Step::Wait => break,
            }
        }
        held.drain(..from);
        held.shrink_to(2 * LONGEST_EVENT);
        self.held = held;
        (events, problems)
    }

    fn step(&mut self, rest: &[u8], events: &mut Vec<CotEvent>, problems: &mut Problems) -> Step {
        if self.lost {
            return self.find_event(rest);
        }
        match *rest {
            [first, ..] if first.is_ascii_whitespace() => {
                Step::Done(rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count())
            }
            [b'<', ..] => self.xml(rest, events, problems),
            [MAGIC, ref after @ ..] => self.message(after, events, problems),
            _ if rest.starts_with(BYTE_ORDER_MARK) => Step::Done(BYTE_ORDER_MARK.len()),
            _ if BYTE_ORDER_MARK.starts_with(rest) => Step::Wait,
            _ => {
                problems.add("no CoT event", &String::from_utf8_lossy(head(rest)));
                self.lost = true;
                Step::Done(0)
            }
        }
    }

    fn xml(&mut self, rest: &[u8], events: &mut Vec<CotEvent>, problems: &mut Problems) -> Step {
        match self.cutter.look(rest) {
            Cut::More => Step::Wait,
            Cut::End(end) => {
                keep(read_xml(rest.get(..end).unwrap_or_default()), events, problems);
                Step::Done(end)
            }
            Cut::Broken(at, why) => {
                problems.add(why, &String::from_utf8_lossy(head(rest)));
                self.lost = true;
                Step::Done(at)
            }
        }
    }

    /// A message of TAK protocol version 1: its length, and then the message.
    fn message(&mut self, after: &[u8], events: &mut Vec<CotEvent>, problems: &mut Problems) -> Step {
        let Some((length, message)) = varint(after) else {
            if after.len() < 10 {
                return Step::Wait;
            }
            return self.no_length(problems);
        };
        let Some(length) = usize::try_from(length).ok().filter(|length| *length <= LONGEST_EVENT) else {
            return self.no_length(problems);
        };
        let Some(message) = message.get(..length) else { return Step::Wait };
        if let Some(read) = read_message(message).transpose() {
            keep(read, events, problems);
        }
        Step::Done(1 + varint_length(after) + length)
    }

    fn no_length(&mut self, problems: &mut Problems) -> Step {
        problems.add("a TAK message longer than can be", "");
        self.lost = true;
        Step::Done(1)
    }

    fn find_event(&mut self, rest: &[u8]) -> Step {
        let begins = |from: &[u8]| from.starts_with(b"<event") || from.starts_with(b"<?xml");
        let found = rest.windows(6).position(begins);
        self.lost = found.is_none();
        match found {
            Some(at) => Step::Done(at),
            // The last bytes may be the beginning of what is looked for.
            None if rest.len() > 5 => Step::Done(rest.len() - 5),
            None => Step::Wait,
        }
    }
}

fn varint_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| byte & 0x80 == 0).map_or(0, |last| last + 1)
}

fn head(bytes: &[u8]) -> &[u8] {
    bytes.get(..bytes.len().min(400)).unwrap_or_default()
}

fn keep(read: Result<(CotEvent, Problems), CotError>, events: &mut Vec<CotEvent>, problems: &mut Problems) {
    match read {
        Ok((event, more)) => {
            events.push(event);
            problems.merge(more);
        }
        Err(why) => problems.add(why, ""),
    }
}
