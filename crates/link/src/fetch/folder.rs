//! The folder tiles come into: held by one fetch at a time, with its manifest and the notices of the licence.

use super::digest;
use super::error::{Fault, FetchError, Then};
use super::manifest::{Manifest, ManifestTile, write_whole};
use super::part::Part;
use super::plan::FetchPlan;
use super::tiles::Tile;
use std::cell::RefCell;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file with the notices.
const ATTRIBUTION: &str = "ATTRIBUTION.txt";
/// The file whose lock says that a fetch runs; the system drops it when the fetch dies.
const LOCK: &str = ".fetch.lock";

pub(crate) struct Folder {
    dir: PathBuf,
    manifest: RefCell<Manifest>,
    lock: File,
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Closing is not enough: a process that is being started somewhere in this one holds a copy for a moment.
        let _ = self.lock.unlock();
    }
}

impl Folder {
    /// Makes the folder where it is missing, takes it, and writes the notices before the first tile.
    pub(crate) fn open(plan: &FetchPlan) -> Result<Self, FetchError> {
        let dir = plan.folder.clone();
        let failed = |path: &Path, doing| {
            let path = path.to_owned();
            move |source| FetchError::Folder { path, doing, source }
        };
        std::fs::create_dir_all(&dir).map_err(failed(&dir, "making the folder"))?;
        let lock = dir.join(LOCK);
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&lock);
        let file = file.map_err(failed(&lock, "writing"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FetchError::InUse(dir)),
            // Some network folders know no locks; there it is on the operator to start one at a time.
            Err(TryLockError::Error(error)) => tracing::warn!("{} cannot be locked: {error}", lock.display()),
        }
        let manifest = Manifest::open(&dir, plan.resolution)?;
        let (notices, page) = (dir.join(ATTRIBUTION), plan.resolution.attribution_page());
        if std::fs::read(&notices).ok().as_deref() != Some(page.as_bytes()) {
            write_whole(&notices, page.as_bytes()).map_err(failed(&notices, "writing"))?;
        }
        Ok(Self { dir, manifest: RefCell::new(manifest), lock: file })
    }

    fn file(&self, tile: &Tile) -> PathBuf {
        self.dir.join(format!("{}.tif", tile.name()))
    }

    pub(crate) fn part(&self, tile: &Tile) -> Part {
        Part::beside(&self.file(tile))
    }

    /// The tile, where its file is there and every byte is as the manifest says.
    pub(crate) async fn kept(&self, tile: &Tile) -> Result<Option<ManifestTile>, Fault> {
        let Some(known) = self.manifest.borrow().tile(&tile.name()).cloned() else { return Ok(None) };
        let file = self.file(tile);
        match std::fs::metadata(&file) {
            Ok(found) if found.len() == known.bytes => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Fault::disk(&file, "reading", &error)),
        }
        let read = file.clone();
        match beside_the_network(&file, move || digest::of_file(&read)).await {
            Ok(found) if found.sha256 == known.sha256 => {
                self.part(tile).discard()?;
                Ok(Some(known))
            }
            // A sector that cannot be read is damage like any other: the file is fetched again.
            Ok(_) | Err(_) => {
                tracing::warn!("{} is damaged and fetched again", file.display());
                Ok(None)
            }
        }
    }

    /// Puts a complete part in its place. The manifest is written first: whoever is killed between finds either the
    /// part or the file, and its checksum in the manifest.
    pub(crate) fn take(&self, tile: &Tile, part: &Part, entry: ManifestTile) -> Result<(), Fault> {
        let file = self.file(tile);
        self.change(|manifest| manifest.put(entry))?;
        std::fs::rename(&part.path, &file)
            .map_err(|e| Fault::disk(&file, "putting the file in place", &e))?;
        part.discard()?;
        // Where folders cannot be synchronised the name is on disk a little later.
        let _ = File::open(&self.dir).and_then(|dir| dir.sync_all());
        Ok(())
    }

    pub(crate) fn note_absent(&self, tile: &Tile) -> Result<(), Fault> {
        let name = tile.name();
        if self.manifest.borrow().absent.contains(&name) {
            return Ok(());
        }
        self.change(|manifest| {
            manifest.absent.insert(name);
        })
    }

    fn change(&self, change: impl FnOnce(&mut Manifest)) -> Result<(), Fault> {
        let mut manifest = self.manifest.borrow_mut();
        change(&mut manifest);
        let path = self.dir.join(super::manifest::MANIFEST);
        manifest.write(&self.dir).map_err(|e| Fault::disk(&path, "writing", &e))
    }
}

/// Waits until a part is on disk for good, and reads it.
pub(crate) async fn settled(part: &Path) -> Result<digest::Digests, Fault> {
    let file = part.to_owned();
    beside_the_network(part, move || {
        OpenOptions::new().write(true).open(&file)?.sync_all()?;
        digest::of_file(&file)
    })
    .await
}

async fn beside_the_network<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Fault> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|e| Fault::disk(path, "reading it back", &e)),
        Err(error) => Err(Fault::new(Then::Stop, format!("{}: {error}", path.display()))),
    }
}
