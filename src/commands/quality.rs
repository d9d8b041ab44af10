//! `shancheng quality`: how good what the city is told is, source by source.

use super::{print_json, print_line, vital};
use crate::arguments::Quality;
use crate::failure::Outcome;
use link::Wish;

/// Prints each source with its score and why it is not better.
pub fn run(words: &Quality, json: bool) -> Outcome {
    let wish = Wish { quality: true, ..Wish::default() };
    let felt = vital::ask(&words.backend, &words.credentials, wish)?;
    let Some(told) = felt.quality else { return Ok(()) };
    if json {
        return print_json(&*told);
    }
    for source in &told.sources {
        let score = source.score.map_or_else(|| "-".to_owned(), |score| format!("{score:.1}"));
        print_line(&format!("{:<16} {score:>6}  {} {}", source.id, source.name.zh, source.name.en))?;
        for reason in &source.reasons {
            print_line(&format!("  -{:.1}  {} / {}", reason.lost, reason.zh, reason.en))?;
        }
    }
    Ok(())
}
