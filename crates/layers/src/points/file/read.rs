//! From the batches of an Arrow file to rows.

use super::column;
use crate::points::build::{Rows, seconds};
use crate::points::{Fixed, IdIndex, Kind};
use arrow_array::types::UInt16Type;
use arrow_array::{
    Array, DictionaryArray, Float32Array, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray,
    UInt32Array,
};
use arrow_schema::ArrowError;
use city::{CityTime, DistrictCode, LonLat, Place, RiskClass, TownshipCode};
use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value::Error};
use std::collections::HashMap;

/// Why a batch cannot be taken.
pub(super) enum Bad {
    Value(String),
    Arrow(ArrowError),
}

impl From<ArrowError> for Bad {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

/// The key of a grade, segment or layer, as on the wire.
pub(super) fn key_of(value: impl Serialize) -> String {
    // They are unit variants: their form is always a text.
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}

/// A column of keys, with what each entry of its dictionary means.
struct Keys<'a, T> {
    rows: &'a DictionaryArray<UInt16Type>,
    meanings: Vec<Result<T, String>>,
}

impl<'a, T: Clone> Keys<'a, T> {
    fn of(batch: &'a RecordBatch, name: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<Self, Bad> {
        let rows: &DictionaryArray<UInt16Type> = column(batch, name)?;
        let texts = rows.values().as_any().downcast_ref::<StringArray>();
        let texts = texts.ok_or_else(|| Bad::Value(format!("the dictionary of `{name}` holds no text")))?;
        let meaning = |text: Option<&str>| {
            let text = text.unwrap_or_default();
            read(text).ok_or_else(|| format!("`{text}` is no {name}"))
        };
        Ok(Self { rows, meanings: texts.iter().map(meaning).collect() })
    }

    fn get(&self, row: usize) -> Result<Option<T>, Bad> {
        let Some(key) = self.rows.key(row) else { return Ok(None) };
        match self.meanings.get(key) {
            Some(Ok(meaning)) => Ok(Some(meaning.clone())),
            Some(Err(why)) => Err(Bad::Value(why.clone())),
            None => {
                Err(Bad::Value(format!("row {row} of a batch names entry {key} of a smaller dictionary")))
            }
        }
    }

    /// The number of the entry that `row` names, one past the last for none.
    fn entry(&self, row: usize) -> usize {
        self.rows.key(row).unwrap_or(self.meanings.len())
    }
}

fn plain<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(IntoDeserializer::<Error>::into_deserializer(text)).ok()
}

/// Adds the rows of `batch`.
pub(super) fn take(batch: &RecordBatch, rows: &mut Rows) -> Result<(), Bad> {
    let ids: &StringArray = column(batch, "id")?;
    let lons: &Float64Array = column(batch, "lon")?;
    let lats: &Float64Array = column(batch, "lat")?;
    let class = Keys::of(batch, "class", |key| RiskClass::is_valid_key(key).then(|| RiskClass::from(key)))?;
    // A grade that nobody has is never asked for.
    let grade = Keys::of(batch, "grade", plain)?;
    let segment = Keys::of(batch, "segment", plain)?;
    let layer = Keys::of(batch, "layer", plain)?;
    let districts: &UInt32Array = column(batch, "district_code")?;
    let townships: &UInt32Array = column(batch, "township_code")?;
    let values: &Float32Array = column(batch, "value")?;
    let measured: &TimestampMillisecondArray = column(batch, "measured")?;
    // Few kinds and places are asked for again and again.
    let mut kinds: HashMap<[usize; 4], u16> = HashMap::new();
    let mut last_place: Option<(Option<Place>, u16)> = None;
    for row in 0..batch.num_rows() {
        let entries = [class.entry(row), grade.entry(row), segment.entry(row), layer.entry(row)];
        let kind = match kinds.get(&entries) {
            Some(kind) => *kind,
            None => {
                let need = |name: &str| Bad::Value(format!("row {row} of a batch has no {name}"));
                let kind = Kind {
                    class: class.get(row)?.ok_or_else(|| need("class"))?,
                    grade: grade.get(row)?,
                    segment: segment.get(row)?.ok_or_else(|| need("segment"))?,
                    layer: layer.get(row)?.ok_or_else(|| need("layer"))?,
                };
                let number = rows.kinds.number(&kind);
                let number =
                    number.ok_or_else(|| Bad::Value("more than 65,536 kinds of points".to_owned()))?;
                kinds.insert(entries, number);
                number
            }
        };
        let valid = !districts.is_null(row) && !townships.is_null(row);
        let place = valid.then(|| Place {
            district: DistrictCode(districts.value(row)),
            township: TownshipCode(townships.value(row)),
        });
        let place = match last_place {
            Some((last, number)) if last == place => number,
            _ => {
                let number = rows.places.number(&place);
                let number = number.ok_or_else(|| Bad::Value("more than 65,536 townships".to_owned()))?;
                last_place = Some((place, number));
                number
            }
        };
        let somewhere = !lons.is_null(row) && !lats.is_null(row);
        let at = if somewhere {
            LonLat::new(lons.value(row), lats.value(row))
        } else {
            LonLat::new(f64::NAN, 0.0)
        };
        rows.at.push(Fixed::of(at));
        rows.kind.push(kind);
        rows.place.push(place);
        rows.value.push(if values.is_null(row) { f32::NAN } else { values.value(row) });
        rows.measured_s.push(if measured.is_null(row) { 0 } else { seconds(CityTime(measured.value(row))) });
        rows.hash.push(IdIndex::hash(ids.value(row)));
    }
    Ok(())
}
