//! The index of a FlatGeobuf: a packed tree of boxes, each level after the one above it, the features' own boxes last.
//! Nothing in it is believed before it was checked.

use std::io::{Read, Seek, SeekFrom};

/// Four numbers and an offset.
const NODE_BYTES: u64 = 40;

/// An index, of which no more is read than is asked for.
pub(super) struct Index {
    node_size: u64,
    /// First node and end of each level, from the top.
    levels: Vec<(u64, u64)>,
}

impl Index {
    /// The index of so many features; none where there is no index, or none that can be.
    pub fn new(features: u64, node_size: u16) -> Option<Self> {
        // More features than any disk holds: the header is damaged.
        if features == 0 || features > 1 << 40 || node_size < 2 {
            return None;
        }
        let node_size = u64::from(node_size);
        let mut counts = vec![features];
        let mut count = features;
        while counts.len() == 1 || count > 1 {
            count = count.div_ceil(node_size);
            counts.push(count);
        }
        let mut next = 0;
        let levels = counts.iter().rev().map(|count| {
            next += count;
            (next - count, next)
        });
        Some(Self { node_size, levels: levels.collect() })
    }

    /// How long it is.
    pub fn bytes(&self) -> u64 {
        self.levels.last().map_or(0, |(_, end)| end * NODE_BYTES)
    }

    /// The features whose box touches another: number from 0, and offset behind the index.
    pub fn search(
        &self,
        file: &mut (impl Read + Seek),
        begin: u64,
        bounds: [f64; 4],
    ) -> std::io::Result<Vec<(u64, u64)>> {
        let damaged = || std::io::Error::new(std::io::ErrorKind::InvalidData, "the index is damaged");
        let (mut found, mut open) = (Vec::new(), vec![(0, 0)]);
        while let Some((level, first)) = open.pop() {
            let &(from, end) = self.levels.get(level).ok_or_else(damaged)?;
            if !(from..end).contains(&first) {
                return Err(damaged());
            }
            let count = if level == 0 { 1 } else { self.node_size.min(end - first) };
            file.seek(SeekFrom::Start(begin + first * NODE_BYTES))?;
            let mut bytes = vec![0; (count * NODE_BYTES) as usize];
            file.read_exact(&mut bytes)?;
            for (node, bytes) in (first..).zip(bytes.chunks_exact(NODE_BYTES as usize)) {
                let word = |i: usize| {
                    bytes.get(i * 8..i * 8 + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
                };
                let [west, south, east, north] = [0, 1, 2, 3].map(|i| f64::from_bits(word(i)));
                if west > bounds[2] || east < bounds[0] || south > bounds[3] || north < bounds[1] {
                    continue;
                }
                match level + 1 == self.levels.len() {
                    true => found.push((node - from, word(4))),
                    false => open.push((level + 1, word(4))),
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}
