//! `shancheng journal`: a backend's journal checked, or written out.

use super::{print_json, print_line};
use crate::arguments::Journal;
use crate::failure::{Failure, Outcome, words as wrong_words};
use anyhow::Context;
use backend::Database;
use backend::archive::{self, JournalAt};
use serde_json::json;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Does what the words say.
pub fn run(words: Journal, json: bool) -> Outcome {
    match words {
        Journal::Verify { file, noted, database_ca } => {
            let at = named(&file, database_ca.as_deref())?;
            let verified = archive::verify(&at, noted)?;
            if json {
                return print_json(&verified);
            }
            let archive::Verified { entries, events, commands, refusals, head } = verified;
            print_line(&format!(
                "{} holds: {entries} entries, of them {events} events, {commands} commands, {refusals} lines of refusals",
                at.named()
            ))?;
            print_line(&format!("its head, to be noted elsewhere: {head}"))
        }
        Journal::Export { file, out, database_ca } => {
            let at = named(&file, database_ca.as_deref())?;
            let Some(out) = out else {
                archive::export(&at, &mut BufWriter::new(std::io::stdout().lock()))?;
                return Ok(());
            };
            let made = File::create(&out).with_context(|| format!("writing {}", out.display()))?;
            let entries = archive::export(&at, &mut BufWriter::new(made))?;
            if json {
                return print_json(&json!({"file": out, "entries": entries}));
            }
            print_line(&format!("{}: {entries} entries", out.display()))
        }
    }
}

/// The journal in a database, in the database of a folder, or in a file.
fn named(file: &Path, ca: Option<&Path>) -> Result<JournalAt, Failure> {
    if let Some(url) = file.to_str().filter(|text| Database::is_named_by(text)) {
        return Ok(JournalAt::Database(
            Database::named(url, ca).map_err(|error| wrong_words(error.to_string()))?,
        ));
    }
    // What names something else may hold a password, which is not to be repeated.
    if file.to_str().is_some_and(|text| text.contains("://")) {
        let why = "a journal lies in a file, in a backend's folder, or in a database named by postgres://";
        return Err(wrong_words(why));
    }
    let file: PathBuf = if file.is_dir() { file.join("city.sqlite") } else { file.to_owned() };
    Ok(JournalAt::from(file))
}
