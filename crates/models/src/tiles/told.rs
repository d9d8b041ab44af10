//! Tells a tileset from other JSON without reading much of it.

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// What begins a file that says in which code it is written.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether a file holds the JSON of a tileset: at its top are a root and an asset or error, and it is no GeoJSON. No more
/// is read than tells it.
pub fn is_tileset(file: &Path) -> bool {
    let Ok(mut reader) = File::open(file).map(BufReader::new) else { return false };
    if reader.fill_buf().is_ok_and(|begin| begin.starts_with(MARK)) {
        reader.consume(MARK.len());
    }
    let mut top = Top::default();
    // Where it breaks off, also by itself, what was found until then tells.
    let _ = serde_json::Deserializer::from_reader(reader).deserialize_map(&mut top);
    top.has_root && top.is_told
}

#[derive(Default)]
struct Top {
    has_root: bool,
    is_told: bool,
}

impl<'de> Visitor<'de> for &mut Top {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "root" => self.has_root = true,
                "asset" | "geometricError" => self.is_told = true,
                // All GeoJSON has a type, mostly first.
                "type" | "features" => return Err(M::Error::custom("features")),
                _ => {}
            }
            if self.has_root && self.is_told {
                return Err(M::Error::custom("enough is known"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_tileset_is_told_from_features_and_garbage() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.json");
        for (text, is) in [
            (r#"{"asset":{"version":"1.0"},"geometricError":9,"root":{"children":[]}}"#, true),
            ("\u{feff} {\"root\":{},\"geometricError\":9}", true),
            (r#"{"type":"FeatureCollection","features":[],"root":1,"asset":1}"#, false),
            (r#"{"asset":{"version":"2.0"},"nodes":[]}"#, false),
            (r#"{"root":7}"#, false),
            (r#"[{"root":1,"asset":1}]"#, false),
            ("<html>", false),
            ("", false),
        ] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(is_tileset(&file), is, "{text}");
        }
        assert!(!is_tileset(folder.path()) && !is_tileset(Path::new("/nowhere/x.json")));
    }
}
