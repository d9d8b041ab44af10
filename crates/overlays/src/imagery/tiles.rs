//! Whoever has tiles: asked, they answer at once and bring what is missing in the meantime.

use super::address::TileAddress;
use super::health::ImageryHealth;
use super::picture::Picture;
use super::source::ImagerySource;
use std::sync::Arc;

/// What is known of a tile.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookup {
    /// Here it is.
    Ready(Arc<Picture>),
    /// It is being brought: ask again.
    Coming,
    /// There is no such tile.
    Absent,
    /// It could not be had, and will be tried again later.
    Failed,
}

/// A store of tiles. A closure from an address to a [`Lookup`] is one as well.
pub trait Tiles {
    /// The tile, or what is known of it; one that is not there is brought from now on.
    fn lookup(&self, address: TileAddress) -> Lookup;

    /// The tile, if it is there; nothing is brought.
    fn at_hand(&self, address: TileAddress) -> Option<Arc<Picture>> {
        match self.lookup(address) {
            Lookup::Ready(picture) => Some(picture),
            _ => None,
        }
    }
}

/// A source of imagery at work.
pub trait Store: Tiles + Send + Sync {
    /// The source, with what its file says of itself.
    fn source(&self) -> &ImagerySource;

    /// Counts what came, and failures that are over: while it stays, looking up again brings nothing new.
    fn generation(&self) -> u64;

    /// How it goes.
    fn health(&self) -> ImageryHealth;
}

impl<F: Fn(TileAddress) -> Lookup> Tiles for F {
    fn lookup(&self, address: TileAddress) -> Lookup {
        self(address)
    }
}
