//! `shancheng journal`: a backend's journal checked, or written out.

use super::{print_json, print_line};
use crate::arguments::Journal;
use crate::failure::Outcome;
use anyhow::Context;
use backend::archive;
use serde_json::json;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Does what the words say.
pub fn run(words: Journal, json: bool) -> Outcome {
    match words {
        Journal::Verify { file, noted } => {
            let file = database(&file);
            let verified = archive::verify(&file, noted)?;
            if json {
                return print_json(&verified);
            }
            let archive::Verified { entries, events, commands, refusals, head } = verified;
            print_line(&format!(
                "{} holds: {entries} entries, of them {events} events, {commands} commands, {refusals} lines of refusals",
                file.display()
            ))?;
            print_line(&format!("its head, to be noted elsewhere: {head}"))
        }
        Journal::Export { file, out } => {
            let file = database(&file);
            let Some(out) = out else {
                archive::export(&file, &mut BufWriter::new(std::io::stdout().lock()))?;
                return Ok(());
            };
            let made = File::create(&out).with_context(|| format!("writing {}", out.display()))?;
            let entries = archive::export(&file, &mut BufWriter::new(made))?;
            if json {
                return print_json(&json!({"file": out, "entries": entries}));
            }
            print_line(&format!("{}: {entries} entries", out.display()))
        }
    }
}

/// The database where its folder is named.
fn database(file: &Path) -> PathBuf {
    if file.is_dir() { file.join("city.sqlite") } else { file.to_owned() }
}
