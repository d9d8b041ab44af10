//! A 16-bit grey PNG with a world file beside it: the heights are the values, in metres unless told otherwise.

use super::{
    affine::Affine,
    failed,
    source::{Pieces, Source},
    wrong,
};
use crate::TerrainError;
use std::{
    fs,
    path::{Path, PathBuf},
};

struct Picture {
    path: PathBuf,
    size: (usize, usize),
}

/// The largest picture that is opened, samples along a side: a picture is unpacked whole.
const LARGEST: u32 = 15_000;

/// The world file of a picture: called the same, and ending in .pgw, .pngw or .wld.
pub(super) fn world_file(path: &Path) -> Option<PathBuf> {
    let beside =
        ["pgw", "pngw", "wld", "PGW", "PNGW", "WLD"].iter().map(|ending| path.with_extension(ending));
    beside.into_iter().find(|beside| beside.is_file())
}

/// Opens a PNG, in a reference system that was named unless a .prj beside it names another.
pub(super) fn open(path: &Path, reference_system: Option<&str>) -> Result<Source, TerrainError> {
    let world = world_file(path).ok_or_else(|| {
        wrong(path, "a PNG does not say where it lies: put its world file (.pgw) beside it")
    })?;
    let text = fs::read_to_string(&world).map_err(failed(&world, "reading"))?;
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let &[a, d, b, e, c, f] = numbers.as_slice() else {
        return Err(wrong(&world, "a world file holds six numbers, a line each; this one does not"));
    };
    let image = image::ImageReader::open(path).map_err(failed(path, "reading"))?;
    let (columns, rows) = image.into_dimensions().map_err(|e| damaged(path, &e))?;
    if columns > LARGEST || rows > LARGEST {
        return Err(wrong(
            path,
            format!("{columns} × {rows} are more than a PNG may have here; make a GeoTIFF of it"),
        ));
    }
    let size = (columns as usize, rows as usize);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // Where neither a .prj nor words say so, small numbers are degrees.
    let beside = fs::read_to_string(path.with_extension("prj")).ok().filter(|text| !text.trim().is_empty());
    let is_degrees = c.abs() <= 180.0 && f.abs() <= 90.0;
    Ok(Source {
        path: path.to_owned(),
        size,
        affine: Affine { x: [a, b, c], y: [d, e, f] },
        reference_system: beside
            .or_else(|| reference_system.map(str::to_owned))
            .unwrap_or_else(|| if is_degrees { "EPSG:4326".to_owned() } else { String::new() }),
        description: format!("{name} (PNG, datum of the heights not said)"),
        no_data: None,
        scale: (1.0, 0.0),
        pieces: Box::new(Picture { path: path.to_owned(), size }),
    })
}

impl Pieces for Picture {
    fn size(&self) -> (usize, usize) {
        self.size
    }

    fn read(&self, _: usize, _: usize) -> Result<(usize, Vec<f32>), TerrainError> {
        let reader = image::ImageReader::open(&self.path).map_err(failed(&self.path, "reading"))?;
        let mut reader = reader.with_guessed_format().map_err(failed(&self.path, "reading"))?;
        reader.no_limits();
        match reader.decode().map_err(|e| damaged(&self.path, &e))? {
            image::DynamicImage::ImageLuma16(grey) => {
                Ok((grey.width() as usize, grey.into_raw().into_iter().map(f32::from).collect()))
            }
            _ => Err(wrong(&self.path, "it is not a 16-bit grey PNG; eight bits are too few for heights")),
        }
    }
}

fn damaged(path: &Path, error: &image::ImageError) -> TerrainError {
    wrong(path, format!("it is damaged or cut short ({error}); fetch it again"))
}
