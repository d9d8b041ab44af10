//! Answers that are maps: where they go, and what is said of their grid.

use crate::arguments::Map;
use crate::failure::{Failure, words};
use anyhow::Context;
use serde_json::json;
use std::path::Path;
use terrain::ask::{Cell, Mask};

/// What a file's name says that it shall be.
#[derive(Clone, Copy)]
enum Kind {
    Picture,
    GeoTiff,
}

/// Refuses a file of another kind, before any work is done.
pub fn check(map: &Map) -> Result<(), Failure> {
    map.out.as_deref().map_or(Ok(()), |out| kind(out).map(drop))
}

/// Refuses a file that is not called a GeoTIFF.
pub fn check_geotiff(out: &Path) -> Result<(), Failure> {
    match kind(out) {
        Ok(Kind::GeoTiff) => Ok(()),
        _ => Err(words(format!("--needed {} does not end with .tif", out.display()))),
    }
}

/// Writes the map, if a file was named.
pub fn write(map: &Map, mask: &Mask) -> Result<(), Failure> {
    let Some(out) = map.out.as_deref() else { return Ok(()) };
    match kind(out)? {
        Kind::Picture => picture(mask)
            .save_with_format(out, image::ImageFormat::Png)
            .with_context(|| format!("writing {}", out.display()))?,
        Kind::GeoTiff => mask.write_geotiff(out)?,
    }
    Ok(())
}

/// The grid of a map in the city frame, for those who draw it.
pub fn grid(mask: &Mask) -> serde_json::Value {
    let grid = &mask.grid;
    json!({
        "west_m": grid.south_west.east_m,
        "south_m": grid.south_west.north_m,
        "spacing_m": grid.spacing_m,
        "columns": grid.columns,
        "rows": grid.rows,
    })
}

fn kind(out: &Path) -> Result<Kind, Failure> {
    let extension = out.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("png") => Ok(Kind::Picture),
        Some("tif" | "tiff") => Ok(Kind::GeoTiff),
        _ => Err(words(format!("--out {} ends neither with .png nor with .tif", out.display()))),
    }
}

/// North up: white where the answer is yes, a grey veil where it is no, nothing outside. To be laid over a map.
fn picture(mask: &Mask) -> image::GrayAlphaImage {
    let (columns, rows) = (mask.grid.columns as u32, mask.grid.rows as u32);
    image::GrayAlphaImage::from_fn(columns, rows, |x, y| {
        let row = (rows - 1 - y) as usize;
        image::LumaA(match mask.cells[row * mask.grid.columns + x as usize] {
            c if c == Cell::Yes as u8 => [255, 255],
            c if c == Cell::No as u8 => [0, 128],
            _ => [0, 0],
        })
    })
}
