//! Bytes of a table to text: UTF-8, or GB18030 as Chinese office programs write it.

use encoding_rs::GB18030;
use std::borrow::Cow;

/// How text is written in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Gb18030,
    /// Nothing but ASCII so far: the first line with more decides.
    Ascii,
}

impl Encoding {
    /// Judges the beginning of a file. A UTF-8 text with a bad byte now and then stays UTF-8.
    pub fn of(start: &[u8]) -> Self {
        if start.starts_with(b"\xef\xbb\xbf") {
            return Self::Utf8;
        }
        let (mut characters, mut bad) = (0, 0);
        for chunk in start.utf8_chunks() {
            characters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
            bad += usize::from(!chunk.invalid().is_empty());
        }
        match (characters, bad) {
            (0, 0) => Self::Ascii,
            (characters, bad) if characters > 4 * bad => Self::Utf8,
            // What is cut off at the end of the judged part is no sign of anything.
            (0, 1) if start.len() > 3 && start[..start.len() - 3].is_ascii() => Self::Ascii,
            _ => Self::Gb18030,
        }
    }

    /// The name of it.
    pub fn name(self) -> &'static str {
        if self == Self::Gb18030 { "GB18030" } else { "UTF-8" }
    }

    /// The text of a line, and whether bytes of it are none.
    pub fn text<'a>(&mut self, line: &'a [u8]) -> (Cow<'a, str>, bool) {
        if *self == Self::Ascii && !line.is_ascii() {
            *self = if std::str::from_utf8(line).is_ok() { Self::Utf8 } else { Self::Gb18030 };
        }
        if *self == Self::Gb18030 {
            return GB18030.decode_without_bom_handling(line);
        }
        let text = String::from_utf8_lossy(line);
        let is_bad = matches!(text, Cow::Owned(_));
        (text, is_bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart() {
        let text = "编号,名称,经度,纬度\n1,解放碑 1 号,106.5,29.5\n".repeat(5);
        let (gb, _, _) = GB18030.encode(&text);
        assert_eq!(Encoding::of(&gb), Encoding::Gb18030);
        assert_eq!(Encoding::of(text.as_bytes()), Encoding::Utf8);
        assert_eq!(Encoding::of(&text.as_bytes()[..text.len() - 60]), Encoding::Utf8);
        assert_eq!(Encoding::Gb18030.text(&gb), (text.as_str().into(), false));
        let mut late = Encoding::of(b"id,lon,lat\n");
        assert_eq!(late.text(b"1,2,3"), ("1,2,3".into(), false));
        let (name, _, _) = GB18030.encode("解放碑");
        assert_eq!(late.text(&name), ("解放碑".into(), false));
        assert_eq!(late, Encoding::Gb18030);
    }
}
