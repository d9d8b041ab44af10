//! Every file of assets/layers is named in assets/SOURCES.md with its true hash.

#![allow(clippy::unwrap_used)]

use sha2::{Digest, Sha256};
use std::path::Path;

#[test]
fn every_layer_is_named_with_its_hash() {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let sources = std::fs::read_to_string(assets.join("SOURCES.md")).unwrap();
    let mut total = 0;
    for entry in std::fs::read_dir(assets.join("layers")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        total += bytes.len();
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let row = sources.lines().find(|line| line.starts_with(&format!("| {name} |")));
        let row = row.unwrap_or_else(|| panic!("{name} is not in assets/SOURCES.md"));
        assert!(row.contains(&hash), "assets/SOURCES.md must give {hash} for {name}");
    }
    assert!(total < 6_000_000, "{total} bytes");
}
