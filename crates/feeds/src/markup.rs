//! XML from outside, made safe to read: its encoding, and bounds on what a hostile document may cost.
//!
//! The parser refuses DTDs, and with them entity bombs. What it bears badly is refused before it sees it: deep
//! nesting, crowds of attributes, namespaces or CDATA sections in one place. Deliberately absent: any vocabulary.

use encoding_rs::{Encoding, UTF_8};
use roxmltree::{Document, Node, ParsingOptions};
use std::borrow::Cow;
use thiserror::Error;

/// The largest document that is read, in bytes.
pub(crate) const LARGEST_DOCUMENT: usize = 16 << 20;
const DEEPEST: usize = 64;
const MOST_ATTRIBUTES: usize = 64;
const MOST_NAMESPACES_IN_SCOPE: usize = 32;
const MOST_CDATA_IN_A_ROW: usize = 64;

/// Why a document is not read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum Unreadable {
    #[error("it has {bytes} bytes, and more than {LARGEST_DOCUMENT} are not read")]
    TooLarge { bytes: usize },
    #[error("its encoding `{name}` is not known")]
    Encoding { name: String },
    #[error("at byte {at}: {what}, which no document of this kind needs")]
    Hostile { at: usize, what: &'static str },
    #[error("it is no well-formed XML: {0}")]
    Malformed(String),
}

/// The text of a document, and whether some of it is wrong for its encoding or for XML (`�` stands for it).
pub(crate) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub has_wrong_bytes: bool,
}

/// The text of `bytes` by their byte order mark, else by what the XML declaration says, else as UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Unreadable> {
    if bytes.len() > LARGEST_DOCUMENT {
        return Err(Unreadable::TooLarge { bytes: bytes.len() });
    }
    let declared = match (Encoding::for_bom(bytes), declared_encoding(bytes)) {
        (Some((by_mark, _)), _) => by_mark,
        (None, Some(name)) => Encoding::for_label(name.as_bytes()).ok_or(Unreadable::Encoding { name })?,
        (None, None) => UTF_8,
    };
    let (text, _, has_wrong_bytes) = declared.decode(bytes);
    if text.contains(is_forbidden) {
        // One stray control character in a text must not cost the whole list.
        return Ok(Decoded { text: text.replace(is_forbidden, "\u{fffd}").into(), has_wrong_bytes: true });
    }
    Ok(Decoded { text, has_wrong_bytes })
}

/// What XML 1.0 (2.2) allows in no form.
fn is_forbidden(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let beginning = bytes.get(..bytes.len().min(200))?;
    let end = beginning.windows(2).position(|two| two == b"?>")?;
    let declaration = std::str::from_utf8(beginning.get(..end)?).ok()?;
    let said = declaration.trim_start().strip_prefix("<?xml")?.split_once("encoding")?.1;
    let said = said.trim_start().strip_prefix('=')?.trim_start();
    let quote = said.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(said.get(1..)?.split(quote).next()?.trim().to_owned())
}

/// Parses a document that [`decode`] gave.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, Unreadable> {
    guard(text.as_bytes())?;
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|why| Unreadable::Malformed(why.to_string()))
}

/// One walk over the tags, without understanding them more than the bounds need.
fn guard(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut at = 0;
    // For each open element, how many namespaces are in scope inside it.
    let mut open: Vec<usize> = Vec::new();
    let mut cdata_in_a_row = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let hostile = |what| Err(Unreadable::Hostile { at, what });
        if rest.starts_with(b"<![CDATA[") {
            cdata_in_a_row += 1;
            if cdata_in_a_row > MOST_CDATA_IN_A_ROW {
                return hostile("more than 64 CDATA sections in a row");
            }
            at += length_to(rest, b"]]>");
        } else if rest.starts_with(b"<!--") {
            at += length_to(rest, b"-->");
        } else if rest.starts_with(b"<?") {
            at += length_to(rest, b"?>");
        } else if rest.starts_with(b"<!") {
            return hostile("a document type definition");
        } else if rest.starts_with(b"</") {
            open.pop();
            cdata_in_a_row = 0;
            at += length_to(rest, b">");
        } else if rest.starts_with(b"<") {
            let tag = tag(rest);
            let namespaces = open.last().copied().unwrap_or(0) + tag.namespaces;
            if tag.attributes > MOST_ATTRIBUTES {
                return hostile("more than 64 attributes in one tag");
            }
            if namespaces > MOST_NAMESPACES_IN_SCOPE {
                return hostile("more than 32 namespaces at once");
            }
            if !tag.is_empty {
                open.push(namespaces);
            }
            if open.len() > DEEPEST {
                return hostile("more than 64 elements inside one another");
            }
            cdata_in_a_row = 0;
            at += tag.length;
        } else {
            at += rest.iter().position(|byte| *byte == b'<').unwrap_or(rest.len());
        }
    }
    Ok(())
}

fn length_to(rest: &[u8], end: &[u8]) -> usize {
    rest.windows(end.len()).position(|window| window == end).map_or(rest.len(), |found| found + end.len())
}

struct Tag {
    length: usize,
    attributes: usize,
    namespaces: usize,
    is_empty: bool,
}

fn tag(rest: &[u8]) -> Tag {
    let (mut attributes, mut namespaces, mut quote) = (0, 0, None);
    for (n, byte) in rest.iter().copied().enumerate() {
        match (quote, byte) {
            (Some(mark), _) if mark == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'=') => attributes += 1,
            (None, b'x') if rest.get(n..).is_some_and(|here| here.starts_with(b"xmlns")) => namespaces += 1,
            (None, b'>') => {
                let is_empty = n > 0 && rest.get(n - 1) == Some(&b'/');
                return Tag { length: n + 1, attributes, namespaces, is_empty };
            }
            (None, _) => {}
        }
    }
    Tag { length: rest.len(), attributes, namespaces, is_empty: false }
}

/// The element children of that local name, whatever their namespace.
pub(crate) fn children<'a, 'i>(node: Node<'a, 'i>, name: &'a str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// The text of an element without what surrounds it, and without its children's.
pub(crate) fn own_text(node: Node) -> String {
    let mut text = String::new();
    for child in node.children().filter(Node::is_text) {
        text.push_str(child.text().unwrap_or_default());
    }
    text.trim().to_owned()
}

/// The text of the first child of that name; `None` where there is none or it is empty.
pub(crate) fn child_text(node: Node, name: &str) -> Option<String> {
    children(node, name).next().map(own_text).filter(|text| !text.is_empty())
}

/// `text` as it may stand between tags or in an attribute. What XML allows in no form is left out.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // A bare carriage return would be read back as a line feed.
            '\r' => safe.push_str("&#13;"),
            _ if is_forbidden(c) => {}
            _ => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests;
