//! GeoTIFF as a source: tiles or strips, packed or not, of any kind of number, one band.

use super::{
    failed, geo_keys,
    source::{Pieces, Source},
    wrong,
};
use crate::TerrainError;
use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};
use tiff::{
    ColorType,
    decoder::{Decoder, DecodingResult, Limits},
    tags::Tag,
};

type Reader = Decoder<BufReader<File>>;

/// Strips are read together until they are at least so many rows high.
const ROWS: usize = 64;
/// The largest tile or strip that is unpacked, bytes.
const LARGEST_CHUNK: usize = 2 << 30;

struct GeoTiff {
    path: PathBuf,
    /// Decoders that nobody uses now; each thread takes one or opens another.
    free: Mutex<Vec<Reader>>,
    size: (usize, usize),
    /// Width and height of the file's own tiles or strips.
    chunk: (usize, usize),
    /// How many strips make a piece.
    strips: usize,
    /// Bytes of each chunk; none is a hole.
    lengths: Vec<u64>,
}

fn decoder(path: &Path) -> Result<Reader, TerrainError> {
    let file = BufReader::new(File::open(path).map_err(failed(path, "reading"))?);
    let mut limits = Limits::default();
    limits.decoding_buffer_size = LARGEST_CHUNK;
    limits.intermediate_buffer_size = LARGEST_CHUNK;
    Ok(Decoder::new(file).map_err(|e| damaged(path, &e))?.with_limits(limits))
}

fn damaged(path: &Path, error: &tiff::TiffError) -> TerrainError {
    wrong(path, format!("it is damaged or cut short ({error}); fetch it again"))
}

/// Opens a GeoTIFF that holds so many bytes.
pub(super) fn open(path: &Path, bytes: u64) -> Result<Source, TerrainError> {
    let mut reader = decoder(path)?;
    let (columns, rows) = reader.dimensions().map_err(|e| damaged(path, &e))?;
    match reader.colortype() {
        Ok(ColorType::Gray(_)) => {}
        Ok(other) => {
            let problem =
                format!("its pixels are {other:?}, not one band of heights; extract the band of heights");
            return Err(wrong(path, problem));
        }
        Err(error) => return Err(damaged(path, &error)),
    }
    let place = geo_keys::place(&mut reader).map_err(|problem| wrong(path, problem))?;
    let text = |reader: &mut Reader, tag| reader.get_tag_ascii_string(tag).ok();
    let no_data =
        text(&mut reader, Tag::GdalNodata).and_then(|t| t.trim_matches(['\0', ' ']).parse::<f32>().ok());
    let words = text(&mut reader, Tag::Unknown(42112)).unwrap_or_default();
    let of_metadata = |role: &str| {
        let from = words.split(&format!("role=\"{role}\"")).nth(1)?;
        from.split_once('>')?.1.split('<').next()?.trim().parse::<f32>().ok()
    };
    let (scale, offset_m) = (of_metadata("scale").unwrap_or(1.0), of_metadata("offset").unwrap_or(0.0));
    let (wide, high) = reader.chunk_dimensions();
    let is_striped = reader.find_tag(Tag::TileWidth).map_err(|e| damaged(path, &e))?.is_none();
    let mut numbers = |tag| reader.find_tag_unsigned_vec::<u64>(tag).map_err(|e| damaged(path, &e));
    let (offsets, lengths) = if is_striped {
        (numbers(Tag::StripOffsets)?, numbers(Tag::StripByteCounts)?)
    } else {
        (numbers(Tag::TileOffsets)?, numbers(Tag::TileByteCounts)?)
    };
    let (offsets, lengths) = (offsets.unwrap_or_default(), lengths.unwrap_or_default());
    let chunk = ((wide as usize).max(1), (high as usize).max(1));
    let size = (columns as usize, rows as usize);
    let count = size.0.div_ceil(chunk.0) * size.1.div_ceil(chunk.1);
    if offsets.len() != count || lengths.len() != count {
        return Err(wrong(
            path,
            format!("it has {} pieces instead of {count}: one band is wanted", offsets.len()),
        ));
    }
    if offsets.iter().zip(&lengths).any(|(offset, length)| offset.saturating_add(*length) > bytes) {
        return Err(wrong(path, "it is cut short; fetch it again"));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let system =
        if place.reference_system.is_empty() { "no reference system" } else { &place.reference_system };
    let strips = if is_striped { ROWS.div_ceil(chunk.1) } else { 1 };
    Ok(Source {
        path: path.to_owned(),
        size,
        affine: place.affine,
        description: format!("{name} (GeoTIFF, {system}, {})", place.datum),
        reference_system: place.reference_system,
        no_data,
        scale: (scale * place.unit_m, offset_m * place.unit_m),
        pieces: Box::new(GeoTiff {
            path: path.to_owned(),
            free: Mutex::new(vec![reader]),
            size,
            chunk,
            strips,
            lengths,
        }),
    })
}

impl GeoTiff {
    fn chunk(&self, reader: &mut Reader, index: usize) -> Result<Vec<f32>, TerrainError> {
        let read = reader.read_chunk(index as u32).map_err(|e| damaged(&self.path, &e))?;
        Ok(floats(read))
    }
}

impl Pieces for GeoTiff {
    fn size(&self) -> (usize, usize) {
        (self.chunk.0, self.chunk.1 * self.strips)
    }

    fn read(&self, column: usize, row: usize) -> Result<Option<(usize, Vec<f32>)>, TerrainError> {
        let across = self.size.0.div_ceil(self.chunk.0);
        let down = self.size.1.div_ceil(self.chunk.1);
        let free = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = free().pop();
        let mut reader = match taken {
            Some(reader) => reader,
            None => decoder(&self.path)?,
        };
        let width = self.chunk.0.min(self.size.0 - column * self.chunk.0);
        let mut values = Vec::new();
        for strip in row * self.strips..((row + 1) * self.strips).min(down) {
            let index = strip * across + column;
            let height = self.chunk.1.min(self.size.1 - strip * self.chunk.1);
            if self.lengths[index] == 0 {
                values.resize(values.len() + width * height, f32::NAN);
                continue;
            }
            let chunk = self.chunk(&mut reader, index)?;
            if chunk.len() != width * height {
                return Err(wrong(&self.path, "it has more than one band; extract the band of heights"));
            }
            values.extend(chunk);
        }
        free().push(reader);
        Ok(Some((width, values)))
    }
}

/// Values of any kind as floats.
fn floats(values: DecodingResult) -> Vec<f32> {
    use DecodingResult as R;
    match values {
        R::U8(v) => v.into_iter().map(f32::from).collect(),
        R::I8(v) => v.into_iter().map(f32::from).collect(),
        R::U16(v) => v.into_iter().map(f32::from).collect(),
        R::I16(v) => v.into_iter().map(f32::from).collect(),
        R::U32(v) => v.into_iter().map(|v| v as f32).collect(),
        R::I32(v) => v.into_iter().map(|v| v as f32).collect(),
        R::U64(v) => v.into_iter().map(|v| v as f32).collect(),
        R::I64(v) => v.into_iter().map(|v| v as f32).collect(),
        R::F16(v) => v.into_iter().map(f32::from).collect(),
        R::F32(v) => v,
        R::F64(v) => v.into_iter().map(|v| v as f32).collect(),
    }
}
