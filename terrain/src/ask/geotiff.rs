//! Maps as GeoTIFF (OGC 19-008r4) in the city frame, which is written out as a transverse Mercator: it has no code.

use super::Mask;
use crate::{CityGrid, TerrainError};
use std::{fs::File, io::BufWriter, path::Path};
use tiff::{
    TiffError,
    encoder::{
        TiffEncoder, TiffValue,
        colortype::{self, ColorType},
    },
    tags::Tag,
};

/// Keys with a short value: a projected, user-defined system on CGCS2000, transverse Mercator, metres, pixels areas.
const SHORTS: [(u16, u16); 8] =
    [(1024, 1), (1025, 1), (2048, 4490), (2054, 9102), (3072, 32767), (3074, 32767), (3075, 1), (3076, 9001)];
/// Keys whose values are doubles: origin's longitude and latitude, false easting and northing, scale.
const DOUBLES: [(u16, f64); 5] =
    [(3080, geodesy::ORIGIN.lon), (3081, geodesy::ORIGIN.lat), (3082, 0.0), (3083, 0.0), (3092, 1.0)];

impl Mask {
    /// Writes it as a GeoTIFF of bytes ([`Cell`](super::Cell)s; 0 is nodata), north row first, in the city frame.
    pub fn write_geotiff(&self, path: &Path) -> Result<(), TerrainError> {
        write::<colortype::Gray8>(&self.grid, &self.cells, "0", path)
    }
}

/// Writes a value for each place of a grid (row 0 south), north row first, in the city frame.
pub(super) fn write<C: ColorType>(
    grid: &CityGrid,
    values: &[C::Inner],
    nodata: &str,
    path: &Path,
) -> Result<(), TerrainError>
where
    [C::Inner]: TiffValue,
    C::Inner: Copy,
{
    let file = |source| TerrainError::File { path: path.to_owned(), doing: "writing", source };
    let out = BufWriter::new(File::create(path).map_err(file)?);
    encode::<C>(grid, values, nodata, out).map_err(|error| {
        file(match error {
            TiffError::IoError(source) => source,
            other => std::io::Error::other(other),
        })
    })
}

fn encode<C: ColorType>(
    grid: &CityGrid,
    values: &[C::Inner],
    nodata: &str,
    out: BufWriter<File>,
) -> Result<(), TiffError>
where
    [C::Inner]: TiffValue,
    C::Inner: Copy,
{
    let north_first: Vec<C::Inner> =
        values.chunks_exact(grid.columns.max(1)).rev().flatten().copied().collect();
    let mut encoder = TiffEncoder::new(out)?;
    let mut image = encoder.new_image::<C>(grid.columns as u32, grid.rows as u32)?;
    let tags = image.encoder();
    tags.write_tag(Tag::GeoKeyDirectoryTag, directory().as_slice())?;
    let doubles: Vec<f64> = DOUBLES.iter().map(|(_, value)| *value).collect();
    tags.write_tag(Tag::GeoDoubleParamsTag, doubles.as_slice())?;
    tags.write_tag(Tag::ModelPixelScaleTag, [grid.spacing_m, grid.spacing_m, 0.0].as_slice())?;
    // A place is the middle of its square; the tie is the outer corner of the first.
    let half_m = grid.spacing_m / 2.0;
    let corner = grid.at(0, grid.rows.saturating_sub(1));
    let tie = [0.0, 0.0, 0.0, corner.east_m - half_m, corner.north_m + half_m, 0.0];
    tags.write_tag(Tag::ModelTiepointTag, tie.as_slice())?;
    tags.write_tag(Tag::GdalNodata, nodata)?;
    image.write_data(&north_first)
}

/// The keys, sorted, as the directory lists them: key, where its value is, count, value or its index.
fn directory() -> Vec<u16> {
    let shorts = SHORTS.iter().map(|&(key, value)| [key, 0, 1, value]);
    let double_tag = Tag::GeoDoubleParamsTag.to_u16();
    let doubles = DOUBLES.iter().enumerate().map(|(index, &(key, _))| [key, double_tag, 1, index as u16]);
    let entries: Vec<[u16; 4]> = shorts.chain(doubles).collect();
    std::iter::once([1, 1, 0, entries.len() as u16]).chain(entries).flatten().collect()
}
