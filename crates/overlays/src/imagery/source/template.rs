//! Addresses of tiles on the web, with places to fill in.

use super::error::ImagerySourceError;
use super::placeholder::{Part, part};
use crate::imagery::address::TileAddress;
use crate::imagery::grid::Plane;
use crate::imagery::wmts::escaped;
use std::fmt;
use std::sync::Arc;

/// An address with places for zoom, column and row. Neither its text nor its `Debug` is for the screen, because it may
/// hold a key: show [`UrlTemplate::host`].
#[derive(Clone, PartialEq)]
pub struct UrlTemplate {
    text: String,
    host: String,
    parts: Vec<Part>,
    /// What zooms are called where that is not their number.
    zooms: Option<Arc<[String]>>,
    /// What is taken from a zoom to have the service's number.
    lower: u8,
}

impl UrlTemplate {
    /// Reads an address that begins with `http://` or `https://`.
    pub(in crate::imagery) fn parse(text: &str) -> Result<Self, ImagerySourceError> {
        let host = host(text)?;
        // Baidu counts tiles from a corner of its own, on an ellipsoid.
        if ["bdimg.com", "baidu.com"].iter().any(|baidu| host.ends_with(baidu)) {
            return Err(ImagerySourceError::OwnGrid(host));
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            let inner = brace.strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let (name, after) = inner.ok_or_else(|| ImagerySourceError::Brace(host.clone()))?;
            parts.extend((!before.is_empty()).then(|| Part::Text(before.to_owned())));
            parts.push(part(name, &host)?);
            rest = after;
        }
        parts.extend((!rest.is_empty()).then(|| Part::Text(rest.to_owned())));
        lacks(&parts, text, &host)?;
        Ok(Self { text: text.to_owned(), host, parts, zooms: None, lower: 0 })
    }

    /// The same with names instead of zooms.
    pub(in crate::imagery) fn with_zooms(self, names: Vec<String>) -> Self {
        Self { zooms: Some(names.into()), ..self }
    }

    /// The same where the service gives the zoom with two tiles of degrees side by side the number `first`.
    pub(super) fn counted_from(self, plane: Plane, first: u8) -> Result<Self, ImagerySourceError> {
        let counts_otherwise =
            self.parts.iter().any(|part| matches!(part, Part::RowFromSouth | Part::QuadKey));
        match plane {
            Plane::Mercator => Ok(self),
            Plane::Geographic if counts_otherwise => Err(ImagerySourceError::FromSouth(self.host)),
            Plane::Geographic => Ok(Self { lower: 1 - first.min(1), ..self }),
        }
    }

    /// The address of a tile.
    pub fn url(&self, address: TileAddress) -> String {
        let mut url = String::with_capacity(self.text.len() + 16);
        for part in &self.parts {
            match part {
                Part::Text(text) => url.push_str(text),
                Part::Zoom => {
                    match self.zooms.as_ref().and_then(|names| names.get(usize::from(address.zoom))) {
                        Some(name) => url.push_str(&escaped(name)),
                        None => url.push_str(&address.zoom.saturating_sub(self.lower).to_string()),
                    }
                }
                Part::Column => url.push_str(&address.column.to_string()),
                Part::Row => url.push_str(&address.row.to_string()),
                Part::RowFromSouth => url.push_str(&address.row_from_south().to_string()),
                Part::QuadKey => url.extend(quad_key(address)),
                // Always the same for the same tile, so that caches on the way know it again.
                Part::OneOf(names) => {
                    let index = address.column.wrapping_add(address.row) as usize % names.len().max(1);
                    url.push_str(names.get(index).map_or("", String::as_str));
                }
            }
        }
        url
    }

    /// The address as it was given. It may hold a key.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Tells it from every other that would name other tiles by the same zoom, column and row. It may hold a key.
    pub fn identity(&self) -> String {
        match &self.zooms {
            Some(names) => format!("{} {}", self.text, names.join(" ")),
            None if self.lower > 0 => format!("{} -{}", self.text, self.lower),
            None => self.text.clone(),
        }
    }

    /// The host, which may be shown.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Pixels along the side of a tile, as far as the address tells.
    pub fn side_px(&self) -> u32 {
        if self.text.contains("@2x") { 512 } else { 256 }
    }
}

impl fmt::Debug for UrlTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UrlTemplate({}/…)", self.host)
    }
}

/// The host and port of an address, without name and password, and without placeholders.
pub(super) fn host(text: &str) -> Result<String, ImagerySourceError> {
    let (_, rest) = text.split_once("://").ok_or(ImagerySourceError::NoHost)?;
    let rest = rest.split(['/', '?']).next().unwrap_or_default();
    let mut left = rest.rsplit('@').next().unwrap_or_default();
    let mut host = String::new();
    while let Some((before, after)) = left.split_once('{') {
        host.push_str(before);
        left = after.split_once('}').map_or("", |(_, behind)| behind);
    }
    host.push_str(left);
    let host = host.trim_start_matches('.').to_owned();
    if host.is_empty() || host.contains(char::is_whitespace) {
        Err(ImagerySourceError::NoHost)
    } else {
        Ok(host)
    }
}

fn lacks(parts: &[Part], text: &str, host: &str) -> Result<(), ImagerySourceError> {
    let has = |part: Part| parts.contains(&part);
    let row = has(Part::Row) || has(Part::RowFromSouth);
    let wmts = text.to_ascii_lowercase().contains("wmts");
    let missing = match (has(Part::Zoom), has(Part::Column), row) {
        _ if has(Part::QuadKey) => return Ok(()),
        (true, true, true) => return Ok(()),
        (false, false, false) if wmts => "{TileMatrix}, {TileCol} and {TileRow}",
        (false, false, false) => "{z}, {x} and {y}",
        (false, ..) => "{z} (or {TileMatrix})",
        (_, false, _) => "{x} (or {TileCol})",
        _ => "{y} (or {-y} or {TileRow})",
    };
    let hint = if wmts {
        "write REQUEST=GetTile with TILEMATRIX={TileMatrix}, TILECOL={TileCol} and TILEROW={TileRow}"
    } else {
        "write https://HOST/…{z}/{x}/{y}…"
    };
    Err(ImagerySourceError::Lacks { host: host.to_owned(), missing, hint })
}

/// The tile's quadrants from zoom 1 on: 0 north-west, 1 north-east, 2 south-west, 3 south-east.
fn quad_key(address: TileAddress) -> impl Iterator<Item = char> {
    (0..address.zoom).rev().map(move |bit| {
        let quadrant = (address.column >> bit & 1) + 2 * (address.row >> bit & 1);
        char::from(b'0' + quadrant as u8)
    })
}
