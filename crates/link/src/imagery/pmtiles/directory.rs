//! Directories: which numbers of tiles lie where, in columns of variable-length integers.

/// A directory, in the order of the tiles' numbers.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Directory {
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Entry {
    number: u64,
    offset: u64,
    length: u64,
    /// How many tiles from `number` on have these bytes; 0 for another directory.
    run: u64,
}

/// Where to go on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Found {
    /// The tile, in the section of tiles.
    Tile { offset: u64, length: u64 },
    /// A directory that may know it, in the section of leaves.
    Leaf { offset: u64, length: u64 },
}

impl Directory {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let mut rest = bytes;
        let cut = || "a directory is cut off or holds nonsense".to_owned();
        let mut next = || integer(&mut rest).ok_or_else(cut);
        let count = next()?;
        // Four numbers an entry, of a byte at least.
        if count > bytes.len() as u64 / 4 {
            return Err(cut());
        }
        let mut entries = vec![Entry::default(); count as usize];
        let mut number = 0_u64;
        for (index, entry) in entries.iter_mut().enumerate() {
            let step = next()?;
            number = number.checked_add(step).filter(|_| index == 0 || step > 0).ok_or_else(cut)?;
            entry.number = number;
        }
        for entry in &mut entries {
            entry.run = next()?;
        }
        for entry in &mut entries {
            entry.length = next()?;
        }
        let mut after = 0_u64;
        for (index, entry) in entries.iter_mut().enumerate() {
            entry.offset = match next()? {
                0 if index == 0 => return Err(cut()),
                // 0: right after the one before.
                0 => after,
                offset => offset - 1,
            };
            after = entry.offset.checked_add(entry.length).ok_or_else(cut)?;
        }
        Ok(Self { entries })
    }

    /// Where to look for a tile; none where it is not.
    pub(super) fn find(&self, number: u64) -> Option<Found> {
        let after = self.entries.partition_point(|entry| entry.number <= number);
        let entry = self.entries.get(after.checked_sub(1)?)?;
        let runs = entry.run == 0 || number - entry.number < entry.run;
        runs.then(|| entry.found())
    }

    /// Its first entry.
    pub(super) fn first(&self) -> Option<Found> {
        self.entries.first().map(Entry::found)
    }
}

impl Entry {
    fn found(&self) -> Found {
        let Self { offset, length, .. } = *self;
        if self.run == 0 { Found::Leaf { offset, length } } else { Found::Tile { offset, length } }
    }
}

/// A number of seven bits a byte, the lowest first; the highest bit tells that more follow.
fn integer(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let low = u64::from(byte & 0x7f);
        if shift == 63 && low > 1 {
            return None;
        }
        number |= low << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
