//! What is done of an import, on disk beside the folder's place: tiles, and a record for each that was written whole.
//! An import with the same words over the same files goes on from it.

mod record;

pub(super) use record::Record;

use super::{Import, failed, finish, plan::Plan, source::Source, wrong};
use crate::{
    TerrainError,
    pyramid::{self, Key, codec, cog::Span},
};
use record::{RECORD, bytes_of, read_record};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io::Write,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Changes with how tiles are made, so that no import goes on with tiles of another program.
const MAKING: u32 = 3;
/// What is being done when a disk is full, and how to go on.
pub(super) const FULL: &str = "writing (what is done is kept: make room, then run the same words again)";

/// The same words over the same files.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Job {
    making: u32,
    feather: u16,
    files: Vec<JobFile>,
}

/// A source as it was when the work began.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct JobFile {
    path: PathBuf,
    bytes: u64,
    /// When it was changed last.
    changed: String,
    /// Where it lies and what its numbers mean: files beside it, and the words of the import, may say so.
    read_as: String,
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
    /// Bytes of the tiles written whole, and how many records.
    end: u64,
    records: u64,
}

impl Journal {
    /// Opens the journal of an import, with what is done of it already.
    pub fn open(wanted: &Import, plan: &Plan) -> Result<Self, TerrainError> {
        let mut name = OsString::from(".");
        name.push(wanted.out.file_name().unwrap_or_default());
        name.push(".importing");
        let folder = wanted.out.with_file_name(name);
        let lock = lock(&folder)?;
        finish::restore(&folder, &wanted.out)?;
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
        let (tiles, index) = (append(&tiles_file)?, append(&index_file)?);
        let reading = File::open(&tiles_file).map_err(failed(&tiles_file, "reading"))?;
        let bytes = fs::read(&index_file).map_err(failed(&index_file, "reading"))?;
        let mut state =
            State { made: HashMap::new(), filled: HashMap::new(), tiles, index, end: 0, records: 0 };
        // A tile is written after those below it, so what comes before the first that is torn or damaged can be used.
        for (key, record) in bytes.chunks_exact(RECORD).map_while(read_record) {
            if record.span.offset != state.end || packed(&reading, &record).is_none() {
                break;
            }
            state.insert(key, record);
        }
        state.cut().map_err(failed(&folder, "writing"))?;
        let resumed = state.made.len();
        Ok(Self { folder, _lock: lock, tiles: reading, state: Mutex::new(state), resumed })
    }

    /// Removes the journal; until it is gone, nobody else can begin in the same place.
    pub fn remove(self) {
        // What cannot be removed does no harm, and the next import uses it.
        let _ = fs::remove_dir_all(&self.folder);
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
        let bytes = bytes_of(key, &record);
        let written = state.tiles.write_all(&packed).and_then(|()| state.index.write_all(&bytes));
        if let Err(error) = written {
            // Half a tile goes, so that what other threads write meanwhile stands where its record says.
            let _ = state.cut();
            return Err(failed(&self.folder, FULL)(error));
        }
        state.insert(key, record);
        Ok(())
    }

    /// The packed bytes of a tile as they were written.
    pub fn packed(&self, record: &Record) -> Result<Vec<u8>, TerrainError> {
        packed(&self.tiles, record).ok_or_else(|| self.damaged())
    }

    /// The heights of a tile.
    pub fn heights_m(&self, record: &Record) -> Result<Vec<f32>, TerrainError> {
        codec::decode(&self.packed(record)?).ok_or_else(|| self.damaged())
    }

    fn damaged(&self) -> TerrainError {
        let error = std::io::Error::other("a tile written before is damaged; run the same words again");
        failed(&self.folder.join("tiles"), "reading")(error)
    }
}

impl State {
    fn insert(&mut self, key: Key, record: Record) {
        self.end += u64::from(record.span.length);
        self.records += 1;
        if record.is_filled { &mut self.filled } else { &mut self.made }.insert(key, record);
    }

    /// Cuts off what was not written whole.
    fn cut(&self) -> std::io::Result<()> {
        self.tiles.set_len(self.end)?;
        self.index.set_len(self.records * RECORD as u64)
    }
}

/// The bytes of a tile; none if they are damaged.
fn packed(tiles: &File, record: &Record) -> Option<Vec<u8>> {
    let packed = pyramid::bytes(tiles, record.span).ok()?;
    (crc32fast::hash(&packed) == record.checksum).then_some(packed)
}

/// How often a lock is tried again, and how long after: what this program starts shares its locks until it runs as itself.
const TRIES: (u32, Duration) = (50, Duration::from_millis(10));

/// One import at a time into one place: makes its folder, and holds it.
fn lock(folder: &Path) -> Result<File, TerrainError> {
    let path = folder.join("lock");
    let mut tried = 0;
    loop {
        fs::create_dir_all(folder).map_err(failed(folder, "making the folder"))?;
        let file = File::create(&path).map_err(failed(&path, "writing"))?;
        match file.try_lock() {
            // Another import may have ended, and removed it, just before it was held.
            Ok(()) if path.exists() => return Ok(file),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if tried < TRIES.0 => {
                tried += 1;
                std::thread::sleep(TRIES.1);
            }
            Err(TryLockError::WouldBlock) => {
                return Err(wrong(folder, "another import into the same place is running; let it end"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(&path, "locking")(error)),
        }
    }
}

fn job(wanted: &Import, plan: &Plan) -> Result<Job, TerrainError> {
    let about = |source: &Source| {
        let path = &source.path;
        let about = fs::metadata(path).map_err(failed(path, "reading"))?;
        Ok(JobFile {
            path: fs::canonicalize(path).unwrap_or_else(|_| path.clone()),
            bytes: about.len(),
            changed: about.modified().map(|at| format!("{at:?}")).unwrap_or_default(),
            read_as: format!(
                "{} {:?} {:?} {:?}",
                source.reference_system, source.affine, source.no_data, source.scale
            ),
        })
    };
    let files = plan.sources.iter().map(|placed| about(&placed.source)).collect::<Result<_, _>>()?;
    Ok(Job { making: MAKING, feather: wanted.feather, files })
}
