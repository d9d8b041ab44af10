//! The vital signs on the command line.

use crate::running::{Backend, errors, run};

#[test]
fn a_sign_is_printed_with_its_past_and_the_quality_without_the_signs() {
    let home = tempfile::tempdir().unwrap();
    let backend = Backend::start(home.path(), &[]);
    let out = run(home.path(), &["vital", "traffic-index", "--backend", &backend.url]);
    assert_eq!(out.status.code(), Some(0), "{}", errors(&out));
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    println!("{text}");
    assert!(text.lines().filter(|line| line.contains('█')).count() >= 24, "{text}");
    assert!(text.contains("yesterday") && text.contains("usually"), "{text}");
    assert_eq!(text.lines().filter(|line| line.trim_start().starts_with("500103 ")).count(), 1, "{text}");
    let out = run(home.path(), &["quality", "--backend", &backend.url]);
    assert!(String::from_utf8_lossy(&out.stdout).contains("training-city"), "{}", errors(&out));
}
