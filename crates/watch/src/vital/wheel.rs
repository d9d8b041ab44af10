//! When which device is to be looked at next: a wheel of buckets of time, each a chain through the devices.

/// No device.
pub(super) const NOBODY: u32 = u32::MAX;
const BUCKETS: usize = 4_096;
const WIDTH_MS: i64 = 4_000;

/// A wheel of four and a half hours; what is due later stands in its last bucket and is looked at again there.
#[derive(Debug)]
pub(super) struct Wheel {
    heads: Vec<u32>,
    /// The bucket that was looked at last.
    at: i64,
}

impl Wheel {
    pub fn new() -> Self {
        Self { heads: vec![NOBODY; BUCKETS], at: i64::MIN }
    }

    /// Puts a device at the head of the bucket of `due`; the answer is who comes after it.
    pub fn put(&mut self, device: u32, due: i64, now: i64) -> u32 {
        let here = now.div_euclid(WIDTH_MS);
        if self.at == i64::MIN {
            self.at = here;
        }
        let bucket = due.div_euclid(WIDTH_MS).clamp(self.at, self.at + BUCKETS as i64 - 1);
        std::mem::replace(&mut self.heads[slot(bucket)], device)
    }

    /// Takes the chains of all buckets up to `now`, that of `now` among them.
    pub fn take(&mut self, now: i64, heads: &mut Vec<u32>) {
        let here = now.div_euclid(WIDTH_MS);
        if self.at == i64::MIN {
            self.at = here;
        }
        let last = here.min(self.at.saturating_add(BUCKETS as i64 - 1));
        for bucket in self.at..=last {
            let head = std::mem::replace(&mut self.heads[slot(bucket)], NOBODY);
            if head != NOBODY {
                heads.push(head);
            }
        }
        self.at = self.at.max(here);
    }
}

fn slot(bucket: i64) -> usize {
    bucket.rem_euclid(BUCKETS as i64) as usize
}
