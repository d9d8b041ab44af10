//! The address of a page of items: which part of the world and of time, how many, in which reference system.

use super::crs::CrsUri;
use city::CityTime;
use thiserror::Error;
use url::Url;

/// A request that cannot be put into an address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadRequest {
    /// The address of the items is none.
    #[error("`{address}` is no address of a web service: {why}")]
    Address {
        /// The address.
        address: String,
        /// Why.
        why: String,
    },
    /// The box is none.
    #[error("the box {bbox} is none: it has four or six finite numbers, the lower before the upper")]
    Box {
        /// The box.
        bbox: String,
    },
    /// The reference system has no name that a server would know.
    #[error("`{text}` is no name of a reference system such as http://www.opengis.net/def/crs/EPSG/0/4490")]
    Crs {
        /// The name.
        text: String,
    },
}

/// What is asked of a collection's items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemsRequest {
    /// Only what touches this box: west, south, east, north; or with heights, west, south, lowest, east, north, highest.
    /// In CRS84 and degrees, or in `bbox_crs` and in its axis order.
    pub bbox: Option<Vec<f64>>,
    /// The reference system of the box; CRS84 where it is not given.
    pub bbox_crs: Option<CrsUri>,
    /// At most so many on a page.
    pub limit: Option<u32>,
    /// The reference system that the features are wanted in; CRS84 where it is not given.
    pub crs: Option<CrsUri>,
    /// Only what is of this time: from and to, either end open.
    pub datetime: Option<(Option<CityTime>, Option<CityTime>)>,
    /// Further parameters, such as `f=json`, or properties to filter by.
    pub more: Vec<(String, String)>,
}

/// The address of the items of a collection below a landing page, for servers whose collection has no link to them.
pub fn items_address(landing: &str, collection: &str) -> Result<String, BadRequest> {
    let mut address = web_address(landing)?;
    if let Ok(mut path) = address.path_segments_mut() {
        path.pop_if_empty().extend(["collections", collection, "items"]);
    }
    Ok(address.into())
}

fn web_address(address: &str) -> Result<Url, BadRequest> {
    let bad = |why: String| BadRequest::Address { address: crate::problems::beginning(address), why };
    let url = Url::parse(address).map_err(|why| bad(why.to_string()))?;
    if matches!(url.scheme(), "http" | "https") {
        Ok(url)
    } else {
        Err(bad("it begins with neither http nor https".into()))
    }
}

impl ItemsRequest {
    /// The address of the first page of the items at `items`, whose own parameters stay where this asks nothing else.
    pub fn address(&self, items: &str) -> Result<String, BadRequest> {
        let mut address = web_address(items)?;
        let mut asked: Vec<(String, String)> = Vec::new();
        if let Some(bbox) = &self.bbox {
            asked.push(("bbox".to_owned(), box_text(bbox, self.bbox_crs.as_ref())?));
        }
        if let Some(crs) = self.bbox_crs.as_ref().filter(|_| self.bbox.is_some()) {
            asked.push(("bbox-crs".to_owned(), crs.uri()?));
        }
        if let Some(limit) = self.limit {
            asked.push(("limit".to_owned(), limit.max(1).to_string()));
        }
        if let Some(crs) = &self.crs {
            asked.push(("crs".to_owned(), crs.uri()?));
        }
        if let Some((from, to)) = self.datetime.filter(|ends| *ends != (None, None)) {
            let end = |end: Option<CityTime>| end.map_or("..".to_owned(), |at| at.to_string());
            let text = if from == to { end(from) } else { format!("{}/{}", end(from), end(to)) };
            asked.push(("datetime".to_owned(), text));
        }
        asked.extend(self.more.iter().cloned());
        let kept: Vec<(String, String)> = address
            .query_pairs()
            .filter(|(name, _)| asked.iter().all(|(asked, _)| asked != name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        address.set_fragment(None);
        address.set_query(None);
        if !kept.is_empty() || !asked.is_empty() {
            address.query_pairs_mut().extend_pairs(kept.into_iter().chain(asked));
        }
        Ok(address.into())
    }
}

fn box_text(bbox: &[f64], crs: Option<&CrsUri>) -> Result<String, BadRequest> {
    let told: Vec<String> = bbox.iter().map(f64::to_string).collect();
    let text = told.join(",");
    let (lower, upper) = bbox.split_at(bbox.len() / 2);
    let mut sound = matches!(bbox.len(), 4 | 6) && bbox.iter().all(|number| number.is_finite());
    let is_geographic = crs.is_none_or(CrsUri::is_crs84);
    for (axis, (low, high)) in lower.iter().zip(upper).enumerate() {
        // West may be greater than east: the box lies across the date line (17-069r4, `bbox`).
        sound &= low <= high || (axis == 0 && is_geographic);
        sound &=
            !is_geographic || axis > 1 || low.abs().max(high.abs()) <= if axis == 0 { 180.0 } else { 90.0 };
    }
    if sound { Ok(text) } else { Err(BadRequest::Box { bbox: text }) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ITEMS: &str = "https://a.example/api/collections/x/items";

    #[test]
    fn addresses_hold_what_is_asked() {
        let at = |text| CityTime::parse(text).unwrap();
        let request = ItemsRequest {
            bbox: Some(vec![106.4, 29.4, 106.7, 29.7]),
            limit: Some(500),
            crs: Some(CrsUri::parse("[EPSG:4490]")),
            datetime: Some((Some(at("2026-11-22T00:00:00Z")), None)),
            more: vec![("f".into(), "json".into()), ("名".into(), "a&b".into())],
            ..ItemsRequest::default()
        };
        assert_eq!(
            request.address(&format!("{ITEMS}?f=html&token=t#x")).unwrap(),
            "https://a.example/api/collections/x/items?token=t&bbox=106.4%2C29.4%2C106.7%2C29.7&limit=500\
             &crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F4490&datetime=2026-11-22T00%3A00%3A00.000Z%2F..\
             &f=json&%E5%90%8D=a%26b"
        );
        assert_eq!(ItemsRequest::default().address(ITEMS).unwrap(), ITEMS);
        let north = ItemsRequest {
            bbox: Some(vec![29.4, 106.4, 29.7, 106.7]),
            bbox_crs: Some(CrsUri::epsg(4326)),
            ..ItemsRequest::default()
        };
        assert!(
            north
                .address(ITEMS)
                .unwrap()
                .ends_with("bbox-crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F4326")
        );
        assert_eq!(
            items_address("https://a.example/api/", "山 水/x").unwrap(),
            "https://a.example/api/collections/%E5%B1%B1%20%E6%B0%B4%2Fx/items"
        );
        assert_eq!(items_address("https://a.example/api", "x").unwrap(), ITEMS);
    }

    #[test]
    fn boxes_and_addresses_that_are_none_are_refused() {
        let with = |bbox: &[f64]| {
            ItemsRequest { bbox: Some(bbox.to_vec()), ..ItemsRequest::default() }.address(ITEMS)
        };
        for bad in [
            &[1.0, 2.0, 3.0][..],
            &[],
            &[1.0, 3.0, 2.0, 2.0],
            &[f64::NAN, 0.0, 1.0, 1.0],
            &[0.0, 0.0, f64::INFINITY, 1.0],
            &[0.0, -91.0, 1.0, 1.0],
            &[1.0, 2.0, 9.0, 3.0, 4.0, 8.0],
        ] {
            assert!(matches!(with(bad), Err(BadRequest::Box { .. })), "{bad:?}");
        }
        assert!(with(&[170.0, -10.0, -170.0, 10.0]).is_ok(), "across the date line");
        assert!(with(&[1.0, 2.0, -5.0, 3.0, 4.0, 8.0]).is_ok());
        for address in ["", "x", "ftp://a/x", "file:///x"] {
            assert!(
                ItemsRequest::default().address(address).is_err() && items_address(address, "x").is_err(),
                "{address}"
            );
        }
        let odd = ItemsRequest { crs: Some(CrsUri::parse("odd")), ..ItemsRequest::default() };
        assert!(matches!(odd.address(ITEMS), Err(BadRequest::Crs { .. })));
    }
}
