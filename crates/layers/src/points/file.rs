//! The file of a set of points: an Arrow IPC file (Feather 2), so that any table tool reads it.
//!
//! Columns: `id`, `name` (text), `lon`, `lat` (degrees, WGS-84), `class`, `grade`, `segment`, `layer` (dictionaries of the
//! keys on the wire), `district_code`, `township_code`, `value`, `measured` (UTC). Rows are sorted by their place, and the
//! schema says so: a file that does not is not opened but imported.

mod check;
mod read;
mod text;
mod write;

pub(super) use text::FileTexts;
pub use write::write;

use super::build::Rows;
use super::{Points, PointsError, Texts};
use arrow_ipc::reader::FileReader;
use arrow_schema::{ArrowError, DataType, Field, Schema, TimeUnit};
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// The key under which the schema tells how rows are sorted, and what stands there.
const ORDER: (&str, &str) = ("shancheng.order", "morton");
/// Rows a batch: what is read to know the name of one of them.
pub(super) const BATCH: usize = 16_384;

fn schema() -> Schema {
    let keys = || DataType::Dictionary(Box::new(DataType::UInt16), Box::new(DataType::Utf8));
    let measured = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    let fields = vec![
        Field::new("id", DataType::Utf8, false),
        Field::new("name", DataType::Utf8, false),
        Field::new("lon", DataType::Float64, true),
        Field::new("lat", DataType::Float64, true),
        Field::new("class", keys(), false),
        Field::new("grade", keys(), true),
        Field::new("segment", keys(), false),
        Field::new("layer", keys(), false),
        Field::new("district_code", DataType::UInt32, true),
        Field::new("township_code", DataType::UInt32, true),
        Field::new("value", DataType::Float32, true),
        Field::new("measured", measured, true),
    ];
    Schema::new_with_metadata(fields, HashMap::from([(ORDER.0.to_owned(), ORDER.1.to_owned())]))
}

/// Opens the points of a file that was written by [`write`]: all columns but ids and names, which stay where they are.
/// Returns also the rows whose id an earlier row has, with that row.
pub fn open(path: &Path) -> Result<(Points, Vec<(u32, u32)>), PointsError> {
    let failed = |source| PointsError::File { file: path.to_owned(), source };
    let damaged = |source| PointsError::Arrow { file: path.to_owned(), source };
    let foreign = |what: String| PointsError::Foreign { file: path.to_owned(), what };
    let mut file = File::open(path).map_err(failed)?;
    if let Some(wrong) = check::check(&mut file, &schema()).map_err(failed)? {
        return Err(foreign(wrong));
    }
    let reader = FileReader::try_new_buffered(file, None).map_err(damaged)?;
    let (mut rows, mut firsts) = (Rows::default(), vec![0]);
    for batch in reader {
        read::take(&batch.map_err(damaged)?, &mut rows).map_err(|e| match e {
            read::Bad::Value(what) => foreign(what),
            read::Bad::Arrow(source) => damaged(source),
        })?;
        firsts.push(rows.at.len());
    }
    let texts = Texts::Filed(FileTexts::new(path.to_owned(), firsts));
    Ok(rows.points(texts))
}

/// A column of a batch by its name.
fn column<'a, T: 'static>(batch: &'a arrow_array::RecordBatch, name: &str) -> Result<&'a T, ArrowError> {
    let column: Option<&Arc<dyn arrow_array::Array>> = batch.column_by_name(name);
    let column = column.and_then(|column| column.as_any().downcast_ref());
    column.ok_or_else(|| ArrowError::SchemaError(format!("no column `{name}` of the expected type")))
}
