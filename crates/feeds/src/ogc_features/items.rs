//! A page of features (17-069r4, "Features"), of any server.

use super::answer::{FeaturesError, exception, text};
use super::crs::PageCrs;
use super::geometry::{self, Geometry};
use super::landing::{Link, find, links};
use crate::{Problems, salvage};
use city::{CityTime, LonLat};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Its identifier as text, where it has one.
    pub id: Option<String>,
    /// Its geometry, in the page's reference system and axis order.
    pub geometry: Option<Geometry>,
    /// Its properties.
    pub properties: Map<String, Value>,
}

/// A page of features.
#[derive(Clone, Debug, PartialEq)]
pub struct FeaturePage {
    /// Those that could be read.
    pub features: Vec<Feature>,
    /// The reference system of their coordinates.
    pub crs: PageCrs,
    /// All links of the page.
    pub links: Vec<Link>,
    /// How many features match on all pages, where it says so.
    pub number_matched: Option<u64>,
    /// How many the page says it has.
    pub number_returned: Option<u64>,
    /// When the server wrote it.
    pub time_stamp: Option<CityTime>,
    /// True where the text ends before the page does: its link to the next may be what is missing.
    pub is_cut_off: bool,
    /// Features and links that could not be read.
    pub problems: Problems,
}

impl FeaturePage {
    /// The link to the next page, as it stands there; [`super::next_address`] makes an address of it.
    pub fn next(&self) -> Option<&str> {
        find(&self.links, &["next"]).map(|link| link.href.as_str())
    }
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    features: Vec<&'a RawValue>,
    #[serde(default)]
    links: Value,
    #[serde(default, rename = "numberMatched")]
    matched: Value,
    #[serde(default, rename = "numberReturned")]
    returned: Value,
    #[serde(default, rename = "timeStamp")]
    time_stamp: Value,
    #[serde(default)]
    crs: Value,
}

#[derive(Deserialize)]
struct RawFeature<'a> {
    #[serde(default)]
    id: Value,
    #[serde(borrow, default)]
    geometry: Option<&'a RawValue>,
    #[serde(default)]
    properties: Option<Map<String, Value>>,
}

/// Reads a page of items. `content_crs` is the value of the header `Content-Crs`, where the answer has it.
pub fn read_items(body: &[u8], content_crs: Option<&str>) -> Result<FeaturePage, FeaturesError> {
    let text = text(body, "page of features")?;
    let page: Page<'_> = match serde_json::from_str(text) {
        Ok(page) => page,
        Err(why) => return salvaged(text, content_crs, &why),
    };
    let old_crs = page.crs.pointer("/properties/name").and_then(Value::as_str);
    let mut read = FeaturePage::empty(PageCrs::of(content_crs, old_crs));
    let whole = Value::Object(Map::from_iter([("links".to_owned(), page.links)]));
    read.links = links(&whole, &mut read.problems);
    read.number_matched = page.matched.as_u64();
    read.number_returned = page.returned.as_u64();
    read.time_stamp = page.time_stamp.as_str().and_then(crate::sensorthings::instant);
    for feature in &page.features {
        read.add(feature.get());
    }
    let told = read.number_returned.unwrap_or(0);
    if told > page.features.len() as u64 {
        read.problems.add("a page with fewer features than its `numberReturned`", &told.to_string());
    }
    Ok(read)
}

/// What can be read of a page that is no JSON, or no page.
fn salvaged(
    text: &str,
    content_crs: Option<&str>,
    why: &serde_json::Error,
) -> Result<FeaturePage, FeaturesError> {
    if let Some(answer) = serde_json::from_str(text).ok().as_ref().and_then(exception) {
        return Err(FeaturesError::Refused(answer));
    }
    let mut read = FeaturePage::empty(PageCrs::of(content_crs, None));
    read.is_cut_off = !salvage::is_closed(text);
    for feature in salvage::member(text, "features").map(salvage::elements).into_iter().flatten() {
        read.add(feature);
    }
    if read.features.is_empty() {
        return Err(FeaturesError::unreadable("page of features", why, text));
    }
    let all = salvage::member(text, "links").and_then(|links| serde_json::from_str::<Value>(links).ok());
    let whole = Value::Object(Map::from_iter([("links".to_owned(), all.unwrap_or_default())]));
    read.links = links(&whole, &mut read.problems);
    // Whatever was cut off or garbled, the page as a whole was not what it should be.
    read.problems.add(format_args!("a page that is no JSON: {why}"), text);
    Ok(read)
}

impl FeaturePage {
    fn empty(crs: PageCrs) -> Self {
        Self {
            features: Vec::new(),
            crs,
            links: Vec::new(),
            number_matched: None,
            number_returned: None,
            time_stamp: None,
            is_cut_off: false,
            problems: Problems::default(),
        }
    }

    fn add(&mut self, text: &str) {
        match Feature::read(text, &self.crs) {
            Ok(feature) => self.features.push(feature),
            Err(why) => self.problems.add(format_args!("`features`: {why}"), text),
        }
    }
}

impl Feature {
    fn read(text: &str, crs: &PageCrs) -> Result<Self, String> {
        let raw: RawFeature<'_> = serde_json::from_str(text).map_err(|why| why.to_string())?;
        let geometry = match raw.geometry.map(RawValue::get) {
            None => None,
            Some(text) => geometry::read(text)?,
        };
        if let Some(geometry) = geometry.as_ref().filter(|_| crs.is_lon_lat()) {
            let mut on_globe = true;
            geometry.each(&mut |place| on_globe &= LonLat::new(place.first, place.second).is_valid());
            if !on_globe {
                return Err("a position that is not on the globe".to_owned());
            }
        }
        let id = match raw.id {
            Value::String(id) => Some(id),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        };
        Ok(Self { id, geometry, properties: raw.properties.unwrap_or_default() })
    }
}

/// Reads one feature, as `…/items/{id}` answers.
pub fn read_feature(body: &[u8], content_crs: Option<&str>) -> Result<(Feature, PageCrs), FeaturesError> {
    let text = text(body, "feature")?;
    let document: Value =
        serde_json::from_str(text).map_err(|why| FeaturesError::unreadable("feature", why, text))?;
    if let Some(answer) = exception(&document) {
        return Err(FeaturesError::Refused(answer));
    }
    if document.get("type").and_then(Value::as_str) != Some("Feature") {
        return Err(FeaturesError::unreadable("feature", "its `type` is not `Feature`", text));
    }
    let crs = PageCrs::of(content_crs, document.pointer("/crs/properties/name").and_then(Value::as_str));
    let feature = Feature::read(text, &crs).map_err(|why| FeaturesError::unreadable("feature", why, text))?;
    Ok((feature, crs))
}

#[cfg(test)]
mod tests;
