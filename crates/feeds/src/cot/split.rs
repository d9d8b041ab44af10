//! Finds where an XML document ends in a stream that puts one after another without anything between.
//!
//! It looks only at tags, comments, quotes and depth: enough to cut, and to refuse document types and great depth
//! before a parser sees them. Whether the XML is right is the parser's matter.

/// The deepest nesting of elements; CoT needs five.
const DEEPEST: u32 = 40;
/// The longest tag, bytes: a parser compares every attribute of a tag with every other.
const LONGEST_TAG: usize = 8_192;

/// Where the cutter stands inside a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Text,
    /// After `<`: what kind of markup it is will be known at the next byte or few.
    Opening,
    /// In a start tag; the byte is the quote that is open, the flag whether the last byte was `/`.
    Tag {
        quote: u8,
        slash: bool,
    },
    EndTag,
    /// `<? … ?>`; the flag tells whether the last byte was `?`.
    Instruction(bool),
    /// `<!-- … -->` and `<![CDATA[ … ]]>`: ends where this byte came twice and `>` follows.
    Section {
        closing: u8,
        seen: u8,
    },
    /// `<!`, and how many bytes of what follows were seen, which tells a comment from CDATA from a document type.
    Declaration {
        first: u8,
        seen: u8,
    },
}

/// What the cutter found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// Nothing yet.
    More,
    /// The document ends here, and this many bytes belong to it.
    End(usize),
    /// Here, a byte count, something begins that can be no part of the document.
    Broken(usize, &'static str),
}

/// Cuts one document after another; it sees every byte once.
#[derive(Clone, Debug)]
pub(super) struct Cutter {
    inside: Inside,
    depth: u32,
    at: usize,
    tag_from: usize,
}

impl Default for Cutter {
    fn default() -> Self {
        Self { inside: Inside::Text, depth: 0, at: 0, tag_from: 0 }
    }
}

impl Cutter {
    /// Goes on in `held`, of which it has seen the beginning in earlier calls.
    pub(super) fn look(&mut self, held: &[u8]) -> Cut {
        while let Some(&byte) = held.get(self.at) {
            self.at += 1;
            if matches!(self.inside, Inside::Tag { .. }) && self.at - self.tag_from > LONGEST_TAG {
                return Cut::Broken(self.at, "a tag longer than can be");
            }
            match self.step(byte, held) {
                Cut::More => {}
                found => return found,
            }
        }
        Cut::More
    }

    fn step(&mut self, byte: u8, held: &[u8]) -> Cut {
        match (self.inside, byte) {
            (Inside::Text, b'<') => {
                self.tag_from = self.at - 1;
                self.inside = Inside::Opening;
            }
            (Inside::Text, _) => {}
            (Inside::Opening, b'/') => self.inside = Inside::EndTag,
            (Inside::Opening, b'?') => {
                if self.depth > 0 {
                    return Cut::Broken(self.tag_from, "an event was cut off before the next");
                }
                self.inside = Inside::Instruction(false);
            }
            (Inside::Opening, b'!') => self.inside = Inside::Declaration { first: 0, seen: 0 },
            (Inside::Opening, _) => self.inside = Inside::Tag { quote: 0, slash: false },
            (Inside::Tag { quote: 0, slash }, b'>') => return self.end_of_tag(slash, held),
            (Inside::Tag { quote: 0, .. }, b'<') => {
                return Cut::Broken(self.at - 1, "a tag within a tag");
            }
            (Inside::Tag { quote: 0, .. }, _) => {
                let quote = if matches!(byte, b'"' | b'\'') { byte } else { 0 };
                self.inside = Inside::Tag { quote, slash: byte == b'/' };
            }
            // No attribute holds a raw `<`, so that a lost quote does not swallow what follows.
            (Inside::Tag { .. }, b'<') => return Cut::Broken(self.at - 1, "`<` in an attribute"),
            (Inside::Tag { quote, .. }, _) => {
                let quote = if byte == quote { 0 } else { quote };
                self.inside = Inside::Tag { quote, slash: false };
            }
            (Inside::EndTag, b'>') => {
                self.inside = Inside::Text;
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Cut::End(self.at);
                }
            }
            (Inside::EndTag, b'<') => return Cut::Broken(self.at - 1, "a tag within a tag"),
            (Inside::EndTag, _) => {}
            (Inside::Instruction(true), b'>') => self.inside = Inside::Text,
            (Inside::Instruction(_), _) => self.inside = Inside::Instruction(byte == b'?'),
            (Inside::Section { closing, seen }, _) => {
                self.inside = match byte {
                    b'>' if seen >= 2 => Inside::Text,
                    _ if byte == closing => Inside::Section { closing, seen: seen.saturating_add(1) },
                    _ => Inside::Section { closing, seen: 0 },
                };
            }
            (Inside::Declaration { first, seen }, _) => {
                let first = if seen == 0 { byte } else { first };
                self.inside = match (first, seen) {
                    (b'-', 1) => Inside::Section { closing: b'-', seen: 0 },
                    (b'[', 6) => Inside::Section { closing: b']', seen: 0 },
                    (b'-' | b'[', _) => Inside::Declaration { first, seen: seen + 1 },
                    _ => return Cut::Broken(self.at, "a document type is refused"),
                };
            }
        }
        Cut::More
    }

    fn end_of_tag(&mut self, empty: bool, held: &[u8]) -> Cut {
        self.inside = Inside::Text;
        let is_event = held.get(self.tag_from..).is_some_and(|tag| {
            tag.strip_prefix(b"<event")
                .and_then(<[u8]>::first)
                .is_some_and(|b| b.is_ascii_whitespace() || *b == b'>')
        });
        if is_event && self.depth > 0 {
            return Cut::Broken(self.tag_from, "an event was cut off before the next");
        }
        if !empty {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Cut::Broken(self.at, "elements are nested too deep");
            }
        } else if self.depth == 0 {
            return Cut::End(self.at);
        }
        Cut::More
    }
}
