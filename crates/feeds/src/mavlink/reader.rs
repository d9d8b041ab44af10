//! From datagrams or a stream to checked frames; after garbage it finds the next frame again.
//!
//! What it keeps between calls is never more than one frame.

use super::frame::{Candidate, Frame, LONGEST_FRAME, MARKER_1, MARKER_2, Parts, look};
use super::signing::{Checker, Key, Refused, Unsigned};
use crate::problems::Problems;
use city::CityTime;

/// What came over a link, counted since the reader was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameCounts {
    /// Frames whose checksum was right and which were taken.
    pub taken: u64,
    /// Frames of messages that no known definition describes: passed over.
    pub unknown: u64,
    /// What looked like a frame and had a wrong checksum; in garbage, false starts count too.
    pub damaged: u64,
    /// Bytes that belong to no frame.
    pub garbage_bytes: u64,
    /// Frames with a signature, whether or not it was checked.
    pub signed: u64,
    /// Frames without a signature that were refused because a key is given.
    pub unsigned_refused: u64,
    /// Frames whose signature is not of the key that is given.
    pub forged: u64,
    /// Frames whose signature is right and whose time is not newer than one that was seen: they came twice or late.
    pub replayed: u64,
}

/// Reads the frames of one link.
#[derive(Clone, Debug)]
pub struct FrameReader {
    rest: Vec<u8>,
    checker: Option<(Checker, Unsigned)>,
    /// Systems of which a checked frame came: only theirs are believed where nobody can check.
    known_systems: [bool; 256],
    counts: FrameCounts,
    problems: Problems,
}

impl Default for FrameReader {
    fn default() -> Self {
        Self {
            rest: Vec::new(),
            checker: None,
            known_systems: [false; 256],
            counts: FrameCounts::default(),
            problems: Problems::default(),
        }
    }
}

/// A radio's own status (`RADIO_STATUS`), which the guide has accepted without a signature.
const RADIO_STATUS: u32 = 109;

impl FrameReader {
    /// A reader that checks signatures by `key`; without it signed frames are taken unchecked.
    pub fn with_key(key: Key, unsigned: Unsigned) -> Self {
        Self { checker: Some((Checker::new(key), unsigned)), ..Self::default() }
    }

    /// What came so far.
    pub fn counts(&self) -> FrameCounts {
        self.counts
    }

    /// What could not be read since this was last asked.
    pub fn take_problems(&mut self) -> Problems {
        std::mem::take(&mut self.problems)
    }

    /// The frames of one datagram that came at `arrived`: usually one, a router may join several.
    pub fn datagram(&mut self, bytes: &[u8], arrived: CityTime) -> Vec<Frame> {
        let mut frames = Vec::new();
        let mut from = 0;
        while let Some(left) = bytes.get(from..).filter(|left| !left.is_empty()) {
            // What a datagram lacks will not come any more.
            from += self.step(left, arrived, &mut frames).unwrap_or_else(|| self.skip(1));
        }
        frames
    }

    /// The frames that are complete with the next `bytes` of a stream, which came at `arrived`.
    pub fn stream(&mut self, bytes: &[u8], arrived: CityTime) -> Vec<Frame> {
        let mut frames = Vec::new();
        let mut held = std::mem::take(&mut self.rest);
        held.extend_from_slice(bytes);
        let mut from = 0;
        while let Some(left) = held.get(from..).filter(|left| !left.is_empty()) {
            match self.step(left, arrived, &mut frames) {
                Some(used) => from += used,
                None => break,
            }
        }
        held.drain(..from);
        debug_assert!(held.len() <= LONGEST_FRAME, "only an incomplete frame is kept");
        // A large chunk must not leave its memory behind.
        held.shrink_to(2 * LONGEST_FRAME);
        self.rest = held;
        frames
    }

    /// The stream ended: what of a frame has begun will not come any more.
    pub fn end_of_stream(&mut self) {
        self.counts.garbage_bytes += std::mem::take(&mut self.rest).len() as u64;
    }

    /// How many of `bytes` are done with; `None` where a frame has begun and its end is missing.
    fn step(&mut self, bytes: &[u8], arrived: CityTime, frames: &mut Vec<Frame>) -> Option<usize> {
        let marker = bytes.iter().position(|byte| matches!(*byte, MARKER_1 | MARKER_2));
        match marker {
            None => return Some(self.skip(bytes.len())),
            Some(0) => {}
            Some(before) => return Some(self.skip(before)),
        }
        match look(bytes) {
            Candidate::Incomplete => None,
            Candidate::NoFrame => Some(self.skip(1)),
            Candidate::Damaged => {
                self.counts.damaged += 1;
                self.problems.add("checksum of a MAVLink frame", &hex(bytes));
                Some(self.skip(1))
            }
            Candidate::Unknown(parts) => {
                // It cannot be checked, so it is believed only where its length leads to another frame or the end.
                let after = bytes.get(parts.whole.len());
                let fits = after.is_none_or(|next| matches!(*next, MARKER_1 | MARKER_2));
                if !fits || !self.is_known(parts.system) {
                    return Some(self.skip(1));
                }
                self.counts.unknown += 1;
                Some(parts.whole.len())
            }
            Candidate::Sound(parts) => {
                if self.admits(&parts, arrived) {
                    self.counts.taken += 1;
                    if let Some(known) = self.known_systems.get_mut(usize::from(parts.system)) {
                        *known = true;
                    }
                    frames.push(parts.to_frame());
                }
                Some(parts.whole.len())
            }
        }
    }

    fn is_known(&self, system: u8) -> bool {
        self.known_systems.get(usize::from(system)).copied().unwrap_or(false)
    }

    fn skip(&mut self, bytes: usize) -> usize {
        self.counts.garbage_bytes += bytes as u64;
        bytes
    }

    fn admits(&mut self, parts: &Parts<'_>, arrived: CityTime) -> bool {
        self.counts.signed += u64::from(parts.signature.is_some());
        let Some((checker, unsigned)) = &mut self.checker else { return true };
        let why = if parts.signature.is_none() {
            if *unsigned == Unsigned::Accepted || parts.message == RADIO_STATUS {
                return true;
            }
            self.counts.unsigned_refused += 1;
            "a MAVLink frame without signature"
        } else {
            match checker.check(parts, arrived) {
                Ok(()) => return true,
                Err(Refused::Forged) => {
                    self.counts.forged += 1;
                    "a MAVLink frame signed with another key"
                }
                Err(Refused::Replayed) => {
                    self.counts.replayed += 1;
                    "a MAVLink frame that came twice, or after a newer one"
                }
            }
        };
        self.problems.add(format_args!("{why}, of system {}", parts.system), &hex(parts.whole));
        false
    }
}

/// The beginning of a frame for people.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(24).map(|byte| format!("{byte:02x}")).collect()
}
