//! Risk points as a page of OGC API – Features (GeoJSON, CRS84), read by [`crate::ogc_features`].

use crate::ogc_features::{self, Geometry};
use crate::problems::{Problems, beginning};
use crate::rows::read_row;
use crate::{FeedError, LONGEST_SAMPLE};
use city::{DistrictCode, Layer, LonLat, Place, RiskClass, RiskGrade, RiskPoint, Segment, TownshipCode};
use serde::Deserialize;
use serde_json::Value;

/// A page of risk points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RiskPointPage {
    /// Those that could be read.
    pub points: Vec<RiskPoint>,
    /// Where the next page is, as the link says it.
    pub next: Option<String>,
    /// Those that could not.
    pub problems: Problems,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    /// Empty where it is withheld.
    #[serde(default)]
    name: String,
    #[serde(default)]
    name_en: String,
    class: RiskClass,
    grade: RiskGrade,
    segment: Segment,
    layer: Layer,
    district_code: DistrictCode,
    township_code: TownshipCode,
}

/// Reads one page of `/collections/risk-points/items`; a bad feature costs only itself.
pub fn read_risk_points(body: &[u8]) -> Result<RiskPointPage, FeedError> {
    let page = ogc_features::read_items(body, None).map_err(|why| FeedError::NoFeatures {
        why: why.to_string(),
        answer: beginning(&String::from_utf8_lossy(&body[..body.len().min(4 * LONGEST_SAMPLE)])),
    })?;
    let next = page.next().map(str::to_owned);
    let mut read = RiskPointPage { next, problems: page.problems, ..RiskPointPage::default() };
    let problems = &mut read.problems;
    for feature in page.features {
        let (Some(id), Some(Geometry::Point(at))) = (&feature.id, &feature.geometry) else {
            problems.add("`features`: no identifier, or no point", feature.id.as_deref().unwrap_or_default());
            continue;
        };
        let told = read_row::<Properties>(Value::Object(feature.properties), "features", problems);
        let Some(told) = told else { continue };
        read.points.push(RiskPoint {
            id: id.as_str().into(),
            name: told.name,
            name_en: told.name_en,
            at: LonLat::new(at.first, at.second),
            place: Place { district: told.district_code, township: told.township_code },
            class: told.class,
            grade: told.grade,
            segment: told.segment,
            layer: told.layer,
        });
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_bad_feature_costs_only_itself_and_the_next_page_is_named() {
        let good = r#"{"type":"Feature","id":"R-1","geometry":{"type":"Point","coordinates":[106.5,29.5,200.0]},
            "properties":{"name":"甲","nameEn":"A","class":"flood","grade":"major","segment":"monitor",
            "layer":"surface","districtCode":500103,"townshipCode":500103001}}"#;
        let nowhere = good.replace("106.5,29.5,200.0", "1e9,29.5");
        let short = good.replace("106.5,29.5,200.0", "106.5");
        let body = format!(
            r#"{{"features":[{good},{nowhere},{short},7],"links":[{{"rel":"self","href":"/a"}},{{"rel":"next","href":"/b"}}]}}"#
        );
        let page = read_risk_points(body.as_bytes()).unwrap();
        assert_eq!((page.points.len(), page.problems.count, page.next.as_deref()), (1, 3, Some("/b")));
        let point = &page.points[0];
        assert_eq!(
            (point.name_en.as_str(), point.at, point.grade),
            ("A", LonLat::new(106.5, 29.5), RiskGrade::Major)
        );
        for garbage in ["", "[]", "{}", "山", "{\"features\":7}"] {
            assert!(read_risk_points(garbage.as_bytes()).is_err(), "{garbage}");
        }
    }
}
