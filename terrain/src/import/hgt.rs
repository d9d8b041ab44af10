//! HGT, the format of SRTM: big-endian 16-bit heights of one square degree, the corner in the file's name.

use super::{
    affine::Affine,
    failed,
    source::{Pieces, Source},
    wrong,
};
use crate::{
    TerrainError,
    pyramid::{self, cog::Span},
};
use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// Rows that are read together.
const ROWS: usize = 64;

struct Hgt {
    path: PathBuf,
    side: usize,
}

/// Opens an HGT file of 1″ (3601 × 3601) or 3″ (1201 × 1201).
pub(super) fn open(path: &Path, bytes: u64) -> Result<Source, TerrainError> {
    let side = match bytes {
        25_934_402 => 3601,
        2_884_802 => 1201,
        _ => {
            let problem = format!(
                "it is neither a GeoTIFF, a PNG nor an HGT file: it holds {bytes} bytes, where HGT holds 25934402 (1″) \
                 or 2884802 (3″). If it should be one of these, it is cut short: fetch it again"
            );
            return Err(wrong(path, problem));
        }
    };
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let (south, west) = corner(name).ok_or_else(|| {
        wrong(path, "an HGT file's name says where it lies, such as N29E106.hgt; give it back its name")
    })?;
    let step = 1.0 / (side - 1) as f64;
    Ok(Source {
        path: path.to_owned(),
        size: (side, side),
        affine: Affine::north_up((f64::from(west), f64::from(south + 1)), (step, step)),
        reference_system: "EPSG:4326".to_owned(),
        description: format!("{name} (HGT, {}″, heights above EGM96)", 3600 / (side - 1)),
        no_data: Some(-32768.0),
        scale: (1.0, 0.0),
        pieces: Box::new(Hgt { path: path.to_owned(), side }),
    })
}

impl Pieces for Hgt {
    fn size(&self) -> (usize, usize) {
        (self.side, ROWS)
    }

    fn read(&self, _: usize, row: usize) -> Result<(usize, Vec<f32>), TerrainError> {
        let rows = ROWS.min(self.side - row * ROWS);
        let span =
            Span { offset: (row * ROWS * self.side * 2) as u64, length: (rows * self.side * 2) as u32 };
        let reading = || failed(&self.path, "reading");
        let file = File::open(&self.path).map_err(reading())?;
        let bytes = pyramid::bytes(&file, span).map_err(reading())?;
        let heights = bytes.chunks_exact(2).map(|pair| f32::from(i16::from_be_bytes([pair[0], pair[1]])));
        Ok((self.side, heights.collect()))
    }
}

/// South and west of the square degree that a name such as `N29E106.hgt` names.
fn corner(name: &str) -> Option<(i32, i32)> {
    let name = name.to_ascii_uppercase();
    let (ns, rest) = (name.get(..1)?, name.get(1..)?);
    let lat: i32 = rest.get(..2)?.parse().ok()?;
    let (ew, lon): (&str, i32) = (rest.get(2..3)?, rest.get(3..6)?.parse().ok()?);
    let sign = |letter: &str, plus: &str, minus: &str| match letter {
        l if l == plus => Some(1),
        l if l == minus => Some(-1),
        _ => None,
    };
    Some((lat * sign(ns, "N", "S")?, lon * sign(ew, "E", "W")?))
        .filter(|&(lat, lon)| lat.abs() <= 90 && lon.abs() <= 180)
}
