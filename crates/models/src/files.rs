//! Whoever brings the bytes behind an address, and how addresses are joined.
//!
//! An address is a path, or begins with `http://` or `https://`. Deliberately absent: the web, which `link` brings.

use crate::ModelError;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use overlays::unescaped;
use std::fs::File;
use std::io::Read;

/// The most a file may have, bytes.
pub const LARGEST_FILE: u64 = 1 << 30;

/// Brings what is behind addresses. It may take as long as it needs: whoever asks does so off the frame.
pub trait Fetch: Send + Sync {
    /// The bytes behind an address; the error does not name it.
    fn fetch(&self, address: &str) -> Result<Vec<u8>, ModelError>;
}

/// Brings files of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Fetch for Disk {
    fn fetch(&self, address: &str) -> Result<Vec<u8>, ModelError> {
        if is_on_the_web(address) {
            return Err(ModelError::Unreadable("what lies on this machine may not ask the web".to_owned()));
        }
        let unreadable = |why: std::io::Error| ModelError::Unreadable(why.to_string());
        let file = File::open(address).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        if about.is_dir() {
            return Err(ModelError::Unreadable("it is a folder".to_owned()));
        }
        let mut bytes = Vec::with_capacity(about.len().min(LARGEST_FILE) as usize);
        // One byte more than is taken tells that there is more.
        file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        let length = bytes.len() as u64;
        if length > LARGEST_FILE {
            return Err(ModelError::TooLarge { bytes: about.len().max(length), most: LARGEST_FILE });
        }
        Ok(bytes)
    }
}

/// Whether an address is one of the web.
pub fn is_on_the_web(address: &str) -> bool {
    let begin = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    begin.starts_with("http://") || begin.starts_with("https://")
}

/// An address as it is told: what follows `?` may be a key.
pub fn shown(address: &str) -> &str {
    if is_on_the_web(address) { address.split('?').next().unwrap_or(address) } else { address }
}

/// The address that is meant by `relative` in what lies at `base`. A key that follows `?` goes along to what lies on the
/// same host and has none of its own.
pub fn join(base: &str, relative: &str) -> Result<String, ModelError> {
    if is_on_the_web(relative) {
        return Ok(relative.to_owned());
    }
    if relative
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.len() > 1 && !scheme.contains(['/', '.', '?']))
    {
        let scheme = relative.split(':').next().unwrap_or_default();
        return Err(ModelError::Unreadable(format!("addresses that begin with {scheme}: are not followed")));
    }
    if !is_on_the_web(base) {
        let folder = base.rfind(['/', '\\']).map_or("", |end| &base[..=end]);
        let path = unescaped(relative.split(['?', '#']).next().unwrap_or_default());
        return Ok(if path.starts_with('/') { path } else { format!("{folder}{path}") });
    }
    let (place, key) = base.split_once('?').unwrap_or((base, ""));
    let host_end = place.find("://").map_or(0, |at| at + 3);
    let path_begin = place[host_end..].find('/').map_or(place.len(), |at| host_end + at);
    let whole = match relative.strip_prefix('/') {
        Some(from_root) => format!("{}/{from_root}", &place[..path_begin]),
        None => {
            let end = place[path_begin..].rfind('/').map_or(path_begin, |at| path_begin + at);
            format!("{}/{relative}", &place[..end])
        }
    };
    Ok(if key.is_empty() || relative.contains('?') { whole } else { format!("{whole}?{key}") })
}

/// The bytes of a data URI; none where `address` is none.
pub fn data_uri(address: &str) -> Option<Result<Vec<u8>, ModelError>> {
    let rest = address.strip_prefix("data:")?;
    let bytes = match rest.split_once(',') {
        Some((kind, text)) if kind.ends_with(";base64") => BASE64_STANDARD
            .decode(text.trim())
            .map_err(|why| ModelError::damaged(format!("its data URI is no base64 ({why})"))),
        Some((_, text)) => Ok(unescaped(text).into_bytes()),
        None => Err(ModelError::damaged("its data URI has no comma")),
    };
    Some(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn addresses_are_joined_as_browsers_do() {
        for (base, relative, whole) in [
            ("tileset.json", "a.glb", "a.glb"),
            ("/x/y/tileset.json", "0/a%20b.b3dm?v=1", "/x/y/0/a b.b3dm"),
            ("x/tileset.json", "../z.glb", "x/../z.glb"),
            ("x/tileset.json", "50%+5.glb", "x/50%+5.glb"),
            ("x/tileset.json", "/z.glb", "/z.glb"),
            ("https://h.cn/a/b.json", "c.glb", "https://h.cn/a/c.glb"),
            ("https://h.cn/a/b.json?key=7", "c/d.glb", "https://h.cn/a/c/d.glb?key=7"),
            ("https://h.cn/a/b.json?key=7", "/c.glb?v=1", "https://h.cn/c.glb?v=1"),
            ("https://h.cn", "c.glb", "https://h.cn/c.glb"),
            ("/x/t.json", "HTTP://h.cn/c.glb", "HTTP://h.cn/c.glb"),
        ] {
            assert_eq!(join(base, relative).unwrap(), whole, "{base} {relative}");
        }
        assert!(join("https://h.cn/t.json", "file:///etc/passwd").is_err());
    }

    #[test]
    fn data_uris_hold_bytes() {
        assert_eq!(data_uri("data:application/octet-stream;base64,AQID").unwrap().unwrap(), [1, 2, 3]);
        assert_eq!(data_uri("data:text/plain,a%20b").unwrap().unwrap(), b"a b");
        assert!(data_uri("data:x;base64,!").unwrap().is_err() && data_uri("a.bin").is_none());
    }

    #[test]
    fn a_file_that_is_missing_or_a_folder_is_told() {
        let why = |address: &str| Disk.fetch(address).unwrap_err().to_string();
        assert!(why("/nowhere/a.glb").contains("No such file") && why("/").contains("folder"));
        assert!(why("https://h.cn/a.glb").contains("web"));
    }
}
