//! FlatGeobuf points, by the reader of `overlays`, which converts from the reference system that the file names.

use super::ImportError;
use super::column::{Column, Record};
use super::report::Reason;
use super::taker::Taker;
use geo::Geometry;
use overlays::vector::{Value, read_each};
use std::path::Path;

/// Whole numbers up to here are exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads a file.
pub(super) fn read(path: &Path, taker: &mut Taker) -> Result<String, ImportError> {
    let mut record = Record::default();
    let problems = read_each(path, None, &mut |feature| {
        taker.begin(0);
        record.begin(feature.number);
        for (name, value) in &feature.properties.0 {
            let Some(column) = Column::among(name, &taker.options().columns) else { continue };
            match value {
                Value::Text(text) => record.set(column, text),
                Value::Number(number) if column == Column::Id && number.abs() >= EXACT => {
                    let what = || format!("the id {number} is larger than its column keeps; make it text");
                    return taker.refuse(Reason::IdUnfit, feature.number, what);
                }
                Value::Number(number) => record.set(column, &number.to_string()),
                Value::Bool(_) => {}
            }
        }
        let at = match &feature.geometry {
            Geometry::Point(at) => at.0,
            Geometry::MultiPoint(all) if all.0.len() == 1 => all.0[0].0,
            _ => {
                let what = || "a line or area; make points of it first".to_owned();
                return taker.refuse(Reason::NotAPoint, feature.number, what);
            }
        };
        record.set(Column::Lon, &at.x.to_string());
        record.set(Column::Lat, &at.y.to_string());
        taker.take(&record);
    });
    for problem in problems.map_err(|source| ImportError::FlatGeobuf { source })?.list() {
        taker.refuse_many(Reason::Unreadable, problem.count, || {
            format!("{}: {}", problem.what, problem.sample)
        });
    }
    Ok("FlatGeobuf".to_owned())
}
