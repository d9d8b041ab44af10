//! The properties of a FlatGeobuf feature: a number of a column and a value of its type, again and again.

use super::properties::{Names, Properties, Value};
use flatgeobuf::ColumnType;
use std::sync::Arc;

/// The columns of a file or feature: name and type.
pub(super) type Columns = Vec<(Arc<str>, ColumnType)>;

/// Names and types of columns.
pub(super) fn columns<'a>(list: impl Iterator<Item = flatgeobuf::Column<'a>>, names: &mut Names) -> Columns {
    list.map(|column| (names.shared(column.name()), column.type_())).collect()
}

/// Takes numbers off the front of bytes.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn long(&mut self) -> Option<&'a [u8]> {
        let count = u32::from_le_bytes(self.array()?);
        self.take(count as usize)
    }
}

/// Reads properties as far as they can be; false when there is more that cannot.
pub(super) fn properties(bytes: &[u8], columns: &Columns) -> (Properties, bool) {
    let (mut bytes, mut out) = (Bytes(bytes), Vec::new());
    while !bytes.0.is_empty() {
        let column = bytes.array().map(u16::from_le_bytes).and_then(|n| columns.get(usize::from(n)));
        let Some((name, kind)) = column else { return (Properties(out), false) };
        let Some(value) = value(&mut bytes, *kind) else { return (Properties(out), false) };
        out.extend(value.map(|value| (name.clone(), value)));
    }
    (Properties(out), true)
}

/// A value: none where it breaks off, and nothing inside where it is of no use here.
fn value(bytes: &mut Bytes, kind: ColumnType) -> Option<Option<Value>> {
    let number = match kind {
        ColumnType::Bool => return Some(Some(Value::Bool(bytes.array::<1>()? != [0]))),
        ColumnType::String | ColumnType::DateTime => {
            let text = String::from_utf8_lossy(bytes.long()?).into_owned();
            return Some(Some(Value::Text(text)));
        }
        ColumnType::Json | ColumnType::Binary => return bytes.long().map(|_| None),
        ColumnType::Byte => i8::from_le_bytes(bytes.array()?).into(),
        ColumnType::UByte => u8::from_le_bytes(bytes.array()?).into(),
        ColumnType::Short => i16::from_le_bytes(bytes.array()?).into(),
        ColumnType::UShort => u16::from_le_bytes(bytes.array()?).into(),
        ColumnType::Int => i32::from_le_bytes(bytes.array()?).into(),
        ColumnType::UInt => u32::from_le_bytes(bytes.array()?).into(),
        ColumnType::Long => i64::from_le_bytes(bytes.array()?) as f64,
        ColumnType::ULong => u64::from_le_bytes(bytes.array()?) as f64,
        ColumnType::Float => f32::from_le_bytes(bytes.array()?).into(),
        ColumnType::Double => f64::from_le_bytes(bytes.array()?),
        _ => return None,
    };
    Some(Some(Value::Number(number)))
}
