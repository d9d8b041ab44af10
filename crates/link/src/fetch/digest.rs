//! The checksums of a file on disk, and whether it begins as a TIFF does.

use md5::Md5;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Result};
use std::path::Path;

/// What a file on disk is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digests {
    pub(crate) bytes: u64,
    /// Hexadecimal digits.
    pub(crate) md5: String,
    /// Hexadecimal digits.
    pub(crate) sha256: String,
    /// Whether its first bytes are those of a TIFF.
    pub(crate) is_tiff: bool,
}

/// Reads a file from its first to its last byte, which takes 0.1 s for a tile; never called in the way of the network.
pub(crate) fn of_file(path: &Path) -> Result<Digests> {
    let mut file = File::open(path)?;
    let (mut md5, mut sha256) = (Md5::new(), Sha256::new());
    let (mut bytes, mut first) = (0_u64, Vec::new());
    let mut buffer = vec![0_u8; 256 * 1024];
    loop {
        let read = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => &buffer[..read],
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        first.extend_from_slice(&read[..read.len().min(4_usize.saturating_sub(first.len()))]);
        md5.update(read);
        sha256.update(read);
        bytes += read.len() as u64;
    }
    let (md5, sha256) = (hexadecimal(&md5.finalize()), hexadecimal(&sha256.finalize()));
    Ok(Digests { bytes, md5, sha256, is_tiff: is_tiff(&first) })
}

/// Whether bytes begin as a TIFF does: either byte order, classic or BigTIFF.
pub(crate) fn is_tiff(bytes: &[u8]) -> bool {
    matches!(bytes, [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..])
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_bytes_have_known_checksums() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, b"II*\0abc").unwrap();
        let found = of_file(file.path()).unwrap();
        assert_eq!((found.bytes, found.is_tiff), (7, true));
        std::fs::write(&file, b"abc").unwrap();
        let found = of_file(file.path()).unwrap();
        assert_eq!(found.md5, "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(found.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(!found.is_tiff);
    }

    #[test]
    fn both_byte_orders_and_big_ones_are_tiffs() {
        for first in [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"] {
            assert!(is_tiff(first));
        }
        for first in [&b"<htm"[..], b"II*", b"", b"PK\x03\x04"] {
            assert!(!is_tiff(first));
        }
    }
}
