//! The JSON forms that the backend serves. What is not known is `null`, as in the standard's examples.

use super::{Service, ServiceError, ServiceRequest};
use crate::times::with_offset;
use city::CityTime;
use serde_json::{Value, json};

/// `requests.json`; an answer for one request is a list of one.
pub fn write_requests(requests: &[ServiceRequest]) -> String {
    Value::Array(requests.iter().map(request).collect()).to_string()
}

/// `services.json`.
pub fn write_services(services: &[Service]) -> String {
    let each = |service: &Service| {
        json!({
            "service_code": service.service_code,
            "service_name": service.service_name,
            "description": service.description,
            "metadata": service.has_metadata,
            "type": if service.answer.is_empty() { "realtime" } else { &service.answer },
            "keywords": service.keywords.join(","),
            "group": service.group,
        })
    };
    Value::Array(services.iter().map(each).collect()).to_string()
}

/// A document of errors. A code that is a number is written as one.
pub fn write_errors(errors: &[ServiceError]) -> String {
    let each = |error: &ServiceError| {
        let code = error.code.parse::<u32>().map_or_else(|_| json!(error.code), |number| json!(number));
        json!({ "code": code, "description": error.description })
    };
    Value::Array(errors.iter().map(each).collect()).to_string()
}

fn request(request: &ServiceRequest) -> Value {
    let text = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
    let time = |at: Option<CityTime>| at.map(with_offset);
    let at = request.at.filter(|at| at.is_valid());
    let mut row = json!({
        "service_request_id": text(&request.service_request_id),
        "status": request.status.word(),
        "status_notes": text(&request.status_notes),
        "service_name": text(&request.service_name),
        "service_code": text(&request.service_code),
        "description": text(&request.description),
        "agency_responsible": text(&request.agency_responsible),
        "service_notice": text(&request.service_notice),
        "requested_datetime": time(request.requested),
        "updated_datetime": time(request.updated),
        "expected_datetime": time(request.expected),
        "address": text(&request.address),
        "address_id": text(&request.address_id),
        "zipcode": text(&request.zipcode),
        "lat": at.map(|at| at.lat),
        "long": at.map(|at| at.lon),
        "media_url": text(&request.media_url),
    });
    if let (Some(row), false) = (row.as_object_mut(), request.token.is_empty()) {
        row.insert("token".to_owned(), json!(request.token));
    }
    row
}
