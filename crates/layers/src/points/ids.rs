//! The row of an id among millions, in twelve bytes a row.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Bits of the hash that choose a bucket.
const BUCKET_BITS: u32 = 16;

/// Finds rows by id. Ids are told apart by a 64-bit hash: two ids of seventeen million share one with a probability of
/// 10⁻⁵, and an id that is not there is taken for one that is with 10⁻¹².
#[derive(Clone, Debug, Default)]
pub struct IdIndex {
    hashes: Vec<u64>,
    rows: Vec<u32>,
    starts: Vec<u32>,
}

impl IdIndex {
    /// An index of ids by their hash; row `n` is the `n`th. Also returns the rows whose id another row has already, with
    /// that row: a repeated id is found in its first row.
    pub fn new(hashes: impl Iterator<Item = u64>) -> (Self, Vec<(u32, u32)>) {
        let mut pairs: Vec<(u64, u32)> = hashes.zip(0..).collect();
        pairs.sort_unstable();
        let mut repeated = Vec::new();
        pairs.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                repeated.push((later.1, first.1));
            }
            same
        });
        let mut starts = vec![0_u32; (1 << BUCKET_BITS) + 1];
        for (hash, _) in &pairs {
            starts[(hash >> (64 - BUCKET_BITS)) as usize + 1] += 1;
        }
        for n in 1..starts.len() {
            starts[n] += starts[n - 1];
        }
        let (hashes, rows) = pairs.into_iter().unzip();
        repeated.sort_unstable();
        (Self { hashes, rows, starts }, repeated)
    }

    /// The hash of an id.
    pub fn hash(id: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        hasher.finish()
    }

    /// The row of `id`.
    pub fn row(&self, id: &str) -> Option<u32> {
        let hash = Self::hash(id);
        let bucket = (hash >> (64 - BUCKET_BITS)) as usize;
        let (start, end) = (*self.starts.get(bucket)? as usize, *self.starts.get(bucket + 1)? as usize);
        let found = self.hashes.get(start..end)?.binary_search(&hash).ok()?;
        self.rows.get(start + found).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_id_and_tells_of_repeated_ones() {
        let ids: Vec<String> = (0..10_000).map(|n| format!("D-{}", n % 9_990)).collect();
        let (index, repeated) = IdIndex::new(ids.iter().map(|id| IdIndex::hash(id)));
        assert_eq!(repeated, (0..10).map(|n| (9_990 + n, n)).collect::<Vec<_>>());
        for (row, id) in ids.iter().enumerate().take(9_990) {
            assert_eq!(index.row(id), Some(row as u32));
        }
        assert_eq!(index.row("D-9991"), None);
        assert_eq!(IdIndex::default().row("D-1"), None);
    }
}
