//! Whether the parts of an Arrow file lie inside it: a damaged length would stop the reader, and the program with it.

use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::{Block, MessageHeader, RecordBatch, root_as_footer, root_as_message};
use arrow_schema::{DataType, Schema};
use std::io::{Read, Seek, SeekFrom};

/// Longer footers and headers are none.
const LONGEST: u64 = 64 << 20;

/// What is wrong with a file of columns as in `schema`, if anything; else it is at its beginning again.
pub(super) fn check(file: &mut (impl Read + Seek), schema: &Schema) -> std::io::Result<Option<String>> {
    let wrong = looked(file, schema)?;
    file.rewind()?;
    Ok(wrong.err())
}

/// The bytes an element takes in each buffer of a batch: of each column first the bits that say what is there.
fn widths(schema: &Schema) -> Vec<usize> {
    let of = |kind: &DataType| match kind {
        DataType::Utf8 => vec![0, 4, 1],
        DataType::Dictionary(key, _) => vec![0, key.primitive_width().unwrap_or(1)],
        other => vec![0, other.primitive_width().unwrap_or(1)],
    };
    schema.fields().iter().flat_map(|field| of(field.data_type())).collect()
}

fn looked(file: &mut (impl Read + Seek), wanted: &Schema) -> std::io::Result<Result<(), String>> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut tail = [0; 10];
    if length < 20 {
        return Ok(Err("it is too short for an Arrow file".to_owned()));
    }
    file.seek(SeekFrom::Start(length - 10))?;
    file.read_exact(&mut tail)?;
    let size = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    if tail[4..] != *b"ARROW1" || size > LONGEST.min(length - 18) {
        return Ok(Err("it does not end as an Arrow file does; was it cut off?".to_owned()));
    }
    let footer = part(file, length - 10 - size, size)?;
    let footer = root_as_footer(&footer).ok();
    let Some((footer, schema)) = footer.and_then(|f| Some((f, try_fb_to_schema(f.schema()?).ok()?))) else {
        return Ok(Err("its footer is damaged".to_owned()));
    };
    if let Err(wrong) = has_columns(&schema, wanted) {
        return Ok(Err(wrong));
    }
    let widths = widths(wanted);
    let blocks = footer.dictionaries().into_iter().chain(footer.recordBatches()).flatten();
    for block in blocks {
        if let Err(wrong) = block_lies_inside(file, block, length, &widths)? {
            return Ok(Err(wrong.to_owned()));
        }
    }
    Ok(Ok(()))
}

/// Whether a file has the columns it should, in their order, and its rows are sorted.
fn has_columns(found: &Schema, wanted: &Schema) -> Result<(), String> {
    for (n, field) in wanted.fields().iter().enumerate() {
        let name = field.name();
        let Some(same) = found.fields().get(n).filter(|same| same.name() == name) else {
            return Err(format!("column {} is not `{name}`", n + 1));
        };
        if same.data_type() != field.data_type() {
            return Err(format!(
                "its column `{name}` is {}, expected {}",
                same.data_type(),
                field.data_type()
            ));
        }
    }
    match (found.fields().len(), found.metadata() == wanted.metadata()) {
        (n, _) if n > wanted.fields().len() => {
            Err(format!("it has {n} columns, expected {}", wanted.fields().len()))
        }
        (_, false) => Err("its rows are not sorted by place".to_owned()),
        _ => Ok(()),
    }
}

fn part(file: &mut (impl Read + Seek), from: u64, size: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; size as usize];
    file.seek(SeekFrom::Start(from))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn block_lies_inside(
    file: &mut (impl Read + Seek),
    block: &Block,
    length: u64,
    widths: &[usize],
) -> std::io::Result<Result<(), &'static str>> {
    let place = unsigned(block.offset())
        .zip(unsigned(block.metaDataLength().into()))
        .zip(unsigned(block.bodyLength()));
    let Some(((offset, header), body)) = place else { return Ok(Err("a block has a length below 0")) };
    let end = offset.checked_add(header).and_then(|n| n.checked_add(body));
    if end.is_none_or(|end| end > length) || !(8..LONGEST).contains(&header) {
        return Ok(Err("a block reaches past the end of the file; was it cut off?"));
    }
    let bytes = part(file, offset, header)?;
    // A message begins with a mark of continuation and its length; old writers leave the mark out.
    let skipped = if bytes[..4] == [0xff; 4] { 8 } else { 4 };
    let Ok(message) = root_as_message(&bytes[skipped..]) else {
        return Ok(Err("the header of a block is damaged"));
    };
    Ok(match message.header_type() {
        MessageHeader::RecordBatch => fits(message.header_as_record_batch(), body, widths),
        MessageHeader::DictionaryBatch => {
            fits(message.header_as_dictionary_batch().and_then(|d| d.data()), body, &[0, 4, 1])
        }
        _ => Err("a block holds neither rows nor a dictionary"),
    })
}

/// Whether every buffer of a batch lies in its `body`, begins where numbers may begin, and is as long as its rows ask.
fn fits(batch: Option<RecordBatch>, body: u64, widths: &[usize]) -> Result<(), &'static str> {
    let Some(batch) = batch.filter(|b| b.compression().is_none()) else {
        return Err("a block has no rows, or compressed ones");
    };
    let rows = unsigned(batch.length()).unwrap_or(u64::MAX);
    let buffers = batch.buffers().map(|b| b.iter().collect::<Vec<_>>()).unwrap_or_default();
    let nodes_fit = batch.nodes().into_iter().flatten().all(|node| unsigned(node.length()) == Some(rows));
    let buffer_fits = |(buffer, width): (&&arrow_ipc::Buffer, &usize)| {
        let (from, size) = (unsigned(buffer.offset())?, unsigned(buffer.length())?);
        let inside = from % 8 == 0 && from.checked_add(size)? <= body;
        let enough = match width {
            0 => size == 0 || size >= rows.div_ceil(8),
            // Offsets of texts are one more than rows; the texts themselves may be of any length.
            1 => true,
            width => size % (*width as u64) == 0 && size >= rows.checked_mul(*width as u64)?,
        };
        (inside && enough).then_some(())
    };
    let whole =
        buffers.len() == widths.len() && buffers.iter().zip(widths).all(|pair| buffer_fits(pair).is_some());
    if whole && nodes_fit { Ok(()) } else { Err("a column does not fit its rows") }
}

fn unsigned(value: i64) -> Option<u64> {
    u64::try_from(value).ok()
}
