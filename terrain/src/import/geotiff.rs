//! GeoTIFF (OGC 19-008r4) in geographic WGS-84 or CGCS2000: 16-bit whole numbers or 32-bit floats, one band.

use super::{BELIEVABLE_M, MOST_SAMPLES, Raster, wrong};
use crate::TerrainError;
use std::{fs::File, io::BufReader, path::Path};
use tiff::{
    decoder::{Decoder, DecodingResult, Limits},
    tags::Tag,
};

type Reader = Decoder<BufReader<File>>;

/// How the file's pixels lie on the globe.
struct Placement {
    west: f64,
    north: f64,
    step_deg: (f64, f64),
}

/// Reads a GeoTIFF.
pub(super) fn read(source: &Path, progress: &mut dyn FnMut(f64)) -> Result<Raster, TerrainError> {
    let failed = |error| TerrainError::File { path: source.to_owned(), doing: "reading", source: error };
    let damaged = |error: tiff::TiffError| {
        wrong(source, format!("it is damaged or cut short ({error}); fetch it again"))
    };
    let file = BufReader::new(File::open(source).map_err(failed)?);
    let mut decoder = Decoder::new(file).map_err(damaged)?;
    let (columns, rows) = decoder.dimensions().map_err(damaged)?;
    if u64::from(columns) * u64::from(rows) > MOST_SAMPLES {
        let problem =
            format!("{columns} × {rows} samples are more than {MOST_SAMPLES}; cut out the part you need");
        return Err(wrong(source, problem));
    }
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MOST_SAMPLES as usize * 4;
    decoder = decoder.with_limits(limits);
    let placement = placement(&mut decoder).map_err(|problem| wrong(source, problem))?;
    let nodata = decoder
        .get_tag_ascii_string(Tag::GdalNodata)
        .ok()
        .and_then(|text| text.trim_matches(['\0', ' ']).parse::<f32>().ok());
    let (columns, rows) = (columns as usize, rows as usize);
    let mut heights_m = vec![f32::NAN; columns * rows];
    let (wide, high) = decoder.chunk_dimensions();
    let across = columns.div_ceil((wide as usize).max(1));
    let count = across * rows.div_ceil((high as usize).max(1));
    for chunk in 0..count {
        let samples = floats(decoder.read_chunk(chunk as u32).map_err(damaged)?).ok_or_else(|| {
            wrong(
                source,
                "its samples are not 16-bit whole numbers or 32-bit floats; convert it with gdal_translate",
            )
        })?;
        let (width, height) = decoder.chunk_data_dimensions(chunk as u32);
        let (first_column, first_row) = (chunk % across * wide as usize, chunk / across * high as usize);
        if samples.len() != width as usize * height as usize {
            return Err(wrong(source, "it has more than one band; extract the band of heights"));
        }
        for (row, line) in samples.chunks_exact((width as usize).max(1)).enumerate() {
            let start = (first_row + row) * columns + first_column;
            for (to, &from) in heights_m[start..start + line.len()].iter_mut().zip(line) {
                *to = if BELIEVABLE_M.contains(&from) && Some(from) != nodata { from } else { f32::NAN };
            }
        }
        progress((chunk + 1) as f64 / count as f64);
    }
    let name = source.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Placement { west, north, step_deg } = placement;
    Ok(Raster { columns, rows, west, north, step_deg, heights_m, description: format!("{name} (GeoTIFF)") })
}

/// Where the pixels lie, or what is wrong with what the file says of it.
fn placement(decoder: &mut Reader) -> Result<Placement, String> {
    let keys = decoder.get_tag_u16_vec(Tag::GeoKeyDirectoryTag).unwrap_or_default();
    // Entries of four after a header of four: key, where its value is (0: here), count, value.
    let key = |number: u16| {
        keys.chunks_exact(4).skip(1).find(|entry| entry[0] == number && entry[1] == 0).map(|e| e[3])
    };
    match key(1024) {
        Some(2) => {}
        Some(1) => {
            let code = key(3072).map_or("a projected system".to_owned(), |code| format!("EPSG:{code}"));
            return Err(format!(
                "it is in {code}, metres on a map; reproject it to WGS-84 with gdalwarp -t_srs EPSG:4326"
            ));
        }
        _ => {
            return Err(
                "it does not say where it lies (no GeoTIFF keys); a plain picture is no elevation model"
                    .to_owned(),
            );
        }
    }
    // WGS-84 in two and three dimensions, and CGCS2000, which differ by centimetres.
    if let Some(code) = key(2048).filter(|code| ![4326, 4979, 4490, 4480].contains(code)) {
        return Err(format!("it is in EPSG:{code}, not WGS-84; reproject it with gdalwarp -t_srs EPSG:4326"));
    }
    let scale = decoder.get_tag_f64_vec(Tag::ModelPixelScaleTag).unwrap_or_default();
    let tie = decoder.get_tag_f64_vec(Tag::ModelTiepointTag).unwrap_or_default();
    let (&[step_east, step_south, ..], &[column, row, _, lon, lat, ..]) = (scale.as_slice(), tie.as_slice())
    else {
        return Err(
            "it has no pixel scale and tie point (it may be rotated); write it anew with gdalwarp".to_owned()
        );
    };
    let numbers = [step_east, step_south, column, row, lon, lat];
    let sane = |step_deg: f64| step_deg > 0.0 && step_deg < 1.0;
    if !(numbers.iter().all(|v| v.is_finite()) && sane(step_east) && sane(step_south)) {
        return Err(format!("its pixel scale of {step_east} × {step_south} degrees makes no sense"));
    }
    // A pixel that is an area has its sample in its middle.
    let half = if key(1025) == Some(2) { 0.0 } else { 0.5 };
    Ok(Placement {
        west: lon + (half - column) * step_east,
        north: lat - (half - row) * step_south,
        step_deg: (step_east, step_south),
    })
}

/// Samples as floats; none for kinds that are no heights.
fn floats(samples: DecodingResult) -> Option<Vec<f32>> {
    match samples {
        DecodingResult::I16(values) => Some(values.into_iter().map(f32::from).collect()),
        DecodingResult::U16(values) => Some(values.into_iter().map(f32::from).collect()),
        DecodingResult::F32(values) => Some(values),
        _ => None,
    }
}
