//! Residents' complaints by Open311 GeoReport v2: service requests, the kinds of service, errors; JSON and XML.
//!
//! Which class of risk a kind of service is, the caller decides by its code. Deliberately absent: sockets, and the
//! sending of requests to another city.

mod json;
mod read;
mod write;
mod xml;

use city::{CityTime, LonLat};
use thiserror::Error;

pub use read::{read_requests, read_services};
pub use write::{write_errors, write_requests, write_services};

/// A resident's request (GET service_requests).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceRequest {
    /// Its number; empty as long as there is only a token.
    pub service_request_id: String,
    /// What stands for the number until there is one; empty where that is not so.
    pub token: String,
    /// Whether it is being dealt with.
    pub status: RequestStatus,
    /// Why it is so.
    pub status_notes: String,
    /// The kind of service, for people.
    pub service_name: String,
    /// The kind of service, as a code of that city.
    pub service_code: String,
    /// What is asked for, in the resident's words.
    pub description: String,
    /// The agency that deals with it.
    pub agency_responsible: String,
    /// What will be done.
    pub service_notice: String,
    /// When it was made.
    pub requested: Option<CityTime>,
    /// When it changed last; when it was closed, if it is.
    pub updated: Option<CityTime>,
    /// Until when it should be done.
    pub expected: Option<CityTime>,
    /// Where, in words.
    pub address: String,
    /// Where, as a number of the city's register of addresses.
    pub address_id: String,
    /// The postal code.
    pub zipcode: String,
    /// Where; `None` where it is not known.
    pub at: Option<LonLat>,
    /// The address of a picture.
    pub media_url: String,
}

/// Whether a request is being dealt with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum RequestStatus {
    /// It was reported.
    #[default]
    Open,
    /// It was resolved.
    Closed,
    /// A word of the service's own, in lower case; the standard knows none.
    Other(String),
}

impl RequestStatus {
    /// The word on the wire.
    pub fn word(&self) -> &str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Other(word) => word,
        }
    }

    /// True for what still waits: all but what is closed, since a word of the service's own does not say so.
    pub fn is_open(&self) -> bool {
        *self != Self::Closed
    }
}

impl From<&str> for RequestStatus {
    fn from(word: &str) -> Self {
        match word.trim().to_lowercase().as_str() {
            "open" => Self::Open,
            "closed" => Self::Closed,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// A kind of service that residents may ask for (GET services).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// Its code.
    pub service_code: String,
    /// Its name, for people.
    pub service_name: String,
    /// What it is.
    pub description: String,
    /// True where a request of this kind has fields of its own.
    pub has_metadata: bool,
    /// How a request is answered: `realtime`, `batch` (with a token) or `blackbox` (with nothing);
    /// where it is empty, `realtime` is written.
    pub answer: String,
    /// Words by which it is found.
    pub keywords: Vec<String>,
    /// The group it belongs to.
    pub group: String,
}

/// What a service says went wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceError {
    /// The code; the HTTP status, mostly.
    pub code: String,
    /// In words for people.
    pub description: String,
}

/// Why an answer as a whole is of no use.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Open311Error {
    /// The service refused; all it said is here.
    #[error("the Open311 service refused: {}", told(.0))]
    Refused(Vec<ServiceError>),
    /// It is no answer of Open311.
    #[error("no list of {wanted} of Open311 GeoReport v2 ({why}): `{answer}`; check the address")]
    Unreadable {
        /// What was wanted.
        wanted: &'static str,
        /// Why it is none.
        why: String,
        /// The beginning of it.
        answer: String,
    },
}

fn told(errors: &[ServiceError]) -> String {
    let each =
        |error: &ServiceError| crate::problems::beginning(&format!("{} {}", error.code, error.description));
    errors.iter().take(3).map(each).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
