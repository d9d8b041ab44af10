//! The name by which the broker knows a backend, and under which it keeps what comes while that is away.
//!
//! It stands in the data folder, in `broker-client`, where it can also be written by hand. Backends that share a folder
//! take `broker-client-2` and so on: two of one name would throw one another out for ever.

use crate::BackendError;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// How many backends may share a folder.
const MOST: u32 = 64;
/// The longest name that every broker takes (MQTT 3.1.1, 3.1.3.1).
const LONGEST: usize = 23;

/// A name that is nobody else's while this lives.
pub struct Name {
    /// The name.
    pub text: String,
    _claim: File,
}

/// Takes the first name of `folder` that no other backend goes by.
pub fn claim(folder: &Path) -> Result<Name, BackendError> {
    let trouble = |source| BackendError::Folder { folder: folder.to_owned(), source };
    for number in 1..=MOST {
        let beside = if number == 1 { String::new() } else { format!("-{number}") };
        let path = folder.join(format!("broker-client{beside}"));
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(trouble)?;
        match file.try_lock() {
            Ok(()) => {
                let text = name_in(&mut file).map_err(trouble)?;
                return Ok(Name { text, _claim: file });
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(source)) => return Err(trouble(source)),
        }
    }
    Err(BackendError::InUse { file: folder.join("broker-client") })
}

/// The name that stands in a file; a new one where none does.
fn name_in(file: &mut File) -> std::io::Result<String> {
    let mut known = Vec::new();
    Read::by_ref(file).take(1_024).read_to_end(&mut known)?;
    let known = String::from_utf8_lossy(&known).trim().to_owned();
    if (1..=LONGEST).contains(&known.len()) && known.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(known);
    }
    let chance = uuid::Uuid::new_v4().simple().to_string();
    let new = format!("shancheng-{}", chance.get(..12).unwrap_or_default());
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{new}")?;
    Ok(new)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_folder_keeps_a_name_for_each_of_its_backends() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (claim(folder.path()).unwrap(), claim(folder.path()).unwrap());
        assert_ne!(first.text, second.text);
        let text = first.text.clone();
        assert_eq!((text.len(), text.starts_with("shancheng-")), (22, true));
        drop((first, second));
        assert_eq!(claim(folder.path()).unwrap().text, text);
        let file = folder.path().join("broker-client");
        std::fs::write(&file, "duty-room\n").unwrap();
        assert_eq!(claim(folder.path()).unwrap().text, "duty-room");
        std::fs::write(&file, "a name\u{0}\u{1} of no broker").unwrap();
        assert!(claim(folder.path()).unwrap().text.starts_with("shancheng-"));
    }
}
