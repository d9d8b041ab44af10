//! Takes a JSON text apart into its records without reading them, so that one that is no JSON (`NaN`, a text that
//! ends half way) costs only itself.
//!
//! It looks at brackets and quotes alone, goes over the text once and does not recurse. What it hands out is read,
//! and refused, by the real parser.

/// Where the value that begins at `from` ends: at the comma or bracket behind it, or at the end of the text.
fn end_of_value(text: &[u8], from: usize) -> usize {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.iter().enumerate().skip(from) {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' | b',' if depth == 0 => return at,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// True where the bracket that `text` begins with is closed in it.
pub(crate) fn is_closed(text: &str) -> bool {
    let inside = text.trim_start().get(1..).unwrap_or_default().as_bytes();
    let mut at = 0;
    loop {
        at = end_of_value(inside, at);
        match inside.get(at) {
            Some(b',') => at += 1,
            Some(_) => return true,
            None => return false,
        }
    }
}

/// The texts of the elements of an array, the last one perhaps cut off; nothing where `text` is no array.
pub(crate) fn elements(text: &str) -> Parts<'_> {
    Parts::of(text, '[')
}

/// The text of a member of an object, where it has one.
pub(crate) fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    Parts::of(text, '{').find_map(|part| {
        let rest = part.strip_prefix('"')?.strip_prefix(name)?.strip_prefix('"')?;
        rest.trim_start().strip_prefix(':').map(str::trim)
    })
}

/// The texts between the commas of an array or an object.
pub(crate) struct Parts<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str, opening: char) -> Self {
        let inside = text.trim_start().strip_prefix(opening);
        Self { text: inside.unwrap_or_default(), at: 0 }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let end = end_of_value(rest.as_bytes(), 0);
        let part = rest.get(..end)?.trim();
        match rest.as_bytes().get(end) {
            Some(b',') => self.at += end + 1,
            // The closing bracket, or the end of a text that was cut off: nothing comes behind it.
            _ => self.at = self.text.len(),
        }
        (!part.is_empty()).then_some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_told_apart_whatever_they_hold() {
        let all: Vec<_> = elements(r#" [ {"a":[1,"],{\"",2]} , NaN,{"b":{"#).collect();
        assert_eq!(all, [r#"{"a":[1,"],{\"",2]}"#, "NaN", r#"{"b":{"#]);
        assert_eq!(elements("[]").count() + elements("{}").count() + elements("").count(), 0);
        assert_eq!(elements("[1,2] and more").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(member(r#"{"a":1, "value" : [NaN,2], "c":3}"#, "value"), Some("[NaN,2]"));
        assert_eq!(member(r#"{"a":{"value":1}}"#, "value"), None);
        assert_eq!(elements(&"[".repeat(100_000)).count(), 1);
        for (text, closed) in [
            (r#"{"a":[1,"]}"],"b":NaN}"#, true),
            (r#"{"a":[1,"]}"],"b":NaN"#, false),
            ("[]", true),
            ("", false),
            ("山", false),
        ] {
            assert_eq!(is_closed(text), closed, "{text}");
        }
    }
}
