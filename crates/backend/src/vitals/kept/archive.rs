//! Hours and days of the signs as bytes: a heading that says of which city, trend after trend, and a hash of it all.

use crate::vitals::Training;
use city::CityTime;
use sha2::{Digest, Sha256};
use watch::vital::told::{area_key, read_area};
use watch::vital::{Point, Remembered, SignHandle};

const MAGIC: &[u8; 8] = b"SCVITAL1";
const HASH: usize = 32;

/// Bytes that grow by a trend at a time.
pub struct Archive(Vec<u8>);

/// What was read.
pub struct Read {
    /// The trends of signs that are still defined.
    pub trends: Vec<Remembered>,
    /// True when the made-up past is in them.
    pub past_is_ready: bool,
}

impl Archive {
    /// An archive of the city of `training` without trends.
    pub fn of(training: Training, past_is_ready: bool) -> Self {
        let mut archive = Self(MAGIC.to_vec());
        archive.add(&training.seed.to_le_bytes());
        archive.add(&training.began.0.to_le_bytes());
        archive.add(&[u8::from(past_is_ready)]);
        archive
    }

    fn add(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.add(&(text.len() as u16).to_le_bytes());
        self.add(text.as_bytes());
    }

    /// Adds a trend of the sign `id`; periods of which nothing is known are not written.
    pub fn put(&mut self, id: &str, kept: &Remembered) {
        let Some(first) = kept.points.first() else { return };
        // Where all samples are alike, as of townships, least and greatest are not written.
        let is_wide = kept.points.iter().any(|p| p.low != p.value || p.high != p.value);
        self.text(id);
        self.text(&area_key(kept.area));
        self.add(&kept.span_ms.to_le_bytes());
        self.add(&first.at.0.to_le_bytes());
        self.add(&kept.samples.to_le_bytes());
        self.add(&[u8::from(is_wide)]);
        self.add(&(kept.points.len() as u32).to_le_bytes());
        for point in &kept.points {
            let period = (point.at.0 - first.at.0) / kept.span_ms.max(1);
            self.add(&(period as u16).to_le_bytes());
            self.add(&point.value.to_le_bytes());
            if is_wide {
                self.add(&point.low.to_le_bytes());
                self.add(&point.high.to_le_bytes());
            }
        }
    }

    /// The bytes of the whole.
    pub fn finish(mut self) -> Vec<u8> {
        let hash = Sha256::digest(&self.0);
        self.add(&hash);
        self.0
    }
}

/// Reads an archive of the city of `training`, whose signs are found by their identifiers; else what is wrong with it.
pub fn read(
    bytes: &[u8],
    training: Training,
    find: impl Fn(&str) -> Option<SignHandle>,
) -> Result<Read, String> {
    let short = || "it is cut off".to_owned();
    let (body, hash) = bytes.split_last_chunk::<HASH>().ok_or_else(short)?;
    if !body.starts_with(MAGIC) {
        return Err("it is no such file, or one of another version".to_owned());
    }
    if Sha256::digest(body)[..] != hash[..] {
        return Err("it is damaged: its hash does not fit".to_owned());
    }
    let mut rest = Rest(&body[MAGIC.len()..]);
    let (seed, began) = (u64::from_le_bytes(rest.take()?), i64::from_le_bytes(rest.take()?));
    if (seed, began) != (training.seed, training.began.0) {
        return Err("it is of another city".to_owned());
    }
    let [past_is_ready] = rest.take()?;
    let mut trends = Vec::new();
    while !rest.0.is_empty() {
        let (sign, kept) = trend(&mut rest)?;
        if let Some(sign) = find(&sign) {
            trends.push(Remembered { sign, ..kept });
        }
    }
    Ok(Read { trends, past_is_ready: past_is_ready == 1 })
}

/// A trend, and the identifier of its sign.
fn trend(rest: &mut Rest<'_>) -> Result<(String, Remembered), String> {
    let (id, area) = (rest.text()?, rest.text()?);
    let area = read_area(&area).ok_or_else(|| format!("`{area}` is no area"))?;
    let (span_ms, first) = (i64::from_le_bytes(rest.take()?), i64::from_le_bytes(rest.take()?));
    let samples = u32::from_le_bytes(rest.take()?);
    let [is_wide] = rest.take()?;
    let count = u32::from_le_bytes(rest.take()?);
    let mut points = Vec::new();
    for _ in 0..count {
        let period = i64::from(u16::from_le_bytes(rest.take()?));
        let at = CityTime(first.saturating_add(period.saturating_mul(span_ms)));
        let value = f32::from_le_bytes(rest.take()?);
        let (low, high) = match is_wide {
            1 => (f32::from_le_bytes(rest.take()?), f32::from_le_bytes(rest.take()?)),
            _ => (value, value),
        };
        points.push(Point { at, span_ms, value, low, high });
    }
    let sign = SignHandle(u16::MAX);
    Ok((id, Remembered { sign, area, span_ms, points, samples }))
}

/// What is not read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or("it is cut off within a trend")?;
        self.0 = rest;
        Ok(*taken)
    }

    fn text(&mut self) -> Result<String, String> {
        let length = usize::from(u16::from_le_bytes(self.take()?));
        let (text, rest) = self.0.split_at_checked(length).ok_or("it is cut off within a name")?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).map_err(|_| "a name in it is no text".to_owned())
    }
}
