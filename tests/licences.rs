//! Every crate that is linked may be linked: its licence is one that asks for no more than its notice.

use std::process::Command;

const ALLOWED: [&str; 16] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "Unicode-3.0",
    "Unlicense",
    "BSL-1.0",
    "MPL-2.0",
    "CDLA-Permissive-2.0",
];

/// Fonts that egui carries come under licences of fonts.
const ALLOWED_FONTS: [&str; 2] = ["OFL-1.1", "Ubuntu-font-1.0"];

/// `A OR B` needs one allowed, `A AND B` needs all; parentheses group the inner OR.
fn allowed(expression: &str) -> bool {
    let known = |one: &str| {
        let one = one.trim().trim_matches(['(', ')']).trim();
        ALLOWED.contains(&one) || ALLOWED_FONTS.contains(&one)
    };
    expression.replace('/', " OR ").split(" AND ").all(|part| part.split(" OR ").any(known))
}

#[test]
fn every_linked_crate_has_an_allowed_licence() {
    // Only this platform's crates are fetched for a build, so only they can be asked without a network.
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &platform])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| !package["license"].as_str().is_some_and(allowed))
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn the_reading_of_licences_can_refuse() {
    assert!(allowed("MIT OR GPL-3.0") && allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(!allowed("GPL-3.0") && !allowed("MIT AND GPL-3.0") && !allowed(""));
}
