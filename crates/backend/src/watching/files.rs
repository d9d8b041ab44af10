//! The files of the rules in a folder: read at the start, and again whenever one of them changed.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use thiserror::Error;
use watch::register::Register;
use watch::rules::{RuleSet, shipped_files};

/// How often the folder is looked at.
const LOOK: Duration = Duration::from_millis(1_000);
/// How many faults everybody who looks at the city is told.
const MOST_FAULTS: usize = 20;
/// A file that was changed so lately may be changed again within one step of the file system's clock.
const GRAIN: Duration = Duration::from_secs(3);
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
    /// Name, length and time of change of each, as far as that tells whether they must be read; `None` where it does not.
    marks: Option<Vec<Mark>>,
    looked: Instant,
    /// The rules that hold.
    rules: RuleSet,
    /// What is wrong with the files as they are now.
    faults: Vec<String>,
}

impl RuleFiles {
    /// The rules in `folder`, or those that ship; checked against the register.
    pub fn open(folder: Option<&Path>, register: &Register) -> Result<Self, RulesFault> {
        let marks = folder.and_then(marks);
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
            marks,
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

    /// Where the rules come from: `shipped` or `folder`. Which folder is nobody's business who looks at the city.
    pub fn from(&self) -> &'static str {
        if self.folder.is_some() { "folder" } else { "shipped" }
    }

    /// In how many files they were found when these were read last.
    pub fn count(&self) -> usize {
        self.seen.as_ref().map_or(0, Vec::len)
    }

    /// The rules anew, where a file changed since the last look; to be asked often.
    pub fn changed(&mut self, register: &Register) -> Option<Result<RuleSet, Vec<String>>> {
        let folder = self.folder.as_deref().filter(|_| self.looked.elapsed() >= LOOK)?;
        self.looked = Instant::now();
        let marks = marks(folder);
        // Who looks is the owner of the city, who has better to do than to read what nobody wrote.
        if marks.is_some() && marks == self.marks {
            return None;
        }
        // The marks are older than the texts: what is written in between is read at the next look.
        self.marks = marks;
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

/// By what it is seen that a file was changed: its path, its length and when it was changed last.
type Mark = (PathBuf, u64, SystemTime);

/// The marks of the `.toml` files of a folder; `None` where they cannot be had, or one was changed too lately to tell.
fn marks(folder: &Path) -> Option<Vec<Mark>> {
    let mut marks = Vec::new();
    for entry in std::fs::read_dir(folder).ok()? {
        let path = entry.ok()?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let known = std::fs::metadata(&path).ok()?;
            marks.push((path, known.len(), known.modified().ok()?));
        }
    }
    marks.sort();
    let now = SystemTime::now();
    // One from the future has a clock that tells nothing here.
    let is_old = |(_, _, changed): &Mark| now.duration_since(*changed).is_ok_and(|age| age >= GRAIN);
    marks.iter().all(is_old).then_some(marks)
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const RULES: &str = include_str!("../../../../assets/watch/rules/gas.toml");

    #[test]
    fn files_that_nobody_wrote_are_not_read_again_and_what_is_written_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("gas.toml");
        let write = |text: &str, age: Duration| {
            std::fs::write(&file, text).unwrap();
            let changed = SystemTime::now() - age;
            std::fs::File::options().write(true).open(&file).unwrap().set_modified(changed).unwrap();
        };
        write(RULES, Duration::from_secs(60));
        for n in 0..20 {
            std::fs::write(folder.path().join(format!("{n}.txt")), vec![0; 1 << 20]).unwrap();
        }
        let register = Register::shipped().unwrap();
        let mut files = RuleFiles::open(Some(folder.path()), &register).unwrap();
        let look = |files: &mut RuleFiles| {
            files.looked = Instant::now().checked_sub(LOOK).unwrap();
            files.changed(&register)
        };
        let began = Instant::now();
        for _ in 0..100 {
            assert!(look(&mut files).is_none());
        }
        let marked = began.elapsed() / 100;
        let began = Instant::now();
        for _ in 0..100 {
            assert_eq!(texts(folder.path()), files.seen);
        }
        println!("a quiet look takes {marked:?}; to read the files took {:?}", began.elapsed() / 100);
        // Of the same length, at another time; and within the grain of the clock, at the same.
        let milder = RULES.replace("red = 50.0", "red = 51.0");
        write(&milder, Duration::from_secs(30));
        assert!(look(&mut files).is_some_and(|read| read.is_ok()));
        write(RULES, Duration::ZERO);
        let at = std::fs::metadata(&file).unwrap().modified().unwrap();
        assert!(look(&mut files).is_some());
        std::fs::write(&file, &milder).unwrap();
        std::fs::File::options().write(true).open(&file).unwrap().set_modified(at).unwrap();
        assert!(look(&mut files).is_some());
        // What goes is seen, and so is what comes back.
        std::fs::remove_file(&file).unwrap();
        assert!(look(&mut files).is_some_and(|read| read.is_err()) && files.count() == 0);
        write(RULES, Duration::from_secs(90));
        assert!(look(&mut files).is_some_and(|read| read.is_ok()));
        assert!(look(&mut files).is_none() && files.from() == "folder");
    }
}
