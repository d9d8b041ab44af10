//! What is done of an import, on disk beside the folder's place: tiles, and a record for each that was written whole.
//! An import with the same words over the same files goes on from it.

use super::{Import, failed, plan::Plan, wrong};
use crate::{
    TerrainError,
    pyramid::{self, Key, codec, cog::Span},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Changes with how tiles are made, so that no import goes on with tiles of another program.
const MAKING: u32 = 1;
/// Bytes of a record.
const RECORD: usize = 44;

/// What is known of a finished tile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Record {
    pub span: Span,
    pub checksum: u32,
    /// Heights in it or under it are unknown.
    pub has_gaps: bool,
    /// True once its voids were filled as far as they can be.
    pub is_filled: bool,
    /// Voids among its samples that were made from sources directly: before filling, then after it.
    pub voids: u32,
    /// Lowest and highest of its heights, metres; the wrong way round where it has none.
    pub range_m: (f32, f32),
}

/// The same words over the same files.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Job {
    making: u32,
    reference_system: Option<String>,
    no_data: Option<String>,
    feather: u16,
    /// Path, bytes, time of the last change.
    files: Vec<(PathBuf, u64, String)>,
}

/// Tiles done so far.
pub(super) struct Journal {
    pub folder: PathBuf,
    _lock: File,
    tiles: File,
    state: Mutex<State>,
    /// How many tiles an earlier run had done.
    pub resumed: usize,
}

struct State {
    /// Tiles as they were made, and those that were filled.
    made: HashMap<Key, Record>,
    filled: HashMap<Key, Record>,
    tiles: File,
    index: File,
    end: u64,
}

impl Journal {
    /// Opens the journal of an import, with what is done of it already.
    pub fn open(wanted: &Import, plan: &Plan) -> Result<Self, TerrainError> {
        let name = wanted.out.file_name().unwrap_or_default().to_string_lossy();
        let folder = wanted.out.with_file_name(format!(".{name}.importing"));
        fs::create_dir_all(&folder).map_err(failed(&folder, "making the folder"))?;
        let lock = lock(&folder)?;
        let job = job(wanted, plan)?;
        let job_file = folder.join("job.json");
        let known = fs::read(&job_file).ok().and_then(|text| serde_json::from_slice::<Job>(&text).ok());
        let (tiles_file, index_file) = (folder.join("tiles"), folder.join("index"));
        if known.as_ref() != Some(&job) {
            for file in [&tiles_file, &index_file] {
                File::create(file).map_err(failed(file, "writing"))?;
            }
            let text = serde_json::to_vec_pretty(&job).map_err(std::io::Error::other);
            text.and_then(|text| fs::write(&job_file, text)).map_err(failed(&job_file, "writing"))?;
        }
        let append = |path: &Path| {
            let opened = OpenOptions::new().read(true).append(true).create(true).open(path);
            opened.map_err(failed(path, "writing"))
        };
        let (tiles, mut index) = (append(&tiles_file)?, append(&index_file)?);
        let length = tiles.metadata().map_err(failed(&tiles_file, "reading"))?.len();
        let mut bytes = Vec::new();
        index.read_to_end(&mut bytes).map_err(failed(&index_file, "reading"))?;
        let (mut made, mut filled) = (HashMap::new(), HashMap::new());
        let mut whole = 0;
        for (key, record) in bytes.chunks_exact(RECORD).map_while(read_record) {
            if record.span.offset + u64::from(record.span.length) > length {
                break;
            }
            if record.is_filled { &mut filled } else { &mut made }.insert(key, record);
            whole += RECORD as u64;
        }
        // A record torn by a crash goes, and the next is written in its place.
        index.set_len(whole).map_err(failed(&index_file, "writing"))?;
        index.seek(SeekFrom::End(0)).map_err(failed(&index_file, "writing"))?;
        let resumed = made.len();
        let reading = File::open(&tiles_file).map_err(failed(&tiles_file, "reading"))?;
        let state = Mutex::new(State { made, filled, tiles, index, end: length });
        Ok(Self { folder, _lock: lock, tiles: reading, state, resumed })
    }

    /// What is known of a tile as it was made, if it is done.
    pub fn made(&self, key: Key) -> Option<Record> {
        self.state().made.get(&key).copied()
    }

    /// What is known of a tile in its last form.
    pub fn last(&self, key: Key) -> Option<Record> {
        let state = self.state();
        state.filled.get(&key).or_else(|| state.made.get(&key)).copied()
    }

    /// All tiles as they were made.
    pub fn all_made(&self) -> Vec<(Key, Record)> {
        let mut all: Vec<_> = self.state().made.iter().map(|(key, record)| (*key, *record)).collect();
        all.sort_unstable_by_key(|(key, _)| (std::cmp::Reverse(key.level), key.y, key.x));
        all
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a tile down; `record` without its span and checksum.
    pub fn put(&self, key: Key, heights_m: &[f32], record: Record) -> Result<(), TerrainError> {
        let packed = codec::encode(heights_m);
        let checksum = crc32fast::hash(&packed);
        let mut state = self.state();
        let span = Span { offset: state.end, length: packed.len() as u32 };
        let record = Record { span, checksum, ..record };
        let full =
            failed(&self.folder, "writing (what is done is kept: make room, then run the same words again)");
        let written =
            state.tiles.write_all(&packed).and_then(|()| state.index.write_all(&bytes_of(key, &record)));
        if let Err(error) = written {
            return Err(full(error));
        }
        state.end += packed.len() as u64;
        let state = &mut *state;
        if record.is_filled { &mut state.filled } else { &mut state.made }.insert(key, record);
        Ok(())
    }

    /// The packed bytes of a tile as they were written; none if they are damaged.
    pub fn packed(&self, record: &Record) -> Option<Vec<u8>> {
        let packed = pyramid::bytes(&self.tiles, record.span).ok()?;
        (crc32fast::hash(&packed) == record.checksum).then_some(packed)
    }

    /// The heights of a tile; none if it is damaged.
    pub fn heights_m(&self, record: &Record) -> Option<Vec<f32>> {
        codec::decode(&self.packed(record)?)
    }
}

/// One import at a time into one place.
fn lock(folder: &Path) -> Result<File, TerrainError> {
    let path = folder.join("lock");
    let file = File::create(&path).map_err(failed(&path, "writing"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(wrong(folder, "another import into the same place is running; let it end"))
        }
        Err(TryLockError::Error(error)) => Err(failed(&path, "locking")(error)),
    }
}

fn job(wanted: &Import, plan: &Plan) -> Result<Job, TerrainError> {
    let about = |path: &PathBuf| {
        let about = fs::metadata(path).map_err(failed(path, "reading"))?;
        let changed = about.modified().map(|at| format!("{at:?}")).unwrap_or_default();
        Ok((fs::canonicalize(path).unwrap_or_else(|_| path.clone()), about.len(), changed))
    };
    Ok(Job {
        making: MAKING,
        reference_system: wanted.reference_system.clone(),
        no_data: wanted.no_data.map(|value| value.to_string()),
        feather: wanted.feather,
        files: plan.sources.iter().map(|placed| about(&placed.source.path)).collect::<Result<_, _>>()?,
    })
}

fn bytes_of(key: Key, record: &Record) -> [u8; RECORD] {
    let mut bytes = [0; RECORD];
    let mut at = 0;
    let mut put = |value: &[u8]| {
        bytes[at..at + value.len()].copy_from_slice(value);
        at += value.len();
    };
    put(&[key.level, u8::from(record.has_gaps), u8::from(record.is_filled), 0]);
    for value in [key.x, key.y, record.span.length, record.checksum, record.voids] {
        put(&value.to_le_bytes());
    }
    put(&record.range_m.0.to_le_bytes());
    put(&record.range_m.1.to_le_bytes());
    put(&record.span.offset.to_le_bytes());
    let sum = crc32fast::hash(&bytes[..RECORD - 4]);
    bytes[RECORD - 4..].copy_from_slice(&sum.to_le_bytes());
    bytes
}

/// Reads a record; none when it is damaged.
fn read_record(bytes: &[u8]) -> Option<(Key, Record)> {
    let four = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    let number = |at: usize| u32::from_le_bytes(four(at));
    let whole = crc32fast::hash(&bytes[..RECORD - 4]) == number(RECORD - 4);
    let offset = u64::from(number(32)) | (u64::from(number(36)) << 32);
    whole.then(|| {
        let record = Record {
            span: Span { offset, length: number(12) },
            checksum: number(16),
            has_gaps: bytes[1] != 0,
            is_filled: bytes[2] != 0,
            voids: number(20),
            range_m: (f32::from_le_bytes(four(24)), f32::from_le_bytes(four(28))),
        };
        (Key { level: bytes[0], x: number(4), y: number(8) }, record)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_and_torn_ones_do_not() {
        let key = Key { level: 3, x: 70_000, y: 5 };
        let record = Record {
            span: Span { offset: 1 << 40, length: 77 },
            checksum: 9,
            has_gaps: true,
            is_filled: false,
            voids: 12,
            range_m: (-3.5, 2797.0),
        };
        let mut bytes = bytes_of(key, &record);
        assert_eq!(read_record(&bytes), Some((key, record)));
        bytes[30] ^= 1;
        assert_eq!(read_record(&bytes), None);
    }
}
