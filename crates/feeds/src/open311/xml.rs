//! XML into rows of named texts.

use super::read::{Row, Rows};
use crate::markup::{self, own_text};
use roxmltree::Node;

/// The rows of a list; `Err` says why it is none.
pub(super) fn rows(bytes: &[u8]) -> Result<Rows, String> {
    let decoded = markup::decode(bytes).map_err(|why| why.to_string())?;
    let document = markup::parse(decoded.text.trim_start()).map_err(|why| why.to_string())?;
    let root = document.root_element();
    let each = match root.tag_name().name() {
        // The standard's element, and what generated XML makes of it.
        "service_requests" | "requests" => ["request", "service_request"],
        "services" => ["service", "service"],
        "errors" => ["error", "error"],
        // Of version 1, still written by some: one error, its text alone.
        "error" => {
            let row = Row { fields: [("description".to_owned(), own_text(root))].into(), ..Row::default() };
            return Ok(Rows { rows: vec![row], are_errors: true, ..Rows::default() });
        }
        other => return Err(format!("its outermost element is `{}`", crate::problems::beginning(other))),
    };
    let is_row = |node: &Node| node.is_element() && each.contains(&node.tag_name().name());
    let mut rows = Rows { are_errors: root.has_tag_name("errors"), ..Rows::default() };
    rows.rows = root.children().filter(is_row).map(row).collect();
    if decoded.has_wrong_bytes {
        rows.broken = Some("bytes that are wrong for the encoding or for XML".to_owned());
    }
    Ok(rows)
}

fn row(node: Node) -> Row {
    let elements = || node.children().filter(Node::is_element);
    let fields = elements().map(|field| (field.tag_name().name().to_owned(), own_text(field))).collect();
    let sample = elements().next().map(own_text).unwrap_or_default();
    Row { fields, sample }
}
