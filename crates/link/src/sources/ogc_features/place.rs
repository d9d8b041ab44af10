//! The positions of a page become longitude and latitude in WGS-84, whatever the page is in.

use super::super::datum::to_wgs84;
use super::super::settings::Datum;
use feeds::ogc_features::{AxisOrder, CrsUri, FeaturePage};
use geodesy::ReferenceSystem;

/// What is asked for and where an axis order that nobody knows must lead: Chongqing, degrees W, S, E, N.
pub(super) const CITY: [f64; 4] = [105.28, 28.15, 110.2, 32.21];

/// Converts a page; a feature that lies nowhere becomes a problem. `Err` says why none can be converted.
pub(super) fn settle(page: &mut FeaturePage, datum: Datum) -> Result<(), String> {
    let is_plain = page.crs.is_lon_lat();
    if is_plain && datum == Datum::Wgs84 {
        return Ok(());
    }
    let system = if is_plain { ReferenceSystem::wgs84() } else { system(&page.crs.crs)? };
    let north_first = match page.crs.axes {
        AxisOrder::EastFirst => false,
        AxisOrder::NorthFirst => true,
        AxisOrder::Unknown => is_north_first(page, &system)?,
    };
    let convert = |first: f64, second: f64| {
        let (x, y) = if north_first { (second, first) } else { (first, second) };
        system.to_lon_lat(x, y).filter(|at| at.is_valid()).map(|at| to_wgs84(datum, at))
    };
    let mut features = std::mem::take(&mut page.features);
    features.retain_mut(|feature| {
        let mut lost = None;
        if let Some(geometry) = &mut feature.geometry {
            geometry.each_mut(&mut |vertex| match convert(vertex.first, vertex.second) {
                Some(at) => (vertex.first, vertex.second) = (at.lon, at.lat),
                None => lost = Some(format!("{}, {}", vertex.first, vertex.second)),
            });
        }
        if let Some(lost) = &lost {
            page.problems.add(format_args!("no position in {}", system.name()), lost);
        }
        lost.is_none()
    });
    page.features = features;
    Ok(())
}

fn system(crs: &CrsUri) -> Result<ReferenceSystem, String> {
    let name = match crs.authority.as_str() {
        "" => crs.text.clone(),
        authority => format!("{authority}:{}", crs.code),
    };
    ReferenceSystem::named(&name).map_err(|why| why.to_string())
}

/// Where no register at hand says which axis comes first, the city does: one order leads into it.
fn is_north_first(page: &FeaturePage, system: &ReferenceSystem) -> Result<bool, String> {
    let first = page.features.iter().find_map(|feature| feature.geometry.as_ref()?.first());
    let Some(first) = first else { return Ok(false) };
    let [west, south, east, north] = CITY;
    let in_city = |x, y| {
        system
            .to_lon_lat(x, y)
            .is_some_and(|at| (west..=east).contains(&at.lon) && (south..=north).contains(&at.lat))
    };
    match (in_city(first.first, first.second), in_city(first.second, first.first)) {
        (true, false) => Ok(false),
        (false, true) => Ok(true),
        _ => Err(format!(
            "the page is in {}, and which axis comes first in it is not known; let the server answer in CRS84",
            system.name()
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use city::LonLat;
    use feeds::ogc_features::read_items;

    fn settled(crs: &str, first: f64, second: f64) -> Result<Option<LonLat>, String> {
        let body =
            format!(r#"{{"features":[{{"geometry":{{"type":"Point","coordinates":[{first},{second}]}}}}]}}"#);
        let header = format!("<http://www.opengis.net/def/crs/{crs}>");
        let mut page = read_items(body.as_bytes(), Some(&header)).unwrap();
        settle(&mut page, Datum::Wgs84)?;
        assert_eq!(page.features.is_empty(), !page.problems.is_empty());
        let at = page.features.first().and_then(|f| f.geometry.as_ref()?.first());
        Ok(at.map(|at| LonLat::new(at.first, at.second)))
    }

    #[test]
    fn pages_in_other_systems_lie_where_they_should() {
        let at = LonLat::new(106.5878, 29.5657);
        for (crs, first, second) in [
            ("OGC/1.3/CRS84", 106.5878, 29.5657),
            ("EPSG/0/4326", 29.5657, 106.5878),
            ("EPSG/0/4490", 29.5657, 106.5878),
            ("EPSG/0/3857", 11_865_299.620_8, 3_447_845.894_8),
            ("EPSG/0/4544", 3_273_023.961_7, 653_873.769_2),
            // The axes of this one are in no list here: UTM 48N on WGS 72.
            ("EPSG/0/32248", 653_800.0, 3_271_710.0),
            ("EPSG/0/32248", 3_271_710.0, 653_800.0),
        ] {
            let there = settled(crs, first, second).unwrap().unwrap();
            assert!(there.distance_m(at) < 40.0, "{crs}: {there:?}");
        }
    }

    #[test]
    fn what_cannot_be_placed_is_told() {
        assert!(settled("EPSG/0/999999", 1.0, 2.0).unwrap_err().contains("999999"));
        assert!(settled("EPSG/0/32248", 1.0, 2.0).unwrap_err().contains("axis"));
        assert_eq!(settled("EPSG/0/4326", 91.0, 106.0).unwrap(), None);
    }
}
