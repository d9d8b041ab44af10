//! Recorded days: rules, what happened, and what must be told, a file each in `tests/rules`.
//!
//! With `SHANCHENG_REWRITE=1` what is told is written into the files instead; a review reads the difference.
#![allow(clippy::unwrap_used)] // Tests stop where they stand.

#[path = "rules/day.rs"]
mod day;

use day::{Day, check};
use std::path::PathBuf;

fn days() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    files
}

#[test]
fn every_recorded_day_is_told_as_it_was() {
    let wrong: Vec<String> = days().iter().filter_map(|file| check(file).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(days().len() >= 15);
}

#[test]
fn a_day_put_into_other_batches_is_told_the_same() {
    for file in days() {
        let day = Day::read(&file).unwrap();
        let whole = day.run(usize::MAX).unwrap();
        for batch in [1, 2, 7, 64] {
            assert_eq!(day.run(batch).unwrap(), whole, "{} in batches of {batch}", file.display());
        }
    }
}
