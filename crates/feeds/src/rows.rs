//! Reading JSON row by row, so that one bad row costs only itself.

use crate::problems::Problems;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The rows of the array `name` of `object` that are readable; an absent array has none.
pub(crate) fn read_array<T: DeserializeOwned>(
    object: &mut Map<String, Value>,
    name: &str,
    problems: &mut Problems,
) -> Vec<T> {
    match object.remove(name) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(rows)) => {
            rows.into_iter().filter_map(|row| read_row(row, name, problems)).collect()
        }
        Some(other) => {
            problems.add(format_args!("`{name}` is no array"), &other.to_string());
            Vec::new()
        }
    }
}

/// The rows of a table in columns: row `i` is the object of every column's `i`-th cell. Columns of another
/// length than `id` cannot be told apart, so such a table has no rows.
pub(crate) fn read_columns<T: DeserializeOwned>(
    object: &mut Map<String, Value>,
    name: &str,
    problems: &mut Problems,
) -> Vec<T> {
    let columns = match object.remove(name) {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Object(columns)) => columns,
        Some(other) => {
            problems.add(format_args!("`{name}` holds no columns"), &other.to_string());
            return Vec::new();
        }
    };
    let length = columns.get("id").and_then(Value::as_array).map_or(0, Vec::len);
    let mut rows = vec![Map::new(); length];
    for (key, column) in columns {
        match column {
            Value::Array(cells) if cells.is_empty() => {}
            Value::Array(cells) if cells.len() == length => {
                for (row, cell) in rows.iter_mut().zip(cells) {
                    row.insert(key.clone(), cell);
                }
            }
            other => {
                let found = other.as_array().map_or("no array".to_owned(), |a| format!("{} cells", a.len()));
                problems.add(format_args!("`{name}.{key}` for {length} ids"), &found);
                return Vec::new();
            }
        }
    }
    rows.into_iter().filter_map(|row| read_row(Value::Object(row), name, problems)).collect()
}

/// One row; a bad one is counted with its beginning.
pub(crate) fn read_row<T: DeserializeOwned>(row: Value, name: &str, problems: &mut Problems) -> Option<T> {
    match T::deserialize(&row) {
        Ok(row) => Some(row),
        Err(why) => {
            problems.add(format_args!("`{name}`: {why}"), &row.to_string());
            None
        }
    }
}
