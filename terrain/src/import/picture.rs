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

struct Picture(PathBuf);

/// The largest picture that is opened, samples along a side: a picture is unpacked whole.
const LARGEST: u32 = 20_000;

/// Opens a PNG; its world file is called the same and ends in .pgw, .pngw or .wld.
pub(super) fn open(path: &Path) -> Result<Source, TerrainError> {
    let world = ["pgw", "pngw", "wld", "PGW"]
        .iter()
        .map(|ending| path.with_extension(ending))
        .find(|beside| beside.is_file())
        .ok_or_else(|| {
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
    // What a .prj beside it says counts; else small numbers are degrees, and large ones need to be told.
    let beside = fs::read_to_string(path.with_extension("prj")).ok().filter(|text| !text.trim().is_empty());
    let is_degrees = c.abs() <= 180.0 && f.abs() <= 90.0;
    Ok(Source {
        path: path.to_owned(),
        size,
        affine: Affine { x: [a, b, c], y: [d, e, f] },
        reference_system: beside
            .unwrap_or_else(|| if is_degrees { "EPSG:4326".to_owned() } else { String::new() }),
        description: format!("{name} (PNG, datum of the heights not said)"),
        no_data: None,
        scale: (1.0, 0.0),
        pieces: Box::new(Picture(path.to_owned())),
    })
}

impl Pieces for Picture {
    fn size(&self) -> (usize, usize) {
        (LARGEST as usize, LARGEST as usize)
    }

    fn read(&self, _: usize, _: usize) -> Result<Option<(usize, Vec<f32>)>, TerrainError> {
        let reader = image::ImageReader::open(&self.0).map_err(failed(&self.0, "reading"))?;
        let mut reader = reader.with_guessed_format().map_err(failed(&self.0, "reading"))?;
        reader.no_limits();
        match reader.decode().map_err(|e| damaged(&self.0, &e))? {
            image::DynamicImage::ImageLuma16(grey) => {
                Ok(Some((grey.width() as usize, grey.into_raw().into_iter().map(f32::from).collect())))
            }
            _ => Err(wrong(&self.0, "it is not a 16-bit grey PNG; eight bits are too few for heights")),
        }
    }
}

fn damaged(path: &Path, error: &image::ImageError) -> TerrainError {
    wrong(path, format!("it is damaged or cut short ({error}); fetch it again"))
}
