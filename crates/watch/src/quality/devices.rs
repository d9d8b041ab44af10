//! What is kept of each device: a row of fixed size, found by a hash of its identifier.

use hashbrown::HashTable;

/// Bytes that a device costs: its row, and its share of the table that finds it at its fullest. A table that has just
/// grown costs as much again for rows and slots that are not used yet.
pub const DEVICE_BYTES: usize = std::mem::size_of::<Device>() + 6;

/// What is kept of a device in a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Device {
    /// The hash of its identifier; of 17 million two are the same with a chance of one in 100,000.
    pub key: u64,
    /// The declared interval between reports, seconds; 0 when none is.
    pub interval_s: u32,
    /// Reports of this week that are no repeats.
    pub received: u32,
    /// The lowest bits of the time of its newest report, milliseconds; 0 before the first.
    pub last_ms: u32,
    /// From which minute of the week on it is expected to report.
    pub from_min: u16,
    /// Reports that were invalid or misplaced, at most 65,535.
    pub faults: u16,
    /// Reports that were repeats, at most 65,535.
    pub repeats: u16,
    /// A hash of its position when that was last looked at.
    pub position: u16,
    /// How often its position was looked at.
    pub checks: u8,
}

/// The devices of a source.
#[derive(Clone, Debug, Default)]
pub(super) struct Devices {
    rows: Vec<Device>,
    by_key: HashTable<u32>,
}

impl Devices {
    /// The row of the device with `key`, made when it is new; and whether it is.
    pub fn row(&mut self, key: u64) -> (&mut Device, bool) {
        let rows = &self.rows;
        let known = self.by_key.find(key, |&row| rows[row as usize].key == key).copied();
        let row = known.unwrap_or_else(|| {
            let row = self.rows.len() as u32;
            self.rows.push(Device { key, ..Device::default() });
            let rows = &self.rows;
            self.by_key.insert_unique(key, row, |&other| rows[other as usize].key);
            row
        });
        (&mut self.rows[row as usize], known.is_none())
    }

    /// The row of the device with `key`.
    pub fn get(&self, key: u64) -> Option<&Device> {
        let row = self.by_key.find(key, |&row| self.rows[row as usize].key == key)?;
        self.rows.get(*row as usize)
    }

    /// Every row, in the order the devices came.
    pub fn all(&self) -> &[Device] {
        &self.rows
    }

    /// Room for so many more.
    pub fn reserve(&mut self, more: usize) {
        self.rows.reserve_exact(more);
        let rows = &self.rows;
        self.by_key.reserve(more, |&row| rows[row as usize].key);
    }

    /// Begins a new week: counts are empty, intervals stay.
    pub fn new_week(&mut self) {
        for row in &mut self.rows {
            *row = Device {
                key: row.key,
                interval_s: row.interval_s,
                last_ms: row.last_ms,
                ..Device::default()
            };
        }
    }

    /// Bytes that are held.
    pub fn bytes(&self) -> usize {
        self.rows.capacity() * std::mem::size_of::<Device>() + self.by_key.allocation_size()
    }
}

/// A hash of an identifier: FNV-1a with SplitMix64's finalizer, the same on every machine.
pub(super) fn key_of(text: &str) -> u64 {
    mix(crate::notices::number_of(text))
}

/// Spreads the bits of `z`.
pub(super) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Hashes of the newest reports: a slot each, the newer takes the place of the older.
#[derive(Clone, Debug)]
pub(super) struct Seen(Vec<u64>);

impl Seen {
    pub fn new(slots: usize) -> Self {
        Self(vec![0; slots.max(1)])
    }

    /// True when `hash` was seen and is still remembered; remembers it.
    pub fn again(&mut self, hash: u64) -> bool {
        let slot = (hash % self.0.len() as u64) as usize;
        let hash = hash.max(1);
        std::mem::replace(&mut self.0[slot], hash) == hash
    }
}
