//! What files of tiles have in common.

use super::error::ImageryError;
use super::mbtiles::MbTiles;
use super::pmtiles::PmTiles;
use overlays::imagery::{FileKind, ImagerySource, LonLatBox, PictureError, TileAddress, decode};
use std::path::Path;

/// No tile takes more bytes than this; what does is damage.
pub(super) const LONGEST_TILE: usize = 8 * 1024 * 1024;

/// An open file of tiles.
pub(super) trait Archive: Send + Sync {
    /// The bytes of a tile; none where the file has none; or what is wrong.
    fn tile(&self, address: TileAddress) -> Result<Option<Vec<u8>>, String>;
}

/// What a file says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct About {
    pub(super) name: Option<String>,
    pub(super) attribution: Option<String>,
    pub(super) min_zoom: u8,
    pub(super) max_zoom: u8,
    pub(super) bounds: Option<LonLatBox>,
    /// The bytes of any tile.
    pub(super) example: Option<Vec<u8>>,
}

/// Opens a file, and fills in what the source's line leaves open.
pub(super) fn open(
    path: &Path,
    kind: FileKind,
    source: &mut ImagerySource,
) -> Result<Box<dyn Archive>, ImageryError> {
    let (archive, about): (Box<dyn Archive>, About) = match kind {
        FileKind::MbTiles => MbTiles::open(path).map(|(file, about)| (Box::new(file) as _, about))?,
        FileKind::PmTiles => PmTiles::open(path).map(|(file, about)| (Box::new(file) as _, about))?,
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    if let Some(name) = about.name.filter(|_| source.name == stem) {
        source.name = name;
    }
    source.attribution = source.attribution.take().or(about.attribution.as_deref().map(plain));
    source.tiles.min_zoom = source.zooms.min.unwrap_or(about.min_zoom);
    source.tiles.max_zoom = source.zooms.max.unwrap_or(about.max_zoom).max(source.tiles.min_zoom);
    source.tiles.bounds = about.bounds;
    match about.example.as_deref().map(decode) {
        Some(Err(PictureError::NoPicture(what))) => {
            return Err(ImageryError::no_pictures(path, what));
        }
        Some(Ok(picture)) if matches!(picture.width(), 256 | 512 | 1024) => {
            source.tiles.side_px = picture.width();
        }
        // Some blank tiles are one pixel, and one that is damaged says nothing of the others.
        _ => {}
    }
    Ok(archive)
}

/// Text without the links that files made for browsers have in it.
fn plain(text: &str) -> String {
    let mut pieces = text.split('<');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain.push_str(piece.split_once('>').map_or("", |(_, after)| after));
    }
    let named = [("&copy;", "©"), ("&nbsp;", " "), ("&quot;", "\""), ("&amp;", "&")];
    named.into_iter().fold(plain, |plain, (name, sign)| plain.replace(name, sign)).trim().to_owned()
}

/// A box in degrees, where it is one.
pub(super) fn bounds(west: f64, south: f64, east: f64, north: f64) -> Option<LonLatBox> {
    let is_box = west < east && south < north && west.abs() <= 180.1 && east.abs() <= 180.1;
    is_box.then_some(LonLatBox { west, south, east, north })
}
