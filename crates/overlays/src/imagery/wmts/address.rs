//! At which addresses a service has the tiles of a layer: a template it tells, else by keys and values.

use super::xml::{child, children, text_of};
use super::{CapabilitiesError, listed};
use crate::imagery::source::Wanted;
use roxmltree::Node;

/// An address with `{TileMatrix}`, `{TileRow}` and `{TileCol}` in it.
pub(super) fn of_tiles<'a>(
    root: Node<'a, 'a>,
    layer: Node<'a, 'a>,
    name: &str,
    matrix_set: &str,
    wanted: &Wanted,
) -> Result<String, CapabilitiesError> {
    let format = format(layer, name)?;
    let style = style(layer);
    let dimensions: Vec<(&str, &str)> = children(layer, "Dimension")
        .filter_map(|one| {
            Some((text_of(one, "Identifier")?, text_of(one, "Default").or_else(|| text_of(one, "Value"))?))
        })
        .collect();
    let templates = || {
        children(layer, "ResourceURL")
            .filter(|one| one.attribute("resourceType").is_none_or(|kind| kind == "tile"))
    };
    let template =
        templates().find(|one| one.attribute("format") == Some(format)).or_else(|| templates().next());
    if let Some(template) = template.and_then(|one| one.attribute("template")) {
        let mut text = template.trim().to_owned();
        let known = [("style", style), ("tilematrixset", matrix_set), ("layer", name)];
        for (key, value) in known.iter().chain(&dimensions) {
            text = filled(&text, key, &escaped(value));
        }
        return Ok(with_key(text, wanted));
    }
    let Some(place) = by_keys(root) else { return Err(CapabilitiesError::NoAddress(name.to_owned())) };
    let sign = match place.find('?') {
        None => "?",
        Some(_) if place.ends_with(['?', '&']) => "",
        Some(_) => "&",
    };
    let mut text = format!(
        "{place}{sign}SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={}&STYLE={}&FORMAT={}&TILEMATRIXSET={}\
         &TILEMATRIX={{TileMatrix}}&TILEROW={{TileRow}}&TILECOL={{TileCol}}",
        escaped(name),
        escaped(style),
        escaped(format),
        escaped(matrix_set),
    );
    for (key, value) in dimensions {
        text.push_str(&format!("&{}={}", escaped(key), escaped(value)));
    }
    Ok(with_key(text, wanted))
}

/// The first format that can be read, in the order of the service.
fn format<'a>(layer: Node<'a, 'a>, name: &str) -> Result<&'a str, CapabilitiesError> {
    let formats = || children(layer, "Format").filter_map(|one| one.text().map(str::trim));
    let is_known = |format: &&str| {
        let lower = format.to_ascii_lowercase();
        // Tianditu calls them all `tiles`.
        lower == "tiles" || ["png", "jpeg", "jpg", "webp"].iter().any(|kind| lower.contains(kind))
    };
    match formats().find(is_known) {
        Some(format) => Ok(format),
        None if formats().next().is_none() => Ok("image/png"),
        None => Err(CapabilitiesError::Formats { layer: name.to_owned(), formats: listed(formats()) }),
    }
}

fn style<'a>(layer: Node<'a, 'a>) -> &'a str {
    let usual = children(layer, "Style").find(|style| style.attribute("isDefault") == Some("true"));
    usual.or_else(|| child(layer, "Style")).and_then(|style| text_of(style, "Identifier")).unwrap_or_default()
}

/// Where the service answers to keys and values.
fn by_keys<'a>(root: Node<'a, 'a>) -> Option<&'a str> {
    let operations = child(root, "OperationsMetadata")?;
    let tile = children(operations, "Operation").find(|one| one.attribute("name") == Some("GetTile"))?;
    let mut gets = tile.descendants().filter(|one| one.tag_name().name() == "Get");
    let says = |get: &Node, what: &str| {
        get.descendants().any(|one| one.text().is_some_and(|text| text.trim() == what))
    };
    let fits = |get: &Node<'a, 'a>| says(get, "KVP") || !says(get, "RESTful");
    let href =
        |get: Node<'a, 'a>| get.attributes().find(|one| one.name() == "href").map(|one| one.value().trim());
    gets.find(fits).and_then(href)
}

/// The text with the value in the place of `{key}`, in whichever case.
fn filled(text: &str, key: &str, value: &str) -> String {
    let pattern = format!("{{{}}}", key.to_ascii_lowercase());
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.to_ascii_lowercase().find(&pattern) {
        out.push_str(&rest[..at]);
        out.push_str(value);
        rest = &rest[at + pattern.len()..];
    }
    out + rest
}

/// As it may stand in an address.
pub(in crate::imagery) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/,".contains(&byte);
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}

/// The address with what else was asked of the capabilities, a key mostly, where the same provider has the tiles; and by
/// TLS where the capabilities came so from the same host.
fn with_key(text: String, wanted: &Wanted) -> String {
    let host = |text: &str| {
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        rest.split(['/', '?']).next().unwrap_or_default().to_owned()
    };
    let domain = |host: &str| {
        let name = host.split(':').next().unwrap_or_default().to_owned();
        match name.split_once('.') {
            Some((first, rest)) if rest.contains('.') && !first.chars().all(|c| c.is_ascii_digit()) => {
                rest.to_owned()
            }
            _ => name,
        }
    };
    let (asked, told) = (host(wanted.url()), host(&text));
    if domain(&asked) != domain(&told) {
        return text;
    }
    let mut text = match text.strip_prefix("http://") {
        Some(rest) if asked == told && wanted.url().starts_with("https://") => format!("https://{rest}"),
        _ => text,
    };
    let query = wanted.url().split_once('?').map_or("", |(_, query)| query);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let key = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
        let is_asking = matches!(
            key.as_str(),
            "service" | "request" | "version" | "acceptversions" | "sections" | "acceptformats"
        );
        let lower = text.to_ascii_lowercase();
        let is_there = lower.contains(&format!("?{key}=")) || lower.contains(&format!("&{key}="));
        if !is_asking && !is_there {
            text.push(if text.contains('?') { '&' } else { '?' });
            text.push_str(pair);
        }
    }
    text
}
