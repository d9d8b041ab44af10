//! Opens the container: its directories are read once, tiles whenever they are asked for, from any thread.

use super::{BUDGET, Pyramid, codec::TILE, cog::Span, shape::Shape};
use crate::kept::Kept;
use city::LonLat;
use std::{
    fs::File,
    io::{self, BufReader},
    path::Path,
    sync::atomic::AtomicU64,
};
use tiff::{decoder::Decoder, tags::Tag};

/// Opens a pyramid; an error says what is wrong with the file.
pub(crate) fn open(path: &Path) -> Result<Pyramid, String> {
    let file = File::open(path).map_err(|e| format!("cannot be opened ({e})"))?;
    let damaged = |e: tiff::TiffError| format!("is damaged ({e})");
    let mut decoder = Decoder::new(BufReader::new(&file)).map_err(damaged)?;
    let (columns, rows) = decoder.dimensions().map_err(damaged)?;
    let scale = decoder.get_tag_f64_vec(Tag::ModelPixelScaleTag).map_err(damaged)?;
    let tie = decoder.get_tag_f64_vec(Tag::ModelTiepointTag).map_err(damaged)?;
    let (&[east, south, ..], &[_, _, _, lon, lat, ..]) = (scale.as_slice(), tie.as_slice()) else {
        return Err("does not say where it lies".to_owned());
    };
    let sane = |step: f64| step > 0.0 && step < 90.0;
    if !(sane(east) && sane(south) && lon.is_finite() && lat.is_finite() && columns >= 2 && rows >= 2) {
        return Err(format!(
            "has {columns} × {rows} samples {east} × {south} degrees apart, which makes no sense"
        ));
    }
    let shape = Shape {
        columns: columns as usize,
        rows: rows as usize,
        north_west: LonLat::new(lon, lat),
        step_deg: (east, south),
    };
    let length = file.metadata().map_err(|e| format!("cannot be read ({e})"))?.len();
    let mut directory = Vec::new();
    for level in 0..shape.levels() {
        if level > 0 {
            decoder.next_image().map_err(damaged)?;
        }
        directory.push(spans(&mut decoder, &shape, level, length)?);
    }
    Ok(Pyramid {
        shape,
        path: path.to_owned(),
        file,
        directory,
        kept: Kept::within(BUDGET),
        damaged: AtomicU64::new(0),
    })
}

/// Where the tiles of a level lie.
fn spans(
    decoder: &mut Decoder<BufReader<&File>>,
    shape: &Shape,
    level: u8,
    length: u64,
) -> Result<Vec<Span>, String> {
    let damaged = |e: tiff::TiffError| format!("is damaged ({e})");
    let (columns, rows) = decoder.dimensions().map_err(damaged)?;
    let mut number = |tag| decoder.find_tag_unsigned::<u32>(tag).map_err(damaged);
    let ours = number(Tag::Compression)? == Some(8)
        && number(Tag::Predictor)? == Some(3)
        && number(Tag::TileWidth)? == Some(TILE as u32)
        && number(Tag::TileLength)? == Some(TILE as u32);
    let (across, down) = shape.tiles(level);
    if !ours || (columns as usize, rows as usize) != shape.size(level) {
        return Err(format!("was not made by an import (level {level} is another)"));
    }
    let mut numbers = |tag| decoder.find_tag_unsigned_vec::<u64>(tag).map_err(damaged);
    let offsets = numbers(Tag::TileOffsets)?.unwrap_or_default();
    let lengths = numbers(Tag::TileByteCounts)?.unwrap_or_default();
    if offsets.len() != across as usize * down as usize || lengths.len() != offsets.len() {
        return Err(format!("has {} tiles in level {level} instead of {across} × {down}", offsets.len()));
    }
    if offsets.iter().zip(&lengths).any(|(offset, bytes)| offset.saturating_add(*bytes) > length) {
        return Err("is cut short: it is incomplete".to_owned());
    }
    Ok(offsets.iter().zip(&lengths).map(|(&offset, &bytes)| Span { offset, length: bytes as u32 }).collect())
}

/// The bytes of a span.
pub(crate) fn bytes(file: &File, span: Span) -> io::Result<Vec<u8>> {
    let mut packed = vec![0; span.length as usize];
    #[cfg(unix)]
    std::os::unix::fs::FileExt::read_exact_at(file, &mut packed, span.offset)?;
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < packed.len() {
            let read = std::os::windows::fs::FileExt::seek_read(
                file,
                &mut packed[done..],
                span.offset + done as u64,
            )?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            done += read;
        }
    }
    Ok(packed)
}
