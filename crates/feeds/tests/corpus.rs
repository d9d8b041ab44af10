//! What the fuzzer keeps for the protocols of this room, handed to every reader of theirs whatever it was made for.

#![allow(clippy::unwrap_used)]

use std::path::Path;

fn each(name: &str, read: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
    let kept: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().collect();
    assert!(kept.len() >= 10, "{name}");
    for entry in kept {
        println!("{}", entry.path().display());
        let bytes = std::fs::read(entry.path()).unwrap();
        for end in [bytes.len(), bytes.len() * 2 / 3, bytes.len() / 3] {
            read(&bytes[1.min(end)..end]);
        }
    }
}

#[test]
fn sensorthings() {
    use feeds::sensorthings::*;
    each("sensorthings", |bytes| {
        if let Ok(read) = read_observations(bytes, None) {
            let written = Service::new("https://a", Version::V1_1).data_array("1", &read.rows).to_string();
            assert_eq!(read_observations(written.as_bytes(), None).unwrap().rows.len(), read.rows.len());
        }
        for kind in Kind::ALL {
            let Ok(page) = read_page(kind, bytes) else { continue };
            let mut catalogue = Catalogue::default();
            catalogue.take(page.entities);
            assert_eq!(catalogue.rows().count(), catalogue.len());
        }
        let _ = read_root(bytes);
        let text = String::from_utf8_lossy(bytes);
        let _ = read_topic(&text);
        if let Ok(options) = read_options(&text) {
            let entity = Entity::new(Kind::Thing, "1").with("name", "a").with("result", 1);
            let _ = options.holds(&entity);
            let _ = Service::new("https://a", Version::V2_0).entity(&entity, &options);
        }
    });
}

#[test]
fn ogc_features() {
    use feeds::ogc_features::*;
    each("ogc_features", |bytes| {
        for crs in [None, Some("<http://www.opengis.net/def/crs/EPSG/0/4490>")] {
            let _ = read_items(bytes, crs);
            let _ = read_feature(bytes, crs);
        }
        let _ =
            (read_collections(bytes), read_collection(bytes), read_landing(bytes), read_conformance(bytes));
        let _ = read_refusal(400, bytes);
        let text = String::from_utf8_lossy(bytes);
        let _ = CrsUri::parse(&text).uri();
        if let Ok(next) = next_address("https://example.invalid/a/b?c=d", &text) {
            assert!(next.starts_with("https://example.invalid/"), "{next}");
        }
    });
}
