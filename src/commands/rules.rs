//! `shancheng rules`: the files of the rules that watch the city.

mod recorded;

use super::{print_json, print_line};
use crate::arguments::Rules;
use crate::failure::Outcome;
use anyhow::Context;
use backend::training::record::Recording;
use backend::watching::RuleFiles;
use serde_json::json;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;
use watch::register::Register;
use watch::rules::shipped_files;

/// Does what the words say.
pub fn run(words: Rules, json: bool) -> Outcome {
    match words {
        Rules::Check { folder } => check(folder.as_deref(), json),
        Rules::Copy { folder } => copy(&folder, json),
        Rules::Evaluate { record, rules, out } => {
            recorded::evaluate(&record, rules.as_deref(), out.as_deref(), json)
        }
        Rules::Record { folder, seed, from, hours, one_in } => {
            let for_s = (hours * 3_600.0).round() as u32;
            let recording = Recording { seed, from, for_s, one_in: one_in as usize };
            recorded::record(&folder, &recording, json)
        }
    }
}

fn check(folder: Option<&Path>, json: bool) -> Outcome {
    let register = Register::shipped()?;
    let files = match RuleFiles::open(folder, &register) {
        Ok(files) => files,
        Err(fault) => {
            if json {
                print_json(&json!({ "rules": 0, "faults": fault.faults }))?;
            }
            return Err(fault.into());
        }
    };
    let rules = files.rules().rules();
    if json {
        let told = rules.iter().map(|rule| {
            json!({"id": *rule.id, "zh": *rule.zh, "en": *rule.en, "system": *rule.system,
                "kind": rule.logic.condition.kind(), "algorithm": *rule.algorithm.id,
                "version": *rule.algorithm.version, "file": *rule.stands.0, "line": rule.stands.1})
        });
        return print_json(&json!({ "rules": rules.len(), "faults": [], "list": told.collect::<Vec<_>>() }));
    }
    for rule in rules {
        let (file, line) = &rule.stands;
        print_line(&format!(
            "{:28} {:10} {} ({file}:{line})",
            rule.id,
            rule.logic.condition.kind(),
            rule.zh
        ))?;
    }
    print_line(&format!("{} rules hold", rules.len()))
}

fn copy(folder: &Path, json: bool) -> Outcome {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut written = Vec::new();
    for (name, text) in shipped_files() {
        let path = folder.join(name);
        let file = File::options().write(true).create_new(true).open(&path);
        match file.and_then(|mut file| file.write_all(text.as_bytes())) {
            Ok(()) => written.push(name),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                eprintln!("{} is there already and stays as it is", path.display());
            }
            Err(error) => return Err(anyhow::anyhow!("{}: {error}", path.display()).into()),
        }
    }
    if json {
        return print_json(&json!({ "folder": folder, "files": written }));
    }
    let (n, folder) = (written.len(), folder.display());
    print_line(&format!("{n} files in {folder}; change them, then shancheng city serve --rules {folder}"))
}
