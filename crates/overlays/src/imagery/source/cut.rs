//! How a service that says no more cuts its tiles: by the name of the matrix set.

use super::error::ImagerySourceError;
use crate::imagery::grid::Plane;

/// Names of sets of degrees whose first zoom, which has two tiles side by side, is number 0.
const FROM_ZERO: [&str; 8] = [
    "worldcrs84quad",
    "inspirecrs84quad",
    "cgcs2000quad",
    "epsg:4326",
    "epsg:4490",
    "wgs84",
    "crs84",
    "epsg%3a4326",
];
/// The same where it is number 1: Google's, which begins with half a tile, and Tianditu's, which begins with these.
const FROM_ONE: [&str; 2] = ["googlecrs84quad", "c"];
/// Names of sets of web mercator.
const MERCATOR: [&str; 8] = [
    "webmercatorquad",
    "googlemapscompatible",
    "epsg:3857",
    "epsg:900913",
    "w",
    "epsg%3a3857",
    "epsg%3a900913",
    "pm",
];

/// The plane of the set named, or of the one in the address, and the number of the zoom with two tiles side by side.
/// Where nothing is said it is web mercator, as everywhere.
pub(super) fn of(address: &str, named: Option<&str>) -> Result<(Plane, u8), ImagerySourceError> {
    let known = |name: &str| {
        let name = name.to_ascii_lowercase();
        let is_one = |names: &[&str]| names.contains(&name.as_str());
        match (is_one(&FROM_ZERO), is_one(&FROM_ONE), is_one(&MERCATOR)) {
            (true, ..) => Some((Plane::Geographic, 0)),
            (_, true, _) => Some((Plane::Geographic, 1)),
            (.., true) => Some((Plane::Mercator, 0)),
            _ => None,
        }
    };
    if let Some(named) = named {
        return known(named).ok_or_else(|| ImagerySourceError::Value {
            name: "matrixset",
            value: named.to_owned(),
            expected: "write WebMercatorQuad, WorldCRS84Quad, GoogleCRS84Quad or c (Tianditu); \
                       for others name the service's REQUEST=GetCapabilities",
        });
    }
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let set = pairs.find(|(key, _)| key.eq_ignore_ascii_case("tilematrixset"));
    Ok(set.and_then(|(_, name)| known(name)).unwrap_or((Plane::Mercator, 0)))
}
