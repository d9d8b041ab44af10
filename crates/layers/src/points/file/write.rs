//! Writing points into an Arrow file, beside it first, so that a full disk leaves no half file under its name.

use super::{BATCH, schema};
use crate::points::{Points, PointsError};
use arrow_array::types::UInt16Type;
use arrow_array::{
    ArrayRef, DictionaryArray, Float32Array, Float64Array, RecordBatch, StringArray,
    TimestampMillisecondArray, UInt16Array, UInt32Array,
};
use arrow_ipc::writer::FileWriter;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Writes `points` to `path`.
pub fn write(points: &Points, path: &Path) -> Result<(), PointsError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = std::path::PathBuf::from(beside);
    // The name asked for is that of a file, or of nothing yet: a device or folder in its place is not replaced.
    if path.exists() && !path.is_file() {
        return Err(failed(path, std::io::Error::other("it is no file, so points cannot be written there")));
    }
    let written = write_beside(points, path, &beside);
    let done = written.and_then(|()| std::fs::rename(&beside, path).map_err(|source| failed(path, source)));
    if done.is_err() {
        // What is half written is of no use to anybody; if it cannot be removed either, the error says enough.
        let _ = std::fs::remove_file(&beside);
    }
    done
}

fn failed(path: &Path, source: std::io::Error) -> PointsError {
    PointsError::File { file: path.to_owned(), source }
}

/// Errors name `path`, which is what was asked for.
fn write_beside(points: &Points, path: &Path, beside: &Path) -> Result<(), PointsError> {
    let damaged = |source| match source {
        // The disk's own word is clearer than Arrow's.
        arrow_schema::ArrowError::IoError(_, source) => failed(path, source),
        source => PointsError::Arrow { file: path.to_owned(), source },
    };
    let file = File::create(beside).map_err(|source| failed(path, source))?;
    let mut writer = FileWriter::try_new(BufWriter::new(file), &schema()).map_err(damaged)?;
    let words = Words::of(points);
    for from in (0..points.len()).step_by(BATCH) {
        let rows = from..(from + BATCH).min(points.len());
        let batch = RecordBatch::try_new(Arc::new(schema()), words.columns(points, rows)?);
        writer.write(&batch.map_err(damaged)?).map_err(damaged)?;
    }
    writer.finish().map_err(damaged)?;
    let mut file = writer.into_inner().map_err(damaged)?;
    file.flush().and_then(|()| file.get_ref().sync_all()).map_err(|source| failed(path, source))
}

/// The dictionaries of a file: for each kind the key of its class, grade, segment and layer.
struct Words {
    parts: [ArrayRef; 4],
    has_grade: Vec<bool>,
}

impl Words {
    fn of(points: &Points) -> Self {
        let kinds = points.kinds();
        let text = |keys: Vec<String>| Arc::new(StringArray::from(keys)) as ArrayRef;
        let parts = [
            text(kinds.iter().map(|k| k.class.key().to_owned()).collect()),
            text(kinds.iter().map(|k| k.grade.map(super::read::key_of).unwrap_or_default()).collect()),
            text(kinds.iter().map(|k| super::read::key_of(k.segment)).collect()),
            text(kinds.iter().map(|k| super::read::key_of(k.layer)).collect()),
        ];
        Self { parts, has_grade: kinds.iter().map(|k| k.grade.is_some()).collect() }
    }

    fn columns(&self, points: &Points, rows: Range<usize>) -> Result<Vec<ArrayRef>, PointsError> {
        let (mut ids, mut names) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        let mut block = points.texts().block(rows.start)?;
        for row in rows.clone() {
            if row >= block.first + block.ids.len() {
                block = points.texts().block(row)?;
            }
            ids.push(block.id(row).to_owned());
            names.push(block.name(row).to_owned());
        }
        let kinds: Vec<u16> = rows.clone().map(|row| points.kind_number(row)).collect();
        let part = |n: usize| -> ArrayRef {
            let keys =
                kinds.iter().map(|kind| (n != 1 || self.has_grade[usize::from(*kind)]).then_some(*kind));
            let keys: UInt16Array = keys.collect();
            // Every key is the number of a kind, so that none lies outside.
            match DictionaryArray::<UInt16Type>::try_new(keys, self.parts[n].clone()) {
                Ok(part) => Arc::new(part),
                Err(_) => Arc::new(StringArray::new_null(rows.len())),
            }
        };
        let at = |row| Some(points.position(row)).filter(|at| at.is_valid());
        let place = |row| points.place(row);
        let lons: Float64Array = rows.clone().map(|row| at(row).map(|at| at.lon)).collect();
        let lats: Float64Array = rows.clone().map(|row| at(row).map(|at| at.lat)).collect();
        let districts: UInt32Array = rows.clone().map(|row| place(row).map(|p| p.district.0)).collect();
        let townships: UInt32Array = rows.clone().map(|row| place(row).map(|p| p.township.0)).collect();
        let values: Float32Array =
            rows.clone().map(|row| Some(points.value(row)).filter(|v| !v.is_nan())).collect();
        let measured: TimestampMillisecondArray =
            rows.clone().map(|row| points.measured(row).map(|at| at.0)).collect();
        Ok(vec![
            Arc::new(StringArray::from(ids)),
            Arc::new(StringArray::from(names)),
            Arc::new(lons),
            Arc::new(lats),
            part(0),
            part(1),
            part(2),
            part(3),
            Arc::new(districts),
            Arc::new(townships),
            Arc::new(values),
            Arc::new(measured.with_timezone("UTC")),
        ])
    }
}
