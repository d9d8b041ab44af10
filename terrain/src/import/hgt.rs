//! HGT, the format of SRTM: big-endian 16-bit heights of one square degree, the corner in the file's name.

use super::{BELIEVABLE_M, Raster, wrong};
use crate::TerrainError;
use std::path::Path;

/// Reads an HGT file of 1″ (3601 × 3601) or 3″ (1201 × 1201).
pub(super) fn read(source: &Path, bytes: u64, progress: &mut dyn FnMut(f64)) -> Result<Raster, TerrainError> {
    let side = match bytes {
        25_934_402 => 3601,
        2_884_802 => 1201,
        _ => {
            let problem = format!(
                "it is neither a GeoTIFF nor an HGT file: it holds {bytes} bytes, where HGT holds 25934402 (1″) or \
                 2884802 (3″). If it should be one of these, it is cut short: fetch it again"
            );
            return Err(wrong(source, problem));
        }
    };
    let name = source.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let (south, west) = corner(name).ok_or_else(|| {
        wrong(source, "an HGT file's name says where it lies, such as N29E106.hgt; give it back its name")
    })?;
    let content = std::fs::read(source).map_err(|error| TerrainError::File {
        path: source.to_owned(),
        doing: "reading",
        source: error,
    })?;
    progress(0.5);
    let height = |pair: &[u8]| {
        let height_m = f32::from(i16::from_be_bytes([pair[0], pair[1]]));
        if BELIEVABLE_M.contains(&height_m) { height_m } else { f32::NAN }
    };
    let heights_m: Vec<f32> = content.chunks_exact(2).map(height).collect();
    if heights_m.len() != side * side {
        return Err(wrong(source, "it changed while it was read; try again"));
    }
    let step = 1.0 / (side - 1) as f64;
    progress(1.0);
    Ok(Raster {
        columns: side,
        rows: side,
        west: f64::from(west),
        north: f64::from(south + 1),
        step_deg: (step, step),
        heights_m,
        description: format!("{name} (HGT, {}″, EGM96)", 3600 / (side - 1)),
    })
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
