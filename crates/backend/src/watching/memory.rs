//! What the watch remembers, in a file beside the journal: how long levels have held, which warnings are up, what flaps.
//!
//! A thread of its own writes it. A damaged file costs its memory, one line in the log, and nothing else: then warnings in
//! force are carried as [`super::carried`] says.

use crate::beside::{anew, read, sweep, write};
use city::{CityTime, WarningId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use watch::rules::Memory;

const FILE: &str = "watch.memory";
/// How the file begins; the number at its end is raised whenever [`Memory`] is written otherwise.
const MAGIC: &[u8; 8] = b"SCWATCH1";
const HASH: usize = 32;
/// How often it is written, real time. What a killed backend saw since is not known to the next.
const EVERY: Duration = Duration::from_secs(20);
/// Where several backends share a city, a memory older than this in city time is not used: another one watched meanwhile,
/// and saw what this one did not.
const OLDEST_MS: i64 = 120_000;
/// The largest file that is read, bytes: 17,000 devices are 6 MB.
const LARGEST: u64 = 4 << 30;
const WHAT: &str = "what the rules had seen";

/// What a watch remembers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// The city's names of warnings that the engine calls otherwise.
    pub names: Vec<(String, WarningId)>,
    /// What the engine remembers.
    pub memory: Memory,
}

/// Which city it is: what all chance comes from, and when it began.
pub type OfCity = (u64, CityTime);

/// Keeps the file.
pub struct Keeper {
    path: PathBuf,
    city: OfCity,
    is_shared: bool,
    kept: Instant,
    to_write: Option<SyncSender<Kept>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// A keeper of the file in `folder`, of this city, which other backends may share.
    pub fn start(folder: &Path, city: OfCity, is_shared: bool) -> std::io::Result<Self> {
        let path = folder.join(FILE);
        sweep(folder, &[FILE]);
        let (to_write, asked) = sync_channel::<Kept>(1);
        let theirs = path.clone();
        let thread = std::thread::Builder::new().name("city-memory".to_owned()).spawn(move || {
            let mut trouble = None;
            for kept in asked {
                let wrote = bytes(&kept, city).and_then(|bytes| write(&theirs, &bytes)).err();
                // The same trouble is told once, not every time.
                if let Some(why) = wrote.as_ref().filter(|why| Some(*why) != trouble.as_ref()) {
                    tracing::warn!("{why}; rules that were restarted then begin anew");
                }
                trouble = wrote;
            }
        })?;
        Ok(Self {
            path,
            city,
            is_shared,
            kept: Instant::now(),
            to_write: Some(to_write),
            thread: Some(thread),
        })
    }

    /// What the watch before remembered, at the city's time `now`; `None` when there is no file, or none that can be used,
    /// which is told.
    pub fn read(&self, now: CityTime) -> Option<Kept> {
        let bytes = read(&self.path, LARGEST, WHAT)?;
        let kept = of_bytes(&bytes, self.city).map_or_else(|why| anew(&self.path, WHAT, why), Some)?;
        if self.is_shared && now.0.saturating_sub(kept.memory.at().0) > OLDEST_MS {
            tracing::info!(
                "{}: it is of {}; another backend may have watched since",
                self.path.display(),
                kept.memory.at()
            );
            return None;
        }
        Some(kept)
    }

    /// Writes what is remembered when that is due, or at once. While the one before is still being written it waits for
    /// the next time; at once, for that.
    pub fn keep(&mut self, at_once: bool, memory: impl FnOnce() -> Kept) {
        let Some(to_write) = &self.to_write else { return };
        if at_once {
            let _ = to_write.send(memory());
        } else if self.kept.elapsed() >= EVERY {
            self.kept = Instant::now();
            let _ = to_write.try_send(memory());
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.to_write.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that writes {} failed", self.path.display());
        }
    }
}

fn bytes(kept: &Kept, (seed, began): OfCity) -> Result<Vec<u8>, String> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(seed.to_le_bytes());
    bytes.extend(began.0.to_le_bytes());
    let mut bytes = postcard::to_extend(kept, bytes).map_err(|error| error.to_string())?;
    let hash = Sha256::digest(&bytes);
    bytes.extend(hash);
    Ok(bytes)
}

fn of_bytes(bytes: &[u8], city: OfCity) -> Result<Kept, String> {
    let (body, hash) = bytes.split_last_chunk::<HASH>().ok_or("it is cut off")?;
    let rest = body.strip_prefix(MAGIC).ok_or("it is no such file, or one of another version")?;
    if Sha256::digest(body)[..] != hash[..] {
        return Err("it is damaged: its hash does not fit".to_owned());
    }
    let short = "it is cut off";
    let (seed, rest) = rest.split_first_chunk().ok_or(short)?;
    let (began, rest) = rest.split_first_chunk().ok_or(short)?;
    if (u64::from_le_bytes(*seed), CityTime(i64::from_le_bytes(*began))) != city {
        return Err("it is of another city".to_owned());
    }
    postcard::from_bytes(rest).map_err(|error| format!("it is of another version: {error}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use watch::rules::{Engine, shipped};

    #[test]
    fn a_memory_is_read_back_and_a_damaged_one_is_told_of() {
        let city = (7, CityTime(1_782_835_200_000));
        let memory = Engine::new(shipped().unwrap(), city.1).memory();
        let names = vec![("a".to_owned(), WarningId::from("b"))];
        let folder = tempfile::tempdir().unwrap();
        let keeper = || Keeper::start(folder.path(), city, false).unwrap();
        assert!(keeper().read(city.1).is_none(), "there is none yet");
        let mut writes = keeper();
        writes.keep(false, || panic!("it is not due yet"));
        writes.keep(true, || Kept { names: names.clone(), memory });
        drop(writes);
        assert_eq!(keeper().read(city.1.plus_s(1e6)).unwrap().names, names);
        let shared = Keeper::start(folder.path(), city, true).unwrap();
        assert!(shared.read(city.1.plus_s(100.0)).is_some() && shared.read(city.1.plus_s(200.0)).is_none());
        let right = std::fs::read(folder.path().join(FILE)).unwrap();
        assert!(of_bytes(&right, city).is_ok());
        let why = |bytes: &[u8], city| of_bytes(bytes, city).unwrap_err();
        assert_eq!(why(&right, (8, city.1)), "it is of another city");
        for cut in [0, 3, 20, 40, right.len() / 2, right.len() - 1] {
            assert!(!why(&right[..cut], city).is_empty());
            let mut flipped = right.clone();
            flipped[cut] ^= 1;
            assert!(!why(&flipped, city).is_empty(), "byte {cut}");
        }
        std::fs::write(folder.path().join(FILE), &right[..99]).unwrap();
        assert!(keeper().read(city.1).is_none(), "it begins anew");
    }
}
