//! GeoTIFF as a source: tiles or strips, packed or not, of any kind of number, one band.

use super::{
    failed, geo_keys,
    packing::Packing,
    source::{Pieces, Source},
    wrong,
};
use crate::{
    TerrainError,
    pyramid::{self, cog::Span},
};
use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    path::{Path, PathBuf},
};
use tiff::{
    TiffError,
    decoder::{Decoder, Limits},
    tags::Tag,
};

type Reader = Decoder<BufReader<File>>;

/// Strips are read together until they are at least so many rows high.
const ROWS: usize = 64;
/// The largest tile or strip that is unpacked, bytes.
const LARGEST_CHUNK: usize = 1 << 30;

struct GeoTiff {
    path: PathBuf,
    packing: Packing,
    /// Columns and rows.
    size: (usize, usize),
    /// Width and height of the file's own tiles or strips.
    chunk: (usize, usize),
    /// Rows of a piece: of strips, many or parts of one.
    rows: usize,
    /// Where each chunk lies; one of no bytes is a hole.
    spans: Vec<Span>,
}

fn damaged(path: &Path, error: TiffError) -> TerrainError {
    match error {
        TiffError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            failed(path, "reading")(error)
        }
        error => wrong(path, format!("it is damaged or cut short ({error}); fetch it again")),
    }
}

/// Opens a GeoTIFF that holds so many bytes.
pub(super) fn open(path: &Path, bytes: u64) -> Result<Source, TerrainError> {
    let mut file = File::open(path).map_err(failed(path, "reading"))?;
    let mut order = [0; 2];
    file.read_exact(&mut order).and_then(|()| file.rewind()).map_err(failed(path, "reading"))?;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = LARGEST_CHUNK;
    let mut reader = Decoder::new(BufReader::new(file)).map_err(|e| damaged(path, e))?.with_limits(limits);
    let (columns, rows) = reader.dimensions().map_err(|e| damaged(path, e))?;
    let packing = Packing::of(&mut reader, &order == b"MM").map_err(|problem| wrong(path, problem))?;
    let place = geo_keys::place(&mut reader).map_err(|problem| wrong(path, problem))?;
    let (no_data, scale, offset_m) = values(&mut reader);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let system =
        if place.reference_system.is_empty() { "no reference system" } else { &place.reference_system };
    let size = (columns as usize, rows as usize);
    let is_striped = reader.find_tag(Tag::TileWidth).map_err(|e| damaged(path, e))?.is_none();
    let (wide, high) = reader.chunk_dimensions();
    let chunk = (
        (wide as usize).max(1),
        (high as usize).clamp(1, if is_striped { size.1.max(1) } else { high as usize }.max(1)),
    );
    let spans = spans(&mut reader, path, is_striped, bytes)?;
    let count = size.0.div_ceil(chunk.0) * size.1.div_ceil(chunk.1);
    if spans.len() != count {
        return Err(wrong(path, format!("it has {} pieces instead of {count}: it is damaged", spans.len())));
    }
    if packing.bytes(chunk.0 * chunk.1) > LARGEST_CHUNK && !(is_striped && packing.is_plain()) {
        return Err(wrong(
            path,
            format!(
                "its pieces of {} × {} are too large; write it anew with gdal_translate -co TILED=YES",
                chunk.0, chunk.1
            ),
        ));
    }
    let rows = match (is_striped, packing.is_plain()) {
        (false, _) => chunk.1,
        (true, true) if chunk.1 > ROWS => ROWS,
        (true, _) => chunk.1 * ROWS.div_ceil(chunk.1),
    };
    Ok(Source {
        path: path.to_owned(),
        size,
        affine: place.affine,
        description: format!("{name} (GeoTIFF, {system}, {})", place.datum),
        reference_system: place.reference_system,
        no_data,
        scale: (scale * place.unit_m, offset_m * place.unit_m),
        pieces: Box::new(GeoTiff { path: path.to_owned(), packing, size, chunk, rows, spans }),
    })
}

/// What GDAL's tags say of the numbers: which one stands for "no height", their scale and offset.
fn values(reader: &mut Reader) -> (Option<f32>, f32, f32) {
    let mut text = |tag| reader.get_tag_ascii_string(tag).ok();
    let no_data = text(Tag::GdalNodata).and_then(|t| t.trim_matches(['\0', ' ']).parse::<f32>().ok());
    let words = text(Tag::Unknown(42112)).unwrap_or_default();
    let of_metadata = |role: &str| {
        let from = words.split(&format!("role=\"{role}\"")).nth(1)?;
        from.split_once('>')?.1.split('<').next()?.trim().parse::<f32>().ok()
    };
    (no_data, of_metadata("scale").unwrap_or(1.0), of_metadata("offset").unwrap_or(0.0))
}

/// Where the chunks of a file of so many bytes lie.
fn spans(reader: &mut Reader, path: &Path, is_striped: bool, bytes: u64) -> Result<Vec<Span>, TerrainError> {
    let mut numbers = |tag| {
        let numbers = reader.find_tag_unsigned_vec::<u64>(tag).map_err(|e| damaged(path, e))?;
        Ok::<_, TerrainError>(numbers.unwrap_or_default())
    };
    let (offsets, lengths) = if is_striped {
        (numbers(Tag::StripOffsets)?, numbers(Tag::StripByteCounts)?)
    } else {
        (numbers(Tag::TileOffsets)?, numbers(Tag::TileByteCounts)?)
    };
    let span = |(&offset, &length): (&u64, &u64)| {
        let is_inside = offset.checked_add(length).is_some_and(|end| end <= bytes);
        let length = u32::try_from(length).ok().filter(|_| is_inside);
        Ok(Span { offset, length: length.ok_or_else(|| wrong(path, "it is cut short; fetch it again"))? })
    };
    offsets.iter().zip(&lengths).map(span).collect()
}

impl GeoTiff {
    /// The rows `from..to` of the raster that lie in one chunk, in full width; not numbers in a hole.
    fn rows(&self, file: &File, index: usize, (from, to): (usize, usize)) -> Result<Vec<f32>, TerrainError> {
        let (span, width) = (self.spans[index], self.chunk.0);
        if span.length == 0 {
            return Ok(vec![f32::NAN; width * (to - from)]);
        }
        let reading = failed(&self.path, "reading");
        let needed = to - from;
        let unpacked = if self.packing.is_plain() {
            let row = self.packing.bytes(width);
            let first = from % self.chunk.1 * row;
            let part = Span { offset: span.offset + first as u64, length: (needed * row) as u32 };
            let is_there = first + needed * row <= span.length as usize;
            let bytes = if is_there { pyramid::bytes(file, part).map_err(reading)? } else { Vec::new() };
            self.packing.unpack(bytes, width, needed, needed)
        } else {
            let bytes = pyramid::bytes(file, span).map_err(reading)?;
            self.packing.unpack(bytes, width, self.chunk.1, needed)
        };
        let mut numbers = unpacked.ok_or_else(|| {
            wrong(&self.path, format!("it is damaged or cut short (around row {from}); fetch it again"))
        })?;
        numbers.truncate(width * needed);
        Ok(numbers)
    }
}

impl Pieces for GeoTiff {
    fn size(&self) -> (usize, usize) {
        (self.chunk.0, self.rows)
    }

    fn read(&self, column: usize, row: usize) -> Result<(usize, Vec<f32>), TerrainError> {
        // Opened anew for each piece: of thousands of sheets, few may be open at once.
        let file = File::open(&self.path).map_err(failed(&self.path, "reading"))?;
        let across = self.size.0.div_ceil(self.chunk.0);
        let mut values = Vec::new();
        let (mut from, end) = (row * self.rows, ((row + 1) * self.rows).min(self.size.1));
        while from < end {
            let chunk = from / self.chunk.1;
            let to = ((chunk + 1) * self.chunk.1).min(end);
            values.extend(self.rows(&file, chunk * across + column, (from, to))?);
            from = to;
        }
        Ok((self.chunk.0, values))
    }
}
