//! What a source says of a file in the head of its answer, and whether bytes on disk are that file.

use super::digest::Digests;
use base64::Engine;
use reqwest::header::{HeaderMap, HeaderName};
use serde::{Deserialize, Serialize};

/// A file as its source describes it; it lies beside the part while the file comes, so that a later run knows what
/// the part is a part of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Origin {
    pub(crate) url: String,
    /// The length of the whole file, where it is known.
    pub(crate) bytes: Option<u64>,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    /// Checksums in hexadecimal digits, where the source gives them.
    pub(crate) md5: Option<String>,
    pub(crate) sha256: Option<String>,
}

impl Origin {
    /// Reads the head of an answer that holds the whole file.
    pub(crate) fn of_whole(url: &str, headers: &HeaderMap) -> Self {
        let etag = text(headers, "etag");
        // Under a key of its own S3 gives tags that are no checksums: AmazonS3/latest/API/API_Object.html
        let keyed = text(headers, "x-amz-server-side-encryption").is_some_and(|kind| kind.contains("kms"))
            || headers.contains_key("x-amz-server-side-encryption-customer-algorithm");
        Self {
            url: url.to_owned(),
            bytes: text(headers, "content-length").and_then(|length| length.parse().ok()),
            md5: etag.as_deref().filter(|_| !keyed).and_then(md5_of_tag),
            sha256: text(headers, "x-amz-checksum-sha256").as_deref().and_then(sha256_of_header),
            last_modified: text(headers, "last-modified"),
            etag,
        }
    }

    /// What names this very version of the file: a strong entity tag, else the time of its last change.
    pub(crate) fn validator(&self) -> Option<&str> {
        let strong = self.etag.as_deref().filter(|tag| tag.starts_with('"') && tag.len() > 2);
        strong.or(self.last_modified.as_deref())
    }

    /// Whether an answer of the rest of a file from byte `from` is of this very file.
    pub(crate) fn continues_with(&self, from: u64, headers: &HeaderMap) -> bool {
        let range = text(headers, "content-range");
        let Some((start, total)) = range.as_deref().and_then(start_and_total) else { return false };
        let same = |ours: &Option<String>, name| match (ours, text(headers, name)) {
            (Some(ours), Some(theirs)) => *ours == theirs,
            _ => true,
        };
        // Where neither knows the length, nobody could say when the file is whole.
        let lengths_agree = match (self.bytes, total) {
            (Some(ours), Some(theirs)) => ours == theirs,
            (ours, theirs) => ours.or(theirs).is_some(),
        };
        start == from
            && lengths_agree
            && same(&self.etag, "etag")
            && same(&self.last_modified, "last-modified")
    }

    /// Whether the bytes on disk are the file; else why not.
    pub(crate) fn vouches_for(&self, found: &Digests) -> Result<(), String> {
        if let Some(bytes) = self.bytes.filter(|bytes| *bytes != found.bytes) {
            return Err(format!("it is {} bytes long, not {bytes} as its source says", found.bytes));
        }
        for (name, theirs, ours) in [("SHA-256", &self.sha256, &found.sha256), ("MD5", &self.md5, &found.md5)]
        {
            if let Some(theirs) = theirs
                && theirs != ours
            {
                return Err(format!("its {name} is {ours}, not {theirs} as its source says"));
            }
        }
        Ok(())
    }
}

/// The length of the whole file of which an answer is a part.
pub(crate) fn whole_of(headers: &HeaderMap) -> Option<u64> {
    text(headers, "content-range").as_deref().and_then(start_and_total)?.1
}

fn text(headers: &HeaderMap, name: &'static str) -> Option<String> {
    let value = headers.get(HeaderName::from_static(name))?.to_str().ok()?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// The tag of an object that was stored in one piece is its MD5; one of several pieces has a `-` and their number.
fn md5_of_tag(tag: &str) -> Option<String> {
    let digits = tag.strip_prefix('"')?.strip_suffix('"')?;
    let is_md5 = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_md5.then(|| digits.to_ascii_lowercase())
}

/// The checksum of an object of several pieces is one of checksums, ends with `-` and their number, and is no Base64.
fn sha256_of_header(value: &str) -> Option<String> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(value).ok()?;
    (bytes.len() == 32).then(|| super::digest::hexadecimal(&bytes))
}

/// `bytes 5-99/100`: 5 and 100; the whole may be unknown (`*`).
fn start_and_total(value: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = value.strip_prefix("bytes")?.trim().split_once('/')?;
    let (start, end) = range.split_once('-')?;
    let (start, end): (u64, u64) = (start.trim().parse().ok()?, end.trim().parse().ok()?);
    let total = match total.trim() {
        "*" => None,
        total => Some(total.parse::<u64>().ok()?),
    };
    (start <= end && total.is_none_or(|total| end < total)).then_some((start, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines.iter().map(|(n, v)| (HeaderName::from_static(n), v.parse().unwrap())).collect()
    }

    #[test]
    fn only_tags_that_are_checksums_are_taken_for_them() {
        let md5 = |tag: &str, more: &[(&'static str, &str)]| {
            let lines: Vec<_> = [("etag", tag)].into_iter().chain(more.iter().copied()).collect();
            Origin::of_whole("u", &headers(&lines)).md5
        };
        let plain = "\"0123456789ABCDEF0123456789abcdef\"";
        assert_eq!(md5(plain, &[]).as_deref(), Some("0123456789abcdef0123456789abcdef"));
        assert_eq!(md5("\"0123456789abcdef0123456789abcdef-5\"", &[]), None);
        assert_eq!(md5("W/\"0123456789abcdef0123456789abcdef\"", &[]), None);
        assert_eq!(md5("\"67a1-1f2b\"", &[]), None);
        assert_eq!(md5(plain, &[("x-amz-server-side-encryption", "aws:kms")]), None);
        assert!(md5(plain, &[("x-amz-server-side-encryption", "AES256")]).is_some());
    }

    #[test]
    fn a_checksum_of_checksums_is_no_checksum_of_the_file() {
        let sha = |value: &str| Origin::of_whole("u", &headers(&[("x-amz-checksum-sha256", value)])).sha256;
        let empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(sha(empty).unwrap(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(sha(&format!("{empty}-3")), None);
        assert_eq!(sha("AAAA"), None);
    }

    #[test]
    fn a_part_continues_only_the_very_file_it_is_of() {
        let origin = Origin {
            bytes: Some(100),
            etag: Some("\"a\"".to_owned()),
            last_modified: Some("Mon".to_owned()),
            ..Origin::default()
        };
        let fits = |lines: &[(&'static str, &str)]| origin.continues_with(5, &headers(lines));
        assert!(fits(&[("content-range", "bytes 5-99/100"), ("etag", "\"a\"")]));
        assert!(fits(&[("content-range", "bytes 5-99/100")]));
        assert!(fits(&[("content-range", "bytes 5-99/*")]));
        // Some serve only so much at once.
        assert!(fits(&[("content-range", "bytes 5-9/100")]));
        for wrong in ["bytes 0-99/100", "bytes 5-100/100", "bytes 5-100/101", "bytes */100", "5-99/100", ""] {
            assert!(!fits(&[("content-range", wrong)]), "{wrong}");
        }
        assert!(!fits(&[]));
        assert!(!fits(&[("content-range", "bytes 5-99/100"), ("etag", "\"b\"")]));
        assert!(!fits(&[("content-range", "bytes 5-99/100"), ("last-modified", "Tue")]));
        let unknown = Origin { bytes: None, ..origin.clone() };
        let fits = |range| unknown.continues_with(5, &headers(&[("content-range", range)]));
        assert!(fits("bytes 5-99/100") && !fits("bytes 5-99/*"));
    }
}
