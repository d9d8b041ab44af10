//! Signatures of MAVLink 2 frames (MAVLink guide, "Message signing"): SHA-256 over key, frame, link and time.
//!
//! Time is the caller's: 10 µs steps since 2015. A time that does not rise on its link is a replay and refused.

use super::frame::Parts;
use city::CityTime;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The secret that a vehicle and its ground stations share.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(pub [u8; 32]);

impl std::fmt::Debug for Key {
    /// A secret stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// What becomes of frames without a signature where a key is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unsigned {
    /// They are refused and counted. A radio's own status is taken all the same: radios know no key.
    #[default]
    Refused,
    /// They are taken as where no key is given.
    Accepted,
}

/// 1 January 2015, 00:00 UTC: where the times of signatures begin.
const EPOCH: CityTime = CityTime(1_420_070_400_000);
/// A stream that was never heard may begin this much before our time: one minute, as the guide says.
const OLDEST_START: u64 = 6_000_000;
/// Streams whose newest time is kept: systems × components × links of the holders of one key.
const MOST_STREAMS: usize = 4_096;

/// Why a signed frame is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The signature is not of this key.
    Forged,
    /// Its time is no newer than one that was seen, or a minute old at its stream's beginning.
    Replayed,
}

/// Checks signatures, and remembers the newest time of each stream.
#[derive(Clone, Debug)]
pub(super) struct Checker {
    key: Key,
    newest: HashMap<(u8, u8, u8), u64>,
    time: u64,
}

impl Checker {
    pub(super) fn new(key: Key) -> Self {
        Self { key, newest: HashMap::new(), time: 0 }
    }

    /// Judges a signed frame that came at `arrived`.
    pub(super) fn check(&mut self, parts: &Parts<'_>, arrived: CityTime) -> Result<(), Refused> {
        let Some(&[link, a, b, c, d, e, f, ..]) = parts.signature else { return Err(Refused::Forged) };
        let told = parts.signature.and_then(|whole| whole.get(7..)).unwrap_or_default();
        let (signed, _) = parts.whole.split_at(parts.whole.len().saturating_sub(6));
        let right = signature(&self.key, signed);
        // All six bytes are compared, so that the time it takes says nothing of how many were right.
        let differs = right.iter().zip(told).fold(0, |all, (ours, theirs)| all | (ours ^ theirs));
        if told.len() != right.len() || differs != 0 {
            return Err(Refused::Forged);
        }
        let time = u64::from_le_bytes([a, b, c, d, e, f, 0, 0]);
        // Our own clock is asked anew each time: one that was ahead for a while must not lock out who comes later.
        let now = self.time.max(steps(arrived));
        let stream = (parts.system, parts.component, link);
        let replayed = match self.newest.get(&stream) {
            Some(newest) => time <= *newest,
            None => time.saturating_add(OLDEST_START) < now || self.newest.len() >= MOST_STREAMS,
        };
        if replayed {
            return Err(Refused::Replayed);
        }
        self.newest.insert(stream, time);
        self.time = self.time.max(time);
        Ok(())
    }
}

/// Signs what a ground station sends.
#[derive(Clone, Debug)]
pub(super) struct Signer {
    key: Key,
    link: u8,
    last: u64,
}

impl Signer {
    pub(super) fn new(key: Key, link: u8) -> Self {
        Self { key, link, last: 0 }
    }

    /// Appends link, time and signature to `frame`, whose flags say that it is signed.
    pub(super) fn sign(&mut self, frame: &mut Vec<u8>, now: CityTime) {
        self.last = self.last.saturating_add(1).max(steps(now));
        frame.push(self.link);
        frame.extend(self.last.to_le_bytes().into_iter().take(6));
        let signature = signature(&self.key, frame);
        frame.extend_from_slice(&signature);
    }
}

fn signature(key: &Key, signed: &[u8]) -> [u8; 6] {
    let digest: [u8; 32] = Sha256::new().chain_update(key.0).chain_update(signed).finalize().into();
    let [a, b, c, d, e, f, ..] = digest;
    [a, b, c, d, e, f]
}

fn steps(at: CityTime) -> u64 {
    u64::try_from(at.0.saturating_sub(EPOCH.0)).unwrap_or(0).saturating_mul(100)
}
