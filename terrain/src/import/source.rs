//! One opened source: where it lies, what it is, and its heights by windows.

use super::{BELIEVABLE_M, affine::Affine};
use crate::{
    TerrainError,
    kept::{Kept, Weighs},
    pyramid::codec::TILE,
};
use geodesy::ReferenceSystem;
use std::{cell::RefCell, collections::HashMap, num::NonZeroUsize, path::PathBuf, rc::Rc};

/// What decoded pieces of sources may take of memory, bytes.
const BUDGET: NonZeroUsize = NonZeroUsize::new(320 << 20).unwrap();

/// What a piece takes besides its samples, bytes.
const PIECE_BYTES: usize = 64;

/// Reads a raster piece by piece, from any thread.
pub(super) trait Pieces: Send + Sync {
    /// Width and height of a piece, samples.
    fn size(&self) -> (usize, usize);
    /// The values of the piece in a column and row of pieces, row by row, at most [`size`](Self::size) of them;
    /// the piece's real width with them (what hangs over the raster's edge is not looked at).
    fn read(&self, column: usize, row: usize) -> Result<(usize, Vec<f32>), TerrainError>;
}

/// What a file says of itself.
pub(super) struct Source {
    pub path: PathBuf,
    /// Columns and rows.
    pub size: (usize, usize),
    pub affine: Affine,
    /// EPSG code, PROJ string or WKT.
    pub reference_system: String,
    /// What it is, in words, for `terrain.json`.
    pub description: String,
    /// The value that stands for "no height".
    pub no_data: Option<f32>,
    /// Metres are value × first + second.
    pub scale: (f32, f32),
    pub pieces: Box<dyn Pieces>,
}

/// A decoded piece.
#[derive(Debug)]
pub(super) struct Piece {
    width: usize,
    heights_m: Vec<f32>,
}

impl Weighs for Piece {
    fn bytes(&self) -> usize {
        self.heights_m.len() * 4 + PIECE_BYTES
    }
}

/// Pieces read last, of all sources: by source, column, row.
pub(super) struct Memory(Kept<(usize, usize, usize), Piece>);

impl Memory {
    /// Empty, with room for what one row of tiles needs of the most unwieldy of the sources.
    pub fn for_sources<'a>(sources: impl Iterator<Item = &'a Source>) -> Self {
        let needed = sources.map(Source::bytes_of_a_row_of_tiles).max().and_then(NonZeroUsize::new);
        Self(Kept::within(needed.map_or(BUDGET, |needed| needed.max(BUDGET))))
    }
}

/// A rectangle of a source's samples; what lies outside the source or is void is not a number.
pub(super) struct Window {
    pub first: (i64, i64),
    pub columns: usize,
    pub rows: usize,
    pub heights_m: Vec<f32>,
}

impl Source {
    /// Bytes of the pieces, one below the other, that a tile of the source's own fineness touches.
    fn bytes_of_a_row_of_tiles(&self) -> usize {
        let (wide, high) = self.pieces.size();
        let count = ((TILE + 4).div_ceil(high) + 1).min(self.size.1.div_ceil(high));
        // The memory counts its entries too.
        count * (wide * high * 4 + PIECE_BYTES) + PIECE_BYTES
    }

    /// The samples of a rectangle, `index` being the source's number in the memory.
    pub fn window(
        &self,
        index: usize,
        memory: &Memory,
        first: (i64, i64),
        (columns, rows): (usize, usize),
    ) -> Result<Window, TerrainError> {
        let mut window = Window { first, columns, rows, heights_m: vec![f32::NAN; columns * rows] };
        let piece_size = self.pieces.size();
        let range = |first: i64, count: usize, size: usize| {
            let from = first.clamp(0, size as i64) as usize;
            let to = (first + count as i64).clamp(0, size as i64) as usize;
            from..to
        };
        let (across, down) = (range(first.0, columns, self.size.0), range(first.1, rows, self.size.1));
        if across.is_empty() || down.is_empty() {
            return Ok(window);
        }
        for row in down.start / piece_size.1..=(down.end - 1) / piece_size.1 {
            for column in across.start / piece_size.0..=(across.end - 1) / piece_size.0 {
                let piece = memory.0.get_or((index, column, row), || self.piece(column, row))?;
                let corner = (column * piece_size.0, row * piece_size.1);
                let height = piece.heights_m.len() / piece.width;
                let xs = across.start.max(corner.0)..across.end.min(corner.0 + piece.width);
                for y in down.start.max(corner.1)..down.end.min(corner.1 + height) {
                    let from = (y - corner.1) * piece.width + xs.start.saturating_sub(corner.0);
                    let to = (y as i64 - first.1) as usize * columns + (xs.start as i64 - first.0) as usize;
                    let line = &piece.heights_m[from..from + xs.len()];
                    window.heights_m[to..to + xs.len()].copy_from_slice(line);
                }
            }
        }
        Ok(window)
    }

    fn piece(&self, column: usize, row: usize) -> Result<Piece, TerrainError> {
        let (width, mut heights_m) = self.pieces.read(column, row)?;
        let (scale, offset_m) = self.scale;
        for value in &mut heights_m {
            let height_m = *value * scale + offset_m;
            let is_known = Some(*value) != self.no_data && BELIEVABLE_M.contains(&height_m);
            *value = if is_known { height_m } else { f32::NAN };
        }
        Ok(Piece { width, heights_m })
    }
}

thread_local! {
    // PROJ's objects stay on their thread; sheets of one survey share their system.
    static SYSTEMS: RefCell<HashMap<String, Rc<ReferenceSystem>>> = RefCell::default();
}

/// The reference system of a name, made once a thread.
pub(super) fn system(name: &str) -> Result<Rc<ReferenceSystem>, geodesy::ReferenceSystemError> {
    if let Some(system) = SYSTEMS.with_borrow(|systems| systems.get(name).cloned()) {
        return Ok(system);
    }
    let system = Rc::new(ReferenceSystem::named(name)?);
    SYSTEMS.with_borrow_mut(|systems| systems.insert(name.to_owned(), system.clone()));
    Ok(system)
}
