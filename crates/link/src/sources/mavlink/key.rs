//! The key that a fleet's frames are signed with, from a file that only its owner should be able to read.

use crate::backoff::Trouble;
use feeds::mavlink::Key;
use feeds::{Cause, Problems};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Longer than any key file.
const LONGEST: u64 = 1024;

/// Reads 32 bytes, or 64 hexadecimal digits with or without space around them.
pub(super) fn read(file: &Path, problems: &mut Problems) -> Result<Key, Trouble> {
    let shown = file.display();
    let unread =
        |error: std::io::Error| Trouble::lasting(Cause::Local, format!("the key file {shown}: {error}"));
    let opened = File::open(file).map_err(unread)?;
    if is_open_to_others(&opened).map_err(unread)? {
        problems.add("others can read the key file, which its owner alone should", &shown.to_string());
        tracing::warn!("others can read the key file {shown}; `chmod 600` puts that right");
    }
    let mut bytes = Vec::new();
    opened.take(LONGEST).read_to_end(&mut bytes).map_err(unread)?;
    key(&bytes).ok_or_else(|| {
        let why = format!(
            "the key file {shown} holds {} bytes: 32 bytes or 64 hexadecimal digits are a key",
            bytes.len()
        );
        Trouble::lasting(Cause::Local, why)
    })
}

fn key(bytes: &[u8]) -> Option<Key> {
    if let Ok(key) = <[u8; 32]>::try_from(bytes) {
        return Some(Key(key));
    }
    let digits = bytes.trim_ascii();
    if digits.len() != 64 {
        return None;
    }
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = 16 * digit(*high)? + digit(*low)?;
    }
    Some(Key(key))
}

fn digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| value.try_into().ok())
}

#[cfg(unix)]
fn is_open_to_others(file: &File) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(file.metadata()?.mode() & 0o077 != 0)
}

/// Elsewhere rights are lists of their own, which nobody reads here.
#[cfg(not(unix))]
fn is_open_to_others(_: &File) -> std::io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn keys_are_bytes_or_digits() {
        let raw: [u8; 32] = std::array::from_fn(|i| i as u8);
        let digits: String = raw.iter().map(|byte| format!("{byte:02X}")).collect();
        assert!(key(&raw) == Some(Key(raw)));
        assert!(key(format!(" {digits}\n").as_bytes()) == Some(Key(raw)));
        for bad in [&raw[..31], &digits.as_bytes()[..63], digits.replace('0', "g").as_bytes(), b""] {
            assert!(key(bad).is_none());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_told_and_used() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("fleet.key");
        std::fs::write(&file, [7; 32]).unwrap();
        for (mode, told) in [(0o600, 0), (0o640, 1), (0o604, 1)] {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            let mut problems = Problems::default();
            assert!(read(&file, &mut problems).unwrap() == Key([7; 32]));
            assert_eq!(problems.count, told, "{mode:o}");
        }
        std::fs::write(&file, "secret words").unwrap();
        let trouble = read(&file, &mut Problems::default()).unwrap_err();
        assert!(trouble.why.contains("12 bytes") && !trouble.why.contains("words"), "{}", trouble.why);
        assert!(read(&dir.path().join("none"), &mut Problems::default()).is_err());
    }
}
