//! Imagery that is asked for by what its service says of itself.

use super::error::ImagerySourceError;
use super::template::host;
use std::fmt;

/// A layer of a WMTS, by the address of its GetCapabilities, which may hold a key and is not for the screen.
#[derive(Clone, PartialEq)]
pub struct Wanted {
    url: String,
    /// The host, which may be shown.
    pub host: String,
    /// The layer; none where there is one only.
    pub layer: Option<String>,
    /// The matrix set; none where any will do.
    pub matrix_set: Option<String>,
}

impl Wanted {
    /// Whether an address is one of a GetCapabilities.
    pub(super) fn asks_for_capabilities(place: &str) -> bool {
        let lower = place.to_ascii_lowercase();
        let path = lower.split('?').next().unwrap_or_default();
        lower.contains("request=getcapabilities") || path.ends_with("wmtscapabilities.xml")
    }

    pub(super) fn new(
        place: &str,
        layer: Option<String>,
        matrix_set: Option<String>,
    ) -> Result<Self, ImagerySourceError> {
        let lower = place.to_ascii_lowercase();
        // The standard wants it; services that do without take no harm.
        let service = match lower.split_once('?') {
            Some((_, query)) if query.contains("request=") && !query.contains("service=") => "&SERVICE=WMTS",
            _ => "",
        };
        Ok(Self { url: format!("{place}{service}"), host: host(place)?, layer, matrix_set })
    }

    /// The address. It may hold a key.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wanted({}/…, {:?}, {:?})", self.host, self.layer, self.matrix_set)
    }
}
