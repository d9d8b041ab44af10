//! Elements by their names, whatever prefix a server gives their name spaces.

use roxmltree::Node;

/// The children of that name.
pub(super) fn children<'a>(node: Node<'a, 'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// The first of them.
pub(super) fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|child| child.is_element() && child.tag_name().name() == name)
}

/// The text of the first child of that name.
pub(super) fn text_of<'a>(node: Node<'a, 'a>, name: &str) -> Option<&'a str> {
    child(node, name)?.text().map(str::trim).filter(|text| !text.is_empty())
}

/// The number it is.
pub(super) fn number_of(node: Node, name: &str) -> Option<f64> {
    text_of(node, name)?.parse().ok().filter(|number: &f64| number.is_finite())
}
