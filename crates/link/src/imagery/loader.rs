//! A source of imagery at work.

use super::error::ImageryError;
use super::from_web::FromWeb;
use super::kept_tiles::KeptTiles;
use super::line::Line;
use super::patience::ImageryPatience;
use super::shelf::Shelf;
use super::supply::{FromFile, Supply};
use super::web::Web;
use super::{archive, capabilities};
use overlays::imagery::{
    ImageryHealth, ImagerySource, Lookup, Origin, Picture, Store, TileAddress, Tiles, UrlTemplate,
};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// Threads that read a file.
const READERS: usize = 2;

/// Brings tiles of one source, on threads of its own that end when it is dropped. Nothing here ever waits but
/// [`ImageryLoader::wait`].
pub struct ImageryLoader {
    source: ImagerySource,
    shelf: Arc<Shelf>,
    stop: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
}

impl ImageryLoader {
    /// Opens a source; tiles from the web are kept in the folder `cache`, which is made where it is missing. A source
    /// that is named by what its WMTS says of itself is asked for that, which is waited for.
    pub fn start(source: ImagerySource, cache: &Path) -> Result<Arc<Self>, ImageryError> {
        Self::start_patiently(source, cache, ImageryPatience::default())
    }

    /// The same with another patience.
    pub fn start_patiently(
        mut source: ImagerySource,
        cache: &Path,
        patience: ImageryPatience,
    ) -> Result<Arc<Self>, ImageryError> {
        let (stop, stopped) = watch::channel(false);
        if let Origin::Capabilities(wanted) = &source.origin {
            let wanted = wanted.clone();
            source = capabilities::resolve(source, &wanted, cache, &patience)?;
        }
        let file = match &source.origin {
            Origin::File { path, kind } => Some(archive::open(&path.clone(), *kind, &mut source)?),
            Origin::Web(_) | Origin::Capabilities(_) => None,
        };
        let (name, attribution) = (source.name.clone(), source.attribution.clone());
        let health = ImageryHealth { name, attribution, ..ImageryHealth::default() };
        let shelf = Arc::new(Shelf::new(&patience, health));
        let mut supplies: Vec<Box<dyn Supply>> = Vec::new();
        if let Some(file) = file {
            let (archive, name) = (Arc::from(file), source.name.clone());
            let supply =
                |_| Box::new(FromFile { archive: Arc::clone(&archive), name: name.clone(), patience }) as _;
            supplies.extend((0..READERS).map(supply));
        } else if let Origin::Web(template) = &source.origin {
            let web = Arc::new(web(template, cache, shelf.clone(), patience));
            for _ in 0..patience.at_once.max(1) {
                supplies.push(Box::new(FromWeb::new(web.clone(), stopped.clone())?));
            }
        }
        let mut loader = Self { source, shelf, stop, threads: Vec::new() };
        for mut supply in supplies {
            let shelf = loader.shelf.clone();
            let work = move || {
                while let Some(address) = shelf.take() {
                    shelf.put(address, supply.bring(address));
                }
            };
            let thread = std::thread::Builder::new().name("imagery".to_owned()).spawn(work);
            loader.threads.push(thread.map_err(ImageryError::NoThread)?);
        }
        Ok(Arc::new(loader))
    }

    /// What is known of a tile. One that is not in memory is brought, before those that were asked for earlier.
    pub fn lookup(&self, address: TileAddress) -> Lookup {
        if self.source.tiles.covers(address) { self.shelf.lookup(address) } else { Lookup::Absent }
    }

    /// Asks for these tiles and waits until none of them is coming any more; false where the time is over before.
    pub fn wait(&self, addresses: &[TileAddress], timeout: Duration) -> bool {
        let covered: Vec<_> = addresses.iter().copied().filter(|at| self.source.tiles.covers(*at)).collect();
        self.shelf.wait(&covered, timeout)
    }
}

impl Tiles for ImageryLoader {
    fn lookup(&self, address: TileAddress) -> Lookup {
        self.lookup(address)
    }

    fn at_hand(&self, address: TileAddress) -> Option<Arc<Picture>> {
        self.shelf.at_hand(address)
    }
}

impl Store for ImageryLoader {
    fn source(&self) -> &ImagerySource {
        &self.source
    }

    fn generation(&self) -> u64 {
        self.shelf.generation()
    }

    fn health(&self) -> ImageryHealth {
        self.shelf.health()
    }
}

impl Drop for ImageryLoader {
    fn drop(&mut self) {
        self.shelf.stop();
        let _ = self.stop.send(true);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// What the threads share. Without a place on disk tiles come all the same, and the screen tells of it.
fn web(template: &UrlTemplate, cache: &Path, shelf: Arc<Shelf>, patience: ImageryPatience) -> Web {
    let kept = KeptTiles::open(cache, template, patience.disk_bytes);
    let kept = kept.map_err(|why| shelf.note(false, Some(format!("tiles are not kept on disk: {why}")))).ok();
    Web { template: template.clone(), kept, line: Line::new(&patience), shelf, patience }
}
