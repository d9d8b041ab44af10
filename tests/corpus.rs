//! What the fuzzer made and found, read by every reader: each answers or refuses, none panics or hangs.

#[path = "../fuzz/src/lib.rs"]
mod readers;

use std::path::Path;

#[test]
fn every_reader_answers_or_refuses_what_the_fuzzer_kept() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, _) in readers::READERS {
        let kept: Vec<_> = std::fs::read_dir(corpus.join(name)).unwrap().flatten().collect();
        assert!(!kept.is_empty(), "nothing is kept for `{name}`");
        for entry in kept {
            // The name of what a reader cannot bear stands in the output above its panic.
            println!("{}", entry.path().display());
            readers::read(name, &std::fs::read(entry.path()).unwrap());
        }
    }
}
