//! The state folder: claimed by one console at a time, by a lock that the system drops when the console dies.

use crate::config::StateDir;
use crate::error::LinkError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The file whose lock is the claim; it holds the process id of whoever holds it.
const LOCK: &str = "lock";
/// How many consoles one user may run at once.
const MOST_CONSOLES: u32 = 64;

/// A claimed folder; dropping it gives it free.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) dir: PathBuf,
    _lock: File,
}

/// Claims the folder, or the first free one beside it where that is allowed.
pub(crate) fn claim(state: &StateDir) -> Result<Claimed, LinkError> {
    match state {
        StateDir::Own(dir) => claim_dir(dir),
        StateDir::Shared(first) => {
            let mut taken = claim_dir(first);
            for number in 2..=MOST_CONSOLES {
                match taken {
                    Err(LinkError::InUse { .. }) => taken = claim_dir(&numbered(first, number)),
                    other => return other,
                }
            }
            taken
        }
    }
}

/// Claims the folders beside `mine` that no console runs on and that hold an outbox.
pub(crate) fn left_behind(state: &StateDir, mine: &Path) -> Vec<Claimed> {
    let StateDir::Shared(first) = state else { return Vec::new() };
    let all = (1..=MOST_CONSOLES).map(|n| if n == 1 { first.clone() } else { numbered(first, n) });
    all.filter(|dir| dir != mine && dir.join(crate::outbox::FILE).is_file())
        .filter_map(|dir| claim_dir(&dir).ok())
        .collect()
}

fn numbered(first: &Path, number: u32) -> PathBuf {
    let mut name = first.file_name().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    first.with_file_name(name)
}

fn claim_dir(dir: &Path) -> Result<Claimed, LinkError> {
    let unusable = |source| LinkError::StateDir { dir: dir.to_owned(), source };
    std::fs::create_dir_all(dir).map_err(unusable)?;
    let mut lock = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(dir.join(LOCK))
        .map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Who holds it is told where it can be read; that it is held is certain without.
            let _ = lock.read_to_string(&mut holder);
            let holder = match holder.trim() {
                "" => "unknown".to_owned(),
                pid => pid.to_owned(),
            };
            return Err(LinkError::InUse { dir: dir.to_owned(), holder });
        }
        Err(TryLockError::Error(source)) => return Err(unusable(source)),
    }
    lock.set_len(0).and_then(|()| lock.rewind()).map_err(unusable)?;
    // On a full disk the process id stays unwritten, which costs only a word in somebody else's message.
    let _ = writeln!(lock, "{}", std::process::id());
    Ok(Claimed { dir: dir.to_owned(), _lock: lock })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_named_folder_is_one_consoles_and_the_users_makes_room() {
        let root = tempfile::tempdir().unwrap();
        let base = root.path().join("console");
        let first = claim(&StateDir::Shared(base.clone())).unwrap();
        let second = claim(&StateDir::Shared(base.clone())).unwrap();
        assert_eq!((first.dir.clone(), second.dir.clone()), (base.clone(), root.path().join("console-2")));
        let error = claim(&StateDir::Own(base.clone())).unwrap_err().to_string();
        assert!(error.contains(&std::process::id().to_string()) && error.contains("--state"), "{error}");
        drop(first);
        assert_eq!(claim(&StateDir::Own(base.clone())).unwrap().dir, base);
    }

    #[test]
    fn only_folders_nobody_runs_on_are_left_behind() {
        let root = tempfile::tempdir().unwrap();
        let state = StateDir::Shared(root.path().join("console"));
        let mine = claim(&state).unwrap();
        let (alive, dead) = (claim(&state).unwrap(), claim(&state).unwrap());
        for dir in [&alive.dir, &dead.dir] {
            File::create(dir.join(crate::outbox::FILE)).unwrap();
        }
        let dead_dir = dead.dir.clone();
        drop(dead);
        let found: Vec<_> = left_behind(&state, &mine.dir).into_iter().map(|c| c.dir).collect();
        assert_eq!(found, vec![dead_dir]);
    }

    #[test]
    fn a_file_in_the_way_is_said() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("f");
        File::create(&file).unwrap();
        let error = claim(&StateDir::Own(file.join("x"))).unwrap_err().to_string();
        assert!(error.contains("cannot be used"), "{error}");
    }
}
