//! Vital signs and data quality as the backend tells them, row by row: a sign that cannot be read costs only itself.

use crate::problems::{Problems, beginning};
use crate::rows::read_array;
use crate::{FeedError, LONGEST_SAMPLE};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use watch::quality::told::{QualityTold, SourceTold};
use watch::vital::told::{SignInDepth, SignTold, SignsTold};

/// Reads the answer of `GET /api/v1/vital-signs`.
pub fn read_vital_signs(body: &[u8]) -> Result<(SignsTold, Problems), FeedError> {
    let what = "the list of vital signs";
    let (mut object, mut problems) = (object(body, what, "signs")?, Problems::default());
    let mut signs: Vec<SignTold> = read_array(&mut object, "signs", &mut problems);
    keep_named(&mut signs, "signs", &mut problems, |sign| &sign.id);
    let rest: SignsTold = rest(object, body, what)?;
    Ok((SignsTold { signs, ..rest }, problems))
}

/// Reads the answer of `GET /api/v1/vital-signs/{id}`; without the sign itself it is none.
pub fn read_vital_sign(body: &[u8]) -> Result<(SignInDepth, Problems), FeedError> {
    let what = "the vital sign";
    let (mut object, mut problems) = (object(body, what, "sign")?, Problems::default());
    let trend = read_array(&mut object, "trend", &mut problems);
    let mut ranking = read_array(&mut object, "ranking", &mut problems);
    let mut parts = read_array(&mut object, "parts", &mut problems);
    for (rows, name) in [(&mut ranking, "ranking"), (&mut parts, "parts")] {
        keep_named(rows, name, &mut problems, |part: &watch::vital::told::PartTold| &part.id);
    }
    let rest: SignInDepth = rest(object, body, what)?;
    if rest.sign.id.is_empty() {
        return Err(unusable(body, what, "its sign has no `id`"));
    }
    Ok((SignInDepth { trend, ranking, parts, ..rest }, problems))
}

/// Reads the answer of `GET /api/v1/quality`.
pub fn read_quality(body: &[u8]) -> Result<(QualityTold, Problems), FeedError> {
    let what = "the quality of data";
    let (mut object, mut problems) = (object(body, what, "sources")?, Problems::default());
    let mut sources: Vec<SourceTold> = read_array(&mut object, "sources", &mut problems);
    keep_named(&mut sources, "sources", &mut problems, |source| &source.id);
    let rest: QualityTold = rest(object, body, what)?;
    Ok((QualityTold { sources, ..rest }, problems))
}

/// The object that an answer is, which holds `key`.
fn object(body: &[u8], what: &'static str, key: &str) -> Result<Map<String, Value>, FeedError> {
    let object: Map<String, Value> =
        serde_json::from_slice(body).map_err(|error| unusable(body, what, error))?;
    if object.contains_key(key) { Ok(object) } else { Err(unusable(body, what, format!("no `{key}`"))) }
}

/// What an answer says beside its rows.
fn rest<T: DeserializeOwned>(
    object: Map<String, Value>,
    body: &[u8],
    what: &'static str,
) -> Result<T, FeedError> {
    T::deserialize(Value::Object(object)).map_err(|error| unusable(body, what, error))
}

/// Leaves out what has no name: nobody could ask for it.
fn keep_named<T>(rows: &mut Vec<T>, name: &str, problems: &mut Problems, id: impl Fn(&T) -> &str) {
    rows.retain(|row| {
        let is_named = !id(row).is_empty();
        if !is_named {
            problems.add(format_args!("`{name}`: no `id`"), "");
        }
        is_named
    });
}

fn unusable(body: &[u8], what: &'static str, why: impl std::fmt::Display) -> FeedError {
    let answer = beginning(&String::from_utf8_lossy(&body[..body.len().min(4 * LONGEST_SAMPLE)]));
    FeedError::NoVitalSigns { what, why: why.to_string(), answer }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use city::WarningColour;
    use watch::vital::told::{Span, ValidityTold};

    #[test]
    fn what_can_be_read_is_and_a_bad_row_costs_only_itself() {
        let (read, problems) = read_vital_signs(
            br#"{"now":"2026-09-21T14:13:20Z","area":"500103","past":"training","pastReady":true,"newer":7,"signs":[
            {"id":"crowd-density","zh":"x","unit":"","value":4.5,"colour":"yellow","validity":"valid","devices":9},
            {"id":"a","value":"much"},{"value":1},7,{"id":"b","colour":"pink"},{"id":"rain-1h","value":null}]}"#,
        )
        .unwrap();
        assert_eq!((read.signs.len(), problems.count, read.area.as_str()), (2, 4, "500103"));
        assert_eq!((read.signs[0].value, read.signs[0].colour), (Some(4.5), Some(WarningColour::Yellow)));
        assert_eq!((read.signs[1].value, read.signs[1].validity), (None, ValidityTold::NoDevices));
        let (read, problems) = read_vital_sign(
            br#"{"sign":{"id":"s"},"span":"week","trend":[{"at":"2026-09-21T14:00:00Z","spanMs":3600000,"value":1.5},
            {"at":"soon"}],"parts":[{"kind":"device","id":"D-1","lon":106.5,"value":2},{"kind":"planet","id":"x"}],
            "comparison":{"now":1,"usual":{"weeks":4,"median":1,"spread":0.5,"z":0}}}"#,
        )
        .unwrap();
        assert_eq!((read.trend.len(), read.parts.len(), problems.count, read.span), (1, 1, 2, Span::Week));
        assert_eq!(read.comparison.unwrap().usual.unwrap().weeks, 4);
        let (read, problems) = read_quality(
            br#"{"sources":[{"id":"a","score":97.5,"reasons":[{"lost":2.5,"zh":"x","en":"y"}]},{"id":7}]}"#,
        )
        .unwrap();
        assert_eq!((read.sources.len(), problems.count, read.sources[0].score), (1, 1, Some(97.5)));
    }

    #[test]
    fn what_is_no_such_answer_is_refused_with_its_beginning() {
        for garbage in [&b""[..], b"[]", b"{}", b"null", b"\xff\xfe", b"{\"signs\":[],\"now\":true}"] {
            assert!(read_vital_signs(garbage).is_err(), "{garbage:?}");
            assert!(read_vital_sign(garbage).is_err(), "{garbage:?}");
            assert!(read_quality(garbage).is_err(), "{garbage:?}");
        }
        let error = read_vital_sign(b"{\"sign\":{\"zh\":\"x\"}}").unwrap_err().to_string();
        assert!(error.contains("no `id`") && error.contains("\"zh\""), "{error}");
    }
}
