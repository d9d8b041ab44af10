//! What the placeholders of an address mean.

use super::error::ImagerySourceError;

/// A piece of an address.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Text(String),
    Zoom,
    Column,
    Row,
    RowFromSouth,
    QuadKey,
    OneOf(Vec<String>),
}

/// What `{name}` means in an address of `host`.
pub(super) fn part(name: &str, host: &str) -> Result<Part, ImagerySourceError> {
    let (host, owned) = (host.to_owned(), name.to_owned());
    Ok(match name.to_ascii_lowercase().as_str() {
        "z" | "tilematrix" => Part::Zoom,
        "x" | "tilecol" => Part::Column,
        "y" | "tilerow" => Part::Row,
        "-y" => Part::RowFromSouth,
        "q" | "quadkey" => Part::QuadKey,
        "s" => Part::OneOf(["a", "b", "c"].map(str::to_owned).to_vec()),
        "tilematrixset" | "style" | "layer" | "format" | "time" => {
            return Err(ImagerySourceError::FillIn { host, name: owned });
        }
        _ => match alternatives(name) {
            Some(names) => Part::OneOf(names),
            None => return Err(ImagerySourceError::Unknown { host, name: owned }),
        },
    })
}

/// `a-c` and `switch:a,b,c`: the names they stand for.
fn alternatives(name: &str) -> Option<Vec<String>> {
    if let Some(list) = name.strip_prefix("switch:") {
        let names: Vec<_> = list.split(',').map(|name| name.trim().to_owned()).collect();
        return names.iter().all(|name| !name.is_empty()).then_some(names);
    }
    let [first, b'-', last] = *name.as_bytes() else { return None };
    let one_kind = |kind: fn(&u8) -> bool| kind(&first) && kind(&last);
    let is_span =
        one_kind(u8::is_ascii_digit) || one_kind(u8::is_ascii_lowercase) || one_kind(u8::is_ascii_uppercase);
    (is_span && first <= last).then(|| (first..=last).map(|c| char::from(c).to_string()).collect())
}
