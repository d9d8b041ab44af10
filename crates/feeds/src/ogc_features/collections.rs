//! Collections: what a server has, where, and in which reference systems (17-069r4; 18-058r1).

use super::answer::FeaturesError;
use super::crs::CrsUri;
use super::landing::{Link, document, find, links};
use crate::Problems;
use serde_json::Value;

/// Where and when the features of a collection are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extent {
    /// West, south, east, north in degrees of CRS84; west may be greater than east across the date line.
    pub bbox_deg: Option<[f64; 4]>,
    /// From when to when, each end as it stands there; `None` for an open end.
    pub interval: Option<(Option<String>, Option<String>)>,
}

/// A collection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collection {
    /// Its identifier.
    pub id: String,
    /// Its title, or its identifier where it has none.
    pub title: String,
    /// What it is.
    pub description: String,
    /// Where and when.
    pub extent: Extent,
    /// The reference systems it can be asked in; CRS84 where it does not say (Part 1).
    pub crs: Vec<CrsUri>,
    /// The one it is kept in, where it says so.
    pub storage_crs: Option<CrsUri>,
    /// What its items are; `feature` where it does not say.
    pub item_type: String,
    /// All its links.
    pub links: Vec<Link>,
}

impl Collection {
    /// Where its items are, as it stands there.
    pub fn items(&self) -> Option<&str> {
        let rels = ["items", "item", "http://www.opengis.net/def/rel/ogc/1.0/items"];
        find(&self.links, &rels).map(|link| link.href.as_str())
    }

    /// True when its items are features.
    pub fn has_features(&self) -> bool {
        self.item_type.eq_ignore_ascii_case("feature")
    }

    fn read(collection: &Value, shared: &[CrsUri], problems: &mut Problems) -> Option<Self> {
        let text = |name: &str| collection.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        // Servers of the drafts say `name`.
        let id = [text("id"), text("name")].into_iter().find(|id| !id.is_empty());
        let Some(id) = id else {
            problems.add("a collection without `id`", &collection.to_string());
            return None;
        };
        let mut crs = Vec::new();
        for uri in
            collection.get("crs").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
        {
            // `#/crs` stands for the list that all collections share (18-058r1).
            match uri {
                "#/crs" => crs.extend_from_slice(shared),
                uri => crs.push(CrsUri::parse(uri)),
            }
        }
        if crs.is_empty() {
            crs.push(CrsUri::crs84());
        }
        let [title, item_type] = [text("title"), text("itemType")];
        Some(Self {
            title: if title.is_empty() { id.clone() } else { title },
            description: text("description"),
            extent: extent(collection.get("extent"), &id, problems),
            crs,
            storage_crs: collection.get("storageCrs").and_then(Value::as_str).map(CrsUri::parse),
            item_type: if item_type.is_empty() { "feature".to_owned() } else { item_type },
            links: links(collection, problems),
            id,
        })
    }
}

fn extent(extent: Option<&Value>, id: &str, problems: &mut Problems) -> Extent {
    let part = |dimension: &str, name: &str| extent?.get(dimension)?.get(name)?.get(0)?.as_array();
    let bbox =
        part("spatial", "bbox").map(|numbers| numbers.iter().filter_map(Value::as_f64).collect::<Vec<_>>());
    let bbox_deg = match bbox.as_deref() {
        Some([west, south, east, north] | [west, south, _, east, north, _]) => {
            Some([*west, *south, *east, *north])
        }
        None => None,
        Some(_) => {
            problems.add("a box of neither four nor six numbers", id);
            None
        }
    };
    let on_globe = |[west, south, east, north]: &[f64; 4]| {
        let reach = west.abs().max(east.abs()) <= 180.0 && south.abs().max(north.abs()) <= 90.0;
        reach && south <= north
    };
    let bbox_deg = bbox_deg.filter(|bbox| {
        if !on_globe(bbox) {
            problems.add("a box that is not on the globe", id);
        }
        on_globe(bbox)
    });
    let interval = part("temporal", "interval").map(|ends| {
        let end =
            |at: usize| ends.get(at).and_then(Value::as_str).filter(|end| *end != "..").map(str::to_owned);
        (end(0), end(1))
    });
    Extent { bbox_deg, interval }
}

/// The collections of a server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collections {
    /// Those that could be read.
    pub collections: Vec<Collection>,
    /// The links of the whole, `next` among them where there are many.
    pub links: Vec<Link>,
    /// Those that could not, boxes and links too.
    pub problems: Problems,
}

impl Collections {
    /// The link to more collections.
    pub fn next(&self) -> Option<&str> {
        find(&self.links, &["next"]).map(|link| link.href.as_str())
    }
}

/// Reads the collections of a server.
pub fn read_collections(body: &[u8]) -> Result<Collections, FeaturesError> {
    let (document, start) = document(body, "list of collections")?;
    let Some(all) = document.get("collections").and_then(Value::as_array) else {
        return Err(FeaturesError::unreadable("list of collections", "it has no `collections`", &start));
    };
    let shared = document.get("crs").and_then(Value::as_array).into_iter().flatten();
    let shared: Vec<CrsUri> = shared.filter_map(Value::as_str).map(CrsUri::parse).collect();
    let mut read = Collections::default();
    read.links = links(&document, &mut read.problems);
    let each = all.iter().filter_map(|one| Collection::read(one, &shared, &mut read.problems));
    read.collections = each.collect();
    Ok(read)
}

/// Reads one collection.
pub fn read_collection(body: &[u8]) -> Result<(Collection, Problems), FeaturesError> {
    let (document, start) = document(body, "collection")?;
    let mut problems = Problems::default();
    match Collection::read(&document, &[], &mut problems) {
        Some(collection) => Ok((collection, problems)),
        None => Err(FeaturesError::unreadable("collection", "it has no `id`", &start)),
    }
}
