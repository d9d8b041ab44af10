//! The landing page and what a server conforms to (17-069r4).

use super::answer::{FeaturesError, exception, text};
use crate::Problems;
use serde_json::Value;

/// A link (RFC 8288).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The relation, such as `next`.
    pub rel: String,
    /// Where it leads, as it stands there.
    pub href: String,
    /// The media type, empty where it is not said.
    pub media: String,
    /// The title, empty where there is none.
    pub title: String,
}

/// The links of a document; one without `href` or `rel` is a problem.
pub(super) fn links(document: &Value, problems: &mut Problems) -> Vec<Link> {
    let mut read = Vec::new();
    for link in document.get("links").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| link.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let link_read =
            Link { rel: text("rel"), href: text("href"), media: text("type"), title: text("title") };
        if link_read.rel.is_empty() || link_read.href.is_empty() {
            problems.add("a link without `rel` or `href`", &link.to_string());
        } else {
            read.push(link_read);
        }
    }
    read
}

/// The link of a relation, one to JSON before one that does not say, and that before all others.
pub(super) fn find<'l>(links: &'l [Link], rels: &[&str]) -> Option<&'l Link> {
    let rank = |link: &&Link| match link.media.as_str() {
        media if media.contains("geo+json") => 0,
        media if media.contains("json") => 1,
        "" => 2,
        _ => 3,
    };
    let wanted = links.iter().filter(|link| rels.contains(&link.rel.as_str()));
    wanted.min_by_key(rank)
}

/// What a server says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Landing {
    /// Its title.
    pub title: String,
    /// What it is.
    pub description: String,
    /// All its links.
    pub links: Vec<Link>,
    /// Links that could not be read.
    pub problems: Problems,
}

impl Landing {
    /// Where the collections are.
    pub fn data(&self) -> Option<&str> {
        let rels = ["data", "http://www.opengis.net/def/rel/ogc/1.0/data"];
        find(&self.links, &rels).map(|link| link.href.as_str())
    }

    /// Where it says what it conforms to.
    pub fn conformance(&self) -> Option<&str> {
        let rels = ["conformance", "http://www.opengis.net/def/rel/ogc/1.0/conformance"];
        find(&self.links, &rels).map(|link| link.href.as_str())
    }

    /// Where the description of its interface is.
    pub fn api(&self) -> Option<&str> {
        find(&self.links, &["service-desc"]).map(|link| link.href.as_str())
    }
}

pub(super) fn document(body: &[u8], what: &'static str) -> Result<(Value, String), FeaturesError> {
    let text = text(body, what)?;
    let document: Value =
        serde_json::from_str(text).map_err(|why| FeaturesError::unreadable(what, why, text))?;
    if let Some(answer) = exception(&document) {
        return Err(FeaturesError::Refused(answer));
    }
    Ok((document, crate::problems::beginning(text)))
}

/// Reads a landing page.
pub fn read_landing(body: &[u8]) -> Result<Landing, FeaturesError> {
    let (document, start) = document(body, "landing page")?;
    if document.get("links").and_then(Value::as_array).is_none() {
        return Err(FeaturesError::unreadable("landing page", "it has no `links`", &start));
    }
    let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut problems = Problems::default();
    let links = links(&document, &mut problems);
    Ok(Landing { title: text("title"), description: text("description"), links, problems })
}

/// What a server conforms to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conformance {
    /// The classes, addresses.
    pub classes: Vec<String>,
}

impl Conformance {
    fn has(&self, part: &str, class: &str) -> bool {
        self.classes.iter().any(|uri| uri.contains(part) && uri.trim_end_matches('/').ends_with(class))
    }

    /// Part 1, Core: features can be asked for.
    pub fn core(&self) -> bool {
        self.has("ogcapi-features-1", "/conf/core")
    }

    /// Part 1, GeoJSON.
    pub fn geojson(&self) -> bool {
        self.has("ogcapi-features-1", "/conf/geojson")
    }

    /// Part 2: other reference systems than CRS84 can be asked for.
    pub fn crs(&self) -> bool {
        self.has("ogcapi-features-2", "/conf/crs")
    }

    /// Part 3: features can be filtered by an expression.
    pub fn filter(&self) -> bool {
        self.has("ogcapi-features-3", "/conf/features-filter")
    }
}

/// Reads what a server conforms to.
pub fn read_conformance(body: &[u8]) -> Result<Conformance, FeaturesError> {
    let (document, start) = document(body, "conformance")?;
    let Some(classes) = document.get("conformsTo").and_then(Value::as_array) else {
        return Err(FeaturesError::unreadable("conformance", "it has no `conformsTo`", &start));
    };
    Ok(Conformance { classes: classes.iter().filter_map(Value::as_str).map(str::to_owned).collect() })
}
