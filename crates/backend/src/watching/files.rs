//! The files of the rules in a folder: read at the start, and again whenever one of them changed.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use thiserror::Error;
use watch::register::Register;
use watch::rules::{RuleSet, shipped_files};

/// How often the folder is looked at.
const LOOK: Duration = Duration::from_millis(1_000);
/// How many faults everybody who looks at the city is told.
const MOST_FAULTS: usize = 20;
/// The longest a file may be, bytes.
const LONGEST: u64 = 4 << 20;

/// What is wrong with the files of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the rules of {}: {}", folder.display(), faults.join("\n"))]
pub struct RulesFault {
    /// Which folder.
    pub folder: PathBuf,
    /// Every fault, with file, line and what to do.
    pub faults: Vec<String>,
}

/// Where the rules come from.
#[derive(Debug)]
pub struct RuleFiles {
    /// `None` for the rules that ship.
    folder: Option<PathBuf>,
    /// The files as they were read last, or why they could not be.
    seen: Result<Vec<(String, String)>, String>,
    looked: Instant,
    /// The rules that hold.
    rules: RuleSet,
    /// What is wrong with the files as they are now.
    faults: Vec<String>,
}

impl RuleFiles {
    /// The rules in `folder`, or those that ship; checked against the register.
    pub fn open(folder: Option<&Path>, register: &Register) -> Result<Self, RulesFault> {
        let seen = match folder {
            Some(folder) => texts(folder),
            None => {
                let shipped = shipped_files().into_iter();
                Ok(shipped.map(|(name, text)| (name.to_owned(), text.to_owned())).collect())
            }
        };
        let rules = read(&seen, register)
            .map_err(|faults| RulesFault { folder: folder.unwrap_or(Path::new("")).to_owned(), faults })?;
        Ok(Self {
            folder: folder.map(Path::to_owned),
            seen,
            looked: Instant::now(),
            rules,
            faults: Vec::new(),
        })
    }

    /// The rules that hold: those of the files, as long as these have no fault.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// What is wrong with the files as they are now.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// The rules anew, where a file changed since the last look; to be asked often.
    pub fn changed(&mut self, register: &Register) -> Option<Result<RuleSet, Vec<String>>> {
        let folder = self.folder.as_deref().filter(|_| self.looked.elapsed() >= LOOK)?;
        self.looked = Instant::now();
        let now = texts(folder);
        if now == self.seen {
            return None;
        }
        self.seen = now;
        let read = read(&self.seen, register).map_err(few);
        match &read {
            Ok(rules) => (self.rules, self.faults) = (rules.clone(), Vec::new()),
            Err(faults) => self.faults.clone_from(faults),
        }
        Some(read)
    }
}

/// As many faults as help: all are told by `shancheng rules check`.
fn few(mut faults: Vec<String>) -> Vec<String> {
    let over = faults.len().saturating_sub(MOST_FAULTS);
    if over > 0 {
        faults.truncate(MOST_FAULTS);
        faults.push(format!("and {over} more: shancheng rules check tells all"));
    }
    faults
}

/// The `.toml` files of a folder with their texts, in the order of their names.
fn texts(folder: &Path) -> Result<Vec<(String, String)>, String> {
    // Where the folder lies is nobody's business who looks at the city.
    let name =
        |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let at = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", name(path));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| at(folder, &e))? {
        let path = entry.map_err(|e| at(folder, &e))?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        return Err(at(folder, &"holds no .toml file: write the rules there, a file a system of the city"));
    }
    let read = |path: PathBuf| {
        let length = std::fs::metadata(&path).map_err(|e| at(&path, &e))?.len();
        if length > LONGEST {
            return Err(at(&path, &format_args!("{length} bytes; a file of rules has {LONGEST} at most")));
        }
        let text = std::fs::read_to_string(&path).map_err(|e| at(&path, &e))?;
        Ok((name(&path), text))
    };
    paths.into_iter().map(read).collect()
}

fn read(texts: &Result<Vec<(String, String)>, String>, register: &Register) -> Result<RuleSet, Vec<String>> {
    let texts = texts.as_ref().map_err(|why| vec![why.clone()])?;
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let faults =
        |faults: Vec<watch::rules::RuleError>| faults.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rules = RuleSet::read(&files).map_err(faults)?;
    let unknown = rules.rules().iter().filter_map(|rule| {
        let name = &rule.algorithm;
        let entry = register.get(&name.id.as_ref().into());
        let wrong = match entry {
            None => format!("`{}` is not in the register of algorithms", name.id),
            Some(entry) if entry.version != *name.version => {
                format!("`{}` is registered in version {}, not {}", name.id, entry.version, name.version)
            }
            Some(_) => return None,
        };
        let (file, line) = &rule.stands;
        Some(format!("{file}:{line}: rule `{}`: {wrong}; name an entry that is there", rule.id))
    });
    let unknown: Vec<String> = unknown.collect();
    if unknown.is_empty() { Ok(rules) } else { Err(unknown) }
}
