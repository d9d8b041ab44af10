//! Requests and services from either form. Numbers and texts are taken alike: services write both.

use super::{Open311Error, RequestStatus, Service, ServiceError, ServiceRequest, json, xml};
use crate::markup::LARGEST_DOCUMENT;
use crate::problems::{Problems, beginning};
use crate::times::read_time;
use city::{CityTime, LonLat};
use std::collections::HashMap;

/// A row as texts by name.
#[derive(Default)]
pub(super) struct Row {
    pub fields: HashMap<String, String>,
    /// What it is called in a problem.
    pub sample: String,
}

/// The rows of a document.
#[derive(Default)]
pub(super) struct Rows {
    pub rows: Vec<Row>,
    pub are_errors: bool,
    pub has_begun: bool,
    /// Why there may be more rows than were read.
    pub broken: Option<String>,
}

/// Reads `requests.json` or `requests.xml`, or the answer for one request or token; a bad request costs only itself.
pub fn read_requests(bytes: &[u8]) -> Result<(Vec<ServiceRequest>, Problems), Open311Error> {
    read(bytes, "service requests", request)
}

/// Reads `services.json` or `services.xml`; a bad one costs only itself.
pub fn read_services(bytes: &[u8]) -> Result<(Vec<Service>, Problems), Open311Error> {
    read(bytes, "services", service)
}

fn read<T>(
    bytes: &[u8],
    wanted: &'static str,
    read_row: fn(&Row, &mut Problems) -> Option<T>,
) -> Result<(Vec<T>, Problems), Open311Error> {
    let unreadable = |why: String| {
        let start = bytes.get(..bytes.len().min(4 * crate::LONGEST_SAMPLE)).unwrap_or_default();
        Open311Error::Unreadable { wanted, why, answer: beginning(&String::from_utf8_lossy(start)) }
    };
    if bytes.len() > LARGEST_DOCUMENT {
        return Err(unreadable(format!("more than {LARGEST_DOCUMENT} bytes")));
    }
    let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = unmarked.iter().find(|byte| !byte.is_ascii_whitespace());
    let is_json = matches!(first, Some(b'[' | b'{'));
    let rows = if is_json { json::rows(unmarked) } else { xml::rows(bytes) }.map_err(unreadable)?;
    if rows.are_errors || (!rows.rows.is_empty() && rows.rows.iter().all(is_error)) {
        return Err(Open311Error::Refused(rows.rows.iter().map(error).collect()));
    }
    let mut problems = Problems::default();
    let read = rows.rows.iter().filter_map(|row| read_row(row, &mut problems)).collect();
    if let Some(why) = rows.broken {
        problems.add(format_args!("the list of {wanted} is not whole: {why}"), "");
    }
    Ok((read, problems))
}

/// JSON errors are an array like any other, `[{"code":403,"description":"…"}]`.
fn is_error(row: &Row) -> bool {
    let has = |name| row.fields.contains_key(name);
    has("code") && !has("service_code") && !has("service_request_id") && !has("token")
}

fn error(row: &Row) -> ServiceError {
    ServiceError { code: row.text("code"), description: row.text("description") }
}

fn request(row: &Row, problems: &mut Problems) -> Option<ServiceRequest> {
    let (id, token) = (row.text("service_request_id"), row.text("token"));
    if id.is_empty() && token.is_empty() {
        problems.add("a request with neither number nor token", &row.sample);
        return None;
    }
    let status = row.text("status");
    Some(ServiceRequest {
        service_request_id: id,
        token,
        // The answer to a new request says no status: it was just reported.
        status: if status.is_empty() { RequestStatus::Open } else { RequestStatus::from(status.as_str()) },
        status_notes: row.text("status_notes"),
        service_name: row.text("service_name"),
        service_code: row.text("service_code"),
        description: row.text("description"),
        agency_responsible: row.text("agency_responsible"),
        service_notice: row.text("service_notice"),
        requested: row.time("requested_datetime", problems),
        updated: row.time("updated_datetime", problems),
        expected: row.time("expected_datetime", problems),
        address: row.text("address"),
        address_id: row.text("address_id"),
        zipcode: row.text("zipcode"),
        at: row.position(problems),
        media_url: row.text("media_url"),
    })
}

fn service(row: &Row, problems: &mut Problems) -> Option<Service> {
    let service_code = row.text("service_code");
    if service_code.is_empty() {
        problems.add("a service without a code", &row.sample);
        return None;
    }
    let keywords = row.text("keywords");
    let words = keywords.split(',').map(str::trim).filter(|word| !word.is_empty());
    Some(Service {
        service_code,
        service_name: row.text("service_name"),
        description: row.text("description"),
        has_metadata: row.text("metadata").eq_ignore_ascii_case("true"),
        answer: row.text("type"),
        keywords: words.map(str::to_owned).collect(),
        group: row.text("group"),
    })
}

impl Row {
    fn text(&self, name: &str) -> String {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    fn given(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    fn time(&self, name: &str, problems: &mut Problems) -> Option<CityTime> {
        let text = self.given(name)?;
        let Some(time) = read_time(text) else {
            problems.add(format_args!("{}: `{name}` is no time of 1970 to 2199", self.sample), text);
            return None;
        };
        if time.is_assumed_local {
            problems.add(
                format_args!("{}: `{name}` without an offset, taken as Asia/Shanghai", self.sample),
                text,
            );
        }
        Some(time.at)
    }

    /// Both zero means unknown: no request of a resident lies in the Gulf of Guinea.
    fn position(&self, problems: &mut Problems) -> Option<LonLat> {
        let (lat, lon) = (self.given("lat")?, self.given("long").or_else(|| self.given("lon"))?);
        let at = match (lon.parse(), lat.parse()) {
            (Ok(lon), Ok(lat)) => LonLat::new(lon, lat),
            _ => LonLat::new(f64::NAN, f64::NAN),
        };
        if at == LonLat::new(0.0, 0.0) {
            return None;
        }
        if !at.is_valid() {
            problems.add(format_args!("{}: no position on the globe", self.sample), &format!("{lat}, {lon}"));
            return None;
        }
        Some(at)
    }
}
