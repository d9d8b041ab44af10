//! Residents' and grid workers' reports as requests of Open311 GeoReport v2.

use city::{Incident, RiskClass, Source, Stage};
use feeds::open311::{RequestStatus, Service, ServiceRequest};

/// The kinds of service: a class of risk each.
pub fn services() -> Vec<Service> {
    let service = |class: &RiskClass| Service {
        service_code: class.key().to_owned(),
        service_name: class.zh().to_owned(),
        description: class.en().to_owned(),
        ..Service::default()
    };
    RiskClass::KNOWN.iter().map(service).collect()
}

/// The request behind an incident, where people reported it. Who they are is not told.
pub fn request(incident: &Incident) -> Option<ServiceRequest> {
    if !matches!(incident.source, Source::Resident { .. } | Source::GridWorker { .. }) {
        return None;
    }
    Some(ServiceRequest {
        service_request_id: incident.id.to_string(),
        status: if incident.is_open() { RequestStatus::Open } else { RequestStatus::Closed },
        status_notes: match incident.stage {
            Stage::Review => incident.note.clone(),
            stage => stage.key().to_owned(),
        },
        service_name: incident.class.zh().to_owned(),
        service_code: incident.class.key().to_owned(),
        description: incident.text.clone(),
        requested: Some(incident.reported),
        updated: incident.history.last().map(|line| line.at),
        at: Some(incident.at),
        ..ServiceRequest::default()
    })
}
